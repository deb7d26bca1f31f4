//! A mailbox on an Exchange Server, opened: in the version that the server speaks.

use super::Reach;
use super::find::{Found, find, origin};
use super::trouble::{Wrong, of_error, of_failure};
use crate::keys::NoToken;
use crate::vendor::Door;
use mxs_api::{ExchangeCheck, ExchangeTrouble};
use mxs_ews::{Distinguished, EwsError, FolderId, PATH, ServerVersion, Session, get_folder, negotiated};
use mxs_http::Response;
use mxs_outgoing::Failure;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long all of it may take: less than a request may.
const TIME_MAX: Duration = Duration::from_secs(17);

/// Of which so much is for looking where the server is.
const FIND_TIME_MAX: Duration = Duration::from_secs(12);

/// How often a version is agreed on: one is asked for, and the server names its own.
const VERSIONS_MAX: u32 = 2;

/// A mailbox that can be worked in.
pub(crate) struct Opened {
    /// The way to its server, as the account.
    pub(crate) door: Arc<dyn Door>,
    /// Where the service is on the server.
    pub(crate) path: String,
    /// What both speak.
    pub(crate) version: ServerVersion,
}

/// What came of opening.
pub(crate) enum Tried {
    /// It is open.
    Open(Opened),
    /// A host outside of the address's own domain is to be asked next: a person has to agree.
    Ask(String),
    /// Something is wrong.
    Wrong(Wrong),
}

/// Opens the mailbox that the account acts for, or its own. A server that isn't known is looked for; with `anew` also one
/// that is. `agreed` are hosts that a person agreed to have asked. What is found is stored with the account.
pub(crate) async fn open(
    reach: &mut Reach,
    acts_for: Option<&str>,
    agreed: &[String],
    anew: bool,
) -> Result<Tried, NoToken> {
    let begun = Instant::now();
    let typed = reach.account.server.as_ref().map(|server| format!("{}{PATH}", server.trim_end_matches('/')));
    let known = reach.account.service.clone().filter(|_| !anew);
    let service = match typed.or(known) {
        Some(service) => service,
        None => match find(reach, agreed, begun + FIND_TIME_MAX).await? {
            Found::Service(service) => service,
            Found::Ask(host) => return Ok(Tried::Ask(host)),
            Found::Wrong(wrong) => return refused(reach, wrong).await,
        },
    };
    let opened = timeout_at(begun + TIME_MAX, open_at(reach, &service, acts_for)).await;
    match opened.unwrap_or_else(|_| Ok(Err(of_failure(&Failure::Unknown))))? {
        Ok(opened) => {
            reach.found(&service, Some(opened.version.word())).await?;
            Ok(Tried::Open(opened))
        }
        Err(wrong) => {
            // A server that was found is worth keeping, whatever it says now.
            if wrong.0 > ExchangeCheck::Certificate {
                reach.found(&service, None).await?;
            }
            refused(reach, wrong).await
        }
    }
}

/// A password that was refused isn't sent again by itself.
async fn refused(reach: &mut Reach, wrong: Wrong) -> Result<Tried, NoToken> {
    if wrong.1 == ExchangeTrouble::WrongPassword {
        reach.refused().await?;
    }
    Ok(Tried::Wrong(wrong))
}

async fn open_at(reach: &Reach, service: &str, acts_for: Option<&str>) -> Result<Result<Opened, Wrong>, NoToken> {
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
        match (answered(&response, &folder), negotiated(&response)) {
            (Ok(()), Ok(Some(version))) => return Ok(Ok(Opened { door, path, version })),
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
