//! The query options and preferences of events.

use crate::microsoft::calendar::{Item, Kind, NamedZone, View, moment, property_in_query};
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::expand::expand;
use crate::microsoft::graph::filter::{self, ElementSubject, Expression, ExtendedSubject, Literal, Subject};
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{listed, number, options, unsupported};
use crate::microsoft::mailbox::ExtendedId;
use crate::microsoft::refusal::Refusal;
use mxs_calendar::Zone;
use serde_json::Value;
use std::cmp::Ordering;

/// What a client asks of events.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) view: View,
    filter: Option<Expression>,
    order: Vec<(String, bool)>,
    pub(super) top: Option<usize>,
    pub(super) skip: usize,
    pub(super) count: bool,
}

impl Query {
    /// Reads the options of a listing.
    pub(super) fn of_list(ask: &Ask) -> Result<Self, Refusal> {
        let mut query = Self { view: view_of(ask)?, ..Self::default() };
        for (name, value) in options(&ask.target) {
            match name.as_str() {
                "$count" => query.count = value == "true",
                "$filter" => query.filter = Some(event_filter(value)?),
                "$orderby" => query.order = order(value)?,
                "$skip" => query.skip = number(&name, value, usize::MAX)?,
                "$top" => query.top = Some(number(&name, value, PAGE_MAX)?),
                _ => query.take_view(&name, value)?,
            }
        }
        Ok(query)
    }

    /// Reads the options of one item.
    pub(super) fn of_item(ask: &Ask) -> Result<Self, Refusal> {
        let mut query = Self { view: View { by_id: true, ..view_of(ask)? }, ..Self::default() };
        for (name, value) in options(&ask.target) {
            query.take_view(&name, value)?;
        }
        Ok(query)
    }

    fn take_view(&mut self, name: &str, value: &str) -> Result<(), Refusal> {
        match name {
            "$expand" => {
                for part in parts(value) {
                    let bare = part.split('(').next().unwrap_or_default().trim();
                    match bare {
                        _ if bare.eq_ignore_ascii_case("exceptionOccurrences") => self.view.exceptions = true,
                        _ if bare.eq_ignore_ascii_case("singleValueExtendedProperties") => {
                            self.view.extended.extend(expand(part)?);
                        }
                        _ if NAVIGATION.iter().any(|known| bare.eq_ignore_ascii_case(known)) => {
                            let message = format!("This stand-in doesn't cover '$expand={bare}'.");
                            return Err(Refusal::new(501, "NotImplemented", message));
                        }
                        _ => return Err(no_property(bare, "event")),
                    }
                }
            }
            "$select" => self.view.select = Some(select(value)?),
            _ => return Err(unsupported(name)),
        }
        Ok(())
    }

    /// Whether an item passes the filter.
    pub(super) fn admits(&self, item: Item<'_>) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.holds(&EventSubject(item)))
    }

    /// Puts items into the order asked for.
    pub(super) fn sort(&self, items: &mut [Item<'_>]) {
        let key = |item: &Item<'_>, path: &str| match EventSubject(*item).value(path) {
            Literal::Text(text) | Literal::Bare(text) | Literal::Exact(text) => text.to_lowercase(),
            Literal::Bool(flag) => flag.to_string(),
            Literal::Null => String::new(),
        };
        if self.order.is_empty() {
            return;
        }
        items.sort_by(|left, right| {
            let orders = self.order.iter().map(|(path, descending)| {
                let order = key(left, path).cmp(&key(right, path));
                if *descending { order.reverse() } else { order }
            });
            orders.fold(Ordering::Equal, Ordering::then)
        });
    }
}

/// What else hangs on an event.
const NAVIGATION: [&str; 5] = ["attachments", "calendar", "extensions", "instances", "multiValueExtendedProperties"];

/// The value of a preference of Outlook's.
pub(super) fn wanted(ask: &Ask, preference: &str) -> Option<String> {
    let fields = ask.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("prefer"));
    let mut preferences = fields.flat_map(|(_, value)| value.split([',', ';'])).filter_map(|one| one.split_once('='));
    let (_, value) = preferences.find(|(name, _)| name.trim().eq_ignore_ascii_case(preference))?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// What the header fields say of how events are shown. A zone that nobody knows is refused, as measured.
pub(super) fn view_of(ask: &Ask) -> Result<View, Refusal> {
    let zone = wanted(ask, "outlook.timezone").map(|name| NamedZone::find(&name)).transpose()?;
    let as_text = wanted(ask, "outlook.body-content-type").is_some_and(|kind| kind.eq_ignore_ascii_case("text"));
    Ok(View { zone: zone.unwrap_or_default(), as_text, immutable: ask.prefer.immutable, ..View::default() })
}

/// The parts of an option that stand between commas, those in brackets left alone.
fn parts(value: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (index, byte) in value.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(value[start..index].trim());
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(value[start..].trim());
    parts
}

