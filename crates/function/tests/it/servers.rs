//! Exchange Servers and their domains, as the function reaches them.

use mxs_function::{Answered, Door, Services};
use mxs_http::{Request, Response};
use mxs_outgoing::{Account, Authorities, Failure, Refusal};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What a server does with a request, and whether somebody signs in with it.
pub(crate) type Serves = fn(&Request, Option<&str>) -> Result<Response, Failure>;

/// All servers that there are, by their origins; the others aren't there.
#[derive(Default)]
pub(crate) struct Servers {
    serving: Mutex<BTreeMap<String, Serves>>,
    services: Mutex<Vec<String>>,
    /// What was asked: the origin, who signed in, and how many authorities were trusted.
    asked: Mutex<Vec<String>>,
}

impl Servers {
    pub(crate) fn put(&self, origin: &str, serves: Serves) {
        self.serving.lock().expect("unpoisoned").insert(origin.to_owned(), serves);
    }

    /// The name service names this host for any service.
    pub(crate) fn name(&self, host: &str) {
        self.services.lock().expect("unpoisoned").push(host.to_owned());
    }

    /// What was asked since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("unpoisoned"))
    }

    fn answer(&self, origin: &str, request: &Request, who: Option<&str>, trusted: usize) -> Result<Response, Failure> {
        let path = request.url.strip_prefix(origin).unwrap_or(&request.url);
        let path = path.split('?').next().unwrap_or_default();
        let line = format!("{origin}{path} {} {trusted}", who.unwrap_or("-"));
        self.asked.lock().expect("unpoisoned").push(line);
        let serves = self.serving.lock().expect("unpoisoned").get(origin).copied();
        serves.map_or(Err(Failure::NotSent), |serves| serves(request, who))
    }

    pub(crate) fn door(
        self: &Arc<Self>,
        origin: &str,
        account: Option<Account>,
        authorities: &Authorities,
    ) -> Result<Arc<dyn Door>, Refusal> {
        let who = account.map(|account| match account {
            Account::Password { user, domain, password } => {
                let domain = domain.map(|domain| format!("{domain}\\")).unwrap_or_default();
                format!("{domain}{user}:{}", password.expose_secret())
            }
            Account::Token(token) => format!("token:{}", token.expose_secret()),
        });
        let (servers, origin) = (self.clone(), origin.to_owned());
        Ok(Arc::new(To { servers, origin, who, trusted: authorities.count() }))
    }

    pub(crate) fn unprotected(&self, request: &Request) -> Answered {
        let (scheme, rest) = request.url.split_once("://").expect("an address");
        let origin = format!("{scheme}://{}", rest.split('/').next().unwrap_or_default());
        let answer = self.answer(&origin, request, None, 0);
        Box::pin(async move { answer })
    }

    pub(crate) fn services(&self) -> Services {
        let named = self.services.lock().expect("unpoisoned").clone();
        Box::pin(async move { named })
    }
}

/// The way to one of them.
struct To {
    servers: Arc<Servers>,
    origin: String,
    who: Option<String>,
    trusted: usize,
}

impl Door for To {
    fn exchange(&self, request: Request) -> Answered {
        let answer = self.servers.answer(&self.origin, &request, self.who.as_deref(), self.trusted);
        Box::pin(async move { answer })
    }
}
