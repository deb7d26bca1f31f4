//! The sandbox, the function beside it, and what must be there in the end.

use crate::child::{self, Order};
use crate::home::Variable;
use crate::people::*;
use hmac::{Hmac, KeyInit, Mac};
use mxs_http::{Method, Request, Response};
use mxs_outgoing::{Outgoing, Settings};
use mxs_sandbox::function::ORG_SECRET;
use mxs_sandbox::listen::bind;
use mxs_sandbox::options::Options;
use mxs_sandbox::part::{Part, Ports};
use mxs_sandbox::run::Running;
use mxs_sandbox::sandbox::Sandbox;
use mxs_sandbox::seed::{self, SeedName};
use mxs_world::Service;
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

/// The most edits between two kills.
const EDITS_MAX: u64 = 12;

/// Added to every answer of the vendors, so that runs take as long as they do.
const LATENCY_MS: u64 = 25;

/// How often it is looked whether the function answers.
const LOOKS_MAX: u32 = 500;

const LOOK: Duration = Duration::from_millis(20);

/// Sessions last an hour, and hours pass.
const SESSION_MS: i64 = 45 * 60 * 1000;

/// The most pages of a mailbox's runs.
const PAGES_MAX: usize = 1_000;

/// What is to be killed.
pub(crate) struct Cast {
    /// How many organisations there are.
    pub(crate) organisations: usize,
    /// How many mailboxes each has.
    pub(crate) mailboxes: usize,
    /// How many processes share the work.
    pub(crate) instances: usize,
}

/// One person, and what they have written down: the surname of each given name, by where it was written.
struct Member {
    person: Person,
    /// The session.
    token: String,
    in_mailbox: BTreeMap<String, String>,
    in_crm: BTreeMap<String, String>,
}

/// One process of the function.
struct Instance {
    order: Order,
    origin: String,
    process: Option<Child>,
}

impl Instance {
    /// As `kill -9` does.
    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("killed");
            process.wait().expect("gone");
        }
    }
}

/// What was looked at in the end.
pub(crate) struct Judged {
    pub(crate) contacts: usize,
    pub(crate) runs: usize,
    /// Runs that did not come to their end: whoever had them was killed, or lost the lease.
    pub(crate) interrupted: usize,
}

pub(crate) struct Drive {
    running: Running,
    folder: PathBuf,
    ahead: PathBuf,
    instances: Vec<Instance>,
    members: Vec<Member>,
    ahead_ms: i64,
    /// How far ahead the clock was when the sessions began.
    signed_ms: i64,
    chance: u64,
}

