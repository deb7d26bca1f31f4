//! What items of every kind have.

use super::super::ids;
use super::super::names::{said, t};
use super::super::server::Version;
use super::schema::knows_private_items;
use super::shape::{BodyForm, Shape};
use crate::html;
use crate::microsoft::mailbox::ExtendedId;
use jiff::Timestamp;
use mxs_xml::Element;
use std::collections::BTreeMap;

/// What a file is called that an item carries, and what else its list of attachments says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::microsoft::ews) struct FileOf {
    pub(in crate::microsoft::ews) id: String,
    pub(in crate::microsoft::ews) name: String,
    pub(in crate::microsoft::ews) kind: String,
    pub(in crate::microsoft::ews) content_id: Option<String>,
    pub(in crate::microsoft::ews) size: usize,
    pub(in crate::microsoft::ews) inline: bool,
}

/// What items of every kind have.
#[derive(Clone, Debug)]
pub(in crate::microsoft::ews) struct Base {
    /// The store's id in the form that changes with the folder.
    pub(in crate::microsoft::ews) id: String,
    pub(in crate::microsoft::ews) change_key: String,
    /// The id of the folder as this door shows it.
    pub(in crate::microsoft::ews) folder: String,
    pub(in crate::microsoft::ews) class: String,
    pub(in crate::microsoft::ews) subject: String,
    /// `Normal`, `Personal`, `Private` or `Confidential`.
    pub(in crate::microsoft::ews) sensitivity: String,
    pub(in crate::microsoft::ews) html: bool,
    pub(in crate::microsoft::ews) content: String,
    pub(in crate::microsoft::ews) files: Vec<FileOf>,
    pub(in crate::microsoft::ews) categories: Vec<String>,
    /// `Low`, `Normal` or `High`.
    pub(in crate::microsoft::ews) importance: String,
    pub(in crate::microsoft::ews) created: Timestamp,
    pub(in crate::microsoft::ews) modified: Timestamp,
    pub(in crate::microsoft::ews) received: Timestamp,
    pub(in crate::microsoft::ews) sent: Timestamp,
    pub(in crate::microsoft::ews) draft: bool,
    /// Whether it came out of the owner's own hands, as what isn't mail does.
    pub(in crate::microsoft::ews) headers: Vec<(String, String)>,
    pub(in crate::microsoft::ews) to: String,
    pub(in crate::microsoft::ews) cc: String,
    pub(in crate::microsoft::ews) conversation: Option<String>,
    pub(in crate::microsoft::ews) in_reply_to: Option<String>,
    pub(in crate::microsoft::ews) reminder_set: bool,
    pub(in crate::microsoft::ews) reminder_due: Option<Timestamp>,
    pub(in crate::microsoft::ews) reminder_minutes: Option<i64>,
    pub(in crate::microsoft::ews) culture: Option<String>,
    /// Who changed it last.
    pub(in crate::microsoft::ews) modified_by: String,
    pub(in crate::microsoft::ews) extended: BTreeMap<ExtendedId, String>,
    /// The whole message as it goes over the Internet.
    pub(in crate::microsoft::ews) mime: Option<String>,
}

