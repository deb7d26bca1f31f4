//! Which records take part.

use crate::value::Words;
use crate::{Field, Fields, Instant, Kind, Reason, Value};
use serde::{Deserialize, Serialize};

/// Which records take part in a sync. Owners, folders, lists and calendars are chosen where a side is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Filter {
    /// Events that ended earlier, and tasks that were done earlier, are not taken up. Records that are linked
    /// already stay so: falling out of the window deletes nothing and stops nothing.
    pub since: Option<Instant>,
    /// Whether private and confidential items may leave the mailbox.
    pub private: bool,
    /// Which categories (in the CRM: tags) take part.
    pub categories: Categories,
}

/// Which categories take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Categories {
    /// All, and records without one.
    #[default]
    All,
    /// Records that have one of these.
    Only(Words),
    /// Records that have none of these.
    Except(Words),
}

impl Filter {
    /// Why a record is none of this sync's business, linked or not; `None` when it is.
    pub fn keeps_out(&self, fields: &Fields) -> Option<Reason> {
        if !self.private && matches!(fields.text(Field::Sensitivity), "private" | "confidential") {
            return Some(Reason::Private);
        }
        let has_one_of = |wanted: &Words| {
            fields.words(Field::Categories).is_some_and(|own| own.iter().any(|word| wanted.contains(word)))
        };
        let fits = match &self.categories {
            Categories::All => true,
            Categories::Only(words) => has_one_of(words),
            Categories::Except(words) => !has_one_of(words),
        };
        (!fits).then_some(Reason::Category)
    }

    /// Whether a record without a partner is too old to get one.
    pub(crate) fn is_too_old(&self, kind: Kind, fields: &Fields) -> bool {
        let Some(since) = self.since else { return false };
        let is_before = |field| match fields.get(field) {
            Some(Value::Moment(moment)) => *moment < since,
            Some(Value::Date(date)) => date.start() < since,
            Some(Value::Number(_) | Value::Set(_) | Value::Text(_)) | None => false,
        };
        match kind {
            Kind::Contact => false,
            // A series may go on for ever; what is still to be done is never old.
            Kind::Event => fields.get(Field::Recurrence).is_none() && is_before(Field::End),
            Kind::Task => is_before(Field::CompletedOn),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Date;

    #[test]
    fn private_items_and_other_categories_stay_out() {
        let words = |words: &[&str]| Words::new(words.iter().map(|word| (*word).to_owned()));
        let only = Categories::Only(words(&["CRM", "Kunden"]));
        let except = Categories::Except(words(&["Familie"]));
        let cases = [
            // Sensitivity, own categories, the filter, whether private items may leave: why it stays out.
            ("normal", vec![], Categories::All, false, None),
            ("personal", vec![], Categories::All, false, None),
            ("private", vec![], Categories::All, false, Some(Reason::Private)),
            ("confidential", vec![], Categories::All, false, Some(Reason::Private)),
            ("private", vec![], Categories::All, true, None),
            ("", vec!["CRM"], only.clone(), false, None),
            ("", vec!["crm"], only.clone(), false, Some(Reason::Category)),
            ("", vec![], only.clone(), false, Some(Reason::Category)),
            ("", vec!["Familie", "CRM"], except.clone(), false, Some(Reason::Category)),
            ("", vec![], except, false, None),
            ("private", vec![], only, false, Some(Reason::Private)),
        ];
        for (sensitivity, own, categories, private, expected) in cases {
            let mut fields = Fields::default().with(Field::Sensitivity, sensitivity);
            fields.put(Field::Categories, Value::set(own));
            let filter = Filter { since: None, private, categories };
            assert_eq!(filter.keeps_out(&fields), expected, "{sensitivity} {fields:?} {filter:?}");
        }
    }

    #[test]
    fn what_is_over_is_old() {
        let moment = |text: &str| Some(Value::Moment(Instant::parse(text).expect("a moment")));
        let date = |text: &str| Some(Value::Date(Date::parse(text).expect("a date")));
        let rule = Value::text("FREQ=DAILY");
        let cases = [
            (Kind::Event, Field::End, moment("2026-05-21T23:59:59Z"), None, true),
            (Kind::Event, Field::End, moment("2026-05-22T00:00:00Z"), None, false),
            (Kind::Event, Field::End, date("2026-05-21"), None, true),
            (Kind::Event, Field::End, date("2026-05-22"), None, false),
            (Kind::Event, Field::End, moment("2020-01-01T00:00:00Z"), rule, false),
            (Kind::Task, Field::CompletedOn, date("2026-05-21"), None, true),
            (Kind::Task, Field::Due, date("2020-01-01"), None, false),
            (Kind::Contact, Field::Birthday, date("1974-07-22"), None, false),
        ];
        let since = Instant::parse("2026-05-22T00:00:00Z").ok();
        for (kind, field, value, recurrence, expected) in cases {
            let mut fields = Fields::default();
            fields.put(field, value);
            fields.put(Field::Recurrence, recurrence);
            let filter = Filter { since, ..Filter::default() };
            assert_eq!(filter.is_too_old(kind, &fields), expected, "{kind:?} {fields:?}");
            assert!(!Filter::default().is_too_old(kind, &fields));
        }
    }
}
