//! The settings form: what is saved, and what a person is about to save.

use super::Chosen;
use mxs_bridge::Trouble;
use mxs_core::{Direction, Winner};

/// Which way, without the rule that belongs to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Both ways.
    Both,
    /// To the CRM.
    ToCrm,
    /// To the mailbox.
    ToExchange,
}

/// The form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingsForm {
    /// What the function has. What the form doesn't show is saved as it is there.
    pub(crate) saved: Chosen,
    /// Whether contacts are synced.
    pub(crate) contacts: bool,
    /// Which way.
    pub(crate) way: Way,
    /// Who wins. Kept while another way is chosen, so that looking around loses nothing.
    pub(crate) winner: Winner,
    /// Whether it is being saved.
    pub(crate) saving: bool,
    /// Whether it was just saved, to say so.
    pub(crate) just_saved: bool,
    /// Why saving failed.
    pub(crate) trouble: Option<Trouble>,
}

impl Default for SettingsForm {
    fn default() -> Self {
        Self::new(Chosen::default())
    }
}

impl SettingsForm {
    /// The form that shows `saved`.
    pub(crate) fn new(saved: Chosen) -> Self {
        let (way, winner) = match saved.direction() {
            Direction::Both { winner } => (Way::Both, winner),
            Direction::ToCrm => (Way::ToCrm, Winner::Crm),
            Direction::ToExchange => (Way::ToExchange, Winner::Crm),
        };
        let contacts = saved.contacts();
        Self { saved, contacts, way, winner, saving: false, just_saved: false, trouble: None }
    }

    /// What would be saved.
    pub(crate) fn draft(&self) -> Chosen {
        self.saved.clone().with(self.contacts, self.direction())
    }

    fn direction(&self) -> Direction {
        match self.way {
            Way::Both => Direction::Both { winner: self.winner },
            Way::ToCrm => Direction::ToCrm,
            Way::ToExchange => Direction::ToExchange,
        }
    }

    /// Whether there is something to save.
    pub(crate) fn is_dirty(&self) -> bool {
        (self.contacts, self.direction()) != (self.saved.contacts(), self.saved.direction())
    }

    /// Shows what the function has, unless a person is in the middle of changing it.
    pub(crate) fn refresh(&mut self, saved: Chosen) {
        if self.is_dirty() || self.saving {
            self.saved = saved;
        } else {
            *self = Self { just_saved: self.just_saved, ..Self::new(saved) };
        }
    }

    /// Something was changed.
    pub(crate) fn edited(&mut self) {
        self.just_saved = false;
        self.trouble = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_api::Settings;

    fn saved(direction: Direction) -> Chosen {
        let mut saved = Settings::default();
        saved.contacts.rules.on = true;
        saved.contacts.rules.direction = direction;
        // Of this the form shows nothing.
        saved.contacts.rules.private = true;
        saved.tasks.rules.on = true;
        Chosen::from(&saved)
    }

    const BOTH: Direction = Direction::Both { winner: Winner::Exchange };

    #[test]
    fn a_form_shows_what_is_saved() {
        for direction in [
            Direction::Both { winner: Winner::Crm },
            Direction::Both { winner: Winner::Exchange },
            Direction::ToCrm,
            Direction::ToExchange,
        ] {
            let saved = saved(direction);
            let form = SettingsForm::new(saved.clone());
            assert_eq!(form.draft(), saved);
            assert!(!form.is_dirty());
        }
    }

    #[test]
    fn the_winner_survives_a_look_at_another_way() {
        let mut form = SettingsForm::new(saved(BOTH));
        form.way = Way::ToCrm;
        assert!(form.is_dirty());
        assert_eq!(form.draft(), saved(Direction::ToCrm), "the rest is as it was");
        form.way = Way::Both;
        assert!(!form.is_dirty());
    }

    #[test]
    fn a_refresh_does_not_take_a_draft_away() {
        let mut form = SettingsForm::new(saved(BOTH));
        form.way = Way::ToExchange;
        form.refresh(Chosen::default());
        assert_eq!((form.way, &form.saved), (Way::ToExchange, &Chosen::default()));
        let mut clean = SettingsForm::new(saved(BOTH));
        clean.refresh(Chosen::default());
        assert_eq!(clean, SettingsForm::default());
    }
}
