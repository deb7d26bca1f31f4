//! What holds of every call, and of all calls together.

use super::{Kept, hold};
use jiff::Timestamp;
use mxs_world::Service;

/// The most parts of a batch to Microsoft, and the most records of a write to Zoho.
const PARTS_MAX: usize = 20;
const RECORDS_MAX: usize = 100;

/// No request is larger than its vendor takes, and none goes out before the time that Microsoft asked for.
pub(crate) fn i21_the_vendors_limits_are_kept(
    service: Service,
    parts: usize,
    quiet_until: Option<Timestamp>,
    now: Timestamp,
) -> Kept {
    let most = if service == Service::Microsoft { PARTS_MAX } else { RECORDS_MAX };
    hold(parts <= most, || format!("{parts} parts to {service:?}"))?;
    hold(quiet_until.is_none_or(|until| now >= until), || format!("asked at {now}, before {quiet_until:?}"))
}

/// The same script makes the same calls and gets the same answers.
pub(crate) fn i25_the_same_script_makes_the_same_calls(once: u64, again: u64) -> Kept {
    hold(once == again, || "the calls differ".to_owned())
}
