//! One mailbox's turn.

use super::env::{ServerEnv, ServerTime, Stop, TOKENS_TIME_MAX, within};
use super::inside::Inside;
use super::pace::{self, Ended, Next};
use super::port::{Heard, Vendor, VendorPort};
use super::queue::Job;
use super::server::{Closed, ServerDoor};
use super::subscriptions::wanted;
use crate::App;
use crate::input::Caller;
use crate::keys::{Access, Keys, NoToken};
use crate::refusal::Refusal;
use crate::store::{Begun, Told};
use axum::Router;
use mxs_api::{ErrorCode, Finish, Lease, Problem, Settings};
use mxs_core::mail::Address;
use mxs_core::{Instant, Kind, Summary};
use mxs_graph::mailbox::{MailboxPort, open_to_applications};
use mxs_graph::me;
use mxs_graph::tasks::TimeZone;
use mxs_http::{HttpPort, Method, Request, Response};
use mxs_runner::{FunctionStore, Ran};
use mxs_sync::{All, End, EwsMailbox, Failure, GraphMailbox, Mailbox, StoreError};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// For how long an organisation is left alone whose CRM no longer takes what an administrator granted: all its mailboxes
/// would find out one after the other, and the CRM gives ten tokens in ten minutes.
const ORG_REFUSED_MS: i64 = 15 * 60 * 1000;

/// For how long the CRM is left alone that has had enough and didn't say for how long.
const CRM_THROTTLED_S: u32 = 60;

/// The function itself failed.
const BROKEN: Failure = Failure::Store(StoreError::Unavailable);

/// What a turn needs.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) app: App,
    pub(super) keys: Arc<Keys>,
    pub(super) router: Router,
    /// The threads of requests and databases.
    pub(super) runtime: Handle,
    pub(super) stop: Stop,
}

/// What became of a turn.
struct Turned {
    next: Next,
    told: Told,
    /// What the CRM said is left of the organisation's credits.
    credits_left: Option<i64>,
}

/// What opens the vendors' doors for a run.
struct Doors {
    crm: Access,
    /// The CRM's origin.
    origin: String,
    mailbox: MailboxDoor,
}

/// What opens the mailbox.
enum MailboxDoor {
    /// Graph, with a token.
    Graph {
        access: Access,
        /// Whether it is an application that comes.
        is_application: bool,
    },
    /// An Exchange Server.
    Server(Box<ServerDoor>),
}

/// Why a door is closed, and what is to be told of it.
enum Shut {
    /// There is no token.
    NoToken(NoToken, Told),
    /// An Exchange Server doesn't let in.
    Server(Closed),
}

/// What a run needs, but for the mailbox.
struct Run<'a> {
    crm: &'a VendorPort,
    inside: Inside,
    lease: Lease,
    settings: &'a Settings,
    begun: &'a Begun,
}

impl Turned {
    fn of(ended: Ended, begun: &Begun, chance: u64, told: Told) -> Self {
        let interval_s = pace::between(begun.interval_s, begun.is_told && wanted::is_all(&begun.settings));
        Self { next: pace::next(ended, begun.pace, interval_s, chance), told, credits_left: None }
    }

    /// Nothing happened: it is looked at again after so long.
    const fn later(begun: &Begun, wait_ms: u64) -> Self {
        Self { next: Next { wait_ms: Some(wait_ms), pace: begun.pace }, told: Told::Nothing, credits_left: None }
    }
}

impl Work {
    /// Syncs the mailbox of `job`, if it is its turn still, and says when it is due again.
    pub(super) async fn turn(self, job: Job) -> Result<(), Refusal> {
        let app = self.app.clone();
        let (mailbox, queued_ms) = (job.mailbox, job.queued_ms);
        let (store, now_ms, started) = (app.store().clone(), app.now_ms(), std::time::Instant::now());
        let begun = self.runtime.spawn(within(async move { store.begin_turn(mailbox, queued_ms, now_ms).await })).await;
        let Some(begun) = begun.map_err(|error| Refusal::Internal(error.into()))?? else { return Ok(()) };
        let _running = app.metrics().turn(now_ms - begun.due_ms);
        let chance = u64::from_le_bytes(app.random()?);
        let turned = self.sync(job.mailbox, &begun, chance).await;
        let store = app.store().clone();
        let now_ms = app.now_ms();
        let Turned { next, told, credits_left } = turned;
        let trouble = if let Told::Wrong { code, .. } = told { code } else { "" };
        tracing::info!(trouble, ms = started.elapsed().as_millis() as u64, "run");
        let ended = within(async move { store.end_turn(mailbox, next, told, credits_left, now_ms).await });
        self.runtime.spawn(ended).await.map_err(|error| Refusal::Internal(error.into()))?
    }

