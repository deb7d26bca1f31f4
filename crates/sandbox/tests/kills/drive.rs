//! The sandbox, the function beside it, and what must be there in the end.

use crate::child::{self, Order};
use crate::people::*;
use hmac::{Hmac, KeyInit, Mac};
use mxs_http::{Method, Request, Response};
use mxs_outgoing::{Outgoing, Port, Settings};
use mxs_sandbox::function::ORG_SECRET;
use mxs_sandbox::listen::bind;
use mxs_sandbox::options::Options;
use mxs_sandbox::part::{Part, Ports};
use mxs_sandbox::run::Running;
use mxs_sandbox::sandbox::Sandbox;
use mxs_sandbox::seed::{self, Person, SeedName};
use mxs_world::Service;
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

/// The mailboxes that are synced.
const MAILBOXES: usize = 3;

/// The most edits between two kills.
const EDITS_MAX: u64 = 12;

/// Added to every answer of the vendors, so that runs take as long as they do.
const LATENCY_MS: u64 = 25;

/// How often it is looked whether the function answers.
const LOOKS_MAX: u32 = 500;

const LOOK: Duration = Duration::from_millis(20);

/// One person, and what they have written down: the surname of each given name, by where it was written.
struct Member {
    person: &'static Person,
    /// The CRM user.
    user: String,
    /// The session.
    token: String,
    in_mailbox: BTreeMap<String, String>,
    in_crm: BTreeMap<String, String>,
}

pub(crate) struct Drive {
    running: Running,
    folder: PathBuf,
    order: Order,
    function: Option<Child>,
    origin: String,
    members: Vec<Member>,
    ahead_ms: i64,
    chance: u64,
}

