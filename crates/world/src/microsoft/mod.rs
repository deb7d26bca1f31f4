//! Microsoft identity, Graph and Exchange Web Services.
//!
//! One host serves all: `/{tenant}/oauth2/v2.0/...` as login.microsoftonline.com does, `/v1.0/...` as
//! graph.microsoft.com does, `/EWS/Exchange.asmx` as an Exchange Server does. Vendors' documents are linked where a rule comes from; what is known by report
//! only says so.

mod calendar;
mod directory;
mod ews;
mod graph;
mod identity;
mod mail;
mod mailbox;
mod refusal;
mod rules;
mod seed;
mod subscriptions;
mod target;
mod todo;
mod trouble;

pub use calendar::{AttendeeEdits, CalendarRules, ExceptionsLost, ReusedTransaction};
pub use directory::{App, Certificate, Impersonation, Platform, RedirectUri, Tenant, User};
pub use ews::{AutodiscoverRules, EventRules, EwsRules, EwsTrouble, Offered, Redirect, Server, Streamed};
pub use identity::VerifySignature;
pub use mail::MailRules;
pub use mailbox::{CHATS_MAX, EMAILS_MAX, Mailbox, PHONES_MAX, TokenDeath};
pub use refusal::Refusal;
pub use rules::{MovesTold, Rules};
pub use subscriptions::Mishap;
pub use todo::{CompletedSeries, TodoRules, Word};

use crate::Context;
use calendar::Calendars;
use directory::Directory;
use jiff::SignedDuration;
use mail::Mail;
use mxs_http::{Request, Response};
use std::collections::BTreeMap;
use subscriptions::Subscriptions;
use target::Target;
use todo::Todo;

/// The Microsoft half of the world.
pub struct Microsoft {
    base_url: String,
    directory: Directory,
    store: identity::Store,
    /// By the user's object id.
    mailboxes: BTreeMap<String, Mailbox>,
    /// By the user's object id; made when mail is first opened.
    mails: BTreeMap<String, Mail>,
    /// By the user's object id; made when To Do is first opened.
    todos: BTreeMap<String, Todo>,
    /// By the user's object id; made when a calendar is first opened.
    calendars: BTreeMap<String, Calendars>,
    throttle: graph::Throttle,
    subscriptions: Subscriptions,
    ews: ews::State,
    /// Those that wait for the answers of their addresses.
    handshakes: graph::Handshakes,
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
            mails: BTreeMap::new(),
            todos: BTreeMap::new(),
            calendars: BTreeMap::new(),
            throttle: graph::Throttle::default(),
            subscriptions: Subscriptions::default(),
            ews: ews::State::default(),
            handshakes: graph::Handshakes::default(),
            rules: Rules::default(),
        }
    }
}

impl Microsoft {
    /// Answers one request. `in_flight` requests are being answered, this one included.
    pub fn handle(&mut self, context: &mut Context<'_>, request: &Request, in_flight: usize) -> Response {
        let target = Target::parse(&request.url);
        if is_graph(&target) {
            return graph::handle(self, context, request, &target, in_flight);
        }
        if ews::is_ews(&target) {
            return ews::handle(self, context, request, in_flight);
        }
        if ews::is_autodiscover(&target) {
            return ews::autodiscover(self, context, request, &target);
        }
        identity::handle(&mut self.directory, &mut self.store, &self.base_url, context, request, &target)
    }

    /// What became of a delivery. `took` is how long it was under way.
    pub(crate) fn delivered(
        &mut self,
        delivery: u64,
        answer: Option<&Response>,
        took: SignedDuration,
        context: &mut Context<'_>,
    ) {
        if !graph::validated(self, delivery, answer, took, context) {
            self.subscriptions.posted(delivery, answer, took, context);
        }
    }

    /// Lets the page that asked read an answer that isn't the service's own, as it may read those that are.
    pub(crate) fn let_in(&self, request: &Request, response: Response) -> Response {
        let target = Target::parse(&request.url);
        if is_graph(&target) {
            graph::open_to_pages(request, response)
        } else if ews::is_ews(&target) || ews::is_autodiscover(&target) {
            // No page may read what Exchange Server answers.
            response
        } else {
            identity::open_to_pages(&self.directory, request, &target, response)
        }
    }
}

fn is_graph(target: &Target) -> bool {
    let version = target.segments.first().map(|first| first.to_ascii_lowercase());
    matches!(version.as_deref(), Some("v1.0" | "beta"))
}
