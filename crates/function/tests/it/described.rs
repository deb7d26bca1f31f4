//! What the OpenAPI document says of what a test sends and gets.
//!
//! Every request and every answer of every test goes through here: what the function takes must be as described, and so
//! must all that it answers, down to the last member.

use crate::support::Answer;
use axum::body::Bytes;
use axum::http::request::Parts;
use jsonschema::Validator;
use mxs_http::url;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

/// Where the document lies.
pub(crate) const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

/// The document that lies in the repository; a test holds it to what the code makes.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read(FILE).expect("docs/openapi.json is there");
    serde_json::from_slice(&text).expect("docs/openapi.json is JSON")
});

/// The schema at this place in the document, ready to be held against something.
fn validator(pointer: &str) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().expect("unpoisoned");
    let make = || {
        let mut schema = DOCUMENT.clone();
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["$ref"] = json!(format!("#{}", pointer.replace('{', "%7B").replace('}', "%7D")));
        Arc::new(jsonschema::validator_for(&schema).unwrap_or_else(|error| panic!("{pointer}: {error}")))
    };
    known.entry(pointer.to_owned()).or_insert_with(make).clone()
}

/// What is wrong with a value, by the schema at this place.
fn fault(pointer: &str, value: &Value) -> Option<String> {
    let faults: Vec<String> = validator(pointer).iter_errors(value).map(|error| error.to_string()).collect();
    (!faults.is_empty()).then(|| format!("{pointer}: {}", faults.join("; ")))
}

fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// The described address that is this one, and what stands for its parameters.
fn template(path: &str) -> Option<(String, Vec<(String, String)>)> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |template: &String| {
        let names: Vec<&str> = template.split('/').collect();
        let same = |(name, part): (&&str, &&str)| name == part || (name.starts_with('{') && !part.is_empty());
        names.len() == parts.len() && names.iter().zip(&parts).all(same)
    };
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    // A word goes before a parameter.
    let found = paths.keys().filter(|path| fits(path)).min_by_key(|path| path.matches('{').count())?;
    let pairs = found
        .split('/')
        .zip(&parts)
        .filter_map(|(name, part)| Some((name.strip_prefix('{')?.strip_suffix('}')?.to_owned(), (*part).to_owned())));
    Some((found.clone(), pairs.collect()))
}

/// A parameter as what its schema says it is, where it can be that.
fn typed(schema: &Value, text: &str) -> Value {
    let value = match schema["type"].as_str() {
        Some("integer" | "boolean") => serde_json::from_str(text).ok(),
        _ => None,
    };
    value.unwrap_or_else(|| json!(text))
}

/// What of a request isn't as described.
fn request_fault(
    pointer: &str,
    operation: &Value,
    pairs: Vec<(String, String)>,
    head: &Parts,
    body: &Bytes,
) -> Option<String> {
    let query = url::parse_form(head.uri.query().unwrap_or_default());
    let given = pairs.into_iter().map(|pair| ("path", pair)).chain(query.into_iter().map(|pair| ("query", pair)));
    let given: Vec<_> = given.collect();
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    for (place, (name, text)) in &given {
        let known = parameters.iter().position(|known| known["in"] == *place && known["name"] == *name);
        let Some(at) = known else { return Some(format!("'{name}' isn't described")) };
        let fault = fault(&format!("{pointer}/parameters/{at}/schema"), &typed(&parameters[at]["schema"], text));
        if fault.is_some() {
            return fault;
        }
    }
    let missing = |known: &&Value| {
        known["required"] == true
            && !given.iter().any(|(place, (name, _))| known["in"] == *place && known["name"] == *name)
    };
    if let Some(missing) = parameters.iter().find(missing) {
        return Some(format!("{} is missing", missing["name"]));
    }
    let content = &operation["requestBody"]["content"];
    match content.get("application/json") {
        Some(_) => match serde_json::from_slice(body) {
            Ok(value) => fault(&format!("{pointer}/requestBody/content/application~1json/schema"), &value),
            Err(error) => Some(error.to_string()),
        },
        None if content.is_null() && !body.is_empty() => Some("a body isn't described".to_owned()),
        None => None,
    }
}

/// What of a call isn't as described.
pub(crate) fn call_fault(head: &Parts, body: &Bytes, answer: &Answer) -> Option<String> {
    // What a browser asks before it asks is between it and the layer that answers.
    if head.method == "OPTIONS" {
        return None;
    }
    let status = answer.status.as_u16();
    let method = head.method.as_str().to_lowercase();
    let found = template(head.uri.path()).and_then(|(path, pairs)| {
        let operation = &DOCUMENT["paths"][&path][&method];
        operation.is_object().then(|| (format!("/paths/{}/{method}", escaped(&path)), operation, pairs))
    });
    let Some((pointer, operation, pairs)) = found else {
        let is_refused = matches!(status, 404 | 405);
        return if is_refused { fault(PROBLEM, &answer.value()) } else { Some("it isn't described".to_owned()) };
    };
    let described = &operation["responses"][status.to_string()];
    if !described.is_object() {
        return Some("this status isn't described".to_owned());
    }
    let answered = match described["content"].as_object() {
        Some(content) => {
            let media_type = answer.header("content-type").unwrap_or_default();
            let place = format!("{pointer}/responses/{status}/content/{}/schema", escaped(media_type));
            match content.get(media_type) {
                None => Some(format!("'{media_type}' isn't described")),
                Some(content) => content.get("schema").and_then(|_| fault(&place, &answer.value())),
            }
        }
        None => (!answer.body.is_empty()).then(|| "no body is described".to_owned()),
    };
    let asked = || answer.status.is_success().then(|| request_fault(&pointer, operation, pairs, head, body)).flatten();
    answered.or_else(asked)
}

const PROBLEM: &str = "/components/schemas/Problem";

/// Holds a call to its description.
pub(crate) fn check(head: &Parts, body: &Bytes, answer: &Answer) {
    let fault = call_fault(head, body, answer);
    assert_eq!(fault, None, "{} {} {}: {}", head.method, head.uri, answer.status, answer.text());
}
