//! Delta queries over contacts and contact folders.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/contact-delta> and
//! <https://learn.microsoft.com/en-us/graph/delta-query-overview>.
//!
//! A page that is full is never the last one: completion shows in the `@odata.deltaLink` alone. A contact that
//! left the folder, whether deleted or moved, is told as `@removed` with the reason `deleted`: Outlook keeps
//! `changed` for directory objects that can be restored. Whether one that comes is told depends on
//! [`MovesTold`](crate::microsoft::MovesTold).

use super::answer::Answer;
use super::ask::Ask;
use super::query::{options, select};
use super::{GraphCall, Opened, folders};
use crate::microsoft::MovesTold;
use crate::microsoft::mailbox::{Asked, Change, Followed, Found, Mailbox, Position, TokenDeath, Tokens};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::target::Target;
use serde_json::{Map, Value, json};

/// What a delta query is about.
struct Subject {
    followed: Followed,
    /// The type of its items.
    entity: &'static str,
    /// The collection's name in messages.
    resource: &'static str,
    select: fn(&str) -> Result<Vec<&'static str>, Refusal>,
}

impl GraphCall<'_, '_> {
    pub(super) fn contacts_delta(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let folder = self.mailbox(opened)?.folder(folder.unwrap_or("contacts"))?.id.clone();
        let subject = Subject { followed: Followed::Contacts(folder), entity: "contact", resource: "Contacts", select };
        self.delta(opened, &subject, ask)
    }

    pub(super) fn folders_delta(&mut self, opened: &Opened, ask: &Ask) -> Result<Answer, Refusal> {
        let subject = Subject {
            followed: Followed::Folders,
            entity: "contactFolder",
            resource: "ContactFolders",
            select: folders::select,
        };
        self.delta(opened, &subject, ask)
    }

    fn delta(&mut self, opened: &Opened, subject: &Subject, ask: &Ask) -> Result<Answer, Refusal> {
        let base = format!("{}{}", self.microsoft.base_url, ask.target.path);
        let mut position = self.position(opened, subject, &ask.target, &base)?;
        let mailbox = self.mailbox(opened)?;
        let moves_told = if ask.prefer.immutable { self.microsoft.rules.moves_told } else { MovesTold::All };
        let size = ask.prefer.page();
        let mut page = Vec::new();
        for (revision, change) in mailbox.changes(&subject.followed)?.after(position.told) {
            if page.len() == size {
                break;
            }
            position.told = revision;
            if let Change::Present { since, .. } = change
                && !position.first
                && !moves_told.tells(*since)
            {
                continue;
            }
            if let Some(entry) = entry(mailbox, (change, revision), &position, ask.prefer.immutable) {
                page.push(typed(entry, subject.entity));
            }
        }
        position.done = page.len() < size;
        let (mailbox, context) = self.mailbox_mut(opened)?;
        let link = link(&base, context.ids.token(86), position, &mut mailbox.tokens);
        Ok(self.told(subject.entity, page, link))
    }

    /// One page of a delta query.
    pub(super) fn told(&self, entity: &str, page: Vec<Value>, (name, link): (&str, String)) -> Answer {
        let context = format!("{}/v1.0/$metadata#Collection({entity})", self.microsoft.base_url);
        let mut body = json!({ "@odata.context": context, "value": page });
        body[name] = link.into();
        Answer::json(200, body)
    }

    /// Where the query stands: at the beginning, or where its token says.
    fn position(
        &self,
        opened: &Opened,
        subject: &Subject,
        target: &Target,
        base: &str,
    ) -> Result<Position<Asked>, Refusal> {
        let mailbox = self.mailbox(opened)?;
        let found = found(&mailbox.tokens, target, base, |asked| asked.followed == subject.followed)?;
        if let Some(position) = found {
            return Ok(position.resumed(mailbox.revision()));
        }
        let asked = Asked { followed: subject.followed.clone(), select: first_options(subject, target)? };
        Ok(Position::first(asked, mailbox.revision()))
    }
}