impl Drop for Drive {
    fn drop(&mut self) {
        // Also when something is wrong: nobody else would end it.
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Drive {
    /// The sandbox, and the function with everybody's consent.
    pub(crate) async fn start(seed: u64) -> Self {
        let folder = std::env::temp_dir().join(format!("mxs-kills-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut ports = Ports::default();
        Part::ALL.into_iter().for_each(|part| ports.set(part, 0));
        let options = Options {
            ports,
            data: folder.join("sandbox"),
            seed: SeedName::Empty,
            latency_ms: LATENCY_MS,
            ..Options::default()
        };
        let running = Running::start(options, bind(ports).await.expect("ports")).await.expect("a sandbox");
        let sandbox = &running.sandbox;
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
        let stand_ins = json!({
            "microsoft": sandbox.vendor_origin(Service::Microsoft),
            "zoho": sandbox.vendor_origin(Service::Zoho),
            "location": seed::zoho::LOCATION,
        });
        let variables = [
            ("MXS_DATA_DIR", folder.join("function").to_string_lossy().into_owned()),
            ("MXS_LISTEN", port.to_string()),
            ("MXS_ORG_SECRETS", json!({ sandbox.zgid(): ORG_SECRET }).to_string()),
            ("MXS_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()),
            ("MXS_STAND_INS", stand_ins.to_string()),
            ("MXS_REDIRECT_URI", seed::let_in_page(sandbox.ports())),
            ("MXS_ZOHO_CLIENT_ID", seed::zoho::CLIENT_ID.to_owned()),
            ("MXS_ZOHO_SECRET", seed::zoho::CLIENT_SECRET.to_owned()),
            ("MXS_MICROSOFT_CLIENT_ID", seed::microsoft::SERVER_CLIENT_ID.to_owned()),
            ("MXS_MICROSOFT_SECRET", seed::microsoft::SERVER_CLIENT_SECRET.to_owned()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
        let order = Order { variables, ahead: folder.join("ahead") };
        let origin = format!("http://{port}");
        let (function, members) = Default::default();
        let mut drive = Self { running, folder, order, function, origin, members, ahead_ms: 0, chance: seed };
        drive.pass(0);
        drive.start_function().await;
        for (at, person) in people(MAILBOXES).enumerate() {
            let member = drive.let_in(person, at == 0).await;
            drive.members.push(member);
        }
        drive.kill();
        drive
    }

    fn sandbox(&self) -> &Sandbox {
        &self.running.sandbox
    }

    async fn let_in(&self, person: &'static Person, first: bool) -> Member {
        let member = self.sandbox().members().into_iter().find(|member| member.email == person.email);
        let user = member.expect("a CRM user").id;
        let nonce = self.call("", Method::Post, "/v1/challenges", None).await["nonce"].clone();
        let nonce = nonce.as_str().expect("a nonce");
        let now_ms = self.sandbox().now().as_millisecond();
        let payload = format!("{}|{user}|{}|{nonce}|{now_ms}", self.sandbox().zgid(), person.email);
        let mut mac = Hmac::<Sha256>::new_from_slice(ORG_SECRET.as_bytes()).expect("any key will do");
        mac.update(payload.as_bytes());
        let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let statement = json!({ "statement": format!("{payload}.{signature}") });
        let token = self.call("", Method::Post, "/v1/sessions", Some(statement)).await["token"].clone();
        let token = token.as_str().expect("a session").to_owned();
        let begin = async |to: &str| {
            let begun = self.call(&token, Method::Post, "/v1/consents", Some(json!({ "to": to }))).await;
            begun["url"].as_str().expect("a page").to_owned()
        };
        let finish = async |query: String| {
            self.call(&token, Method::Post, "/v1/consents/finish", Some(json!({ "query": query }))).await;
        };
        if first {
            finish(agree_at_zoho(self.sandbox(), &begin("crm").await, &user)).await;
        }
        let mut settings = self.call(&token, Method::Get, "/v1/overview", None).await["settings"].clone();
        settings["contacts"]["rules"]["on"] = json!(true);
        self.call(&token, Method::Put, "/v1/settings", Some(settings)).await;
        finish(agree_at_microsoft(self.sandbox(), &begin("mailbox").await, person)).await;
        let (in_mailbox, in_crm) = Default::default();
        Member { person, user, token, in_mailbox, in_crm }
    }

    fn port(&self, token: &str) -> Port {
        let settings = Settings { loopback: vec![self.origin.clone()], ..Settings::default() };
        let authorization = Some(format!("Bearer {token}").into()).filter(|_| !token.is_empty());
        Outgoing::new(settings).expect("a way out").vendor(&self.origin, authorization).expect("a port")
    }

    async fn send(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Option<Response> {
        let mut request = Request::new(method, path);
        if let Some(body) = body {
            request = request.body("application/json", body.to_string());
        }
        self.port(token).exchange(&request).await.ok()
    }

    async fn call(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Value {
        let response = self.send(token, method, path, body).await.expect("an answer");
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert!(response.is_success(), "{method} {path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// A number below `limit`.
    pub(crate) fn random(&mut self, limit: u64) -> u64 {
        // SplitMix64: small, and good enough for choices.
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// Lets time pass, for everybody.
    pub(crate) fn pass(&mut self, milliseconds: i64) {
        self.ahead_ms += milliseconds;
        self.sandbox().clock().advance(milliseconds).expect("the clock goes on");
        // In one step, so that nobody reads half of it.
        let next = self.order.ahead.with_extension("next");
        std::fs::write(&next, self.ahead_ms.to_string()).expect("a file");
        std::fs::rename(next, &self.order.ahead).expect("a file");
    }

    pub(crate) async fn start_function(&mut self) {
        self.function = Some(child::start(&self.order));
        for _ in 0..LOOKS_MAX {
            if self.send("", Method::Get, "/v1/health", None).await.is_some_and(|answer| answer.is_success()) {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
        panic!("the function does not answer");
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut function) = self.function.take() {
            function.kill().expect("killed");
            function.wait().expect("gone");
        }
    }

    /// Whether a mailbox is being synced.
    pub(crate) async fn is_running(&self) -> bool {
        for member in &self.members {
            if !self.call(&member.token, Method::Get, "/v1/overview", None).await["running"].is_null() {
                return true;
            }
        }
        false
    }

    /// People write in their mailboxes and in the CRM; each contact is changed only where it was made, so that it is
    /// known what must come out. How often they did.
    pub(crate) fn edit(&mut self) -> u64 {
        let edits = 1 + self.random(EDITS_MAX);
        for _ in 0..edits {
            let (at, in_crm, new, version) = (
                self.random(MAILBOXES as u64) as usize,
                self.random(2) == 0,
                self.random(3) == 0,
                self.random(1 << 40),
            );
            let pick = self.random(1 << 40) as usize;
            let member = &mut self.members[at];
            let written = if in_crm { &mut member.in_crm } else { &mut member.in_mailbox };
            let side = if in_crm { "C" } else { "M" };
            let given = match written.keys().nth(pick % written.len().max(1)).filter(|_| !new) {
                Some(given) => given.clone(),
                None => format!("{side}{at}x{}", written.len()),
            };
            let surname = format!("Name{version}");
            written.insert(given.clone(), surname.clone());
            let (person, user) = (member.person, member.user.clone());
            match in_crm {
                true => write_in_crm(self.sandbox(), &user, &given, &surname),
                false => write_in_mailbox(self.sandbox(), person, &given, &surname),
            }
        }
        edits
    }

    /// Whether everything is where it should be.
    pub(crate) async fn is_quiet(&self) -> bool {
        for _ in 0..LOOKS_MAX {
            tokio::time::sleep(LOOK).await;
            if !self.is_running().await && self.members.iter().all(|member| self.trouble(member).is_none()) {
                return true;
            }
        }
        false
    }

    /// What is not as it should be.
    fn trouble(&self, member: &Member) -> Option<String> {
        let expected: BTreeMap<&String, &String> = member.in_mailbox.iter().chain(&member.in_crm).collect();
        for (side, found) in
            [("mailbox", in_mailbox(self.sandbox(), member.person)), ("CRM", in_crm(self.sandbox(), &member.user))]
        {
            if found.len() != expected.len() {
                return Some(format!("{} contacts in the {side} in place of {}", found.len(), expected.len()));
            }
            let wrong = found.iter().find(|(_, given, surname)| expected.get(given) != Some(&surname));
            if let Some((_, given, surname)) = wrong {
                return Some(format!("{given} is called {surname} in the {side}"));
            }
        }
        None
    }

    /// How many contacts and runs there are, after all of them were looked at.
    pub(crate) async fn judge(&self) -> (usize, usize) {
        let (mut contacts, mut all) = (0, 0);
        for member in &self.members {
            assert_eq!(self.trouble(member), None);
            contacts += member.in_mailbox.len() + member.in_crm.len();
            let runs = self.call(&member.token, Method::Get, "/v1/runs", None).await;
            let mut spans: Vec<(String, String)> = runs["runs"]
                .as_array()
                .expect("runs")
                .iter()
                .map(|run| {
                    (run["started"].as_str().unwrap_or("").to_owned(), run["ended"].as_str().unwrap_or("").to_owned())
                })
                .collect();
            spans.sort();
            all += spans.len();
            for pair in spans.windows(2) {
                assert!(pair[0].1 <= pair[1].0, "two runs at once: {pair:?}");
            }
        }
        (contacts, all)
    }
}
