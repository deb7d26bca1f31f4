//! Microsoft identity and Graph.
//!
//! One host serves both: `/{tenant}/oauth2/v2.0/...` as login.microsoftonline.com does, `/v1.0/...` as
//! graph.microsoft.com does. Vendors' documents are linked where a rule comes from; what is known by report
//! only says so.

mod directory;
mod graph;
mod identity;
mod mailbox;
mod refusal;
mod rules;
mod seed;
mod target;
mod todo;

pub use directory::{App, Platform, RedirectUri, Tenant, User};
pub use mailbox::{Mailbox, TokenDeath};
pub use refusal::Refusal;
pub use rules::{MovesTold, Rules};
pub use todo::{CompletedSeries, TodoRules, Word};

use crate::Context;
use directory::Directory;
use mxs_http::{Request, Response};
use std::collections::BTreeMap;
use target::Target;
use todo::Todo;

/// The Microsoft half of the world.
pub struct Microsoft {
    base_url: String,
    directory: Directory,
    store: identity::Store,
    /// By the user's object id.
    mailboxes: BTreeMap<String, Mailbox>,
    /// By the user's object id; made when To Do is first opened.
    todos: BTreeMap<String, Todo>,
    throttle: graph::Throttle,
    /// Behaviour that a tester may choose.
    pub rules: Rules,
}

impl Default for Microsoft {
    fn default() -> Self {
        Self {
            base_url: "http://localhost:7702".into(),
            directory: Directory::default(),
            store: identity::Store::default(),
            mailboxes: BTreeMap::new(),
            todos: BTreeMap::new(),
            throttle: graph::Throttle::default(),
            rules: Rules::default(),
        }
    }
}

impl Microsoft {
    /// Answers one request. `in_flight` requests are being answered, this one included.
    pub fn handle(&mut self, context: &mut Context<'_>, request: &Request, in_flight: usize) -> Response {
        let target = Target::parse(&request.url);
        let version = target.segments.first().map(|first| first.to_ascii_lowercase());
        if matches!(version.as_deref(), Some("v1.0" | "beta")) {
            return graph::handle(self, context, request, &target, in_flight);
        }
        identity::handle(&mut self.directory, &mut self.store, &self.base_url, context, request, &target)
    }
}
