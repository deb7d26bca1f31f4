//! `$filter`: the part of OData's expressions that Outlook items understand.
//!
//! See <https://learn.microsoft.com/en-us/graph/filter-query-parameter>.

mod contacts;
mod parser;

pub(super) use contacts::{ContactSubject, ElementSubject, ExtendedSubject, contact_filter};
pub(super) use parser::parse;

use crate::microsoft::refusal::Refusal;
use std::cmp::Ordering;

/// A value that an expression compares with or reads.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::microsoft::graph) enum Literal {
    Bool(bool),
    /// A number, or a moment, in its written form.
    Bare(String),
    /// A text whose case matters.
    Exact(String),
    Null,
    Text(String),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum Operator {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    NotEqual,
}

/// A function of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::microsoft::graph) enum Function {
    Contains,
    EndsWith,
    StartsWith,
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::microsoft::graph) enum Expression {
    And(Box<Expression>, Box<Expression>),
    /// At least one element of `collection` meets the condition.
    Any {
        collection: String,
        element: Box<Expression>,
    },
    Compare {
        path: String,
        operator: Operator,
        literal: Literal,
    },
    Match {
        function: Function,
        path: String,
        text: String,
    },
    Not(Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
}

/// Something whose properties a condition reads.
pub(in crate::microsoft::graph) trait Subject {
    /// The value at `path`, `Null` where it is empty.
    fn value(&self, path: &str) -> Literal;
    /// Whether some element of `collection` meets `condition`.
    fn any(&self, collection: &str, condition: &Expression) -> bool;
}

impl Expression {
    /// Whether `subject` meets the condition.
    pub(in crate::microsoft::graph) fn holds(&self, subject: &dyn Subject) -> bool {
        match self {
            Expression::And(left, right) => left.holds(subject) && right.holds(subject),
            Expression::Or(left, right) => left.holds(subject) || right.holds(subject),
            Expression::Not(inner) => !inner.holds(subject),
            Expression::Any { collection, element } => subject.any(collection, element),
            Expression::Compare { path, operator, literal } => operator.holds(&subject.value(path), literal),
            Expression::Match { function, path, text } => match subject.value(path) {
                Literal::Text(value) => function.holds(&value.to_lowercase(), &text.to_lowercase()),
                _ => false,
            },
        }
    }

    /// Whether some part of the condition is one that `wanted` knows.
    pub(in crate::microsoft::graph) fn contains(&self, wanted: &dyn Fn(&Expression) -> bool) -> bool {
        wanted(self)
            || match self {
                Expression::And(left, right) | Expression::Or(left, right) => {
                    left.contains(wanted) || right.contains(wanted)
                }
                Expression::Not(inner) => inner.contains(wanted),
                Expression::Any { element, .. } => element.contains(wanted),
                Expression::Compare { .. } | Expression::Match { .. } => false,
            }
    }

    /// Every path outside of `any`, and every collection with the paths inside.
    pub(in crate::microsoft::graph) fn paths(&self) -> Vec<(Option<&str>, &str)> {
        match self {
            Expression::And(left, right) | Expression::Or(left, right) => {
                left.paths().into_iter().chain(right.paths()).collect()
            }
            Expression::Not(inner) => inner.paths(),
            Expression::Any { collection, element } => {
                element.paths().into_iter().map(|(_, path)| (Some(collection.as_str()), path)).collect()
            }
            Expression::Compare { path, .. } | Expression::Match { path, .. } => vec![(None, path)],
        }
    }

    /// Reads the texts that are compared with `path` once more.
    pub(in crate::microsoft::graph) fn rewrite(
        &mut self,
        path: &str,
        read: &dyn Fn(&str) -> Result<Literal, Refusal>,
    ) -> Result<(), Refusal> {
        match self {
            Expression::And(left, right) | Expression::Or(left, right) => {
                left.rewrite(path, read)?;
                right.rewrite(path, read)
            }
            Expression::Not(inner) => inner.rewrite(path, read),
            Expression::Any { element, .. } => element.rewrite(path, read),
            Expression::Compare { path: found, literal, .. } => {
                if let (true, Literal::Text(text)) = (found == path, &literal) {
                    *literal = read(text)?;
                }
                Ok(())
            }
            Expression::Match { .. } => Ok(()),
        }
    }
}

impl Operator {
    fn holds(self, left: &Literal, right: &Literal) -> bool {
        let order = compare(left, right);
        match self {
            Operator::Equal => order == Some(Ordering::Equal),
            Operator::NotEqual => order != Some(Ordering::Equal),
            Operator::Greater => order == Some(Ordering::Greater),
            Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
            Operator::Less => order == Some(Ordering::Less),
            Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let known = [
            ("eq", Operator::Equal),
            ("ne", Operator::NotEqual),
            ("gt", Operator::Greater),
            ("ge", Operator::GreaterOrEqual),
            ("lt", Operator::Less),
            ("le", Operator::LessOrEqual),
        ];
        known.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, operator)| operator)
    }
}

