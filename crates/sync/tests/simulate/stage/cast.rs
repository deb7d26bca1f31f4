//! Who is on the stage: one organisation, one salesperson, one mailbox; and what a person does by hand.

use super::props::{Props, Who};
use jiff::Timestamp;
use mxs_core::Side;
use mxs_world::World;
use mxs_world::microsoft::{App, Platform, Tenant, User};
use mxs_world::zoho::{DataCentre, Edition, Id, ModulePermissions, NewUser, Permissions};
use serde_json::Value;

/// The salesperson's mailbox.
pub(crate) const MAILBOX: &str = "sales@example.com";

/// The salesperson's zone, in the CRM and in Outlook.
pub(super) const ZONE: &str = "America/New_York";

const TENANT: &str = "6f1d7c52-0d5c-4e0b-8f8e-2b6a3f1c9d10";
const CLIENT: &str = "0b9a4f5e-3c1d-4a2b-9e8f-7d6c5b4a3f21";
pub(super) const ORG: &str = "60012345678";
const CRM_SCOPES: [&str; 3] = ["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ", "ZohoCRM.users.READ"];

/// The salesperson as the CRM knows them, and a colleague's record, which is none of their business.
pub(crate) struct Cast {
    props: &'static dyn Props,
    user: Id,
    profile: Id,
    colleague: Id,
    colleagues: Id,
}

/// What the salesperson may show at each door.
pub(crate) struct Tokens {
    pub(crate) microsoft: String,
    pub(crate) zoho: String,
}

/// The world with its cast, who deal with one kind of records.
pub(crate) fn assemble(props: &'static dyn Props) -> (World, Cast) {
    let start: Timestamp = "2026-03-01T08:00:00Z".parse().expect("a moment");
    let mut world = World::new(start, 1);
    world.with_microsoft(|microsoft, context| {
        microsoft.add_tenant(Tenant::new(TENANT, "Example", "example.com"));
        microsoft.add_user(
            User::new("9d3c1f80-5a6b-4c7d-8e9f-0a1b2c3d4e5f", TENANT, "Sales Person", MAILBOX, "secret"),
            context,
        );
        let app = App::new(CLIENT, TENANT, "MS Exchange Sync").redirect(Platform::Spa, "http://localhost/auth.html");
        microsoft.add_app(app.delegated(props.scopes()));
    });
    let (user, profile, colleague, colleagues) = world.with_zoho(|zoho, context| {
        zoho.add_org(context, ORG, "Example", Edition::Enterprise, DataCentre::us());
        // Whatever runs the organisation's rules would mail somebody.
        zoho.options(ORG).workflow_mails = true;
        let profile = zoho.add_profile(ORG, "Sales", Permissions::standard());
        let (email, time_zone, language) = (MAILBOX, ZONE, "en_US");
        let mut employ =
            |name, email| zoho.add_user(context, ORG, NewUser { name, email, profile, time_zone, language });
        let (user, colleague) = (employ("Sales Person", email), employ("Colleague", "colleague@example.com"));
        let theirs = zoho.insert_record(context, props.module(), colleague, props.colleagues());
        (user, profile, colleague, theirs.expect("a good record"))
    });
    (world, Cast { props, user, profile, colleague, colleagues })
}

impl Cast {
    pub(crate) fn owner(&self) -> String {
        self.user.to_string()
    }

    pub(super) const fn user(&self) -> Id {
        self.user
    }

    pub(crate) fn org(&self) -> String {
        ORG.to_owned()
    }

