//! How many requests are being answered at this moment.

use mxs_http::Request;
use mxs_world::Service;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts requests in flight, separately for whatever the vendor counts separately.
#[derive(Clone, Debug, Default)]
pub struct InFlight(Arc<Mutex<HashMap<String, usize>>>);

/// One request in flight, until it is dropped.
#[derive(Debug)]
pub struct Flight {
    counts: InFlight,
    key: String,
    /// How many there are with this one.
    pub count: usize,
}

impl InFlight {
    /// Begins one request; to Zoho, that of an organisation, where a token says whose.
    pub fn begin(&self, service: Service, org: Option<&str>, request: &Request) -> Flight {
        let key = key(service, org, request);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key.clone()).or_default();
        *count += 1;
        let count = *count;
        drop(counts);
        Flight { counts: self.clone(), key, count }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut counts = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}

/// Exchange counts for each application and mailbox. The token stands for the application (and, with `/me`,
/// for the mailbox too): two tokens of one application would count apart, which no client has at one time.
/// Zoho counts for each organisation and application; there is one of those here.
fn key(service: Service, org: Option<&str>, request: &Request) -> String {
    match service {
        Service::Zoho => format!("zoho {}", org.unwrap_or_default()),
        Service::Microsoft => {
            let token = request.headers.get("Authorization").unwrap_or_default();
            let path = request.url.split_once("/v1.0/").map_or("", |(_, path)| path);
            let mut segments = path.split(['/', '?']);
            let mailbox = match segments.next() {
                Some("users") => segments.next().unwrap_or_default(),
                _ => "me",
            };
            format!("microsoft {mailbox} {token}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_http::Method;

    #[test]
    fn mailboxes_count_apart() {
        let flights = InFlight::default();
        let ask = |path: &str| {
            let url = format!("http://localhost:7702/v1.0/{path}");
            flights.begin(Service::Microsoft, None, &Request::new(Method::Get, url).header("Authorization", "Bearer t"))
        };
        let first = ask("users/a/contacts");
        let second = ask("users/a/contactFolders?$top=1");
        let other = ask("users/b/contacts");
        assert_eq!([first.count, second.count, other.count], [1, 2, 1]);
        drop(first);
        assert_eq!(ask("users/a/contacts").count, 2);
        assert_eq!(ask("me/contacts").count, 1);
    }

    #[test]
    fn organisations_count_apart() {
        let flights = InFlight::default();
        let ask = |org| flights.begin(Service::Zoho, org, &Request::new(Method::Get, "/crm/v8/Contacts"));
        let under_way = [ask(Some("a")), ask(Some("a")), ask(Some("b")), ask(None)];
        assert_eq!(under_way.map(|flight| flight.count), [1, 2, 1, 1]);
    }
}
