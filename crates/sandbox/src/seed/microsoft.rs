//! The Microsoft tenant: users, mailboxes, application registrations.

use super::{DOMAIN, ORGANISATION, PEOPLE, Profile};
use crate::part::{Part, Ports};
use mxs_world::World;
use mxs_world::microsoft::{App, Platform, Tenant, User};

/// The directory (tenant) id.
pub const TENANT_ID: &str = "7d1f3a52-6c0e-4b8e-9f3d-2a1b0c9d8e70";
/// The client id of the tab: a page without a secret.
pub const TAB_CLIENT_ID: &str = "3f0c9a6e-8b21-4d5f-a7c4-6e9d1b2c3f41";
/// The client id of a server that reads every mailbox with permissions of its own.
pub const SERVER_CLIENT_ID: &str = "5a7e2d10-94c3-4f6b-8e1a-0b3c5d7f9e62";
/// The server's secret.
pub const SERVER_CLIENT_SECRET: &str = "sandbox-only-server-secret";

/// The delegated permissions that the tab asks for.
pub const TAB_SCOPES: [&str; 8] = [
    "Calendars.ReadWrite",
    "Contacts.ReadWrite",
    "Mail.ReadWrite",
    "Tasks.ReadWrite",
    "User.Read",
    "offline_access",
    "openid",
    "profile",
];
/// The server's own permissions.
pub const SERVER_ROLES: [&str; 4] = ["Calendars.ReadWrite", "Contacts.ReadWrite", "Mail.ReadWrite", "User.Read.All"];

/// Where the tab's sign-in comes back to.
pub fn tab_redirect(ports: Ports) -> String {
    format!("{}/auth.html", ports.origin(Part::Tab))
}

/// Where the server's sign-in would come back to.
pub fn server_redirect(ports: Ports) -> String {
    super::let_in_page(ports)
}

/// Fills the Microsoft half; mailboxes are empty.
pub(super) fn seed(world: &mut World, ports: Ports) {
    world.with_microsoft(|microsoft, context| {
        microsoft.rules.local_notifications = true;
        microsoft.set_base_url(&ports.origin(Part::Microsoft));
        microsoft.add_tenant(Tenant::new(TENANT_ID, ORGANISATION, DOMAIN));
        for person in PEOPLE {
            let mut user = User::new(person.object_id, TENANT_ID, person.display, person.email, person.password);
            user.given_name = Some(person.given.to_owned());
            user.surname = Some(person.family.to_owned());
            if !person.mailbox {
                user = user.without_mailbox();
            }
            if person.profile == Profile::Administrator {
                user = user.admin();
            }
            microsoft.add_user(user, context);
        }
        microsoft.add_app(
            App::new(TAB_CLIENT_ID, TENANT_ID, "MS Exchange Sync")
                .redirect(Platform::Spa, &tab_redirect(ports))
                .delegated(&TAB_SCOPES),
        );
        microsoft.add_app(
            App::new(SERVER_CLIENT_ID, TENANT_ID, "MS Exchange Sync for administrators")
                .for_every_tenant()
                .redirect(Platform::Web, &server_redirect(ports))
                .secret(SERVER_CLIENT_SECRET)
                .delegated(&TAB_SCOPES)
                .roles(&SERVER_ROLES)
                .consented_in(TENANT_ID),
        );
    });
}
