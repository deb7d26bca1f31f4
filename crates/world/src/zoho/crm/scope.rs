//! Which scopes a call needs.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/scopes.html>

use crate::zoho::permission::Action;
use mxs_http::Method;

/// Whether `scopes` has one of `wanted`. Names of modules are written in small letters in documents and
/// in capitals by some pages, so case doesn't count.
fn any(scopes: &[String], wanted: &[String]) -> bool {
    scopes.iter().any(|scope| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(scope)))
}

/// The operations that cover an action on records.
fn operations(action: Action) -> &'static [&'static str] {
    match action {
        Action::View => &["ALL", "READ"],
        Action::Create => &["ALL", "WRITE", "CREATE"],
        Action::Edit => &["ALL", "WRITE", "UPDATE"],
        Action::Delete => &["ALL", "DELETE"],
        Action::Tags => &["ALL", "WRITE"],
    }
}

/// Whether `scopes` allow `action` on the records of `module`.
pub(crate) fn records(scopes: &[String], module: &str, action: Action) -> bool {
    of_module(scopes, module, operations(action))
}

/// Whether `scopes` have one of `operations` on `module`.
pub(crate) fn of_module(scopes: &[String], module: &str, operations: &[&str]) -> bool {
    let wanted: Vec<String> = operations
        .iter()
        .flat_map(|operation| [format!("ZohoCRM.modules.{operation}"), format!("ZohoCRM.modules.{module}.{operation}")])
        .collect();
    any(scopes, &wanted)
}

/// Whether `scopes` allow everything with the records of `module`.
pub(crate) fn full(scopes: &[String], module: &str) -> bool {
    any(scopes, &["ZohoCRM.modules.ALL".to_owned(), format!("ZohoCRM.modules.{module}.ALL")])
}

/// Whether `scopes` allow sending mail to records of `module`.
pub(crate) fn send_mail(scopes: &[String], module: &str) -> bool {
    any(scopes, &["ZohoCRM.send_mail.all.CREATE".to_owned(), format!("ZohoCRM.send_mail.{module}.CREATE")])
}

/// Whether `scopes` allow reading `what`: `users`, `org`, `coql`, or `settings.fields` and the like.
pub(crate) fn read(scopes: &[String], what: &str) -> bool {
    let mut wanted = vec![format!("ZohoCRM.{what}.ALL"), format!("ZohoCRM.{what}.READ")];
    if what.starts_with("settings.") {
        wanted.extend(["ZohoCRM.settings.ALL".to_owned(), "ZohoCRM.settings.READ".to_owned()]);
    }
    any(scopes, &wanted)
}

/// Whether `scopes` allow composite requests.
pub(crate) fn composite(scopes: &[String]) -> bool {
    any(scopes, &["ZohoCRM.composite_requests.CUSTOM".to_owned()])
}

/// Whether `scopes` allow a call about channels.
pub(crate) fn notifications(scopes: &[String], method: Method) -> bool {
    let operations: &[&str] = match method {
        Method::Post => &["ALL", "WRITE", "CREATE"],
        Method::Put | Method::Patch => &["ALL", "WRITE", "UPDATE"],
        Method::Delete => &["ALL", "DELETE"],
        Method::Get | Method::Head | Method::Options => &["ALL", "READ"],
    };
    let wanted: Vec<String> = operations.iter().map(|operation| format!("ZohoCRM.notifications.{operation}")).collect();
    any(scopes, &wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_cover_what_they_name() {
        let cases = [
            ("ZohoCRM.modules.ALL", Action::Delete, true),
            ("ZohoCRM.modules.contacts.ALL", Action::Create, true),
            ("ZohoCRM.modules.Contacts.READ", Action::View, true),
            ("ZohoCRM.modules.READ", Action::Edit, false),
            ("ZohoCRM.modules.contacts.WRITE", Action::Edit, true),
            ("ZohoCRM.modules.contacts.WRITE", Action::Delete, false),
            ("ZohoCRM.modules.leads.ALL", Action::View, false),
        ];
        for (scope, action, expected) in cases {
            assert_eq!(records(&[scope.to_owned()], "Contacts", action), expected, "{scope} {action:?}");
        }
        assert!(read(&["ZohoCRM.settings.ALL".to_owned()], "settings.fields"));
        assert!(!read(&["ZohoCRM.settings.ALL".to_owned()], "users"));
    }
}
