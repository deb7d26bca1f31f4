//! What is counted and measured of the running function, for whoever watches over it.
//!
//! | file | what |
//! |---|---|
//! | `outside` | requests to the vendors |
//! | `page` | the page that Prometheus reads, and what is looked up for it |
//!
//! No label holds an id, an address or any other text that somebody sent: each has its values from a list of ours, so
//! that nobody is told of and nobody makes the page grow. `docs/operations.md` says what each means.

mod outside;
mod page;

pub(crate) use outside::Counted;
pub(crate) use page::routes;

use jiff::Timestamp;
use mxs_api::{Run, RunEnd};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::borrow::Cow;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// What every name begins with, but for those of the process, which all programs have.
const PREFIX: &str = "mxs";

/// The bounds of how long a request takes, in seconds: answers are due at once, and given up after twenty seconds.
const REQUEST_SECONDS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 20.0];

/// The bounds of how long a run takes, in seconds: a first one reads everything.
const RUN_SECONDS: [f64; 9] = [0.5, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 1_800.0, 7_200.0];

/// The bounds of how late a turn begins, in seconds.
const LATE_SECONDS: [f64; 9] = [0.5, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 1_800.0, 7_200.0];

/// Names and values of ours.
type Labels<const N: usize> = [(&'static str, Cow<'static, str>); N];

type Counters<const N: usize> = Family<Labels<N>, Counter>;

type Histograms<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

/// Fractions, and no number where it isn't known.
type Measure = Gauge<f64, AtomicU64>;

/// What the database refused, of the whole process: an error knows no more of where it comes from.
static DATABASE: LazyLock<Counters<1>> = LazyLock::new(Family::default);

/// The database refused something: what sort of trouble it was.
pub(crate) fn database_error(kind: &'static str) {
    DATABASE.get_or_create(&[("kind", kind.into())]).inc();
}

/// All of it.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Counters<3>,
    request_seconds: Histograms<2>,
    runs: Counters<2>,
    run_seconds: Histogram,
    late_seconds: Histogram,
    running: Gauge,
    notifications: Counters<2>,
    vendor_requests: Counters<2>,
    throttles: Counters<1>,
    tokens: Counters<2>,
    leases: Counters<1>,
    state: State,
}

/// What is looked up whenever somebody reads the page.
struct State {
    mailboxes: Family<Labels<1>, Gauge>,
    turns: Gauge,
    credits: Measure,
    database: Gauge,
    memory: Gauge,
}

impl Metrics {
    /// Begins to count.
    pub(crate) fn new(now: Timestamp) -> Self {
        let mut registry = Registry::default();
        let started = Measure::default();
        started.set(now.as_millisecond() as f64 / 1000.0);
        registry.register("process_start_time_seconds", "When the process began, since 1970", started);
        let memory = Gauge::default();
        registry.register("process_resident_memory_bytes", "Memory that the process takes", memory.clone());
        let ours = registry.sub_registry_with_prefix(PREFIX);

        let requests = Counters::default();
        ours.register("http_requests", "Requests by route, method and class of the answer's status", requests.clone());
        let request_seconds = Histograms::new_with_constructor(|| Histogram::new(REQUEST_SECONDS));
        let help = "How long requests took, by route and method";
        ours.register_with_unit("http_request_duration", help, Unit::Seconds, request_seconds.clone());
        let runs = Counters::default();
        ours.register("runs", "Runs by how they ended, in a tab and without; and why they failed", runs.clone());
        let run_seconds = Histogram::new(RUN_SECONDS);
        ours.register_with_unit("run_duration", "How long runs took", Unit::Seconds, run_seconds.clone());
        let late_seconds = Histogram::new(LATE_SECONDS);
        let help = "How long mailboxes were due before their turn began";
        ours.register_with_unit("turn_lateness", help, Unit::Seconds, late_seconds.clone());
        let running = Gauge::default();
        ours.register("turns_running", "Turns under way in this instance", running.clone());
        let notifications = Counters::default();
        ours.register("notifications", "What vendors posted, and what became of it", notifications.clone());
        let vendor_requests = Counters::default();
        let help = "Requests to vendors by what they are to, and class of the answer's status";
        ours.register("vendor_requests", help, vendor_requests.clone());
        let throttles = Counters::default();
        ours.register("vendor_throttles", "Answers by which a vendor asked to be left alone", throttles.clone());
        let tokens = Counters::default();
        ours.register("token_renewals", "Access tokens that were asked for, and what came of it", tokens.clone());
        let leases = Counters::default();
        ours.register("leases", "Leases that were asked for, and what came of it", leases.clone());
        ours.register("database_errors", "What the database refused", DATABASE.clone());

        let mailboxes = Family::<Labels<1>, Gauge>::default();
        ours.register("mailboxes", "Mailboxes that are synced without a tab, by how they stand", mailboxes.clone());
        let turns = Gauge::default();
        ours.register("turns_queued", "Turns that wait in the queue or are under way, of all instances", turns.clone());
        let credits = Measure::default();
        let help = "The fewest credits that an organisation's CRM has left for the day; no number where none is known";
        ours.register("crm_credits_left_min", help, credits.clone());
        let database = Gauge::default();
        ours.register("database_up", "Whether the database answers", database.clone());
        let state = State { mailboxes, turns, credits, database, memory };
        Self {
            registry,
            requests,
            request_seconds,
            runs,
            run_seconds,
            late_seconds,
            running,
            notifications,
            vendor_requests,
            throttles,
            tokens,
            leases,
            state,
        }
    }

