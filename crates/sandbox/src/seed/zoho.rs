//! The CRM organisation: profiles, users, and a client for programs.

use super::{ORGANISATION, PEOPLE, Profile};
use crate::crm::Member;
use crate::part::{Part, Ports};
use mxs_world::World;
use mxs_world::zoho::{DataCentre, Edition, NewUser, Permissions};

/// The organisation's id.
pub const ZGID: &str = "60001234567";
/// The client id of a program that reads the CRM with a refresh token.
pub const CLIENT_ID: &str = "1000.SANDBOX0NORTHLIGHT0CLIENT0ID";
/// That client's secret.
pub const CLIENT_SECRET: &str = "sandbox-only-crm-client-secret";

/// The data centre's name.
pub const LOCATION: &str = "us";

/// What the refresh token, and the CRM's own pages, may do.
pub const SCOPES: [&str; 6] = [
    "ZohoCRM.modules.ALL",
    "ZohoCRM.settings.ALL",
    "ZohoCRM.users.ALL",
    "ZohoCRM.org.ALL",
    "ZohoCRM.coql.READ",
    "ZohoCRM.composite_requests.CUSTOM",
];

/// Where the client's consent comes back to.
pub fn redirect(ports: Ports) -> String {
    super::let_in_page(ports)
}

/// What came out of seeding and can't be known before.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// The users, in the order of [`PEOPLE`].
    pub members: Vec<Member>,
    /// Id and name of each profile.
    pub profiles: Vec<(String, &'static str)>,
    /// The first administrator's refresh token for the client.
    pub refresh_token: String,
}

/// Fills the Zoho half; there are no records.
pub(super) fn seed(world: &mut World, ports: Ports) -> Directory {
    world.with_zoho(|zoho, context| {
        let centre = DataCentre::at(LOCATION, &ports.origin(Part::Zoho));
        zoho.add_org(context, ZGID, ORGANISATION, Edition::Enterprise, centre);
        zoho.add_client(CLIENT_ID, CLIENT_SECRET, &redirect(ports));
        let profiles = Profile::ALL.map(|profile| {
            let permissions = match profile {
                Profile::Administrator => Permissions::administrator(),
                Profile::Sales | Profile::Support => Permissions::standard(),
            };
            (profile, zoho.add_profile(ZGID, profile.name(), permissions))
        });
        let mut directory = Directory::default();
        for person in PEOPLE {
            let Some((_, profile)) = profiles.into_iter().find(|(profile, _)| *profile == person.profile) else {
                continue;
            };
            let name = format!("{} {}", person.given, person.family);
            let user = NewUser {
                name: &name,
                email: person.email,
                profile,
                time_zone: person.zone,
                language: person.language,
            };
            let id = zoho.add_user(context, ZGID, user);
            if directory.members.is_empty() {
                directory.refresh_token = zoho.issue_refresh_token(context, CLIENT_ID, id, &SCOPES);
            }
            directory.members.push(Member {
                id: id.to_string(),
                name: person.display.to_owned(),
                email: person.email.to_owned(),
                profile_id: profile.to_string(),
                profile: person.profile.name(),
                administrator: person.profile == Profile::Administrator,
                language: person.language,
            });
        }
        directory.profiles = profiles.map(|(profile, id)| (id.to_string(), profile.name())).into();
        directory
    })
}
