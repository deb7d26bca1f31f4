//! The connected mailbox and the sign-in.

use mxs_api::Mailbox;
use mxs_bridge::Trouble;

/// Whether there are tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// Nobody is signed in. So it is after every load: tokens live in memory only.
    #[default]
    Out,
    /// Microsoft's window is open.
    Waiting,
    /// There are tokens.
    In,
}

/// The connection to Microsoft 365.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Connection {
    /// The mailbox that the function has on record.
    pub(crate) mailbox: Option<Mailbox>,
    /// Whether there are tokens for it.
    pub(crate) sign_in: SignIn,
    /// A mailbox that somebody signed in to and that is not the one on record: a person must choose.
    pub(crate) other: Option<Mailbox>,
    /// Why the last attempt failed.
    pub(crate) trouble: Option<Trouble>,
}

impl Connection {
    /// Microsoft's window was opened.
    pub(crate) fn begin(&mut self) {
        self.sign_in = SignIn::Waiting;
        self.trouble = None;
    }

    /// The mailbox is connected and there are tokens for it.
    pub(crate) fn connected(&mut self, mailbox: Mailbox) {
        *self = Self { mailbox: Some(mailbox), sign_in: SignIn::In, other: None, trouble: None };
    }

    /// Somebody signed in to another mailbox than the one on record.
    pub(crate) fn found_other(&mut self, other: Mailbox, still_in: bool) {
        self.sign_in = if still_in { SignIn::In } else { SignIn::Out };
        self.other = Some(other);
    }

    /// It did not work. An earlier sign-in, if there is one, stays.
    pub(crate) fn failed(&mut self, trouble: Option<Trouble>, still_in: bool) {
        self.sign_in = if still_in { SignIn::In } else { SignIn::Out };
        self.other = None;
        self.trouble = trouble;
    }

    /// Microsoft does not take the tokens any more.
    pub(crate) fn signed_out(&mut self) {
        self.sign_in = SignIn::Out;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(id: &str) -> Mailbox {
        Mailbox { id: id.into(), address: format!("{id}@corp.example"), name: id.into() }
    }

    #[test]
    fn a_failed_attempt_keeps_the_mailbox_and_an_earlier_sign_in() {
        let mut connection = Connection::default();
        connection.connected(mailbox("ada"));
        connection.begin();
        connection.failed(Some(Trouble::new("MXS-3002")), true);
        assert_eq!(connection.mailbox, Some(mailbox("ada")));
        assert_eq!(connection.sign_in, SignIn::In);
        assert_eq!(connection.trouble, Some(Trouble::new("MXS-3002")));
        connection.begin();
        assert_eq!(connection.trouble, None, "a new attempt clears the old error");
    }

    #[test]
    fn another_mailbox_waits_for_a_decision() {
        let mut connection = Connection { mailbox: Some(mailbox("ada")), ..Connection::default() };
        connection.begin();
        connection.found_other(mailbox("bob"), false);
        assert_eq!((connection.sign_in, connection.other.clone()), (SignIn::Out, Some(mailbox("bob"))));
        connection.failed(None, false);
        assert_eq!(connection, Connection { mailbox: Some(mailbox("ada")), ..Connection::default() });
    }
}
