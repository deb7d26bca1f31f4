//! Why a run or a sign-in failed, as the page tells it.

use mxs_bridge::Trouble;
use mxs_sync::Failure;

/// The failure's code, with what the vendor called it.
pub(crate) fn of_failure(failure: Failure) -> Trouble {
    let trouble = Trouble::new(failure.code());
    match failure {
        Failure::MicrosoftDenied { code } | Failure::CrmDenied { code } => trouble.detail(code),
        Failure::MicrosoftUnavailable { status: Some(status) } | Failure::CrmUnavailable { status: Some(status) } => {
            trouble.detail(format!("HTTP {status}"))
        }
        Failure::OwnField { field: Some(field) } => trouble.detail(field.name()),
        Failure::MicrosoftSignIn
        | Failure::MicrosoftUnavailable { status: None }
        | Failure::MicrosoftAnswer
        | Failure::CrmSignIn
        | Failure::CrmUnavailable { status: None }
        | Failure::CrmAnswer
        | Failure::PlanChanged
        | Failure::PlanIncomplete
        | Failure::PlaceGone
        | Failure::OwnField { field: None }
        | Failure::SalesInbox
        | Failure::SwitchedOff
        | Failure::Store(_) => trouble,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::Field;

    #[test]
    fn a_failure_keeps_the_vendors_word() {
        for (failure, code, detail) in [
            (Failure::MicrosoftDenied { code: "ErrorAccessDenied".into() }, "MXS-1002", Some("ErrorAccessDenied")),
            (Failure::CrmDenied { code: String::new() }, "MXS-1006", None),
            (Failure::CrmUnavailable { status: Some(503) }, "MXS-1007", Some("HTTP 503")),
            (Failure::CrmUnavailable { status: None }, "MXS-1007", None),
            (Failure::OwnField { field: Some(Field::Nickname) }, "MXS-1015", Some("nickname")),
        ] {
            let trouble = of_failure(failure);
            assert_eq!((trouble.code.as_str(), trouble.detail.as_deref()), (code, detail));
        }
    }
}
