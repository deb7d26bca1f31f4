//! Saving the settings.

use super::Acts;
use crate::state::{Action, Chosen};
use mxs_bridge::Trouble;
use wasm_bindgen_futures::spawn_local;

impl Acts {
    /// Saves `settings`.
    pub(crate) fn save(&self, settings: Chosen) {
        let acts = self.clone();
        self.tell(Action::Saving);
        spawn_local(async move {
            let action = match acts.outside.function.save(&settings).await {
                Ok(saved) => Action::Saved(saved),
                Err(error) => Action::SaveFailed(Trouble::from(&error)),
            };
            acts.tell(action);
        });
    }
}
