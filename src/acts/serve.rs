//! The worker: getting it, and doing for it what only the page can.

use super::Acts;
use crate::crm::CrmPort;
use crate::state::Action;
use crate::worker::{Broken, SyncWorker};
use mxs_bridge::{Service, ToPage, ToWorker};
use mxs_http::{HttpPort, Request};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Acts {
    /// The worker; it begins to load if it has not yet.
    pub(super) fn worker(&self) -> Result<Rc<SyncWorker>, Broken> {
        let mut slot = self.outside.worker.borrow_mut();
        if let Some(worker) = &*slot {
            return Ok(worker.clone());
        }
        let acts = self.clone();
        let worker = Rc::new(SyncWorker::start(Rc::new(move |said| acts.heard(said)))?);
        Ok(slot.insert(worker).clone())
    }

    fn heard(&self, said: Result<ToPage, Broken>) {
        match said {
            Ok(ToPage::Send { id, to, request }) => self.forward(id, to, request),
            Ok(ToPage::Progress(progress)) => self.tell(Action::Progressed(progress)),
            Ok(ToPage::SignedOut) => self.signed_out(),
            // These two are heard before they come here.
            Ok(ToPage::Ready | ToPage::Reply { .. }) => {}
            Err(Broken) => {
                // The next that needs it starts another. The tokens are gone with this one.
                self.outside.worker.take();
                self.signed_out();
            }
        }
    }

    fn signed_out(&self) {
        self.outside.signed_in.set(false);
        self.tell(Action::SignedOut);
    }

    fn forward(&self, id: u32, to: Service, request: Request) {
        let acts = self.clone();
        spawn_local(async move {
            let result = match to {
                Service::Crm => CrmPort.send(request).await,
                Service::Function => acts.outside.function.send(request).await,
            };
            // A worker that broke meanwhile needs no answer, and its successor has not asked.
            let worker = acts.outside.worker.borrow().clone();
            if let Some(worker) = worker {
                worker.tell(&ToWorker::Answer { id, result });
            }
        });
    }
}
