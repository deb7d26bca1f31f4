//! A run's way through the function: take the lease, read the state, commit, finish.

use crate::App;
use crate::audit::Doing;
use crate::input::{Body, Caller, Fence, HistoryQuery, LeaseQuery, PageQuery, UndoQuery};
use crate::limits::{ID_BYTES_MAX, WORD_BYTES_MAX};
use crate::refusal::Refusal;
use crate::store::{Change, LinksPage, MailPage, NewCommit, NewMail, Numbered, Opened, Page, RunEntries};
use axum::Json;
use axum::extract::State;
use mxs_api::{
    Action, COMMIT_CHANGES_MAX, Finish, LEASE_SECONDS, LINKS_OF_MAX, LinksOf, MEETINGS_OF_MAX, Meetings, MeetingsOf,
    Progress, Renewed, Run, RunEnd, SyncAsked,
};
use mxs_core::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// [`mxs_api::Lease`], with the cursors as they were stored.
#[derive(Serialize)]
pub(crate) struct Lease {
    fence: i64,
    expires_in_s: u32,
    cursors: BTreeMap<Kind, Box<RawValue>>,
    links: BTreeMap<Kind, u32>,
    free_meetings: bool,
}

/// [`mxs_api::Commit`], with the changes as the JSON values that were sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commit {
    kind: Option<Kind>,
    changes: Vec<Value>,
    #[serde(default)]
    mails: Vec<Value>,
    progress: Option<Progress>,
    number: Option<u64>,
}

/// `POST /v1/lease`
pub(crate) async fn open(
    State(app): State<App>,
    caller: Caller,
    LeaseQuery { undoes }: LeaseQuery,
) -> Result<Json<Lease>, Refusal> {
    // A number beyond the database's is none that was ever given out.
    let undoes = undoes.map(|run| i64::try_from(run).unwrap_or(-1));
    let opened = app.store().open_lease(caller.account, undoes, app.now_ms()).await;
    app.metrics().lease(match &opened {
        Ok(_) => "given",
        Err(Refusal::LeaseHeld { .. }) => "held",
        Err(Refusal::Busy | Refusal::Internal(_) | Refusal::Unwritable(_)) => "failed",
        Err(_) => "refused",
    });
    let Opened { fence, cursors, links, free_meetings } = opened?;
    Ok(Json(Lease { fence, expires_in_s: LEASE_SECONDS, cursors, links, free_meetings }))
}

/// `POST /v1/sync`
pub(crate) async fn sync(State(app): State<App>, caller: Caller) -> Result<Json<SyncAsked>, Refusal> {
    app.keys().ok_or(Refusal::NoKeys)?;
    let doing = Doing::new(&app, caller.account, Action::SyncAsked).await?;
    let change = async {
        let mailbox = doing.who.mailbox.ok_or(Refusal::NotFound("no mailbox is connected"))?;
        let after = app.store().newest_run(mailbox).await?;
        if !app.store().schedule(caller.account, &doing.notes(), app.now_ms()).await? {
            return Err(Refusal::SwitchedOff);
        }
        Ok(Json(SyncAsked { after }))
    };
    doing.noted(&app, change).await
}

/// `GET /v1/lease/{fence}/state`
pub(crate) async fn state(
    State(app): State<App>,
    caller: Caller,
    Fence(fence): Fence,
    page: PageQuery,
) -> Result<Json<Page>, Refusal> {
    Ok(Json(app.store().page(caller.account, fence, &page, app.now_ms()).await?))
}

/// `GET /v1/lease/{fence}/mails`
pub(crate) async fn mails(
    State(app): State<App>,
    caller: Caller,
    Fence(fence): Fence,
    page: HistoryQuery,
) -> Result<Json<MailPage>, Refusal> {
    Ok(Json(app.store().mails(caller.account, fence, page.after.unwrap_or_default(), app.now_ms()).await?))
}

/// `GET /v1/lease/{fence}/journal`
pub(crate) async fn journal(
    State(app): State<App>,
    caller: Caller,
    Fence(fence): Fence,
    query: UndoQuery,
) -> Result<Json<RunEntries>, Refusal> {
    Ok(Json(app.store().entries_of(caller.account, fence, &query, app.now_ms()).await?))
}

