//! What the page asks for, read.

use mxs_api::{Lease, Settings};
use mxs_bridge::Job;
use mxs_core::{Instant, Policy};
use mxs_sync::{Failure, StoreError};

/// A run as the page asked for it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The right to sync.
    pub(crate) lease: Lease,
    /// The rules.
    pub(crate) policy: Policy,
    /// What else was chosen.
    pub(crate) settings: Settings,
}

impl Asked {
    /// Reads what the page passed on. The function answered it, so what can't be read, or doesn't have the kind switched
    /// on, is memory that can't be used.
    pub(crate) fn read(job: &Job, now: Instant) -> Result<Self, Failure> {
        const UNREADABLE: Failure = Failure::Store(StoreError::Unavailable);
        // By the reader of bytes, as everywhere here: the reader of texts would be downloaded beside it.
        let lease = serde_json::from_slice(job.lease.as_bytes()).map_err(|_| UNREADABLE)?;
        let settings: Settings = serde_json::from_slice(job.settings.as_bytes()).map_err(|_| UNREADABLE)?;
        let policy = settings.policy(job.kind, now).ok_or(UNREADABLE)?;
        // A person waits for this run: they see how much there is, and what was refused is tried again.
        let policy =
            Policy { allow_mass_delete: job.allow_mass_delete, count_items: true, retry_refused: true, ..policy };
        Ok(Self { lease, policy, settings })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::{Deletes, Direction, Kind};

    const LEASE: &str = r#"{"fence":7,"expires_in_s":30,"cursors":{},"links":{"contact":3}}"#;
    const CONTACTS: &str =
        r#"{"contacts":{"rules":{"on":true,"direction":"to_crm","deletes":"never"}},"a_newer_versions":[1]}"#;
    const NOW: Instant = Instant::from_seconds(1_795_000_000);

    fn job(lease: &str, settings: &str) -> Job {
        Job {
            lease: lease.to_owned(),
            settings: settings.to_owned(),
            kind: Kind::Contact,
            allow_mass_delete: false,
            owner: "1".to_owned(),
            org: "2".to_owned(),
        }
    }

    #[test]
    fn what_the_function_said_becomes_a_run() {
        for allow_mass_delete in [false, true] {
            let asked = Asked::read(&Job { allow_mass_delete, ..job(LEASE, CONTACTS) }, NOW).expect("a run");
            assert_eq!((asked.lease.fence, asked.lease.links.get(&Kind::Contact)), (7, Some(&3)));
            let expected = Policy {
                deletes: Deletes::Never,
                allow_mass_delete,
                count_items: true,
                retry_refused: true,
                ..Policy::new(Kind::Contact, Direction::ToCrm)
            };
            assert_eq!(asked.policy, expected);
        }
    }

    #[test]
    fn what_makes_no_run_ends_one_with_a_code() {
        for (case, job) in [
            ("no lease", job("{}", CONTACTS)),
            ("no text", job("", CONTACTS)),
            ("a word that is none", job(LEASE, r#"{"contacts":{"rules":{"on":true,"direction":"sideways"}}}"#)),
            ("nothing switched on", job(LEASE, "{}")),
            ("another kind switched on", Job { kind: Kind::Task, ..job(LEASE, CONTACTS) }),
        ] {
            assert_eq!(Asked::read(&job, NOW).map_err(|failure| failure.code()), Err("MXS-1010"), "{case}");
        }
    }
}
