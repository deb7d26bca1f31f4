//! The schemas of what is sent and what is answered.
//!
//! A type may be taken with a member missing that it always has in an answer, so it may have two schemas. Where they are
//! the same they are one.

use super::prose::plain;
use crate::route::Shape;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Where all schemas are in the end.
const SCHEMAS: &str = "#/components/schemas/";

/// Where those of what is sent are until it is known which have another of the same name beside them.
const SENT: &str = "#/components/sent/";

/// Collects them.
pub(super) struct Schemas {
    sent: SchemaGenerator,
    given: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let under = |place: &str| {
            let place = place.trim_start_matches('#').trim_end_matches('/').to_owned();
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = place.into();
                settings.meta_schema = None;
            })
        };
        Self {
            sent: under(SENT).for_deserialize().into_generator(),
            given: under(SCHEMAS).for_serialize().into_generator(),
        }
    }

    /// Of what is sent.
    pub(super) fn sent(&mut self, shape: Shape) -> Schema {
        shape(&mut self.sent)
    }

    /// Of what is answered, where no member is missing.
    pub(super) fn given(&mut self, shape: Shape) -> Schema {
        shape(&mut self.given)
    }

    /// Puts them into the document that refers to them.
    pub(super) fn close(mut self, mut document: Value) -> Value {
        let (sent, mut all) = (self.sent.take_definitions(true), self.given.take_definitions(true));
        let same = same(&sent, &all);
        let others: BTreeSet<String> = all.keys().filter(|name| !same.contains(*name)).cloned().collect();
        let name = |name: &str| if others.contains(name) { format!("{name}Sent") } else { name.to_owned() };
        for (own, mut schema) in sent {
            rename(&mut schema, &name);
            all.insert(name(&own), schema);
        }
        rename(&mut document, &name);
        all.values_mut().for_each(finish);
        document["components"]["schemas"] = all.into();
        document
    }
}

/// Lets references to what is sent lead to where it is in the end.
fn rename(value: &mut Value, mut name: impl FnMut(&str) -> String) {
    walk(value, &mut |schema| {
        if let Some(Value::String(reference)) = schema.get_mut("$ref")
            && let Some(sent) = reference.strip_prefix(SENT)
        {
            *reference = format!("{SCHEMAS}{}", name(sent));
        }
    });
}

/// A type has no members but its own, unless it says so; and what is said of it is no Rust.
fn finish(schema: &mut Value) {
    let is_open = schema.get("additionalProperties") == Some(&Value::Bool(true));
    walk(schema, &mut |schema| {
        if !is_open && schema.get("type") == Some(&Value::from("object")) {
            schema.entry("additionalProperties").or_insert(Value::Bool(false));
        }
        if let Some(Value::String(description)) = schema.get_mut("description") {
            *description = plain(description);
        }
    });
}

/// Those of what is sent that have no other beside them, nor refer to one that has.
fn same(sent: &Map<String, Value>, given: &Map<String, Value>) -> BTreeSet<String> {
    let alike = |(name, schema): &(&String, &Value)| {
        let mut moved = (*schema).clone();
        rename(&mut moved, str::to_owned);
        given.get(*name).is_none_or(|other| moved == *other)
    };
    let mut same: BTreeSet<String> = sent.iter().filter(alike).map(|(name, _)| name.clone()).collect();
    // Each round drops one at least, or is the last.
    for _ in 0..=sent.len() {
        let leads_away = |name: &&String| -> bool {
            let mut away = false;
            rename(&mut sent[*name].clone(), |used| {
                away |= !same.contains(used);
                String::new()
            });
            away
        };
        let dropped: Vec<String> = same.iter().filter(leads_away).cloned().collect();
        same.retain(|name| !dropped.contains(name));
    }
    same
}

/// Everything that may be a schema, from the outside in.
fn walk(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| walk(value, change)),
        Value::Object(members) => {
            change(members);
            members.values_mut().for_each(|value| walk(value, change));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
