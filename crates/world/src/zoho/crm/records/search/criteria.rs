//! Search criteria: `((Last_Name:equals:Burns) and (Email:starts_with:b))`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/search-records.html>

use crate::zoho::crm::Failure;
use crate::zoho::crm::condition::{Condition, Operator};
use crate::zoho::org::Org;
use crate::zoho::schema::{Field, Kind, Module};
use crate::zoho::time;
use serde_json::{Value, json};

/// One test.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test {
    pub(super) field: String,
    pub(super) operator: Operator,
    pub(super) values: Vec<Value>,
}

/// The most tests of one search.
const MOST_TESTS: usize = 10;

/// How deep parentheses may nest: deeper than any grouping of the tests that a search may have.
const DEPTH: usize = 20;

/// Reads criteria.
pub(super) fn parse(org: &Org, module: &Module, text: &str) -> Result<Condition<Test>, Failure> {
    let mut reader = Reader { org, module, rest: text.trim(), depth: 0, tests: 0 };
    let condition = reader.group()?;
    if !reader.rest.is_empty() {
        return Err(malformed());
    }
    Ok(condition)
}

fn malformed() -> Failure {
    Failure::new(
        400,
        "INVALID_QUERY",
        "Invalid query formed",
        json!({ "reason": "Invalid query formed", "param_name": "criteria" }),
    )
}

struct Reader<'t, 'o> {
    org: &'o Org,
    module: &'o Module,
    rest: &'t str,
    depth: usize,
    tests: usize,
}

impl Reader<'_, '_> {
    fn skip(&mut self, prefix: &str) -> bool {
        match self.rest.strip_prefix(prefix) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    /// A test or groups in parentheses.
    fn group(&mut self) -> Result<Condition<Test>, Failure> {
        if !self.skip("(") {
            return Err(malformed());
        }
        if !self.rest.starts_with('(') {
            return self.test().map(Condition::Test);
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(malformed());
        }
        let mut condition = self.group()?;
        while !self.skip(")") {
            if self.skip("and") {
                condition = Condition::And(Box::new(condition), Box::new(self.group()?));
            } else if self.skip("or") {
                condition = Condition::Or(Box::new(condition), Box::new(self.group()?));
            } else {
                return Err(malformed());
            }
        }
        self.depth -= 1;
        Ok(condition)
    }

    /// `field:operator:value)`. A backslash takes the meaning of the letter behind it away.
    fn test(&mut self) -> Result<Test, Failure> {
        self.tests += 1;
        if self.tests > MOST_TESTS {
            let details = json!({ "limit": MOST_TESTS, "param_name": "criteria" });
            return Err(Failure::new(400, "LIMIT_EXCEEDED", "criteria limit exceeded", details));
        }
        let mut values = vec![String::new()];
        let mut letters = self.rest.char_indices();
        let end = loop {
            match letters.next() {
                None => return Err(malformed()),
                Some((at, ')')) => break at,
                Some((_, '\\')) => {
                    let (_, letter) = letters.next().ok_or_else(malformed)?;
                    values.iter_mut().last().map(|value| value.push(letter)).ok_or_else(malformed)?;
                }
                Some((_, ',')) => values.push(String::new()),
                Some((_, letter)) => values.iter_mut().last().map(|value| value.push(letter)).ok_or_else(malformed)?,
            }
        };
        self.rest = self.rest[end + 1..].trim_start();
        let first = values.remove(0);
        let (name, rest) = first.split_once(':').ok_or_else(malformed)?;
        let (word, first) = rest.split_once(':').ok_or_else(malformed)?;
        values.insert(0, first.to_owned());
        self.check(name.trim(), word.trim(), values)
    }

    fn check(&self, name: &str, word: &str, values: Vec<String>) -> Result<Test, Failure> {
        let searchable = |field: &&Field| !field.kind.is_structured();
        let field = self.org.field(self.module, name).filter(searchable).ok_or_else(|| {
            let details = json!({ "reason": "the field is not available for search", "api_name": name });
            Failure::new(400, "INVALID_QUERY", "Invalid query formed", details)
        })?;
        let operator = operator(word).filter(|operator| fits(field.kind, *operator)).ok_or_else(|| {
            let details = json!({ "operator": word, "reason": "invalid operator found", "api_name": name });
            Failure::new(400, "INVALID_QUERY", "invalid operator found", details)
        })?;
        let values = match operator {
            Operator::In | Operator::Between => values,
            // A comma that isn't escaped belongs to the value all the same.
            _ => vec![values.join(",")],
        };
        if operator == Operator::Between && values.len() != 2 {
            return Err(malformed());
        }
        let values = values.iter().map(|value| literal(field, value.trim())).collect::<Result<Vec<_>, _>>()?;
        Ok(Test { field: name.to_owned(), operator, values })
    }
}

fn operator(word: &str) -> Option<Operator> {
    Some(match word {
        "equals" => Operator::Equal,
        "not_equal" => Operator::NotEqual,
        "starts_with" => Operator::StartsWith,
        "in" => Operator::In,
        "between" => Operator::Between,
        "greater_than" => Operator::Greater,
        "greater_equal" => Operator::GreaterEqual,
        "less_than" => Operator::Less,
        "less_equal" => Operator::LessEqual,
        _ => return None,
    })
}

fn fits(kind: Kind, operator: Operator) -> bool {
    let ordered = matches!(kind, Kind::Date | Kind::DateTime | Kind::Integer | Kind::Currency | Kind::BigInt);
    match operator {
        Operator::StartsWith => kind.is_text(),
        Operator::Equal | Operator::NotEqual => true,
        Operator::In => kind != Kind::Boolean,
        _ => ordered,
    }
}

/// A value in the form of the field.
fn literal(field: &Field, text: &str) -> Result<Value, Failure> {
    let value = match field.kind {
        Kind::Boolean => text.parse::<bool>().ok().map(|value| json!(value)),
        Kind::Integer => text.parse::<i64>().ok().map(|value| json!(value)),
        Kind::Currency => text.parse::<f64>().ok().map(|value| json!(value)),
        Kind::Date => time::read_date(text).map(|date| json!(date.to_string())),
        Kind::DateTime => {
            // A day alone stands for its beginning.
            let moment = time::read(text).or_else(|| time::read(&format!("{text}T00:00:00+00:00")));
            moment.map(|moment| json!(time::canonical(moment)))
        }
        _ => Some(json!(text)),
    };
    value.ok_or_else(|| {
        let details =
            json!({ "reason": "Please check the value of the field", "api_name": field.api_name, "value": text });
        Failure::new(400, "INVALID_QUERY", "invalid value for search", details)
    })
}
