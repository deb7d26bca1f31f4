//! Which questions lead to the service, one after the other.

use super::{Answer, json, pox, soap, web};
use crate::ErrorKind;
use mxs_http::{Method, NoResponse, Request, Response};
use std::collections::{BTreeSet, VecDeque};

/// How often a search follows where somebody sends it.
pub const HOPS_MAX: u8 = 10;

/// How many questions a search asks at most.
pub const QUESTIONS_MAX: u8 = 40;

/// How many of the servers that a domain's name service names are asked.
pub const SRV_MAX: usize = 5;

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask this, then say what came of it ([`Search::answered`]).
    Ask(Question),
    /// Ask somebody whether the search may go on at this host, which isn't the address's own ([`Search::agreed`]).
    Confirm(String),
    /// Ask the name service for the SRV records of this name ([`Search::looked_up`]).
    LookUp(String),
    /// The service is at this address.
    Found(String),
    /// Nobody said where it is.
    Failed(Failure),
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// To an absolute address. Redirections are not to be followed: the search does.
    pub request: Request,
    /// Whether it is asked with the person's credentials.
    pub with_credentials: bool,
}

/// Why a search failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nobody said where the service is: somebody has to type it in.
    #[error("no server said where the service is")]
    NotFound,
    /// A server knows the domain, but no mailbox of this address.
    #[error("no mailbox has this address")]
    NoMailbox,
    /// A server asked for other credentials.
    #[error("the credentials were not accepted")]
    SignInAgain,
}

/// How a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Json,
    Soap,
    Pox,
    /// Only to hear of a redirection: without TLS, and without anything that is anybody's.
    Plain,
}

/// Something that is still to be done.
#[derive(Clone, PartialEq, Eq)]
enum Task {
    Ask { way: Way, url: String, host: String },
    LookUp(String),
    Found { url: String, host: String },
}

/// The search for one address.
///
/// Each host is first asked without credentials; then with them, as a service and in plain XML. The domain's own host
/// and its `autodiscover` come first, then where an unprotected redirection leads, then what the name service says.
pub struct Search {
    address: String,
    /// The domain of the address that somebody typed in: hosts of others are asked about.
    own: String,
    tasks: VecDeque<Task>,
    asked: BTreeSet<(Way, String)>,
    agreed: BTreeSet<String>,
    hops: u8,
    questions: u8,
    worst: Failure,
}

/// Whose search it is, is personal data.
impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("questions", &self.questions).finish_non_exhaustive()
    }
}

impl Search {
    /// Begins a search; `None` for what is no address of mail.
    pub fn new(address: &str) -> Option<Self> {
        let own = web::domain(address)?;
        let mut search = Self {
            address: String::new(),
            own: own.clone(),
            tasks: VecDeque::new(),
            asked: BTreeSet::new(),
            agreed: BTreeSet::new(),
            hops: 0,
            questions: 0,
            worst: Failure::NotFound,
        };
        search.look_for(address.trim(), &own);
        Some(search)
    }

    /// What is to be done next. The same until it was said what came of it.
    pub fn step(&mut self) -> Step {
        loop {
            let Some(task) = self.tasks.front() else { return Step::Failed(self.worst) };
            match task {
                Task::Ask { host, .. } | Task::Found { host, .. } if !self.may_go_to(host) => {
                    return Step::Confirm(host.clone());
                }
                Task::Found { url, .. } => return Step::Found(url.clone()),
                Task::LookUp(name) => return Step::LookUp(name.clone()),
                Task::Ask { way, url, .. } if self.asked.contains(&(*way, url.clone())) => {
                    self.tasks.pop_front();
                }
                Task::Ask { .. } if self.questions == QUESTIONS_MAX => return Step::Failed(self.worst),
                Task::Ask { way, url, .. } => return Step::Ask(self.question(*way, url)),
            }
        }
    }

