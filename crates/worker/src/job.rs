//! What the page asks for, read.

use mxs_api::{Lease, Settings};
use mxs_bridge::Job;
use mxs_sync::{Failure, StoreError};

/// A run as the page asked for it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The right to sync.
    pub(crate) lease: Lease,
    /// What is chosen.
    pub(crate) settings: Settings,
}

impl Asked {
    /// Reads what the page passed on. The function answered it, so what can't be read is memory that can't be used.
    pub(crate) fn read(job: &Job) -> Result<Self, Failure> {
        const UNREADABLE: Failure = Failure::Store(StoreError::Unavailable);
        // By the reader of bytes, as everywhere here: the reader of texts would be downloaded beside it.
        let lease = serde_json::from_slice(job.lease.as_bytes()).map_err(|_| UNREADABLE)?;
        let settings = serde_json::from_slice(job.settings.as_bytes()).map_err(|_| UNREADABLE)?;
        Ok(Self { lease, settings })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_core::{Deletes, Direction, Kind};

    const LEASE: &str = r#"{"fence":7,"expires_in_s":30,"cursors":{},"links":{"contact":3}}"#;
    const CONTACTS: &str =
        r#"{"contacts":{"rules":{"on":true,"direction":"to_crm","deletes":"never"}},"a_newer_versions":[1]}"#;

    fn job(lease: &str, settings: &str) -> Job {
        Job {
            lease: lease.to_owned(),
            settings: settings.to_owned(),
            allow_mass_delete: false,
            owner: "1".to_owned(),
            org: "2".to_owned(),
            pages: None,
            zone: String::new(),
        }
    }

    #[test]
    fn what_the_function_said_becomes_a_run() {
        let asked = Asked::read(&job(LEASE, CONTACTS)).expect("a run");
        assert_eq!((asked.lease.fence, asked.lease.links.get(&Kind::Contact)), (7, Some(&3)));
        let rules = &asked.settings.contacts.rules;
        assert_eq!((rules.on, rules.direction, rules.deletes), (true, Direction::ToCrm, Deletes::Never));
    }

    #[test]
    fn what_makes_no_run_ends_one_with_a_code() {
        for (case, job) in [
            ("no lease", job("{}", CONTACTS)),
            ("no text", job("", CONTACTS)),
            ("a word that is none", job(LEASE, r#"{"contacts":{"rules":{"on":true,"direction":"sideways"}}}"#)),
        ] {
            assert_eq!(Asked::read(&job).map_err(|failure| failure.code()), Err("MXS-1010"), "{case}");
        }
    }
}
