//! Noting what people do, whatever comes of it.

use crate::App;
use crate::refusal::Refusal;
use crate::store::{Note, Who};
use mxs_api::Action;
use std::collections::BTreeMap;

/// What is about to be done, and by whom.
pub(crate) struct Doing<'a> {
    /// Whose session it is.
    pub(crate) account: i64,
    /// What.
    pub(crate) action: Action,
    /// The CRM users to whom it is done; none is the organisation.
    pub(crate) targets: &'a [String],
    /// More about it: ids and stable words.
    pub(crate) detail: BTreeMap<&'static str, String>,
}

impl<'a> Doing<'a> {
    /// Something of the organisation's, or the caller's own.
    pub(crate) fn new(account: i64, action: Action) -> Self {
        Self { account, action, targets: &[], detail: BTreeMap::new() }
    }

    /// To these.
    pub(crate) fn to(self, targets: &'a [String]) -> Self {
        Self { targets, ..self }
    }

    /// With more about it.
    pub(crate) fn with(mut self, name: &'static str, word: impl ToString) -> Self {
        self.detail.insert(name, word.to_string());
        self
    }
}

/// Does it, and notes what came of it. What can't be noted is refused, though it may have been done: rather that than
/// something of which nobody knows.
pub(crate) async fn noted<T>(
    app: &App,
    doing: Doing<'_>,
    act: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let Who { org, crm_user, .. } = app.store().who(doing.account).await?;
    let done = act.await;
    let failure = done.as_ref().err().map(|refusal| refusal.code().as_str());
    let note =
        |target| Note { actor: Some(&crm_user), action: doing.action, target, failure, detail: doing.detail.clone() };
    let notes: Vec<Note<'_>> = match doing.targets {
        [] => vec![note(None)],
        targets => targets.iter().map(|target| note(Some(target))).collect(),
    };
    app.store().note(&org, &notes, app.now_ms()).await?;
    done
}
