//! `$expand` of contacts.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-get>.

use super::filter::{self, Expression, Literal, Operator};
use super::query::no_property;
use crate::microsoft::mailbox::ExtendedId;
use crate::microsoft::refusal::Refusal;

/// Reads `singleValueExtendedProperties($filter=id eq '..' or id eq '..')`.
pub(super) fn expand(value: &str) -> Result<Vec<ExtendedId>, Refusal> {
    let (name, rest) = value.split_once('(').unwrap_or((value, ""));
    let name = name.trim();
    if !name.eq_ignore_ascii_case("singleValueExtendedProperties") {
        let known = ["multiValueExtendedProperties", "extensions", "photo"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
        return Err(if known {
            Refusal::new(501, "NotImplemented", format!("This stand-in doesn't cover '$expand={name}'."))
        } else {
            no_property(name)
        });
    }
    let inner = rest.trim().strip_suffix(')').unwrap_or_default().trim();
    let filter = inner.split_once('=').filter(|(option, _)| option.trim().eq_ignore_ascii_case("$filter"));
    let (_, filter) = filter.ok_or_else(|| {
        Refusal::property("Expanding extended properties requires a filter that names the properties to return.")
    })?;
    let mut ids = Vec::new();
    collect_ids(&filter::parse(filter)?, &mut ids)?;
    Ok(ids)
}

fn collect_ids(expression: &Expression, ids: &mut Vec<ExtendedId>) -> Result<(), Refusal> {
    match expression {
        Expression::Or(left, right) => {
            collect_ids(left, ids)?;
            collect_ids(right, ids)
        }
        Expression::Compare { path, operator: Operator::Equal, literal: Literal::Text(id) }
            if path.eq_ignore_ascii_case("id") || path.eq_ignore_ascii_case("propertyId") =>
        {
            ids.push(ExtendedId::parse(id)?);
            Ok(())
        }
        _ => Err(Refusal::property("The filter of expanded extended properties may only compare 'id' by 'eq'.")),
    }
}
