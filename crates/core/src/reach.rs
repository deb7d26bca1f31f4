//! Where the records of a run are.

use crate::Field;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where the records of a run are on both sides, as people chose it. It is remembered: of what was there before another
/// choice, the changes since then tell nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reach {
    /// The folders, lists or calendars of the mailbox.
    pub places: BTreeSet<String>,
    /// The modules of the CRM.
    pub modules: BTreeSet<String>,
    /// The CRM users whose records take part; none is everybody.
    pub owners: BTreeSet<String>,
    /// The fields that stand in fields of the organisation's own, by their names there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<Field, String>,
}
