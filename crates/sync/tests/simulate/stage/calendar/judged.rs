//! What both calendars show, and what of it is not alike.

use super::super::{MAILBOX, Stage, ZONE};
use super::ASIDE;
use super::sample::{AHEAD, OVER};
use crate::coverage::Case;
use crate::shown;
use jiff::Timestamp;
use jiff::civil::Date;
use mxs_calendar::Zone;
use mxs_core::{Field, Link, Reason, RecordId, Side};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who organizes the items, what they are called everywhere, when they begin, and what people answered.
pub(in crate::stage) type Integrity = BTreeMap<String, Identity>;

#[derive(PartialEq)]
pub(in crate::stage) struct Identity {
    organizer: Value,
    uid: Value,
    own_answer: Value,
    /// Who agreed to another time has not agreed to this one.
    times: [Value; 3],
    answers: BTreeMap<String, Value>,
}

impl Identity {
    fn of(item: &Value) -> Self {
        let guests = item["attendees"].as_array().into_iter().flatten();
        let answer = |guest: &Value| {
            let address = guest["emailAddress"]["address"].as_str()?.to_owned();
            Some((address, guest["status"]["response"].clone()))
        };
        Self {
            organizer: item["organizer"].clone(),
            uid: item["iCalUId"].clone(),
            own_answer: item["responseStatus"].clone(),
            times: ["start", "end", "recurrence"].map(|name| item[name].clone()),
            answers: guests.filter_map(answer).collect(),
        }
    }

