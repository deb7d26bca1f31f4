//! Where the keyboard is.

use super::window;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Moves the focus to the first element that `selector` finds, if nothing has it.
pub(crate) fn focus_if_lost(selector: &str) {
    let Some(document) = window().document() else { return };
    // What was removed while it had the focus leaves it to the page's body.
    if document.active_element().is_some_and(|element| element.tag_name() != "BODY") {
        return;
    }
    if let Ok(Some(element)) = document.query_selector(selector)
        && let Ok(element) = element.dyn_into::<HtmlElement>()
    {
        // It fails for nothing that is in the page.
        let _ = element.focus();
    }
}
