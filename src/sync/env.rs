//! The run's waiting, and whoever watches it.

use crate::browser::window;
use js_sys::{Function, Promise};
use mxs_sync::{Env, Progress};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use yew::Callback;

/// By which a person stops a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Control {
    cancelled: Rc<Cell<bool>>,
    /// Ends the wait that goes on. A run waits for one thing at a time; should it ever wait for two, the
    /// earlier one is sat out.
    wake: Rc<RefCell<Option<Function>>>,
}

impl Control {
    /// Stops the run between two requests, and ends a wait at once: a vendor may have asked for minutes.
    pub(crate) fn cancel(&self) {
        self.cancelled.set(true);
        if let Some(wake) = self.wake.take() {
            // It settles a promise, which does not fail.
            let _ = wake.call0(&JsValue::UNDEFINED);
        }
    }
}

/// The browser as a run's surroundings.
pub(crate) struct BrowserEnv {
    /// By which it is stopped.
    pub(crate) control: Control,
    /// Who is told how far it has come.
    pub(crate) watcher: Callback<Progress>,
}

impl Env for BrowserEnv {
    async fn wait(&self, milliseconds: u32) {
        if self.cancelled() {
            return;
        }
        let promise = Promise::new(&mut |resolve: Function, _| {
            let delay = i32::try_from(milliseconds).unwrap_or(i32::MAX);
            let set = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, delay);
            if set.is_err() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
            self.control.wake.replace(Some(resolve));
        });
        // It is only ever kept.
        let _ = JsFuture::from(promise).await;
        self.control.wake.take();
    }

    fn progress(&self, progress: Progress) {
        self.watcher.emit(progress);
    }

    fn cancelled(&self) -> bool {
        self.control.cancelled.get()
    }
}
