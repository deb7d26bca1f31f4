//! Messages.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/message>.

use super::attachment::Attachment;
use super::edit::{Edit, Person};
use super::schema::{ON_REQUEST, PROPERTIES};
use crate::html;
use crate::microsoft::mailbox::{ExtendedId, write_extended};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How many characters a preview has.
const PREVIEW: usize = 255;

/// One message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) immutable_id: String,
    pub(crate) default_id: String,
    pub(crate) folder: String,
    /// When it came into its folder, among everything that happened.
    pub(crate) position: u64,
    pub(crate) change_key: String,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) received: Timestamp,
    pub(crate) sent: Timestamp,
    pub(crate) draft: bool,
    pub(crate) read: bool,
    pub(crate) subject: String,
    pub(crate) html: bool,
    pub(crate) content: String,
    pub(crate) from: Option<Person>,
    pub(crate) to: Vec<Person>,
    pub(crate) cc: Vec<Person>,
    pub(crate) bcc: Vec<Person>,
    pub(crate) reply_to: Vec<Person>,
    pub(crate) categories: Vec<String>,
    pub(crate) importance: String,
    pub(crate) internet_id: String,
    pub(crate) conversation: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) extended: BTreeMap<ExtendedId, String>,
    pub(crate) attachments: Vec<Attachment>,
}

/// What is shown of a message, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct View {
    /// The properties that were named; all but those [`ON_REQUEST`] where none were.
    pub(crate) select: Option<Vec<&'static str>>,
    /// Extended properties to show.
    pub(crate) expand: Vec<ExtendedId>,
    /// Whether attachments are shown, and which of their properties.
    pub(crate) attachments: Option<Option<Vec<&'static str>>>,
    /// Under which form of ids.
    pub(crate) immutable: bool,
    /// Whether the body is wanted as plain text.
    pub(crate) text: bool,
}

impl Message {
    /// Takes the changes.
    pub(crate) fn merge(&mut self, edit: Edit) {
        fn take<T>(into: &mut T, new: Option<T>) {
            if let Some(new) = new {
                *into = new;
            }
        }
        take(&mut self.subject, edit.subject);
        take(&mut self.html, edit.html);
        take(&mut self.content, edit.content);
        take(&mut self.to, edit.to);
        take(&mut self.cc, edit.cc);
        take(&mut self.bcc, edit.bcc);
        take(&mut self.reply_to, edit.reply_to);
        take(&mut self.categories, edit.categories);
        take(&mut self.importance, edit.importance);
        take(&mut self.read, edit.is_read);
        take(&mut self.internet_id, edit.internet_id);
        take(&mut self.headers, edit.headers);
        if edit.from.is_some() {
            self.from = edit.from;
        }
        self.extended.retain(|id, _| !edit.forgotten.contains(id));
        self.extended.extend(edit.extended);
    }

    /// The message as Graph writes it.
    pub(crate) fn write(&self, view: &View) -> Map<String, Value> {
        let mut written = Map::new();
        written.insert("@odata.etag".into(), json!(format!("W/\"{}\"", self.change_key)));
        for name in PROPERTIES {
            let wanted = match &view.select {
                Some(select) => name == "id" || select.contains(&name),
                None => !ON_REQUEST.contains(&name),
            };
            if wanted {
                written.insert(name.to_owned(), self.property(name, view));
            }
        }
        if let Some(select) = &view.attachments {
            let shown = self.attachments.iter().map(|one| Value::Object(one.write(select.as_deref())));
            written.insert("attachments".into(), shown.collect());
        }
        let expanded: Vec<Value> =
            view.expand.iter().filter_map(|id| self.extended.get(id).map(|value| write_extended(id, value))).collect();
        // Without a value the member is missing, not empty.
        if !expanded.is_empty() {
            written.insert("singleValueExtendedProperties".into(), expanded.into());
        }
        written
    }

    pub(crate) fn property(&self, name: &str, view: &View) -> Value {
        match name {
            "id" => json!(if view.immutable { &self.immutable_id } else { &self.default_id }),
            "createdDateTime" => moment(self.created),
            "lastModifiedDateTime" => moment(self.modified),
            "changeKey" => json!(self.change_key),
            "categories" => json!(self.categories),
            "receivedDateTime" => moment(self.received),
            "sentDateTime" => moment(self.sent),
            // Files that the body shows don't count.
            "hasAttachments" => json!(self.attachments.iter().any(|one| !one.inline)),
            "internetMessageId" => json!(self.internet_id),
            "internetMessageHeaders" => {
                self.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
            }
            "subject" => json!(self.subject),
            "bodyPreview" => json!(self.plain().chars().take(PREVIEW).collect::<String>()),
            "importance" => json!(self.importance),
            "parentFolderId" => json!(self.folder),
            "conversationId" => json!(self.conversation),
            "conversationIndex" => json!("AQ=="),
            "isDeliveryReceiptRequested" | "isReadReceiptRequested" => json!(false),
            "isRead" => json!(self.read),
            "isDraft" => json!(self.draft),
            "webLink" => json!(format!("https://outlook.office365.com/owa/?ItemID={}", self.default_id)),
            "inferenceClassification" => json!("focused"),
            "body" if view.text => json!({ "contentType": "text", "content": self.plain() }),
            "body" => json!({ "contentType": if self.html { "html" } else { "text" }, "content": self.content }),
            "sender" | "from" => self.from.as_ref().map_or(Value::Null, written),
            "toRecipients" => self.to.iter().map(written).collect(),
            "ccRecipients" => self.cc.iter().map(written).collect(),
            "bccRecipients" => self.bcc.iter().map(written).collect(),
            "replyTo" => self.reply_to.iter().map(written).collect(),
            _ => json!({ "flagStatus": "notFlagged" }),
        }
    }

    /// The body without markup.
    fn plain(&self) -> String {
        if !self.html {
            return self.content.clone();
        }
        html::plain(&self.content)
    }

    /// Everybody whom it goes to.
    pub(crate) fn recipients(&self) -> impl Iterator<Item = &Person> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }

    /// How it looks to a tester: all properties, the immutable id as `id`, the other as `defaultId`.
    pub(crate) fn snapshot(&self) -> Value {
        let view = View {
            select: Some(PROPERTIES.to_vec()),
            expand: self.extended.keys().cloned().collect(),
            attachments: Some(None),
            immutable: true,
            text: false,
        };
        let mut shown = self.write(&view);
        shown.insert("defaultId".into(), json!(self.default_id));
        Value::Object(shown)
    }
}

fn written(person: &Person) -> Value {
    json!({ "emailAddress": { "name": person.name, "address": person.address } })
}

fn moment(moment: Timestamp) -> Value {
    json!(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
