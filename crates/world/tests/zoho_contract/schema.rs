//! As much of OpenAPI 3.0's schemas as Zoho's files use.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Every file, by its name without ending.
pub(crate) struct Schemas(BTreeMap<String, Value>);

const NOTHING: &Value = &Value::Null;

impl Schemas {
    pub(crate) fn load(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        for entry in folder.read_dir().expect("the contract's folder can be read") {
            let path = entry.expect("the contract's folder can be read").path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let text = std::fs::read_to_string(&path).expect("a contract file can be read");
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                files.insert(name, serde_json::from_str(&text).expect("a contract file is JSON"));
            }
        }
        Self(files)
    }

    pub(crate) fn file(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(NOTHING)
    }

    /// What a value refers to, and the file that it stands in. A file that isn't there says nothing.
    pub(crate) fn resolve<'s>(&'s self, file: &'s str, value: &'s Value) -> (&'s str, &'s Value) {
        let Some(reference) = value["$ref"].as_str() else { return (file, value) };
        let (address, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let name = address.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
        let file = if name.is_empty() { file } else { name };
        let found = self.file(file).pointer(pointer).unwrap_or(NOTHING);
        let file = self.0.get_key_value(file).map_or("", |(name, _)| name.as_str());
        self.resolve(file, found)
    }

    /// What is wrong with a value, but for problems that are `excused`. Keys that a schema doesn't list
    /// count as wrong unless it allows more; of several alternatives the nearest is reported. Patterns
    /// aren't looked at: those of the files describe test data.
    pub(crate) fn check(
        &self,
        file: &str,
        schema: &Value,
        value: &Value,
        at: &str,
        excused: &dyn Fn(&str) -> bool,
    ) -> Vec<String> {
        let mut problems = self.problems(file, schema, value, at, excused);
        problems.retain(|problem| !excused(problem));
        problems
    }

    fn problems(
        &self,
        file: &str,
        schema: &Value,
        value: &Value,
        at: &str,
        excused: &dyn Fn(&str) -> bool,
    ) -> Vec<String> {
        let (file, schema) = self.resolve(file, schema);
        if value.is_null() {
            let open = schema["nullable"] == true || schema["type"].is_null() && schema["oneOf"].is_null();
            return if open { Vec::new() } else { vec![format!("{at}: is null")] };
        }
        if let Some(alternatives) = schema["oneOf"].as_array() {
            let each = alternatives.iter().map(|schema| self.check(file, schema, value, at, excused));
            return each.min_by_key(Vec::len).unwrap_or_default();
        }
        let mut problems = Vec::new();
        let (fits, kind) = match (schema["type"].as_str(), value) {
            (None, _) => (true, ""),
            (Some("object"), value) => (value.is_object(), kind(value)),
            (Some("array"), value) => (value.is_array(), kind(value)),
            (Some("string"), value) => (value.is_string(), kind(value)),
            (Some("boolean"), value) => (value.is_boolean(), kind(value)),
            (Some("integer"), value) => (value.is_i64() || value.is_u64(), kind(value)),
            (Some("number"), value) => (value.is_number(), kind(value)),
            (Some(_), _) => (true, ""),
        };
        if !fits {
            return vec![format!("{at}: is {kind}, not {}", schema["type"].as_str().unwrap_or_default())];
        }
        if let Some(values) = schema["enum"].as_array()
            && !values.contains(value)
        {
            problems.push(format!("{at}: isn't one of {values:?}"));
        }
        match value {
            Value::Object(object) => {
                let known = schema["properties"].as_object();
                let open = known.is_none() || !schema["additionalProperties"].is_null();
                for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if !object.contains_key(name) {
                        problems.push(format!("{at}.{name}: missing"));
                    }
                }
                for (name, value) in object {
                    match known.and_then(|known| known.get(name)) {
                        Some(schema) => {
                            problems.extend(self.check(file, schema, value, &format!("{at}.{name}"), excused))
                        }
                        None if open => {}
                        None => problems.push(format!("{at}.{name}: not a key")),
                    }
                }
            }
            Value::Array(values) => {
                for value in values {
                    problems.extend(self.check(file, &schema["items"], value, &format!("{at}[]"), excused));
                }
            }
            Value::String(text) => {
                let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
                if text.chars().count() as u64 > most {
                    problems.push(format!("{at}: longer than {most}"));
                }
                if schema["format"] == "date-time" && !is_moment(text) {
                    problems.push(format!("{at}: no moment"));
                }
            }
            Value::Number(number)
                if schema["format"] == "int32"
                    && number.as_i64().is_none_or(|number| i32::try_from(number).is_err()) =>
            {
                problems.push(format!("{at}: not 32 bits"));
            }
            _ => {}
        }
        problems
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// `2024-12-20T10:09:52+03:00`.
fn is_moment(text: &str) -> bool {
    let form = "dddd-dd-ddTdd:dd:ddsdd:dd";
    text.len() == form.len()
        && text.chars().zip(form.chars()).all(|(letter, form)| match form {
            'd' => letter.is_ascii_digit(),
            's' => letter == '+' || letter == '-',
            other => letter == other,
        })
}
