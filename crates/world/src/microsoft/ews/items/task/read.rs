//! How a task looks.

use super::super::base::{Base, seconds, strings};
use super::super::{Found, Looks, Shape};
use super::{PROPERTIES, STATUSES, mapi, recurrence, task};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::names::said;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use crate::microsoft::todo::{Task, View};
use mxs_xml::Element;

/// How a task looks.
pub(in crate::microsoft::ews::items) fn looks<'a>(
    call: &'a EwsCall<'_, '_>,
    found: &Found,
) -> Result<Looks<'a>, Refusal> {
    let task = task(call, found)?;
    let owner = call.owner()?.display_name.clone();
    let base = base(task, &owner);
    let version = call.version;
    let own = Box::new(move |name: &str, _: &Shape| own(task, name, &owner, version));
    Ok(Looks { properties: PROPERTIES, base, own })
}

fn kept<'a>(task: &'a Task, id: &str) -> Option<&'a str> {
    mapi::kept(&task.extended, id)
}

fn base(task: &Task, owner: &str) -> Base {
    let importance = mapi::IMPORTANCES.into_iter().find(|word| word.eq_ignore_ascii_case(task.importance));
    Base {
        id: task.default_id.clone(),
        change_key: task.change_key.clone(),
        folder: task.list.clone(),
        class: kept(task, mapi::CLASS).unwrap_or("IPM.Task").to_owned(),
        subject: task.title.clone(),
        sensitivity: mapi::word(kept(task, mapi::SENSITIVITY), &mapi::SENSITIVITIES, "Normal"),
        html: task.body.html,
        content: task.body.content.clone(),
        files: Vec::new(),
        categories: task.categories.clone(),
        importance: importance.unwrap_or("Normal").to_owned(),
        created: task.created,
        modified: task.modified,
        received: task.created,
        sent: task.created,
        draft: false,
        headers: Vec::new(),
        to: String::new(),
        cc: String::new(),
        conversation: None,
        in_reply_to: kept(task, mapi::IN_REPLY_TO).map(str::to_owned),
        reminder_set: task.reminder_on,
        reminder_due: task.reminder,
        reminder_minutes: Some(kept(task, mapi::REMINDER_BEFORE).and_then(|some| some.parse().ok()).unwrap_or(0)),
        culture: kept(task, mapi::CULTURE).map(str::to_owned),
        modified_by: owner.to_owned(),
        extended: task.extended.clone(),
        mime: None,
    }
}

fn own(task: &Task, name: &str, owner: &str, version: Version) -> Option<Element> {
    let number = |id: &str| kept(task, id).and_then(|number| number.parse::<i32>().ok());
    Some(match name {
        "ActualWork" => said(name, number(mapi::ACTUAL_WORK)?),
        "BillingInformation" => said(name, kept(task, mapi::BILLING)?),
        // Nobody counts them here.
        "ChangeCount" => said(name, 1),
        "Companies" => strings(name, &mapi::kept_texts(&task.extended, mapi::COMPANIES))?,
        "CompleteDate" => said(name, seconds(task.completed?)),
        "Contacts" => strings(name, &mapi::kept_texts(&task.extended, mapi::CONTACTS))?,
        // Tasks that were given to somebody are a thing of Outlook's.
        "DelegationState" => said(name, "NoMatch"),
        "DueDate" => said(name, seconds(task.due?)),
        "IsAssignmentEditable" => said(name, 0),
        "IsComplete" => said(name, task.is_completed()),
        "IsRecurring" => said(name, task.recurrence.is_some() || kept(task, mapi::REGENERATION).is_some()),
        "IsTeamTask" => said(name, false),
        "Mileage" => said(name, kept(task, mapi::MILEAGE)?),
        "Owner" => said(name, owner),
        "PercentComplete" => said(name, percent(task)),
        "Recurrence" => match kept(task, mapi::REGENERATION) {
            Some(kept) => recurrence::write_regeneration(kept)?,
            None => recurrence::write(&task.property("recurrence", &View::default())?, version)?,
        },
        "StartDate" => said(name, seconds(task.start?)),
        "Status" => said(name, STATUSES.into_iter().find(|(_, own, _)| *own == task.status)?.0),
        "StatusDescription" => said(name, STATUSES.into_iter().find(|(_, own, _)| *own == task.status)?.2),
        "TotalWork" => said(name, number(mapi::TOTAL_WORK)?),
        _ => return None,
    })
}

/// How much of a task is done, in percent. What is done follows from its state, whoever set that; what is on the way has
/// what was said last.
fn percent(task: &Task) -> f64 {
    match task.status {
        "completed" => 100.0,
        "notStarted" => 0.0,
        _ => kept(task, mapi::PERCENT_COMPLETE)
            .and_then(|part| part.parse::<f64>().ok())
            .map_or(0.0, |part| part * 100.0),
    }
}
