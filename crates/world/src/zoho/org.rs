//! One organisation: its people, settings and records.

use super::crm::emails::Emails;
use super::crm::{Channels, Ledger, PageTokens};
use super::data_centre::DataCentre;
use super::id::Id;
use super::options::{Edition, OrgOptions, Sharing};
use super::permission::Permissions;
use super::schema::{Field, MODULES, Module};
use super::store::{Record, Store};
use super::tag::Tag;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A profile.
pub(crate) struct Profile {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) permissions: Permissions,
    /// The first id of the ids under which the profile's permissions are listed.
    pub(crate) permission_ids: Id,
}

/// A role.
pub(crate) struct Role {
    pub(crate) id: Id,
    pub(crate) name: &'static str,
}

/// Whether a user works with the organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    /// Works with it.
    Active,
    /// Was deactivated by an administrator.
    Inactive,
    /// Was deleted; still listed as such.
    Deleted,
}

/// A user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: Id,
    pub(crate) zuid: u64,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) profile: Id,
    pub(crate) role: Id,
    pub(crate) zone_name: String,
    pub(crate) zone: TimeZone,
    pub(crate) language: String,
    pub(crate) status: UserStatus,
    /// Whether the invitation was accepted.
    pub(crate) confirmed: bool,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

impl User {
    pub(crate) fn full_name(&self) -> String {
        match &self.first_name {
            Some(first) => format!("{first} {}", self.last_name),
            None => self.last_name.clone(),
        }
    }
}

/// One organisation.
pub(crate) struct Org {
    pub(crate) id: Id,
    pub(crate) zgid: String,
    pub(crate) name: String,
    pub(crate) edition: Edition,
    pub(crate) data_centre: DataCentre,
    pub(crate) options: OrgOptions,
    pub(crate) created: Timestamp,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) roles: Vec<Role>,
    pub(crate) users: Vec<User>,
    pub(crate) stores: BTreeMap<&'static str, Store>,
    pub(crate) custom_fields: BTreeMap<&'static str, Vec<Field>>,
    pub(crate) emails: Emails,
    pub(crate) ledger: Ledger,
    pub(crate) page_tokens: PageTokens,
    pub(crate) channels: Channels,
    /// The first of the ids that modules, fields and picklist values have.
    metadata: Id,
    last_id: u64,
}

/// The ids that one module takes up: its own, then those of its fields and of their values.
const IDS_OF_A_MODULE: u64 = 10_000;

/// The ids that one field takes up: its own, then those of its picklist values.
const IDS_OF_A_FIELD: u64 = 50;

/// Ids carry the organisation in their upper digits, so one is never found in another organisation.
const IDS_OF_AN_ORG: u64 = 1_000_000_000_000;

impl Org {
    pub(crate) fn new(
        number: u64,
        zgid: &str,
        name: &str,
        edition: Edition,
        data_centre: DataCentre,
        now: Timestamp,
    ) -> Self {
        let mut org = Self {
            id: Id(0),
            zgid: zgid.to_owned(),
            name: name.to_owned(),
            edition,
            data_centre,
            options: OrgOptions::default(),
            created: now,
            profiles: Vec::new(),
            roles: Vec::new(),
            users: Vec::new(),
            stores: BTreeMap::new(),
            custom_fields: BTreeMap::new(),
            emails: Emails::default(),
            ledger: Ledger::default(),
            page_tokens: PageTokens::default(),
            channels: Channels::default(),
            metadata: Id(0),
            last_id: (5_725_767 + 1_009 * number) * IDS_OF_AN_ORG + 411_000,
        };
        org.metadata = org.new_ids(IDS_OF_A_MODULE * MODULES.len() as u64);
        org.id = org.new_id();
        for name in ["CEO", "Manager"] {
            let id = org.new_id();
            org.roles.push(Role { id, name });
        }
        org
    }

    pub(crate) fn new_id(&mut self) -> Id {
        self.last_id += 1;
        Id(self.last_id)
    }

    /// Reserves `count` ids that follow each other; the first of them.
    pub(crate) fn new_ids(&mut self, count: u64) -> Id {
        let first = Id(self.last_id + 1);
        self.last_id += count;
        first
    }

    pub(crate) fn owns(&self, id: Id) -> bool {
        id.0 / IDS_OF_AN_ORG == self.last_id / IDS_OF_AN_ORG
    }

    pub(crate) fn user(&self, id: Id) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub(crate) fn profile(&self, id: Id) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    pub(crate) fn permissions(&self, user: Id) -> Option<&Permissions> {
        let user = self.user(user)?;
        self.profile(user.profile).map(|profile| &profile.permissions)
    }

    pub(crate) fn is_administrator(&self, user: Id) -> bool {
        self.permissions(user).is_some_and(|permissions| permissions.administrator)
    }

    /// The zone in which `user` reads moments.
    pub(crate) fn zone(&self, user: Id) -> TimeZone {
        self.user(user).map_or(TimeZone::UTC, |user| user.zone.clone())
    }

    /// A user as other things refer to him: `{name, id}`.
    pub(crate) fn reference(&self, user: Id) -> Value {
        json!({ "name": self.user(user).map(User::full_name).unwrap_or_default(), "id": user.json() })
    }

    pub(crate) fn store(&self, module: &Module) -> Option<&Store> {
        self.stores.get(module.api_name)
    }

    pub(crate) fn store_mut(&mut self, module: &Module) -> &mut Store {
        self.stores.entry(module.api_name).or_default()
    }

    pub(crate) fn record(&self, module: &Module, id: Id) -> Option<&Record> {
        self.store(module)?.get(id)
    }

    /// A tag of whatever module.
    pub(crate) fn tag(&self, id: Id) -> Option<&Tag> {
        self.stores.values().find_map(|store| store.tag(id))
    }

    /// The id of SalesInbox among the modules: the one before theirs.
    pub(crate) fn sales_inbox_id(&self) -> Id {
        Id(self.metadata.0 - 1)
    }

    /// The fields of a module, the organisation's own last.
    pub(crate) fn fields(&self, module: &Module) -> impl Iterator<Item = &Field> {
        module.fields.iter().chain(self.custom_fields.get(module.api_name).into_iter().flatten())
    }

    pub(crate) fn field(&self, module: &Module, api_name: &str) -> Option<&Field> {
        self.fields(module).find(|field| field.api_name == api_name)
    }

    /// The id of a module.
    pub(crate) fn module_id(&self, module: &Module) -> Id {
        let at = MODULES.iter().position(|other| *other == module).unwrap_or_default();
        Id(self.metadata.0 + at as u64 * IDS_OF_A_MODULE)
    }

    /// The id of a field.
    pub(crate) fn field_id(&self, module: &Module, field: &Field) -> Id {
        let at = self.fields(module).position(|other| other.api_name == field.api_name).unwrap_or_default();
        Id(self.module_id(module).0 + IDS_OF_A_FIELD * (at as u64 + 1))
    }

    /// Whether `user` sees `record`.
    pub(crate) fn sees(&self, user: Id, record: &Record) -> bool {
        self.options.sharing != Sharing::Private || record.owner == user || self.is_administrator(user)
    }

    /// Whether `user` may change a record that he sees.
    pub(crate) fn may_change(&self, user: Id, record: &Record) -> bool {
        self.options.sharing == Sharing::PublicReadWriteDelete || record.owner == user || self.is_administrator(user)
    }
}
