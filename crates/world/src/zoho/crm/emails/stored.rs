//! The mails of an organisation's records.

use super::rules::EmailRules;
use crate::zoho::id::Id;
use crate::zoho::org::Org;
use crate::zoho::time;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// One mail of one record.
#[derive(Clone, Debug)]
pub(crate) struct Email {
    pub(crate) module: &'static str,
    pub(crate) record: Id,
    /// The CRM's own id of it.
    pub(crate) message_id: String,
    /// The id that it has on the Internet, if it came by way of `associate_email`.
    pub(crate) original: Option<String>,
    /// Who associated or sent it.
    pub(crate) owner: Id,
    pub(crate) from: Value,
    pub(crate) to: Vec<Value>,
    pub(crate) cc: Vec<Value>,
    pub(crate) subject: String,
    pub(crate) content: String,
    pub(crate) format: String,
    pub(crate) outgoing: bool,
    /// Whether the CRM itself sent it.
    pub(crate) from_crm: bool,
    pub(crate) at: Timestamp,
    pub(crate) linked: Option<(String, Id)>,
}

/// The mails of an organisation, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Emails {
    pub(crate) all: Vec<Email>,
    pub(crate) rules: EmailRules,
}

impl Emails {
    /// The mails of one record, the latest first.
    pub(crate) fn of(&self, module: &str, record: Id) -> Vec<&Email> {
        let mut found: Vec<&Email> =
            self.all.iter().rev().filter(|email| email.module == module && email.record == record).collect();
        found.sort_by_key(|email| std::cmp::Reverse(email.at));
        found
    }
}

impl Emails {
    /// When the CRM last sent a mail beside this record: that it counts as an activity is known by report.
    pub(crate) fn last_sent(&self, record: Id) -> Option<Timestamp> {
        self.all.iter().filter(|email| email.from_crm && email.record == record).map(|email| email.at).max()
    }
}

impl Email {
    /// The mail as the related list shows it; its content only where one is asked for.
    pub(crate) fn show(&self, org: &Org, zone: &TimeZone, content: bool) -> Value {
        let linked = self.linked.as_ref().map_or(Value::Null, |(module, id)| {
            json!({ "id": id.json(), "name": Value::Null, "module": { "api_name": module, "id": Value::Null } })
        });
        let at = time::write(self.at, zone);
        let mut shown = json!({
            "cc": self.cc, "summary": Value::Null, "owner": org.reference(self.owner), "read": true,
            "sent": self.outgoing, "subject": self.subject, "activity_info": Value::Null, "intent": Value::Null,
            "sentiment_info": Value::Null, "message_id": self.message_id,
            "source": if self.from_crm { "crm" } else { "associated" }, "linked_record": linked,
            "emotion": Value::Null, "from": self.from, "to": self.to, "time": at, "status": [],
            "has_attachment": false, "has_thread_attachment": false, "editable": false,
            "mail_format": self.format,
        });
        if self.from_crm {
            shown["status"] = json!([{ "type": "sent", "bounced_time": Value::Null, "bounced_reason": Value::Null }]);
        }
        if content {
            shown["content"] = json!(self.content);
        }
        shown
    }

    /// The mail as a tester sees it.
    pub(crate) fn snapshot(&self) -> Value {
        let members = [
            ("module", json!(self.module)),
            ("record", self.record.json()),
            ("message_id", json!(self.message_id)),
            ("original_message_id", json!(self.original)),
            ("from", self.from.clone()),
            ("to", json!(self.to)),
            ("cc", json!(self.cc)),
            ("subject", json!(self.subject)),
            ("content", json!(self.content)),
            ("mail_format", json!(self.format)),
            ("sent", json!(self.outgoing)),
            ("from_crm", json!(self.from_crm)),
            ("time", json!(self.at.to_string())),
        ];
        Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
    }
}
