//! What people do to series and meetings, on either side.

use super::super::{BY_HAND_MS, MAILBOX, Stage};
use super::ASIDE;
use super::sample::{self, ZONES};
use crate::coverage::Case;
use crate::oracle::Oracle;
use crate::script::Act;
use jiff::{SignedDuration, Timestamp};
use mxs_core::{Mails, Side};
use mxs_world::Context;
use mxs_world::microsoft::Microsoft;
use mxs_world::zoho::{Id, Zoho};
use serde_json::{Value, json};

/// The most writes that an act leads to: each day of a series may have a record of its own.
const WRITES_MAX: u64 = 12;

/// Who invites the salesperson.
const ORGANIZER: &str = "boss@elsewhere.example";

/// What people may do to something only once a link says that it is the same on both sides.
const fn needs_link(act: &Act) -> bool {
    // Nor can a note of the CRM's in somebody else's meeting be told from what was there before.
    let is_note = matches!(act, Act::Note { side: Side::Crm, .. });
    is_note || matches!(act, Act::Retitle { .. } | Act::Move { .. } | Act::Repeat { .. } | Act::Rezone { .. })
}

impl Stage {
    /// Does one act.
    pub(in crate::stage) fn play_in_calendar(&mut self, act: &Act, oracle: &mut Oracle) {
        self.world.borrow_mut().advance(BY_HAND_MS);
        oracle.acts += WRITES_MAX;
        let user = self.cast.user();
        match act {
            Act::AddSeries { side, number } => self.add_aside(*side, sample::series(*side, *number)),
            Act::AddMeeting { side, number, repeats } => {
                self.add_aside(*side, sample::meeting(*side, *number, *repeats));
            }
            Act::AddOutside { side, number, is_far } => {
                self.add_aside(*side, sample::outside(*side, *number, *is_far));
                self.watch.meet(Case::WindowsEdge);
            }
            Act::Invite { number } => {
                let meeting = sample::invitation(*number, MAILBOX);
                self.in_outlook(|microsoft, context| {
                    let uid = format!("invitation-{number}");
                    microsoft.receive_invitation(MAILBOX, ORGANIZER, &uid, &meeting, context).expect("a good meeting");
                });
            }
            Act::LetMail { may_send } => {
                self.policy.mails = if *may_send { Mails::Send } else { Mails::Hold };
            }
            Act::Hide { place, is_private } => self.hide(*place, *is_private),
            Act::Answer { place } => {
                let theirs = self.aside(Side::Exchange).into_iter().filter(|item| item["isOrganizer"] == false);
                let theirs: Vec<Value> = theirs.collect();
                if let Some(id) = nth(&theirs, *place).map(id_of) {
                    self.in_outlook(|microsoft, context| {
                        microsoft.answer_meeting(MAILBOX, &id, "accepted", context).expect("it is an invitation");
                    });
                }
            }
            Act::Retitle { side, place, .. }
            | Act::Note { side, place, .. }
            | Act::Move { side, place, .. }
            | Act::Repeat { side, place, .. }
            | Act::ChangeDay { side, place, .. }
            | Act::CancelDay { side, place, .. }
            | Act::Delete { side, place } => self.change_aside(*side, *place, act, user),
            Act::Rezone { place, .. } => self.change_aside(Side::Exchange, *place, act, user),
        }
    }

