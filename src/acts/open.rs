//! Opening the page.

use super::Acts;
use crate::crm;
use crate::state::Action;
use js_sys::Promise;
use mxs_bridge::Trouble;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

impl Acts {
    /// Fetches what the page needs. `sdk` is kept when the SDK's script has run.
    pub(crate) fn open(&self, sdk: JsValue) {
        let acts = self.clone();
        self.tell(Action::Load);
        spawn_local(async move {
            // Whether the script came is seen at the first call.
            let _ = JsFuture::from(Promise::resolve(&sdk)).await;
            let outcome = match acts.meet().await {
                Ok(()) => acts.fetch_overview().await,
                failed => failed,
            };
            if let Err(trouble) = outcome {
                acts.tell(Action::LoadFailed(trouble));
            }
        });
    }

    /// Asks again how things stand, and says nothing when that can't be told: what is shown stays true enough.
    pub(crate) fn look_again(&self) {
        let acts = self.clone();
        spawn_local(async move {
            let _ = acts.fetch_overview().await;
        });
    }

    async fn meet(&self) -> Result<(), Trouble> {
        crm::hello().await?;
        let person = crm::person().await?;
        self.tell(Action::Met(person));
        spawn_local(async {
            if let Some(night) = crm::prefers_night().await {
                crate::browser::set_theme(night);
            }
        });
        Ok(())
    }

    async fn fetch_overview(&self) -> Result<(), Trouble> {
        let overview = self.outside.function.overview().await.map_err(|error| Trouble::from(&error))?;
        self.tell(Action::Loaded(Box::new(overview)));
        Ok(())
    }
}
