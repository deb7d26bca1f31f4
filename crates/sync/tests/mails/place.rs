//! A place for a run of mails: ports into the world, a store, a clock, and a way to die.

use crate::tamper::Tamper;
use mxs_core::mail::{MailChange, MailState};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use mxs_sync::mails::MailStore;
use mxs_sync::{Env, Progress, StoreError};
use mxs_world::{Service, World};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// What stands in every message that must not leave.
pub(crate) const SECRET: &str = "SECRET-";

/// When death comes to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

/// What somebody else does while a run goes on.
pub(crate) type Meanwhile = Box<dyn FnOnce(&mut World)>;

/// Counts the calls a run makes to the outside, and kills it at one of them.
#[derive(Default)]
pub(crate) struct Fate {
    pub(crate) calls: Cell<u32>,
    pub(crate) death: Option<(u32, Moment)>,
    /// What somebody else does before this call, or the next one to a vendor.
    pub(crate) meanwhile: RefCell<Option<(u32, Meanwhile)>>,
    /// The call at which messages were last asked for with what they say.
    pub(crate) letters: Cell<u32>,
}

impl Fate {
    /// Makes one call; never returns if the run dies at it.
    async fn call<T>(&self, act: impl FnOnce() -> T) -> T {
        self.calls.set(self.calls.get() + 1);
        if self.death == Some((self.calls.get(), Moment::Before)) {
            std::future::pending::<()>().await;
        }
        let result = act();
        if self.death == Some((self.calls.get(), Moment::After)) {
            std::future::pending::<()>().await;
        }
        result
    }
}

/// A port into one half of the world, with its credentials.
pub(crate) struct WorldPort<'w> {
    pub(crate) world: &'w RefCell<World>,
    pub(crate) fate: &'w Fate,
    pub(crate) service: Service,
    pub(crate) authorization: String,
    /// Whether the CRM takes no mails inside composite requests.
    pub(crate) no_composites: bool,
    pub(crate) tamper: &'w Tamper,
}

impl HttpPort for WorldPort<'_> {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        if self.service == Service::Zoho {
            let body = String::from_utf8_lossy(&request.body);
            assert!(!body.contains(SECRET), "something that must stay left the mailbox");
            assert!(!body.contains("onclick"), "a stranger's HTML was given away as it came");
        }
        let due = self.fate.meanwhile.borrow().as_ref().is_some_and(|(call, _)| *call <= self.fate.calls.get() + 1);
        if due && let Some((_, act)) = self.fate.meanwhile.take() {
            act(&mut self.world.borrow_mut());
        }
        if String::from_utf8_lossy(&request.body).contains("subject,body") {
            self.fate.letters.set(self.fate.calls.get() + 1);
        }
        let request = request.header("Authorization", self.authorization.clone());
        let handle = || {
            if self.no_composites && request.url.ends_with("__composite_requests") {
                return Some(refused(&request));
            }
            let response = self.world.borrow_mut().handle(self.service, &request, 1).response;
            response.map(|response| self.tamper.answer(self.service, &request, response))
        };
        self.fate.call(handle).await.ok_or(NoResponse::Unknown)
    }
}

/// The answer of a CRM that takes none of the parts.
fn refused(request: &Request) -> Response {
    let body: Value = serde_json::from_slice(&request.body).expect("JSON");
    let parts = body["__composite_requests"].as_array().expect("parts").iter();
    let part = |_| json!({ "code": "NOT_SUPPORTED", "details": {}, "message": "", "status": "error" });
    let body = json!({ "__composite_requests": parts.map(part).collect::<Vec<_>>() });
    Response::new(207).body("application/json", body.to_string())
}

/// The store of one run.
pub(crate) struct MemoryStore<'m> {
    pub(crate) memory: &'m RefCell<MailState>,
    pub(crate) fate: &'m Fate,
}

impl MailStore for MemoryStore<'_> {
    async fn open(&self) -> Result<MailState, StoreError> {
        // Through JSON, as in life.
        let open = || {
            let text = serde_json::to_string(&*self.memory.borrow()).expect("serializes");
            serde_json::from_str(&text).expect("reads back")
        };
        Ok(self.fate.call(open).await)
    }

    async fn commit(&self, changes: Vec<MailChange>) -> Result<(), StoreError> {
        let store = || {
            let mut memory = self.memory.borrow_mut();
            for change in changes {
                let text = serde_json::to_string(&change).expect("serializes");
                memory.apply(serde_json::from_str(&text).expect("reads back"));
            }
        };
        self.fate.call(store).await;
        Ok(())
    }
}

/// The world's clock; waiting moves it.
pub(crate) struct WorldEnv<'w> {
    pub(crate) world: &'w RefCell<World>,
}

impl Env for WorldEnv<'_> {
    async fn wait(&self, milliseconds: u32) {
        self.world.borrow_mut().advance(i64::from(milliseconds));
    }

    fn progress(&self, progress: Progress) {
        assert!(progress.done <= progress.total, "{progress:?}");
    }

    fn cancelled(&self) -> bool {
        false
    }
}

/// Polls a run once: everything answers at once, so it either ends or has died.
pub(crate) fn poll<T>(run: impl Future<Output = T>) -> Option<T> {
    let mut run = pin!(run);
    match run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => Some(outcome),
        Poll::Pending => None,
    }
}
