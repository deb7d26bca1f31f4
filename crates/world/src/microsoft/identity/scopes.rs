//! What an application may ask for.
//!
//! See <https://learn.microsoft.com/en-us/graph/permissions-reference> and
//! <https://learn.microsoft.com/en-us/entra/identity-platform/scopes-oidc>.

/// One delegated permission of Microsoft Graph, or a scope of OpenID Connect.
pub(super) struct Permission {
    /// The name as it stands in a request.
    pub(super) name: &'static str,
    /// Whether only an administrator can consent to it.
    pub(super) admin: bool,
    /// What the consent page says.
    pub(super) title: &'static str,
    /// A sentence more.
    pub(super) detail: &'static str,
}

const fn user(name: &'static str, title: &'static str, detail: &'static str) -> Permission {
    Permission { name, admin: false, title, detail }
}

const fn admin(name: &'static str, title: &'static str, detail: &'static str) -> Permission {
    Permission { name, admin: true, title, detail }
}

/// Every permission this stand-in knows, so that a misspelt one is refused as the vendor refuses it.
const PERMISSIONS: &[Permission] = &[
    user("openid", "Sign you in", "The app learns that it is you."),
    user("profile", "View your basic profile", "The app sees your name and your sign-in name."),
    user("email", "View your email address", "The app sees your primary email address."),
    user(
        "offline_access",
        "Maintain access to data you have given it access to",
        "Also when you are not using the app.",
    ),
    user("User.Read", "Sign you in and read your profile", "The app sees your profile and basic company information."),
    user(
        "User.ReadBasic.All",
        "Read the basic profiles of all users",
        "Names, photos and email addresses of your colleagues.",
    ),
    admin(
        "User.Read.All",
        "Read the full profiles of all users",
        "All profile properties of everyone in your organization.",
    ),
    user("Contacts.Read", "Read your contacts", "The app can read the contacts in your contact folders."),
    user(
        "Contacts.ReadWrite",
        "Have full access to your contacts",
        "The app can read, create, update and delete contacts in your contact folders.",
    ),
    user("Contacts.Read.Shared", "Read your contacts and shared contacts", "Also those that others share with you."),
    user(
        "Contacts.ReadWrite.Shared",
        "Read and write your contacts and shared contacts",
        "Also those that others share with you.",
    ),
    user("Calendars.Read", "Read your calendars", "The app can read events in your calendars."),
    user(
        "Calendars.ReadWrite",
        "Have full access to your calendars",
        "The app can read, create, update and delete events in your calendars.",
    ),
    user("Tasks.Read", "Read your tasks and task lists", "The app can read your tasks."),
    user(
        "Tasks.ReadWrite",
        "Create, read, update and delete your tasks and task lists",
        "The app can change your tasks.",
    ),
    user("Mail.Read", "Read your mail", "The app can read email in your mailbox."),
    user(
        "Mail.ReadWrite",
        "Read and write access to your mail",
        "The app can create, read, update and delete email, not send it.",
    ),
    user("Mail.Send", "Send mail as you", "The app can send mail in your name."),
    user("MailboxSettings.Read", "Read your mailbox settings", "Such as your time zone and language."),
];

/// The permission of this name; names compare without regard to case, as Entra compares them.
pub(super) fn permission(name: &str) -> Option<&'static Permission> {
    PERMISSIONS.iter().find(|permission| permission.name.eq_ignore_ascii_case(name))
}

/// Scopes that belong to sign-in itself: they give no right in Graph.
pub(super) const SIGN_IN: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// What a `scope` parameter asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// These permissions, by their own spelling.
    Permissions(Vec<String>),
    /// Everything of the registration (`/.default`), and these sign-in scopes.
    Default(Vec<String>),
}

/// Why a `scope` parameter is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BadScope {
    /// Nothing is asked for.
    Empty,
    /// Another resource than Microsoft Graph.
    Resource(String),
    /// No such permission.
    Unknown(String),
    /// `/.default` together with a permission of Graph.
    Mixed,
}

/// Reads a `scope` parameter. A permission stands alone or behind `https://graph.microsoft.com/`.
pub(super) fn parse(scope: &str) -> Result<Asked, BadScope> {
    let (mut names, mut default) = (Vec::new(), false);
    for word in scope.split_whitespace() {
        let name = match word.split_once("://") {
            Some((_, rest)) => {
                let (host, name) = rest.split_once('/').unwrap_or((rest, ""));
                if !host.eq_ignore_ascii_case("graph.microsoft.com") {
                    return Err(BadScope::Resource(word.to_owned()));
                }
                name.trim_start_matches('/')
            }
            None => word,
        };
        if name == ".default" {
            default = true;
        } else {
            let permission = permission(name).ok_or_else(|| BadScope::Unknown(name.to_owned()))?;
            if !names.iter().any(|known| known == permission.name) {
                names.push(permission.name.to_owned());
            }
        }
    }
    let graph_names = names.iter().any(|name| !SIGN_IN.contains(&name.as_str()));
    match (default, graph_names) {
        (true, true) => Err(BadScope::Mixed),
        (true, false) => Ok(Asked::Default(names)),
        (false, _) if names.is_empty() => Err(BadScope::Empty),
        (false, _) => Ok(Asked::Permissions(names)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_with_and_without_the_resource() {
        let graph = |names: &[&str]| Ok(Asked::Permissions(names.iter().map(|&name| name.to_owned()).collect()));
        let cases = [
            ("openid  offline_access Contacts.ReadWrite", graph(&["openid", "offline_access", "Contacts.ReadWrite"])),
            ("https://graph.microsoft.com/contacts.read Contacts.Read", graph(&["Contacts.Read"])),
            ("https://graph.microsoft.com/.default openid", Ok(Asked::Default(vec!["openid".into()]))),
            ("https://graph.microsoft.com/.default User.Read", Err(BadScope::Mixed)),
            ("api://other/.default", Err(BadScope::Resource("api://other/.default".into()))),
            ("Contact.Read", Err(BadScope::Unknown("Contact.Read".into()))),
            (" ", Err(BadScope::Empty)),
        ];
        for (scope, expected) in cases {
            assert_eq!(parse(scope), expected, "{scope}");
        }
    }
}
