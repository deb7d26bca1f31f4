//! Tasks.

use crate::Context;
use crate::zoho::crm::records::COMPLETED;
use crate::zoho::{Id, Zoho};
use serde_json::{Value, json};

impl Zoho {
    /// Completes a task, as `by`.
    pub fn complete_task(&mut self, context: &mut Context<'_>, task: Id, by: Id) -> Result<(), Value> {
        self.update_record(context, "Tasks", task, by, json!({ "Status": COMPLETED }))
    }
}
