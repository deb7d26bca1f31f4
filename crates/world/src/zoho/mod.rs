//! Zoho accounts and CRM.
//!
//! [`Zoho`] answers what the accounts server and the CRM's REST API (version 8) answer, for any number of
//! organisations in any number of data centres. A request's URL may start with `/`; when it is absolute,
//! its origin must be that of the organisation's data centre, as a token of one means nothing to another.

mod accounts;
mod crm;
mod data_centre;
mod id;
mod inspect;
mod options;
mod org;
mod permission;
mod schema;
mod seed;
mod store;
mod tag;
mod time;
mod work;

pub use crm::emails::EmailRules;
pub use data_centre::DataCentre;
pub use id::{Id, NotAnId};
pub use inspect::UserView;
pub use options::{AllDay, Edition, OrgOptions, Series, Sharing};
pub use org::UserStatus;
pub use permission::{ModulePermissions, Permissions};
pub use schema::Kind as FieldKind;
pub use seed::NewUser;

use crate::Context;
use crate::address::path_and_query;
use mxs_http::{Request, Response};
use serde_json::Value;

/// The Zoho half of the world.
#[derive(Default)]
pub struct Zoho {
    pub(crate) orgs: Vec<org::Org>,
    pub(crate) accounts: accounts::Accounts,
}

impl Zoho {
    /// Answers one request. `in_flight` counts the requests being answered at this moment, this one included.
    pub fn handle(&mut self, context: &mut Context<'_>, request: &Request, in_flight: usize) -> Response {
        let (path, _) = path_and_query(&request.url);
        if path.starts_with("/oauth/") {
            accounts::handle(self, context, request)
        } else if path == "/crm" || path.starts_with("/crm/") {
            crm::handle(self, context, request, in_flight)
        } else {
            crm::Failure::unknown_url().response()
        }
    }
}

/// An answer with a JSON body. No CORS header: browsers can't read Zoho's answers.
fn respond(status: u16, body: &Value) -> Response {
    Response::new(status).body("application/json;charset=UTF-8", body.to_string())
}