    async fn sync(&self, mailbox: i64, begun: &Begun, chance: u64) -> Turned {
        let transient = |retry_after_s, told| Turned::of(Ended::Transient { retry_after_s }, begun, chance, told);
        // Tokens first: without them a run would be recorded that could do nothing.
        let Doors { crm, origin, mailbox: door } = match self.doors(mailbox, begun).await {
            Ok(doors) => doors,
            Err(Shut::Server(Closed { ended, told })) => return Turned::of(ended, begun, chance, told),
            Err(Shut::NoToken(NoToken::Refused, told)) => return Turned::of(Ended::Permanent, begun, chance, told),
            Err(Shut::NoToken(NoToken::Unavailable { retry_after_s }, told)) => return transient(retry_after_s, told),
            Err(Shut::NoToken(NoToken::Broken(refusal), told)) => {
                refusal.log();
                return transient(None, told);
            }
        };
        let is_application = matches!(door, MailboxDoor::Graph { is_application: true, .. });
        let settings = offered(begun.settings.clone(), is_application);
        if !is_anything_on(&settings) {
            return Turned::of(Ended::Idle, begun, chance, Told::Well);
        }
        let inside = Inside {
            router: self.router.clone(),
            caller: Caller { account: begun.account },
            runtime: self.runtime.clone(),
        };
        let lease: Lease = match post(&inside, "/v1/lease", Vec::new()).await {
            Ok(lease) => lease,
            Err(Some(Problem { retry_after_s: Some(seconds), .. })) => {
                return Turned::later(begun, u64::from(seconds) * 1000);
            }
            Err(Some(Problem { code: ErrorCode::SwitchedOff | ErrorCode::Uninstalled, .. })) => {
                return Turned::later(begun, 0);
            }
            Err(_) => return transient(None, wrong(&BROKEN)),
        };
        let crm = self.port(Vendor::Crm { origin }, crm, mailbox, begun);
        let run = Run { crm: &crm, inside, lease, settings: &settings, begun };
        let (ran, heard, server) = match door {
            MailboxDoor::Graph { access, is_application } => {
                let microsoft = self.port(Vendor::Microsoft, access, mailbox, begun);
                let port = match is_application {
                    true => MailboxPort::of(&microsoft, begun.graph_id.clone()),
                    false => MailboxPort::own(&microsoft),
                };
                let own = if settings.mails.on { own_addresses(&port).await } else { Vec::new() };
                let ran = self.run(run, &GraphMailbox { port: &port }, own, &microsoft.heard).await;
                (ran, microsoft.heard.clone(), None)
            }
            MailboxDoor::Server(door) => {
                let port = door.port(self.runtime.clone());
                let own = Address::new(&begun.address).into_iter().collect();
                let mailbox = EwsMailbox { port: &port, session: door.session() };
                let ran = self.run(run, &mailbox, own, &port.heard).await;
                (ran, port.heard.clone(), Some(door))
            }
        };
        self.pause(begun, &crm.heard, &ran).await;
        let turned = if self.stop.is_asked() {
            // It goes on where somebody else takes it up.
            Turned::later(begun, 0)
        } else {
            let retry_after_s = heard.retry_after_s.get().max(crm.heard.retry_after_s.get());
            let (ended, told) = match (&ran.end, server) {
                (Err(Failure::MicrosoftSignIn), Some(door)) => self.taken_back(*door).await,
                _ => (ended(&ran, retry_after_s), ran.end.as_ref().err().map_or(Told::Well, wrong)),
            };
            Turned::of(ended, begun, chance, told)
        };
        Turned { credits_left: crm.heard.credits_left.get(), ..turned }
    }

    /// An Exchange Server no longer lets the account in.
    async fn taken_back(&self, door: ServerDoor) -> (Ended, Told) {
        let stored = self.runtime.spawn(within(async move { door.refused().await })).await;
        match stored.map_err(|error| Refusal::Internal(error.into())).and_then(|stored| stored) {
            Ok(Closed { ended, told }) => (ended, told),
            Err(refusal) => {
                refusal.log();
                (Ended::Permanent, wrong(&Failure::MicrosoftSignIn))
            }
        }
    }