    /// Says what came of [`Step::Ask`].
    pub fn answered(&mut self, response: Result<&Response, NoResponse>) {
        let Some(Task::Ask { way, url, host }) = self.tasks.pop_front() else { return };
        self.asked.insert((way, url));
        self.questions += 1;
        let response = match response {
            Ok(response) => response,
            Err(NoResponse::NotSent) if way != Way::Plain => return self.give_up(&host),
            Err(_) => return,
        };
        if let 301 | 302 | 303 | 307 | 308 = response.status {
            if let Some(target) = response.headers.get("Location").and_then(|location| web::target(location, &host)) {
                self.follow(way, target);
            }
            return;
        }
        let answer = match way {
            Way::Json => json::parse(response),
            Way::Soap => soap::parse(response),
            Way::Pox => pox::parse(response),
            // Whatever it says was said where anybody may have changed it.
            Way::Plain => return,
        };
        match answer {
            Ok(Answer::Endpoint(url)) => {
                if let Some(host) = web::host(&url) {
                    self.tasks.push_front(Task::Found { url, host });
                }
            }
            Ok(Answer::Url(url)) => self.follow(way, url),
            Ok(Answer::Address(address)) => {
                if let Some(domain) = web::domain(&address)
                    && self.hop()
                {
                    self.look_for(address.trim(), &domain);
                }
            }
            Err(error) => self.note(error.kind),
        }
    }

    /// Says what came of [`Step::Confirm`].
    pub fn agreed(&mut self, may_go: bool) {
        let (Some(Task::Ask { host, .. }) | Some(Task::Found { host, .. })) = self.tasks.front() else { return };
        let host = host.clone();
        if may_go {
            self.agreed.insert(host);
        } else {
            self.tasks.retain(
                |task| !matches!(task, Task::Ask { host: own, .. } | Task::Found { host: own, .. } if *own == host),
            );
        }
    }

    /// Says what came of [`Step::LookUp`]: the hosts, those that are to be asked first before the others.
    pub fn looked_up(&mut self, hosts: &[&str]) {
        let Some(Task::LookUp(_)) = self.tasks.pop_front() else { return };
        for host in hosts.iter().filter_map(|host| web::name(host)).take(SRV_MAX) {
            self.ask_host(&host);
        }
    }

    /// Hosts of the address's own domain, and those that somebody agreed to.
    fn may_go_to(&self, host: &str) -> bool {
        let is_within = host.strip_suffix(self.own.as_str()).is_some_and(|rest| rest.ends_with('.'));
        host == self.own || is_within || self.agreed.contains(host)
    }

    /// Looks for another address instead, from the beginning.
    fn look_for(&mut self, address: &str, domain: &str) {
        address.clone_into(&mut self.address);
        self.asked.clear();
        self.tasks.clear();
        let named = format!("autodiscover.{domain}");
        for host in [domain, &named] {
            self.ask_host(host);
        }
        let plain = format!("http://{named}/autodiscover/autodiscover.xml");
        self.tasks.push_back(Task::Ask { way: Way::Plain, url: plain, host: named });
        self.tasks.push_back(Task::LookUp(format!("_autodiscover._tcp.{domain}")));
    }

    fn ask_host(&mut self, host: &str) {
        let ways = [
            (Way::Json, json::address(host, &self.address)),
            (Way::Soap, soap::address(host)),
            (Way::Pox, pox::address(host)),
        ];
        self.tasks.extend(ways.map(|(way, url)| Task::Ask { way, url, host: host.to_owned() }));
    }

    /// Goes on where somebody sends the search, before all else. What was asked in plain goes on with credentials.
    fn follow(&mut self, way: Way, url: String) {
        let way = if way == Way::Plain { Way::Pox } else { way };
        if let Some(host) = web::host(&url)
            && self.hop()
        {
            self.tasks.push_front(Task::Ask { way, url, host });
        }
    }

    /// Asks a host that can't be reached nothing more over TLS: whoever waits for the search waits for each time it tries.
    fn give_up(&mut self, host: &str) {
        self.tasks
            .retain(|task| !matches!(task, Task::Ask { way, host: own, .. } if *way != Way::Plain && own == host));
    }

    fn hop(&mut self) -> bool {
        self.hops += 1;
        self.hops <= HOPS_MAX
    }

    /// Of what several servers say, that of one that knows the domain counts.
    fn note(&mut self, kind: ErrorKind) {
        match (kind, self.worst) {
            (ErrorKind::NoMailbox, _) => self.worst = Failure::NoMailbox,
            (ErrorKind::SignInAgain, Failure::NotFound) => self.worst = Failure::SignInAgain,
            _ => {}
        }
    }

