//! Delta queries over mail folders and the messages of one folder.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/message-delta> and
//! <https://learn.microsoft.com/en-us/graph/delta-query-messages>.
//!
//! A page that is full is never the last one, and a message that left its folder, whether deleted or moved, is told
//! as `@removed`. Under ids of the default form every move makes a new item, which is always told; under immutable
//! ids not every one is, see [`MovesTold`]. A query with a filter tells
//! [`filtered_max`](crate::microsoft::MailRules::filtered_max) messages and then goes on as if that were all.

use super::folders::select;
use super::query::{take_view, view_of};
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::delta::{bad_token, dead};
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{number, options};
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mail::{Followed, Mail, MailRules, Position, Told, View};
use crate::microsoft::mailbox::{Change, Found, Since};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::rules::MovesTold;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

impl GraphCall<'_, '_> {
    pub(super) fn mail_folders_delta(&mut self, opened: &Opened, ask: &Ask) -> Result<Answer, Refusal> {
        self.mail_delta(opened, &Followed::Folders, "mailFolder", ask)
    }

    /// The whole mailbox can't be followed (<https://github.com/microsoftgraph/msgraph-metadata/issues/607>).
    pub(super) fn messages_delta(
        &mut self,
        opened: &Opened,
        folder: Option<&str>,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let folder = folder.ok_or_else(|| {
            Refusal::new(400, "ErrorInvalidRequest", "Change tracking is not supported against 'message'.")
        })?;
        let followed = Followed::Messages(self.mail_open(opened)?.folder(folder)?.id.clone());
        self.mail_delta(opened, &followed, "message", ask)
    }

    fn mail_delta(&mut self, opened: &Opened, followed: &Followed, entity: &str, ask: &Ask) -> Result<Answer, Refusal> {
        let base = format!("{}{}", self.microsoft.base_url, ask.target.path);
        let rules = self.microsoft.rules.mail;
        let mut position = self.mail_position(opened, followed, ask, &base)?;
        // What a header field says counts for its own request only.
        let said = view_of(ask);
        let view = View { text: said.text, immutable: said.immutable, ..position.view.clone() };
        let mail = self.mail_open(opened)?;
        let size = position.top.unwrap_or_else(|| ask.prefer.page());
        let mut page = Vec::new();
        for (revision, change) in mail.changes(followed)?.after(position.told) {
            if page.len() == size {
                break;
            }
            position.told = revision;
            if let Some(entry) = entry(mail, change, revision, &mut position, &view, &rules) {
                page.push(Value::Object(entry));
            }
        }
        position.done = page.len() < size;
        let (link, token) =
            if position.done { ("@odata.deltaLink", "$deltatoken") } else { ("@odata.nextLink", "$skiptoken") };
        let (mail, _, context) = self.mail_mut(opened)?;
        let opaque = context.ids.token(86);
        mail.tokens.issue(opaque.clone(), position);
        let mut body = json!({
            "@odata.context": format!("{}/v1.0/$metadata#Collection({entity})", self.microsoft.base_url),
            "value": page,
        });
        body[link] = format!("{base}?{token}={opaque}").into();
        Ok(Answer::json(200, body))
    }

    /// Where the query stands: at the beginning, or where its token says.
    fn mail_position(&self, opened: &Opened, followed: &Followed, ask: &Ask, base: &str) -> Result<Position, Refusal> {
        let mail = self.mail_open(opened)?;
        let token = |name| ask.target.query(name).filter(|token| !token.is_empty());
        let (skip, delta) = (token("$skiptoken"), token("$deltatoken"));
        let Some(opaque) = skip.or(delta) else { return first(followed, ask, mail.revision()) };
        match mail.tokens.find(opaque) {
            Found::Alive(position) if position.followed == *followed && position.done == skip.is_none() => {
                let began = if position.done { mail.revision() } else { position.began };
                let first = position.first && !position.done;
                Ok(Position { began, first, done: false, ..position })
            }
            Found::Dead(death) => Err(dead(death, base)),
            Found::Alive(_) | Found::Unknown => Err(bad_token()),
        }
    }
}

