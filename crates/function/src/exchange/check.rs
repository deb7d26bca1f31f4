//! Whether an account works, step by step.

use super::Reach;
use super::find::{Found, find, origin};
use super::trouble::{Wrong, of_error, of_failure};
use crate::keys::NoToken;
use crate::refusal::Refusal;
use mxs_api::{ExchangeCheck, ExchangeChecked, ExchangeTested, ExchangeTrouble};
use mxs_ews::{Distinguished, EwsError, FolderId, PATH, ServerVersion, Session, get_folder, negotiated};
use mxs_http::Response;
use mxs_outgoing::Failure;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long all of it may take: less than a request may.
const TIME_MAX: Duration = Duration::from_secs(17);

/// Of which so much is for looking where the server is.
const FIND_TIME_MAX: Duration = Duration::from_secs(12);

/// How often a version is agreed on: one is asked for, and the server names its own.
const VERSIONS_MAX: u32 = 2;

/// Tries an account: with the mailbox that it acts for, or with its own. `agreed` are hosts that the person agreed to have
/// asked. What is found of the server is stored with the account.
pub(crate) async fn check(
    mut reach: Reach,
    acts_for: Option<&str>,
    agreed: &[String],
) -> Result<ExchangeTested, Refusal> {
    let begun = Instant::now();
    let tried = match try_out(&mut reach, acts_for, agreed, begun).await {
        Ok(tried) => tried,
        Err(NoToken::Broken(refusal)) => return Err(refusal),
        // The organisation's application isn't let in, or Microsoft doesn't answer.
        Err(NoToken::Refused) => Tried::Wrong((ExchangeCheck::SignIn, ExchangeTrouble::WrongPassword)),
        Err(NoToken::Unavailable { .. }) => Tried::Wrong((ExchangeCheck::SignIn, ExchangeTrouble::Busy)),
    };
    let (wrong, confirm) = match tried {
        Tried::Well => (None, None),
        Tried::Wrong(wrong) => (Some(wrong), None),
        Tried::Ask(host) => (Some((ExchangeCheck::Server, ExchangeTrouble::AskFirst)), Some(host)),
    };
    Ok(ExchangeTested { checks: listed(wrong, acts_for.is_some()), confirm, account: reach.account })
}

enum Tried {
    Well,
    Wrong(Wrong),
    Ask(String),
}

/// What was looked at, up to what is wrong.
fn listed(wrong: Option<Wrong>, acts_for_others: bool) -> Vec<ExchangeChecked> {
    use ExchangeCheck::*;
    let all = [Server, Certificate, SignIn, Version, ActsFor, Mailbox];
    let looked_at = all.into_iter().filter(|check| {
        let is_asked = *check != ActsFor || acts_for_others || wrong.is_some_and(|(wrong, _)| wrong == ActsFor);
        is_asked && wrong.is_none_or(|(wrong, _)| *check <= wrong)
    });
    let code = |check| wrong.filter(|(wrong, _)| *wrong == check).map(|(_, code)| code);
    looked_at.map(|check| ExchangeChecked { check, code: code(check) }).collect()
}

async fn try_out(
    reach: &mut Reach,
    acts_for: Option<&str>,
    agreed: &[String],
    begun: Instant,
) -> Result<Tried, NoToken> {
    let service = match &reach.account.server {
        Some(server) => format!("{}{PATH}", server.trim_end_matches('/')),
        None => match find(reach, agreed, begun + FIND_TIME_MAX).await? {
            Found::Service(service) => service,
            Found::Ask(host) => return Ok(Tried::Ask(host)),
            Found::Wrong(wrong) => return Ok(Tried::Wrong(wrong)),
        },
    };
    match timeout_at(begun + TIME_MAX, open(reach, &service, acts_for)).await {
        Ok(opened) => match opened? {
            Ok(version) => {
                reach.found(&service, Some(version.word())).await?;
                Ok(Tried::Well)
            }
            Err(wrong) => {
                // A server that was found is worth keeping, whatever it says now.
                if wrong.0 > ExchangeCheck::Certificate {
                    reach.found(&service, None).await?;
                }
                Ok(Tried::Wrong(wrong))
            }
        },
        Err(_) => Ok(Tried::Wrong(of_failure(&Failure::Unknown))),
    }
}

/// Opens the mailbox, in the version that the server speaks.
async fn open(reach: &Reach, service: &str, acts_for: Option<&str>) -> Result<Result<ServerVersion, Wrong>, NoToken> {
    let Some((origin, path)) = origin(service).map(|origin| (origin.clone(), service[origin.len()..].to_owned()))
    else {
        return Ok(Err((ExchangeCheck::Server, ExchangeTrouble::NotExchange)));
    };
    let door = match reach.door(&origin).await? {
        Ok(door) => door,
        Err(refusal) => return Ok(Err(of_failure(&refusal.into()))),
    };
    let folder = [FolderId::Distinguished(Distinguished::Contacts)];
    // Every server speaks it.
    let mut version = ServerVersion::Exchange2007Sp1;
    let mut refused = of_failure(&Failure::Unknown);
    for _ in 0..VERSIONS_MAX {
        let session = Session { path: &path, version, acts_for };
        let response = match door.exchange(get_folder::request(&session, &folder)).await {
            Ok(response) => response,
            Err(failure) => return Ok(Err(of_failure(&failure))),
        };
        let opened = answered(&response, &folder);
        match (opened, negotiated(&response)) {
            (Ok(()), Ok(Some(spoken))) => return Ok(Ok(spoken)),
            (Ok(()), _) => return Ok(Err((ExchangeCheck::Version, ExchangeTrouble::TooOld))),
            // It names the version that it speaks while it refuses the other.
            (Err(error), Ok(Some(spoken))) if error.kind == mxs_ews::ErrorKind::OtherVersion && spoken != version => {
                version = spoken;
                refused = of_error(&error);
            }
            (Err(error), _) => return Ok(Err(of_error(&error))),
        }
    }
    Ok(Err(refused))
}

fn answered(response: &Response, folder: &[FolderId]) -> Result<(), EwsError> {
    get_folder::parse(response, folder)?.into_iter().try_for_each(|folder| folder.map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ExchangeCheck::*;

    #[test]
    fn what_follows_on_what_is_wrong_was_not_looked_at() {
        let shown = |wrong, acts_for_others| {
            let listed = listed(wrong, acts_for_others).into_iter();
            listed.map(|checked| (checked.check, checked.code.is_none())).collect::<Vec<_>>()
        };
        let well = |checks: &[ExchangeCheck]| checks.iter().map(|check| (*check, true)).collect::<Vec<_>>();
        assert_eq!(shown(None, false), well(&[Server, Certificate, SignIn, Version, Mailbox]));
        assert_eq!(shown(None, true), well(&[Server, Certificate, SignIn, Version, ActsFor, Mailbox]));
        let wrong = Some((SignIn, ExchangeTrouble::WrongPassword));
        assert_eq!(shown(wrong, true), [(Server, true), (Certificate, true), (SignIn, false)]);
        let wrong = Some((Server, ExchangeTrouble::NotFound));
        assert_eq!(shown(wrong, true), [(Server, false)]);
    }
}