impl Drop for Drive {
    fn drop(&mut self) {
        // Also when something is wrong: nobody else would end them.
        self.instances.iter_mut().for_each(Instance::kill);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A folder for what a story leaves.
pub(crate) fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("mxs-kills-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

impl Drive {
    /// The sandbox, and the function with everybody's consent.
    pub(crate) async fn start(cast: &Cast, store: Variable, folder: PathBuf, seed: u64) -> Self {
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
        let (ahead, organisations) = (folder.join("ahead"), organisations(cast.organisations));
        let instances = (0..cast.instances).map(|_| instance(&running.sandbox, &organisations, &store, &ahead));
        let (instances, members) = (instances.collect(), Vec::new());
        let mut drive = Self { running, folder, ahead, instances, members, ahead_ms: 0, signed_ms: 0, chance: seed };
        drive.pass(0);
        drive.start_function().await;
        let mut let_in: Option<String> = None;
        for person in people(drive.sandbox(), &organisations, cast.mailboxes) {
            let is_first = let_in.replace(person.org.clone()).as_ref() != Some(&person.org);
            let member = drive.let_in(person, is_first).await;
            drive.members.push(member);
        }
        drive
    }

    fn sandbox(&self) -> &Sandbox {
        &self.running.sandbox
    }

    /// A session, signed by the CRM.
    async fn sign_in(&self, person: &Person) -> String {
        let nonce = self.call("", Method::Post, "/v1/challenges", None).await["nonce"].clone();
        let nonce = nonce.as_str().expect("a nonce");
        let now_ms = self.sandbox().now().as_millisecond();
        let payload = format!("{}|{}|{}|{nonce}|{now_ms}", person.org, person.user, person.email);
        let mut mac = Hmac::<Sha256>::new_from_slice(ORG_SECRET.as_bytes()).expect("any key will do");
        mac.update(payload.as_bytes());
        let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let statement = json!({ "statement": format!("{payload}.{signature}") });
        let token = self.call("", Method::Post, "/v1/sessions", Some(statement)).await["token"].clone();
        token.as_str().expect("a session").to_owned()
    }

    async fn sign_in_again(&mut self) {
        if self.ahead_ms < self.signed_ms + SESSION_MS {
            return;
        }
        for at in 0..self.members.len() {
            self.members[at].token = self.sign_in(&self.members[at].person).await;
        }
        self.signed_ms = self.ahead_ms;
    }

    async fn let_in(&self, person: Person, is_first: bool) -> Member {
        let token = self.sign_in(&person).await;
        let begin = async |to: &str| {
            let begun = self.call(&token, Method::Post, "/v1/consents", Some(json!({ "to": to }))).await;
            begun["url"].as_str().expect("a page").to_owned()
        };
        let finish = async |query: String| {
            self.call(&token, Method::Post, "/v1/consents/finish", Some(json!({ "query": query }))).await;
        };
        if is_first {
            finish(agree_at_zoho(self.sandbox(), &begin("crm").await, &person.user)).await;
        }
        let mut settings = self.call(&token, Method::Get, "/v1/overview", None).await["settings"].clone();
        settings["contacts"]["rules"]["on"] = json!(true);
        self.call(&token, Method::Put, "/v1/settings", Some(settings)).await;
        finish(agree_at_microsoft(self.sandbox(), &begin("mailbox").await, &person)).await;
        let (in_mailbox, in_crm) = Default::default();
        Member { person, token, in_mailbox, in_crm }
    }

    /// Sends to an instance; to the first that lives, if none is named.
    async fn send(
        &self,
        instance: Option<usize>,
        token: &str,
        (method, path): (Method, &str),
        body: Option<Value>,
    ) -> Option<Response> {
        let living = self.instances.iter().position(|instance| instance.process.is_some());
        let origin = &self.instances[instance.or(living)?].origin;
        let settings = Settings { loopback: vec![origin.clone()], ..Settings::default() };
        let authorization = Some(format!("Bearer {token}").into()).filter(|_| !token.is_empty());
        let port = Outgoing::new(settings).expect("a way out").vendor(origin, authorization).expect("a port");
        let mut request = Request::new(method, path);
        if let Some(body) = body {
            request = request.body("application/json", body.to_string());
        }
        port.exchange(&request).await.ok()
    }

    async fn call(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Value {
        let response = self.send(None, token, (method, path), body).await.expect("an answer");
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert!(response.is_success(), "{method} {path}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Whether an instance says that all is well with it; `None` where it doesn't answer.
    pub(crate) async fn is_healthy(&self, instance: usize) -> Option<bool> {
        let answer = self.send(Some(instance), "", (Method::Get, "/v1/health"), None).await;
        answer.map(|answer| answer.is_success())
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
        let next = self.ahead.with_extension("next");
        std::fs::write(&next, self.ahead_ms.to_string()).expect("a file");
        std::fs::rename(next, &self.ahead).expect("a file");
    }

    /// Starts every instance that is not there.
    pub(crate) async fn start_function(&mut self) {
        for at in 0..self.instances.len() {
            if self.instances[at].process.is_some() {
                continue;
            }
            self.instances[at].process = Some(child::start(&self.instances[at].order));
            let mut looks = 0;
            while self.is_healthy(at).await != Some(true) {
                looks += 1;
                assert!(looks < LOOKS_MAX, "the function does not answer");
                tokio::time::sleep(LOOK).await;
            }
        }
        self.sign_in_again().await;
    }

    /// Kills one of the instances, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        let at = self.random(self.instances.len() as u64) as usize;
        self.instances[at].kill();
    }

    /// How many mailboxes are being synced.
    pub(crate) async fn running(&self) -> usize {
        let mut running = 0;
        for member in &self.members {
            let overview = self.call(&member.token, Method::Get, "/v1/overview", None).await;
            running += usize::from(!overview["running"].is_null());
        }
        running
    }

    /// People write in their mailboxes and in the CRM; each contact is changed only where it was made, so that it is
    /// known what must come out. How often they did.
    pub(crate) fn edit(&mut self) -> u64 {
        let edits = 1 + self.random(EDITS_MAX);
        for _ in 0..edits {
            let (at, in_crm, new, version) = (
                self.random(self.members.len() as u64) as usize,
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
            let person = &self.members[at].person;
            match in_crm {
                true => write_in_crm(self.sandbox(), person, &given, &surname),
                false => write_in_mailbox(self.sandbox(), person, &given, &surname),
            }
        }
        edits
    }

    /// Waits until every instance says that all is well with it, or that it is not.
    pub(crate) async fn until_healthy(&self, healthy: bool) {
        for at in 0..self.instances.len() {
            let mut looks = 0;
            while self.is_healthy(at).await != Some(healthy) {
                looks += 1;
                assert!(looks < LOOKS_MAX, "an instance does not tell: healthy is to be {healthy}");
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Waits until a mailbox is being synced.
    pub(crate) async fn until_running(&self) {
        let mut looks = 0;
        while self.running().await == 0 {
            looks += 1;
            assert!(looks < LOOKS_MAX, "nothing is synced");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whether everything is where it should be.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        self.sign_in_again().await;
        for _ in 0..LOOKS_MAX {
            tokio::time::sleep(LOOK).await;
            if self.members.iter().all(|member| self.trouble(member).is_none()) && self.running().await == 0 {
                return true;
            }
        }
        false
    }

    /// What is not as it should be.
    fn trouble(&self, member: &Member) -> Option<String> {
        let expected: BTreeMap<&String, &String> = member.in_mailbox.iter().chain(&member.in_crm).collect();
        for (side, found) in
            [("mailbox", in_mailbox(self.sandbox(), &member.person)), ("CRM", in_crm(self.sandbox(), &member.person))]
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

    /// What there is, after all of it was looked at.
    pub(crate) async fn judge(&self) -> Judged {
        let mut judged = Judged { contacts: 0, runs: 0, interrupted: 0 };
        for member in &self.members {
            assert_eq!(self.trouble(member), None);
            judged.contacts += member.in_mailbox.len() + member.in_crm.len();
            let runs = self.runs(member).await;
            let text = |run: &Value, name: &str| run[name].as_str().unwrap_or_default().to_owned();
            let mut spans: Vec<(String, String)> =
                runs.iter().map(|run| (text(run, "started"), text(run, "ended"))).collect();
            spans.sort();
            for pair in spans.windows(2) {
                assert!(pair[0].1 <= pair[1].0, "two runs at once: {pair:?}");
            }
            judged.runs += runs.len();
            judged.interrupted += runs.iter().filter(|run| run["end"] != "completed").count();
        }
        judged
    }

    /// All runs of a mailbox.
    async fn runs(&self, member: &Member) -> Vec<Value> {
        let (mut runs, mut after) = (Vec::new(), String::new());
        for _ in 0..PAGES_MAX {
            let page = self.call(&member.token, Method::Get, &format!("/v1/runs{after}"), None).await;
            runs.extend(page["runs"].as_array().expect("runs").iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("?after={next}"),
                None => return runs,
            }
        }
        panic!("the runs of a mailbox go on and on");
    }
}

/// An instance that is to be started.
fn instance(sandbox: &Sandbox, organisations: &[String], store: &Variable, ahead: &Path) -> Instance {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
    let stand_ins = json!({
        "microsoft": sandbox.vendor_origin(Service::Microsoft),
        "zoho": sandbox.vendor_origin(Service::Zoho),
        "location": seed::zoho::LOCATION,
    });
    let secrets: BTreeMap<&String, &str> = organisations.iter().map(|org| (org, ORG_SECRET)).collect();
    let variables = [
        store.clone(),
        ("MXS_LISTEN", port.to_string()),
        ("MXS_ORG_SECRETS", json!(secrets).to_string()),
        ("MXS_KEYS", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()),
        ("MXS_STAND_INS", stand_ins.to_string()),
        ("MXS_REDIRECT_URI", seed::let_in_page(sandbox.ports())),
        ("MXS_ZOHO_CLIENT_ID", seed::zoho::CLIENT_ID.to_owned()),
        ("MXS_ZOHO_SECRET", seed::zoho::CLIENT_SECRET.to_owned()),
        ("MXS_MICROSOFT_CLIENT_ID", seed::microsoft::SERVER_CLIENT_ID.to_owned()),
        ("MXS_MICROSOFT_SECRET", seed::microsoft::SERVER_CLIENT_SECRET.to_owned()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
    let order = Order { variables, ahead: ahead.to_owned() };
    Instance { order, origin: format!("http://{port}"), process: None }
}
