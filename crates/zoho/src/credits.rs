//! How many calls the organisation has left today.

use mxs_http::Response;

/// The credits that are left of the last 24 hours', as an answer says it; `None` while less than half of them are
/// spent, when the CRM doesn't say.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html>
pub fn remaining(response: &Response) -> Option<u64> {
    response.headers.get("X-API-CREDITS-REMAINING")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_read_where_they_are_told() {
        let cases =
            [(Some("1200"), Some(1200)), (Some(" 0 "), Some(0)), (Some("-1"), None), (Some("x"), None), (None, None)];
        for (value, wanted) in cases {
            let mut response = Response::new(200);
            if let Some(value) = value {
                response = response.header("x-api-credits-remaining", value);
            }
            assert_eq!(remaining(&response), wanted, "{value:?}");
        }
    }
}
