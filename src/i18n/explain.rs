//! Why a record is not in sync, in words.

use super::Texts;
use mxs_core::{Reason, Side};

/// A reason in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// Why, and what to do.
    pub(crate) text: String,
    /// The stable code.
    pub(crate) code: &'static str,
}

/// Tells `reason`.
pub(crate) fn told(texts: Texts, reason: &Reason) -> Told {
    let text = match reason {
        Reason::AmbiguousMatch { candidates } => {
            texts.reason_ambiguous_match(u32::try_from(*candidates).unwrap_or(u32::MAX))
        }
        Reason::Busy { side } => texts.reason_busy(side_key(*side)),
        Reason::Category => texts.reason_category().into(),
        Reason::HeldMails { recipients } => texts.reason_held_mails(*recipients),
        Reason::KeptAlone => texts.reason_kept_alone().into(),
        Reason::LostAndFound => texts.reason_lost_and_found().into(),
        Reason::NoAccount => texts.reason_no_account().into(),
        Reason::NotWritable { side, field } => texts.reason_not_writable(&texts.field(&field.name()), side_key(*side)),
        Reason::Private => texts.reason_private().into(),
        Reason::Unreadable { side } => texts.reason_unreadable(side_key(*side)),
        Reason::Unmatched => texts.reason_unmatched().into(),
        Reason::OutcomeUnknown => texts.reason_outcome_unknown().into(),
        Reason::DeletedOnTarget => texts.reason_deleted_on_target().into(),
        Reason::HeldMassDelete => texts.reason_held_mass_delete().into(),
        Reason::LeftScope { side } => texts.reason_left_scope(side_key(*side)),
        Reason::MissingLastName => texts.reason_missing_last_name().into(),
        Reason::NotInDirection => texts.reason_not_in_direction().into(),
        Reason::ThroughColleague => texts.reason_through_colleague().into(),
        Reason::StillChanging => texts.reason_still_changing().into(),
        Reason::Refused(refusal) => {
            let (side, status) = (side_key(refusal.side), refusal.status.to_string());
            // A vendor that gave no code still has to be quoted as something.
            let code = if refusal.code.is_empty() { "–" } else { &refusal.code };
            let what = match refusal.field {
                Some(field) => texts.reason_refused_field(code, &texts.field(&field.name()), side, &status),
                None => texts.reason_refused(code, side, &status),
            };
            let todo = match refusal.max_length {
                Some(length) => texts.refused_too_long(length),
                None => texts.refused_todo(code),
            };
            format!("{what} {todo}")
        }
    };
    Told { text, code: reason.code() }
}

/// The word for a side in the texts' choices.
pub(crate) const fn side_key(side: Side) -> &'static str {
    match side {
        Side::Crm => "crm",
        Side::Exchange => "exchange",
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lang;
    use super::*;
    use mxs_core::{Field, FieldMap, Kind, VendorRefusal};

    const T: Texts = Texts::new(Lang::En);

    #[test]
    fn a_refusal_names_side_field_and_limit() {
        let refusal = VendorRefusal {
            side: Side::Crm,
            status: 400,
            code: "INVALID_DATA".into(),
            field: Some(Field::Email1),
            max_length: Some(100),
        };
        let told = told(T, &Reason::Refused(refusal));
        assert_eq!(told.code, "MXS-2008");
        assert_eq!(
            told.text,
            "The CRM refused the email (INVALID_DATA, HTTP 400). Shorten it to 100 characters and sync again."
        );
    }

    #[test]
    fn every_field_that_flows_has_a_name_of_its_own() {
        for field in Kind::ALL.into_iter().flat_map(|kind| FieldMap::usual(kind).fields().collect::<Vec<_>>()) {
            assert_ne!(T.field(&field.name()), "field", "{field:?}");
        }
    }
}
