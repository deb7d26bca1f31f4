//! What is known of To Do by report only, or in two ways: a tester chooses.

use serde::{Deserialize, Serialize};

/// Whose word counts where the documents say one thing and those who measured the service another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// What was measured: the harder case.
    #[default]
    Reported,
    /// What the documents say.
    Documented,
}

/// What becomes of a task that repeats when it is completed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompletedSeries {
    /// The task itself goes on, not started and due at the next occurrence; a copy under a new id is the
    /// completed one (<https://github.com/RogerSelwyn/MS365-ToDo/issues/62>).
    #[default]
    MovesOn,
    /// The task stays completed; a new task under a new id is the next occurrence, as it was with Outlook's
    /// older tasks (<https://learn.microsoft.com/en-us/graph/api/outlooktask-complete>).
    IsFollowed,
}

/// Behaviour of To Do that no document settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TodoRules {
    /// Whether an application is refused whatever it was granted. Application permissions are documented since
    /// 2023, and still denied by other pages.
    pub application_refused: bool,
    /// What becomes of a task that repeats when it is completed.
    pub completed_series: CompletedSeries,
    /// Whether `If-Match` is looked at. Tasks have entity tags; no document names the header for them.
    pub if_match: bool,
    /// Whether `IdType="ImmutableId"` is honoured. The documents name it for tasks of Outlook, not of To Do
    /// (<https://learn.microsoft.com/en-us/graph/outlook-immutable-id>).
    pub immutable_ids: bool,
    /// Whether adding, changing or removing a linked resource or a step changes its task: gives it a new entity
    /// tag and lets a delta query tell it.
    pub parts_touch_tasks: bool,
    /// Recurrences. By report an end date is dropped, and a change that names a date of the range is refused
    /// (<https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/2677>).
    pub recurrence: Word,
    /// `$select` of tasks. By report all properties come whatever is selected, and to select the title or the
    /// recurrence is an error (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/3625>).
    pub select: Word,
    /// The times of start and due date. By report only the days are kept
    /// (<https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/2136>).
    pub times: Word,
}

impl Default for TodoRules {
    fn default() -> Self {
        Self {
            application_refused: false,
            completed_series: CompletedSeries::default(),
            if_match: false,
            immutable_ids: false,
            parts_touch_tasks: true,
            recurrence: Word::default(),
            select: Word::default(),
            times: Word::default(),
        }
    }
}