    /// What a sync has changed that isn't its business.
    fn broken_by(&self, now: &Self) -> Option<&'static str> {
        let is_moved = self.times != now.times;
        let stays = |(guest, answer): (&String, &Value)| now.answers.get(guest).is_none_or(|now| now == answer);
        match () {
            () if self.organizer != now.organizer => Some("organizer"),
            () if self.uid != now.uid => Some("iCalUId"),
            () if self.own_answer != now.own_answer => Some("own answer"),
            () if !is_moved && !self.answers.iter().all(stays) => Some("answers"),
            () => None,
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Stage {
    /// What of a side is judged as a calendar.
    pub(in crate::stage) fn aside(&self, side: Side) -> Vec<Value> {
        let world = self.world.borrow();
        let mut all = match side {
            Side::Crm => world.zoho.records(super::super::cast::ORG, self.props.module()),
            Side::Exchange => self.props.items(&world),
        };
        all.retain(|one| self.props.name_in(one, side).starts_with(ASIDE));
        all
    }

    /// Who organizes what, and what people answered.
    pub(in crate::stage) fn integrity(&self) -> Integrity {
        let items = self.aside(Side::Exchange).into_iter();
        items.map(|item| (text(&item["id"]), Identity::of(&item))).collect()
    }

    /// What a sync has done to who organizes, to what meetings are called, and to what people answered.
    pub(in crate::stage) fn broken_since(&self, before: &Integrity) -> Option<&'static str> {
        let now = self.integrity();
        before.iter().filter_map(|(id, before)| before.broken_by(now.get(id)?)).next()
    }

    /// What is outside the days that are read and came to the other side all the same.
    pub(crate) fn strays(&self) -> Vec<String> {
        let titles = |side: Side| self.aside(side).into_iter().map(move |one| self.props.name_in(&one, side));
        let over = format!("{OVER} {:?}", Side::Crm);
        let in_crm = titles(Side::Crm).filter(|title| {
            [OVER, AHEAD].iter().any(|outside| title.starts_with(&format!("{outside} {:?}", Side::Exchange)))
        });
        in_crm.chain(titles(Side::Exchange).filter(|title| title.starts_with(&over))).collect()
    }

    /// Whether both calendars are read as a whole: what is far ahead in the CRM has an item that isn't.
    pub(crate) fn is_all_within_reach(&self) -> bool {
        let mut titles = self.aside(Side::Exchange).into_iter().map(|one| self.props.name_in(&one, Side::Exchange));
        titles.all(|title| !title.starts_with(AHEAD))
    }

    /// What is there twice on a side: no title and beginning is that of two, but for a series and its first day.
    pub(crate) fn doubled(&self) -> Option<String> {
        for side in [Side::Crm, Side::Exchange] {
            let mut seen = BTreeSet::new();
            for one in self.aside(side) {
                // The CRM can't be told that an event repeats from now on: its record is a series' all the same.
                let is_series = |one: &Value| one["recurrence"].is_object() || one["Recurring_Activity"].is_object();
                let repeats = is_series(&one) || self.partner(&one).is_some_and(|item| is_series(&item));
                let title = self.props.name_in(&one, side);
                let begins = self.props.held(&one, side, super::super::FIELDS - 1);
                if !seen.insert((title.clone(), begins, repeats)) {
                    return Some(format!("{title} is twice on {side:?}"));
                }
            }
        }
        None
    }

    /// What both calendars show.
    pub(in crate::stage) fn shown(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for side in [Side::Crm, Side::Exchange] {
            for one in self.aside(side) {
                let held = (0..super::super::FIELDS).map(|field| self.props.held(&one, side, field));
                let title = self.props.name_in(&one, side);
                lines.push(format!("{side:?} {title} {:?}", held.collect::<Vec<_>>()));
            }
        }
        lines.sort();
        lines
    }

    /// The item of a record that is linked.
    pub(super) fn partner(&self, record: &Value) -> Option<Value> {
        let memory = self.memory.borrow();
        let link = memory.state.links.values().find(|link| record["id"] == link.crm.as_str())?;
        let item = self.item_of(&link.exchange);
        self.world.borrow().microsoft.event(MAILBOX, &item)
    }

    /// Whether a link is of an item and a record that are judged as calendars and are both there; or the record was
    /// deleted, and nobody may be mailed that the meeting is off.
    pub(crate) fn are_in_calendars(&self, item: &str, record: &str) -> bool {
        let memory = self.memory.borrow();
        let link = memory.state.links.values().find(|link| self.item_of(&link.exchange) == item);
        let waits = matches!(link.and_then(|link| link.trouble.as_ref()), Some(Reason::HeldMails { .. }));
        let is_there = self.world.borrow().microsoft.event(MAILBOX, item).is_some();
        is_there && (waits || self.aside(Side::Crm).iter().any(|one| one["id"] == record))
    }

    /// Whether nothing is judged as a calendar.
    pub(crate) fn is_without_calendars(&self) -> bool {
        self.aside(Side::Exchange).is_empty() && self.aside(Side::Crm).is_empty()
    }

    /// What takes place of a series in Outlook, by its days.
    pub(in crate::stage) fn instances_of(&self, series: &str) -> Vec<Value> {
        let moment = |day: &str| format!("{day}T00:00:00Z").parse::<Timestamp>().expect("a moment");
        let (from, to) = shown::DAYS;
        let mut all = self.world.borrow().microsoft.instances(MAILBOX, moment(from), moment(to));
        all.retain(|one| one["seriesMasterId"] == series);
        all
    }

    /// The days of a series that the rule still has, in the zone of the salesperson.
    fn days_in_outlook(&self, item: &Value) -> BTreeSet<Date> {
        let all_day = item["isAllDay"] == true;
        let zone = Zone::parse(ZONE).expect("a zone");
        let instances = self.instances_of(item["id"].as_str().unwrap_or_default()).into_iter();
        let day = |instance: Value| {
            let start: Timestamp = format!("{}Z", instance["start"]["dateTime"].as_str()?).parse().ok()?;
            Some(if all_day { shown::nearest_day(start) } else { zone.local(start).date() })
        };
        instances.filter(|instance| instance["type"] == "occurrence").filter_map(day).collect()
    }

    /// The days of a series of the CRM's.
    pub(super) fn days_in_crm(record: &Value) -> BTreeSet<Date> {
        let repeats = &record["Recurring_Activity"];
        let rule = repeats["RRULE"].as_str();
        rule.map(|rule| shown::days(rule, repeats["EXDATE"].as_str())).into_iter().flatten().collect()
    }

    /// What is linked or not, and neither alike nor told why not.
    pub(crate) fn differing(&self) -> Option<String> {
        let memory = self.memory.borrow();
        let records = self.aside(Side::Crm);
        let mut seen = BTreeSet::new();
        for link in memory.state.links.values() {
            seen.insert((Side::Crm, link.crm.as_str().to_owned()));
            seen.insert((Side::Exchange, self.item_of(&link.exchange)));
            let record = records.iter().find(|record| record["id"] == link.crm.as_str());
            // A delete that would mail somebody waits.
            let Some(record) = record else { continue };
            let item = self.item_of(&link.exchange);
            let item = self.world.borrow().microsoft.event(MAILBOX, &item);
            let differing = match item {
                Some(item) => self.differs(link, &item, record),
                None => Some("the item of a link is gone".to_owned()),
            };
            if let Some(differing) = differing {
                return Some(format!("{}: {differing} ({:?})", record["Event_Title"], link.trouble));
            }
        }
        for (side, all) in [(Side::Crm, &records), (Side::Exchange, &self.aside(Side::Exchange))] {
            for one in all {
                let (id, title) = (one["id"].as_str().unwrap_or_default(), self.props.name_in(one, side));
                let is_outside = [OVER, AHEAD].iter().any(|outside| title.starts_with(outside));
                let is_known = match side {
                    Side::Crm => memory.state.unlinked.contains_key(&RecordId::Crm(mxs_core::CrmId::new(id))),
                    Side::Exchange => self.unlinked_items().contains(id),
                };
                let is_told = is_outside || is_known || seen.contains(&(side, id.to_owned()));
                if !is_told {
                    return Some(format!("{title} is on {side:?} only"));
                }
            }
        }
        None
    }

    fn differs(&self, link: &Link, item: &Value, record: &Value) -> Option<String> {
        let held = match &link.trouble {
            None => None,
            Some(Reason::NotWritable { field, .. }) => Some(*field),
            // What would mail somebody waits as a whole, but for what nobody hears of.
            Some(Reason::HeldMails { .. }) => return None,
            Some(other) => return Some(format!("it is left at {other:?}")),
        };
        let title = (text(&item["subject"]), text(&record["Event_Title"]));
        if title.0 != title.1 {
            return Some(format!("the title is {title:?}"));
        }
        if held.is_some_and(|field| [Field::Recurrence, Field::Exclusions, Field::Start, Field::End].contains(&field)) {
            return None;
        }
        for field in 0..super::super::FIELDS {
            let both =
                [(Side::Exchange, item), (Side::Crm, record)].map(|(side, one)| self.props.held(one, side, field));
            if both[0] != both[1] {
                return Some(format!("field {field} is {both:?}"));
            }
        }
        if item["isAllDay"] == true {
            self.watch.meet(Case::WholeDay);
        }
        if item["type"] == "seriesMaster" || record["Recurring_Activity"].is_object() {
            let days = (self.days_in_outlook(item), Self::days_in_crm(record));
            if days.0 != days.1 {
                return Some(format!("the days are {days:?}"));
            }
            self.watch.meet(Case::ClocksChange);
        }
        None
    }
}