impl Function {
    fn holds(self, value: &str, text: &str) -> bool {
        match self {
            Function::Contains => value.contains(text),
            Function::EndsWith => value.ends_with(text),
            Function::StartsWith => value.starts_with(text),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let known =
            [("contains", Function::Contains), ("endswith", Function::EndsWith), ("startswith", Function::StartsWith)];
        known.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, function)| function)
    }
}

/// Texts compare without regard to case, as Exchange compares them; moments by time.
fn compare(left: &Literal, right: &Literal) -> Option<Ordering> {
    match (left, right) {
        (Literal::Null, Literal::Null) => Some(Ordering::Equal),
        (Literal::Bool(left), Literal::Bool(right)) => Some(left.cmp(right)),
        (Literal::Exact(left), Literal::Exact(right)) => Some(left.cmp(right)),
        (Literal::Text(left), Literal::Text(right)) => Some(left.to_lowercase().cmp(&right.to_lowercase())),
        (Literal::Bare(left), Literal::Bare(right)) => {
            match (left.parse::<jiff::Timestamp>(), right.parse::<jiff::Timestamp>()) {
                (Ok(left), Ok(right)) => Some(left.cmp(&right)),
                _ => left.parse::<f64>().ok()?.partial_cmp(&right.parse::<f64>().ok()?),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sample;

    impl Subject for Sample {
        fn value(&self, path: &str) -> Literal {
            match path {
                "displayName" => Literal::Text("Ada O'Neil".into()),
                "lastModifiedDateTime" => Literal::Bare("2026-11-21T10:00:00Z".into()),
                "address" => Literal::Text("ada@corp.example".into()),
                _ => Literal::Null,
            }
        }

        fn any(&self, collection: &str, condition: &Expression) -> bool {
            collection == "emailAddresses" && condition.holds(self)
        }
    }

    #[test]
    fn conditions_hold_or_not() {
        let cases = [
            ("displayName eq 'ada o''neil'", true),
            ("displayName ne 'Ada'", true),
            ("not (displayName eq 'Ada')", true),
            ("startswith(displayName,'ADA') and contains(displayName, 'neil')", true),
            ("surname eq null", true),
            ("surname ne null", false),
            ("surname eq ''", false),
            ("lastModifiedDateTime ge 2026-11-21T11:00:00+01:00", true),
            ("lastModifiedDateTime gt 2026-11-21T10:00:00Z or surname eq 'x'", false),
            ("displayName eq 'x' or displayName eq 'y' and surname eq null", false),
            ("emailAddresses/any(a:a/address eq 'ADA@corp.example')", true),
            ("emailAddresses/Any(a: a/address eq 'x' or a/address eq 'ada@corp.example')", true),
            ("emailAddresses/any(a : a/address eq 'x')", false),
        ];
        for (text, holds) in cases {
            assert_eq!(parse(text).map(|expression| expression.holds(&Sample)), Ok(holds), "{text}");
        }
    }

    #[test]
    fn what_cant_be_read_is_refused() {
        let deep = format!("{}a eq 1{}", "(".repeat(60), ")".repeat(60));
        let long = format!("a eq 1{}", " or a eq 1".repeat(100_000));
        let cases = [
            "",
            "displayName",
            "displayName eq",
            "displayName eq 'x",
            "displayName like 'x'",
            "displayName eq 'x' and",
            "displayName eq other",
            "sum(displayName) eq 1",
            "emailAddresses/any(a:b/address eq 'x')",
            "(displayName eq 'x'",
            "displayName eq 'x')",
            "emailAddresses/all(a:a/address eq 'x')",
            "emailAddresses/any(a:a/nonsense/any(b:b/address eq 'x'))",
            &long,
            &deep,
        ];
        for text in cases {
            assert_eq!(parse(text).map_err(|refusal| refusal.status), Err(400), "{text}");
        }
    }
}
