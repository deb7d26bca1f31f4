//! What of an item is wanted.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/itemshape>.

use super::super::refusal::Refusal;
use super::super::server::Version;
use super::path::Path;
use super::schema::{Level, Property};
use mxs_xml::Element;

/// In which form a body is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::microsoft::ews) enum BodyForm {
    /// As it is; text that is wanted as `Best` stays text.
    #[default]
    Best,
    Html,
    Text,
}

/// What of an item is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::microsoft::ews) struct Shape {
    /// The properties of this level and below are.
    pub(in crate::microsoft::ews) level: Level,
    /// The properties that were named beside those.
    pub(in crate::microsoft::ews) paths: Vec<Path>,
    pub(in crate::microsoft::ews) body: BodyForm,
    /// Whether the whole message is wanted as it goes over the Internet.
    pub(in crate::microsoft::ews) mime: bool,
    /// Whether it is that of a listing, which looks at no item as a whole.
    listed: bool,
}

/// Whether a property is known only to who opens an item as a whole.
fn is_whole(prefix: &str, name: &str) -> bool {
    WHOLE.iter().any(|(known, names)| *known == prefix && names.contains(&name))
}

/// What stands before the colon, and what stands behind it.
const WHOLE: [(&str, &[&str]); 2] = [
    (
        "item",
        &["Attachments", "Body", "InternetMessageHeaders", "MimeContent", "NormalizedBody", "TextBody", "UniqueBody"],
    ),
    (
        "calendar",
        &[
            "RequiredAttendees",
            "OptionalAttendees",
            "Resources",
            "Recurrence",
            "FirstOccurrence",
            "LastOccurrence",
            "ModifiedOccurrences",
            "DeletedOccurrences",
        ],
    ),
];

impl Shape {
    /// Only the id.
    pub(in crate::microsoft::ews) const fn id_only() -> Self {
        Self { level: Level::Id, paths: Vec::new(), body: BodyForm::Best, mime: false, listed: false }
    }

    /// Only these.
    pub(in crate::microsoft::ews) fn of(path: Path) -> Self {
        Self { paths: vec![path], ..Self::id_only() }
    }

    /// Reads `ItemShape`.
    pub(in crate::microsoft::ews) fn read(shape: Option<&Element>) -> Result<Self, Refusal> {
        let shape = shape.ok_or_else(|| Refusal::schema("The element 'ItemShape' is missing."))?;
        let invalid =
            |name: &str, value: &str| Refusal::schema(format!("The value '{value}' is invalid for '{name}'."));
        let level = match shape.text("BaseShape").trim() {
            "IdOnly" => Level::Id,
            "Default" => Level::Default,
            "AllProperties" => Level::All,
            other => return Err(invalid("BaseShape", other)),
        };
        let body = match shape.word("BodyType") {
            None | Some("Best") => BodyForm::Best,
            Some("HTML") => BodyForm::Html,
            Some("Text") => BodyForm::Text,
            Some(other) => return Err(invalid("BodyType", other)),
        };
        let paths = shape.get("AdditionalProperties").map(|more| more.children.as_slice()).unwrap_or_default();
        Ok(Self {
            level,
            body,
            mime: ["true", "1"].contains(&shape.text("IncludeMimeContent").trim()),
            listed: false,
            paths: paths.iter().map(Path::read).collect::<Result<_, _>>()?,
        })
    }

    /// Reads the `ItemShape` of a synchronisation, which shows what only whole items have to whoever names it. So programs
    /// use it, whatever the documents say of listings.
    pub(in crate::microsoft::ews) fn read_synced(shape: Option<&Element>) -> Result<Self, Refusal> {
        Ok(Self { listed: true, ..Self::read(shape)? })
    }

    /// Reads the `ItemShape` of a search, which can't ask for what only one item after the other is asked for.
    ///
    /// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/property-sets-and-response-shapes-in-ews-in-exchange>.
    pub(in crate::microsoft::ews) fn read_listed(shape: Option<&Element>) -> Result<Self, Refusal> {
        let read = Self::read(shape)?;
        let is_whole = |path: &&Path| matches!(path, Path::Field { prefix, name } if is_whole(prefix, name));
        if let Some(path) = read.paths.iter().find(is_whole) {
            let text = "The property can't be requested in a listing.";
            return Err(Refusal::new("ErrorInvalidPropertyRequest", text).path(path.write()));
        }
        Ok(Self { listed: true, ..read })
    }

    /// Whether a property is wanted that is called so under `prefix`.
    pub(in crate::microsoft::ews) fn wants(&self, prefix: &str, property: &Property, version: Version) -> bool {
        let is_named = || self.paths.iter().any(|path| path.name_in(prefix) == Some(property.name));
        let is_kept_back = self.listed && is_whole(prefix, property.name);
        property.since <= version && ((property.level <= self.level && !is_kept_back) || is_named())
    }
}
