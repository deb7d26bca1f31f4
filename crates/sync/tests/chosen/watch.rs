//! What was asked for.

use crate::tamper::Tamper;
use jiff::Timestamp;
use mxs_http::{Request, Response};
use mxs_world::Service;
use std::cell::{Cell, RefCell};

/// The address of every call to a vendor, in order.
#[derive(Default)]
pub(crate) struct Watch {
    asked: RefCell<Vec<(Service, String)>>,
    /// How many parts of the next batch are throttled.
    pub(crate) throttled_parts: Cell<Option<u32>>,
    /// Which answers are other ones than the stand-ins give.
    pub(crate) tamper: Tamper,
}

impl Watch {
    pub(crate) fn asked(&self, service: Service, request: Request, _: Timestamp) -> Request {
        self.asked.borrow_mut().push((service, request.url.clone()));
        request
    }

    pub(crate) fn answered(&self, _: (Service, &Request), _: Option<&Response>, _: bool, _: Timestamp) {}

    /// The answer as it arrives.
    pub(crate) fn damaged(&self, (service, request): (Service, &Request), response: Response) -> Response {
        self.tamper.answer(service, request, response)
    }

    /// How many calls to a service name `word` in their addresses.
    pub(crate) fn calls(&self, service: Service, word: &str) -> usize {
        self.asked.borrow().iter().filter(|(to, url)| *to == service && url.contains(word)).count()
    }
}