    fn question(&self, way: Way, url: &str) -> Question {
        let (request, with_credentials) = match way {
            Way::Json => (json::request(url), false),
            Way::Soap => (soap::request(url, &self.address), true),
            Way::Pox => (pox::request(url, &self.address), true),
            Way::Plain => (Request::new(Method::Get, url), false),
        };
        Question { request, with_credentials }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://mail.corp.example/EWS/Exchange.asmx";

    fn search() -> Search {
        Search::new("Ada@corp.example").expect("an address")
    }

    /// What a search does, one line each, where every question is answered by `server`, every host agreed to if
    /// `agrees`, and the name service knows `hosts`.
    fn told(mut search: Search, agrees: bool, hosts: &[&str], server: impl Fn(&str) -> Response) -> Vec<String> {
        let mut steps = Vec::new();
        for _ in 0..200 {
            let step = search.step();
            assert_eq!(step, search.step(), "nothing changes until it is said what came of it");
            match step {
                Step::Ask(Question { request, with_credentials }) => {
                    let response = server(&request.url);
                    let url = request.url.split('?').next().unwrap_or_default().to_owned();
                    steps.push(format!(
                        "{} {url}{}",
                        request.method,
                        if with_credentials { " (credentials)" } else { "" }
                    ));
                    search.answered(Ok(&response));
                }
                Step::Confirm(host) => {
                    steps.push(format!("may I: {host}"));
                    search.agreed(agrees);
                }
                Step::LookUp(name) => {
                    steps.push(format!("SRV {name}"));
                    search.looked_up(hosts);
                }
                Step::Found(url) => {
                    steps.push(format!("found {url}"));
                    return steps;
                }
                Step::Failed(failure) => {
                    steps.push(format!("failed: {failure}"));
                    return steps;
                }
            }
        }
        panic!("no end: {steps:?}")
    }

    fn json(url: &str) -> Response {
        Response::new(200).body("application/json", format!("{{\"Url\":\"{url}\"}}"))
    }

    fn pox(inside: &str) -> Response {
        let xml = format!("<Autodiscover><Response><Account>{inside}</Account></Response></Autodiscover>");
        Response::new(200).body("text/xml", xml)
    }

    fn moved(location: &str) -> Response {
        Response::new(302).header("Location", location)
    }

    #[test]
    fn each_place_is_asked_in_turn_and_without_credentials_first() {
        let wanted = [
            "GET https://corp.example/autodiscover/autodiscover.json",
            "POST https://corp.example/autodiscover/autodiscover.svc (credentials)",
            "POST https://corp.example/autodiscover/autodiscover.xml (credentials)",
            "GET https://autodiscover.corp.example/autodiscover/autodiscover.json",
            "POST https://autodiscover.corp.example/autodiscover/autodiscover.svc (credentials)",
            "POST https://autodiscover.corp.example/autodiscover/autodiscover.xml (credentials)",
            "GET http://autodiscover.corp.example/autodiscover/autodiscover.xml",
            "SRV _autodiscover._tcp.corp.example",
            "failed: no server said where the service is",
        ];
        assert_eq!(told(search(), true, &[], |_| Response::new(404)), wanted);
        // What can't be reached is asked once; what was reached and didn't answer may answer another question.
        for (failure, wanted) in [(NoResponse::NotSent, 3), (NoResponse::Unknown, 7)] {
            let mut silent = search();
            let mut questions = 0;
            while let Step::Ask(_) = silent.step() {
                silent.answered(Err(failure));
                questions += 1;
            }
            assert_eq!((questions, silent.step()), (wanted, Step::LookUp("_autodiscover._tcp.corp.example".into())));
        }
    }

    #[test]
    fn what_is_found_at_home_needs_no_leave() {
        let first = told(search(), false, &[], |_| json(HERE));
        assert_eq!(first, ["GET https://corp.example/autodiscover/autodiscover.json", &format!("found {HERE}")]);
        let last = told(search(), false, &["mail.corp.example."], |url| {
            if url.starts_with("https://mail.corp.example/") { json(HERE) } else { Response::new(404) }
        });
        assert_eq!(last.last(), Some(&format!("found {HERE}")));
    }

    #[test]
    fn nobody_else_is_asked_before_somebody_agreed() {
        let there = "https://outlook.hoster.example/EWS/Exchange.asmx";
        let elsewhere = |url: &str| match url {
            "http://autodiscover.corp.example/autodiscover/autodiscover.xml" => {
                moved("https://auto.hoster.example/autodiscover/autodiscover.xml")
            }
            "https://auto.hoster.example/autodiscover/autodiscover.xml" => {
                pox(&format!("<Action>settings</Action><Protocol><Type>EXPR</Type><EwsUrl>{there}</EwsUrl></Protocol>"))
            }
            _ => Response::new(404),
        };
        let steps = told(search(), true, &[], elsewhere);
        assert_eq!(
            steps[7..],
            [
                "may I: auto.hoster.example",
                "POST https://auto.hoster.example/autodiscover/autodiscover.xml (credentials)",
                "may I: outlook.hoster.example",
                &format!("found {there}"),
            ]
        );
        let steps = told(search(), false, &["evil.example"], elsewhere);
        assert_eq!(
            steps[7..],
            [
                "may I: auto.hoster.example",
                "SRV _autodiscover._tcp.corp.example",
                "may I: evil.example",
                "failed: no server said where the service is"
            ]
        );
        // A name that only ends like one's own, and what is not protected.
        for url in ["https://evilcorp.example/x", "https://corp.example.evil.example/x"] {
            assert!(told(search(), false, &[], |_| json(url)).iter().any(|step| step.starts_with("may I: ")), "{url}");
        }
        for url in ["http://mail.corp.example/x", "https://corp.example@evil.example/x", "file:///etc/passwd"] {
            let steps = told(search(), true, &[], |_| json(url));
            assert!(!steps.iter().any(|step| step.starts_with("found") || step.starts_with("may I")), "{steps:?}");
        }
    }

    #[test]
    fn another_address_is_looked_for_from_the_beginning() {
        let redirect = |url: &str| match url {
            url if url.contains("//corp.example/") && url.ends_with(".xml") => {
                pox("<Action>redirectAddr</Action><RedirectAddr>ada@other.example</RedirectAddr>")
            }
            url if url.contains("//other.example/") && url.contains(".json") => json("https://other.example/EWS"),
            _ => Response::new(404),
        };
        let steps = told(search(), true, &[], redirect);
        assert_eq!(
            steps[2..],
            [
                "POST https://corp.example/autodiscover/autodiscover.xml (credentials)",
                "may I: other.example",
                "GET https://other.example/autodiscover/autodiscover.json",
                "found https://other.example/EWS",
            ]
        );
    }

    #[test]
    fn every_circle_ends() {
        type Server = fn(&str) -> Response;
        let servers: [(&str, Server); 4] = [
            ("to itself", |url| moved(&url.replace("http://", "https://"))),
            ("onward", |url| moved(&format!("{url}x").replace("http://", "https://"))),
            ("to the same address", |_| {
                pox("<Action>redirectAddr</Action><RedirectAddr>ada@corp.example</RedirectAddr>")
            }),
            ("to one place", |_| pox("<Action>redirectUrl</Action><RedirectUrl>https://corp.example/x</RedirectUrl>")),
        ];
        for (name, server) in servers {
            let steps = told(search(), true, &["a.corp.example", "b.corp.example"], server);
            assert!(steps.len() <= usize::from(QUESTIONS_MAX) + 5, "{name}: {} steps", steps.len());
            assert_eq!(steps.last().map(String::as_str), Some("failed: no server said where the service is"), "{name}");
        }
    }

    #[test]
    fn a_failure_says_what_can_be_done() {
        let unknown = "<Autodiscover><Response><Error><ErrorCode>500</ErrorCode></Error></Response></Autodiscover>";
        let of = |xml: bool| {
            move |url: &str| match (xml, url.ends_with(".xml")) {
                (true, true) => Response::new(200).body("text/xml", unknown),
                _ => Response::new(401),
            }
        };
        assert_eq!(
            told(search(), true, &[], of(false)).last().map(String::as_str),
            Some("failed: the credentials were not accepted")
        );
        assert_eq!(
            told(search(), true, &[], of(true)).last().map(String::as_str),
            Some("failed: no mailbox has this address")
        );
        for address in ["ada", "ada@localhost", "@corp.example", "ada@corp example"] {
            assert!(Search::new(address).is_none(), "{address}");
        }
    }
}
