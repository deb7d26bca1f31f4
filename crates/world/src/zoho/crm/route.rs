//! Which operation a request asks for.

use super::emails::EmailRoute;
use super::failure::Failure;
use super::scope;
use crate::zoho::permission::Action;
use mxs_http::Method;
use mxs_http::url::decode;

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Org,
    Users,
    User(String),
    Profiles,
    Profile(String),
    Roles,
    Role(String),
    Modules,
    Module(String),
    Fields,
    Field(String),
    Tags,
    Coql,
    Composite,
    Emails(EmailRoute),
    /// The channels on which changes are told.
    Watch(Method),
    Records(String, Operation),
}

/// An operation on the records of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    List,
    Get(String),
    Insert,
    Update,
    UpdateOne(String),
    Upsert,
    Delete,
    DeleteOne(String),
    Deleted,
    Search,
    Count,
    /// Cancels a meeting.
    Cancel(String),
    /// Puts tags on the record that the path names, or on those that the body names.
    AddTags(Option<String>),
    RemoveTags(Option<String>),
}

impl Operation {
    /// What the operation does to records. Upsert both adds and changes; the profile and the scope are
    /// asked for each when it comes to it.
    pub(crate) fn action(&self) -> Action {
        match self {
            Operation::List | Operation::Get(_) | Operation::Deleted | Operation::Search | Operation::Count => {
                Action::View
            }
            Operation::Insert | Operation::Upsert => Action::Create,
            Operation::Update | Operation::UpdateOne(_) | Operation::Cancel(_) => Action::Edit,
            Operation::AddTags(_) | Operation::RemoveTags(_) => Action::Tags,
            Operation::Delete | Operation::DeleteOne(_) => Action::Delete,
        }
    }
}

/// The only version that the stand-in knows.
const BASE: [&str; 2] = ["crm", "v8"];

impl Route {
    /// Reads method and path, which still starts with `/crm/v8`.
    pub(crate) fn parse(method: Method, path: &str) -> Result<Self, Failure> {
        let segments: Vec<String> = path.trim_matches('/').split('/').map(decode).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let Some(rest) = segments.strip_prefix(&BASE) else { return Err(Failure::unknown_url()) };
        let only = |wanted: Method, route: Route| if method == wanted { Ok(route) } else { Err(Failure::method()) };
        let text = |text: &str| text.to_owned();
        if let Some(route) = EmailRoute::read(method, rest) {
            return route.map(Route::Emails);
        }
        match rest {
            ["org"] => only(Method::Get, Route::Org),
            ["users"] => only(Method::Get, Route::Users),
            ["users", id] => only(Method::Get, Route::User(text(id))),
            ["settings", "profiles"] => only(Method::Get, Route::Profiles),
            ["settings", "profiles", id] => only(Method::Get, Route::Profile(text(id))),
            ["settings", "roles"] => only(Method::Get, Route::Roles),
            ["settings", "roles", id] => only(Method::Get, Route::Role(text(id))),
            ["settings", "modules"] => only(Method::Get, Route::Modules),
            ["settings", "modules", name] => only(Method::Get, Route::Module(text(name))),
            ["settings", "fields"] => only(Method::Get, Route::Fields),
            ["settings", "fields", id] => only(Method::Get, Route::Field(text(id))),
            ["settings", "tags"] => only(Method::Get, Route::Tags),
            ["settings", ..] => Err(Failure::unknown_url()),
            ["coql"] => only(Method::Post, Route::Coql),
            ["__composite_requests"] => only(Method::Post, Route::Composite),
            ["actions", "watch"] => match method {
                Method::Delete | Method::Get | Method::Patch | Method::Post | Method::Put => Ok(Route::Watch(method)),
                Method::Head | Method::Options => Err(Failure::method()),
            },
            [module, tail @ ..] if !module.is_empty() => records(method, module, tail),
            _ => Err(Failure::unknown_url()),
        }
    }

