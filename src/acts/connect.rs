//! Connecting a mailbox.

use super::Acts;
use crate::microsoft::{Held, Popup};
use crate::state::{Action, Trouble, code};
use mxs_api::Mailbox;
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
            let outcome = acts.outside.microsoft.sign_in(&popup, known.as_ref(), choose).await;
            popup.close();
            acts.outside.popup.take();
            match outcome {
                None => acts.sign_in_failed(None),
                Some(Err(trouble)) => acts.sign_in_failed(Some(trouble)),
                Some(Ok((mailbox, held))) if known.is_some_and(|known| known.id != mailbox.id) => {
                    acts.outside.other.replace(Some((mailbox.clone(), held)));
                    let still_in = acts.outside.microsoft.is_signed_in();
                    acts.tell(Action::FoundOther { mailbox, still_in });
                }
                Some(Ok((mailbox, held))) => acts.put_on_record(mailbox, held).await,
            }
        });
    }

    /// Stops waiting for Microsoft's window.
    pub(crate) fn stop_waiting(&self) {
        if let Some(popup) = self.outside.popup.borrow().as_ref() {
            popup.give_up();
        }
    }

    /// Connects the other mailbox that a person signed in to.
    pub(crate) fn take_other(&self) {
        let Some((mailbox, held)) = self.outside.other.take() else { return };
        let acts = self.clone();
        spawn_local(async move { acts.put_on_record(mailbox, held).await });
    }

    /// Leaves the mailbox on record as it is.
    pub(crate) fn leave_other(&self) {
        self.outside.other.take();
        self.sign_in_failed(None);
    }

    async fn put_on_record(&self, mailbox: Mailbox, held: Held) {
        match self.outside.function.connect(&mailbox).await {
            Ok(mailbox) => {
                self.outside.microsoft.adopt(held);
                self.tell(Action::Connected(mailbox));
                // Another mailbox has other results.
                self.look_again();
            }
            Err(error) => self.sign_in_failed(Some(Trouble::from(&error))),
        }
    }

    fn sign_in_failed(&self, trouble: Option<Trouble>) {
        self.tell(Action::SignInFailed { trouble, still_in: self.outside.microsoft.is_signed_in() });
    }
}
