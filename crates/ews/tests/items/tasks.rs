use super::*;
use mxs_core::Field;
use mxs_ews::update_item::unwritable;

fn task(inside: &str) -> String {
    format!("<t:Task><t:ItemId Id='I' ChangeKey='K'/>{inside}</t:Task>")
}

fn read(inside: &str, field: Field) -> Result<Option<Value>, ErrorKind> {
    found(Kind::Task, &task(inside), &WANTED, None).map(|found| found.seen.fields.get(field).cloned())
}

#[test]
fn a_task_has_the_engines_words_and_days() {
    let reminder = |is_set: &str| format!("<t:ReminderDueBy>2026-11-24T08:30:00Z</t:ReminderDueBy>{is_set}");
    let repeats = |pattern: &str| {
        format!(
            "<t:Recurrence>{pattern}<t:NoEndRecurrence><t:StartDate>2026-11-24Z</t:StartDate></t:NoEndRecurrence></t:Recurrence>"
        )
    };
    let daily = repeats("<t:DailyRecurrence><t:Interval>2</t:Interval></t:DailyRecurrence>");
    let regenerates = repeats("<t:DailyRegeneration><t:Interval>2</t:Interval></t:DailyRegeneration>");
    let cases = [
        ("<t:Subject>T</t:Subject>", Field::Subject, Ok(Value::text("T"))),
        ("<t:Status>NotStarted</t:Status>", Field::Status, Ok(None)),
        ("<t:Status>WaitingOnOthers</t:Status>", Field::Status, Ok(Value::text("waiting"))),
        ("<t:Status>Forgotten</t:Status>", Field::Status, Err(ErrorKind::Unreadable)),
        ("<t:Importance>Normal</t:Importance>", Field::Priority, Ok(None)),
        ("<t:Importance>High</t:Importance>", Field::Priority, Ok(Value::text("high"))),
        // Midnight, and that of whoever wrote it.
        ("<t:DueDate>2026-11-24T00:00:00Z</t:DueDate>", Field::Due, Ok(day("2026-11-24"))),
        ("<t:DueDate>2026-11-23T23:00:00Z</t:DueDate>", Field::Due, Ok(day("2026-11-24"))),
        ("<t:DueDate>2026-11-24T05:00:00Z</t:DueDate>", Field::Due, Ok(day("2026-11-24"))),
        ("<t:DueDate>soon</t:DueDate>", Field::Due, Err(ErrorKind::Unreadable)),
        ("<t:CompleteDate>2026-11-24T00:00:00Z</t:CompleteDate>", Field::CompletedOn, Ok(day("2026-11-24"))),
        (&reminder("<t:ReminderIsSet>true</t:ReminderIsSet>"), Field::Reminder, Ok(moment("2026-11-24T08:30:00Z"))),
        (&reminder("<t:ReminderIsSet>false</t:ReminderIsSet>"), Field::Reminder, Ok(None)),
        (&reminder("<t:ReminderIsSet>maybe</t:ReminderIsSet>"), Field::Reminder, Err(ErrorKind::Unreadable)),
        (&daily, Field::Recurrence, Ok(Value::text("FREQ=DAILY;INTERVAL=2"))),
        // It counts from when the last one was done: nobody knows its days.
        (&regenerates, Field::Recurrence, Err(ErrorKind::Unreadable)),
    ];
    for (inside, field, wanted) in cases {
        assert_eq!(read(inside, field), wanted, "{inside}");
    }
}

#[test]
fn what_is_emptied_is_as_in_a_new_task() {
    let emptied = [Field::Status, Field::Priority, Field::Due, Field::Reminder, Field::Recurrence, Field::CompletedOn];
    let patch = emptied.into_iter().map(|field| (field, None)).collect();
    let set = |uri: &str, element: &str, text: &str| {
        format!(
            "<t:SetItemField><t:FieldURI FieldURI=\"{uri}:{element}\"/><t:Task><t:{element}>{text}</t:{element}></t:Task></t:SetItemField>"
        )
    };
    let delete = |uri: &str| format!("<t:DeleteItemField><t:FieldURI FieldURI=\"{uri}\"/></t:DeleteItemField>");
    let written = updates(&new(), Kind::Task, &patch, &Fields::default(), &WANTED);
    let mut parts = [
        delete("task:DueDate"),
        set("item", "Importance", "Normal"),
        set("item", "ReminderIsSet", "false"),
        delete("task:Recurrence"),
        set("task", "Status", "NotStarted"),
    ];
    assert_eq!(written.len(), parts.concat().len(), "{written}");
    parts.sort();
    assert!(parts.iter().all(|part| written.contains(part.as_str())), "{written}");
}

#[test]
fn a_task_repeats_from_its_due_date() {
    let new_task = |rule: &str, due| {
        let mut fields = Fields::default().with(Field::Recurrence, rule);
        fields.put(Field::Due, due);
        fields
    };
    let due = || day("2026-11-24");
    let cases = [
        (new_task("FREQ=DAILY", due()), None),
        (new_task("FREQ=DAILY", None), Some(Field::Recurrence)),
        (new_task("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", due()), Some(Field::Recurrence)),
        (new_task("", due()), None),
    ];
    for (fields, wanted) in cases {
        let patch: Patch = fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
        assert_eq!(unwritable(&new(), Kind::Task, &patch, &Fields::default(), &WANTED), wanted, "{fields:?}");
        let written = updates(&new(), Kind::Task, &patch, &Fields::default(), &WANTED);
        let is_lost = patch.contains(Field::Recurrence) && !written.contains("t:Recurrence");
        assert_eq!(is_lost, wanted.is_some(), "{written}");
    }
}
