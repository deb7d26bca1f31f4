//! Mail as its clients see it.

mod contract;
mod delta;
mod delta_model;
mod messages;
mod robust;
mod sending;

use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use serde_json::{Value, json};

fn ada(world: &mut World) -> Graph {
    Graph::delegated(world, ADA, "Mail.ReadWrite Mail.Send")
}

fn person(address: &str) -> Value {
    json!({ "emailAddress": { "name": "N", "address": address } })
}

/// A message to Ada.
fn letter(subject: &str, from: &str) -> Value {
    json!({ "subject": subject, "from": person(from), "toRecipients": [person(ADA)],
        "body": { "contentType": "html", "content": "<p>Hello &amp; goodbye</p>" } })
}

/// Lets a message arrive; answers with its immutable id.
fn arrive(world: &mut World, folder: &str, message: &Value) -> String {
    world
        .with_microsoft(|microsoft, context| microsoft.receive_mail(ADA, folder, message, context))
        .expect("it arrives")
}

fn with<T>(
    world: &mut World,
    act: impl FnOnce(&mut mxs_world::microsoft::Microsoft, &mut mxs_world::Context<'_>) -> T,
) -> T {
    world.with_microsoft(act)
}
