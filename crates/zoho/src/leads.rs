//! What became of leads that were converted.

use crate::json::{self, filled, object};
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
        let lead = row.and_then(|row| Some((CrmId::new(filled(row, "id")?), row)));
        let (lead, row) = lead.ok_or_else(|| ZohoError::unreadable(response.status))?;
        let contact = object(row, "Converted_Contact").and_then(|contact| filled(contact, "id")).map(CrmId::new);
        conversions.push(Conversion { lead, contact });
    }
    Ok(conversions)
}
