//! Connecting a mailbox.

use super::Acts;
use crate::popup::{Popup, Visit, redirect_uri};
use crate::state::Action;
use crate::worker::Broken;
use mxs_api::Mailbox;
use mxs_bridge::{Ask, Reply, Returned, SignIn, ToWorker, Trouble, code};
use wasm_bindgen_futures::spawn_local;

impl Acts {
    /// Signs in, in Microsoft's window. Must be called while the browser handles a click.
    ///
    /// `known` is the mailbox on record; with `choose` Microsoft asks which account it shall be.
    pub(crate) fn connect(&self, known: Option<Mailbox>, choose: bool) {
        let Some(popup) = Popup::open() else {
            self.sign_in_failed(Some(Trouble::new(code::POPUP_BLOCKED)));
            return;
        };
        self.outside.popup.replace(Some(popup.clone()));
        self.tell(Action::SignInBegun);
        let acts = self.clone();
        spawn_local(async move {
            let login_hint = known.as_ref().map(|mailbox| mailbox.address.clone());
            let outcome = acts.sign_in(&popup, login_hint, choose).await;
            popup.close();
            acts.outside.popup.take();
            match outcome {
                None => acts.sign_in_failed(None),
                Some(Err(trouble)) => acts.sign_in_failed(Some(trouble)),
                Some(Ok(mailbox)) if known.is_some_and(|known| known.id != mailbox.id) => {
                    acts.outside.other.replace(Some(mailbox.clone()));
                    acts.tell(Action::FoundOther { mailbox, still_in: acts.outside.signed_in.get() });
                }
                Some(Ok(mailbox)) => acts.put_on_record(mailbox).await,
            }
        });
    }

    /// `None` when the person gave it up in this page.
    async fn sign_in(
        &self,
        popup: &Popup,
        login_hint: Option<String>,
        choose: bool,
    ) -> Option<Result<Mailbox, Trouble>> {
        let microsoft = self.outside.place.clone();
        let sign_in = SignIn { microsoft, redirect_uri: redirect_uri(), login_hint, choose };
        let url = match self.ask(Ask::SignIn(sign_in)).await {
            Ok(Reply::Visit(url)) => url,
            other => return Some(Err(trouble(other))),
        };
        let query = match popup.visit(&url).await {
            Visit::Answered(query) => query,
            Visit::Closed => return Some(Err(Trouble::new(code::POPUP_CLOSED))),
            Visit::GivenUp => return None,
        };
        Some(match self.ask(Ask::Redeem(Returned(query))).await {
            Ok(Reply::Found(mailbox)) => Ok(mailbox),
            other => Err(trouble(other)),
        })
    }

    async fn ask(&self, ask: Ask) -> Result<Reply, Broken> {
        self.worker()?.ask(ask).await
    }

    /// Stops waiting for Microsoft's window.
    pub(crate) fn stop_waiting(&self) {
        if let Some(popup) = self.outside.popup.borrow().as_ref() {
            popup.give_up();
        }
    }

    /// Connects the other mailbox that a person signed in to.
    pub(crate) fn take_other(&self) {
        let Some(mailbox) = self.outside.other.take() else { return };
        let acts = self.clone();
        spawn_local(async move { acts.put_on_record(mailbox).await });
    }

    /// Leaves the mailbox on record as it is.
    pub(crate) fn leave_other(&self) {
        self.outside.other.take();
        self.sign_in_failed(None);
    }

    async fn put_on_record(&self, mailbox: Mailbox) {
        match (self.outside.function.connect(&mailbox).await, self.worker()) {
            (Ok(mailbox), Ok(worker)) => {
                worker.tell(&ToWorker::Adopt);
                self.outside.signed_in.set(true);
                self.tell(Action::Connected(mailbox));
                // Another mailbox has other results.
                self.look_again();
            }
            (Ok(_), Err(Broken)) => self.sign_in_failed(Some(Trouble::new(code::NO_WORKER))),
            (Err(error), _) => self.sign_in_failed(Some(Trouble::from(&error))),
        }
    }

    fn sign_in_failed(&self, trouble: Option<Trouble>) {
        self.tell(Action::SignInFailed { trouble, still_in: self.outside.signed_in.get() });
    }
}

/// Why a reply is not the one that was asked for.
fn trouble(reply: Result<Reply, Broken>) -> Trouble {
    match reply {
        Ok(Reply::Failed(trouble)) => trouble,
        _ => Trouble::new(code::NO_WORKER),
    }
}
