//! Why a measurement can't be taken.

/// Why a measurement can't be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The arguments don't say what to measure.
    #[error("{0}; 'mxs-bench help' lists what there is")]
    Usage(&'static str),
    /// Linux tells it, other systems don't.
    #[error("this system doesn't tell how much memory a process uses")]
    Memory,
    /// A file or the output.
    #[error("a file can't be read or written: {0}")]
    File(#[from] std::io::Error),
    /// A line is no contact, or a stored item none that this version knows.
    #[error("JSON that can't be understood: {0}")]
    Json(#[from] serde_json::Error),
    /// The database.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The database's tables.
    #[error("the database's tables: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The engine refused its own plan.
    #[error(transparent)]
    Plan(#[from] mxs_core::PlanError),
    /// A sync did not come to its end.
    #[error("a sync did not come to its end: {0}")]
    Sync(#[from] mxs_sync::Failure),
    /// A stand-in refused what a person did by hand.
    #[error("a contact can't be made or edited by hand on the side {0:?}")]
    Refused(mxs_core::Side),
    /// Somebody who was on both sides is not.
    #[error("a record has no item with its address")]
    Unpaired,
    /// The stand-ins could not be set up.
    #[error("the stand-ins can't be set up: {0}")]
    Stage(String),
    /// The function does not listen.
    #[error("the function does not start: {0}")]
    NoFunction(String),
    /// The function's settings, or its end.
    #[error(transparent)]
    Function(#[from] mxs_function::server::ServerError),
    /// A notification was not answered as vendors want it.
    #[error("a notification was refused, or got no answer")]
    Unanswered,
    /// Syncs go on finding something to do.
    #[error("after so many syncs there is still something to do")]
    Restless,
    /// What was measured is not what was to be measured.
    #[error("{what}: {found} instead of {expected}")]
    Unexpected {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be.
        expected: usize,
    },
}
