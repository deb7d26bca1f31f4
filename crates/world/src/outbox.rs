//! Mail that real servers would have sent.

use serde::Serialize;

/// One message to one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// Who gets it.
    pub to: String,
    /// Why a server sends it: `workflow`, or the record itself asks for it: `task`, `meeting`.
    pub reason: &'static str,
    /// The subject.
    pub subject: String,
}

/// Everything that would have been sent, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outbox {
    /// The messages.
    pub mails: Vec<Mail>,
}

impl Outbox {
    /// Sends one message.
    pub(crate) fn send(&mut self, mail: Mail) {
        self.mails.push(mail);
    }
}
