//! Everything the page shows, and every way in which it changes.

use super::{Chosen, Connection, RunPart, SettingsForm, Stage, Way};
use mxs_api::{Mailbox, Overview, Progress, Run, RunEnd, Unsynced};
use mxs_bridge::{Trouble, code};
use mxs_core::Winner;
use std::rc::Rc;
use yew::Reducible;

/// Who uses the CRM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The CRM user's id.
    pub(crate) id: String,
    /// The name.
    pub(crate) name: String,
    /// The address.
    pub(crate) email: String,
    /// The organisation's id (`zgid`).
    pub(crate) org: String,
    /// The organisation's name.
    pub(crate) org_name: String,
    /// The locale in the CRM's way to write it, such as `en_US`; may be empty.
    pub(crate) locale: String,
    /// The name of the time zone in which the CRM shows times to this user; may be empty.
    pub(crate) zone: String,
}

/// Whether the page has what it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Boot {
    /// It is being fetched.
    #[default]
    Loading,
    /// It could not be had.
    Failed(Trouble),
    /// It has.
    Ready,
}

/// The page's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AppState {
    /// Whether the page has what it needs.
    pub(crate) boot: Boot,
    /// Who uses the CRM.
    pub(crate) person: Option<Rc<Person>>,
    /// The connection to Microsoft 365.
    pub(crate) connection: Connection,
    /// The settings form.
    pub(crate) settings: SettingsForm,
    /// The sync that goes on.
    pub(crate) run: RunPart,
    /// The last sync that ended.
    pub(crate) last_run: Option<Rc<Run>>,
    /// Why the last sync ended, where this tab knows more than the record's code.
    pub(crate) last_trouble: Option<Trouble>,
    /// How many pairs of records are linked.
    pub(crate) linked: u32,
    /// How many contacts are not in sync.
    pub(crate) unsynced_total: u32,
    /// Why they are not. Where the reasons are very many, the rarest are left out.
    pub(crate) unsynced: Rc<Vec<Unsynced>>,
}

/// A change.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// The page starts to fetch what it needs.
    Load,
    /// It could not be had.
    LoadFailed(Trouble),
    /// The CRM said who uses it.
    Met(Person),
    /// The function said what it has.
    Loaded(Box<Overview<Chosen>>),
    /// Microsoft's window was opened.
    SignInBegun,
    /// The mailbox is connected.
    Connected(Mailbox),
    /// Somebody signed in to another mailbox than the one on record.
    FoundOther {
        /// It.
        mailbox: Mailbox,
        /// Whether tokens for the one on record are still there.
        still_in: bool,
    },
    /// The sign-in failed or was given up.
    SignInFailed {
        /// Why; `None` when the person gave it up here.
        trouble: Option<Trouble>,
        /// Whether earlier tokens are still there.
        still_in: bool,
    },
    /// Microsoft no longer takes the tokens, or they are gone.
    SignedOut,
    /// Contacts were switched on or off.
    SetContacts(bool),
    /// A way was chosen.
    SetWay(Way),
    /// A winner was chosen.
    SetWinner(Winner),
    /// The draft was thrown away.
    Discard,
    /// The draft is being saved.
    Saving,
    /// It was saved.
    Saved(Chosen),
    /// It could not be saved.
    SaveFailed(Trouble),
    /// A sync starts here.
    RunBegun,
    /// It has come this far.
    Progressed(Progress),
    /// A person wants it to stop.
    Cancelling,
    /// It could not be started.
    RunRefused(Trouble),
    /// Somebody else syncs the mailbox.
    RunElsewhere,
    /// It ended.
    RunEnded {
        /// As the function recorded it; `None` when it could not be told.
        run: Option<Box<Run>>,
        /// Why it could not go on.
        trouble: Option<Trouble>,
    },
}

impl Reducible for AppState {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        next.apply(action);
        Rc::new(next)
    }
}

