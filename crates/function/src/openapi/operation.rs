//! What a route is, in OpenAPI's words.
//!
//! <https://spec.openapis.org/oas/v3.1.0#operation-object>

use super::schemas::Schemas;
use crate::route::{Content, Route};
use crate::scope::Scope;
use axum::http::StatusCode;
use mxs_api::{ErrorCode, Problem};
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Who may call, as the tags of routes.
pub(super) const TAGS: [(&str, &str); 5] = [
    ("open", "Anybody may call."),
    ("statement", "Whoever has a statement that the CRM signed may call."),
    ("user", "Who has a session may call."),
    ("administrator", "Who has a session and is, as the CRM says, an administrator may call."),
    ("vendor", "Vendors call, at an address that they were given. They get the same answer whatever they send."),
];

const JSON: &str = "application/json";

pub(super) fn describe(route: &Route, schemas: &mut Schemas) -> Value {
    let session = |role: &str| json!({ "session": [role] });
    let (tags, security) = match route.scope {
        Scope::Watcher | Scope::Stranger => (vec!["open"], vec![]),
        Scope::Statement => (vec!["statement"], vec![]),
        Scope::StatementOrAdmin => (vec!["statement", "administrator"], vec![json!({}), session("administrator")]),
        Scope::User => (vec!["user"], vec![session("user")]),
        Scope::Admin => (vec!["administrator"], vec![session("administrator")]),
        Scope::Vendor => (vec!["vendor"], vec![]),
    };
    let mut parameters = in_path(route.path);
    parameters.extend(in_query(route, schemas));
    let has_parameters = !parameters.is_empty();
    let mut operation = json!({
        "summary": route.says,
        "tags": tags,
        "security": security,
        "responses": responses(route, has_parameters, schemas),
    });
    if has_parameters {
        operation["parameters"] = parameters.into();
    }
    let content = match route.body {
        Content::Nothing => return operation,
        Content::Json(shape) => json!({ JSON: { "schema": schemas.sent(shape) } }),
        Content::Whole(shape) => json!({ JSON: { "schema": schemas.given(shape) } }),
        Content::Any(media_type) => json!({ media_type: {} }),
    };
    operation["requestBody"] = json!({
        "description": format!("At most {} bytes.", route.body_bytes_max),
        "required": true,
        "content": content,
    });
    operation
}

/// Parameters mean the same wherever they are.
fn in_path(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let describe = |name| {
        let number = || json!({ "type": "integer", "minimum": 0 });
        let (says, schema) = match name {
            "fence" => ("The lease's fencing token.", number()),
            "run" => ("The run: its lease's fencing token.", number()),
            "side" => ("Where the record is.", json!({ "enum": ["crm", "exchange"] })),
            "record" => ("The record's id there.", json!({ "type": "string" })),
            "user" => ("The CRM user's id.", json!({ "type": "string", "pattern": "^[0-9]{1,20}$" })),
            _ => ("What the vendor was given.", json!({ "type": "string" })),
        };
        json!({ "name": name, "in": "path", "required": true, "description": says, "schema": schema })
    };
    names.map(describe).collect()
}

fn in_query(route: &Route, schemas: &mut Schemas) -> Vec<Value> {
    let Some(shape) = route.query else { return Vec::new() };
    let query = Value::from(schemas.sent(shape));
    let required: BTreeSet<&str> =
        query["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let describe = |(name, schema): (&String, &Value)| {
        let mut schema = one(schema);
        let says = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let is_required = required.contains(name.as_str());
        json!({ "name": name, "in": "query", "required": is_required, "description": says, "schema": schema })
    };
    query["properties"].as_object().into_iter().flatten().map(describe).collect()
}

/// What a parameter is when it is there.
fn one(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(Value::Array(types)) = schema.get("type") {
        schema["type"] = types[0].clone();
    }
    if let Some(Value::Array(choices)) = schema.get("anyOf") {
        let mut one = choices[0].clone();
        one["description"] = schema["description"].clone();
        return one;
    }
    schema
}

fn responses(route: &Route, has_parameters: bool, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    for answer in &route.answers {
        let mut response = json!({ "description": answer.says });
        match answer.content {
            Content::Nothing => {}
            Content::Json(shape) | Content::Whole(shape) => {
                response["content"] = json!({ JSON: { "schema": schemas.given(shape) } });
            }
            Content::Any(media_type) => response["content"] = json!({ media_type: {} }),
        }
        responses.insert(answer.status.as_str().to_owned(), response);
    }
    let problem = schemas.given(SchemaGenerator::subschema_for::<Problem>);
    for (status, codes) in refusals(route, has_parameters) {
        let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        let schema = json!({ "allOf": [problem, { "properties": { "code": { "enum": codes } } }] });
        let response = json!({ "description": codes.join(", "), "content": { JSON: { "schema": schema } } });
        responses.insert(status.to_string(), response);
    }
    responses.into()
}

/// With which codes it refuses, by status.
fn refusals(route: &Route, has_parameters: bool) -> BTreeMap<u16, Vec<ErrorCode>> {
    use ErrorCode::*;
    let mut codes: Vec<ErrorCode> = route.refusals.to_vec();
    codes.extend([Internal, Busy, Unwritable]);
    codes.extend(match route.scope {
        Scope::Watcher | Scope::Vendor => &[][..],
        Scope::Stranger | Scope::Statement => &[TooMany],
        Scope::User => &[NoSession, TooMany, Sealed],
        // The CRM is asked who is one, which needs its key.
        Scope::StatementOrAdmin | Scope::Admin => &[NoSession, TooMany, NotAllowed, NoKeys, Sealed, VendorAway],
    });
    let has_body = matches!(route.body, Content::Json(_) | Content::Whole(_));
    let mut statuses = Vec::new();
    if (has_parameters && route.scope != Scope::Vendor) || has_body {
        statuses.push(StatusCode::BAD_REQUEST);
    }
    if has_body {
        statuses.extend([
            StatusCode::PAYLOAD_TOO_LARGE,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            StatusCode::UNPROCESSABLE_ENTITY,
        ]);
    }
    let bad = statuses.into_iter().map(|status| (status.as_u16(), BadRequest));
    let mut refusals: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for (status, code) in codes.into_iter().map(|code| (code.status(), code)).chain(bad) {
        let known = refusals.entry(status).or_default();
        if !known.contains(&code) {
            known.push(code);
        }
    }
    refusals
}
