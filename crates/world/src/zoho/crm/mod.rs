//! The CRM's REST API, version 8: `/crm/v8/...`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/>. Examples and error shapes follow the specification
//! that Zoho publishes at <https://github.com/zoho/crm-oas> (state of 2026), which is richer than its
//! documentation pages.

pub(super) mod auth;
mod call;
mod composite;
mod condition;
mod coql;
mod credits;
mod directory;
pub(crate) mod emails;
mod failure;
mod notifications;
pub(crate) mod records;
mod route;
mod scope;
mod settings;
mod value;

use call::{Call, Query};
pub(crate) use credits::Ledger;
pub(crate) use failure::Failure;
pub(crate) use notifications::Channels;
pub(crate) use records::PageTokens;
pub(crate) use value::{Place, display_name};

use super::Zoho;
use super::org::Org;
use crate::Context;
use crate::address::path_and_query;
use credits::Cost;
use mxs_http::{Request, Response};
use route::{Operation, Route};

/// Answers a request to `/crm/...`.
pub(crate) fn handle(zoho: &mut Zoho, context: &mut Context<'_>, request: &Request, in_flight: usize) -> Response {
    let (path, query) = path_and_query(&request.url);
    let route = match Route::parse(request.method, path) {
        Ok(route) => route,
        Err(failure) => return failure.response(),
    };
    let (org, caller) = match auth::authenticate(zoho, request, context.now) {
        Ok(known) => known,
        Err(failure) => return failure.response(),
    };
    let mut call = Call {
        context,
        caller,
        query: Query::parse(query),
        headers: request.headers.clone(),
        body: request.body.clone(),
        composite: false,
    };
    serve(org, &mut call, &route, in_flight)
}

/// Admits, answers and charges one call.
fn serve(org: &mut Org, call: &mut Call<'_, '_>, route: &Route, in_flight: usize) -> Response {
    let now = call.now();
    let cost = cost(route, call);
    if !org.admits(cost, in_flight, now) {
        return Failure::too_many_requests().response();
    }
    let response = answer(org, call, route).unwrap_or_else(|failure| failure.response());
    // Only a composite request can tell after the fact: one that was to be undone on failure costs two
    // credits when nothing failed.
    let credits = if *route == Route::Composite { composite::credits(call, &response) } else { cost.credits };
    org.ledger.spend(now, credits);
    call.context.counters.add("zoho credits", credits);
    match org.remaining(now) {
        Some(remaining) => response.header("X-API-CREDITS-REMAINING", remaining.to_string()),
        None => response,
    }
}

/// What a call costs.
fn cost(route: &Route, call: &Call<'_, '_>) -> Cost {
    match route {
        Route::Composite => Cost { calls: 5, ..Cost::ONE },
        Route::Coql => coql::cost(call),
        Route::Records(_, operation) => match operation {
            Operation::Insert | Operation::Update | Operation::Upsert => Cost::write(records::count_of_data(call)),
            Operation::Deleted => Cost { credits: 2, ..Cost::ONE },
            Operation::List => Cost { heavy: call.query.get("sort_by").is_some(), ..Cost::ONE },
            _ => Cost::ONE,
        },
        _ => Cost::ONE,
    }
}

/// Answers a call that was admitted, or a part of a composite request.
fn answer(org: &mut Org, call: &mut Call<'_, '_>, route: &Route) -> Result<Response, Failure> {
    if !route.allowed(&call.caller.scopes) {
        return Err(Failure::scope());
    }
    auth::may_use_api(org, call.caller.user)?;
    match route {
        Route::Org => Ok(directory::org(org)),
        Route::Users => directory::users(org, call),
        Route::User(id) => directory::user(org, call, id),
        Route::Profiles => Ok(settings::profiles(org)),
        Route::Profile(id) => settings::profile(org, id),
        Route::Roles => Ok(settings::roles(org)),
        Route::Role(id) => settings::role(org, id),
        Route::Modules => Ok(settings::modules(org)),
        Route::Module(name) => settings::module(org, name),
        Route::Fields => settings::fields(org, call),
        Route::Field(id) => settings::field(org, call, id),
        Route::Tags => settings::tags(org, call),
        Route::Coql => coql::query(org, call),
        Route::Emails(route) => emails::answer(org, call, route),
        Route::Watch(method) => notifications::answer(org, call, *method),
        Route::Composite => composite::run(org, call),
        Route::Records(module, operation) => records::answer(org, call, module, operation),
    }
}