/// Where a query stands that goes on with a token; `None` for a first request. `is_same` tells whether the token is one
/// of this collection.
pub(super) fn found<A: Clone>(
    tokens: &Tokens<A>,
    target: &Target,
    base: &str,
    is_same: impl Fn(&A) -> bool,
) -> Result<Option<Position<A>>, Refusal> {
    let token = |name| target.query(name).filter(|token| !token.is_empty());
    let (skip, delta) = (token("$skiptoken"), token("$deltatoken"));
    let Some(opaque) = skip.or(delta) else { return Ok(None) };
    match tokens.find(opaque) {
        Found::Alive(position) if is_same(&position.asked) && position.done == skip.is_none() => Ok(Some(position)),
        Found::Dead(death) => Err(dead(death, base)),
        Found::Alive(_) | Found::Unknown => Err(bad_token()),
    }
}

/// The link with which a query goes on from `position`, and its name: `opaque` becomes its token.
pub(super) fn link<A: Clone>(
    base: &str,
    opaque: String,
    position: Position<A>,
    tokens: &mut Tokens<A>,
) -> (&'static str, String) {
    let (name, token) =
        if position.done { ("@odata.deltaLink", "$deltatoken") } else { ("@odata.nextLink", "$skiptoken") };
    let link = format!("{base}?{token}={opaque}");
    tokens.issue(opaque, position);
    (name, link)
}

/// The options of a first request: `$select`, and nothing else. The messages are those of the service.
fn first_options(subject: &Subject, target: &Target) -> Result<Option<Vec<&'static str>>, Refusal> {
    let refused = |message: String| Err(Refusal::new(400, "ErrorInvalidUrlQuery", message));
    let resource = subject.resource;
    let mut selected = None;
    for (name, value) in options(target) {
        match name.as_str() {
            "$select" => selected = Some((subject.select)(value)?),
            "$deltatoken" | "$skiptoken" => {}
            "$top" => {
                return refused(format!(
                    "The '$top' parameter is not supported with change tracking over the '{resource}' resource as page \
                     size cannot be guaranteed. Express page size preferences using the Prefer: odata.maxpagesize= \
                     header instead."
                ));
            }
            _ => {
                return refused(format!(
                    "The following parameters are not supported with change tracking over the '{resource}' resource: \
                     '$orderby, $filter, $expand, $search, $count, $skip'."
                ));
            }
        }
    }
    Ok(selected)
}

/// What one change looks like; `None` where there is nothing to tell.
fn entry(
    mailbox: &Mailbox,
    (change, revision): (&Change, u64),
    position: &Position<Asked>,
    immutable: bool,
) -> Option<Map<String, Value>> {
    let Asked { followed, select } = &position.asked;
    match (change, followed) {
        (Change::Present { key, .. }, Followed::Contacts(_)) => {
            mailbox.item(key).map(|contact| contact.write(select.as_deref(), immutable))
        }
        (Change::Present { key, .. }, Followed::Folders) => {
            let wanted = |name: &str| name == "id" || select.as_ref().is_none_or(|select| select.contains(&name));
            mailbox.folder(key).ok().map(|folder| folder.write().into_iter().filter(|(name, _)| wanted(name)).collect())
        }
        (Change::Removed { .. }, _) if position.was_never_told(revision) => None,
        (Change::Removed { default_id, immutable_id, .. }, _) => {
            Some(removed(if immutable { immutable_id } else { default_id }))
        }
    }
}

/// What is told of an item that left the collection.
pub(super) fn removed(id: &str) -> Map<String, Value> {
    let removed = [("id", json!(id)), ("@removed", json!({ "reason": "deleted" }))];
    removed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn typed(mut entry: Map<String, Value>, entity: &str) -> Value {
    entry.insert("@odata.type".into(), format!("#microsoft.graph.{entity}").into());
    Value::Object(entry)
}

/// A token that was never issued for this collection.
fn bad_token() -> Refusal {
    Refusal::new(400, "BadRequest", "Badly formed token.")
}

/// A token that has died.
fn dead(death: TokenDeath, base: &str) -> Refusal {
    let message = "The sync state generation is not found; a full synchronization is required.";
    match death {
        TokenDeath::GoneWithLocation => {
            Refusal::new(410, "resyncRequired", "Resync required. The sync token is no longer valid.")
                .header("Location", format!("{base}?$deltatoken="))
        }
        TokenDeath::GoneWithoutLocation => Refusal::new(410, "syncStateNotFound", message),
        TokenDeath::BadRequest => Refusal::new(400, "SyncStateNotFound", message),
    }
}
