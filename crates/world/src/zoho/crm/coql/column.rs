//! Columns: fields of the module itself, or of what its lookups refer to.

use super::super::value::{raw, show};
use crate::zoho::org::Org;
use crate::zoho::schema::{self, Field, Kind, Module};
use crate::zoho::store::Record;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// A column that exists.
pub(super) struct Column<'o> {
    /// The lookups that lead to it.
    joins: Vec<&'o Field>,
    leaf: Leaf<'o>,
}

enum Leaf<'o> {
    Field(&'o Field),
    /// A field of a user.
    User(&'static str),
}

/// The fields of users that queries reach.
const USER_FIELDS: [&str; 5] = ["id", "email", "first_name", "last_name", "full_name"];

/// The most lookups on the way to a column.
const MOST_JOINS: usize = 2;

impl<'o> Column<'o> {
    /// The column that `path` names, as in `Account_Name.Account_Name`.
    pub(super) fn find(org: &'o Org, module: &'o Module, path: &str) -> Option<Self> {
        let mut steps: Vec<&str> = path.split('.').collect();
        let last = steps.pop()?;
        if steps.len() > MOST_JOINS {
            return None;
        }
        let (mut module, mut joins) = (module, Vec::new());
        for (at, step) in steps.iter().enumerate() {
            let field = org.field(module, step)?;
            joins.push(field);
            match field.kind {
                Kind::Lookup(target) => module = schema::module(target)?,
                Kind::User if at + 1 == steps.len() => {
                    let name = USER_FIELDS.into_iter().find(|name| *name == last)?;
                    return Some(Self { joins, leaf: Leaf::User(name) });
                }
                _ => return None,
            }
        }
        // No page shows a query for tags, participants, reminders or recurrences; the stand-in takes it that
        // none can be made, so that nobody relies on it.
        let field = org.field(module, last).filter(|field| !field.kind.is_structured())?;
        Some(Self { joins, leaf: Leaf::Field(field) })
    }

    /// What the column holds.
    pub(super) fn kind(&self) -> Kind {
        match self.leaf {
            Leaf::Field(field) => field.kind,
            Leaf::User("id") => Kind::BigInt,
            Leaf::User(_) => Kind::Text,
        }
    }

    /// The value in canonical form.
    pub(super) fn value(&self, org: &Org, record: &Record) -> Value {
        match &self.leaf {
            Leaf::Field(field) => self.reached(org, record).map_or(Value::Null, |record| raw(org, record, field)),
            Leaf::User(name) => self.user_field(org, record, name),
        }
    }

    /// The value as a reader in `zone` sees it. Queries give of users and other records the id alone;
    /// who wants a name selects it through the lookup.
    pub(super) fn shown(&self, org: &Org, record: &Record, zone: &TimeZone) -> Value {
        match (&self.leaf, self.kind()) {
            (Leaf::User(name), _) => self.user_field(org, record, name),
            (Leaf::Field(_), Kind::User | Kind::Lookup(_) | Kind::AnyRecord) => match self.value(org, record) {
                Value::Null => Value::Null,
                id => json!({ "id": id }),
            },
            (Leaf::Field(field), _) => {
                self.reached(org, record).map_or(Value::Null, |record| show(org, record, field, zone))
            }
        }
    }

    /// The record that the joins lead to.
    fn reached<'r>(&self, org: &'r Org, record: &'r Record) -> Option<&'r Record> {
        self.joins.iter().try_fold(record, |record, join| {
            let Kind::Lookup(target) = join.kind else { return None };
            let id = raw(org, record, join).as_str()?.parse().ok()?;
            org.record(schema::module(target)?, id)
        })
    }

    fn user_field(&self, org: &Org, record: &Record, name: &str) -> Value {
        let Some((last, before)) = self.joins.split_last() else { return Value::Null };
        let path = Column { joins: before.to_vec(), leaf: Leaf::Field(last) };
        let id = path.value(org, record);
        let user = id.as_str().and_then(|id| id.parse().ok()).and_then(|id| org.user(id));
        user.map_or(Value::Null, |user| match name {
            "id" => user.id.json(),
            "email" => json!(user.email),
            "first_name" => json!(user.first_name),
            "last_name" => json!(user.last_name),
            _ => json!(user.full_name()),
        })
    }
}
