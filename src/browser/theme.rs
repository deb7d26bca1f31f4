//! Day or night.

use super::window;

/// Where `theme.js` finds it at the next visit, before the CRM has said it again.
const KEY: &str = "mxs-theme";

/// Shows the page dark or light, whatever the system prefers.
pub(crate) fn set_theme(night: bool) {
    let theme = if night { "dark" } else { "light" };
    if let Some(root) = window().document().and_then(|document| document.document_element()) {
        // A name of letters can always be set.
        let _ = root.set_attribute("data-theme", theme);
    }
    // In a frame the storage may be closed to us; then the page starts with the system's theme.
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(KEY, theme);
    }
}
