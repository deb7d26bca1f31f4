//! Where a mailbox's server is: Autodiscover.

use super::Reach;
use super::trouble::{Wrong, of_failure};
use crate::keys::NoToken;
use mxs_api::{ExchangeCheck, ExchangeTrouble};
use mxs_ews::autodiscover::{Failure as Lost, Question, Search, Step};
use mxs_http::{NoResponse, Request, Response};
use mxs_outgoing::Failure;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// The most steps of a search, which has limits of its own.
const STEPS_MAX: u32 = 200;

/// How long one server is waited for: most of those that are asked are no Exchange Servers, and many don't answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(4);

/// How many servers may refuse the credentials until nobody else is asked with them: each time counts towards the
/// account's lock-out, and all of them ask the same directory.
const REFUSALS_MAX: u32 = 2;

/// What a search found.
pub(super) enum Found {
    /// The address of the service.
    Service(String),
    /// A host outside of the address's own domain is to be asked next: a person has to agree.
    Ask(String),
    /// Nothing.
    Wrong(Wrong),
}

/// Looks for the service until then. `agreed` are hosts that the person agreed to.
pub(super) async fn find(reach: &Reach, agreed: &[String], until: Instant) -> Result<Found, NoToken> {
    let Some(mut search) = Search::new(&reach.account.address) else {
        return Ok(Found::Wrong((ExchangeCheck::Server, ExchangeTrouble::NotFound)));
    };
    let mut asked = Asked::default();
    for _ in 0..STEPS_MAX {
        match search.step() {
            Step::Ask(question) => {
                let answer = match timeout_at(until, asked.ask(reach, question)).await {
                    Ok(answer) => answer?,
                    Err(_) => return Ok(asked.lost(Lost::NotFound)),
                };
                search.answered(answer.as_ref().map_err(|failure| NoResponse::from(*failure)));
            }
            Step::Confirm(host) if agreed.contains(&host) => search.agreed(true),
            Step::Confirm(host) => return Ok(Found::Ask(host)),
            Step::LookUp(name) => {
                let hosts = timeout(ANSWER_TIME_MAX, reach.keys().outside().services(&name)).await.unwrap_or_default();
                search.looked_up(&hosts.iter().map(String::as_str).collect::<Vec<_>>());
            }
            Step::Found(url) => return Ok(Found::Service(url)),
            Step::Failed(lost) => return Ok(asked.lost(lost)),
        }
    }
    Ok(asked.lost(Lost::NotFound))
}

/// What was heard so far.
#[derive(Default)]
struct Asked {
    /// How often the credentials were refused.
    refusals: u32,
    /// Servers that were there, but can't be used: what a person could see to.
    unusable: Option<Wrong>,
    /// Who refused the credentials.
    refused: BTreeSet<String>,
}

impl Asked {
    async fn ask(&mut self, reach: &Reach, question: Question) -> Result<Result<Response, Failure>, NoToken> {
        let Question { request, with_credentials } = question;
        let Some(origin) = origin(&request.url) else { return Ok(Err(Failure::NotSent)) };
        if with_credentials && (self.refusals == REFUSALS_MAX || self.refused.contains(&origin)) {
            return Ok(Err(Failure::Unknown));
        }
        let answering = send(reach, request, &origin, with_credentials);
        let answer = timeout(ANSWER_TIME_MAX, answering).await.unwrap_or(Ok(Err(Failure::NotSent)))?;
        match &answer {
            Ok(response) if with_credentials && response.status == 401 => {
                self.refusals += 1;
                self.refused.insert(origin);
            }
            Ok(_) => {}
            Err(failure) => self.note(failure),
        }
        Ok(answer)
    }

    /// A domain's own web server needn't be there; one that is there and isn't trusted or asked may be the one.
    fn note(&mut self, failure: &Failure) {
        let wrong = of_failure(failure);
        if !matches!(wrong.1, ExchangeTrouble::Away) && self.unusable.is_none() {
            self.unusable = Some(wrong);
        }
    }

    fn lost(&self, lost: Lost) -> Found {
        let wrong = match lost {
            Lost::NoMailbox => (ExchangeCheck::Mailbox, ExchangeTrouble::NoMailbox),
            Lost::SignInAgain => (ExchangeCheck::SignIn, ExchangeTrouble::WrongPassword),
            Lost::NotFound if self.refusals > 0 => (ExchangeCheck::SignIn, ExchangeTrouble::WrongPassword),
            Lost::NotFound => self.unusable.unwrap_or((ExchangeCheck::Server, ExchangeTrouble::NotFound)),
        };
        Found::Wrong(wrong)
    }
}

async fn send(
    reach: &Reach,
    request: Request,
    origin: &str,
    with_credentials: bool,
) -> Result<Result<Response, Failure>, NoToken> {
    if origin.starts_with("http://") {
        return Ok(reach.keys().outside().unprotected(request).await);
    }
    let door = if with_credentials { reach.door(origin).await? } else { reach.unnamed(origin) };
    Ok(match door {
        Ok(door) => door.exchange(request).await,
        Err(refusal) => Err(refusal.into()),
    })
}

/// The origin of an address.
pub(super) fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next().filter(|authority| !authority.is_empty())?;
    Some(format!("{scheme}://{authority}"))
}
