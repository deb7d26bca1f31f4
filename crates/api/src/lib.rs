//! What the tab and the function say to each other: JSON over HTTP, described by these types.
//!
//! Which calls there are, who may make them, and with which codes each is refused: `docs/openapi.json`, which the
//! function makes of its routes and of these types, and serves at `GET /v1/openapi.json`.
//!
//! Every answer to the tab but a refusal is 200. A commit and a finish may be sent again when their answer was lost:
//! the second has no further effect. With a [`number`](Commit::number) this holds even when the first
//! attempt at a commit arrives after later ones.
//!
//! Every refusal is a [`Problem`], whatever its status.

mod alert;
mod audit;
mod consent;
mod exchange;
mod journal;
mod lease;
mod organisation;
mod overview;
mod problem;
mod session;
mod settings;
mod unsynced;

pub use alert::{Alert, AlertPage, Severity};
pub use audit::{ADMIN_PAGE_MAX, AUDIT_CSV_MAX, Action, AuditEntry, AuditPage};
pub use consent::{
    APPLICATION_BYTES_MAX, Access, Application, CONSENT_SECONDS, Consent, ConsentAnswer, ConsentRequest, Consented, To,
};
pub use exchange::{
    ExchangeAccount, ExchangeAuthorities, ExchangeCheck, ExchangeChecked, ExchangeSignIn, ExchangeTest, ExchangeTested,
    ExchangeTrouble, NewPassword,
};
pub use journal::{ConflictItem, ConflictPage, HISTORY_PAGE_MAX, JournalItem, JournalPage, RunEntries, RunPage};
pub use lease::{
    Commit, Finish, KindRun, Lease, Links, LinksOf, MailPage, Meetings, MeetingsOf, Outcome, Progress, Renewed, Run,
    RunEnd, StateItem, StatePage,
};
pub use organisation::{
    AUDIT_DAYS, CrmUser, Done, EwsAccess, INTERVAL_S, Organisation, PROFILES_MAX, REMEMBERED_DAYS, Switch, SwitchUsers,
    USERS_SWITCHED_MAX, Uninstall, UserPage, UserState,
};
pub use overview::{ByItself, KindOverview, Mailbox, Overview, SyncAsked, is_on_server};
pub use problem::{ErrorCode, Problem};
pub use session::{Challenge, Health, Session, SessionRequest, Statement, StatementError};
pub use settings::{
    ApiName, CATEGORIES_MAX, CATEGORY_CHARS_MAX, Chosen, ChosenError, Contacts, Events, FieldRule, FieldRules,
    FieldRulesError, LoggedMails, MailFlow, Modules, MonthsBack, NameError, NewPeople, Owners, PLACES_MAX, Place,
    PlaceId, Rules, Settings, Tag, TaskLists, Tasks, UserId, Which,
};
pub use unsynced::{EXAMPLES_MAX, Example, UNSYNCED_MAX, Unsynced};

/// How long a lease lasts without a commit, in seconds. A tab that dies blocks the next run this long.
pub const LEASE_SECONDS: u32 = 30;

/// How long a challenge may be answered, in seconds.
pub const CHALLENGE_SECONDS: u32 = 60;

/// How long a session's bearer token lasts, in seconds.
pub const SESSION_SECONDS: u32 = 3_600;

/// The most state items in one page.
pub const STATE_PAGE_MAX: u32 = 1_000;

/// The most records whose links are asked for at once.
pub const LINKS_OF_MAX: usize = 500;

/// The most bytes in the body that asks for them.
pub const LINKS_OF_BYTES_MAX: usize = 512 * 1024;

/// The most meetings that are asked about at once.
pub const MEETINGS_OF_MAX: usize = 500;

/// The most bytes in the body that asks about them.
pub const MEETINGS_OF_BYTES_MAX: usize = 768 * 1024;

/// The most changes in one commit.
pub const COMMIT_CHANGES_MAX: usize = 2_000;

/// The most bytes in the body of a commit. A larger list of changes has to be split.
pub const COMMIT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The most bytes in the body that stores settings.
pub const SETTINGS_BYTES_MAX: usize = 512 * 1024;

/// The most bytes of JSON that one remembered item may take.
pub const ITEM_BYTES_MAX: usize = 512 * 1024;

// One item always fits into a commit, beside the names around it.
const _: () = assert!(ITEM_BYTES_MAX < COMMIT_BYTES_MAX / 2);
