//! References from one part to the answer of an earlier one: `@{1:$.data[0].details.id}`.

use super::super::failure::Failure;
use super::parts::Part;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The bodies of the answers so far, by the ids of their parts.
#[derive(Default)]
pub(super) struct Answers(BTreeMap<String, Value>);

impl Answers {
    /// Remembers the answer of a part, if it has an id.
    pub(super) fn keep(&mut self, part: &Part, body: Value) {
        if let Some(id) = &part.id {
            self.0.insert(id.clone(), body);
        }
    }

    /// A part with its references replaced by what they refer to.
    pub(super) fn fill(&self, part: &Part, at: usize) -> Result<Part, Failure> {
        let refuse = |name: &str, reference: &str| {
            let details = json!({
                "api_name": name,
                "json_path": format!("$.__composite_requests[{at}].{name}"),
                "reference": reference,
            });
            Failure::new(400, "INVALID_REFERENCE", "invalid reference", details)
        };
        let object = |name: &str, object: &Map<String, Value>| {
            let filled = self.value(&Value::Object(object.clone())).map_err(|reference| refuse(name, &reference))?;
            Ok(filled.as_object().cloned().unwrap_or_default())
        };
        Ok(Part {
            uri: self.text(&part.uri).map_err(|reference| refuse("uri", &reference))?,
            headers: object("headers", &part.headers)?,
            params: object("params", &part.params)?,
            body: match &part.body {
                Some(body) => Some(self.value(body).map_err(|reference| refuse("body", &reference))?),
                None => None,
            },
            ..part.clone()
        })
    }

    fn value(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => Value::String(self.text(text)?),
            Value::Array(values) => {
                Value::Array(values.iter().map(|value| self.value(value)).collect::<Result<_, _>>()?)
            }
            Value::Object(object) => {
                let filled = object.iter().map(|(key, value)| Ok((key.clone(), self.value(value)?)));
                Value::Object(filled.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// A text with its references replaced; the first that leads nowhere is the error.
    fn text(&self, text: &str) -> Result<String, String> {
        let (mut filled, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("@{") {
            let Some((reference, behind)) = after.split_once('}') else { break };
            let found = reference.split_once(':').and_then(|(id, path)| follow(self.0.get(id)?, path));
            match found {
                Some(Value::String(found)) => filled = filled + before + found,
                Some(found) if !found.is_object() && !found.is_array() => filled = filled + before + &found.to_string(),
                _ => return Err(format!("@{{{reference}}}")),
            }
            rest = behind;
        }
        Ok(filled + rest)
    }
}

/// Follows a path of names and numbers, as in `$.data[0].id`.
fn follow<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let path = path.trim().strip_prefix('$')?;
    path.split('.').filter(|step| !step.is_empty()).try_fold(value, |value, step| {
        let (name, numbers) = step.split_once('[').map_or((step, ""), |(name, rest)| (name, rest));
        let named = if name.is_empty() { value } else { value.get(name)? };
        let numbers = numbers.split(['[', ']']).filter(|number| !number.is_empty());
        numbers.into_iter().try_fold(named, |value, number| value.get(number.parse::<usize>().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_followed() {
        let mut answers = Answers::default();
        answers.0.insert("a".into(), json!({ "data": [{ "details": { "id": "42" }, "n": 7 }] }));
        let cases = [
            ("/crm/v8/Leads/@{a:$.data[0].details.id}", Ok("/crm/v8/Leads/42")),
            ("@{a:$.data[0].n}-@{a:$.data[0].n}", Ok("7-7")),
            ("plain", Ok("plain")),
            ("@{b:$.data}", Err("@{b:$.data}")),
            ("@{a:$.data[1].n}", Err("@{a:$.data[1].n}")),
        ];
        for (text, expected) in cases {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(answers.text(text), expected, "{text}");
        }
    }
}
