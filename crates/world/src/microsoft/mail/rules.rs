//! What is known of mail by report only, or in two ways: a tester chooses.

use crate::microsoft::rules::MovesTold;
use serde::{Deserialize, Serialize};

/// Behaviour of mail that no document settles. The defaults are what was reported, where it is the harder case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailRules {
    /// A message made with the property `Integer 0x0E07` (message flags) whose lowest bit is set is no draft.
    /// Documents know only drafts; several people report that this works
    /// (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/2790>).
    pub flags_make_mail: bool,
    /// How many messages a delta query with a filter tells in all. The documents say 5,000
    /// (<https://learn.microsoft.com/en-us/graph/delta-query-messages>); a tester may take fewer.
    pub filtered_max: usize,
    /// Which moves into a folder a delta query under immutable ids tells.
    pub moves_told: MovesTold,
    /// DELETE puts a message into Recoverable Items at once instead of Deleted Items.
    pub delete_is_final: bool,
}

impl Default for MailRules {
    fn default() -> Self {
        Self { flags_make_mail: true, filtered_max: 5_000, moves_told: MovesTold::default(), delete_is_final: false }
    }
}
