//! The CRM around the tab, by Zoho's embedded-app SDK.
//!
//! What the SDK says is shown and used, never believed: any page can frame the tab and answer like the CRM.
//! Who the user is, the function learns from a statement that the CRM signs.

mod answer;
mod people;
mod port;
mod sdk;

pub(crate) use port::CrmPort;

use crate::browser::timeout;
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

async fn ask(promise: Result<Promise, JsValue>, limit_ms: u32) -> Option<JsValue> {
    timeout(promise.ok()?, limit_ms).await.ok()
}
