//! Syncing.

use super::Acts;
use crate::state::{Action, Chosen, Person};
use crate::worker::{Broken, Job, NotRun, Outcome, run};
use mxs_api::ErrorCode;
use mxs_bridge::{ToWorker, Trouble, code};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

impl Acts {
    /// Syncs once all that is switched on. Does nothing while a sync of this tab goes on, or where nothing is.
    ///
    /// With `allow_mass_delete`, which a person must have been asked for, held deletions go through.
    pub(crate) fn sync(&self, person: Rc<Person>, settings: &Chosen, allow_mass_delete: bool) {
        if !settings.syncs() || self.outside.cancelled.borrow().is_some() {
            return;
        }
        let cancelled = Rc::new(Cell::new(false));
        self.outside.cancelled.replace(Some(cancelled.clone()));
        self.tell(Action::RunBegun);
        let settings = settings.clone();
        let acts = self.clone();
        spawn_local(async move {
            let function = acts.outside.function.clone();
            let outcome = match acts.worker() {
                Ok(worker) => run(Job { function, worker, person, settings, allow_mass_delete, cancelled }).await,
                Err(Broken) => Err(NotRun::Broken),
            };
            acts.outside.cancelled.take();
            acts.tell(match outcome {
                Ok(Outcome { run, trouble }) => Action::RunEnded { run: run.map(Box::new), trouble },
                Err(NotRun::Broken) => Action::RunRefused(Trouble::new(code::NO_WORKER)),
                Err(NotRun::NoLease(error)) if error.is(ErrorCode::LeaseHeld) => Action::RunElsewhere,
                Err(NotRun::NoLease(error)) => Action::RunRefused(Trouble::from(&error)),
            });
            acts.look_again();
        });
    }

    /// Stops the sync of this tab.
    pub(crate) fn cancel(&self) {
        let cancelled = self.outside.cancelled.borrow().clone();
        if let (Some(cancelled), Ok(worker)) = (cancelled, self.worker()) {
            cancelled.set(true);
            worker.tell(&ToWorker::Cancel);
            self.tell(Action::Cancelling);
        }
    }
}
