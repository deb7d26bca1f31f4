//! What was sent, and what came back.

use crate::tamper::Tamper;
use jiff::Timestamp;
use mxs_http::{Request, Response};
use mxs_world::Service;
use std::cell::{Cell, RefCell};

/// Every call to a vendor, in order.
#[derive(Default)]
pub(crate) struct Watch {
    sent: RefCell<Vec<(Service, Request)>>,
    /// How many parts of the next batch are throttled.
    pub(crate) throttled_parts: Cell<Option<u32>>,
    /// Which answers are other ones than the stand-ins give.
    pub(crate) tamper: Tamper,
}

impl Watch {
    pub(crate) fn asked(&self, service: Service, request: Request, _: Timestamp) -> Request {
        self.sent.borrow_mut().push((service, request.clone()));
        request
    }

    pub(crate) fn answered(&self, _: (Service, &Request), _: Option<&Response>, _: bool, _: Timestamp) {}

    /// The answer as it arrives.
    pub(crate) fn damaged(&self, (service, request): (Service, &Request), response: Response) -> Response {
        self.tamper.answer(service, request, response)
    }

    /// Whether any call to a vendor names `word`, in its address or in its body.
    pub(crate) fn was_told(&self, service: Service, word: &str) -> bool {
        let names =
            |request: &Request| request.url.contains(word) || String::from_utf8_lossy(&request.body).contains(word);
        self.sent.borrow().iter().any(|(to, request)| *to == service && names(request))
    }
}
