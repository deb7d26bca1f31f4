//! Texts, numbers and times in the person's language.
//!
//! The texts are the Fluent files in `locales/`, which `build.rs` turns into one typed function each.
//! Numbers, plural classes and times come from the browser's `Intl`.

mod explain;
mod intl;

pub(crate) use explain::{Told, side_key, told};
pub(crate) use intl::{exact_time, number, relative_time, use_locale};

use intl::{Plural, plural};
use yew::{hook, use_context};

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// Every text, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Texts {
    lang: Lang,
}

/// An error in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// What happened.
    pub(crate) what: &'static str,
    /// Why.
    pub(crate) why: &'static str,
    /// What to do.
    pub(crate) todo: &'static str,
}

impl Texts {
    /// The texts of `lang`.
    pub(crate) const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The language of the texts.
    pub(crate) const fn lang(self) -> Lang {
        self.lang
    }
}

impl Lang {
    /// The language for a locale such as `en_US` (the CRM's way to write it) or `ja-JP`.
    pub(crate) fn of_locale(locale: &str) -> Self {
        let wanted = locale.split(['-', '_']).next().unwrap_or_default();
        let known = Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(wanted));
        known.unwrap_or(Self::ALL[0])
    }
}

/// The texts, from the component tree.
#[hook]
pub(crate) fn use_texts() -> Texts {
    use_context::<Texts>().unwrap_or(Texts::new(Lang::ALL[0]))
}

/// Puts the parts of a message together.
fn join(parts: &[&str]) -> String {
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_api::ErrorCode;
    use mxs_sync::{Failure, StoreError};

    const T: Texts = Texts::new(Lang::En);

    #[test]
    fn a_locale_gives_its_language_or_the_first() {
        for locale in ["en_US", "en-GB", "EN", "xx", ""] {
            assert_eq!(Lang::of_locale(locale), Lang::En, "{locale}");
        }
    }

    #[test]
    fn every_code_has_its_explanation() {
        let denied = || String::from("ErrorAccessDenied");
        let failures = [
            Failure::MicrosoftSignIn,
            Failure::MicrosoftDenied { code: denied() },
            Failure::MicrosoftUnavailable { status: Some(503) },
            Failure::MicrosoftAnswer,
            Failure::CrmSignIn,
            Failure::CrmDenied { code: denied() },
            Failure::CrmUnavailable { status: None },
            Failure::CrmAnswer,
            Failure::PlanIncomplete,
            Failure::PlaceGone,
            Failure::OwnField { field: None },
            Failure::PlanChanged,
            Failure::SalesInbox,
            Failure::SwitchedOff,
            Failure::Store(StoreError::Forgotten),
            Failure::Store(StoreError::Full),
            Failure::Store(StoreError::LeaseLost),
            Failure::Store(StoreError::SessionEnded),
            Failure::Store(StoreError::Unavailable),
        ];
        for failure in &failures {
            // Does not compile when a failure is added: put it into the list above.
            match failure {
                Failure::MicrosoftSignIn
                | Failure::MicrosoftDenied { .. }
                | Failure::MicrosoftUnavailable { .. }
                | Failure::MicrosoftAnswer
                | Failure::CrmSignIn
                | Failure::CrmDenied { .. }
                | Failure::CrmUnavailable { .. }
                | Failure::CrmAnswer
                | Failure::PlanIncomplete
                | Failure::PlaceGone
                | Failure::OwnField { .. }
                | Failure::PlanChanged
                | Failure::SalesInbox
                | Failure::SwitchedOff
                | Failure::Store(
                    StoreError::Forgotten
                    | StoreError::Full
                    | StoreError::LeaseLost
                    | StoreError::SessionEnded
                    | StoreError::Unavailable,
                ) => {}
            }
        }
        let codes = failures.iter().map(Failure::code).chain(ErrorCode::ALL.map(ErrorCode::as_str));
        for code in codes.chain(mxs_bridge::code::ALL) {
            let told = T.explanation(code).unwrap_or_else(|| panic!("{code} has no text"));
            assert!([told.what, told.why, told.todo].iter().all(|text| !text.is_empty()), "{code}");
        }
    }

    #[test]
    fn counts_choose_their_form() {
        assert_eq!(T.sync_linked(0), "No records are linked yet.");
        assert_eq!(T.sync_linked(1), "1 record is linked.");
        assert_eq!(T.sync_linked(1_204), "1,204 records are linked.");
        assert_eq!(T.sync_progress(412, 1_204), "412 of 1,204");
    }

    #[test]
    fn names_choose_their_form() {
        assert_eq!(T.problems_entry("Ada", "crm"), "Ada (in the CRM)");
        assert_eq!(T.problems_entry("Ada", "exchange"), "Ada (in Exchange)");
    }
}