impl AppState {
    fn apply(&mut self, action: Action) {
        match action {
            Action::Load => self.boot = Boot::Loading,
            Action::LoadFailed(trouble) => self.boot = Boot::Failed(trouble),
            Action::Met(person) => self.person = Some(Rc::new(person)),
            Action::Loaded(overview) => self.loaded(*overview),
            Action::SignInBegun => self.connection.begin(),
            Action::Connected(mailbox) => {
                // Results and problems are a mailbox's: another one starts without.
                if self.connection.mailbox.as_ref().is_some_and(|known| known.id != mailbox.id) {
                    self.last_run = None;
                    self.last_trouble = None;
                    self.unsynced_total = 0;
                    self.unsynced = Rc::default();
                    self.linked = 0;
                }
                self.connection.connected(mailbox);
            }
            Action::FoundOther { mailbox, still_in } => self.connection.found_other(mailbox, still_in),
            Action::SignInFailed { trouble, still_in } => self.connection.failed(trouble, still_in),
            Action::SignedOut => self.connection.signed_out(),
            Action::SetContacts(contacts) => {
                self.settings.contacts = contacts;
                self.settings.edited();
            }
            Action::SetWay(way) => {
                self.settings.way = way;
                self.settings.edited();
            }
            Action::SetWinner(winner) => {
                self.settings.winner = winner;
                self.settings.edited();
            }
            Action::Discard => self.settings = SettingsForm::new(self.settings.saved.clone()),
            Action::Saving => {
                self.settings.saving = true;
                self.settings.trouble = None;
            }
            Action::Saved(saved) => self.settings = SettingsForm { just_saved: true, ..SettingsForm::new(saved) },
            Action::SaveFailed(trouble) => {
                self.settings.saving = false;
                self.settings.trouble = Some(trouble);
            }
            Action::RunBegun => {
                self.run = RunPart { stage: Stage::Here { cancelling: false }, ..RunPart::default() };
                self.settings.just_saved = false;
            }
            Action::Progressed(progress) => self.run.progress = Some(progress),
            Action::Cancelling => self.run.stage = Stage::Here { cancelling: true },
            Action::RunRefused(trouble) => self.run = RunPart { trouble: Some(trouble), ..RunPart::default() },
            Action::RunElsewhere => self.run = RunPart { stage: Stage::Elsewhere, ..RunPart::default() },
            Action::RunEnded { run, trouble } => self.ended(run, trouble),
        }
    }

    fn loaded(&mut self, overview: Overview<Chosen>) {
        self.boot = Boot::Ready;
        // While a person is choosing or signing in, what the function has is older than what they do.
        if self.connection.other.is_none() && overview.mailbox.is_some() {
            self.connection.mailbox = overview.mailbox;
        }
        self.settings.refresh(overview.settings);
        self.linked = overview.linked;
        self.unsynced_total = overview.unsynced_total;
        self.unsynced = Rc::new(overview.unsynced);
        let last_run = overview.last_run.map(Rc::new);
        if last_run != self.last_run {
            self.last_run = last_run;
            self.last_trouble = None;
        }
        if !self.run.is_here() {
            let progress = overview.running;
            self.run.stage = if progress.is_some() { Stage::Elsewhere } else { Stage::Idle };
            self.run.progress = progress;
        }
    }

    fn ended(&mut self, run: Option<Box<Run>>, trouble: Option<Trouble>) {
        self.run = RunPart::default();
        match run {
            Some(run) => {
                self.last_run = Some(Rc::new(*run));
                self.last_trouble = trouble;
            }
            // Without a record the results would be an older sync's: the trouble stands at the button.
            None => self.run.trouble = trouble,
        }
    }

