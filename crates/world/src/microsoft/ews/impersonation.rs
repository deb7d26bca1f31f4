//! For whom somebody acts.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/impersonation-and-ews-in-exchange>.

use super::auth::Caller;
use super::envelope::ActsFor;
use super::refusal::Refusal;
use crate::microsoft::Microsoft;
use crate::microsoft::directory::User;

/// Whose mailbox a request is about: the caller's own, or that of whom the caller acts for.
pub(super) fn mailbox_owner(
    microsoft: &Microsoft,
    caller: &Caller,
    acts_for: Option<&ActsFor>,
) -> Result<User, Refusal> {
    let directory = &microsoft.directory;
    let Some(acts_for) = acts_for else {
        let own = match caller {
            Caller::User(id) => directory.users.get(id),
            Caller::Application { .. } => return Err(must_impersonate()),
        };
        return own.filter(|user| user.has_mailbox).cloned().ok_or_else(no_mailbox_of_its_own);
    };
    let found = match acts_for {
        ActsFor::Address(address) => directory.by_address(address),
        ActsFor::Principal(name) => directory.user(name),
        ActsFor::Sid(sid) => directory.users.values().find(|user| user.sid() == *sid),
    };
    let found = found.ok_or_else(|| match acts_for {
        ActsFor::Address(_) => non_existent("No mailbox with such guid."),
        _ => Refusal::new("ErrorInvalidUserSid", "The SID or principal name is not valid."),
    })?;
    let may = match caller {
        Caller::User(id) => directory.may_impersonate(id, found),
        Caller::Application { tenant } => *tenant == found.tenant,
    };
    if !may {
        let text = "The account does not have permission to impersonate the requested user.";
        return Err(Refusal::new("ErrorImpersonateUserDenied", text));
    }
    if !found.has_mailbox {
        return Err(non_existent("The SMTP address has no mailbox associated with it."));
    }
    Ok(found.clone())
}

fn non_existent(text: &str) -> Refusal {
    Refusal::new("ErrorNonExistentMailbox", text)
}

fn must_impersonate() -> Refusal {
    let text = "ExchangeImpersonation SOAP header must be present for this type of OAuth token.";
    Refusal::new("ErrorImpersonationRequired", text)
}

/// An account of a service may have none.
fn no_mailbox_of_its_own() -> Refusal {
    let text = "When making a request as an account that does not have a mailbox, you must specify the mailbox primary \
                SMTP address for any distinguished folder Ids.";
    Refusal::new("ErrorMissingEmailAddress", text)
}
