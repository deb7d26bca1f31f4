//! Limits that are the function's own; those the tab must know are in `mxs-api`.

use std::time::Duration;

/// The most bytes in the body of any request but a commit.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024;

/// How long one request may take, its body included.
pub(crate) const REQUEST_TIME_MAX: Duration = Duration::from_secs(20);

/// The most proxies in front.
pub(crate) const PROXIES_MAX: usize = 16;

/// For how long the database is believed to answer after it did, in milliseconds. Anybody may ask for the
/// health, as often as he likes.
pub(crate) const HEALTH_KEPT_MS: i64 = 1_000;

/// How far a statement's time may be from ours, either way: the CRM's clock is not ours.
pub(crate) const STATEMENT_WINDOW_MS: u64 = 60_000;

/// How many rows one statement puts into the database.
pub(crate) const ROWS_AT_ONCE: usize = 200;

/// The most nonces that wait for their statement.
pub(crate) const CHALLENGES_MAX: i64 = 10_000;

/// The most sessions of one CRM user; the oldest makes room.
pub(crate) const SESSIONS_PER_ACCOUNT_MAX: i64 = 20;

/// How long ended runs are kept. The last run of a mailbox always stays.
pub(crate) const RUNS_KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// The most runs that are kept of one mailbox.
pub(crate) const RUNS_KEPT_MAX: i64 = 1_000;

/// How long conflicts are kept: they hold what people typed.
pub(crate) const CONFLICTS_KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// How long the journal is kept: it holds what people typed.
pub(crate) const JOURNAL_KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// The most entries that are kept of one mailbox's journal; the oldest make room.
pub(crate) const JOURNAL_KEPT_MAX: i64 = 100_000;

/// The most entries of one organisation's audit log; the oldest make room.
pub(crate) const AUDIT_ENTRIES_MAX: i64 = 100_000;

/// How long alerts are kept that are over.
pub(crate) const ALERTS_KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// How long what is remembered of an organisation outlives the extension there: whoever installs it again goes on.
pub(crate) const REMEMBERED_MS: i64 = mxs_api::REMEMBERED_DAYS as i64 * 24 * 60 * 60 * 1000;

/// How many pages of the CRM's users are read for one answer.
pub(crate) const USER_PAGES_AT_ONCE: u32 = 10;

/// The most characters of what is searched for, or filtered by.
pub(crate) const SEARCH_CHARS_MAX: usize = 100;

/// How long it may take at most to leave an organisation: then what opens its doors is forgotten by whoever comes by.
pub(crate) const LEAVING_MS_MAX: i64 = 60_000;

/// How many rows that are too old are deleted at once; the rest is for the next time.
pub(crate) const SWEPT_AT_ONCE: i64 = 1_000;

/// The most mailboxes of one CRM user, now and earlier; what is remembered of the one that was not synced
/// for longest makes room.
pub(crate) const MAILBOXES_PER_ACCOUNT_MAX: i64 = 10;

/// The most items, conflicts and entries of the journal of one CRM user, in all mailboxes together. The largest address books hold
/// some hundred thousand.
pub(crate) const ROWS_PER_ACCOUNT_MAX: i64 = 1_000_000;

/// The most bytes of their texts.
pub(crate) const BYTES_PER_ACCOUNT_MAX: i64 = 2 * 1024 * 1024 * 1024;

/// For how long a run that said nothing more holds the meetings that it was about to copy.
pub(crate) const CLAIM_MS: i64 = 24 * 60 * 60 * 1000;

/// The most meetings that a mailbox's run may be about to copy.
pub(crate) const CLAIMS_PER_MAILBOX_MAX: i64 = 100_000;

/// The most bytes of a notification: several times what a vendor posts at once.
pub(crate) const NOTIFICATION_BYTES_MAX: usize = 256 * 1024;

/// The most notifications that wait until it is looked whose they are.
pub(crate) const NOTIFICATIONS_MAX: usize = 4_096;

/// The most bytes of the bodies that they came in.
pub(crate) const NOTIFICATIONS_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The most subscriptions whose secrets are kept at hand.
pub(crate) const SUBSCRIPTIONS_KNOWN_MAX: usize = 40_000;

/// The most mailboxes and organisations of which it waits to be stored that something changed there.
pub(crate) const HINTS_MAX: usize = 20_000;

