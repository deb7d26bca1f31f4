//! The page, as the worker sees it.

use futures_channel::oneshot;
use mxs_bridge::{Service, ToPage};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::DedicatedWorkerGlobalScope;

type Answer = Result<Response, NoResponse>;

/// The page.
#[derive(Debug)]
pub(crate) struct Page {
    scope: DedicatedWorkerGlobalScope,
    last_id: Cell<u32>,
    waiting: RefCell<BTreeMap<u32, oneshot::Sender<Answer>>>,
}

impl Page {
    /// The page that started the worker.
    pub(crate) fn new(scope: DedicatedWorkerGlobalScope) -> Self {
        Self { scope, last_id: Cell::new(0), waiting: RefCell::default() }
    }

    /// Tells it something.
    pub(crate) fn post(&self, message: &ToPage) {
        let serializer = serde_wasm_bindgen::Serializer::new();
        // The messages have no form that JavaScript lacks, and a message to the page that owns the worker is
        // always taken.
        if let Ok(value) = message.serialize(&serializer) {
            let _ = self.scope.post_message(&value);
        }
    }

    /// Hands an answer to whoever waits for it.
    pub(crate) fn answer(&self, id: u32, answer: Answer) {
        if let Some(waiting) = self.waiting.borrow_mut().remove(&id) {
            // The run that asked may have ended.
            let _ = waiting.send(answer);
        }
    }

    async fn ask(&self, to: Service, request: Request) -> Answer {
        let id = self.last_id.get() + 1;
        self.last_id.set(id);
        let (sender, receiver) = oneshot::channel();
        self.waiting.borrow_mut().insert(id, sender);
        self.post(&ToPage::Send { id, to, request });
        receiver.await.unwrap_or(Err(NoResponse::Unknown))
    }
}

/// One service, reached through the page. How long an answer may take is the page's business.
#[derive(Clone, Debug)]
pub(crate) struct Port {
    /// The page.
    pub(crate) page: Rc<Page>,
    /// The service.
    pub(crate) to: Service,
}

impl HttpPort for Port {
    async fn send(&self, request: Request) -> Answer {
        self.page.ask(self.to, request).await
    }
}
