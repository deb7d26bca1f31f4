//! Zoho's OpenAPI files: whether answers, and requests, are what they say.
//!
//! Test code that other crates may include with `#[path]`. The files live outside the repository; where
//! they are missing, [`Contract::load`] gives nothing and says so.

#![allow(dead_code)]

mod schema;

use schema::Schemas;
use serde_json::Value;
use std::path::Path;

/// The files whose operations are looked at; the others only hold schemas that these refer to.
const FILES: [&str; 15] = [
    "record",
    "record_count",
    "coql",
    "users",
    "org",
    "profiles",
    "roles",
    "fields",
    "modules",
    "composite_requests",
    "cancel_meetings",
    "associate_email",
    "email_related_records",
    "send_mail",
    "notifications",
];

pub(crate) struct Contract {
    schemas: Schemas,
}

/// One operation: the file it stands in and its description.
struct Operation<'c> {
    file: &'static str,
    path: &'c str,
    description: &'c Value,
}

impl Contract {
    /// The contract, if its files are there.
    pub(crate) fn load() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts/zoho-crm-v8");
        if !folder.is_dir() {
            println!("skipped: no OpenAPI files at {}", folder.display());
            return None;
        }
        Some(Self { schemas: Schemas::load(&folder) })
    }

    /// The operation that a method and a path (with leading slash, without query) lead to. Where several
    /// templates fit, the one with the most literal segments wins.
    fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let mut best: Option<(usize, Operation<'_>)> = None;
        for file in FILES {
            let paths = self.schemas.file(file)["paths"].as_object().into_iter().flatten();
            for (template, methods) in paths {
                let Some(literal) = fits(template, path) else { continue };
                let description = &methods[method.to_ascii_lowercase()];
                if !description.is_null() && best.as_ref().is_none_or(|(most, _)| literal > *most) {
                    best = Some((literal, Operation { file, path: template, description }));
                }
            }
        }
        best.map(|(_, operation)| operation)
    }

    /// What is wrong with an answer. An operation that has no schema for a status is judged by that of 200,
    /// under which the older files put everything; one without any schema says nothing.
    pub(crate) fn check_response(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let Some(operation) = self.operation(method, path) else {
            return vec![format!("{method} {path} isn't in the contract")];
        };
        if body.is_null() {
            return Vec::new();
        }
        let responses = &operation.description["responses"];
        let wanted = [status.to_string(), "200".to_owned()];
        let found = wanted.iter().find_map(|status| {
            let (file, response) = self.schemas.resolve(operation.file, responses.get(status)?);
            let schema = response["content"]["application/json"].get("schema")?;
            Some((file, schema))
        });
        let Some((file, schema)) = found else { return Vec::new() };
        self.problems(&operation, file, schema, body)
    }

    /// What is wrong with a request: its query parameters and its body.
    pub(crate) fn check_request(
        &self,
        method: &str,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Vec<String> {
        let Some(operation) = self.operation(method, path) else {
            return vec![format!("{method} {path} isn't in the contract")];
        };
        let mut problems = Vec::new();
        let parameters: Vec<(&str, &Value)> = operation.description["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| self.schemas.resolve(operation.file, parameter))
            .filter(|(_, parameter)| parameter["in"] == "query")
            .collect();
        for (name, value) in query {
            match parameters.iter().find(|(_, parameter)| parameter["name"] == *name) {
                None => problems.push(format!("query {name}: not a parameter")),
                Some((file, parameter)) => {
                    let value = typed(value, &parameter["schema"]);
                    let excused = |problem: &str| excused(operation.path, problem);
                    let at = format!("query {name}");
                    problems.extend(self.schemas.check(file, &parameter["schema"], &value, &at, &excused));
                }
            }
        }
        for (_, parameter) in &parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            if parameter["required"] == true && !query.iter().any(|(given, _)| *given == name) {
                problems.push(format!("query {name}: missing"));
            }
        }
        let (file, described) = self.schemas.resolve(operation.file, &operation.description["requestBody"]);
        match (body, described["content"]["application/json"].get("schema")) {
            (Some(body), Some(schema)) => problems.extend(self.problems(&operation, file, schema, body)),
            (Some(_), None) => problems.push("a body where none belongs".to_owned()),
            (None, Some(_)) => problems.push("no body".to_owned()),
            (None, None) => {}
        }
        problems
    }

    fn problems(&self, operation: &Operation<'_>, file: &str, schema: &Value, body: &Value) -> Vec<String> {
        self.schemas.check(file, schema, body, "$", &|problem| excused(operation.path, problem))
    }
}

