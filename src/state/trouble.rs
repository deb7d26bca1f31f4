//! What went wrong, as a stable code with what the vendor called it.

use mxs_api::{ErrorCode, Problem};
use mxs_sync::{Failure, StoreError};

/// The tab's own codes; never used for two things, never reused.
pub(crate) mod code {
    /// The browser refused to open Microsoft's window.
    pub(crate) const POPUP_BLOCKED: &str = "MXS-3001";
    /// Somebody closed Microsoft's window.
    pub(crate) const POPUP_CLOSED: &str = "MXS-3002";
    /// The person or an administrator said no.
    pub(crate) const CONSENT_DENIED: &str = "MXS-3003";
    /// The answer belongs to another sign-in.
    pub(crate) const WRONG_STATE: &str = "MXS-3004";
    /// Microsoft refused the sign-in for another reason.
    pub(crate) const SIGN_IN_REFUSED: &str = "MXS-3005";
    /// The account has no address.
    pub(crate) const NO_MAILBOX: &str = "MXS-3006";
    /// The CRM's SDK does not answer.
    pub(crate) const NOT_IN_CRM: &str = "MXS-3007";
    /// The CRM named no user or organisation.
    pub(crate) const NOBODY: &str = "MXS-3008";
    /// The function can't be reached.
    pub(crate) const NO_FUNCTION: &str = "MXS-3009";
    /// The CRM's function did not sign.
    pub(crate) const NOT_SIGNED: &str = "MXS-3010";
    /// The configuration can't be read.
    pub(crate) const NO_CONFIG: &str = "MXS-3011";
    /// The last sync never said how it ended.
    pub(crate) const INTERRUPTED: &str = "MXS-3012";

    /// Every code of this list.
    #[cfg(test)]
    pub(crate) const ALL: [&str; 12] = [
        POPUP_BLOCKED,
        POPUP_CLOSED,
        CONSENT_DENIED,
        WRONG_STATE,
        SIGN_IN_REFUSED,
        NO_MAILBOX,
        NOT_IN_CRM,
        NOBODY,
        NO_FUNCTION,
        NOT_SIGNED,
        NO_CONFIG,
        INTERRUPTED,
    ];
}

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The stable code; the texts know each.
    pub(crate) code: String,
    /// What the vendor called it: a code or a status, never a sentence, never personal data.
    pub(crate) detail: Option<String>,
}

impl Trouble {
    /// Trouble with this code.
    pub(crate) fn new(code: &str) -> Self {
        Self { code: code.to_owned(), detail: None }
    }

    /// Adds the vendor's word for it.
    #[must_use]
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into()).filter(|detail| !detail.is_empty());
        self
    }

    /// Whether signing in again is the way out.
    pub(crate) fn asks_to_sign_in(&self) -> bool {
        self.code == Failure::MicrosoftSignIn.code()
    }
}

impl From<&Failure> for Trouble {
    fn from(failure: &Failure) -> Self {
        let trouble = Self::new(failure.code());
        match failure {
            Failure::MicrosoftDenied { code } | Failure::CrmDenied { code } => trouble.detail(code),
            Failure::MicrosoftUnavailable { status: Some(status) }
            | Failure::CrmUnavailable { status: Some(status) } => trouble.detail(format!("HTTP {status}")),
            Failure::MicrosoftSignIn
            | Failure::MicrosoftUnavailable { status: None }
            | Failure::MicrosoftAnswer
            | Failure::CrmSignIn
            | Failure::CrmUnavailable { status: None }
            | Failure::CrmAnswer
            | Failure::PlanIncomplete
            | Failure::Store(StoreError::LeaseLost | StoreError::SessionEnded | StoreError::Unavailable) => trouble,
        }
    }
}

impl From<&Problem> for Trouble {
    fn from(problem: &Problem) -> Self {
        Self::new(&word(problem.code))
    }
}

/// The code as it is written on the wire.
fn word(code: ErrorCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Lang, Texts};

    const T: Texts = Texts::new(Lang::En);

    /// The compiler asks for a new line here when a failure is added.
    fn failures() -> Vec<Failure> {
        let denied = || String::from("ErrorAccessDenied");
        let all = vec![
            Failure::MicrosoftSignIn,
            Failure::MicrosoftDenied { code: denied() },
            Failure::MicrosoftUnavailable { status: Some(503) },
            Failure::MicrosoftAnswer,
            Failure::CrmSignIn,
            Failure::CrmDenied { code: denied() },
            Failure::CrmUnavailable { status: None },
            Failure::CrmAnswer,
            Failure::PlanIncomplete,
            Failure::Store(StoreError::LeaseLost),
            Failure::Store(StoreError::SessionEnded),
            Failure::Store(StoreError::Unavailable),
        ];
        assert!(all.iter().all(|failure| !Trouble::from(failure).code.is_empty()));
        all
    }

    fn refusals() -> Vec<ErrorCode> {
        let all = [
            ErrorCode::BadRequest,
            ErrorCode::BadStatement,
            ErrorCode::NoSession,
            ErrorCode::NotFound,
            ErrorCode::LeaseHeld,
            ErrorCode::LeaseLost,
            ErrorCode::MailboxTaken,
            ErrorCode::TooMany,
            ErrorCode::Internal,
        ];
        for code in all {
            // Does not compile when a code is added: put it into the list above.
            match code {
                ErrorCode::BadRequest
                | ErrorCode::BadStatement
                | ErrorCode::NoSession
                | ErrorCode::NotFound
                | ErrorCode::LeaseHeld
                | ErrorCode::LeaseLost
                | ErrorCode::MailboxTaken
                | ErrorCode::TooMany
                | ErrorCode::Internal => {}
            }
        }
        all.to_vec()
    }

    #[test]
    fn every_code_has_its_explanation() {
        let codes = failures().iter().map(|failure| failure.code().to_owned()).collect::<Vec<_>>();
        let codes = codes.into_iter().chain(refusals().into_iter().map(word)).chain(code::ALL.map(str::to_owned));
        for code in codes {
            let told = T.explanation(&code).unwrap_or_else(|| panic!("{code} has no text"));
            assert!([told.what, told.why, told.todo].iter().all(|text| !text.is_empty()), "{code}");
        }
    }

    #[test]
    fn a_failure_keeps_the_vendors_word() {
        let denied = Failure::MicrosoftDenied { code: "ErrorAccessDenied".into() };
        assert_eq!(Trouble::from(&denied), Trouble::new("MXS-1002").detail("ErrorAccessDenied"));
        let down = Failure::CrmUnavailable { status: Some(503) };
        assert_eq!(Trouble::from(&down), Trouble::new("MXS-1007").detail("HTTP 503"));
        assert_eq!(Trouble::new("MXS-1002").detail(""), Trouble::new("MXS-1002"));
    }

    #[test]
    fn a_refusal_is_named_as_on_the_wire() {
        let problem = Problem { code: ErrorCode::MailboxTaken, message: "taken".into(), retry_after_s: None };
        assert_eq!(Trouble::from(&problem), Trouble::new("MXS-4007"));
    }
}
