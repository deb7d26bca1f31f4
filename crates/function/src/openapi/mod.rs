//! The OpenAPI document: what every route is, in the words that tools read.
//!
//! It is made of the routes themselves and of the types that are sent, so it can't say anything else than they do.
//! <https://spec.openapis.org/oas/v3.1.0>

mod operation;
mod prose;
mod schemas;

use crate::routes::table;
use schemas::Schemas;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// The document as text. It is made at the first question.
pub(crate) fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", document()));
    &TEXT
}

fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut paths = Map::new();
    for route in table() {
        let operations = paths.entry(route.path).or_insert_with(|| json!({}));
        operations[route.method.as_str().to_lowercase()] = operation::describe(&route, &mut schemas);
    }
    schemas.close(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "MS Exchange Sync: the function",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What the tab and the function say to each other. Every refusal is a Problem, whatever its status; \
                an address that isn't here is refused with 404, a method that isn't with 405.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "tags": operation::TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
        "paths": paths,
        "components": { "securitySchemes": { "session": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a session, which a statement of the CRM's opens.",
        } } },
    }))
}