/// How many segments of `path` a template names literally, if it fits.
fn fits(template: &str, path: &str) -> Option<usize> {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let all = template.len() == path.len()
        && template.iter().zip(&path).all(|(wanted, given)| wanted.starts_with('{') || wanted == given);
    all.then(|| template.iter().filter(|segment| !segment.starts_with('{')).count())
}

/// A parameter's text as the value its schema speaks of.
fn typed(text: &str, schema: &Value) -> Value {
    let read = matches!(schema["type"].as_str(), Some("integer" | "boolean" | "number"));
    let value = if read { serde_json::from_str(text).ok() } else { None };
    value.unwrap_or_else(|| Value::from(text))
}

/// Where the files are known to be wrong or incomplete: a part of the path, a part of the problem, and how
/// it is known.
const EXCUSED: &[(&str, &str, &str)] = &[
    ("", ".next_page_token: is null", "recorded answers have null on the last page"),
    ("", ".previous_page_token: is null", "recorded answers have null on the first page"),
    ("", ".page_token_expiry: is null", "recorded answers have null when there is one page"),
    ("", ".message: isn't one of", "the enumerations are older than the messages of the newer specification"),
    ("", ".duplicate_field: is null", "the documentation's examples have null for an insert"),
    ("", ".duplicate_record.Owner.zuid: not a key", "the newer specification has it"),
    ("", ".details.dependee: not a key", "the newer specification has it"),
    ("", ".details.more_records: not a key", "the newer specification has it"),
    ("/deleted", ": is null", "the specification's own example has null for purged records"),
    ("/actions/count", ".count: is number", "the newer specification and users have a number"),
    ("/users", ".time_zone: is string", "every recorded answer has a text; the file says object"),
    ("/users", ".number_separator: isn't one of", "the newer specification has Comma, Period and Space"),
    ("/users", ".type__s: not a key", "the newer specification has it"),
    ("/users", ".$current_shift: is null", "recorded answers have null"),
    ("/users", ".$next_shift: is null", "recorded answers have null"),
    ("/users", ".Reporting_To: is null", "recorded answers have null"),
    ("/users", ".Modified_By.first_name: missing", "recorded answers have name and id"),
    ("/users", ".Modified_By.last_name: missing", "recorded answers have name and id"),
    ("/profiles", "_time: is null", "recorded answers have null for the profiles that come with Zoho"),
    ("/profiles", "_by: is null", "recorded answers have null for the profiles that come with Zoho"),
    ("/profiles", ".permissions_details: missing", "lists come without; only single profiles have them"),
    ("/profiles", ".sections: missing", "lists come without; only single profiles have them"),
    ("/profiles", ".module: is null", "recorded answers have null"),
    ("/roles", ".reporting_to: is null", "nobody is above the role at the top"),
    ("/roles", ".forecast_manager: is null", "recorded answers have null"),
    ("/roles", "_by__s: is null", "recorded answers have null"),
    ("/modules", ".modified_by: is null", "recorded answers have null for modules that come with Zoho"),
    ("/modules", "isn't one of", "recorded answers have more values of activity_badge"),
    ("/settings/", ": is null", "recorded answers have null for what a field or module doesn't use"),
    ("/settings/modules", ": missing", "lists have fewer keys than single modules"),
    ("/actions/watch", ".channel_id: is string", "every sample of the documentation has a text; the file says object"),
    ("/actions/watch", ".notification_condition: missing", "samples without conditions have none"),
    ("/coql", ".module: not a key", "the enumeration of details isn't complete"),
];

fn excused(path: &str, problem: &str) -> bool {
    EXCUSED.iter().any(|(part, text, _)| path.contains(part) && problem.contains(text))
}
