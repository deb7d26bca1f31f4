//! Looking at users and records behind the API's back.

use super::Zoho;
use super::crm::auth;
use super::crm::records::shown;
use super::id::Id;
use super::org::UserStatus;
use super::schema;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use mxs_http::Request;
use serde_json::Value;

/// What a test may want to know of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserView {
    /// The id.
    pub id: Id,
    /// The organisation.
    pub zgid: String,
    /// First and last name.
    pub full_name: String,
    /// The e-mail address.
    pub email: String,
    /// The profile's name.
    pub profile: String,
    /// Whether the profile is an administrator's.
    pub administrator: bool,
    /// The IANA time zone.
    pub time_zone: String,
    /// Language and country.
    pub language: String,
    /// Whether the user works with the organisation.
    pub status: UserStatus,
}

impl Zoho {
    /// A user.
    pub fn user(&self, user: Id) -> Option<UserView> {
        let org = self.org_of(user)?;
        let user = org.user(user)?;
        let profile = org.profile(user.profile)?;
        Some(UserView {
            id: user.id,
            zgid: org.zgid.clone(),
            full_name: user.full_name(),
            email: user.email.clone(),
            profile: profile.name.clone(),
            administrator: profile.permissions.administrator,
            time_zone: user.zone_name.clone(),
            language: user.language.clone(),
            status: user.status,
        })
    }

    /// The id of the organisation that a request is about: the vendor counts for each what is under way.
    pub fn asked(&self, request: &Request, now: Timestamp) -> Option<&str> {
        auth::asked(self, request, now).map(|org| org.zgid.as_str())
    }

    /// A record with all its fields, moments in UTC.
    pub fn record(&self, module_name: &str, id: Id) -> Option<Value> {
        let (org, module) = (self.org_of(id)?, schema::module(module_name)?);
        org.record(module, id).map(|record| shown(org, module, record, &TimeZone::UTC))
    }

    /// Every record of a module, the oldest first; moments in UTC.
    pub fn records(&self, zgid: &str, module_name: &str) -> Vec<Value> {
        let org = self.orgs.iter().find(|org| org.zgid == zgid);
        let (Some(org), Some(module)) = (org, schema::module(module_name)) else { return Vec::new() };
        let store = org.store(module);
        store
            .into_iter()
            .flat_map(|store| store.iter())
            .map(|record| shown(org, module, record, &TimeZone::UTC))
            .collect()
    }

    /// How many records a module has.
    pub fn record_count(&self, zgid: &str, module_name: &str) -> usize {
        let org = self.orgs.iter().find(|org| org.zgid == zgid);
        let found = org.zip(schema::module(module_name)).and_then(|(org, module)| org.store(module));
        found.map_or(0, |store| store.len())
    }
}
