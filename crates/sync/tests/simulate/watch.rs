//! Looks at every call to a vendor: whether it keeps the vendor's limits, and which failure it met.

use crate::coverage::{Case, Coverage};
use crate::promises::{self, promise};
use crate::stage::Throttled;
use jiff::Timestamp;
use mxs_http::{Headers, Method, Request, Response};
use mxs_world::Service;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What was seen of the calls.
pub(crate) struct Watch {
    /// What is in every address of a reading of changes.
    reading: &'static str,
    pub(crate) met: RefCell<Coverage>,
    /// Until when Microsoft wants to be left alone.
    quiet_until: Cell<Option<Timestamp>>,
    /// The most items that Microsoft puts on a page, if that is fewer than it is asked for.
    pub(crate) page_max: Cell<Option<u32>>,
    /// Parts of the next batch are throttled.
    pub(crate) throttled_parts: Cell<Option<Throttled>>,
    /// Which answer is damaged, and how.
    pub(crate) damage: Cell<Option<Damage>>,
    /// What the CRM must not hear of.
    pub(crate) secrets: RefCell<BTreeSet<String>>,
    /// What opens both sides to the run.
    pub(crate) keys: RefCell<[String; 2]>,
    /// What could be read of the last run, if its caller printed all that it may.
    pub(crate) printed: RefCell<String>,
    /// Of every call so far.
    trace: RefCell<DefaultHasher>,
}

/// A damage to an answer of a vendor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Damage {
    pub(crate) service: Service,
    /// How many answers go by before it.
    pub(crate) skip: u32,
    /// Which of all the damages.
    pub(crate) choice: usize,
}

impl Watch {
    pub(crate) fn new(reading: &'static str) -> Self {
        Self {
            reading,
            met: RefCell::default(),
            quiet_until: Cell::default(),
            page_max: Cell::default(),
            throttled_parts: Cell::default(),
            damage: Cell::default(),
            secrets: RefCell::default(),
            keys: RefCell::default(),
            printed: RefCell::default(),
            trace: RefCell::default(),
        }
    }

    pub(crate) fn meet(&self, case: Case) {
        self.met.borrow_mut().meet(case);
    }

    /// A number that follows from every call so far, its answer included.
    pub(crate) fn trace(&self) -> u64 {
        self.trace.borrow().finish()
    }

    /// Another run begins. It may be another device's, which nobody told to wait.
    pub(crate) fn begin(&self) {
        self.quiet_until.set(None);
        self.printed.borrow_mut().clear();
    }

    /// A request as it goes out. Microsoft may put fewer items on a page than it is asked for.
    pub(crate) fn asked(&self, service: Service, request: Request, now: Timestamp) -> Request {
        let parts = if service == Service::Microsoft { "requests" } else { "data" };
        let parts = if request.body.is_empty() { 0 } else { list(&request.body, parts).len() };
        let quiet_until = self.quiet_until.get().filter(|_| service == Service::Microsoft);
        promise!(i21_the_vendors_limits_are_kept(service, parts, quiet_until, now));
        if service == Service::Zoho {
            promise!(i18_what_is_kept_out_is_not_told(&request, &self.secrets.borrow()));
        }
        match self.page_max.get() {
            Some(size) if request.url.contains(self.reading) => {
                let prefer = format!("IdType=\"ImmutableId\", odata.maxpagesize={size}");
                let others = request.headers.iter().filter(|(name, _)| *name != "Prefer");
                let mut headers: Headers = others.collect();
                headers.push("Prefer", prefer);
                Request { headers, ..request }
            }
            _ => request,
        }
    }

    /// The answer to a request, or that there is none; what it `created`, and whether the run dies before it is
    /// told.
    pub(crate) fn answered(
        &self,
        (service, request): (Service, &Request),
        response: Option<&Response>,
        created: bool,
        now: Timestamp,
    ) {
        self.printed.borrow_mut().push_str(&format!("{request:?} {response:?}\n"));
        let status = response.map(|response| response.status);
        (request.method, &request.url, &request.body, status).hash(&mut *self.trace.borrow_mut());
        if created && response.is_none() {
            self.meet(Case::CreationUnanswered);
        }
        let Some(response) = response else { return };
        if response.status == 401 {
            self.meet(Case::SignInRevoked);
        }
        if service == Service::Zoho {
            if request.url.ends_with("/coql") && response.is_success() {
                self.meet(Case::OthersRecords);
            }
            return;
        }
        self.heard(response.status, response.headers.get("Retry-After"), Case::Throttled, now);
        if request.url.contains(self.reading) {
            self.reading(&request.url, response.status);
        }
        if response.status == 404 && String::from_utf8_lossy(&response.body).contains("MailboxNotEnabled") {
            self.meet(Case::MailboxOff);
        }
        if !request.url.ends_with("/$batch") {
            return;
        }
        let parts = list(&request.body, "requests");
        for answer in list(&response.body, "responses") {
            let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
            self.heard(status, answer["headers"]["Retry-After"].as_str(), Case::PartThrottled, now);
            let part = parts.iter().find(|part| part["id"] == answer["id"]);
            let is_read = part.is_some_and(|part| part["method"] == Method::Get.as_str());
            match status {
                404 if is_read => self.meet(Case::ItemGone),
                412 => self.meet(Case::StaleVersion),
                _ => {}
            }
        }
    }

    /// The answer as it arrives: with something in it that its reader can tell is none of what was promised, if it is
    /// its turn.
    pub(crate) fn damaged(&self, (service, _): (Service, &Request), response: Response) -> Response {
        let Some(damage) = self.damage.get().filter(|damage| damage.service == service) else { return response };
        if damage.skip > 0 {
            self.damage.set(Some(Damage { skip: damage.skip - 1, ..damage }));
            return response;
        }
        let Ok(message) = serde_json::from_slice::<Value>(&response.body) else { return response };
        self.damage.set(None);
        let body = if damage.choice.is_multiple_of(2) {
            mxs_malformed::another_type(&message, damage.choice / 2)
                .map(|damaged| damaged.message.to_string().into_bytes())
        } else {
            response.body.get(..damage.choice % response.body.len()).map(<[u8]>::to_vec)
        };
        Response { body: body.unwrap_or_default(), ..response }
    }

    fn reading(&self, url: &str, status: u16) {
        match status {
            400 | 410 if url.contains("skiptoken") => self.meet(Case::PagingDied),
            400 | 410 => self.meet(Case::TokenDead),
            500.. => self.meet(Case::DeltaFailed),
            _ => {}
        }
        if status == 400 {
            self.meet(Case::StateInvalid);
        }
    }

    /// A status of Microsoft's, and how long it wants to be left alone.
    fn heard(&self, status: u16, retry_after: Option<&str>, throttled: Case, now: Timestamp) {
        if status != 429 && status != 503 {
            return;
        }
        if status == 429 {
            self.meet(throttled);
        }
        if retry_after.is_none_or(|text| text.contains('.')) {
            self.meet(Case::OddRetryAfter);
        }
        if let Some(seconds) = retry_after.and_then(|text| text.parse::<f64>().ok()) {
            let until = now + jiff::SignedDuration::from_millis((seconds * 1_000.0) as i64);
            self.quiet_until.set(self.quiet_until.get().max(Some(until)));
        }
    }
}

fn list(body: &[u8], name: &str) -> Vec<Value> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    body[name].as_array().cloned().unwrap_or_default()
}
