//! Who is signed in.

use crate::{GraphError, json};
use mxs_http::{Method, Request, Response};
use std::fmt;

/// The signed-in user.
#[derive(Clone, PartialEq, Eq)]
pub struct Me {
    /// The directory object's id.
    pub id: String,
    /// The name people see; may be empty.
    pub display_name: String,
    /// The main mail address, if there is one.
    pub mail: Option<String>,
    /// The sign-in name; looks like a mail address and need not be one.
    pub user_principal_name: String,
}

/// Names and addresses are personal data.
impl fmt::Debug for Me {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Me").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Asks who is signed in.
///
/// <https://learn.microsoft.com/en-us/graph/api/user-get>
pub fn request() -> Request {
    Request::new(Method::Get, "/v1.0/me?$select=id,displayName,mail,userPrincipalName")
}

/// Reads the answer to [`request`].
pub fn parse(response: &Response) -> Result<Me, GraphError> {
    let user = json::success(response)?;
    let id = json::filled(&user, "id").ok_or_else(|| GraphError::unreadable(response.status))?;
    Ok(Me {
        id: id.to_owned(),
        display_name: json::text(&user, "displayName").to_owned(),
        mail: json::filled(&user, "mail").map(str::to_owned),
        user_principal_name: json::text(&user, "userPrincipalName").to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn the_user_is_read_and_hidden() {
        let body = r#"{"id":"u1","displayName":"Ada Lovelace","mail":null,"userPrincipalName":"ada@corp.example"}"#;
        let me = parse(&Response::new(200).body("application/json", body)).expect("a user");
        let (name, upn) = ("Ada Lovelace".to_owned(), "ada@corp.example".to_owned());
        assert_eq!(me, Me { id: "u1".into(), display_name: name, mail: None, user_principal_name: upn });
        assert_eq!(format!("{me:?}"), r#"Me { id: "u1", .. }"#);
        assert_eq!(request().url, "/v1.0/me?$select=id,displayName,mail,userPrincipalName");
    }

    #[test]
    fn what_is_no_user_is_an_error() {
        let cases = [(200, "{}"), (200, "[]"), (200, "<html>")];
        for (status, body) in cases {
            let found = parse(&Response::new(status).body("text/html", body)).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{body}");
        }
        assert_eq!(parse(&Response::new(401)).map_err(|error| error.kind), Err(ErrorKind::SignInAgain));
    }
}