/// `POST /v1/lease/{fence}/links`
pub(crate) async fn links(
    State(app): State<App>,
    caller: Caller,
    Fence(fence): Fence,
    Body(asked): Body<LinksOf>,
) -> Result<Json<LinksPage>, Refusal> {
    if asked.records.len() > LINKS_OF_MAX {
        return Err(Refusal::bad("the links of too many records are asked for"));
    }
    Ok(Json(app.store().links_of(caller.account, fence, &asked, app.now_ms()).await?))
}

/// `POST /v1/lease/{fence}/commits`
pub(crate) async fn commit(
    State(app): State<App>,
    caller: Caller,
    Fence(fence): Fence,
    Body(commit): Body<Commit>,
) -> Result<Json<Renewed>, Refusal> {
    if commit.changes.len() + commit.mails.len() > COMMIT_CHANGES_MAX {
        return Err(Refusal::bad("a commit holds too many changes"));
    }
    if let Some(progress) = &commit.progress {
        word(&progress.phase)?;
    }
    let numbered = commit.number.map(|number| Numbered {
        // A number beyond the database's is none that is next.
        number: i64::try_from(number).unwrap_or(i64::MAX),
        digest: digest(&commit),
    });
    let changes = commit.changes.into_iter().map(Change::read).collect::<Result<Vec<_>, _>>()?;
    let mails = commit.mails.iter().map(NewMail::read).collect::<Result<Vec<_>, _>>()?;
    let Commit { kind, progress, .. } = commit;
    let new = NewCommit { numbered, kind, changes: &changes, mails: &mails, progress: progress.as_ref() };
    app.store().commit(caller.account, fence, &new, app.now_ms()).await?;
    Ok(Json(Renewed { expires_in_s: LEASE_SECONDS }))
}

/// `POST /v1/lease/{fence}/meetings`
pub(crate) async fn meetings(
    State(app): State<App>,
    caller: Caller,
    Fence(fence): Fence,
    Body(asked): Body<MeetingsOf>,
) -> Result<Json<Meetings>, Refusal> {
    if asked.meetings.len() > MEETINGS_OF_MAX {
        return Err(Refusal::bad("too many meetings are asked about"));
    }
    if asked.meetings.iter().any(|uid| uid.is_empty() || uid.len() > ID_BYTES_MAX) {
        return Err(Refusal::bad("a meeting's uid is empty or too long"));
    }
    let MeetingsOf { ask, meetings } = asked;
    let holders = app.store().meetings(caller.account, fence, (ask, &meetings), app.now_ms()).await?;
    Ok(Json(Meetings { holders }))
}

/// `POST /v1/lease/{fence}/finish`
pub(crate) async fn finish(
    State(app): State<App>,
    caller: Caller,
    Fence(fence): Fence,
    Body(finish): Body<Finish>,
) -> Result<Json<Run>, Refusal> {
    let ends = finish.kinds.values().map(|outcome| &outcome.end).chain([&finish.end]);
    for end in ends {
        if let RunEnd::Failed { code } = end {
            word(code)?;
        }
    }
    let run = app.store().finish(caller.account, fence, &finish, app.now_ms()).await?;
    app.metrics().run(&run);
    Ok(Json(run))
}

/// Tells changes from others.
fn digest(commit: &Commit) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(format!("{:?}", commit.kind));
    // The members of an object are in a fixed order, and no change ends within another.
    commit.changes.iter().for_each(|change| digest.update(change.to_string()));
    digest.update("mails");
    commit.mails.iter().for_each(|change| digest.update(change.to_string()));
    digest.finalize().into()
}

/// Stable words are short and plain: a place where a message with somebody's name in it does not fit.
fn word(text: &str) -> Result<(), Refusal> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    if text.is_empty() || text.len() > WORD_BYTES_MAX || !plain {
        return Err(Refusal::bad("a phase or an error code is no plain word"));
    }
    Ok(())
}
