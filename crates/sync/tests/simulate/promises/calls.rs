//! What holds of every call, and of all calls together.

use super::{Kept, hold};
use jiff::Timestamp;
use mxs_http::Request;
use mxs_world::Service;
use std::collections::BTreeSet;

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

/// The CRM is told nothing that only an item holds which is private or excluded.
pub(crate) fn i18_what_is_kept_out_is_not_told(request: &Request, secrets: &BTreeSet<String>) -> Kept {
    let body = String::from_utf8_lossy(&request.body);
    let told = secrets.iter().find(|secret| body.contains(&format!("\"{secret}\"")));
    told.map_or(Ok(()), |secret| Err(format!("{} says {secret:?}", request.url)))
}

/// The same script makes the same calls and gets the same answers.
pub(crate) fn i25_the_same_script_makes_the_same_calls(once: u64, again: u64) -> Kept {
    hold(once == again, || "the calls differ".to_owned())
}
