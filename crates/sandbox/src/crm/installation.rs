//! Whether the extension is installed, and for whom.

use crate::seed::Profile;
use serde::{Deserialize, Serialize};

/// Who sees the extension's tab: the three choices of the Marketplace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Audience {
    /// "Install for admins only".
    Admins,
    /// "Install for all users".
    All,
    /// "Choose profiles".
    Profiles {
        /// The ids of the profiles.
        profiles: Vec<String>,
    },
}

/// A CRM user, as far as the rules look at one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// The user's id.
    pub id: String,
    /// The full name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// The profile's id.
    pub profile_id: String,
    /// The profile's name.
    pub profile: &'static str,
    /// Whether the profile is the administrators'.
    pub administrator: bool,
    /// The language, `en_US`.
    pub language: &'static str,
}

impl Member {
    /// A member with this profile.
    pub fn has(&self, profile: Profile) -> bool {
        self.profile == profile.name()
    }
}

/// The extension in the organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installation(Option<Audience>);

/// Why somebody is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Only administrators do that.
    NotAdministrator,
    /// Profiles were to be chosen and none, or an unknown one, was.
    NoSuchProfile,
    /// The extension is not installed.
    NotInstalled,
    /// The extension is installed, but not for this user.
    NotForYou,
}

impl Installation {
    /// For whom it is installed, if it is.
    pub fn audience(&self) -> Option<&Audience> {
        self.0.as_ref()
    }

    /// Installs the extension, or changes for whom it is installed.
    pub fn install(&mut self, by: &Member, audience: Audience, profiles: &[&str]) -> Result<(), Refused> {
        if !by.administrator {
            return Err(Refused::NotAdministrator);
        }
        if let Audience::Profiles { profiles: chosen } = &audience {
            let known = |id: &String| profiles.contains(&id.as_str());
            if chosen.is_empty() || !chosen.iter().all(known) {
                return Err(Refused::NoSuchProfile);
            }
        }
        self.0 = Some(audience);
        Ok(())
    }

    /// Takes the extension away.
    pub fn uninstall(&mut self, by: &Member) -> Result<(), Refused> {
        if !by.administrator {
            return Err(Refused::NotAdministrator);
        }
        self.0.take().map(|_| ()).ok_or(Refused::NotInstalled)
    }

    /// Whether `member` sees the tab and may call the extension's functions.
    pub fn may_use(&self, member: &Member) -> Result<(), Refused> {
        let allowed = match &self.0 {
            None => return Err(Refused::NotInstalled),
            Some(Audience::All) => true,
            Some(Audience::Admins) => member.administrator,
            Some(Audience::Profiles { profiles }) => profiles.contains(&member.profile_id),
        };
        if allowed { Ok(()) } else { Err(Refused::NotForYou) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(profile: Profile, profile_id: &str) -> Member {
        Member {
            id: "1".into(),
            name: "A".into(),
            email: "a@northlight.example".into(),
            profile_id: profile_id.into(),
            profile: profile.name(),
            administrator: profile == Profile::Administrator,
            language: "en_US",
        }
    }

    #[test]
    fn each_choice_shows_the_tab_to_its_users() {
        let people =
            [member(Profile::Administrator, "p1"), member(Profile::Sales, "p2"), member(Profile::Support, "p3")];
        let only_support = Audience::Profiles { profiles: vec!["p3".into()] };
        let cases = [
            (Audience::Admins, [true, false, false]),
            (Audience::All, [true, true, true]),
            // As in the Marketplace: an administrator whose profile isn't chosen has no tab either.
            (only_support, [false, false, true]),
        ];
        for (audience, expected) in cases {
            let mut installation = Installation::default();
            installation.install(&people[0], audience.clone(), &["p1", "p2", "p3"]).expect("an administrator");
            let seen = people.each_ref().map(|person| installation.may_use(person).is_ok());
            assert_eq!(seen, expected, "{audience:?}");
        }
    }

    #[test]
    fn only_administrators_install() {
        let (admin, sales) = (member(Profile::Administrator, "p1"), member(Profile::Sales, "p2"));
        let mut installation = Installation::default();
        assert_eq!(installation.install(&sales, Audience::All, &[]), Err(Refused::NotAdministrator));
        assert_eq!(installation.uninstall(&admin), Err(Refused::NotInstalled));
        assert_eq!(installation.may_use(&admin), Err(Refused::NotInstalled));
        let nobody = Audience::Profiles { profiles: Vec::new() };
        let unknown = Audience::Profiles { profiles: vec!["p9".into()] };
        for audience in [nobody, unknown] {
            assert_eq!(installation.install(&admin, audience, &["p1", "p2"]), Err(Refused::NoSuchProfile));
        }
        installation.install(&admin, Audience::All, &["p1"]).expect("an administrator");
        assert_eq!(installation.uninstall(&sales), Err(Refused::NotAdministrator));
        assert!(installation.audience().is_some());
    }
}
