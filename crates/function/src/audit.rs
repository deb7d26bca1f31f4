//! Noting what people do, whatever comes of it.

use crate::App;
use crate::refusal::Refusal;
use crate::store::{Note, Who};
use mxs_api::Action;
use std::collections::BTreeMap;

/// What is about to be done, and by whom.
pub(crate) struct Doing<'a> {
    /// Whose session it is.
    pub(crate) who: Who,
    action: Action,
    targets: &'a [String],
    detail: BTreeMap<&'static str, String>,
}

impl<'a> Doing<'a> {
    /// Something of the organisation's, or the caller's own.
    pub(crate) async fn new(app: &App, account: i64, action: Action) -> Result<Self, Refusal> {
        Ok(Self { who: app.store().who(account).await?, action, targets: &[], detail: BTreeMap::new() })
    }

    /// To these CRM users.
    pub(crate) fn to(self, targets: &'a [String]) -> Self {
        Self { targets, ..self }
    }

    /// With more about it: ids and stable words.
    pub(crate) fn with(mut self, name: &'static str, word: impl ToString) -> Self {
        self.detail.insert(name, word.to_string());
        self
    }

    /// That it is done: for the transaction that does it.
    pub(crate) fn notes(&self) -> Vec<Note<'_>> {
        let note = |target| Note {
            org: &self.who.org,
            actor: Some(&self.who.crm_user),
            action: self.action,
            target,
            failure: None,
            detail: self.detail.clone(),
        };
        match self.targets {
            [] => vec![note(None)],
            targets => targets.iter().map(|target| note(Some(target))).collect(),
        }
    }

    /// Does it. That it was done is noted where it was; here, that it was not, and why.
    pub(crate) async fn noted<T>(
        &self,
        app: &App,
        act: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let done = act.await;
        if let Err(refusal) = &done {
            let failure = Some(refusal.code().as_str());
            let notes: Vec<Note<'_>> = self.notes().into_iter().map(|note| Note { failure, ..note }).collect();
            app.store().note(&notes, app.now_ms()).await?;
        }
        done
    }
}

/// Notes that somebody was kept from what is the administrators': each day once for each route, so that nobody fills
/// the log by it.
pub(crate) async fn refused(app: &App, account: i64, route: &'static str) -> Result<(), Refusal> {
    const AGAIN_MS: i64 = 24 * 60 * 60 * 1000;
    let doing = Doing::new(app, account, Action::Refused).await?.with("route", route);
    for note in doing.notes() {
        let note = Note { failure: Some(Refusal::NotAllowed.code().as_str()), ..note };
        app.store().note_once(&note, AGAIN_MS, app.now_ms()).await?;
    }
    Ok(())
}
