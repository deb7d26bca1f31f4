//! Every way in which a request is refused, and what the caller and the log get to know of it.

use crate::NoRandom;
use crate::metrics::database_error;
use crate::statement::Distrust;
use crate::store::{is_unstorable, is_unwritable, may_come_again};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mxs_api::{ErrorCode, Problem};
use mxs_vault::OpenError;
use sqlx::postgres::PgDatabaseError;
use std::error::Error;
use std::fmt;

/// Why a request is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Malformed or beyond a limit: the status says which, the text what. The text is ours, never the
    /// caller's: a parser's message could repeat somebody's name.
    BadRequest(StatusCode, &'static str),
    /// A member of what was sent can't be, named as we name it: never a text of the caller's.
    BadMember(String),
    /// The CRM did not say it.
    BadStatement(Distrust),
    /// No session.
    NoSession,
    /// Nothing there.
    NotFound(&'static str),
    /// The mailbox is being synced.
    LeaseHeld { retry_after_s: u32 },
    /// The lease is not, or no longer, the caller's.
    LeaseLost,
    /// The mailbox is another user's.
    MailboxTaken,
    /// The account has stored all that it may.
    StateFull,
    /// Not the caller's to do.
    NotAllowed,
    /// A vendor said no, or what it answered is of no consent that waits.
    NoConsent,
    /// The function was given no keys.
    NoKeys,
    /// Somebody else consented.
    WrongPerson,
    /// Administrators choose for everybody.
    ChosenForAll,
    /// An administrator switched the user off, or the CRM deactivated it.
    SwitchedOff,
    /// It was chosen once.
    ChosenOnce,
    /// The organisation chose another way to reach Exchange Servers, or none yet.
    OtherAccess,
    /// The address of an Exchange Server that is never asked.
    BadServer(mxs_outgoing::Refusal),
    /// Certificates that can't be read.
    BadAuthorities(mxs_outgoing::AuthoritiesError),
    /// The CRM has no such active user.
    UserInactive,
    /// The extension was uninstalled.
    Uninstalled,
    /// A vendor does not answer, or asks for time.
    VendorAway { retry_after_s: Option<u32> },
    /// Too fast.
    TooMany { retry_after_s: u32 },
    /// It took too long.
    Timeout,
    /// The database had no turn for it, in all the time that one waits for it.
    Busy,
    /// The database can't be written: the disk is full, or read-only.
    Unwritable(Box<dyn Error + Send + Sync>),
    /// A stored secret can't be opened.
    Sealed(OpenError),
    /// Our fault.
    Internal(Box<dyn Error + Send + Sync>),
}

impl Refusal {
    /// A request that is malformed or beyond a limit.
    pub(crate) const fn bad(what: &'static str) -> Self {
        Refusal::BadRequest(StatusCode::BAD_REQUEST, what)
    }

    /// Stored JSON that can't be read. What the parser says is dropped: it could repeat what was stored.
    pub(crate) fn unreadable(what: &'static str) -> Self {
        Refusal::Internal(format!("the stored {what} can't be read").into())
    }

    /// One line for every kind: the stable code, the text, and when to try again.
    fn answer(&self) -> (ErrorCode, &'static str, Option<u32>) {
        use Refusal::*;
        match *self {
            BadRequest(_, what) => (ErrorCode::BadRequest, what, None),
            BadMember(_) => (ErrorCode::BadRequest, "a member is missing, unknown or not a choice", None),
            BadStatement(_) => (ErrorCode::BadStatement, "the CRM's statement is not valid, or not any more", None),
            NoSession => (ErrorCode::NoSession, "there is no session, or it has ended", None),
            NotFound(what) => (ErrorCode::NotFound, what, None),
            LeaseHeld { retry_after_s } => {
                (ErrorCode::LeaseHeld, "the mailbox is being synced at the moment", Some(retry_after_s))
            }
            LeaseLost => (ErrorCode::LeaseLost, "the lease has ended: stop writing", None),
            MailboxTaken => (ErrorCode::MailboxTaken, "the mailbox is connected to another CRM user", None),
            StateFull => (ErrorCode::StateFull, "there is no room for more of this user's state", None),
            NotAllowed => (ErrorCode::NotAllowed, "only an administrator of the CRM may do that", None),
            NoConsent => (ErrorCode::NoConsent, "the consent was not given", None),
            NoKeys => (ErrorCode::NoKeys, "the function was given no keys", None),
            WrongPerson => (ErrorCode::WrongPerson, "somebody else has consented", None),
            ChosenForAll => (ErrorCode::ChosenForAll, "administrators choose what is synced", None),
            SwitchedOff => (ErrorCode::SwitchedOff, "the user's sync is switched off", None),
            ChosenOnce => (ErrorCode::ChosenOnce, "it was chosen once and stays so", None),
            OtherAccess => (
                ErrorCode::ChosenOnce,
                "the organisation chose another way to reach Exchange Servers, or none yet",
                None,
            ),
            BadServer(_) => (ErrorCode::BadRequest, "the server is not asked", None),
            BadAuthorities(_) => (ErrorCode::BadRequest, "the certificates can't be used", None),
            UserInactive => (ErrorCode::UserInactive, "the CRM has no such active user", None),
            Uninstalled => (ErrorCode::Uninstalled, "the extension was uninstalled", None),
            VendorAway { retry_after_s } => {
                (ErrorCode::VendorAway, "the vendor does not answer, or asks for time", retry_after_s)
            }
            TooMany { retry_after_s } => (ErrorCode::TooMany, "too many requests", Some(retry_after_s)),
            Timeout => (ErrorCode::Busy, "the request took too long", Some(1)),
            Busy => (ErrorCode::Busy, "there is too much to do at the moment", Some(1)),
            Unwritable(_) => (ErrorCode::Unwritable, "nothing can be stored at the moment", None),
            Sealed(_) => (ErrorCode::Sealed, "a secret that the function keeps can't be opened", None),
            Internal(_) => (ErrorCode::Internal, "the function failed", None),
        }
    }

    /// The code's status, but for requests that can't be read: there, it says why.
    fn status(&self) -> StatusCode {
        match self {
            Refusal::BadRequest(status, _) => *status,
            Refusal::BadMember(_) | Refusal::BadServer(_) | Refusal::BadAuthorities(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            _ => StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

impl Refusal {
    /// The stable code.
    pub(crate) fn code(&self) -> ErrorCode {
        self.answer().0
    }

    /// Says in the log what whoever runs the function should know.
    pub(crate) fn log(&self) {
        match self {
            Refusal::BadStatement(why) => tracing::info!(?why, "statement refused"),
            Refusal::Unwritable(error) => {
                tracing::error!(%error, "the database can't be written: make room on its disk, or let the function write");
            }
            Refusal::Sealed(error) => tracing::error!(
                %error,
                "a stored secret can't be opened: put its key back into MXS_KEYS_FILE, or have its owner consent anew"
            ),
            Refusal::Internal(error) => tracing::error!(%error, "internal error"),
            Refusal::Timeout => tracing::warn!("a request took too long"),
            Refusal::Busy => tracing::warn!("a request got no turn in the database"),
            _ => {}
        }
    }
}

/// What the caller gets to know; for the log and the operator what the log gets is said by [`Refusal::log`].
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // It says why, and quotes nothing.
            Refusal::BadServer(why) => write!(f, "{}: {why}", self.answer().1),
            Refusal::BadAuthorities(why) => write!(f, "{}: {why}", self.answer().1),
            _ => f.write_str(self.answer().1),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, (code, _, retry_after_s)) = (self.status(), self.answer());
        self.log();
        let message = self.to_string();
        let member = match self {
            Refusal::BadMember(member) => Some(member),
            Refusal::BadServer(_) => Some("server".to_owned()),
            Refusal::BadAuthorities(_) => Some("pem".to_owned()),
            _ => None,
        };
        let problem = Problem { code, message, retry_after_s, member };
        let mut response = (status, Json(problem)).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The messages of the databases and of sqlx name tables and columns, never values.
impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        // https://www.sqlite.org/rescode.html#busy: another connection writes.
        const SQLITE_BUSY: i32 = 5;
        // A file that may not be written, an error of the disk, a disk that is full.
        const SQLITE_UNWRITABLE: [i32; 3] = [8, 10, 13];
        let refused = match &error {
            // The server has gone away; the pool finds it when it is back.
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => {
                database_error("away");
                return Refusal::Busy;
            }
            sqlx::Error::Database(refused) => refused,
            _ => {
                database_error("fault");
                return Refusal::Internal(error.into());
            }
        };
        let code = refused.code().unwrap_or_default();
        let (is_busy, is_unwritable) = if refused.try_downcast_ref::<PgDatabaseError>().is_some() {
            (may_come_again(&code), is_unwritable(&code))
        } else {
            // The upper bytes of a code only say more about the same.
            let code = code.parse::<i32>().unwrap_or_default() & 0xff;
            (code == SQLITE_BUSY, SQLITE_UNWRITABLE.contains(&code))
        };
        if is_busy {
            database_error("busy");
            Refusal::Busy
        } else if is_unwritable {
            database_error("unwritable");
            Refusal::Unwritable(error.into())
        } else if is_unstorable(&code) {
            Refusal::bad("a text holds a character that can't be stored")
        } else {
            database_error("fault");
            Refusal::Internal(error.into())
        }
    }
}

impl From<NoRandom> for Refusal {
    fn from(error: NoRandom) -> Self {
        Refusal::Internal(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions, Connection};
    use std::time::Duration;

    /// Load is not a fault: what got no turn may simply come again.
    #[tokio::test]
    async fn who_got_no_turn_in_the_database_is_told_to_come_again() {
        let told = |error: sqlx::Error| {
            let refusal = Refusal::from(error);
            let (code, _, retry_after_s) = refusal.answer();
            (refusal.status().as_u16(), code, retry_after_s)
        };
        assert_eq!(told(sqlx::Error::PoolTimedOut), (503, ErrorCode::Busy, Some(1)));
        assert_eq!(told(sqlx::Error::PoolClosed), (500, ErrorCode::Internal, None));

        let path = std::env::temp_dir().join(format!("mxs-function-busy-{}.sqlite", std::process::id()));
        let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true).busy_timeout(Duration::ZERO);
        let mut writer = options.connect().await.expect("a database");
        let mut other = options.connect().await.expect("a database");
        let held = writer.begin_with("BEGIN IMMEDIATE").await.expect("the lock");
        let locked = other.begin_with("BEGIN IMMEDIATE").await.expect_err("the lock is held");
        assert_eq!(told(locked), (503, ErrorCode::Busy, Some(1)));
        drop(held);
        let wrong = sqlx::query("SELECT nothing").execute(&mut other).await.expect_err("no such column");
        assert_eq!(told(wrong), (500, ErrorCode::Internal, None));
        std::fs::remove_file(path).expect("removed");
    }
}