pub(super) fn no_property(name: &str, entity: &str) -> Refusal {
    Refusal::query(format!(
        "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
         'microsoft.graph.{entity}'."
    ))
}

/// Reads `$select` of events.
fn select(value: &str) -> Result<Vec<&'static str>, Refusal> {
    let mut selected = Vec::new();
    for name in listed(value) {
        let navigation = NAVIGATION
            .iter()
            .chain(&["exceptionOccurrences", "singleValueExtendedProperties"])
            .any(|known| name.eq_ignore_ascii_case(known));
        match property_in_query(name) {
            Some((known, _)) => selected.push(known),
            // Navigation properties may be named; they still come only when expanded.
            None if navigation => {}
            None => return Err(no_property(name, "event")),
        }
    }
    Ok(selected)
}

/// Reads `$orderby`: texts, flags, and times by way of their `dateTime`.
fn order(value: &str) -> Result<Vec<(String, bool)>, Refusal> {
    let mut order = Vec::new();
    for clause in value.split(',').map(str::trim) {
        let (path, direction) = clause.split_once(' ').unwrap_or((clause, "asc"));
        check_path(None, path)?;
        let descending = match direction.trim().to_ascii_lowercase().as_str() {
            "asc" => false,
            "desc" => true,
            other => return Err(Refusal::query(format!("Syntax error at '{other}' in '$orderby'."))),
        };
        order.push((path.to_owned(), descending));
    }
    Ok(order)
}

/// Reads a `$filter` over events and finds every path in it to exist. Times are compared as texts in the request
/// and as moments by the service.
fn event_filter(value: &str) -> Result<Expression, Refusal> {
    let mut expression = filter::parse(value)?;
    for (collection, path) in expression.paths() {
        check_path(collection, path)?;
    }
    expression.rewrite("id", &|text| ExtendedId::parse(text).map(|id| Literal::Exact(id.to_string())))?;
    for path in ["start/dateTime", "end/dateTime"] {
        expression.rewrite(path, &|text| {
            let moment = moment(text).and_then(|moment| moment.instant_in(&Zone::utc()).ok());
            let refused = || Refusal::query(format!("Invalid filter clause: '{text}' is no date and time."));
            moment.map(|moment| Literal::Bare(moment.to_string())).ok_or_else(refused)
        })?;
    }
    Ok(expression)
}

fn check_path(collection: Option<&str>, path: &str) -> Result<(), Refusal> {
    let no_filter = |name: &str| Refusal::property(format!("The property '{name}' does not support filtering."));
    match collection {
        Some(collection) if collection.eq_ignore_ascii_case("singleValueExtendedProperties") => {
            if ["id", "value"].contains(&path) { Ok(()) } else { Err(no_property(path, "event")) }
        }
        Some(collection) => match (property_in_query(collection), path) {
            (Some((_, Kind::Texts)), "") => Ok(()),
            (Some((name, _)), _) => Err(no_filter(name)),
            (None, _) => Err(no_property(collection, "event")),
        },
        None => {
            let (name, part) = path.split_once('/').map_or((path, None), |(name, part)| (name, Some(part)));
            match (property_in_query(name), part) {
                (Some((_, Kind::Stamp)), Some("dateTime")) => Ok(()),
                (Some((name, Kind::Fixed)), None) if FILTERED.contains(&name) => Ok(()),
                (Some((_, Kind::Text | Kind::Flag | Kind::AllDay | Kind::OnlineMeeting | Kind::Word(..))), None) => {
                    Ok(())
                }
                (Some((name, _)), _) => Err(no_filter(name)),
                (None, _) => Err(no_property(name, "event")),
            }
        }
    }
}

/// The service's own properties that conditions may name.
const FILTERED: [&str; 7] =
    ["createdDateTime", "iCalUId", "isCancelled", "isOrganizer", "lastModifiedDateTime", "seriesMasterId", "type"];

/// An item as conditions read it.
struct EventSubject<'a>(Item<'a>);

impl Subject for EventSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        match path {
            "start/dateTime" => return Literal::Bare(self.0.span().bounds().0.to_string()),
            "end/dateTime" => return Literal::Bare(self.0.span().bounds().1.to_string()),
            _ => {}
        }
        match self.0.property(path, &View::default()) {
            Some(Value::String(text)) if path.ends_with("DateTime") => Literal::Bare(text),
            Some(Value::String(text)) => Literal::Text(text),
            Some(Value::Bool(flag)) => Literal::Bool(flag),
            _ => Literal::Null,
        }
    }

    fn any(&self, collection: &str, condition: &Expression) -> bool {
        if collection.eq_ignore_ascii_case("singleValueExtendedProperties") {
            return self.0.all_extended().any(|(id, value)| condition.holds(&ExtendedSubject { id, value }));
        }
        let elements = self.0.property(collection, &View::default());
        let elements = elements.as_ref().and_then(Value::as_array);
        elements.is_some_and(|elements| elements.iter().any(|element| condition.holds(&ElementSubject(element))))
    }
}