/// The most bytes of the address at which vendors reach the function: with what is put behind it, the CRM takes 255.
pub(crate) const PUBLIC_URL_BYTES_MAX: usize = 180;

/// The most bytes in the id of an organisation, a user, a record or a mailbox.
pub(crate) const ID_BYTES_MAX: usize = 1024;

/// The most bytes in a mailbox's address or name.
pub(crate) const LABEL_BYTES_MAX: usize = 512;

/// The most bytes of a password on an Exchange Server; Windows takes 127 characters.
pub(crate) const PASSWORD_BYTES_MAX: usize = 512;

/// The most bytes of the certificates that an organisation trusts for its Exchange Servers.
pub(crate) const AUTHORITIES_BYTES_MAX: usize = 64 * 1024;

/// The most hosts outside of an address's own domain that a person agrees to have asked.
pub(crate) const HOSTS_AGREED_MAX: usize = 10;

/// The most bytes in a stable word: a run's phase, or the error that ended it.
pub(crate) const WORD_BYTES_MAX: usize = 64;

/// The most bytes in a kind's cursors; a delta link is a long URL, and each folder has its own.
pub(crate) const CURSORS_BYTES_MAX: usize = 256 * 1024;

/// The most bytes of one change of mails: a folder's delta link, or the hashes of the addresses on a message.
pub(crate) const MAIL_BYTES_MAX: usize = 64 * 1024;

/// The most characters of a record's name in the overview; what is longer is cut off there.
pub(crate) const NAME_CHARS_MAX: usize = 200;

/// The most bytes of JSON in the reason why a record is not in sync.
pub(crate) const REASON_BYTES_MAX: usize = 512;

/// After how many bytes of items a page ends early.
pub(crate) const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// How many rows are read at a time while a page is filled. With [`mxs_api::ITEM_BYTES_MAX`] it bounds the
/// memory that a page takes.
pub(crate) const PAGE_ROWS_AT_ONCE: i64 = 50;

/// The longest line of a backup: a row with the longest item in it, of whose JSON every byte may be written in six.
pub(crate) const BACKUP_LINE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How many fencing tokens nobody gives out after a backup was restored: more than were given out since it was made. Ten
/// thousand mailboxes that are synced every five minutes take so many in a year.
pub(crate) const FENCES_SKIPPED: i64 = 1_000_000_000;

/// Connections to a database in a file, and so the requests that work in it at the same time.
pub(crate) const FILE_CONNECTIONS_MAX: u32 = 4;

/// Connections of one instance to a database server: more, since one that waits for its organisation's turn keeps its
/// connection meanwhile. A server takes a hundred as a rule, from all instances together.
pub(crate) const SERVER_CONNECTIONS_MAX: u32 = 16;

/// The pages of a new database, which it keeps. A link or an entry is a kilobyte as a rule, so of SQLite's usual four a
/// part stays empty at the end of each.
pub(crate) const DATABASE_PAGE_BYTES: u32 = 8 * 1024;

/// How long a request waits for a connection to the database, and then for its turn in it.
pub(crate) const DATABASE_WAIT_MAX: Duration = Duration::from_secs(5);

/// Callers' connections at the same time; further ones wait. A proxy needs few, and the files that a process
/// may have open are 1,024 as a rule.
pub(crate) const CLIENTS_MAX: usize = 512;

/// Connections of whoever reads the metrics, at the same time.
pub(crate) const METRICS_CLIENTS_MAX: usize = 8;

/// How long a connection may take until the next request has begun and its header is there. Longer than the
/// minute for which proxies keep an idle connection as a rule: if it was the function that closed it, a
/// request could come just then and be lost.
pub(crate) const HEADER_TIME_MAX: Duration = Duration::from_secs(75);

/// How long the next connection waits when one could not be taken.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long requests may take to come to their end after the function was told to stop.
pub(crate) const SHUTDOWN_TIME_MAX: Duration = Duration::from_secs(10);

const _: () = assert!(DATABASE_WAIT_MAX.as_millis() * 2 < REQUEST_TIME_MAX.as_millis());
const _: () = assert!(BACKUP_LINE_BYTES_MAX > 7 * mxs_api::ITEM_BYTES_MAX as u64);
const _: () = assert!(STATEMENT_WINDOW_MS >= mxs_api::CHALLENGE_SECONDS as u64 * 1000);
