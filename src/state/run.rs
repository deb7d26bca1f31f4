//! The sync that goes on, here or elsewhere.

use super::{Connection, SettingsForm, SignIn};
use mxs_api::Progress;
use mxs_bridge::Trouble;

/// What is going on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing.
    #[default]
    Idle,
    /// A sync runs here.
    Here {
        /// Whether a person wants it to stop.
        cancelling: bool,
    },
    /// A sync runs in another tab or browser.
    Elsewhere,
}

/// The sync card's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunPart {
    /// What is going on.
    pub(crate) stage: Stage,
    /// How far it has come.
    pub(crate) progress: Option<Progress>,
    /// Why the last attempt to start failed. How a run that did start ended is in its record.
    pub(crate) trouble: Option<Trouble>,
}

impl RunPart {
    /// Whether a sync runs in this tab.
    pub(crate) const fn is_here(&self) -> bool {
        matches!(self.stage, Stage::Here { .. })
    }
}

/// Why a sync can't be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// No mailbox is connected.
    Connection,
    /// Nobody is signed in.
    SignIn,
    /// Nothing is switched on.
    Off,
    /// Changes are not saved: it would be unclear which settings count.
    Save,
}

/// What stands in the way of a sync, the first thing first.
pub(crate) fn blocked(connection: &Connection, settings: &SettingsForm) -> Option<Blocked> {
    if connection.mailbox.is_none() {
        Some(Blocked::Connection)
    } else if connection.sign_in != SignIn::In {
        Some(Blocked::SignIn)
    } else if settings.is_dirty() || settings.saving {
        Some(Blocked::Save)
    } else if !settings.saved.syncs() {
        Some(Blocked::Off)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::Chosen;
    use super::*;
    use mxs_api::{Mailbox, Settings};

    #[test]
    fn the_first_obstacle_is_named() {
        let mut connection = Connection::default();
        let mut form = SettingsForm::default();
        assert_eq!(blocked(&connection, &form), Some(Blocked::Connection));
        let mailbox = Mailbox { id: "1".into(), address: "a@b.example".into(), name: "A".into() };
        connection.mailbox = Some(mailbox.clone());
        assert_eq!(blocked(&connection, &form), Some(Blocked::SignIn));
        connection.connected(mailbox);
        assert_eq!(blocked(&connection, &form), Some(Blocked::Off));
        form.contacts = true;
        assert_eq!(blocked(&connection, &form), Some(Blocked::Save));
        let mut saved = Settings::default();
        saved.contacts.rules.on = true;
        form.refresh(Chosen::from(&saved));
        assert_eq!(blocked(&connection, &form), None);
    }
}
