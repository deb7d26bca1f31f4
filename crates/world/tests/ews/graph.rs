//! The other door.

use crate::support::send;
use mxs_http::{Method, Request};
use mxs_world::World;
use serde_json::Value;

const SCOPES: [&str; 4] = ["Contacts.ReadWrite", "Mail.ReadWrite", "Mail.Send", "Tasks.ReadWrite"];

/// What Graph answers a user, as JSON; nothing where the answer is empty.
pub(crate) fn graph(world: &mut World, user: &str, method: Method, path: &str, body: Option<&Value>) -> Value {
    let token = world.with_microsoft(|microsoft, context| {
        microsoft.issue_access_token(user, "22222222-0000-4000-8000-000000000001", &SCOPES, context)
    });
    let url = if path.contains("://") { path.to_owned() } else { format!("/v1.0/me{path}") };
    let request = Request::new(method, url).header("Authorization", format!("Bearer {}", token.expect("a user")));
    let request = match body {
        Some(body) => request.body("application/json", body.to_string()),
        None => request,
    };
    let response = send(world, &request);
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert!((200..300).contains(&response.status), "{method} {path}: {} {text}", response.status);
    if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") }
}

/// GET.
pub(crate) fn get(world: &mut World, user: &str, path: &str) -> Value {
    graph(world, user, Method::Get, path, None)
}
