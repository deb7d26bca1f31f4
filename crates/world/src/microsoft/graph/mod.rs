//! Microsoft Graph v1.0: users, contact folders and contacts, calendars and events, mail, To Do.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/overview>.

mod address;
mod answer;
mod ask;
mod batch;
mod calendar;
mod caller;
mod contacts;
mod cors;
mod delta;
mod expand;
mod filter;
mod folders;
mod mail;
mod page;
mod prefer;
mod query;
mod subscriptions;
mod throttle;
mod todo;
mod users;

pub(super) use caller::Right;
pub(super) use cors::open as open_to_pages;
pub(super) use subscriptions::{Handshakes, validated};
pub(super) use throttle::Throttle;

use super::Microsoft;
use super::directory::User;
use super::mailbox::Mailbox;
use super::refusal::Refusal;
use super::target::{Target, write_query};
use crate::Context;
use address::{Owner, Place, Thing};
use answer::{Answer, Trace};
use ask::Ask;
use caller::Caller;
use mxs_http::{Method, Request, Response, url};
use subscriptions::SubscriptionPlace;

/// What one request of Graph works on.
struct GraphCall<'a, 'c> {
    microsoft: &'a mut Microsoft,
    context: &'a mut Context<'c>,
    caller: Caller,
    trace: Trace,
}

/// The mailbox that a request is about.
struct Opened {
    /// The user's object id.
    user: String,
    /// The beginning of its address, such as `/v1.0/users('..')`.
    root: String,
}

/// Answers one request of Graph. `in_flight` requests are being answered, this one included.
pub(super) fn handle(
    microsoft: &mut Microsoft,
    context: &mut Context<'_>,
    request: &Request,
    target: &Target,
    in_flight: usize,
) -> Response {
    if request.method == Method::Options {
        return cors::preflight(request);
    }
    let request_id = context.ids.guid();
    let client_request_id = request.headers.get("client-request-id").map_or_else(|| request_id.clone(), str::to_owned);
    let trace = Trace { request_id, client_request_id, now: context.now };
    let answer = answer(microsoft, context, request, target, in_flight, &trace);
    cors::open(request, respond(answer, &trace))
}

/// The answer as it is sent.
fn respond(answer: Result<Answer, Refusal>, trace: &Trace) -> Response {
    let answer = answer.unwrap_or_else(|refusal| Answer::refused(refusal, trace));
    answer
        .header("request-id", trace.request_id.clone())
        .header("client-request-id", trace.client_request_id.clone())
        .into_response()
}

fn answer(
    microsoft: &mut Microsoft,
    context: &mut Context<'_>,
    request: &Request,
    target: &Target,
    in_flight: usize,
    trace: &Trace,
) -> Result<Answer, Refusal> {
    let caller = Caller::read(&microsoft.store, request.headers.get("Authorization"), context.now)?;
    let ask = Ask::alone(request, target);
    let place = place(target)?;
    let mut call = GraphCall { microsoft, context, caller, trace: trace.clone() };
    match place {
        Place::Batch if ask.method == Method::Post => call.batch(&ask, in_flight),
        Place::Batch => Err(not_allowed()),
        Place::Subscriptions(SubscriptionPlace::All) if ask.method == Method::Post => {
            call.create_subscription(&ask, in_flight)
        }
        place => call.single(&place, &ask, in_flight),
    }
}

/// What stands behind the version, which has to be v1.0.
fn place(target: &Target) -> Result<Place, Refusal> {
    match target.segments.split_first() {
        Some((version, rest)) if version.eq_ignore_ascii_case("v1.0") => address::place(rest),
        _ => Err(Refusal::new(400, "BadRequest", "Invalid version.")),
    }
}

/// The resource exists, but not for this method.
fn not_allowed() -> Refusal {
    Refusal::new(405, "BadRequest", "Specified HTTP method is not allowed for the request target.")
}

impl Thing {
    /// The right that a request needs.
    fn right(&self, method: Method) -> Right {
        match (self, method) {
            (Thing::Mail(place), _) => place.right(method),
            (Thing::Todo(place), _) => place.right(method),
            (Thing::Calendar(_), Method::Get) => Right::ReadCalendars,
            (Thing::Calendar(_), _) => Right::WriteCalendars,
            (_, Method::Get) => Right::ReadContacts,
            _ => Right::WriteContacts,
        }
    }
}

