//! Microsoft To Do as its clients see it.

mod access;
mod contract;
mod corpus;
mod delta;
mod delta_model;
mod lists;
mod parts;
mod query;
mod robust;
mod series;
mod tasks;

use crate::support::*;
use mxs_http::{Method, Response};
use mxs_world::World;
use mxs_world::microsoft::TodoRules;
use serde_json::{Value, json};

/// The tasks of the default list.
const TASKS: &str = "/me/todo/lists/tasks/tasks";

fn ada(world: &mut World) -> Graph {
    Graph::delegated(world, ADA, "Tasks.ReadWrite")
}

/// The address of the default list by its id.
fn default_list(world: &mut World, graph: &Graph) -> String {
    let page = graph.get(world, "/me/todo/lists?$filter=wellknownListName eq 'defaultList'");
    format!("/me/todo/lists/{}", id(&page["value"][0]))
}

/// The codes of a refusal: the general one, and the one inside.
fn codes(response: &Response) -> (u16, String, String) {
    let body = json(response);
    let text = |code: &Value| code.as_str().unwrap_or_default().to_owned();
    (response.status, text(&body["error"]["code"]), text(&body["error"]["innerError"]["code"]))
}

fn refusal(
    world: &mut World,
    graph: &Graph,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> (u16, String, String) {
    codes(&graph.send(world, method, path, body))
}

fn invalid(status: u16, inner: &str) -> (u16, String, String) {
    (status, "invalidRequest".into(), inner.into())
}

fn patch(world: &mut World, graph: &Graph, path: &str, body: Value) -> Value {
    let response = graph.send(world, Method::Patch, path, Some(&body));
    assert_eq!(response.status, 200, "PATCH {path}: {}", text(&response));
    json(&response)
}

fn rules(world: &mut World, change: impl FnOnce(&mut TodoRules)) {
    change(&mut world.microsoft.rules.todo);
}

fn utc(time: &str) -> Value {
    json!({ "dateTime": time, "timeZone": "UTC" })
}
