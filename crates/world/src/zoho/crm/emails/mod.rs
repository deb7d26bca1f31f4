//! Mails of records: associating those of a mailbox, asking which are there, listing them, sending.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/associate-email.html>,
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-email-rel-list.html>,
//! <https://www.zoho.com/crm/developer/docs/api/v8/send-mail.html>

mod associate;
mod draft;
mod list;
mod rules;
mod send;
mod stored;

pub(crate) use draft::Draft;
pub use rules::EmailRules;
pub(crate) use stored::{Email, Emails};

use super::call::Call;
use super::failure::Failure;
use super::scope;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::permission::Action;
use crate::zoho::schema::{self, Module};
use mxs_http::{Method, Response};

/// The modules of the stand-in whose records have mails.
const MODULES: [&str; 4] = ["Leads", "Contacts", "Accounts", "Deals"];

/// An operation on mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EmailRoute {
    /// Whether a message is known.
    Available,
    /// Puts a mail of a mailbox beside a record.
    Associate { module: String, id: String },
    /// The mails of a record.
    List { module: String, id: String },
    /// One of them.
    One { module: String, id: String, message: String },
    /// Sends a mail to whom the record is of.
    Send { module: String, id: String },
}

impl EmailRoute {
    /// Reads the segments behind the version; `None` where they are of something else.
    pub(crate) fn read(method: Method, segments: &[&str]) -> Option<Result<Self, Failure>> {
        let own = |text: &&str| (*text).to_owned();
        let (wanted, route) = match segments {
            ["actions", "email_available"] => (Method::Get, Self::Available),
            [module, id, "actions", "associate_email"] => {
                (Method::Post, Self::Associate { module: own(module), id: own(id) })
            }
            [module, id, "actions", "send_mail"] => (Method::Post, Self::Send { module: own(module), id: own(id) }),
            [module, id, "Emails"] => (Method::Get, Self::List { module: own(module), id: own(id) }),
            [module, id, "Emails", message] => {
                (Method::Get, Self::One { module: own(module), id: own(id), message: own(message) })
            }
            _ => return None,
        };
        Some(if method == wanted { Ok(route) } else { Err(Failure::method()) })
    }

    /// Whether the caller's scopes allow it. Which one asking for a message takes, no page says.
    pub(crate) fn allowed(&self, scopes: &[String]) -> bool {
        match self {
            Self::Available => scope::records(scopes, "emails", Action::View),
            Self::Associate { module, .. } => scope::full(scopes, "emails") && scope::full(scopes, module),
            Self::List { module, .. } | Self::One { module, .. } => {
                scope::records(scopes, module, Action::View) && scope::records(scopes, "emails", Action::View)
            }
            Self::Send { module, .. } => scope::send_mail(scopes, module),
        }
    }
}

/// Answers an operation on mails.
pub(super) fn answer(org: &mut Org, call: &mut Call<'_, '_>, route: &EmailRoute) -> Result<Response, Failure> {
    match route {
        EmailRoute::Available => associate::available(org, call),
        EmailRoute::Associate { module, id } => {
            let (module, id) = subject(org, call, module, id, Action::Edit)?.ok_or_else(Failure::path_id)?;
            associate::associate(org, call, module, id)
        }
        EmailRoute::List { module, id } => match subject(org, call, module, id, Action::View)? {
            Some((module, id)) => list::list(org, call, module, id),
            None => Ok(Response::new(204)),
        },
        EmailRoute::One { module, id, message } => match subject(org, call, module, id, Action::View)? {
            Some((module, id)) => Ok(list::one(org, call, module, id, message)),
            None => Ok(Response::new(204)),
        },
        EmailRoute::Send { module, id } => {
            let (module, id) = subject(org, call, module, id, Action::View)?.ok_or_else(Failure::path_id)?;
            send::send(org, call, module, id)
        }
    }
}

/// The record that a path names, if the caller sees it.
fn subject(
    org: &Org,
    call: &Call<'_, '_>,
    module: &str,
    id: &str,
    action: Action,
) -> Result<Option<(&'static Module, Id)>, Failure> {
    let module = schema::module(module).filter(|module| MODULES.contains(&module.api_name));
    let module = module.ok_or_else(Failure::module)?;
    super::records::permit(org, call, module, action)?;
    let id: Id = id.parse().map_err(|_| Failure::path_id())?;
    let record = org.record(module, id).filter(|record| org.sees(call.caller.user, record));
    Ok(record.map(|_| (module, id)))
}