impl<'c> GraphCall<'_, 'c> {
    /// Answers a request that isn't a batch. `at_once` requests of the mailbox are being answered.
    fn single(&mut self, place: &Place, ask: &Ask, at_once: usize) -> Result<Answer, Refusal> {
        match place {
            Place::Batch => Err(Refusal::new(400, "BadRequest", "Nested batch requests are not supported.")),
            Place::Users => self.list_users(ask),
            Place::Subscriptions(place) => self.in_subscriptions(place, ask, at_once),
            Place::Of(owner, Thing::Profile) => self.get_user(owner, ask),
            Place::Of(owner, thing) => {
                let mailbox = self.open_mailbox(owner, thing.right(ask.method), at_once)?;
                let answer = self.in_mailbox(&mailbox, thing, ask)?;
                let pages = matches!(
                    thing,
                    Thing::Contacts { .. } | Thing::ContactsDelta { .. } | Thing::Folders { .. } | Thing::FoldersDelta
                );
                let applied = match thing {
                    Thing::Mail(place) => place.applied(ask),
                    Thing::Todo(place) => place.applied(ask, &self.microsoft.rules.todo),
                    Thing::Calendar(place) => place.applied(ask),
                    _ => ask.prefer.applied(pages && ask.method == Method::Get),
                };
                Ok(match applied {
                    Some(applied) => answer.header("Preference-Applied", applied),
                    None => answer,
                })
            }
        }
    }

    fn in_mailbox(&mut self, mailbox: &Opened, thing: &Thing, ask: &Ask) -> Result<Answer, Refusal> {
        match (ask.method, thing) {
            (Method::Get, Thing::Contacts { folder }) => self.list_contacts(mailbox, folder.as_deref(), ask),
            (Method::Post, Thing::Contacts { folder }) => self.create_contact(mailbox, folder.as_deref(), ask),
            (Method::Get, Thing::ContactsCount { folder }) => self.count_contacts(mailbox, folder.as_deref(), ask),
            (Method::Get, Thing::ContactsDelta { folder }) => self.contacts_delta(mailbox, folder.as_deref(), ask),
            (Method::Get, Thing::Contact { folder, id }) => self.get_contact(mailbox, folder.as_deref(), id, ask),
            (Method::Patch, Thing::Contact { folder, id }) => self.update_contact(mailbox, folder.as_deref(), id, ask),
            (Method::Delete, Thing::Contact { folder, id }) => self.delete_contact(mailbox, folder.as_deref(), id, ask),
            (Method::Post, Thing::PermanentDelete { folder, id }) => {
                self.purge_contact(mailbox, folder.as_deref(), id, ask)
            }
            (Method::Get, Thing::Folders { parent }) => self.list_folders(mailbox, parent.as_deref(), ask),
            (Method::Post, Thing::Folders { parent }) => self.create_folder(mailbox, parent.as_deref(), ask),
            (Method::Get, Thing::FoldersDelta) => self.folders_delta(mailbox, ask),
            (Method::Get, Thing::Folder(id)) => self.get_folder(mailbox, id, ask),
            (Method::Patch, Thing::Folder(id)) => self.update_folder(mailbox, id, ask),
            (Method::Delete, Thing::Folder(id)) => self.delete_folder(mailbox, id),
            (_, Thing::Mail(place)) => self.in_mail(mailbox, place, ask),
            (_, Thing::Todo(place)) => self.in_todo(mailbox, place, ask),
            (_, Thing::Calendar(place)) => self.in_calendars(mailbox, place, ask),
            _ => Err(not_allowed()),
        }
    }

    /// Finds the mailbox, counts the request against its limits, and looks at the caller's rights.
    fn open_mailbox(&mut self, owner: &Owner, right: Right, at_once: usize) -> Result<Opened, Refusal> {
        let user = self.owner(owner)?.ok_or_else(|| {
            let name = if let Owner::User(name) = owner { name } else { "me" };
            Refusal::new(404, "ErrorInvalidUser", format!("The requested user '{name}' is invalid."))
        })?;
        self.context.counters.add("graph mailbox requests", 1);
        let admitted = self.microsoft.throttle.admit(&self.caller.app, &user.id, self.context.now, at_once);
        if let Err(refusal) = admitted {
            self.context.counters.add("graph throttled", 1);
            return Err(refusal);
        }
        let own = self.caller.user.as_ref().is_none_or(|caller| *caller == user.id);
        let refused =
            self.caller.user.is_none() && right.is_of_tasks() && self.microsoft.rules.todo.application_refused;
        if refused || !own || !self.caller.may(right) {
            return Err(caller::denied(&self.caller, right, own));
        }
        if !user.has_mailbox {
            let message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
            return Err(Refusal::new(404, "MailboxNotEnabledForRESTAPI", message));
        }
        let root = match owner {
            Owner::Me => "/v1.0/me".to_owned(),
            Owner::User(name) => format!("/v1.0/users/{}", url::encode(name)),
        };
        Ok(Opened { user: user.id, root })
    }

    /// The address of the next page: the same options, but for the one that says where it starts.
    fn next_page(&self, target: &Target, start: &str, place: String) -> String {
        let kept = target.query.iter().filter(|(name, _)| !name.eq_ignore_ascii_case(start)).cloned();
        let options: Vec<(String, String)> = kept.chain([(start.to_owned(), place)]).collect();
        format!("{}{}?{}", self.microsoft.base_url, target.path, write_query(&options))
    }

    /// The user that an address names, if it is one of the caller's tenant.
    fn owner(&self, owner: &Owner) -> Result<Option<User>, Refusal> {
        let name = match owner {
            Owner::Me => self.caller.user.as_deref().ok_or_else(caller::no_me)?,
            Owner::User(name) => name,
        };
        Ok(self.microsoft.directory.user(name).filter(|user| user.tenant == self.caller.tenant).cloned())
    }

    fn mailbox(&self, found: &Opened) -> Result<&Mailbox, Refusal> {
        self.microsoft.mailboxes.get(&found.user).ok_or_else(Refusal::not_found)
    }

    /// The mailbox to change, and the context that every change needs.
    fn mailbox_mut(&mut self, found: &Opened) -> Result<(&mut Mailbox, &mut Context<'c>), Refusal> {
        let mailbox = self.microsoft.mailboxes.get_mut(&found.user).ok_or_else(Refusal::not_found)?;
        Ok((mailbox, self.context))
    }

    /// `@odata.context` of something in a mailbox.
    fn odata_context(&self, found: &Opened, tail: &str) -> String {
        let owner = url::encode(&found.user);
        format!("{}/v1.0/$metadata#users('{owner}')/{tail}", self.microsoft.base_url)
    }
}
