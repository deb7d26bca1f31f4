//! Holds JSON against the metadata document of Microsoft Graph v1.0.
//!
//! The document is Microsoft's and large, so it is not in this repository: the tests look for it beside the
//! repository and say so when it isn't there. Include this file with `#[path]` from any crate that has
//! `roxmltree` and `serde_json` as development dependencies.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A type of the metadata: its base and its properties with their types.
#[derive(Debug, Default)]
struct Entity {
    base: Option<String>,
    properties: BTreeMap<String, String>,
}

/// The types of the metadata document.
#[derive(Debug)]
pub(crate) struct Contract {
    entities: BTreeMap<String, Entity>,
    enumerations: Vec<String>,
}

/// A file of the shared material beside the repository, if it is there.
pub(crate) fn shared(file: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().skip(1).map(|above| above.join("shared").join(file)).find(|path| path.exists());
    if found.is_none() {
        println!("skipped: shared/{file} is not beside the repository");
    }
    found
}

impl Contract {
    /// Reads the metadata document of Graph v1.0; `None`, with a line that says why, where it is absent.
    pub(crate) fn of_graph() -> Option<Self> {
        let text = std::fs::read_to_string(shared("contracts/graph/v1.0.csdl")?).expect("a readable metadata document");
        let document = roxmltree::Document::parse(&text).expect("well-formed XML");
        let mut contract = Self { entities: BTreeMap::new(), enumerations: Vec::new() };
        let schemas = document
            .descendants()
            .filter(|node| node.has_tag_name(("http://docs.oasis-open.org/odata/ns/edm", "Schema")));
        for schema in schemas.filter(|schema| schema.attribute("Namespace") == Some("microsoft.graph")) {
            for node in schema.children().filter(roxmltree::Node::is_element) {
                let name = node.attribute("Name").unwrap_or_default().to_owned();
                match node.tag_name().name() {
                    "EnumType" => contract.enumerations.push(name),
                    "EntityType" | "ComplexType" => {
                        contract.entities.insert(name, read(&node));
                    }
                    _ => {}
                }
            }
        }
        Some(contract)
    }

    /// What is wrong with `value` as an instance of `entity`: properties that don't exist, values of another type.
    /// Annotations (names with `@`) are not looked at.
    pub(crate) fn problems(&self, entity: &str, value: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        self.check(entity, value, entity, &mut problems);
        problems
    }

    fn check(&self, entity: &str, value: &Value, at: &str, problems: &mut Vec<String>) {
        let Some(members) = value.as_object() else {
            problems.push(format!("{at}: no object"));
            return;
        };
        for (name, member) in members.iter().filter(|(name, _)| !name.contains('@')) {
            let at = format!("{at}/{name}");
            match self.property(entity, name) {
                Some(kind) => self.check_value(kind, member, &at, problems),
                // A type that declares nothing, such as what a notice says of its item, may hold anything.
                None if self.names(entity).is_empty() => {}
                None => problems.push(format!("{at}: no such property")),
            }
        }
    }

    fn check_value(&self, kind: &str, value: &Value, at: &str, problems: &mut Vec<String>) {
        if let Some(element) = kind.strip_prefix("Collection(").and_then(|rest| rest.strip_suffix(')')) {
            match value.as_array() {
                Some(elements) => elements.iter().for_each(|value| self.check_value(element, value, at, problems)),
                None => problems.push(format!("{at}: no collection, but {value}")),
            }
            return;
        }
        let fits = match kind {
            _ if value.is_null() => true,
            "Edm.String" | "Edm.Binary" => value.is_string(),
            "Edm.Boolean" => value.is_boolean(),
            "Edm.Int32" | "Edm.Int64" => value.is_i64(),
            "Edm.Double" => value.is_number(),
            "Edm.Guid" => value.as_str().is_some_and(|text| {
                let lengths: Vec<usize> = text.split('-').map(str::len).collect();
                lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
            }),
            "Edm.Date" => value.as_str().is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
            "Edm.DateTimeOffset" => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
            _ => match kind.strip_prefix("graph.") {
                Some(name) if self.entities.contains_key(name) => {
                    self.check(name, value, at, problems);
                    true
                }
                Some(name) if self.enumerations.iter().any(|known| known == name) => value.is_string(),
                _ => panic!("{at}: the checker doesn't know the type {kind}"),
            },
        };
        if !fits {
            problems.push(format!("{at}: {value} is no {kind}"));
        }
    }

    /// The type of a property, also an inherited one.
    pub(crate) fn property(&self, entity: &str, name: &str) -> Option<&str> {
        let found = self.entities.get(entity)?;
        found.properties.get(name).map(String::as_str).or_else(|| self.property(found.base.as_deref()?, name))
    }

    /// The names of an entity's structural and navigation properties, the inherited ones included.
    pub(crate) fn names(&self, entity: &str) -> Vec<&str> {
        let Some(found) = self.entities.get(entity) else { return Vec::new() };
        let inherited = found.base.as_deref().map(|base| self.names(base)).unwrap_or_default();
        found.properties.keys().map(String::as_str).chain(inherited).collect()
    }
}

fn read(node: &roxmltree::Node<'_, '_>) -> Entity {
    let members = node.children().filter(|child| ["Property", "NavigationProperty"].contains(&child.tag_name().name()));
    let text = |child: &roxmltree::Node<'_, '_>, name| child.attribute(name).unwrap_or_default().to_owned();
    Entity {
        base: node.attribute("BaseType").map(|base| base.trim_start_matches("graph.").to_owned()),
        properties: members.map(|child| (text(&child, "Name"), text(&child, "Type"))).collect(),
    }
}
