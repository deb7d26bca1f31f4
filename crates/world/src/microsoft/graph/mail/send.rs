//! Sending: a draft, or a message that never was one.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/user-sendmail>.

use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::mail::Edit;
use crate::microsoft::refusal::Refusal;
use serde_json::Value;

impl GraphCall<'_, '_> {
    pub(super) fn send_draft(&mut self, opened: &Opened, id: &str) -> Result<Answer, Refusal> {
        let (mail, _, context) = self.mail_mut(opened)?;
        mail.send(id, context)?;
        context.counters.wrote("graph messages sent");
        Ok(Answer::empty(202))
    }

    pub(super) fn send_mail(&mut self, opened: &Opened, ask: &Ask) -> Result<Answer, Refusal> {
        let body = ask.json()?;
        let member = |wanted: &str| {
            let body = body.as_object()?;
            body.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
        };
        let message = member("message").ok_or_else(|| Refusal::property("The parameter 'Message' is required."))?;
        let save = member("saveToSentItems").and_then(Value::as_bool).unwrap_or(true);
        let edit = Edit::read(message)?;
        let me = self.mail_owner(opened);
        let (mail, _, context) = self.mail_mut(opened)?;
        mail.send_new(edit, save, &me, context)?;
        context.counters.wrote("graph messages sent");
        Ok(Answer::empty(202))
    }
}
