//! What became of leads that were converted.

use crate::json::{self, filled, named};
use crate::{Module, ZohoError, records};
use mxs_core::CrmId;
use mxs_http::{Method, Request, Response};

/// A lead that was converted. It still exists, but out of sight and closed to changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The lead.
    pub lead: CrmId,
    /// The contact that it became; `None` if whoever converted it made none, or the contact is gone.
    pub contact: Option<CrmId>,
}

/// Asks which of these leads, [`records::LOOKUP_MAX`] at most, were converted.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/get-records.html>
pub fn conversions(ids: &[CrmId]) -> Request {
    debug_assert!(ids.len() <= records::LOOKUP_MAX, "the CRM refuses more");
    let (path, ids) = (records::path(Module::Leads), records::joined(ids));
    Request::new(Method::Get, format!("{path}?ids={ids}&fields=Converted_Contact&converted=true&approved=both"))
}

/// Reads the answer to [`conversions`]: the leads that were converted, and no others.
pub fn parse_conversions(response: &Response) -> Result<Vec<Conversion>, ZohoError> {
    let answer = json::rows(response, json::DATA)?;
    let mut conversions = Vec::new();
    for row in json::objects(&answer) {
        let read = |row| Some((CrmId::new(filled(row, "id")?), named(row, "Converted_Contact")?.map(CrmId::new)));
        let (lead, contact) = row.and_then(read).ok_or_else(|| ZohoError::unreadable(response.status))?;
        conversions.push(Conversion { lead, contact });
    }
    Ok(conversions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use serde_json::json;

    #[test]
    fn a_lead_that_was_converted_names_its_contact() {
        let request = conversions(&[CrmId::new("1"), CrmId::new("2")]);
        let url = "/crm/v8/Leads?ids=1,2&fields=Converted_Contact&converted=true&approved=both";
        assert_eq!((request.method, request.url.as_str()), (Method::Get, url));

        let rows = json!({ "data": [
            { "id": "1", "Converted_Contact": { "id": "30", "name": "Ada" } },
            { "id": "2", "Converted_Contact": null },
        ] });
        let answer = |body: serde_json::Value| Response::new(200).body("application/json", body.to_string());
        let conversion =
            |lead: &str, contact: Option<&str>| Conversion { lead: CrmId::new(lead), contact: contact.map(CrmId::new) };
        let wanted = vec![conversion("1", Some("30")), conversion("2", None)];
        assert_eq!(parse_conversions(&answer(rows)), Ok(wanted));
        assert_eq!(parse_conversions(&Response::new(204)), Ok(Vec::new()));
        for body in [json!({ "data": [{}] }), json!({ "data": ["x"] }), json!({})] {
            let found = parse_conversions(&answer(body)).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable));
        }
    }
}
