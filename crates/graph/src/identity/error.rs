//! Why a sign-in failed, and what to do then.

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The person or an administrator said no.
    #[error("access was denied")]
    Denied,
    /// What was presented is no longer good, or Microsoft wants to see the person: sign in again.
    #[error("sign in again")]
    SignInAgain,
    /// The answer to a sign-in doesn't belong to it: somebody else's, or an old one.
    #[error("the answer belongs to another sign-in")]
    WrongState,
    /// The app's registration or settings are wrong; an administrator must look.
    #[error("the app's registration is wrong (AADSTS{code})")]
    WrongConfiguration {
        /// The number of Microsoft's error, `AADSTS…`; 0 when it gave none.
        ///
        /// <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>
        code: u32,
    },
    /// Microsoft's sign-in fails at the moment.
    #[error("the sign-in service is unavailable (HTTP {status})")]
    Unavailable {
        /// The HTTP status; 0 when the browser brought the answer.
        status: u16,
    },
    /// The answer isn't what was promised.
    #[error("the sign-in service's answer can't be understood (HTTP {status})")]
    Unreadable {
        /// The HTTP status; 0 when the browser brought the answer.
        status: u16,
    },
}

/// Whether a status says that the service may answer later.
pub(super) const fn is_unavailable(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

/// Numbers that say no for good although their error says "sign in": the user isn't assigned to the app,
/// the user declined, an administrator must agree.
const DENIED: [u32; 3] = [50_105, 65_004, 90_094];

/// <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes#handling-error-codes-in-your-application>
pub(super) fn classify(status: u16, error: &str, code: u32) -> IdentityError {
    match error {
        "access_denied" => IdentityError::Denied,
        _ if DENIED.contains(&code) => IdentityError::Denied,
        "invalid_grant"
        | "interaction_required"
        | "login_required"
        | "consent_required"
        | "account_selection_required" => IdentityError::SignInAgain,
        "temporarily_unavailable" | "server_error" => IdentityError::Unavailable { status },
        _ if is_unavailable(status) => IdentityError::Unavailable { status },
        _ => IdentityError::WrongConfiguration { code },
    }
}

/// The number of the first `AADSTS…` in Microsoft's description; 0 when there is none. The description
/// itself is never passed on: it names people and tenants.
pub(super) fn aadsts(description: &str) -> u32 {
    let Some((_, rest)) = description.split_once("AADSTS") else { return 0 };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().unwrap_or(0)
}
