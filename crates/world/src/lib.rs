//! In-memory Microsoft and Zoho: pure request to response, with an injected clock, ids and faults.
//!
//! One [`World`] serves the simulator and the local sandbox alike. It refuses what the vendors refuse;
//! where a vendor's behaviour is known only by report, the code says so. It does no I/O, reads no clock
//! and has no randomness of its own: time moves by [`World::advance`], ids come from a seed.
//!
//! What it is not: a copy of either product. It covers what this project calls, completely, and answers
//! everything else as the vendor answers an unknown address.

mod address;
mod counters;
mod deliveries;
mod faults;
mod html;
mod ids;
mod outbox;

pub mod microsoft;
pub mod zoho;

pub use counters::Counters;
pub use deliveries::{Deliveries, Delivery, WAITING_MAX};
pub use faults::{Effect, Fault, Faults};
pub use ids::Ids;
pub use outbox::{Mail, Outbox};

use jiff::Timestamp;
use mxs_http::{Request, Response};

/// Which vendor a request goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// Microsoft identity and Graph.
    Microsoft,
    /// Zoho accounts and CRM.
    Zoho,
}

/// What every handler may use: the time, fresh ids, and the place where mail goes.
pub struct Context<'a> {
    /// The world's present moment.
    pub now: Timestamp,
    /// Source of ids and tokens.
    pub ids: &'a mut Ids,
    /// Where mail lands that a real server would have sent.
    pub outbox: &'a mut Outbox,
    /// Where things are counted that happen inside a request.
    pub counters: &'a mut Counters,
    /// What the vendors send by themselves.
    pub deliveries: &'a mut Deliveries,
}

/// What became of a request.
pub struct Outcome {
    /// The answer; `None` when the connection was dropped, or the answer waits.
    pub response: Option<Response>,
    /// What the answer waits for: [`World::parked`] has it once a delivery was answered. Only creating a subscription waits.
    pub parked: Option<u64>,
    /// The name of an answer that goes on behind its beginning: [`World::streamed`] has what comes next.
    pub stream: Option<u64>,
    /// How long the answer takes, in milliseconds.
    pub delay_ms: u64,
}

/// Microsoft and Zoho, their clock, and what a tester may do to them.
pub struct World {
    now: Timestamp,
    ids: Ids,
    /// Mail that real servers would have sent.
    pub outbox: Outbox,
    /// Faults waiting to strike.
    pub faults: Faults,
    /// What was asked, by service and operation.
    pub counters: Counters,
    deliveries: Deliveries,
    /// The Microsoft half.
    pub microsoft: microsoft::Microsoft,
    /// The Zoho half.
    pub zoho: zoho::Zoho,
}

impl World {
    /// An empty world at `now`, whose ids follow from `seed`.
    pub fn new(now: Timestamp, seed: u64) -> Self {
        Self {
            now,
            ids: Ids::new(seed),
            outbox: Outbox::default(),
            faults: Faults::default(),
            counters: Counters::default(),
            deliveries: Deliveries::default(),
            microsoft: microsoft::Microsoft::default(),
            zoho: zoho::Zoho::default(),
        }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Moves the clock. Time never runs backwards: an earlier moment is ignored.
    pub fn set_now(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    /// Lets `milliseconds` pass.
    pub fn advance(&mut self, milliseconds: i64) {
        self.now += jiff::SignedDuration::from_millis(milliseconds);
    }

    /// Runs `act` on the Microsoft half with the world's clock, ids and outbox. Whoever subscribed is told what changed.
    pub fn with_microsoft<T>(&mut self, act: impl FnOnce(&mut microsoft::Microsoft, &mut Context<'_>) -> T) -> T {
        let mut context = Context {
            now: self.now,
            ids: &mut self.ids,
            outbox: &mut self.outbox,
            counters: &mut self.counters,
            deliveries: &mut self.deliveries,
        };
        let result = act(&mut self.microsoft, &mut context);
        self.microsoft.tell(&mut context);
        result
    }

    /// Runs `act` on the Zoho half with the world's clock, ids and outbox. Whoever has a channel is told what changed.
    pub fn with_zoho<T>(&mut self, act: impl FnOnce(&mut zoho::Zoho, &mut Context<'_>) -> T) -> T {
        let mut context = Context {
            now: self.now,
            ids: &mut self.ids,
            outbox: &mut self.outbox,
            counters: &mut self.counters,
            deliveries: &mut self.deliveries,
        };
        let result = act(&mut self.zoho, &mut context);
        self.zoho.tell(&mut context);
        result
    }

    /// Answers one request.
    ///
    /// `in_flight` is how many requests of the same service are being answered at this moment, this one
    /// included; a caller that sends one at a time passes 1. Vendors that limit concurrency look at it.
    pub fn handle(&mut self, service: Service, request: &Request, in_flight: usize) -> Outcome {
        let fault = self.faults.strike(service, request);
        let delay_ms = fault.as_ref().map_or(0, |fault| fault.delay_ms);
        let effect = fault.map(|fault| fault.effect);
        if let Some(Effect::Status { .. } | Effect::DropBefore) = effect {
            self.counters.fault(service);
            let response = effect.and_then(Effect::into_response);
            let response = response.map(|response| match service {
                Service::Microsoft => self.microsoft.let_in(request, response),
                Service::Zoho => response,
            });
            return Outcome { response, parked: None, stream: None, delay_ms };
        }
        let response = match service {
            Service::Microsoft => {
                self.with_microsoft(|microsoft, context| microsoft.handle(context, request, in_flight))
            }
            Service::Zoho => {
                let date = self.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
                let response = self.with_zoho(|zoho, context| zoho.handle(context, request, in_flight));
                response.header("Date", date)
            }
        };
        self.counters.count(service, request);
        let parked = self.deliveries.parking();
        let stream = self.deliveries.streaming();
        if let Some(Effect::DropAfter) = effect {
            self.counters.fault(service);
            if let Some(parked) = parked {
                self.deliveries.forget(parked);
            }
            if let Some(stream) = stream {
                self.hang_up(stream);
            }
            return Outcome { response: None, parked: None, stream: None, delay_ms };
        }
        Outcome { response: parked.is_none().then_some(response), parked, stream, delay_ms }
    }
}
