//! Conditions on records, as COQL and search write them.

use crate::zoho::schema::Kind;
use serde_json::Value;
use std::cmp::Ordering;

/// Tests joined by `and` and `or`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition<T> {
    Test(T),
    And(Box<Condition<T>>, Box<Condition<T>>),
    Or(Box<Condition<T>>, Box<Condition<T>>),
}

impl<T> Condition<T> {
    /// Whether the condition holds, given whether each of its tests does.
    pub(crate) fn holds(&self, test: &impl Fn(&T) -> bool) -> bool {
        match self {
            Condition::Test(one) => test(one),
            Condition::And(left, right) => left.holds(test) && right.holds(test),
            Condition::Or(left, right) => left.holds(test) || right.holds(test),
        }
    }

    /// Every test, from left to right.
    pub(crate) fn tests(&self) -> Vec<&T> {
        match self {
            Condition::Test(one) => vec![one],
            Condition::And(left, right) | Condition::Or(left, right) => {
                let mut tests = left.tests();
                tests.extend(right.tests());
                tests
            }
        }
    }
}

/// What a test compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    In,
    NotIn,
    Like,
    NotLike,
    StartsWith,
    Between,
    NotBetween,
    IsNull,
    IsNotNull,
}

/// Whether `value`, in canonical form, passes. As in SQL, nothing but `is null` passes for null. Text is
/// compared without regard to case.
pub(crate) fn passes(kind: Kind, value: &Value, operator: Operator, operands: &[Value]) -> bool {
    match operator {
        Operator::IsNull => return value.is_null(),
        Operator::IsNotNull => return !value.is_null(),
        _ if value.is_null() => return false,
        _ => {}
    }
    let order = |at: usize| operands.get(at).and_then(|operand| compare(kind, value, operand));
    let any = || operands.iter().any(|operand| compare(kind, value, operand) == Some(Ordering::Equal));
    let between = || order(0).is_some_and(Ordering::is_ge) && order(1).is_some_and(Ordering::is_le);
    let text = |operand: usize| operands.get(operand).and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let own = || value.as_str().unwrap_or_default().to_lowercase();
    match operator {
        Operator::Equal => order(0).is_some_and(Ordering::is_eq),
        Operator::NotEqual => order(0).is_some_and(Ordering::is_ne),
        Operator::Greater => order(0).is_some_and(Ordering::is_gt),
        Operator::GreaterEqual => order(0).is_some_and(Ordering::is_ge),
        Operator::Less => order(0).is_some_and(Ordering::is_lt),
        Operator::LessEqual => order(0).is_some_and(Ordering::is_le),
        Operator::In => any(),
        Operator::NotIn => !any(),
        Operator::Like => like(&own(), &text(0)),
        Operator::NotLike => !like(&own(), &text(0)),
        Operator::StartsWith => own().starts_with(&text(0)),
        Operator::Between => between(),
        Operator::NotBetween => !between(),
        Operator::IsNull | Operator::IsNotNull => false,
    }
}

/// `%` at either end stands for anything.
fn like(text: &str, pattern: &str) -> bool {
    let (start, end) = (pattern.starts_with('%'), pattern.len() > 1 && pattern.ends_with('%'));
    let middle = pattern.strip_prefix('%').unwrap_or(pattern);
    let middle = if end { middle.strip_suffix('%').unwrap_or(middle) } else { middle };
    match (start, end) {
        (true, true) => text.contains(middle),
        (true, false) => text.ends_with(middle),
        (false, true) => text.starts_with(middle),
        (false, false) => text == middle,
    }
}

/// The order of two values of the same kind.
pub(crate) fn compare(kind: Kind, left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Some(match kind {
            Kind::BigInt | Kind::User | Kind::Lookup(_) | Kind::AnyRecord => {
                let number = |text: &str| text.parse::<u64>().unwrap_or_default();
                number(left).cmp(&number(right))
            }
            Kind::Date | Kind::DateTime => left.cmp(right),
            _ => left.to_lowercase().cmp(&right.to_lowercase()),
        }),
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tests_pass_as_in_sql() {
        let cases = [
            (json!("Ada"), Operator::Equal, vec![json!("ADA")], true),
            (json!("Ada"), Operator::Like, vec![json!("%d%")], true),
            (json!("Ada"), Operator::Like, vec![json!("d%")], false),
            (json!("Ada"), Operator::NotLike, vec![json!("%x")], true),
            (json!("Ada"), Operator::NotIn, vec![json!("Bob"), json!("Eve")], true),
            (json!(5), Operator::Between, vec![json!(1), json!(5)], true),
            (json!(5), Operator::NotBetween, vec![json!(1), json!(4)], true),
            (json!(null), Operator::NotEqual, vec![json!("x")], false),
            (json!(null), Operator::NotIn, vec![json!("x")], false),
            (json!(null), Operator::IsNull, vec![], true),
        ];
        for (value, operator, operands, expected) in cases {
            assert_eq!(passes(Kind::Text, &value, operator, &operands), expected, "{value} {operator:?} {operands:?}");
        }
    }
}
