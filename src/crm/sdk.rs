//! What of Zoho's embedded-app SDK is used.
//!
//! Every function may throw: the script may not have arrived, and a page outside the CRM has no parent that
//! answers.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// <https://www.zohocrm.dev/explore/widgets/v1.5/jssdk>
    #[wasm_bindgen(js_namespace = ["ZOHO", "embeddedApp"], js_name = init, catch)]
    pub(super) fn init() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["ZOHO", "CRM", "CONFIG"], js_name = getCurrentUser, catch)]
    pub(super) fn current_user() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["ZOHO", "CRM", "CONFIG"], js_name = getOrgInfo, catch)]
    pub(super) fn org_info() -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["ZOHO", "CRM", "CONFIG"], js_name = getUserPreference, catch)]
    pub(super) fn user_preference() -> Result<Promise, JsValue>;

    /// Since 1.4 the function runs as the current user; before, it ran as an administrator.
    #[wasm_bindgen(js_namespace = ["ZOHO", "CRM", "FUNCTIONS"], js_name = execute, catch)]
    pub(super) fn execute(name: &str, call: &FunctionCall) -> Result<Promise, JsValue>;

    /// Zoho Request Client: requests to the CRM's interface as the current user.
    /// <https://www.zohocrm.dev/explore/widgets/v1.5/zrc_methods>
    #[wasm_bindgen(js_namespace = zrc, js_name = request, catch)]
    pub(super) fn zrc_request(request: &ZrcRequest) -> Result<Promise, JsValue>;

    /// The argument of [`execute`].
    #[wasm_bindgen(extends = Object)]
    pub(super) type FunctionCall;

    #[wasm_bindgen(method, setter, structural)]
    fn set_arguments(this: &FunctionCall, arguments: &str);

    /// The argument of [`zrc_request`]; any other member is refused.
    #[wasm_bindgen(extends = Object)]
    pub(super) type ZrcRequest;

    #[wasm_bindgen(method, setter, structural)]
    fn set_method(this: &ZrcRequest, method: &str);

    #[wasm_bindgen(method, setter, structural)]
    fn set_path(this: &ZrcRequest, path: &str);

    #[wasm_bindgen(method, setter, structural)]
    pub(super) fn set_headers(this: &ZrcRequest, headers: &Object);

    #[wasm_bindgen(method, setter, structural)]
    pub(super) fn set_body(this: &ZrcRequest, body: &str);
}

impl FunctionCall {
    /// `arguments` is JSON.
    pub(super) fn new(arguments: &str) -> Self {
        let call: Self = Object::new().unchecked_into();
        call.set_arguments(arguments);
        call
    }
}

impl ZrcRequest {
    /// A request without header fields and body.
    pub(super) fn new(method: &str, path: &str) -> Self {
        let request: Self = Object::new().unchecked_into();
        request.set_method(method);
        request.set_path(path);
        request
    }
}