    /// A request was answered. `route` is a route's pattern.
    pub(crate) fn request(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let route = || ("route", route.to_owned().into());
        let of = [route(), ("method", method.into()), ("status", class(status).into())];
        self.requests.get_or_create(&of).inc();
        let of = [route(), ("method", method.into())];
        self.request_seconds.get_or_create(&of).observe(took.as_secs_f64());
    }

    /// A run ended.
    pub(crate) fn run(&self, run: &Run) {
        let (end, failure) = match &run.end {
            RunEnd::Cancelled => ("cancelled", Cow::Borrowed("")),
            RunEnd::Completed => ("completed", Cow::Borrowed("")),
            RunEnd::Failed { code } => ("failed", known_code(code)),
            RunEnd::Interrupted => ("interrupted", Cow::Borrowed("")),
        };
        self.runs.get_or_create(&[("end", end.into()), ("failure", failure)]).inc();
        if let (Ok(started), Ok(ended)) = (run.started.parse::<Timestamp>(), run.ended.parse::<Timestamp>()) {
            self.run_seconds.observe((ended - started).total(jiff::Unit::Second).unwrap_or_default());
        }
    }

    /// A turn begins that was due so long ago; it goes on until what is returned is dropped.
    pub(crate) fn turn(&self, late_ms: i64) -> Running {
        self.late_seconds.observe(late_ms.max(0) as f64 / 1000.0);
        self.running.inc();
        Running(self.running.clone())
    }

    /// Something was posted, and what became of it.
    pub(crate) fn notification(&self, vendor: &'static str, outcome: &'static str) {
        self.notifications.get_or_create(&[("vendor", vendor.into()), ("outcome", outcome.into())]).inc();
    }

    /// An access token was asked for.
    pub(crate) fn token(&self, vendor: &'static str, result: &'static str) {
        self.tokens.get_or_create(&[("vendor", vendor.into()), ("result", result.into())]).inc();
    }

    /// A lease was asked for.
    pub(crate) fn lease(&self, result: &'static str) {
        self.leases.get_or_create(&[("result", result.into())]).inc();
    }

    /// A vendor was asked something; without a status it didn't answer.
    fn vendor(&self, role: &'static str, status: Option<u16>) {
        let status_class = status.map_or("none", class);
        self.vendor_requests.get_or_create(&[("to", role.into()), ("status", status_class.into())]).inc();
        if matches!(status, Some(429 | 503)) {
            self.throttles.get_or_create(&[("to", role.into())]).inc();
        }
    }
}

/// A turn that is under way.
pub(crate) struct Running(Gauge);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The hundred that a status is of.
const fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5 => "5xx",
        _ => "other",
    }
}

/// A code of runs as it is. Whoever ends a run may send any word: what doesn't look like one of ours is one of many.
fn known_code(code: &str) -> Cow<'static, str> {
    let number = code.strip_prefix("MXS-10").filter(|number| number.len() == 2);
    match number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
        true => Cow::Owned(code.to_owned()),
        false => Cow::Borrowed("other"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_somebody_made_up_is_no_label() {
        for (code, expected) in [
            ("MXS-1001", "MXS-1001"),
            ("MXS-1099", "MXS-1099"),
            ("MXS-1100", "other"),
            ("MXS-10010", "other"),
            ("MXS-10é", "other"),
            ("anna.secret", "other"),
            ("", "other"),
        ] {
            assert_eq!(known_code(code), expected, "{code}");
        }
    }
}