    /// Fresh tokens.
    pub(crate) fn tokens(&self, world: &mut World) -> Tokens {
        let microsoft = world.with_microsoft(|microsoft, context| {
            microsoft.issue_access_token(MAILBOX, CLIENT, self.props.scopes(), context).expect("the user is known")
        });
        let zoho = world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, self.user, &CRM_SCOPES));
        Tokens { microsoft: format!("Bearer {microsoft}"), zoho: format!("Zoho-oauthtoken {zoho}") }
    }

    /// Gives a record to the colleague, or back.
    pub(crate) fn give(&self, world: &mut World, id: &str, back: bool) {
        let (from, to) = if back { (self.colleague, self.user) } else { (self.user, self.colleague) };
        world.with_zoho(|zoho, context| {
            let id = id.parse().expect("an id");
            zoho.change_owner(context, self.props.module(), id, from, to).expect("it is there");
        });
    }

    /// The salesperson may no longer write records, nor perhaps see them.
    pub(crate) fn forbid(&self, world: &mut World, may_see: bool) {
        let left = if may_see { ModulePermissions::VIEW } else { ModulePermissions::NONE };
        world.with_zoho(|zoho, _| zoho.permissions(self.profile).modules.insert(self.props.module().to_owned(), left));
    }

    /// The salesperson may do everything again.
    pub(crate) fn allow(&self, world: &mut World) {
        world.with_zoho(|zoho, _| zoho.permissions(self.profile).modules.clear());
    }

    /// Everything of the salesperson's there is on a side, but for what no record can be made for and what is judged in
    /// another way.
    pub(crate) fn records(&self, world: &World, side: Side) -> Vec<Value> {
        let (colleagues, mut records) = match side {
            Side::Crm => (self.colleagues.to_string(), world.zoho.records(ORG, self.props.module())),
            Side::Exchange => (String::new(), self.props.items(world)),
        };
        let is_other = |record: &Value| self.props.is_poison(record, side) || self.props.is_aside(record, side);
        records.retain(|record| record["id"] != colleagues && !is_other(record));
        records
    }

    /// When the colleague's record was last changed, and its owner.
    pub(crate) fn colleagues_record(&self, world: &World) -> Option<(Value, Value)> {
        let record = world.zoho.record(self.props.module(), self.colleagues)?;
        Some((record["Modified_Time"].clone(), record["Owner"].clone()))
    }

    /// A person adds items that no record can be made for. Answers how many.
    pub(crate) fn add_poison(&self, world: &mut World, number: u32) -> usize {
        let poison = self.props.poison(number);
        for _ in 0..poison.copies {
            self.props.add_item(world, &poison.item);
        }
        if let Some(record) = poison.record {
            self.add_record(world, record);
        }
        poison.copies
    }

    /// The ids of the items that no record can be made for.
    pub(crate) fn poisoned(&self, world: &World) -> Vec<String> {
        let items = self.props.items(world).into_iter();
        let poisoned = items.filter(|item| self.props.is_poison(item, Side::Exchange));
        poisoned.filter_map(|item| Some(item["id"].as_str()?.to_owned())).collect()
    }

    pub(crate) fn add(&self, world: &mut World, side: Side, who: &Who, value: &str) {
        let draft = self.props.draft(side, who, value);
        match side {
            Side::Crm => self.add_record(world, draft),
            Side::Exchange => self.props.add_item(world, &draft),
        }
    }

    pub(super) fn add_record(&self, world: &mut World, record: Value) {
        world.with_zoho(|zoho, context| {
            zoho.insert_record(context, self.props.module(), self.user, record).expect("a good record")
        });
    }

    pub(crate) fn edit(&self, world: &mut World, side: Side, id: &str, changes: &Value) {
        match side {
            Side::Crm => world.with_zoho(|zoho, context| {
                let id = id.parse().expect("an id");
                zoho.update_record(context, self.props.module(), id, self.user, changes.clone())
                    .expect("a good change");
            }),
            Side::Exchange => self.props.edit_item(world, id, changes),
        }
    }

    pub(crate) fn delete(&self, world: &mut World, side: Side, id: &str) {
        let was_there = match side {
            Side::Crm => world.with_zoho(|zoho, context| {
                zoho.delete_record(context, self.props.module(), id.parse().expect("an id"), self.user)
            }),
            Side::Exchange => self.props.delete_item(world, id, false),
        };
        assert!(was_there, "it is there");
    }
}
