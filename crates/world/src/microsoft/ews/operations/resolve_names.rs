//! People by a part of their name or address.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/resolvenames-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::directory::User;
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::ids;
use crate::microsoft::ews::names::{m, said, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_xml::Element;

/// The most that are told of (documented).
const FOUND_MAX: usize = 100;

pub(super) const OPERATION: Operation = Operation {
    name: "ResolveNames",
    since: Version::Exchange2007,
    parts: &[Part::optional("ParentFolderIds"), Part::required("UnresolvedEntry")],
    run,
};

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let full = match asked.attribute("ReturnFullContactData") {
        Some("true" | "1") => true,
        Some("false" | "0") => false,
        _ => return Err(Refusal::schema("The required attribute 'ReturnFullContactData' is missing.")),
    };
    let wanted = Wanted::read(asked.text("UnresolvedEntry"))?;
    let places: &[Place] = match asked.attribute("SearchScope").unwrap_or("ActiveDirectoryContacts") {
        "ActiveDirectory" => &[Place::Directory],
        "ActiveDirectoryContacts" => &[Place::Directory, Place::Contacts],
        "Contacts" => &[Place::Contacts],
        "ContactsActiveDirectory" => &[Place::Contacts, Place::Directory],
        _ => return Err(Refusal::schema("The 'SearchScope' attribute is invalid.")),
    };
    let mut found = Vec::new();
    for place in places {
        match place {
            Place::Directory => found.extend(in_directory(call, &wanted, full)?),
            Place::Contacts => found.extend(in_contacts(call, &wanted)?),
        }
    }
    let all = found.len();
    found.truncate(FOUND_MAX);
    let set = m("ResolutionSet")
        .with("TotalItemsInView", &found.len().to_string())
        .with("IncludesLastItemInRange", if all > FOUND_MAX { "false" } else { "true" })
        .children(found);
    Ok(Reply::Each(vec![match all {
        0 => Message::Refused(Refusal::new("ErrorNameResolutionNoResults", "No results were found."), Vec::new()),
        1 => Message::Done(vec![set]),
        _ => {
            let several = Refusal::new("ErrorNameResolutionMultipleResults", "Multiple results were found.");
            Message::Warning(several, vec![set])
        }
    }]))
}

/// Where is searched.
#[derive(Clone, Copy)]
enum Place {
    Directory,
    Contacts,
}

/// What somebody typed.
enum Wanted {
    /// The beginning of a word of a name, or of an address.
    Beginning(String),
    /// A whole address.
    Address(String),
}

impl Wanted {
    fn read(entry: &str) -> Result<Self, Refusal> {
        let entry = entry.trim().to_lowercase();
        if entry.is_empty() {
            return Err(Refusal::schema("The 'UnresolvedEntry' element is invalid."));
        }
        Ok(match entry.strip_prefix("smtp:") {
            Some(address) => Self::Address(address.trim().to_owned()),
            None => Self::Beginning(entry),
        })
    }

    /// Whether somebody of these names and this address is meant.
    fn means(&self, names: &[&str], address: &str) -> bool {
        let address = address.to_lowercase();
        match self {
            Self::Address(wanted) => address == *wanted,
            Self::Beginning(wanted) => {
                let begins = |name: &&str| {
                    let name = name.to_lowercase();
                    name.starts_with(wanted) || name.split_whitespace().any(|word| word.starts_with(wanted))
                };
                address.starts_with(wanted) || names.iter().any(begins)
            }
        }
    }
}

/// Those of the organisation who have a mailbox, by name.
fn in_directory(call: &EwsCall<'_, '_>, wanted: &Wanted, full: bool) -> Result<Vec<Element>, Refusal> {
    let tenant = &call.owner()?.tenant;
    let colleagues = call.microsoft.directory.users.values().filter(|user| user.tenant == *tenant && user.has_mailbox);
    let mut found: Vec<&User> = colleagues
        .filter(|user| {
            let names = [user.display_name.as_str(), user.surname.as_deref().unwrap_or_default()];
            wanted.means(&names, address(user))
        })
        .collect();
    found.sort_by_key(|user| (user.display_name.to_lowercase(), user.id.clone()));
    let resolution = |user: &User| {
        let contact = full.then(|| contact(user));
        t("Resolution").child(mailbox(&user.display_name, address(user), "Mailbox", None)).children(contact)
    };
    Ok(found.into_iter().map(resolution).collect())
}

fn address(user: &User) -> &str {
    user.mail.as_deref().unwrap_or(&user.user_principal_name)
}

/// What the directory knows of somebody.
fn contact(user: &User) -> Element {
    let optional = |name: &str, value: &Option<String>| value.as_ref().map(|value| said(name, value));
    let entry = t("Entry").with("Key", "EmailAddress1").saying(&format!("SMTP:{}", address(user)));
    t("Contact")
        .child(said("DisplayName", &user.display_name))
        .children(optional("GivenName", &user.given_name))
        .child(t("EmailAddresses").child(entry))
        .child(said("ContactSource", "ActiveDirectory"))
        .children(optional("Surname", &user.surname))
}

/// The addresses of the mailbox's contacts: one that has several is told of several times.
fn in_contacts(call: &EwsCall<'_, '_>, wanted: &Wanted) -> Result<Vec<Element>, Refusal> {
    let mut found = Vec::new();
    for contact in call.mailbox()?.in_reach() {
        let property = |name: &str| contact.property(name, false).unwrap_or_default();
        let text = |name: &str| property(name).as_str().unwrap_or_default().to_owned();
        let names = ["displayName", "givenName", "surname", "nickName"].map(text);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let addresses = property("emailAddresses");
        for email in addresses.as_array().into_iter().flatten() {
            let address = email["address"].as_str().unwrap_or_default();
            if !address.is_empty() && wanted.means(&names, address) {
                let name =
                    email["name"].as_str().filter(|name| !name.is_empty() && *name != address).unwrap_or(names[0]);
                let id =
                    t("ItemId").with("Id", &ids::written(&contact.default_id)).with("ChangeKey", &contact.change_key);
                let resolution = t("Resolution").child(mailbox(name, address, "Contact", Some(id)));
                found.push((name.to_lowercase(), address.to_lowercase(), resolution));
            }
        }
    }
    found.sort_by(|left, right| (&left.0, &left.1).cmp(&(&right.0, &right.1)));
    Ok(found.into_iter().map(|(.., resolution)| resolution).collect())
}

fn mailbox(name: &str, address: &str, kind: &str, id: Option<Element>) -> Element {
    t("Mailbox")
        .child(said("Name", name))
        .child(said("EmailAddress", address))
        .child(said("RoutingType", "SMTP"))
        .child(said("MailboxType", kind))
        .children(id)
}
