//! The CRM around the tab, by Zoho's embedded-app SDK.
//!
//! What the SDK says is shown and used, never believed: any page can frame the tab and answer like the CRM.
//! Who the user is, the function learns from a statement that the CRM signs.

mod answer;
mod people;
mod port;
mod sdk;

pub(crate) use port::CrmPort;

use crate::browser::{timeout, window};
use crate::state::Person;
use js_sys::{Object, Promise, Reflect};
use mxs_bridge::{Trouble, code};
use wasm_bindgen::JsValue;

/// How long the CRM may take for what the page needs to start.
const START_LIMIT_MS: u32 = 20_000;

/// How long the signing function may take. Zoho ends one after ten seconds.
const FUNCTION_LIMIT_MS: u32 = 30_000;

/// Says hello to the CRM; before that nothing else works.
pub(crate) async fn hello() -> Result<(), Trouble> {
    ask(sdk::init(), START_LIMIT_MS).await.map(|_| ()).ok_or_else(|| Trouble::new(code::NOT_IN_CRM))
}

/// Who uses the CRM.
pub(crate) async fn person() -> Result<Person, Trouble> {
    let user = ask(sdk::current_user(), START_LIMIT_MS).await;
    let organisation = ask(sdk::org_info(), START_LIMIT_MS).await;
    let known = user.zip(organisation).and_then(|(user, org)| people::person(&user, &org));
    known.ok_or_else(|| Trouble::new(code::NOBODY))
}

/// Whether the user works in the CRM's night mode; `None` when the CRM doesn't say.
pub(crate) async fn prefers_night() -> Option<bool> {
    people::night(&people::text(&ask(sdk::user_preference(), START_LIMIT_MS).await?))
}

/// Has the CRM sign a statement about its user over `nonce`.
pub(crate) async fn sign(function: &str, nonce: &str) -> Option<String> {
    let arguments = Object::new();
    Reflect::set(&arguments, &"nonce".into(), &nonce.into()).ok()?;
    let call = sdk::FunctionCall::new(&people::text(&arguments));
    people::output(&ask(sdk::execute(function, &call), FUNCTION_LIMIT_MS).await?)
}

/// Where the CRM's pages are, if the browser was told who frames this one.
pub(crate) fn pages() -> Option<String> {
    origin_of(&window().document()?.referrer())
}

fn origin_of(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty())?;
    ["https", "http"].contains(&scheme).then(|| format!("{scheme}://{host}"))
}

async fn ask(promise: Result<Promise, JsValue>, limit_ms: u32) -> Option<JsValue> {
    timeout(promise.ok()?, limit_ms).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_frames_the_page_is_told_by_its_address() {
        for (address, expected) in [
            ("https://crm.zoho.eu/crm/org7/tab/WebTab1", Some("https://crm.zoho.eu")),
            ("https://crm.zoho.eu/", Some("https://crm.zoho.eu")),
            ("http://localhost:7700/", Some("http://localhost:7700")),
            ("", None),
            ("about:blank", None),
            ("https:///x", None),
            ("file:///x", None),
        ] {
            assert_eq!(origin_of(address).as_deref(), expected, "{address}");
        }
    }
}
