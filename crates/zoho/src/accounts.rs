//! Companies, which are accounts in the CRM: a contact names one by its id.

use crate::json::{self, filled};
use crate::{ZohoError, records};
use mxs_core::VendorRefusal;
use mxs_http::{Method, Request, Response};
use serde_json::json;
use std::collections::BTreeMap;

/// The most names of one query.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
pub const NAMES_MAX: usize = 50;

/// Ids of accounts by their names, regardless of case and of blanks around them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Accounts(BTreeMap<String, String>);

/// Who does business with whom is nobody else's business.
impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts").field("accounts", &self.0.len()).finish_non_exhaustive()
    }
}

impl Accounts {
    /// The id of the account of this name.
    pub fn id(&self, name: &str) -> Option<&str> {
        self.0.get(&key(name)).map(String::as_str)
    }

    /// Takes in an account. Of several with one name the first stays.
    pub fn add(&mut self, name: &str, id: &str) {
        self.0.entry(key(name)).or_insert_with(|| id.to_owned());
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Whether a query can ask for an account of this name. Reports differ on how the query language escapes, so
/// that a name with both quotes or with a backslash can't be asked for, and must not be taken for missing.
pub fn can_ask(name: &str) -> bool {
    let has_both_quotes = name.contains('\'') && name.contains('"');
    !name.contains('\\') && !has_both_quotes
}

/// Asks for the accounts with these names, [`NAMES_MAX`] at most, each of which [can be asked for](can_ask).
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html>
pub fn find(names: &[&str]) -> Request {
    debug_assert!(names.len() <= NAMES_MAX, "the CRM refuses more");
    let quoted = |name: &&str| {
        let quote = if name.contains('\'') { '"' } else { '\'' };
        format!("{quote}{}{quote}", name.trim())
    };
    let names: Vec<String> = names.iter().filter(|name| can_ask(name)).map(quoted).collect();
    let limit = records::QUERY_LIMIT;
    records::query(&format!(
        "select Account_Name from Accounts where Account_Name in ({}) order by id asc limit {limit}",
        names.join(", ")
    ))
}

/// Reads the answer to [`find`]. Of several accounts with one name it is the oldest. If there are so many that
/// one answer doesn't have them all, nobody could tell whether a name is missing.
pub fn parse(response: &Response) -> Result<Accounts, ZohoError> {
    let answer = json::rows(response, json::DATA)?;
    let unreadable = || ZohoError::unreadable(response.status);
    let mut accounts = Accounts::default();
    let mut count = 0;
    for row in json::objects(&answer) {
        let read = row.and_then(|row| Some((filled(row, "Account_Name")?, filled(row, "id")?)));
        let (name, id) = read.ok_or_else(unreadable)?;
        accounts.add(name, id);
        count += 1;
    }
    if records::more(&answer, count == records::QUERY_LIMIT) == Some(false) { Ok(accounts) } else { Err(unreadable()) }
}

/// Creates accounts that belong to `owner`, [`records::WRITE_MAX`] at most.
pub fn insert(owner: &str, names: &[&str]) -> Request {
    let row = |name: &&str| json!({ "Account_Name": name.trim(), "Owner": { "id": owner } });
    records::write(Method::Post, "/crm/v8/Accounts", names.iter().map(row).collect())
}

/// Reads the answer to [`insert`]: for each of the `count` names in their order the id of its account.
pub fn parse_inserted(response: &Response, count: usize) -> Result<Vec<Result<String, VendorRefusal>>, ZohoError> {
    records::outcomes(None, response, count, |details| Some(filled(details, "id")?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use serde_json::Value;

    fn answer(status: u16, body: &Value) -> Response {
        Response::new(status).body("application/json", body.to_string())
    }

    fn body(request: &Request) -> Value {
        serde_json::from_slice(&request.body).expect("JSON")
    }

    #[test]
    fn accounts_are_asked_for_by_name() {
        let request = find(&["Analytical Engines", " O'Neill & Sons ", "The \"Bureau\""]);
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "/crm/v8/coql"));
        let query = "select Account_Name from Accounts where Account_Name in \
                     ('Analytical Engines', \"O'Neill & Sons\", 'The \"Bureau\"') order by id asc limit 2000";
        assert_eq!(body(&request), json!({ "select_query": query }));
        for name in ["both ' and \"", "a\\b"] {
            assert!(!can_ask(name), "{name}");
        }
        assert!(can_ask("O'Neill") && can_ask("\"x\""));
    }

    #[test]
    fn the_oldest_of_several_counts_and_case_does_not() {
        let rows = json!({ "data": [
            { "id": "1", "Account_Name": "Bureau" },
            { "id": "2", "Account_Name": "BUREAU" },
            { "id": "3", "Account_Name": "Engines" },
        ], "info": { "more_records": false } });
        let accounts = parse(&answer(200, &rows)).expect("accounts");
        assert_eq!((accounts.id(" bureau"), accounts.id("Engines"), accounts.id("x")), (Some("1"), Some("3"), None));
        assert_eq!(format!("{accounts:?}"), "Accounts { accounts: 2, .. }");
        assert_eq!(parse(&Response::new(204)), Ok(Accounts::default()));
    }

    #[test]
    fn what_may_lack_a_name_is_unreadable() {
        let answers = [
            json!({ "data": [{ "id": "1" }] }),
            json!({ "data": [{ "Account_Name": "Bureau" }] }),
            json!({ "data": ["x"] }),
            json!({ "data": [{ "id": "1", "Account_Name": "Bureau" }], "info": { "more_records": true } }),
            json!({}),
        ];
        for body in answers {
            let found = parse(&answer(200, &body)).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{body}");
        }
    }

    #[test]
    fn an_account_is_made_without_starting_anything() {
        let request = insert("5", &["Bureau "]);
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "/crm/v8/Accounts"));
        let row = json!({ "Account_Name": "Bureau", "Owner": { "id": "5" } });
        assert_eq!(body(&request), json!({ "data": [row], "trigger": [] }));

        let rows = json!({ "data": [
            { "code": "SUCCESS", "details": { "id": "7" }, "status": "success" },
            { "code": "INVALID_DATA", "details": { "api_name": "Account_Name", "maximum_length": 200 }, "status": "error" },
        ] });
        let outcomes = parse_inserted(&answer(207, &rows), 2).expect("outcomes");
        assert_eq!(outcomes[0], Ok("7".to_owned()));
        assert_eq!(outcomes[1].as_ref().map_err(|refusal| refusal.max_length), Err(Some(200)));
        assert!(parse_inserted(&answer(207, &rows), 3).is_err(), "nobody knows which row is whose");
    }
}
