//! The query options of messages and of what hangs on them.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/user-list-messages>.

use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::expand::expand as expand_extended;
use crate::microsoft::graph::filter::{self, Expression, Literal, Subject};
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{listed, number, options, unsupported};
use crate::microsoft::mail::{ATTACHMENT_PROPERTIES, Message, View, property_in_query};
use crate::microsoft::mailbox::ExtendedId;
use crate::microsoft::refusal::Refusal;
use serde_json::Value;

/// What a client asks of a collection of messages.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) filter: Option<Expression>,
    /// The property to sort by, and whether the latest comes first.
    pub(super) order: Option<(&'static str, bool)>,
    pub(super) top: Option<usize>,
    pub(super) skip: usize,
    pub(super) count: bool,
}

/// What is asked of messages: a listing, and what to show of each.
pub(super) fn of_messages(ask: &Ask, several: bool) -> Result<(Listing, View), Refusal> {
    let (mut listing, mut view) = (Listing::default(), view_of(ask));
    for (name, value) in options(&ask.target) {
        if take_view(&mut view, &name, value)? {
            continue;
        }
        match name.as_str() {
            "$count" if several => listing.count = value == "true",
            "$filter" if several => listing.filter = Some(message_filter(value)?),
            "$orderby" if several => listing.order = Some(order(value)?),
            "$skip" if several => listing.skip = number(&name, value, usize::MAX)?,
            "$top" if several => listing.top = Some(number(&name, value, PAGE_MAX)?),
            _ => return Err(unsupported(&name)),
        }
    }
    if let (Some(filter), Some((property, _))) = (&listing.filter, listing.order) {
        // The documents: what is sorted by has to be in the filter too, and first.
        if filter.paths().first().is_none_or(|(_, path)| !path.eq_ignore_ascii_case(property)) {
            let message = "The restriction or sort order is too complex for this operation.";
            return Err(Refusal::new(400, "InefficientFilter", message));
        }
    }
    Ok((listing, view))
}

/// What the header fields say of how messages are shown.
pub(super) fn view_of(ask: &Ask) -> View {
    View { immutable: ask.prefer.immutable, text: wants_text(ask), ..View::default() }
}

/// Whether bodies are wanted as plain text.
pub(super) fn wants_text(ask: &Ask) -> bool {
    let fields = ask.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("prefer"));
    let mut preferences = fields.flat_map(|(_, value)| value.split([',', ';'])).filter_map(|one| one.split_once('='));
    let wanted = preferences.find(|(name, _)| name.trim().eq_ignore_ascii_case("outlook.body-content-type"));
    wanted.is_some_and(|(_, kind)| kind.trim().trim_matches('"').eq_ignore_ascii_case("text"))
}

/// Takes one option; says whether it is one of how messages are shown.
pub(super) fn take_view(view: &mut View, name: &str, value: &str) -> Result<bool, Refusal> {
    match name {
        "$select" => {
            let known = |name: &str| property_in_query(name).ok_or_else(|| no_property(name));
            view.select = Some(listed(value).map(known).collect::<Result<_, _>>()?);
        }
        "$expand" => {
            for part in parts(value) {
                if part.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("attachments")) {
                    view.attachments = Some(selected_of_attachments(part)?);
                } else {
                    view.expand = expand_extended(part)?;
                }
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// The parts of a list whose members may have lists in brackets.
fn parts(value: &str) -> Vec<&str> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, character) in value.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(value[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(value[start..].trim());
    found
}

/// Reads `attachments` or `attachments($select=name,size)`.
fn selected_of_attachments(part: &str) -> Result<Option<Vec<&'static str>>, Refusal> {
    let Some((_, inner)) = part.split_once('(') else { return Ok(None) };
    let inner = inner.trim_end_matches(')');
    match inner.split_once('=') {
        Some((option, names)) if option.trim().eq_ignore_ascii_case("$select") => {
            select_of_attachments(names).map(Some)
        }
        _ => Err(no_property(inner)),
    }
}

/// Reads `$select` of attachments. What only files have is named with its type
/// (`microsoft.graph.fileAttachment/contentId`).
pub(super) fn select_of_attachments(value: &str) -> Result<Vec<&'static str>, Refusal> {
    let read = |name: &str| {
        let bare = name.strip_prefix("microsoft.graph.fileAttachment/");
        let known = ATTACHMENT_PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(bare.unwrap_or(name)));
        let of_files = known.is_some_and(|known| known.starts_with("content") && known != "contentType");
        known.filter(|_| of_files == bare.is_some()).ok_or_else(|| no_property(name))
    };
    listed(value).map(read).collect()
}

pub(super) fn no_property(name: &str) -> Refusal {
    Refusal::query(format!(
        "Parsing OData Select and Expand failed: Could not find a property named '{name}' on type \
         'microsoft.graph.message'."
    ))
}

fn order(value: &str) -> Result<(&'static str, bool), Refusal> {
    let (name, direction) = value.trim().split_once(' ').unwrap_or((value.trim(), "asc"));
    let known = ["receivedDateTime", "sentDateTime", "subject"];
    let found = known.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    let found = found.ok_or_else(|| Refusal::property(format!("The property '{name}' does not support sorting.")))?;
    match direction.trim() {
        "asc" => Ok((found, false)),
        "desc" => Ok((found, true)),
        other => Err(Refusal::query(format!("Syntax error at '{other}' in '$orderby'."))),
    }
}

/// The properties that conditions may read.
const FILTERED: [&str; 9] = [
    "receivedDateTime",
    "sentDateTime",
    "subject",
    "isRead",
    "isDraft",
    "hasAttachments",
    "internetMessageId",
    "conversationId",
    "from/emailAddress/address",
];

fn message_filter(value: &str) -> Result<Expression, Refusal> {
    let mut expression = filter::parse(value)?;
    for (collection, path) in expression.paths() {
        let known = match collection {
            Some(collection) => {
                collection.eq_ignore_ascii_case("singleValueExtendedProperties") && ["id", "value"].contains(&path)
            }
            None => FILTERED.contains(&path),
        };
        if !known {
            return Err(no_property(collection.unwrap_or(path)));
        }
    }
    expression.rewrite("id", &|text| ExtendedId::parse(text).map(|id| Literal::Exact(id.to_string())))?;
    Ok(expression)
}

/// A message as conditions read it.
pub(super) struct MessageSubject<'a>(pub(super) &'a Message);

impl Subject for MessageSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        if path == "from/emailAddress/address" {
            let from = self.0.from.as_ref();
            return from.map_or(Literal::Null, |from| Literal::Text(from.address.clone()));
        }
        match self.0.property(path, &View::default()) {
            Value::String(text) if path.ends_with("DateTime") => Literal::Bare(text),
            Value::String(text) => Literal::Text(text),
            Value::Bool(flag) => Literal::Bool(flag),
            _ => Literal::Null,
        }
    }

    fn any(&self, _: &str, condition: &Expression) -> bool {
        self.0.extended.iter().any(|(id, value)| condition.holds(&ExtendedSubject { id, value }))
    }
}

/// An extended property as conditions read it.
struct ExtendedSubject<'a> {
    id: &'a ExtendedId,
    value: &'a str,
}

impl Subject for ExtendedSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        match path {
            "id" => Literal::Exact(self.id.to_string()),
            _ => Literal::Text(self.value.to_owned()),
        }
    }

    fn any(&self, _: &str, _: &Expression) -> bool {
        false
    }
}