/// The beginning, with the options of a first request.
fn first(followed: &Followed, ask: &Ask, began: u64) -> Result<Position, Refusal> {
    let mut position = Position {
        followed: followed.clone(),
        select: None,
        view: View::default(),
        since: None,
        told_changes: told_changes(ask)?,
        count: 0,
        top: None,
        told: 0,
        began,
        first: true,
        done: false,
    };
    for (name, value) in options(&ask.target) {
        let taken = match (name.as_str(), followed) {
            ("$deltatoken" | "$skiptoken", _) => true,
            ("$select", Followed::Folders) => {
                position.select = Some(select(value)?);
                true
            }
            ("$top", Followed::Messages(_)) => {
                position.top = Some(number(&name, value, PAGE_MAX)?);
                true
            }
            ("$filter", Followed::Messages(_)) => {
                position.since = Some(since(value)?);
                true
            }
            ("$orderby", Followed::Messages(_)) => value.eq_ignore_ascii_case("receivedDateTime desc"),
            (_, Followed::Messages(_)) => take_view(&mut position.view, &name, value)?,
            (_, Followed::Folders) => false,
        };
        if !taken {
            let message = format!("The parameter '{name}' is not supported with change tracking over this resource.");
            return Err(Refusal::new(400, "ErrorInvalidUrlQuery", message));
        }
    }
    Ok(position)
}

fn told_changes(ask: &Ask) -> Result<Told, Refusal> {
    match ask.target.query("changeType") {
        None => Ok(Told::All),
        Some("created") => Ok(Told::Created),
        Some("updated") => Ok(Told::Updated),
        Some("deleted") => Ok(Told::Deleted),
        Some(_) => Err(Refusal::new(400, "ErrorInvalidUrlQuery", "The value of 'changeType' isn't known.")),
    }
}

/// Only `receivedDateTime ge|gt moment` is taken.
fn since(filter: &str) -> Result<Timestamp, Refusal> {
    let words: Vec<&str> = filter.split_whitespace().collect();
    let moment = match words.as_slice() {
        [property, "ge" | "gt", moment] if property.eq_ignore_ascii_case("receivedDateTime") => moment.parse().ok(),
        _ => None,
    };
    let message = "The filter expression is not supported with change tracking over this resource.";
    moment.ok_or_else(|| Refusal::new(400, "ErrorInvalidUrlQueryFilter", message))
}

/// What one change looks like; `None` where there is nothing to tell.
fn entry(
    mail: &Mail,
    change: &Change,
    revision: u64,
    position: &mut Position,
    view: &View,
    rules: &MailRules,
) -> Option<Map<String, Value>> {
    match change {
        Change::Present { key, since } => match &position.followed {
            Followed::Folders => {
                let folder = mail.folder(key).ok()?;
                Some(folder.write(mail.counts(folder), position.select.as_deref()))
            }
            Followed::Messages(_) => {
                let moves_told = if view.immutable { rules.moves_told } else { MovesTold::All };
                let message = mail.item(key)?;
                let wanted = match position.told_changes {
                    Told::All => true,
                    Told::Created => position.first || *since != Since::Written || message.created == message.modified,
                    Told::Updated => !position.first && message.created != message.modified,
                    Told::Deleted => false,
                };
                let too_old = position.since.is_some_and(|since| message.received < since);
                let unseen = !position.first && !moves_told.tells(*since);
                let cut = position.since.is_some() && position.first && position.count >= rules.filtered_max;
                if !wanted || too_old || unseen || cut {
                    return None;
                }
                position.count += 1;
                let mut written = message.write(view);
                written.insert("@odata.type".into(), json!("#microsoft.graph.message"));
                Some(written)
            }
        },
        // A first round has nothing to take back that it never told.
        Change::Removed { .. } if position.first && revision <= position.began => None,
        Change::Removed { .. } if !matches!(position.told_changes, Told::All | Told::Deleted) => None,
        Change::Removed { default_id, immutable_id } => {
            let id = if view.immutable { immutable_id } else { default_id };
            let removed = [("id", json!(id)), ("@removed", json!({ "reason": "deleted" }))];
            Some(removed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        }
    }
}
