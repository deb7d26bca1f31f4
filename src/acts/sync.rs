//! Syncing.

use super::Acts;
use crate::state::{Action, Person, Trouble};
use crate::sync::{Control, Ended, Job, run};
use mxs_api::ErrorCode;
use mxs_core::{Direction, Policy};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

impl Acts {
    /// Syncs once. Does nothing while a sync of this tab goes on.
    ///
    /// With `allow_mass_delete`, which a person must have been asked for, held deletions go through.
    pub(crate) fn sync(&self, person: Rc<Person>, direction: Direction, allow_mass_delete: bool) {
        if self.outside.run.borrow().is_some() {
            return;
        }
        let policy = Policy { direction, allow_mass_delete, retry_refused: true };
        let control = Control::default();
        self.outside.run.replace(Some(control.clone()));
        self.tell(Action::RunBegun);
        let acts = self.clone();
        let watcher = {
            let acts = acts.clone();
            Callback::from(move |progress: mxs_sync::Progress| acts.tell(Action::Progressed(progress.into())))
        };
        let (function, microsoft) = (self.outside.function.clone(), self.outside.microsoft.clone());
        spawn_local(async move {
            let outcome = run(Job { function, microsoft, person, policy, control, watcher }).await;
            acts.outside.run.take();
            match outcome {
                Ok(Ended { run, trouble, problems }) => {
                    if trouble.as_ref().is_some_and(Trouble::asks_to_sign_in) {
                        acts.outside.microsoft.forget();
                    }
                    acts.tell(Action::RunEnded { run: run.map(Box::new), trouble, problems });
                    acts.look_again();
                }
                Err(error) if error.is(ErrorCode::LeaseHeld) => acts.tell(Action::RunElsewhere),
                Err(error) => acts.tell(Action::RunRefused(Trouble::from(&error))),
            }
        });
    }

    /// Stops the sync of this tab.
    pub(crate) fn cancel(&self) {
        if let Some(control) = self.outside.run.borrow().as_ref() {
            control.cancel();
            self.tell(Action::Cancelling);
        }
    }
}
