//! The query options of a contact collection.
//!
//! See <https://learn.microsoft.com/en-us/graph/query-parameters>.

use super::expand::expand;
use super::filter::{ContactSubject, Expression, contact_filter};
use super::prefer::{PAGE_MAX, Prefer};
use crate::microsoft::mailbox::{Contact, ExtendedId, Kind, property_in_query, write_extended};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::target::Target;
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// What a client asks of a contact collection, or of one contact.
#[derive(Debug, Default)]
pub(super) struct Query {
    pub(super) select: Option<Vec<&'static str>>,
    pub(super) expand: Vec<ExtendedId>,
    pub(super) filter: Option<Expression>,
    order: Vec<(&'static str, bool)>,
    pub(super) top: Option<usize>,
    pub(super) skip: usize,
    pub(super) count: bool,
}

impl Query {
    /// Reads the options of a listing.
    pub(super) fn of_list(target: &Target) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (name, value) in options(target) {
            match name.as_str() {
                "$count" => query.count = boolean(&name, value)?,
                "$expand" => query.expand = expand(value)?,
                "$filter" => query.filter = Some(contact_filter(value)?),
                "$orderby" => query.order = order(value)?,
                "$select" => query.select = Some(select(value)?),
                "$skip" => query.skip = number(&name, value, usize::MAX)?,
                "$top" => query.top = Some(number(&name, value, PAGE_MAX)?),
                _ => return Err(unsupported(&name)),
            }
        }
        Ok(query)
    }

    /// Reads the options of one item.
    pub(super) fn of_item(target: &Target) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (name, value) in options(target) {
            match name.as_str() {
                "$expand" => query.expand = expand(value)?,
                "$select" => query.select = Some(select(value)?),
                _ => return Err(unsupported(&name)),
            }
        }
        Ok(query)
    }

    /// Writes a contact with what was selected and expanded.
    pub(super) fn write(&self, contact: &Contact, prefer: Prefer) -> Map<String, Value> {
        let mut written = contact.write(self.select.as_deref(), prefer.immutable);
        let expanded: Vec<Value> = self
            .expand
            .iter()
            .filter_map(|id| contact.extended.get(id).map(|value| write_extended(id, value)))
            .collect();
        // Without a value the member is missing, not empty.
        if !expanded.is_empty() {
            written.insert("singleValueExtendedProperties".into(), expanded.into());
        }
        written
    }

    /// Whether a contact passes the filter.
    pub(super) fn admits(&self, contact: &Contact) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.holds(&ContactSubject(contact)))
    }

    /// Puts contacts into the order asked for.
    pub(super) fn sort(&self, contacts: &mut [&Contact]) {
        if self.order.is_empty() {
            return;
        }
        let key = |contact: &Contact, name| match contact.property(name, true) {
            Some(Value::String(text)) => text.to_lowercase(),
            _ => String::new(),
        };
        contacts.sort_by(|left, right| {
            let orders = self.order.iter().map(|&(name, descending)| {
                let order = key(left, name).cmp(&key(right, name));
                if descending { order.reverse() } else { order }
            });
            orders.fold(Ordering::Equal, Ordering::then)
        });
    }
}

/// The options with a `$`; others are the client's own affair. Names are read without regard to case.
pub(super) fn options(target: &Target) -> impl Iterator<Item = (String, &str)> {
    let own = target.query.iter().filter(|(name, _)| name.starts_with('$'));
    own.map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
}

/// An option that this collection doesn't take.
pub(super) fn unsupported(name: &str) -> Refusal {
    if name == "$search" {
        return Refusal::new(501, "NotImplemented", "This stand-in doesn't cover '$search'.");
    }
    Refusal::new(400, "ErrorInvalidUrlQuery", format!("The query parameter '{name}' is not supported."))
}

/// Reads a number of at most `most`.
pub(super) fn number(name: &str, value: &str, most: usize) -> Result<usize, Refusal> {
    let number = value.trim().parse().ok().filter(|number| *number <= most && (name != "$top" || *number > 0));
    number.ok_or_else(|| {
        let message = format!("The value '{value}' of the query parameter '{name}' is invalid.");
        Refusal::new(400, "ErrorInvalidUrlQuery", message)
    })
}

fn boolean(name: &str, value: &str) -> Result<bool, Refusal> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Refusal::query(format!("Invalid value '{value}' for {name} query option found."))),
    }
}

pub(super) fn no_property(name: &str) -> Refusal {
    Refusal::query(format!(
        "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
            'microsoft.graph.contact'."
    ))
}

/// The names in the value of an option.
pub(super) fn listed(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|name| !name.is_empty())
}

/// Reads `$select` of contacts.
pub(super) fn select(value: &str) -> Result<Vec<&'static str>, Refusal> {
    let mut selected = Vec::new();
    for name in listed(value) {
        match property_in_query(name) {
            Some((known, _)) => selected.push(known),
            // Navigation properties may be named; they still come only when expanded.
            None if name.eq_ignore_ascii_case("singleValueExtendedProperties") => {}
            None => return Err(no_property(name)),
        }
    }
    Ok(selected)
}

fn order(value: &str) -> Result<Vec<(&'static str, bool)>, Refusal> {
    let mut order = Vec::new();
    for clause in value.split(',').map(str::trim) {
        let (name, direction) = clause.split_once(' ').unwrap_or((clause, "asc"));
        let (name, kind) = property_in_query(name).ok_or_else(|| no_property(name))?;
        let sortable = matches!(kind, Kind::Text | Kind::Date) || name.ends_with("DateTime");
        let descending = match direction.trim().to_ascii_lowercase().as_str() {
            "asc" => false,
            "desc" => true,
            other => return Err(Refusal::query(format!("Syntax error at '{other}' in '$orderby'."))),
        };
        if !sortable {
            return Err(Refusal::property(format!("The property '{name}' does not support sorting.")));
        }
        order.push((name, descending));
    }
    Ok(order)
}
