//! What a tester lets go wrong.

use crate::Service;
use mxs_http::{Method, Request, Response};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// What happens to a request that a fault strikes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Effect {
    /// It is answered normally; only the delay counts.
    None,
    /// It is answered with this status and body; nothing is applied.
    Status {
        /// The status code.
        status: u16,
        /// The body.
        #[serde(default)]
        body: String,
        /// The body's media type.
        #[serde(default = "json")]
        media_type: String,
        /// `Retry-After` in seconds.
        #[serde(default)]
        retry_after_s: Option<u32>,
    },
    /// The connection drops before the server acts.
    DropBefore,
    /// The server acts, then the connection drops: the caller can't know.
    DropAfter,
}

fn json() -> String {
    "application/json".into()
}

impl Effect {
    pub(crate) fn into_response(self) -> Option<Response> {
        match self {
            Effect::Status { status, body, media_type, retry_after_s } => {
                let mut response = Response::new(status).body(&media_type, body);
                if let Some(seconds) = retry_after_s {
                    response.headers.push("Retry-After", seconds.to_string());
                }
                Some(response)
            }
            Effect::None | Effect::DropBefore | Effect::DropAfter => None,
        }
    }
}

/// One fault: which requests it strikes, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The service it waits at.
    pub service: Service,
    /// The request's method; any when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// A part of the request's URL (path and query); any when empty.
    #[serde(default)]
    pub url_contains: String,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many it strikes before it is gone.
    #[serde(default = "once")]
    pub times: NonZeroU32,
    /// What happens.
    pub effect: Effect,
    /// Added delay in milliseconds.
    #[serde(default)]
    pub delay_ms: u64,
}

fn once() -> NonZeroU32 {
    NonZeroU32::MIN
}

/// The faults in wait, in the order in which they were set.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Sets one more fault.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Takes all faults away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The faults that can still strike.
    pub fn waiting(&self) -> &[Fault] {
        &self.0
    }

    /// The first fault that strikes `request`, if any; uses it up. A browser's question before a request is
    /// spared: a fault is meant for the request, and nobody counts the questions.
    pub(crate) fn strike(&mut self, service: Service, request: &Request) -> Option<Fault> {
        if request.method == Method::Options {
            return None;
        }
        let index = self.0.iter_mut().position(|fault| {
            let matches = fault.service == service
                && fault.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(request.method.as_str()))
                && request.url.contains(&fault.url_contains);
            let passes = matches && fault.skip > 0;
            if passes {
                fault.skip -= 1;
            }
            matches && !passes
        })?;
        let struck = self.0[index].clone();
        match NonZeroU32::new(struck.times.get() - 1) {
            Some(left) => self.0[index].times = left,
            None => {
                self.0.remove(index);
            }
        }
        Some(struck)
    }
}
