//! What hangs on a task: its linked resource and its steps.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/linkedresource> and
//! <https://learn.microsoft.com/en-us/graph/api/resources/checklistitem>.

use super::address::Part;
use crate::microsoft::graph::answer::Answer;
use crate::microsoft::graph::ask::Ask;
use crate::microsoft::graph::query::{options, unsupported};
use crate::microsoft::graph::{GraphCall, Opened};
use crate::microsoft::refusal::Refusal;
use crate::microsoft::todo::{LinkEdit, StepEdit, links_of, part_of, steps_of};
use serde_json::{Value, json};

/// The ids of a list and of a task in it.
type Place<'a> = (&'a str, &'a str);

impl GraphCall<'_, '_> {
    pub(super) fn list_parts(
        &mut self,
        opened: &Opened,
        place: Place<'_>,
        part: Part,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let found = self.parts_of(opened, place, part, ask)?;
        let context = self.odata_context(opened, &tail(place, part));
        Ok(Answer::json(200, json!({ "@odata.context": context, "value": found })))
    }

    pub(super) fn get_part(
        &mut self,
        opened: &Opened,
        place: Place<'_>,
        part: Part,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let found = part_of(self.parts_of(opened, place, part, ask)?, id)?;
        Ok(self.one_part(opened, place, part, found, 200))
    }

    pub(super) fn create_part(
        &mut self,
        opened: &Opened,
        place: Place<'_>,
        part: Part,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let (list, task) = place;
        let body = ask.json()?;
        self.todo(opened)?.find_in(list, task)?;
        let (todo, rules, context) = self.todo_mut(opened)?;
        let written = match part {
            Part::Link => todo.add_link(task, LinkEdit::read(&body)?, &rules, context)?,
            Part::Step => todo.add_step(task, StepEdit::of_new(&body)?, &rules, context)?,
        };
        Ok(self.one_part(opened, (list, task), part, written, 201))
    }

    pub(super) fn update_part(
        &mut self,
        opened: &Opened,
        place: Place<'_>,
        part: Part,
        id: &str,
        ask: &Ask,
    ) -> Result<Answer, Refusal> {
        let (list, task) = place;
        let body = ask.json()?;
        self.todo(opened)?.find_in(list, task)?;
        let (todo, rules, context) = self.todo_mut(opened)?;
        let written = match part {
            Part::Link => todo.edit_link(task, id, LinkEdit::read(&body)?, &rules, context)?,
            Part::Step => todo.edit_step(task, id, StepEdit::read(&body)?, &rules, context)?,
        };
        Ok(self.one_part(opened, (list, task), part, written, 200))
    }

    pub(super) fn delete_part(
        &mut self,
        opened: &Opened,
        place: Place<'_>,
        part: Part,
        id: &str,
    ) -> Result<Answer, Refusal> {
        let (list, task) = place;
        self.todo(opened)?.find_in(list, task)?;
        let (todo, rules, context) = self.todo_mut(opened)?;
        match part {
            Part::Link => todo.delete_link(task, id, &rules, context)?,
            Part::Step => todo.delete_step(task, id, &rules, context)?,
        }
        Ok(Answer::empty(204))
    }

    /// Every part of a task. No document names a query option for them.
    fn parts_of(&self, opened: &Opened, (list, task): Place<'_>, part: Part, ask: &Ask) -> Result<Vec<Value>, Refusal> {
        if let Some((name, _)) = options(&ask.target).next() {
            return Err(unsupported(&name));
        }
        let task = self.todo(opened)?.find_in(list, task)?;
        Ok(match part {
            Part::Link => links_of(task),
            Part::Step => steps_of(task),
        })
    }

    fn one_part(&self, opened: &Opened, place: Place<'_>, part: Part, mut written: Value, status: u16) -> Answer {
        if part == Part::Link {
            written["@odata.type"] = "#microsoft.graph.linkedResource".into();
        }
        written["@odata.context"] = self.odata_context(opened, &format!("{}/$entity", tail(place, part))).into();
        Answer::json(status, written)
    }
}

fn tail((list, task): Place<'_>, part: Part) -> String {
    let (list, task) = (mxs_http::url::encode(list), mxs_http::url::encode(task));
    let name = match part {
        Part::Link => "linkedResources",
        Part::Step => "checklistItems",
    };
    format!("todo/lists('{list}')/tasks('{task}')/{name}")
}