    /// Whether the caller's scopes allow the operation. That of COQL and composite requests is only the
    /// first they need: the module's, and those of the parts, are asked for later.
    pub(crate) fn allowed(&self, scopes: &[String]) -> bool {
        match self {
            Route::Org => scope::read(scopes, "org"),
            Route::Users | Route::User(_) => scope::read(scopes, "users"),
            Route::Profiles | Route::Profile(_) => scope::read(scopes, "settings.profiles"),
            Route::Roles | Route::Role(_) => scope::read(scopes, "settings.roles"),
            Route::Modules | Route::Module(_) => scope::read(scopes, "settings.modules"),
            Route::Fields | Route::Field(_) => scope::read(scopes, "settings.fields"),
            Route::Tags => scope::read(scopes, "settings.tags"),
            Route::Coql => scope::read(scopes, "coql"),
            Route::Composite => scope::composite(scopes),
            Route::Watch(method) => scope::notifications(scopes, *method),
            Route::Emails(route) => route.allowed(scopes),
            Route::Records(module, Operation::Upsert) => {
                scope::records(scopes, module, Action::Create) && scope::records(scopes, module, Action::Edit)
            }
            Route::Records(module, Operation::AddTags(_)) => {
                scope::of_module(scopes, module, &["ALL", "WRITE", "CREATE"])
            }
            Route::Records(module, operation) => scope::records(scopes, module, operation.action()),
        }
    }
}

fn records(method: Method, module: &str, tail: &[&str]) -> Result<Route, Failure> {
    let operation = match (tail, method) {
        ([], Method::Get) => Operation::List,
        ([], Method::Post) => Operation::Insert,
        ([], Method::Put) => Operation::Update,
        ([], Method::Delete) => Operation::Delete,
        (["upsert"], Method::Post) => Operation::Upsert,
        (["deleted"], Method::Get) => Operation::Deleted,
        (["search"], Method::Get) => Operation::Search,
        (["actions", "count"], Method::Get) => Operation::Count,
        (["actions", "add_tags"], Method::Post) => Operation::AddTags(None),
        (["actions", "remove_tags"], Method::Post) => Operation::RemoveTags(None),
        ([] | ["upsert" | "deleted" | "search"] | ["actions", "count" | "add_tags" | "remove_tags"], _) => {
            return Err(Failure::method());
        }
        ([id], Method::Get) => Operation::Get((*id).to_owned()),
        ([id], Method::Put) => Operation::UpdateOne((*id).to_owned()),
        ([id], Method::Delete) => Operation::DeleteOne((*id).to_owned()),
        ([id, "actions", "add_tags"], Method::Post) => Operation::AddTags(Some((*id).to_owned())),
        ([id, "actions", "remove_tags"], Method::Post) => Operation::RemoveTags(Some((*id).to_owned())),
        ([id, "actions", "cancel"], Method::Post) if module == "Events" => Operation::Cancel((*id).to_owned()),
        ([_] | [_, "actions", "add_tags" | "remove_tags"], _) => return Err(Failure::method()),
        ([_, "actions", "cancel"], _) if module == "Events" => return Err(Failure::method()),
        _ => return Err(Failure::unknown_url()),
    };
    Ok(Route::Records(module.to_owned(), operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_operations() {
        let records = |operation| Ok(Route::Records("Contacts".to_owned(), operation));
        let cases = [
            (Method::Get, "/crm/v8/org", Ok(Route::Org)),
            (Method::Get, "/crm/v8/Contacts", records(Operation::List)),
            (Method::Put, "/crm/v8/Contacts/12", records(Operation::UpdateOne("12".into()))),
            (Method::Post, "/crm/v8/Contacts/upsert", records(Operation::Upsert)),
            (Method::Get, "/crm/v8/Contacts/actions/count", records(Operation::Count)),
            (Method::Post, "/crm/v8/Contacts/actions/add_tags", records(Operation::AddTags(None))),
            (
                Method::Post,
                "/crm/v8/Contacts/12/actions/remove_tags",
                records(Operation::RemoveTags(Some("12".into()))),
            ),
        ];
        for (method, path, expected) in cases {
            assert_eq!(Route::parse(method, path), expected, "{method} {path}");
        }
        let refused = [
            (Method::Get, "/crm/v2/Contacts", 404),
            (Method::Get, "/crm/v8", 404),
            (Method::Get, "/crm/v8/Contacts/12/nothing/here", 404),
            (Method::Get, "/crm/v8/settings/unknown", 404),
            (Method::Patch, "/crm/v8/Contacts", 405),
            (Method::Get, "/crm/v8/coql", 405),
            (Method::Get, "/crm/v8/Events/12/actions/cancel", 405),
            (Method::Post, "/crm/v8/Contacts/12/actions/cancel", 404),
        ];
        for (method, path, status) in refused {
            assert_eq!(Route::parse(method, path).map_err(|failure| failure.status), Err(status), "{method} {path}");
        }
    }
}
