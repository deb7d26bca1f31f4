//! The tab: a page inside the CRM, in which a person connects a mailbox, says what is synced, and syncs.
//!
//! | folder | what |
//! |---|---|
//! | `state` | what the page knows and how it changes; pure |
//! | `acts` | what a person can do; talks to the outside |
//! | `screens`, `ui` | the page's parts, and the kit that they are made of |
//! | `crm`, `function`, `popup` | the outside: Zoho's SDK, the serverless function, Microsoft's window |
//! | `worker` | the program beside the page that signs in and syncs (`crates/worker`) |
//! | `i18n` | texts, numbers and times in the person's language |
//! | `browser` | the little of the browser that all of it stands on |
//!
//! What it does not do: decide what is synced how (that is `mxs-core`), or remember anything (that is the
//! function).

mod acts;
mod app;
mod browser;
mod config;
mod crm;
mod function;
mod i18n;
mod popup;
mod screens;
mod state;
mod ui;
mod worker;

use app::{Page, PageProps};
use config::Config;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Smaller than the standard one; see docs/dependencies.md.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Shows the page in the element `app`. `config` is what `config.json` holds, anything else when it could not be read;
/// `sdk` is kept when the script of the CRM's SDK has run.
#[wasm_bindgen]
pub fn start(config: JsValue, sdk: js_sys::Promise) {
    let Some(root) = browser::window().document().and_then(|document| document.get_element_by_id("app")) else {
        return;
    };
    yew::Renderer::<Page>::with_root_and_props(root, PageProps { config: Config::read(config), sdk: sdk.into() })
        .render();
}