impl Base {
    /// One of `item:`'s properties; `None` where the item doesn't have it.
    pub(in crate::microsoft::ews) fn value(&self, name: &str, shape: &Shape, version: Version) -> Option<Element> {
        Some(match name {
            "MimeContent" => {
                let mime = self.mime.as_ref()?;
                said(name, ids::base64(mime.as_bytes())).with("CharacterSet", "UTF-8")
            }
            "ItemId" => item_id(&self.id, &self.change_key),
            "ParentFolderId" => t(name).with("Id", &ids::written(&self.folder)),
            "ItemClass" => said(name, &self.class),
            "Subject" => said(name, non_empty(&self.subject)?),
            "Sensitivity" => said(name, &self.sensitivity),
            "Body" => self.body(name, shape.body),
            "UniqueBody" | "NormalizedBody" => self.body(name, shape.body),
            "TextBody" => self.body(name, BodyForm::Text),
            "Attachments" => self.attachments()?,
            "DateTimeReceived" => said(name, seconds(self.received)),
            "Size" => said(name, self.content.len() + self.subject.len() + 512),
            "Categories" => strings(name, &self.categories)?,
            "Importance" => said(name, &self.importance),
            "InReplyTo" => said(name, self.in_reply_to.as_ref()?),
            "IsSubmitted" | "IsResend" | "IsFromMe" | "IsAssociated" => said(name, false),
            "IsUnmodified" => said(name, !self.draft),
            "IsDraft" => said(name, self.draft),
            "InternetMessageHeaders" => {
                let header = |(name, value): &(String, String)| {
                    t("InternetMessageHeader").with("HeaderName", name).saying(value)
                };
                let headers: Vec<Element> = self.headers.iter().map(header).collect();
                if headers.is_empty() {
                    return None;
                }
                t(name).children(headers)
            }
            "DateTimeSent" => said(name, seconds(self.sent)),
            "DateTimeCreated" => said(name, seconds(self.created)),
            "ReminderDueBy" => said(name, seconds(self.reminder_due?)),
            "ReminderIsSet" => said(name, self.reminder_set),
            "ReminderMinutesBeforeStart" => said(name, self.reminder_minutes?),
            "DisplayTo" => said(name, &self.to),
            "DisplayCc" => said(name, &self.cc),
            "HasAttachments" => said(name, self.files.iter().any(|file| !file.inline)),
            "Culture" => said(name, self.culture.as_deref().unwrap_or("en-US")),
            "EffectiveRights" => rights(version),
            "LastModifiedName" => said(name, &self.modified_by),
            "LastModifiedTime" => said(name, seconds(self.modified)),
            "WebClientReadFormQueryString" => {
                said(name, format!("?ae=Item&a=Open&t={}&id={}", self.class, ids::written(&self.id)))
            }
            "ConversationId" => t(name).with("Id", &ids::written(self.conversation.as_ref()?)),
            "StoreEntryId" | "InstanceKey" => said(name, ids::base64(self.id.as_bytes())),
            "Preview" => said(name, plain(&self.content, self.html).chars().take(255).collect::<String>()),
            _ => return None,
        })
    }

    fn body(&self, name: &str, form: BodyForm) -> Element {
        let (kind, content) = match (form, self.html) {
            (BodyForm::Html, false) => ("HTML", marked_up(&self.content)),
            (BodyForm::Text, true) => ("Text", plain(&self.content, true)),
            (_, true) => ("HTML", self.content.clone()),
            (_, false) => ("Text", self.content.clone()),
        };
        said(name, content).with("BodyType", kind)
    }

    fn attachments(&self) -> Option<Element> {
        if self.files.is_empty() {
            return None;
        }
        Some(t("Attachments").children(self.files.iter().map(|file| file.write(None))))
    }
}

impl FileOf {
    /// The file as `FileAttachment`, with its content where that is wanted.
    pub(in crate::microsoft::ews) fn write(&self, content: Option<&str>) -> Element {
        let mut file = t("FileAttachment")
            .child(t("AttachmentId").with("Id", &ids::written(&self.id)))
            .child(said("Name", &self.name))
            .child(said("ContentType", &self.kind));
        if let Some(id) = &self.content_id {
            file = file.child(said("ContentId", id));
        }
        file = file.child(said("Size", self.size)).child(said("IsInline", self.inline));
        match content {
            Some(content) => file.child(said("Content", content)),
            None => file,
        }
    }
}

/// The id of an item.
pub(in crate::microsoft::ews) fn item_id(id: &str, change_key: &str) -> Element {
    t("ItemId").with("Id", &ids::written(id)).with("ChangeKey", change_key)
}

/// A list of texts; none where it is empty.
pub(in crate::microsoft::ews) fn strings(name: &str, texts: &[String]) -> Option<Element> {
    (!texts.is_empty()).then(|| t(name).children(texts.iter().map(|text| said("String", text))))
}

/// A moment as this service writes it.
pub(in crate::microsoft::ews) fn seconds(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn rights(version: Version) -> Element {
    let (yes, no) = (["Delete", "Modify", "Read"], ["CreateAssociated", "CreateContents", "CreateHierarchy"]);
    let rights =
        t("EffectiveRights").children(no.map(|name| said(name, false))).children(yes.map(|name| said(name, true)));
    if knows_private_items(version) { rights.child(said("ViewPrivateItems", true)) } else { rights }
}

/// Text as HTML.
fn marked_up(text: &str) -> String {
    format!("<html><body>{}</body></html>", html::escape(text).replace('\n', "<br>\n"))
}

/// What a body says, without markup.
fn plain(content: &str, is_html: bool) -> String {
    if is_html { html::plain(content) } else { content.to_owned() }
}
