//! The browser: the little of it that everything else stands on.

mod focus;
mod theme;
mod timer;

pub(crate) use focus::focus_if_lost;
pub(crate) use theme::set_theme;
pub(crate) use timer::{Every, Listener, now_ms, sleep, timeout};

/// The page's window.
///
/// # Panics
///
/// Outside a page; the tab runs nowhere else.
pub(crate) fn window() -> web_sys::Window {
    web_sys::window().expect("the tab runs in a page")
}
