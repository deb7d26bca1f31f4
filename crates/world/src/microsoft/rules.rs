//! What is known of the service by report only, or in two ways: a tester chooses.

use crate::microsoft::calendar::CalendarRules;
use crate::microsoft::ews::EwsRules;
use crate::microsoft::mail::MailRules;
use crate::microsoft::mailbox::Since;
use crate::microsoft::todo::TodoRules;
use serde::{Deserialize, Serialize};

/// Behaviour that no document settles. The defaults are what was reported, where it is the harder case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// A new contact needs a given name. Reported in 2018
    /// (<https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/247>), documented nowhere.
    pub given_name_required: bool,
    /// Which moves into a folder a delta query under immutable ids tells. Under ids of the default form each
    /// move makes a new item, which is always told.
    pub moves_told: MovesTold,
    /// DELETE puts a contact or an event into Recoverable Items at once, where nobody sees it. The documents say no more
    /// than "delete"; Outlook itself, and the default here, deletes into Deleted Items first.
    pub delete_is_final: bool,
    /// What is in Recoverable Items isn't found by its immutable id. No report says so: DELETE does find it
    /// there (<https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3047>).
    pub recoverable_hidden: bool,
    /// Notices may be posted to `http` addresses of this computer. The service takes `https` only; a sandbox has none.
    #[serde(default)]
    pub local_notifications: bool,
    /// Those of Exchange Web Services.
    #[serde(default)]
    pub ews: EwsRules,
    /// Those of mail.
    #[serde(default)]
    pub mail: MailRules,
    /// Those of To Do.
    #[serde(default)]
    pub todo: TodoRules,
    /// Those of calendars.
    #[serde(default)]
    pub calendar: CalendarRules,
}

/// Which moves into a folder are told under immutable ids.
///
/// The reports are of mail; contacts are taken to follow the same rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovesTold {
    /// Those of items that come for the first time. An item that returns is told when it changes next
    /// (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/72>).
    #[default]
    FirstOnes,
    /// None: a move shows in the folder that the item left
    /// (<https://learn.microsoft.com/en-us/answers/questions/1257719/inconsistent-graph-api-exchange-results-between-im>).
    None,
    /// All: what one would expect, and what no document denies.
    All,
}

impl MovesTold {
    /// Whether an item is told of.
    pub(super) const fn tells(self, since: Since) -> bool {
        match (self, since) {
            (MovesTold::All, _) | (_, Since::Written) | (MovesTold::FirstOnes, Since::Moved) => true,
            (MovesTold::FirstOnes, Since::Returned) | (MovesTold::None, Since::Moved | Since::Returned) => false,
        }
    }
}
