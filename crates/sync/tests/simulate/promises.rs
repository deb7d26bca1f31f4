//! What a sync promises, a check each, named after the invariant in the project's list.
//!
//! `ONLY=i07_a_killed_run_ends_like_a_whole_one` leaves out all others: so a deliberate bug is shown to be caught by
//! the check that is meant for it, whichever would have been the first.
//!
//! | invariant | where it is checked |
//! |---|---|
//! | I3, I4, I5, I10, I13, I14, I15, I16, I18 | here, after every sync, also after one that died |
//! | I18, I21 | here, at every call to a vendor |
//! | I1, I2, I6, I9, I13, I17, I20 | here, when everything has settled |
//! | I15 | here, where mails may be sent: each sync after the last step sends as many as were counted |
//! | I7, I8, I12, I25 | here, where a script is played again: as it was, killed, with a lost answer or a record more |
//! | I11, I19 | here, by an experiment after everything has settled |
//! | I22 | here after every sync, of the journal; where a script takes a sync back, and in `undo.rs` |
//! | I23 | here, of the first sync after the last step, and in `preview.rs` |
//! | I24 | here after every sync, of what its caller may print: the report, reasons, previews, requests and answers |
//!
//! Series, meetings and what is outside the days that are read are judged by what both calendars show: I15 to I18.

use crate::oracle::Oracle;
use crate::stage::{Scene, Stage};
use jiff::Timestamp;
use mxs_core::Value;
use std::sync::LazyLock;

mod always;
mod calls;
mod experiments;
mod rules;
mod settled;

pub(crate) use always::*;
pub(crate) use calls::*;
pub(crate) use experiments::*;
pub(crate) use rules::*;
pub(crate) use settled::*;

/// Whether a promise is kept, or what breaks it.
pub(crate) type Kept = Result<(), String>;

/// Checks a promise, if it is asked for. One that is broken ends the script, its name first.
macro_rules! promise {
    ($name:ident($($argument:expr),* $(,)?)) => {
        if promises::is_asked(stringify!($name))
            && let Err(broken) = promises::$name($($argument),*)
        {
            panic!("{}: {broken}", stringify!($name));
        }
    };
}
pub(crate) use promise;

/// The only check that is asked for, if it is one alone.
static ONLY: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("ONLY").ok());

/// Whether all checks are asked for.
pub(crate) fn are_all_asked() -> bool {
    ONLY.is_none()
}

/// Whether a check is asked for, by its name or by what it says of a broken promise.
pub(crate) fn is_asked(check: &str) -> bool {
    ONLY.as_ref().is_none_or(|only| check.split(": ").next() == Some(only))
}

/// What must hold or else is told.
fn hold(is_held: bool, broken: impl FnOnce() -> String) -> Kept {
    if is_held { Ok(()) } else { Err(broken()) }
}

/// A value of the engine's as people write it; `None` of a set, which nobody writes as a whole.
fn told(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Date(day) => Some(day.to_string()),
        Value::Moment(moment) => Some(Timestamp::from_second(moment.seconds()).ok()?.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Set(_) => None,
    }
}

/// Checks what holds after every sync.
pub(crate) fn check_always(stage: &Stage, oracle: &mut Oracle) {
    use crate::promises;
    let scene = stage.scene();
    promise!(i24_no_secret_is_told(stage));
    promise!(i05_nothing_is_doubled(stage, &scene));
    let Ok(Scene { contents, shows_the_colleagues, .. }) = scene else { return };
    promise!(i18_others_records_stay_out(stage, shows_the_colleagues));
    promise!(i15_nobody_is_mailed_unasked(stage));
    promise!(i16_meetings_stay_their_organizers(stage));
    promise!(i18_what_is_outside_stays_outside(stage));
    promise!(i14_a_mass_delete_waits(stage));
    promise!(i22_the_journal_makes_up_what_is_remembered(stage));
    promise!(i04_nothing_is_invented(&contents, oracle));
    promise!(i13_only_what_was_deleted_is_deleted(&contents, oracle));
    promise!(i03_nothing_that_was_written_is_lost(&contents, &stage.conflicts(), oracle));
    promise!(i18_what_does_not_flow_stays_as_it_is(stage, &contents));
    promise!(i18_what_is_kept_out_stays_out(stage, &contents));
    promise!(i18_who_is_left_alone_is_not_copied(stage, &contents));
    promise!(i10_writes_are_bounded_by_edits(stage, oracle));
    oracle.seen.extend(contents.into_keys());
}

/// Checks what holds when everything has settled.
pub(crate) fn check_settled(stage: &Stage, oracle: &mut Oracle) {
    use crate::promises;
    check_always(stage, oracle);
    promise!(i01_both_sides_agree(stage, oracle));
    promise!(i17_what_is_not_told_is_alike(stage));
    promise!(i13_an_edit_beats_a_delete(stage, oracle));
    promise!(i06_no_link_is_orphaned(stage, oracle));
    promise!(i20_a_poison_item_blocks_only_itself(stage, oracle));
}
