//! Meetings that several mailboxes of an organisation have, of which the CRM has one event.

use crate::{
    CrmId, ExchangeId, Field, Fields, Kind, Link, Observation, Policy, Reason, RecordId, Scope, Side, SyncState,
    Unlinked, Unmatched, View,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whose mailbox has a meeting's event in the CRM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A colleague's.
    Colleague {
        /// The event, once it is known.
        record: Option<CrmId>,
    },
    /// This one: nobody else has it, or not any more.
    Own {
        /// The event that a colleague's mailbox has left behind.
        record: Option<CrmId>,
    },
    /// Nobody's, as soon as this mailbox has left it: a colleague waits for it.
    Waiting {
        /// The colleague's CRM user.
        user: String,
    },
}

/// Why somebody asks whose meetings are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// A run is to copy them: those that nobody has are this mailbox's from now on.
    Claim,
    /// They have left this mailbox: does a colleague [wait](Holder::Waiting) for them?
    Leave,
    /// A run would copy them.
    Look,
}

/// The meetings without a link that the CRM would get unless a colleague's mailbox has them there, with their
/// [`Field::MeetingUid`]. What was asked before is not asked again as long as nothing is new.
pub fn wanted(state: &SyncState, exchange: &View<ExchangeId>, policy: &Policy) -> BTreeMap<ExchangeId, String> {
    let mut wanted = BTreeMap::new();
    let stays_alone = state.is_new() && policy.unmatched != Unmatched::Copy;
    if policy.kind != Kind::Event || !policy.direction.writes(Side::Crm) || stays_alone {
        return wanted;
    }
    let remembered = state.unlinked.values().filter_map(|unlinked| Some((unlinked.id.exchange()?, &unlinked.fields)));
    let remembered = remembered.filter(|(id, _)| !exchange.records.contains_key(*id));
    let seen = exchange.records.iter().filter_map(|(id, observation)| match observation {
        Observation::Present(seen) => Some((id, &seen.fields)),
        Observation::Gone | Observation::Left | Observation::Unreadable => None,
    });
    for (id, fields) in remembered.chain(seen) {
        let record = RecordId::Exchange(id.clone());
        let is_known = state.links.contains_key(id) || state.intents.contains_key(&record);
        let stands = state.unlinked.get(&record).is_some_and(|before| stands(before, fields, state, policy));
        let takes_part = policy.filter.keeps_out(fields).is_none() && !policy.filter.is_too_old(policy.kind, fields);
        // What differs on a day is where its series is.
        let is_part_of_own = series(fields).is_some_and(|series| state.links.contains_key(&series));
        if is_shared(fields) && takes_part && !is_known && !stands && !is_part_of_own {
            wanted.insert(id.clone(), fields.text(Field::MeetingUid).to_owned());
        }
    }
    wanted
}

/// The linked meetings whose event in the CRM was deleted, with their [`Field::MeetingUid`]: a colleague may have another
/// one there by now.
pub fn bereft(state: &SyncState, exchange: &View<ExchangeId>, crm: &View<CrmId>) -> BTreeMap<ExchangeId, String> {
    let item = |link: &Link| match exchange.records.get(&link.exchange) {
        Some(Observation::Present(seen)) => Some(seen.fields.clone()),
        Some(_) => None,
        None => Some(last_item(link).clone()),
    };
    let bereft = state.links.values().filter(|link| crm.records.get(&link.crm) == Some(&Observation::Gone));
    let items = bereft.filter_map(|link| Some((link.exchange.clone(), item(link)?)));
    let shared = items.filter(|(_, fields)| is_shared(fields));
    shared.map(|(id, fields)| (id, fields.text(Field::MeetingUid).to_owned())).collect()
}

/// The linked meetings that are no longer in the mailbox, with their [`Field::MeetingUid`].
pub fn left(state: &SyncState, exchange: &View<ExchangeId>) -> BTreeMap<ExchangeId, String> {
    let is_gone = |link: &&Link| match exchange.records.get(&link.exchange) {
        Some(observation) => *observation == Observation::Gone,
        None => link.scope == Scope::Gone { side: Side::Exchange },
    };
    let gone = state.links.values().filter(is_gone).map(|link| (link, last_item(link)));
    let shared = gone.filter(|(_, fields)| is_shared(fields));
    shared.map(|(link, fields)| (link.exchange.clone(), fields.text(Field::MeetingUid).to_owned())).collect()
}

/// Lets what differs on single days be with whoever has its series.
pub fn follow_series(state: &SyncState, exchange: &mut View<ExchangeId>) {
    let is_colleagues = |series: &ExchangeId| match exchange.meetings.get(series) {
        Some(holder) => matches!(holder, Holder::Colleague { .. }),
        None => state.unlinked.get(&RecordId::Exchange(series.clone())).is_some_and(is_through_colleague),
    };
    let mut follow = Vec::new();
    for id in exchange.meetings.keys() {
        let fields = match exchange.records.get(id) {
            Some(Observation::Present(seen)) => Some(&seen.fields),
            _ => state.unlinked.get(&RecordId::Exchange(id.clone())).map(|unlinked| &unlinked.fields),
        };
        if fields.and_then(series).is_some_and(|series| is_colleagues(&series)) {
            follow.push(id.clone());
        }
    }
    for id in follow {
        if let Some(holder) = exchange.meetings.get_mut(&id)
            && let Holder::Own { record } = holder
        {
            *holder = Holder::Colleague { record: record.take() };
        }
    }
}

/// Whether an event may be in other mailboxes too.
pub(crate) fn is_shared(fields: &Fields) -> bool {
    !fields.text(Field::Role).is_empty() && !fields.text(Field::MeetingUid).is_empty()
}

/// What a link's item held when last seen.
pub(crate) fn last_item(link: &Link) -> &Fields {
    &link.seen.as_ref().unwrap_or(&link.base).exchange
}

/// The series of an occurrence that differs from it.
fn series(fields: &Fields) -> Option<ExchangeId> {
    Some(fields.text(Field::Series)).filter(|series| !series.is_empty()).map(ExchangeId::new)
}

fn is_through_colleague(unlinked: &Unlinked) -> bool {
    unlinked.reason == Reason::ThroughColleague
}

/// Whether the plan leaves an item alone for the reason for which it did before.
fn stands(before: &Unlinked, now: &Fields, state: &SyncState, policy: &Policy) -> bool {
    let is_unchanged = before.fields.agrees_with(now, &policy.fields);
    match before.reason {
        Reason::ThroughColleague => is_unchanged && !state.free_meetings,
        Reason::DeletedOnTarget | Reason::KeptAlone => is_unchanged,
        Reason::Refused(_) | Reason::NotWritable { .. } => is_unchanged && !policy.retry_refused,
        Reason::LostAndFound | Reason::Unmatched => policy.unmatched != Unmatched::Copy,
        _ => false,
    }
}