    /// What opens both doors, or what is wrong. The CRM's is the whole organisation's.
    async fn doors(&self, mailbox: i64, begun: &Begun) -> Result<Doors, Shut> {
        let (app, keys, org) = (self.app.clone(), self.keys.clone(), begun.org.clone());
        let (id, address) = (begun.graph_id.clone(), begun.address.clone());
        let doors = self.runtime.spawn(timeout(TOKENS_TIME_MAX, async move {
            let (crm, origin) = match keys.zoho(&app, &org).await {
                Ok(open) => open,
                Err(error) => {
                    let failure = match &error {
                        NoToken::Refused => Failure::CrmSignIn,
                        NoToken::Unavailable { .. } => Failure::CrmUnavailable { status: None },
                        NoToken::Broken(_) => BROKEN,
                    };
                    if matches!(error, NoToken::Refused) {
                        let paused = app.store().pause_crm(&org, app.now_ms() + ORG_REFUSED_MS).await;
                        paused.map_err(|refusal| Shut::NoToken(refusal.into(), wrong(&BROKEN)))?;
                    }
                    let told = Told::Wrong { code: failure.code(), is_of_all: true, needs_person: false };
                    return Err(Shut::NoToken(error, told));
                }
            };
            match ServerDoor::open(&app, &keys, &org, (mailbox, &id, &address)).await {
                Ok(Some(door)) => return Ok(Doors { crm, origin, mailbox: MailboxDoor::Server(Box::new(door)) }),
                Ok(None) => {}
                Err(Ok(closed)) => return Err(Shut::Server(closed)),
                Err(Err(refusal)) => return Err(Shut::NoToken(refusal.into(), wrong(&BROKEN))),
            }
            let microsoft = keys.microsoft(&app, &org, mailbox).await.map_err(|error| {
                let failure = match &error {
                    NoToken::Refused => Failure::MicrosoftSignIn,
                    NoToken::Unavailable { .. } => Failure::MicrosoftUnavailable { status: None },
                    NoToken::Broken(_) => BROKEN,
                };
                Shut::NoToken(error, wrong(&failure))
            });
            let (access, is_application) = microsoft?;
            Ok(Doors { crm, origin, mailbox: MailboxDoor::Graph { access, is_application } })
        }));
        doors
            .await
            .ok()
            .and_then(Result::ok)
            .unwrap_or(Err(Shut::NoToken(NoToken::Unavailable { retry_after_s: None }, wrong(&BROKEN))))
    }

    fn port(&self, vendor: Vendor, access: Access, mailbox: i64, begun: &Begun) -> VendorPort {
        VendorPort {
            app: self.app.clone(),
            keys: self.keys.clone(),
            vendor,
            org: begun.org.clone(),
            mailbox,
            heard: Rc::default(),
            held: RefCell::new(Some(access)),
            runtime: self.runtime.clone(),
        }
    }

    async fn run(&self, run: Run<'_>, mailbox: &impl Mailbox, own: Vec<Address>, heard: &Rc<Heard>) -> Ran {
        let Run { crm, inside, lease, settings, begun } = run;
        let heard = [heard.clone(), crm.heard.clone()];
        let env = ServerEnv { stop: self.stop.clone(), heard };
        let run = lease.fence;
        let all = All {
            mailbox,
            crm,
            env: &env,
            settings,
            now: Instant::from_seconds(self.app.now_ms().div_euclid(1000)),
            is_awaited: false,
            allow_mass_delete: false,
            owner: begun.crm_user.clone(),
            org: begun.org.clone(),
            pages: None,
            zone: begun.zone.as_deref().and_then(TimeZone::new),
            run,
            undoes: None,
        };
        let store = FunctionStore::new(inside.clone(), ServerTime(self.app.clone()), lease);
        let mut ran = mxs_runner::run(&all, &store, own, Some(mxs_html::make_safe)).await;
        if ran.end == Ok(End::Cancelled) && env.is_left_alone() {
            // Nobody stopped it.
            let status = Some(429);
            ran.end = Err(match crm.heard.is_too_long() {
                true => Failure::CrmUnavailable { status },
                false => Failure::MicrosoftUnavailable { status },
            });
        }
        let finish = Finish { end: ran.recorded(), kinds: ran.kinds.clone() };
        if let Ok(body) = serde_json::to_vec(&finish) {
            // What isn't taken is recorded as interrupted when the lease runs out.
            let _: Result<mxs_api::Run, _> = post(&inside, &format!("/v1/lease/{run}/finish"), body).await;
        }
        ran
    }

