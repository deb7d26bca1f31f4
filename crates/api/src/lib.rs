//! What the tab and the function say to each other: JSON over HTTP, described by these types.
//!
//! | call | who | sent | answer |
//! |---|---|---|---|
//! | `GET /v1/health` | anyone | | [`Health`] |
//! | `POST /v1/challenges` | anyone | | [`Challenge`]: a nonce for the CRM to sign |
//! | `POST /v1/sessions` | anyone | [`SessionRequest`] | [`Session`] |
//! | `POST /v1/notifications/microsoft/{address}`, `…/lifecycle` | Microsoft | what changed, or what became of a subscription | 202 whatever was sent; the token of a validation |
//! | `POST /v1/notifications/crm/{address}` | Zoho CRM | what changed | 200 whatever was sent |
//! | `GET /v1/overview` | bearer | | [`Overview`] |
//! | `PUT /v1/settings` | bearer | [`Settings`], every member | the same, or a [`Problem`] that names the [member](Problem::member) at fault |
//! | `PUT /v1/mailbox` | bearer | [`Mailbox`]: which mailbox this user connects | the same, or 409 [`ErrorCode::MailboxTaken`] |
//! | `DELETE /v1/mailbox` | bearer | | [`Overview`], without a mailbox; or 409 [`ErrorCode::LeaseHeld`] |
//! | `POST /v1/consents` | bearer | [`ConsentRequest`] | [`Consent`]: where to send the person |
//! | `POST /v1/consents/finish` | bearer | [`ConsentAnswer`]: what the browser came back with | [`Consented`] |
//! | `PUT /v1/application` | administrators | [`Application`] | [`Access`] |
//! | `DELETE /v1/application` | administrators | | [`Access`] |
//! | `GET /v1/access` | bearer | | [`Access`]: what the function may do by itself |
//! | `DELETE /v1/access/{what}` | bearer; administrators for `crm` | | [`Access`], without `crm` or `mailbox` |
//! | `POST /v1/lease?undoes=N` | bearer | | [`Lease`], for a sync or, with `undoes`, to take that run back; or 409 [`ErrorCode::LeaseHeld`] |
//! | `GET /v1/lease/{fence}/state?kind=K&open=O&after=A&limit=N` | bearer | | [`StatePage`] of one kind; with `open=true` without the [settled](mxs_core::Link::is_settled) links |
//! | `GET /v1/lease/{fence}/mails?after=A` | bearer | | [`MailPage`] |
//! | `GET /v1/lease/{fence}/journal?run=N&kind=K&after=A` | bearer | | [`RunEntries`]: what a run did with one kind, and what later runs took back of it |
//! | `POST /v1/lease/{fence}/links` | bearer | [`LinksOf`] | [`Links`] |
//! | `POST /v1/lease/{fence}/meetings` | bearer | [`MeetingsOf`] | [`Meetings`] |
//! | `POST /v1/lease/{fence}/commits` | bearer | [`Commit`] | [`Renewed`] |
//! | `POST /v1/lease/{fence}/finish` | bearer | [`Finish`]: ends the run and gives the lease back | [`Run`], as recorded |
//! | `GET /v1/runs?after=A` | bearer | | [`RunPage`] |
//! | `GET /v1/runs/{id}/journal?after=A` | bearer | | [`JournalPage`] of a run |
//! | `GET /v1/records/{side}/{id}/journal?after=A` | bearer | | [`JournalPage`] of a record; `side` is `crm` or `exchange` |
//! | `GET /v1/conflicts?after=A&kind=K` | bearer | | [`ConflictPage`], of one kind or of all |
//! | `GET /v1/alerts?after=A&limit=N` | bearer | | [`AlertPage`]: of the own mailbox and the organisation; for administrators, of all |
//! | `GET /v1/audit?after=A&from=T&to=T&actor=U&action=W&result=R&limit=N` | administrators | | [`AuditPage`]; `result` is `done`, `failed` or a code, times are RFC 3339 |
//! | `GET /v1/audit.csv?…` | administrators | | the same as CSV (RFC 4180, UTF-8), [`AUDIT_CSV_MAX`] entries at most |
//! | `GET /v1/users?after=A&limit=N&search=S` | administrators | | [`UserPage`] of the CRM's active users |
//! | `PUT /v1/users/{id}/switch` | administrators | [`Switch`] | [`Done`], or 409 [`ErrorCode::UserInactive`] |
//! | `PUT /v1/users/switch` | administrators | [`SwitchUsers`] | the same |
//! | `POST /v1/users/{id}/retry` | administrators | | [`Done`]: the user's mailbox is synced at once |
//! | `GET /v1/organisation` | administrators | | [`Organisation`] |
//! | `PUT /v1/organisation` | administrators | [`Organisation`], every member | the same, or 409 [`ErrorCode::ChosenOnce`] |
//! | `POST /v1/uninstall` | the CRM, by a statement; administrators | [`Uninstall`] | [`Done`] |
//!
//! Every answer to the tab but a refusal is 200. A commit and a finish may be sent again when their answer was lost:
//! the second has no further effect. With a [`number`](Commit::number) this holds even when the first
//! attempt at a commit arrives after later ones.
//!
//! Every refusal is a [`Problem`], whatever its status.

mod alert;
mod audit;
mod consent;
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
pub use journal::{ConflictItem, ConflictPage, HISTORY_PAGE_MAX, JournalItem, JournalPage, RunEntries, RunPage};
pub use lease::{
    Commit, Finish, KindRun, Lease, Links, LinksOf, MailPage, Meetings, MeetingsOf, Outcome, Progress, Renewed, Run,
    RunEnd, StateItem, StatePage,
};
pub use organisation::{
    AUDIT_DAYS, CrmUser, Done, EwsAccess, INTERVAL_S, Organisation, REMEMBERED_DAYS, Switch, SwitchUsers,
    USERS_SWITCHED_MAX, Uninstall, UserPage, UserState,
};
pub use overview::{KindOverview, Mailbox, Overview};
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
