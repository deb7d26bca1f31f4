//! What goes wrong on the stage, and its end.

use super::{BY_HAND_MS, MAILBOX, Stage};
use crate::coverage::Case;
use crate::oracle::{Oracle, Write};
use crate::place::{Fate, Memory};
use crate::watch::Damage;
use mxs_core::Side;
use mxs_world::{Effect, Fault, Service, World};
use std::cell::RefCell;
use std::num::NonZeroU32;
use std::rc::Rc;

/// How many requests Microsoft throttles, and its `Retry-After`.
pub(crate) type Throttled = (u32, Option<&'static str>);

/// Microsoft throttles so many requests, and wants to be left alone for whole seconds, doesn't say how long, or for a part
/// of a second.
pub(crate) const fn throttled(times: u32) -> Throttled {
    let retry_after = match times {
        1 => Some("1"),
        2 => None,
        _ => Some("0.5"),
    };
    (times, retry_after)
}

pub(crate) fn throttle(world: &mut World, (times, retry_after): Throttled) {
    world.microsoft.throttle_next(MAILBOX, times, retry_after);
}

impl Stage {
    /// Microsoft throttles the next requests, or parts of the next batch.
    pub(crate) fn throttle(&mut self, throttled: Throttled, in_batch: bool) {
        if in_batch {
            self.watch.throttled_parts.set(Some(throttled));
        } else {
            throttle(&mut self.world.borrow_mut(), throttled);
        }
    }

    /// The function's database is lost. The conflict list is kept: it is what people were told.
    pub(crate) fn lose_the_database(&mut self) {
        let conflicts = self.memory.borrow().conflicts.clone();
        *self.memory.borrow_mut() = Memory { conflicts, ..Memory::default() };
        self.judged.losses += 1;
        self.watch.meet(Case::DatabaseLost);
    }

    /// Edits an item before a call of a sync that goes on, if it is still there.
    pub(super) fn sync_meddled_with(
        &mut self,
        call: u32,
        place: u32,
        (field, value): (usize, String),
        oracle: &mut Oracle,
    ) {
        self.meet_deletes(oracle);
        let found = self.record_at(Side::Exchange, place);
        let Some((id, person)) = found else { return self.judged.begun = None };
        // See [`Stage::edit`].
        let field = if self.props.tells(field) && !self.is_linked(&id) { 0 } else { field };
        let seen = Rc::new(RefCell::new(None));
        let (told, props) = (seen.clone(), self.props);
        let change = props.change(Side::Exchange, field, Some(&value));
        let meddle = move |world: &mut World| {
            let items = props.items(world);
            let Some(item) = items.iter().find(|item| item["id"] == id) else { return };
            *told.borrow_mut() = Some(props.held(item, Side::Exchange, field));
            world.advance(BY_HAND_MS);
            props.edit_item(world, &id, &change);
        };
        self.authors.insert(value.clone(), person.clone());
        self.sync_under(&Fate::meddled_with(call, Box::new(meddle))).expect("nobody dies");
        // What was there before the sync is not what it has left.
        self.judged.begun = None;
        if let Some(over) = seen.take() {
            if !self.props.heeds_versions(&self.world.borrow()) {
                oracle.unprotected.insert(value.clone());
            }
            oracle.wrote_meanwhile(Write { person, value: Some(value), over });
        }
    }

    /// The next page of changes after a first one is refused.
    pub(super) fn kill_paging(&self) {
        let effect = Effect::Status {
            status: 410,
            body: r#"{"error":{"code":"syncStateNotFound","message":""}}"#.to_owned(),
            media_type: "application/json".to_owned(),
            retry_after_s: None,
        };
        self.set_fault((Service::Microsoft, "skiptoken"), 0, NonZeroU32::MIN, effect);
    }

    /// The CRM does what it is asked for next, and is not heard of again until a run has given up.
    pub(super) fn fall_silent(&self) {
        let attempts = NonZeroU32::MIN.saturating_add(mxs_sync::ATTEMPTS_MAX - 1);
        self.set_fault((Service::Zoho, &format!("/{}", self.props.module())), 1, NonZeroU32::MIN, Effect::DropAfter);
        self.set_fault((Service::Zoho, "/coql"), 1, attempts, Effect::DropBefore);
    }

    /// A fault waits for requests to a service whose URL contains something.
    pub(super) fn set_fault(&self, (service, url): (Service, &str), skip: u32, times: NonZeroU32, effect: Effect) {
        let url_contains = url.to_owned();
        let fault = Fault { service, method: None, url_contains, skip, times, effect, delay_ms: 0 };
        self.world.borrow_mut().faults.add(fault);
    }

    /// Faults end, and somebody agrees to deletes that were held back and to whatever waits.
    pub(crate) fn calm_down(&mut self) {
        self.undo_the_choices();
        self.come_within_reach();
        // Only where something is hidden: another filter has everything read.
        self.policy.filter.private |= self.records(Side::Exchange).iter().any(|item| item["sensitivity"] == "private");
        let mut world = self.world.borrow_mut();
        world.faults.clear();
        self.watch.throttled_parts.set(None);
        world.microsoft.stop_throttling(MAILBOX);
        self.policy.allow_mass_delete = true;
    }

    /// The next sync gets an answer that is malformed.
    pub(crate) fn damage(&self, damage: Damage) {
        self.watch.damage.set(Some(damage));
    }

    /// Whether the answer has come.
    pub(crate) fn is_damaged(&self) -> bool {
        self.watch.damage.take().is_none()
    }

    /// A page holds as many items as it is asked for: what one sync wrote comes back on one.
    pub(crate) fn read_whole_pages(&self) {
        self.watch.page_max.set(None);
    }

    /// A fault that meets every request to a service, until [`Stage::calm_down`].
    pub(crate) fn always(&mut self, service: Service, effect: &Effect) {
        self.set_fault((service, ""), 0, NonZeroU32::MAX, effect.clone());
    }
}
