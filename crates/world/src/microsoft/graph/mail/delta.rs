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
use crate::microsoft::graph::delta::{found, link, removed};
use crate::microsoft::graph::prefer::PAGE_MAX;
use crate::microsoft::graph::query::{number, options};
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mail::{Asked, Followed, Mail, MailRules, Told, View};
use crate::microsoft::mailbox::{Change, Position, Since};
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
        let view = View { text: said.text, immutable: said.immutable, ..position.asked.view.clone() };
        let mail = self.mail_open(opened)?;
        let size = position.asked.top.unwrap_or_else(|| ask.prefer.page());
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
        let (mail, _, context) = self.mail_mut(opened)?;
        let link = link(&base, context.ids.token(86), position, &mut mail.tokens);
        Ok(self.told(entity, page, link))
    }

    /// Where the query stands: at the beginning, or where its token says.
    fn mail_position(
        &self,
        opened: &Opened,
        followed: &Followed,
        ask: &Ask,
        base: &str,
    ) -> Result<Position<Asked>, Refusal> {
        let mail = self.mail_open(opened)?;
        Ok(match found(&mail.tokens, &ask.target, base, |asked| asked.followed == *followed)? {
            Some(position) => position.resumed(mail.revision()),
            None => Position::first(first(followed, ask)?, mail.revision()),
        })
    }
}

/// The beginning, with the options of a first request.
fn first(followed: &Followed, ask: &Ask) -> Result<Asked, Refusal> {
    let mut asked = Asked {
        followed: followed.clone(),
        select: None,
        view: View::default(),
        since: None,
        told_changes: told_changes(ask)?,
        count: 0,
        top: None,
    };
    for (name, value) in options(&ask.target) {
        let taken = match (name.as_str(), followed) {
            ("$deltatoken" | "$skiptoken", _) => true,
            ("$select", Followed::Folders) => {
                asked.select = Some(select(value)?);
                true
            }
            ("$top", Followed::Messages(_)) => {
                asked.top = Some(number(&name, value, PAGE_MAX)?);
                true
            }
            ("$filter", Followed::Messages(_)) => {
                asked.since = Some(since(value)?);
                true
            }
            ("$orderby", Followed::Messages(_)) => value.eq_ignore_ascii_case("receivedDateTime desc"),
            (_, Followed::Messages(_)) => take_view(&mut asked.view, &name, value)?,
            (_, Followed::Folders) => false,
        };
        if !taken {
            let message = format!("The parameter '{name}' is not supported with change tracking over this resource.");
            return Err(Refusal::new(400, "ErrorInvalidUrlQuery", message));
        }
    }
    Ok(asked)
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
    position: &mut Position<Asked>,
    view: &View,
    rules: &MailRules,
) -> Option<Map<String, Value>> {
    match change {
        Change::Present { key, since } => match &position.asked.followed {
            Followed::Folders => {
                let folder = mail.folder(key).ok()?;
                Some(folder.write(mail.counts(folder), position.asked.select.as_deref()))
            }
            Followed::Messages(_) => {
                let moves_told = if view.immutable { rules.moves_told } else { MovesTold::All };
                let message = mail.item(key)?;
                let wanted = match position.asked.told_changes {
                    Told::All => true,
                    Told::Created => position.first || *since != Since::Written || message.created == message.modified,
                    Told::Updated => !position.first && message.created != message.modified,
                    Told::Deleted => false,
                };
                let too_old = position.asked.since.is_some_and(|since| message.received < since);
                let unseen = !position.first && !moves_told.tells(*since);
                let cut =
                    position.asked.since.is_some() && position.first && position.asked.count >= rules.filtered_max;
                if !wanted || too_old || unseen || cut {
                    return None;
                }
                position.asked.count += 1;
                let mut written = message.write(view);
                written.insert("@odata.type".into(), json!("#microsoft.graph.message"));
                Some(written)
            }
        },
        Change::Removed { .. } if position.was_never_told(revision) => None,
        Change::Removed { .. } if !matches!(position.asked.told_changes, Told::All | Told::Deleted) => None,
        Change::Removed { default_id, immutable_id, .. } => {
            Some(removed(if view.immutable { immutable_id } else { default_id }))
        }
    }
}
