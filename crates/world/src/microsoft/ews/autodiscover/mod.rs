//! Autodiscover: where the service is for a mailbox, asked in three ways.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/autodiscover-for-exchange>.

mod json;
mod pox;
mod rules;
mod soap;

pub use rules::{AutodiscoverRules, Redirect};

use super::auth::{self, Unknown};
use super::server::Server;
use crate::Context;
use crate::microsoft::Microsoft;
use crate::microsoft::directory::User;
use crate::microsoft::target::Target;
use mxs_http::{Method, Request, Response};

/// Which of the three ways an address is. Internet Information Services don't look at case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Pox,
    Soap,
    Json,
}

impl Way {
    fn of(target: &Target) -> Option<Self> {
        let [folder, file, ..] = target.segments.as_slice() else { return None };
        if !folder.eq_ignore_ascii_case("autodiscover") {
            return None;
        }
        let known =
            [("autodiscover.xml", Self::Pox), ("autodiscover.svc", Self::Soap), ("autodiscover.json", Self::Json)];
        let (_, way) = known.into_iter().find(|(name, _)| file.eq_ignore_ascii_case(name))?;
        // Only the newest way has more behind its name: a version and the address.
        (target.segments.len() == 2 || way == Self::Json).then_some(way)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pox => "autodiscover pox",
            Self::Soap => "autodiscover soap",
            Self::Json => "autodiscover json",
        }
    }

    /// Whether a server has it: Exchange 2010 brought the second way, an update of 2016 the third.
    fn is_offered(self, rules: &AutodiscoverRules, server: Server) -> bool {
        match self {
            Self::Pox => rules.pox,
            Self::Soap => rules.soap && server != Server::Exchange2007Sp1,
            Self::Json => rules.json && server == Server::Exchange2016,
        }
    }
}

/// Whether an address is one of Autodiscover's.
pub(in crate::microsoft) fn is_autodiscover(target: &Target) -> bool {
    Way::of(target).is_some()
}

/// Answers one request.
pub(in crate::microsoft) fn handle(
    microsoft: &mut Microsoft,
    context: &mut Context<'_>,
    request: &Request,
    target: &Target,
) -> Response {
    let rules = microsoft.rules.ews.autodiscover.clone();
    let server = microsoft.rules.ews.server;
    let Some(way) = Way::of(target).filter(|way| way.is_offered(&rules, server)) else { return Response::new(404) };
    context.counters.add(way.name(), 1);
    if request.method == Method::Get
        && let Some(location) = &rules.location
    {
        return Response::new(302).header("Location", location.clone());
    }
    if way == Way::Json {
        return json::answer(microsoft, request, target, &rules);
    }
    match auth::caller(microsoft, context, request) {
        Err(Unknown { challenges }) => {
            challenges.into_iter().fold(Response::new(401), |response, one| response.header("WWW-Authenticate", one))
        }
        Ok(_) if way == Way::Pox => pox::answer(microsoft, context, request, &rules),
        Ok(_) => soap::answer(microsoft, request, &rules),
    }
}

/// Where the service is for a mailbox.
enum Found<'a> {
    /// Elsewhere.
    Redirect(&'a Redirect),
    /// Here, for this user.
    Here(&'a User),
    /// Nowhere: nobody has this address.
    Nowhere,
}

/// Where the service is for the mailbox of an address.
fn look_up<'a>(microsoft: &'a Microsoft, rules: &'a AutodiscoverRules, address: &str) -> Found<'a> {
    if let Some(redirect) = rules.redirect(address) {
        return Found::Redirect(redirect);
    }
    let user = microsoft.directory.by_address(address).filter(|user| user.has_mailbox);
    user.map_or(Found::Nowhere, Found::Here)
}

/// The address of the service, as administrators told the server
/// (<https://learn.microsoft.com/en-us/powershell/module/exchange/set-webservicesvirtualdirectory>).
fn service_url(microsoft: &Microsoft, rules: &AutodiscoverRules) -> String {
    rules.ews_url.clone().unwrap_or_else(|| format!("{}/EWS/Exchange.asmx", microsoft.base_url))
}

/// The name by which the directory of before there were domains with dots knows a user.
fn legacy_name(user: &User) -> String {
    let group = "Exchange Administrative Group (FYDIBOHF23SPDLT)";
    format!("/o=First Organization/ou={group}/cn=Recipients/cn={}", user.account_name())
}
