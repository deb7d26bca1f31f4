//! Time, and things that happen later.

use super::window;
use js_sys::{Function, Promise};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::EventTarget;

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Waits.
pub(crate) async fn sleep(milliseconds: u32) {
    // A timer that can't be set fires at once: better a busy loop in a broken page than one that hangs.
    let _ = JsFuture::from(after(milliseconds)).await;
}

/// A promise that is kept after a while.
fn after(milliseconds: u32) -> Promise {
    Promise::new(&mut |resolve: Function, _| {
        let delay = i32::try_from(milliseconds).unwrap_or(i32::MAX);
        let set = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, delay);
        if set.is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    })
}

/// Waits for `promise`, but not longer than this. `Err(None)` when it took longer.
///
/// What the CRM's SDK promises may never be kept: it has no time limit of its own.
pub(crate) async fn timeout(promise: Promise, milliseconds: u32) -> Result<JsValue, Option<JsValue>> {
    let mut answer = JsFuture::from(promise);
    let mut late = JsFuture::from(after(milliseconds));
    poll_fn(move |context| {
        if let Poll::Ready(result) = Pin::new(&mut answer).poll(context) {
            return Poll::Ready(result.map_err(Some));
        }
        Pin::new(&mut late).poll(context).map(|_| Err(None))
    })
    .await
}

/// Calls a function again and again until it is dropped.
pub(crate) struct Every {
    handle: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Every {
    /// Every so many milliseconds.
    pub(crate) fn new(milliseconds: i32, callback: impl FnMut() + 'static) -> Self {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let function = callback.as_ref().unchecked_ref();
        let set = window().set_interval_with_callback_and_timeout_and_arguments_0(function, milliseconds);
        Self { handle: set.unwrap_or_default(), _callback: callback }
    }
}

impl Drop for Every {
    fn drop(&mut self) {
        window().clear_interval_with_handle(self.handle);
    }
}

/// Listens to an event of the window until it is dropped.
pub(crate) struct Listener {
    event: &'static str,
    callback: Closure<dyn FnMut(JsValue)>,
}

impl Listener {
    /// Calls `callback` with each event.
    pub(crate) fn new(event: &'static str, callback: impl FnMut(JsValue) + 'static) -> Self {
        let callback = Closure::<dyn FnMut(JsValue)>::new(callback);
        let window = window();
        let target: &EventTarget = window.as_ref();
        // Adding a function as a listener does not fail.
        let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
        Self { event, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let window = window();
        let target: &EventTarget = window.as_ref();
        let _ = target.remove_event_listener_with_callback(self.event, self.callback.as_ref().unchecked_ref());
    }
}
