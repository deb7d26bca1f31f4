//! Exchange Web Services: another door to the mailboxes that Graph opens.
//!
//! What one door writes the other reads: there is one store a kind, and none here. It is the door of Exchange Server,
//! whose versions a tester chooses ([`EwsRules`]).
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/start-using-web-services-in-exchange>
//! and, for what is asked and answered in which form, the service's own `messages.xsd` and `types.xsd`.

mod auth;
mod autodiscover;
mod availability;
mod call;
mod envelope;
mod events;
mod folders;
mod ids;
mod impersonation;
mod items;
mod names;
mod ntlm;
mod operations;
mod page;
mod refusal;
mod restriction;
mod rules;
mod server;
mod state;
mod sync_state;
mod times;
mod trouble;
mod zones;

pub use autodiscover::{AutodiscoverRules, Redirect};
pub(super) use autodiscover::{handle as autodiscover, is_autodiscover};
pub use events::{EventRules, Streamed};
pub use rules::{EwsRules, Offered};
pub use server::Server;
pub(super) use state::State;
pub use trouble::EwsTrouble;

use super::Microsoft;
use super::target::Target;
use crate::Context;
use auth::Unknown;
use call::EwsCall;
use mxs_http::{Method, Request, Response};
use refusal::Refusal;
use trouble::{Ordered, Struck};

/// Whether an address is the service's. Internet Information Services don't look at case.
pub(super) fn is_ews(target: &Target) -> bool {
    let [folder, file] = target.segments.as_slice() else { return false };
    folder.eq_ignore_ascii_case("ews") && file.eq_ignore_ascii_case("exchange.asmx")
}

/// Answers one request. `in_flight` requests are being answered, this one included.
pub(super) fn handle(
    microsoft: &mut Microsoft,
    context: &mut Context<'_>,
    request: &Request,
    in_flight: usize,
) -> Response {
    let id = context.ids.guid();
    let response = match auth::caller(microsoft, context, request) {
        Ok(caller) => admitted(microsoft, context, request, &caller, in_flight),
        Err(Unknown { challenges }) => {
            let mut response = Response::new(401);
            for challenge in challenges {
                response.headers.push("WWW-Authenticate", challenge);
            }
            response
        }
    };
    response.header("request-id", id)
}

fn admitted(
    microsoft: &mut Microsoft,
    context: &mut Context<'_>,
    request: &Request,
    caller: &auth::Caller,
    in_flight: usize,
) -> Response {
    if request.method != Method::Post {
        return Response::new(405).header("Allow", "POST");
    }
    let is_xml = request.headers.get("Content-Type").is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/xml")
    });
    if !is_xml {
        return Response::new(415);
    }
    let server = microsoft.rules.ews.server;
    match answer(microsoft, context, &request.body, caller, in_flight) {
        Ok(Answer::Body(body)) => envelope::reply(server, 200, body),
        Ok(Answer::Response(response)) => response,
        Err(refusal) => envelope::reply(server, refusal.status(), refusal.fault()),
    }
}

/// What is answered.
enum Answer {
    /// By the service: what stands in the body of the envelope.
    Body(mxs_xml::Element),
    /// By what stands before it.
    Response(Response),
}

fn answer(
    microsoft: &mut Microsoft,
    context: &mut Context<'_>,
    body: &[u8],
    caller: &auth::Caller,
    in_flight: usize,
) -> Result<Answer, Refusal> {
    let rules = &microsoft.rules.ews;
    if in_flight > rules.concurrency {
        context.counters.add("ews throttled", 1);
        let text = "You have exceeded the available concurrent connections for your account.";
        return Err(Refusal::new("ErrorExceededConnectionCount", text));
    }
    let asked = envelope::read(body, rules.server)?;
    let user = impersonation::mailbox_owner(microsoft, caller, asked.acts_for.as_ref())?;
    let operation = operations::find(&asked.operation, asked.version)?;
    context.counters.add(&format!("ews {}", operation.name), 1);
    if let Some(trouble) = microsoft.ews.troubles.get_mut(&user.id).and_then(Ordered::strike) {
        context.counters.add("ews throttled", 1);
        return match trouble.strike() {
            Struck::Fault(refusal) => Err(refusal),
            Struck::Each(refusal) => {
                operations::refuse_each(operation, &asked.operation, &refusal).map(Answer::Body).ok_or(refusal)
            }
            Struck::Response(response) => Ok(Answer::Response(response)),
        };
    }
    let mut call = EwsCall::open(microsoft, context, user, asked.version, asked.time_zone);
    operations::run(operation, &mut call, &asked.operation).map(Answer::Body)
}
