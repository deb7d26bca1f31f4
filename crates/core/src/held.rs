//! What a rule holds back, field by field, so that the rest of a record can flow.

use crate::policy::ROLE_ATTENDEE;
use crate::{Field, FieldMap, Fields, Kind, Mails, Pair, Policy, Reason, Side, Value, mails};

/// What stands in the CRM for the subject of a task or event that has none: it takes none without.
pub const UNTITLED: &str = "(no subject)";

/// Whether `value` stands in the CRM for none, so that nobody wrote it.
pub(crate) fn is_stopgap(field: Field, value: Option<&Value>) -> bool {
    field == Field::Subject && value.and_then(Value::as_text) == Some(UNTITLED)
}

/// Takes out of a pair's patches what must not or can't be written. Answers how many mails what is left would
/// cause, or what was taken out for that would have caused.
pub(crate) fn back(pair: &mut Pair, policy: &Policy) -> u32 {
    match policy.kind {
        Kind::Contact if pair.to_crm.get(Field::Surname) == Some(None) => {
            // The CRM would refuse the whole record: the last name alone waits, everything else flows.
            pair.hold(Side::Crm, Field::Surname, Reason::MissingLastName);
        }
        Kind::Task | Kind::Event if pair.to_crm.get(Field::Subject) == Some(None) => {
            pair.to_crm.put(Field::Subject, Value::text(UNTITLED));
        }
        Kind::Contact | Kind::Task | Kind::Event => {}
    }
    if let Some(field) = unwritable(pair, policy.kind) {
        pair.hold(Side::Exchange, field, Reason::NotWritable { side: Side::Exchange, field });
    }
    if policy.kind != Kind::Event {
        return 0;
    }
    let (loud, recipients) = mails::of_patch(&pair.to_exchange, &pair.now);
    if policy.mails == Mails::Hold && recipients > 0 {
        if loud.contains(&Field::Attendees) {
            pair.hold(Side::Exchange, Field::Attendees, Reason::HeldMails { recipients });
        }
        // As long as its guests wait, an event without others is nobody else's business.
        let (loud, others) = mails::of_patch(&pair.to_exchange, &pair.now);
        for field in loud.into_iter().filter(|_| others > 0) {
            pair.hold(Side::Exchange, field, Reason::HeldMails { recipients });
        }
    }
    recipients
}

/// Tells why a day that the CRM leaves out of somebody else's series takes place in the mailbox: it is the organizer's
/// to cancel.
pub(crate) fn tell_of_their_days(pair: &mut Pair, policy: &Policy) {
    let field = Field::Exclusions;
    let is_theirs = policy.kind == Kind::Event && pair.now.exchange.text(Field::Role) == ROLE_ATTENDEE;
    let flows = policy.fields.flow(field).and_then(|flow| flow.within(policy.direction));
    if !is_theirs || !flows.is_some_and(|direction| direction.writes(Side::Exchange)) {
        return;
    }
    let takes_place = |day: &str| !pair.now.exchange.words(field).is_some_and(|days| days.contains(day));
    if pair.now.crm.words(field).is_some_and(|days| days.iter().any(takes_place)) {
        pair.hold(Side::Exchange, field, Reason::NotWritable { side: Side::Exchange, field });
    }
}

/// A field that the mailbox has no way to take: the rule of a task that exists, and an occurrence that was
/// cancelled and is to be there again.
fn unwritable(pair: &Pair, kind: Kind) -> Option<Field> {
    match kind {
        Kind::Contact => None,
        Kind::Task => pair.to_exchange.contains(Field::Recurrence).then_some(Field::Recurrence),
        Kind::Event => {
            let wanted = pair.to_exchange.get(Field::Exclusions)?;
            let wanted = wanted.and_then(Value::as_set);
            let now = pair.now.exchange.words(Field::Exclusions)?;
            let is_brought_back = |day: &str| !wanted.is_some_and(|wanted| wanted.contains(day));
            now.iter().any(is_brought_back).then_some(Field::Exclusions)
        }
    }
}

/// What a copy on side `to` of a record that holds `fields` gets; what is kept out of it and why; and how many
/// mails the copy would cause.
pub(crate) fn copy(fields: &Fields, to: Side, policy: &Policy) -> (Fields, Vec<(Field, Reason)>, u32) {
    let writes = |field| {
        let flow = policy.fields.flow(field).and_then(|flow| flow.within(policy.direction));
        flow.is_some_and(|direction| direction.writes(to))
    };
    new(fields.only(writes), to, policy)
}

/// The same for a record that comes back on the side that it was deleted on: what flows nowhere today is its own all
/// the same.
pub(crate) fn again(fields: &Fields, to: Side, policy: &Policy) -> (Fields, Vec<(Field, Reason)>, u32) {
    let usual = FieldMap::usual(policy.kind);
    new(fields.only(|field| policy.fields.flows(field) || usual.flows(field)), to, policy)
}

/// A copy with the subject that it needs.
pub(crate) fn named(mut copy: Fields, to: Side, policy: &Policy) -> Fields {
    if to == Side::Crm && policy.kind != Kind::Contact && copy.text(Field::Subject).is_empty() {
        copy.put(Field::Subject, Value::text(UNTITLED));
    }
    copy
}

fn new(copy: Fields, to: Side, policy: &Policy) -> (Fields, Vec<(Field, Reason)>, u32) {
    let mut copy = named(copy, to, policy);
    let recipients = if to == Side::Exchange { mails::of_creation(&copy) } else { 0 };
    if recipients == 0 || policy.mails == Mails::Send {
        return (copy, Vec::new(), recipients);
    }
    copy.put(Field::Attendees, None);
    (copy, vec![(Field::Attendees, Reason::HeldMails { recipients })], recipients)
}