    /// Has all instances leave the organisation's CRM alone that asked for it.
    async fn pause(&self, begun: &Begun, heard: &Heard, ran: &Ran) {
        let pause_ms = match (&ran.end, heard.retry_after_s.get()) {
            (Err(Failure::CrmSignIn), _) => ORG_REFUSED_MS,
            (_, Some(seconds)) => i64::from(seconds) * 1000,
            (Err(Failure::CrmUnavailable { status: Some(429) }), None) => i64::from(CRM_THROTTLED_S) * 1000,
            _ => return,
        };
        let (store, org, until_ms) =
            (self.app.store().clone(), begun.org.clone(), self.app.now_ms().saturating_add(pause_ms));
        let paused = self.runtime.spawn(within(async move { store.pause_crm(&org, until_ms).await }));
        // The next run hears the same.
        if let Ok(Err(refusal)) = paused.await {
            refusal.log();
        }
    }
}

/// What a failure tells. The CRM's door and its patience are the whole organisation's.
fn wrong(failure: &Failure) -> Told {
    let is_of_all = matches!(failure, Failure::CrmSignIn | Failure::CrmUnavailable { status: Some(429) });
    Told::Wrong { code: failure.code(), is_of_all, needs_person: matches!(of(failure, None), Ended::Idle) }
}

/// What of the settings is offered: not what an application may not do.
fn offered(mut settings: Settings, is_application: bool) -> Settings {
    if is_application {
        settings.contacts.rules.on &= open_to_applications(Kind::Contact);
        settings.tasks.rules.on &= open_to_applications(Kind::Task);
        settings.events.rules.on &= open_to_applications(Kind::Event);
    }
    settings
}

fn is_anything_on(settings: &Settings) -> bool {
    settings.contacts.rules.on || settings.tasks.rules.on || settings.events.rules.on || settings.mails.on
}

/// The mailbox's addresses. Where they can't be read mails wait for the next run: the records' run says what is wrong.
async fn own_addresses(graph: &impl HttpPort) -> Vec<Address> {
    let Ok(response) = graph.send(me::request()).await else { return Vec::new() };
    let Ok(me) = me::parse(&response) else { return Vec::new() };
    me.mail.iter().chain([&me.user_principal_name]).filter_map(|text| Address::new(text)).collect()
}

/// What a run means for the next.
fn ended(ran: &Ran, retry_after_s: Option<u32>) -> Ended {
    match &ran.end {
        Ok(End::Cancelled) => Ended::Busy,
        Ok(End::Completed) => {
            let idle = ran.kinds.values().all(|kind| kind.summary == Summary::default());
            if idle { Ended::Idle } else { Ended::Busy }
        }
        Err(failure) => of(failure, retry_after_s),
    }
}

/// What a failure means for the next run.
fn of(failure: &Failure, retry_after_s: Option<u32>) -> Ended {
    match failure {
        Failure::MicrosoftSignIn | Failure::CrmSignIn => Ended::Permanent,
        // A person must see to it, but it concerns one kind: the others go on.
        Failure::MicrosoftDenied { .. }
        | Failure::CrmDenied { .. }
        | Failure::OwnField { .. }
        | Failure::PlaceGone
        | Failure::SalesInbox
        | Failure::SwitchedOff
        | Failure::Store(StoreError::Forgotten | StoreError::Full) => Ended::Idle,
        Failure::MicrosoftUnavailable { .. }
        | Failure::MicrosoftAnswer
        | Failure::CrmUnavailable { .. }
        | Failure::CrmAnswer
        | Failure::PlanChanged
        | Failure::PlanIncomplete
        | Failure::Store(StoreError::LeaseLost | StoreError::SessionEnded | StoreError::Unavailable) => {
            Ended::Transient { retry_after_s }
        }
    }
}

/// Calls the function from within; `Err(None)` when its answer can't be understood.
async fn post<T: serde::de::DeserializeOwned>(
    inside: &Inside,
    path: &str,
    body: Vec<u8>,
) -> Result<T, Option<Problem>> {
    let request = Request::new(Method::Post, path);
    let request = if body.is_empty() { request } else { request.body("application/json", body) };
    let response: Response = inside.send(request).await.map_err(|_| None)?;
    if response.is_success() {
        return serde_json::from_slice(&response.body).map_err(|_| None);
    }
    Err(serde_json::from_slice(&response.body).ok())
}
