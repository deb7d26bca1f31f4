//! `$filter` over contacts: which paths there are, and what a condition reads of a contact.

use super::{Expression, Literal, Subject, parse};
use crate::microsoft::graph::query::no_property;
use crate::microsoft::mailbox::{Contact, ExtendedId, Kind, property_in_query};
use crate::microsoft::refusal::Refusal;
use serde_json::Value;

/// Reads a `$filter` over contacts and finds every path in it to exist.
pub(in crate::microsoft::graph) fn contact_filter(value: &str) -> Result<Expression, Refusal> {
    let mut expression = parse(value)?;
    for (collection, path) in expression.paths() {
        check_path(collection, path)?;
    }
    expression.rewrite("id", &|text| ExtendedId::parse(text).map(|id| Literal::Exact(id.to_string())))?;
    Ok(expression)
}

fn check_path(collection: Option<&str>, path: &str) -> Result<(), Refusal> {
    let no_filter = |name: &str| Refusal::property(format!("The property '{name}' does not support filtering."));
    match collection {
        Some(collection) if collection.eq_ignore_ascii_case("singleValueExtendedProperties") => {
            if ["id", "value"].contains(&path) { Ok(()) } else { Err(no_property(path)) }
        }
        Some(collection) => match (property_in_query(collection), path) {
            (Some((_, Kind::Emails)), "address" | "name") | (Some((_, Kind::Texts(_))), "") => Ok(()),
            (Some((_, Kind::Emails | Kind::Texts(_))), _) => Err(no_property(path)),
            (Some(_), _) => Err(no_filter(collection)),
            (None, _) => Err(no_property(collection)),
        },
        None => {
            let (name, part) = path.split_once('/').map_or((path, None), |(name, part)| (name, Some(part)));
            match (property_in_query(name), part) {
                (Some(("id" | "changeKey", _)), _) => Err(no_filter(name)),
                (Some((_, Kind::Text | Kind::Date | Kind::Fixed)), None) => Ok(()),
                (Some((_, Kind::Address)), Some("street" | "city" | "state" | "countryOrRegion" | "postalCode"))
                | (Some((_, Kind::EmailSlot(_))), Some("address" | "name")) => Ok(()),
                (Some(_), None) => Err(no_filter(name)),
                (Some(_), Some(part)) => Err(no_property(part)),
                (None, _) => Err(no_property(name)),
            }
        }
    }
}

/// A contact as conditions read it.
pub(in crate::microsoft::graph) struct ContactSubject<'a>(pub(in crate::microsoft::graph) &'a Contact);

impl Subject for ContactSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        let (name, part) = path.split_once('/').map_or((path, None), |(name, part)| (name, Some(part)));
        let Some((name, kind)) = property_in_query(name) else { return Literal::Null };
        let value = self.0.property(name, true).unwrap_or(Value::Null);
        let value = part.map_or(Some(&value), |part| value.get(part));
        match value {
            Some(Value::String(text)) if kind == Kind::Date || name.ends_with("DateTime") => {
                Literal::Bare(text.clone())
            }
            Some(Value::String(text)) => Literal::Text(text.clone()),
            _ => Literal::Null,
        }
    }

    fn any(&self, collection: &str, condition: &Expression) -> bool {
        if collection.eq_ignore_ascii_case("singleValueExtendedProperties") {
            return self.0.extended.iter().any(|(id, value)| condition.holds(&ExtendedSubject { id, value }));
        }
        let elements = property_in_query(collection).and_then(|(name, _)| self.0.property(name, true));
        elements
            .as_ref()
            .and_then(Value::as_array)
            .is_some_and(|elements| elements.iter().any(|element| condition.holds(&ElementSubject(element))))
    }
}

/// An extended property as conditions read it.
pub(in crate::microsoft::graph) struct ExtendedSubject<'a> {
    pub(in crate::microsoft::graph) id: &'a ExtendedId,
    pub(in crate::microsoft::graph) value: &'a str,
}

impl Subject for ExtendedSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        match path {
            "id" => Literal::Exact(self.id.to_string()),
            _ => Literal::Text(self.value.to_owned()),
        }
    }

    fn any(&self, _collection: &str, _condition: &Expression) -> bool {
        false
    }
}

/// An element of a collection as conditions read it; the empty path is the element itself.
pub(in crate::microsoft::graph) struct ElementSubject<'a>(pub(in crate::microsoft::graph) &'a Value);

impl Subject for ElementSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        let value = if path.is_empty() { Some(self.0) } else { self.0.get(path) };
        value.and_then(Value::as_str).map_or(Literal::Null, |text| Literal::Text(text.to_owned()))
    }

    fn any(&self, _collection: &str, _condition: &Expression) -> bool {
        false
    }
}
