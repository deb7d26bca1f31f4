//! Microsoft's window. Its pages can't be shown in a frame, and the tab is one.

use crate::browser::{Listener, sleep, window};
use js_sys::Reflect;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

/// How often the window is looked at.
const LOOK_MS: u32 = 200;

/// The page that Microsoft sends the browser back to; it lies beside this one.
const RETURN_PAGE: &str = "auth.html";

/// What `auth.js` puts into its message, so that no other is taken for it.
const MESSAGE_KEY: &str = "mxsAuthQuery";

/// The window.
#[derive(Clone)]
pub(crate) struct Popup {
    window: web_sys::Window,
    given_up: Rc<Cell<bool>>,
}

/// How a visit ended.
pub(crate) enum Visit {
    /// The return page told its query.
    Answered(String),
    /// The window was closed before.
    Closed,
    /// The person stopped waiting.
    GivenUp,
}

impl Popup {
    /// Opens an empty window. Must be called while the browser handles a click; `None` when it refuses.
    pub(crate) fn open() -> Option<Self> {
        const FEATURES: &str = "popup,width=520,height=680";
        let window = window().open_with_url_and_target_and_features("", "_blank", FEATURES).ok()??;
        Some(Self { window, given_up: Rc::default() })
    }

    /// Stops waiting, and closes the window.
    pub(crate) fn give_up(&self) {
        self.given_up.set(true);
        self.close();
    }

    /// Closes the window.
    pub(crate) fn close(&self) {
        // One that is gone already is closed enough.
        let _ = self.window.close();
    }

    /// Shows `url` and waits until the return page answers.
    pub(crate) async fn visit(&self, url: &str) -> Visit {
        let answer: Rc<RefCell<Option<String>>> = Rc::default();
        let heard = answer.clone();
        let popup: JsValue = self.window.clone().into();
        let _listener = Listener::new("message", move |event| {
            if let Some(query) = query_of(&event, &popup) {
                heard.replace(Some(query));
            }
        });
        if self.window.location().set_href(url).is_err() {
            return Visit::Closed;
        }
        loop {
            if self.given_up.get() {
                return Visit::GivenUp;
            }
            // Looked at before the answer is: a return page that closes itself has answered before.
            let closed = self.window.closed().unwrap_or(true);
            sleep(LOOK_MS).await;
            if let Some(query) = answer.take() {
                return Visit::Answered(query);
            }
            if closed && !self.given_up.get() {
                return Visit::Closed;
            }
        }
    }
}

/// The query, if the event is the return page's: from this origin, from this window.
fn query_of(event: &JsValue, popup: &JsValue) -> Option<String> {
    let event: &MessageEvent = event.dyn_ref()?;
    let source: JsValue = event.source()?.into();
    let own_origin = window().location().origin().ok()?;
    if event.origin() != own_origin || source != *popup {
        return None;
    }
    Reflect::get(&event.data(), &MESSAGE_KEY.into()).ok()?.as_string()
}

/// The address of the return page, as it is registered at Microsoft.
pub(crate) fn redirect_uri() -> String {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    format!("{}{}{RETURN_PAGE}", location.origin().unwrap_or_default(), folder(&path))
}

/// The folder that a page lies in.
fn folder(path: &str) -> &str {
    &path[..path.rfind('/').map_or(0, |slash| slash + 1)]
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn the_return_page_lies_beside_the_page() {
        assert_eq!([folder("/"), folder("/index.html"), folder("/app/tab/index.html")], ["/", "/", "/app/tab/"]);
    }
}
