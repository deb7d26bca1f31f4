//! Which of the failures that real syncs got wrong a simulation has met, and how often.

use std::collections::BTreeMap;
use std::fmt;

/// A failure that scripts can meet. The numbers are those under which the project lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Case {
    TokenDead = 1,
    PagingDied = 2,
    DeltaFailed = 3,
    Throttled = 4,
    PartThrottled = 5,
    OddRetryAfter = 6,
    CreationUnanswered = 9,
    SeriesChanged = 11,
    DatabaseLost = 12,
    WorkflowWouldMail = 13,
    OrganizersMeeting = 14,
    OneDayDiffers = 16,
    WholeDay = 17,
    OtherZone = 18,
    ClocksChange = 19,
    WindowsEdge = 20,
    Moved = 21,
    CameBackUntold = 22,
    ItemGone = 23,
    OwnWritesComeBack = 24,
    DeleteMeetsEdit = 25,
    MassDeleteHeld = 26,
    StaleVersion = 27,
    SignInRevoked = 29,
    MailboxOff = 30,
    MovedWithinReach = 31,
    PoisonItem = 33,
    StateInvalid = 34,
    JoinBlock = 35,
    OthersRecords = 36,
}

/// Every case that can be met, and what it is.
const CASES: [(Case, &str); 30] = [
    (Case::TokenDead, "a delta token is dead"),
    (Case::PagingDied, "a reading dies between two pages"),
    (Case::DeltaFailed, "the reading of changes fails with a 5xx"),
    (Case::Throttled, "a request is throttled"),
    (Case::PartThrottled, "a part of a batch is throttled"),
    (Case::OddRetryAfter, "no Retry-After, or a decimal one"),
    (Case::CreationUnanswered, "the answer to a creation is lost"),
    (Case::SeriesChanged, "a series gets another rule or hour, or an event becomes one"),
    (Case::DatabaseLost, "the database is lost"),
    (Case::WorkflowWouldMail, "a write where a rule of the CRM would mail somebody"),
    (Case::OrganizersMeeting, "somebody else's meeting is edited in the CRM"),
    (Case::OneDayDiffers, "one day of a series is changed or cancelled"),
    (Case::WholeDay, "an event of whole days is compared"),
    (Case::OtherZone, "an event gets another zone"),
    (Case::ClocksChange, "a series over a change of clocks is compared, day by day"),
    (Case::WindowsEdge, "an event is outside the days that are read"),
    (Case::Moved, "an item is moved to another folder"),
    (Case::CameBackUntold, "an item leaves and comes back"),
    (Case::ItemGone, "an item is asked for that no longer exists"),
    (Case::OwnWritesComeBack, "a sync reads what the one before wrote"),
    (Case::DeleteMeetsEdit, "deleted on one side, edited on the other"),
    (Case::MassDeleteHeld, "deletes are too many to be meant"),
    (Case::StaleVersion, "an item changed after it was read (412)"),
    (Case::SignInRevoked, "the sign-in is refused (401)"),
    (Case::MailboxOff, "the mailbox is not enabled"),
    (Case::MovedWithinReach, "an event is moved between calendars that are read"),
    (Case::PoisonItem, "an item that the CRM can't take"),
    (Case::StateInvalid, "the stored sync state is refused (400)"),
    (Case::JoinBlock, "notes of an online meeting are written in the CRM"),
    (Case::OthersRecords, "a reading beside a colleague's records"),
];

/// The cases that no script can meet, and why.
const OUT_OF_REACH: [(&str, &str); 4] = [
    ("C7 C8", "of SDKs, which are not used, and of Exchange Web Services, by which other scripts are played"),
    ("C10 C15", "of several people's mailboxes: in tests/events/interleaved.rs, at random, too"),
    ("C28", "of subscriptions, which are not used"),
    ("C32", "of size: the scripts are small, tests/bench measures"),
];

/// How often each case was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Coverage(BTreeMap<Case, u64>);

impl Coverage {
    pub(crate) fn meet(&mut self, case: Case) {
        self.add(case, 1);
    }

    pub(crate) fn add(&mut self, case: Case, times: u64) {
        if times > 0 {
            *self.0.entry(case).or_default() += times;
        }
    }

    pub(crate) fn join(&mut self, other: &Self) {
        for (case, times) in &other.0 {
            self.add(*case, *times);
        }
    }

    /// The cases that can be met and were not.
    pub(crate) fn missing(&self) -> Vec<Case> {
        CASES.iter().map(|(case, _)| *case).filter(|case| !self.0.contains_key(case)).collect()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (case, what) in CASES {
            let times = self.0.get(&case).copied().unwrap_or_default();
            writeln!(f, "  {:<4} {times:>9}  {what}", format!("C{}", case as u8))?;
        }
        OUT_OF_REACH.iter().try_for_each(|(cases, why)| writeln!(f, "  not met: {cases}: {why}"))
    }
}
