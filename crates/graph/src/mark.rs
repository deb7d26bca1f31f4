//! The provenance mark: an extended property, or the linked resource of a task, that says which CRM record an item
//! came from.
//!
//! It travels with the item, so that a run which died after creating an item, or a new installation that
//! remembers nothing, finds the partner again instead of creating a second one.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/extended-properties-overview>

use mxs_core::CrmId;
use mxs_http::url;
use serde_json::{Map, Value, json};

/// The property's id: a named string property in a property set of our own. Items in people's mailboxes
/// carry it, so it never changes.
pub const PROPERTY_ID: &str = "String {6ce71612-7d6c-49ee-a4d9-a27795043dd9} Name mxs-crm-record";

/// The name of the application that linked resources of tasks carry, which have no extended properties. People
/// see it, and items in their mailboxes carry it, so it never changes.
pub const APPLICATION: &str = "MS Exchange Sync";

/// The JSON member that holds extended properties.
pub(crate) const MEMBER: &str = "singleValueExtendedProperties";

/// Says that an item is the copy of one CRM record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark<'a> {
    /// The CRM organisation (`zgid`): one mailbox may be used with several.
    pub org: &'a str,
    /// The record.
    pub crm: &'a CrmId,
}

impl Mark<'_> {
    /// The property's value: `zoho:<org>:<record>`.
    pub fn value(&self) -> String {
        format!("{}{}", prefix(self.org), self.crm.as_str())
    }

    /// The JSON of the property, as it stands in the body of a write.
    pub(crate) fn json(&self) -> Value {
        json!([{ "id": PROPERTY_ID, "value": self.value() }])
    }
}

/// The value of an `$expand` that asks for the property.
pub(crate) fn expand() -> String {
    url::encode(&format!("{MEMBER}($filter=id eq '{PROPERTY_ID}')"))
}

/// What the values of all marks of `org` begin with.
pub(crate) fn prefix(org: &str) -> String {
    format!("zoho:{org}:")
}

/// The record that `value` names, if it belongs to `org`.
pub fn parse(value: &str, org: &str) -> Option<CrmId> {
    let id = value.strip_prefix(&prefix(org))?;
    // Ids are decimal numbers; anything else isn't ours.
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then(|| CrmId::new(id))
}

/// The mark of an item that was read with its extended properties.
pub(crate) fn of_item(item: &Map<String, Value>, org: &str) -> Option<CrmId> {
    // Exchange may write the property set's id in another case.
    crate::json::list(item, MEMBER)
        .iter()
        .filter_map(Value::as_object)
        .filter(|property| crate::json::text(property, "id").eq_ignore_ascii_case(PROPERTY_ID))
        .find_map(|property| parse(crate::json::text(property, "value"), org))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back_for_its_own_organisation_only() {
        let crm = CrmId::new("554023000000310003");
        let value = Mark { org: "700123", crm: &crm }.value();
        assert_eq!(value, "zoho:700123:554023000000310003");
        let cases = [
            (value.as_str(), "700123", Some("554023000000310003")),
            (value.as_str(), "70012", None),
            (value.as_str(), "", None),
            ("zoho:700123:", "700123", None),
            ("zoho:700123:12x", "700123", None),
            ("zoho:700123:1:2", "700123", None),
            ("hubspot:700123:1", "700123", None),
            ("", "700123", None),
        ];
        for (value, org, wanted) in cases {
            assert_eq!(parse(value, org), wanted.map(CrmId::new), "{value} {org}");
        }
    }

    #[test]
    fn a_mark_is_found_among_other_properties_whatever_the_case_of_its_id() {
        let item = json!({ "singleValueExtendedProperties": [
            { "id": "String {00020329-0000-0000-c000-000000000046} Name other", "value": "zoho:7:1" },
            { "id": PROPERTY_ID.replace("6ce71612", "6CE71612"), "value": "zoho:7:2" },
        ]});
        let item = item.as_object().expect("an object");
        assert_eq!(of_item(item, "7"), Some(CrmId::new("2")));
        assert_eq!(of_item(item, "8"), None);
        assert_eq!(of_item(&Map::new(), "7"), None);
    }
}