    /// Why the last sync did not come to its end, if it didn't and nobody stopped it.
    pub(crate) fn end_trouble(&self) -> Option<Trouble> {
        match (&self.last_run.as_ref()?.end, &self.last_trouble) {
            (RunEnd::Failed { code }, Some(trouble)) if trouble.code == *code => Some(trouble.clone()),
            (RunEnd::Failed { code }, _) => Some(Trouble::new(code)),
            (RunEnd::Interrupted, _) => Some(Trouble::new(code::INTERRUPTED)),
            (RunEnd::Cancelled | RunEnd::Completed, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_api::Settings;
    use mxs_core::Summary;
    use std::collections::BTreeMap;

    fn mailbox(id: &str) -> Mailbox {
        Mailbox { id: id.into(), address: format!("{id}@corp.example"), name: id.into() }
    }

    fn run(end: RunEnd) -> Run {
        let moment = String::from("2026-11-21T10:00:00Z");
        Run {
            id: 1,
            started: moment.clone(),
            ended: moment,
            end,
            summary: Summary::default(),
            kinds: BTreeMap::new(),
            undoes: None,
        }
    }

    fn overview() -> Overview<Chosen> {
        let mut settings = Settings::default();
        settings.contacts.rules.on = true;
        Overview {
            settings: Chosen::from(&settings),
            mailbox: Some(mailbox("ada")),
            running: None,
            last_run: Some(run(RunEnd::Completed)),
            linked: 3,
            unsynced_total: 0,
            unsynced: Vec::new(),
            kinds: BTreeMap::new(),
            by_itself: None,
        }
    }

    fn after(actions: impl IntoIterator<Item = Action>) -> AppState {
        let mut state = AppState::default();
        for action in actions {
            state.apply(action);
        }
        state
    }

    fn progress() -> Progress {
        Progress { phase: "writing-crm".into(), done: 1, total: 2 }
    }

    #[test]
    fn an_overview_fills_the_page() {
        let state = after([Action::Loaded(Box::new(overview()))]);
        assert_eq!(state.boot, Boot::Ready);
        assert_eq!((state.connection.mailbox.clone(), state.linked), (Some(mailbox("ada")), 3));
        assert!(state.settings.contacts && !state.settings.is_dirty());
        assert_eq!(state.run.stage, Stage::Idle);
    }

    #[test]
    fn a_sync_elsewhere_is_seen_until_it_ends() {
        let running = Overview { running: Some(progress()), ..overview() };
        let mut state = after([Action::Loaded(Box::new(running.clone()))]);
        assert_eq!(state.run.stage, Stage::Elsewhere);
        state.apply(Action::Loaded(Box::new(overview())));
        assert_eq!(state.run.stage, Stage::Idle);
        let mut here = after([Action::RunBegun]);
        here.apply(Action::Loaded(Box::new(running)));
        assert_eq!(here.run.stage, Stage::Here { cancelling: false }, "a sync of this tab is not elsewhere");
    }

    #[test]
    fn a_failed_run_tells_why_with_the_vendors_word() {
        let trouble = Trouble::new("MXS-1002").detail("ErrorAccessDenied");
        let failed = run(RunEnd::Failed { code: "MXS-1002".into() });
        let mut state = after([
            Action::RunBegun,
            Action::RunEnded { run: Some(Box::new(failed.clone())), trouble: Some(trouble.clone()) },
        ]);
        assert_eq!(state.run, RunPart::default());
        assert_eq!(state.end_trouble(), Some(trouble.clone()));
        state.apply(Action::Loaded(Box::new(Overview { last_run: Some(failed), ..overview() })));
        assert_eq!(state.end_trouble(), Some(trouble), "the same record again changes nothing");
    }

    #[test]
    fn a_lost_sign_in_ends_the_sign_in() {
        let state = after([
            Action::Connected(mailbox("ada")),
            Action::RunBegun,
            Action::SignedOut,
            Action::RunEnded { run: None, trouble: Some(Trouble::new("MXS-1001")) },
        ]);
        assert_eq!(state.connection.sign_in, super::super::SignIn::Out);
        assert_eq!(state.run.trouble, Some(Trouble::new("MXS-1001")));
    }

    #[test]
    fn an_interrupted_run_has_a_code_and_a_cancelled_one_needs_none() {
        let ended = |end| after([Action::Loaded(Box::new(Overview { last_run: Some(run(end)), ..overview() }))]);
        assert_eq!(ended(RunEnd::Interrupted).end_trouble(), Some(Trouble::new("MXS-3012")));
        assert_eq!(ended(RunEnd::Cancelled).end_trouble(), None);
    }

    #[test]
    fn another_mailbox_starts_without_results() {
        let state = after([Action::Loaded(Box::new(overview())), Action::Connected(mailbox("bob"))]);
        assert_eq!((state.last_run, state.linked), (None, 0));
        let same = after([Action::Loaded(Box::new(overview())), Action::Connected(mailbox("ada"))]);
        assert!(same.last_run.is_some());
    }

    #[test]
    fn saving_ends_in_a_clean_form() {
        let mut state = after([Action::Loaded(Box::new(overview())), Action::SetWay(Way::ToCrm), Action::Saving]);
        let draft = state.settings.draft();
        state.apply(Action::Saved(draft.clone()));
        assert!(state.settings.just_saved && !state.settings.is_dirty() && !state.settings.saving);
        state.apply(Action::SetContacts(false));
        assert!(!state.settings.just_saved);
        state.apply(Action::Discard);
        assert_eq!(state.settings.draft(), draft);
    }
}