    fn in_outlook<T>(&mut self, act: impl FnOnce(&mut Microsoft, &mut Context<'_>) -> T) -> T {
        self.world.borrow_mut().with_microsoft(act)
    }

    fn in_crm<T>(&mut self, act: impl FnOnce(&mut Zoho, &mut Context<'_>) -> T) -> T {
        self.world.borrow_mut().with_zoho(act)
    }

    fn add_aside(&mut self, side: Side, event: Value) {
        match side {
            Side::Exchange => self.props.add_item(&mut self.world.borrow_mut(), &event),
            Side::Crm => self.cast.add_record(&mut self.world.borrow_mut(), event),
        }
    }

    /// Does something to what is at a place.
    fn change_aside(&mut self, side: Side, place: u32, act: &Act, user: Id) {
        let all = self.aside(side);
        let Some(event) = nth(&all, place).cloned() else { return };
        let id = id_of(&event);
        // As with any record: what tells that two are one isn't edited until a link says so.
        if needs_link(act) && !self.is_linked(&id) {
            return;
        }
        self.meet_act(act, &event);
        match side {
            Side::Exchange => self.change_in_outlook(&id, &event, act),
            Side::Crm => self.change_in_crm(&id, &event, act, user),
        }
    }

    fn meet_act(&self, act: &Act, event: &Value) {
        let repeats = event["recurrence"].is_object() || event["Recurring_Activity"].is_object();
        match act {
            Act::Repeat { .. } => self.watch.meet(Case::SeriesChanged),
            Act::Move { .. } if repeats => self.watch.meet(Case::SeriesChanged),
            Act::Rezone { .. } => self.watch.meet(Case::OtherZone),
            Act::ChangeDay { .. } | Act::CancelDay { .. } if repeats => self.watch.meet(Case::OneDayDiffers),
            Act::Retitle { side: Side::Crm, .. } | Act::Move { side: Side::Crm, .. } => {
                let theirs = self.partner(event).is_some_and(|item| item["isOrganizer"] == false);
                if theirs {
                    self.watch.meet(Case::OrganizersMeeting);
                }
            }
            Act::Note { side: Side::Crm, .. } => {
                let is_online = self.partner(event).is_some_and(|item| item["isOnlineMeeting"] == true);
                if is_online {
                    self.watch.meet(Case::JoinBlock);
                }
            }
            _ => {}
        }
    }

    fn change_in_outlook(&mut self, id: &str, event: &Value, act: &Act) {
        let edit = |changes: Value| {
            move |microsoft: &mut Microsoft, context: &mut Context<'_>| {
                microsoft.edit_event(MAILBOX, id, &changes, context).expect("a good change");
            }
        };
        match act {
            Act::Retitle { value, .. } => self.in_outlook(edit(json!({ "subject": format!("{ASIDE}edit {value}") }))),
            Act::Note { value, .. } => self.in_outlook(edit(json!({
                "body": { "contentType": "text", "content": format!("note {value}") } }))),
            Act::Move { minutes, .. } if event["isAllDay"] == false => self.in_outlook(|microsoft, context| {
                microsoft.postpone_event(MAILBOX, id, i64::from(*minutes), context).expect("a good change");
            }),
            Act::Repeat { times, .. } => {
                let mut changes = json!({ "recurrence": event["recurrence"] });
                if event["recurrence"].is_null() {
                    let first = event["start"]["dateTime"].as_str().and_then(|start| start.get(..10));
                    // The first day is one on the clocks of the event: it goes by UTC from now on.
                    changes = json!({ "start": event["start"], "end": event["end"], "recurrence": {
                        "pattern": { "type": "daily", "interval": 1 },
                        "range": { "type": "numbered", "startDate": first } } });
                }
                changes["recurrence"]["range"]["numberOfOccurrences"] = json!(times);
                if skips_days(*times) {
                    changes["recurrence"]["pattern"]["interval"] = json!(2);
                }
                self.in_outlook(edit(changes));
            }
            Act::Rezone { zone, .. } if event["isAllDay"] == false => self.in_outlook(|microsoft, context| {
                let (zone, _) = ZONES[*zone as usize % ZONES.len()];
                microsoft.rezone_event(MAILBOX, id, zone, context).expect("a good change");
            }),
            Act::ChangeDay { day, value, .. } => {
                let Some(occurrence) = self.occurrence(id, *day) else { return };
                self.in_outlook(|microsoft, context| {
                    let changes = match value % 3 {
                        0 => json!({ "location": { "displayName": format!("room {value}") } }),
                        _ => json!({ "subject": format!("{ASIDE}special {value}") }),
                    };
                    let changed = microsoft.edit_event(MAILBOX, &occurrence, &changes, context);
                    changed.expect("a good change");
                    if value % 3 == 2 && event["isAllDay"] == false {
                        microsoft.postpone_event(MAILBOX, &occurrence, 120, context).expect("a good change");
                    }
                });
            }
            Act::CancelDay { day, .. } => {
                let Some(occurrence) = self.occurrence(id, *day) else { return };
                self.in_outlook(|microsoft, context| microsoft.delete_event(MAILBOX, &occurrence, context))
                    .expect("it is there");
            }
            Act::Delete { .. } if !self.is_known_after_a_delete(id) => {}
            Act::Delete { .. } => {
                self.in_outlook(|microsoft, context| microsoft.delete_event(MAILBOX, id, context))
                    .expect("it is there");
            }
            _ => {}
        }
    }

    /// The id of an occurrence that takes place.
    fn occurrence(&self, series: &str, number: u32) -> Option<String> {
        let all = self.instances_of(series);
        // The last one stays, and with it the series.
        let all = all.get(..all.len().saturating_sub(1))?;
        nth(all, number).map(id_of)
    }

    fn change_in_crm(&mut self, id: &str, event: &Value, act: &Act, user: Id) {
        let id: Id = id.parse().expect("an id");
        let edit = |changes: Value| {
            move |zoho: &mut Zoho, context: &mut Context<'_>| {
                zoho.update_record(context, "Events", id, user, changes).expect("a good change");
            }
        };
        match act {
            Act::Retitle { value, .. } => self.in_crm(edit(json!({ "Event_Title": format!("{ASIDE}edit {value}") }))),
            Act::Note { value, .. } => self.in_crm(edit(json!({ "Description": format!("note {value}") }))),
            Act::Move { minutes, .. } if event["All_day"] != true => {
                let later = |name: &str| {
                    let moment: Timestamp = event[name].as_str().expect("a time").parse().expect("a moment");
                    sample::in_crm(moment + SignedDuration::from_mins(i64::from(*minutes)))
                };
                let changes =
                    json!({ "Start_DateTime": later("Start_DateTime"), "End_DateTime": later("End_DateTime") });
                self.in_crm(edit(changes));
            }
            Act::Repeat { times, .. } => {
                let mut recurrence = event["Recurring_Activity"].clone();
                let Some((rule, _)) = recurrence["RRULE"].as_str().and_then(|rule| rule.split_once(";COUNT=")) else {
                    return;
                };
                let rule = if skips_days(*times) { rule.replace("INTERVAL=1", "INTERVAL=2") } else { rule.to_owned() };
                recurrence["RRULE"] = json!(format!("{rule};COUNT={times}"));
                let change = edit(json!({ "Recurring_Activity": recurrence }));
                self.in_crm(|zoho, context| {
                    zoho.options(super::super::cast::ORG).recurrence_may_change = true;
                    change(zoho, context);
                    zoho.options(super::super::cast::ORG).recurrence_may_change = false;
                });
            }
            Act::ChangeDay { day, value, .. } => {
                let Some(day) = self.day_in_crm(event, *day) else { return };
                let changes = json!({ "Event_Title": format!("{ASIDE}special {value}") });
                self.in_crm(|zoho, context| zoho.edit_occurrence(context, id, day, user, changes)).expect("a day");
            }
            Act::CancelDay { day, .. } => {
                let Some(day) = self.day_in_crm(event, *day) else { return };
                self.in_crm(|zoho, context| zoho.cancel_occurrence(context, id, day, user)).expect("a day");
            }
            Act::Delete { .. } => {
                assert!(self.in_crm(|zoho, context| zoho.delete_record(context, "Events", id, user)), "it is there");
            }
            _ => {}
        }
    }

    /// A day of a series of the CRM's.
    fn day_in_crm(&self, event: &Value, number: u32) -> Option<jiff::civil::Date> {
        let days: Vec<_> = Self::days_in_crm(event).into_iter().collect();
        let days = days.get(..days.len().saturating_sub(1))?;
        nth(days, number).copied()
    }

    /// A person hides an item, or shows it again.
    fn hide(&mut self, place: u32, is_private: bool) {
        let Some((id, _)) = self.record_at(Side::Exchange, place) else { return };
        let change = json!({ "sensitivity": if is_private { "private" } else { "normal" } });
        self.props.edit_item(&mut self.world.borrow_mut(), &id, &change);
    }
}

/// Whether a series that takes place so many times from now on gets another pattern, too: every other day, week or
/// month.
const fn skips_days(times: u32) -> bool {
    times.is_multiple_of(4)
}

fn id_of(event: &Value) -> String {
    event["id"].as_str().expect("an id").to_owned()
}

fn nth<T>(all: &[T], number: u32) -> Option<&T> {
    all.get(number as usize % all.len().max(1))
}
