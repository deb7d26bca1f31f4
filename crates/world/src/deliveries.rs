//! What the vendors send by themselves: requests to addresses that were given to them.
//!
//! The world sends nothing. It hands out what is due ([`World::due_deliveries`]), and whoever took it tells what became of it
//! ([`World::delivered`]). A request whose answer waits for such a delivery is *parked* ([`Outcome::parked`](crate::Outcome)):
//! its answer is there once the delivery was answered ([`World::parked`]).

use crate::{Service, World};
use jiff::{SignedDuration, Timestamp};
use mxs_http::{Request, Response};
use std::collections::{BTreeMap, BTreeSet};

/// The most deliveries that wait, of both vendors. What comes beyond is refused, and the vendor treats it as lost.
pub const WAITING_MAX: usize = 10_000;

/// A request that a vendor sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its name, for [`World::delivered`].
    pub id: u64,
    /// Which vendor sends it.
    pub service: Service,
    /// What is sent; its address is absolute.
    pub request: Request,
    /// When it is to be sent.
    pub due: Timestamp,
}

/// What waits, what is under way, and the requests that wait for it.
#[derive(Debug, Default)]
pub struct Deliveries {
    /// The last name that was given.
    last: u64,
    waiting: BTreeMap<(Timestamp, u64), Delivery>,
    /// When it was handed out, and whose it is.
    under_way: BTreeMap<u64, (Timestamp, Service)>,
    /// What the request that is being answered waits for.
    parking: Option<u64>,
    /// The answer that is given goes on, under this name.
    streaming: Option<u64>,
    /// The requests that somebody waits for.
    awaited: BTreeSet<u64>,
    answered: BTreeMap<u64, Response>,
}

impl Deliveries {
    fn name(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Sends a request when it is due. Answers with the delivery's name; `None` where too many wait.
    pub(crate) fn post(&mut self, service: Service, request: Request, due: Timestamp) -> Option<u64> {
        if self.waiting.len() >= WAITING_MAX {
            return None;
        }
        let id = self.name();
        self.waiting.insert((due, id), Delivery { id, service, request, due });
        Some(id)
    }

    /// Lets the request that is being answered wait, under a name.
    pub(crate) fn park(&mut self) -> u64 {
        let id = self.name();
        self.parking = Some(id);
        self.awaited.insert(id);
        id
    }

    /// Whether the request that is being answered waits, and under which name.
    pub(crate) const fn parking(&mut self) -> Option<u64> {
        self.parking.take()
    }

    /// Lets the answer that is given go on, under a name.
    pub(crate) const fn stream(&mut self, name: u64) {
        self.streaming = Some(name);
    }

    /// Whether the answer that is given goes on, and under which name.
    pub(crate) const fn streaming(&mut self) -> Option<u64> {
        self.streaming.take()
    }

    /// Answers a request that waits.
    pub(crate) fn answer(&mut self, parked: u64, response: Response) {
        if self.awaited.remove(&parked) {
            self.answered.insert(parked, response);
        }
    }

    /// Whoever sent a request that waits doesn't any more.
    pub(crate) fn forget(&mut self, parked: u64) {
        self.awaited.remove(&parked);
        self.answered.remove(&parked);
    }

    /// When the next one is due.
    fn next_due(&self) -> Option<Timestamp> {
        self.waiting.keys().next().map(|(due, _)| *due)
    }

    fn take_due(&mut self, now: Timestamp) -> Vec<Delivery> {
        let later = self.waiting.split_off(&(now, u64::MAX));
        let due: Vec<Delivery> = std::mem::replace(&mut self.waiting, later).into_values().collect();
        self.under_way.extend(due.iter().map(|delivery| (delivery.id, (now, delivery.service))));
        due
    }
}

impl World {
    /// What is to be sent now, in the order in which it is due. Whoever takes it tells of each what became of it.
    pub fn due_deliveries(&mut self) -> Vec<Delivery> {
        self.with_microsoft(|_, _| ());
        let now = self.now();
        self.deliveries.take_due(now)
    }

    /// When there will be something to send, as far as it is known.
    pub fn next_delivery(&self) -> Option<Timestamp> {
        self.deliveries.next_due()
    }

    /// What became of a delivery: its answer, or none within the time that whoever sent it waits. An answer that comes too
    /// late by the world's clock is none. A name that isn't under way is ignored.
    pub fn delivered(&mut self, id: u64, answer: Option<&Response>) {
        let Some((handed_out, service)) = self.deliveries.under_way.remove(&id) else { return };
        let took: SignedDuration = self.now().duration_since(handed_out);
        match service {
            Service::Microsoft => {
                self.with_microsoft(|microsoft, context| microsoft.delivered(id, answer, took, context));
            }
            Service::Zoho => self.with_zoho(|zoho, context| zoho.delivered(answer, context)),
        }
    }

    /// The answer to a request that was parked, once it is there; it is told once.
    pub fn parked(&mut self, id: u64) -> Option<Response> {
        self.deliveries.answered.remove(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_http::Method;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a moment")
    }

    fn post(deliveries: &mut Deliveries, due: i64) -> Option<u64> {
        deliveries.post(Service::Microsoft, Request::new(Method::Post, "https://f.example"), at(due))
    }

    #[test]
    fn what_is_due_is_handed_out_once_and_in_order() {
        let mut deliveries = Deliveries::default();
        let ids = [3, 1, 2, 1].map(|due| post(&mut deliveries, due).expect("room"));
        let due = |deliveries: &mut Deliveries, now| -> Vec<u64> {
            deliveries.take_due(at(now)).into_iter().map(|delivery| delivery.id).collect()
        };
        assert_eq!(deliveries.next_due(), Some(at(1)));
        assert_eq!(due(&mut deliveries, 2), [ids[1], ids[3], ids[2]]);
        assert_eq!(due(&mut deliveries, 2), [0; 0]);
        assert_eq!(due(&mut deliveries, 3), [ids[0]]);
        assert_eq!(deliveries.next_due(), None);
    }

    #[test]
    fn the_queue_has_an_end() {
        let mut deliveries = Deliveries::default();
        for _ in 0..WAITING_MAX {
            assert!(post(&mut deliveries, 1).is_some());
        }
        assert_eq!(post(&mut deliveries, 1), None);
        assert_eq!(deliveries.take_due(at(1)).len(), WAITING_MAX);
        assert!(post(&mut deliveries, 1).is_some(), "there is room again");
    }

    #[test]
    fn an_answer_is_kept_for_whoever_waits_only() {
        let mut deliveries = Deliveries::default();
        let (kept, forgotten) = (deliveries.park(), deliveries.park());
        assert_eq!((deliveries.parking(), deliveries.parking()), (Some(forgotten), None));
        deliveries.forget(forgotten);
        for id in [kept, forgotten] {
            deliveries.answer(id, Response::new(201));
        }
        assert_eq!(deliveries.answered.keys().copied().collect::<Vec<_>>(), [kept]);
    }
}
