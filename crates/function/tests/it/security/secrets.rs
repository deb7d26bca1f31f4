//! To find a secret in what is logged, answered or stored, in any spelling, after everything that can happen to one.

use crate::support::{Answer, Fixture, ORG, OTHER_SECRET, SECRET, Signed, sign};
use crate::vendors::{ADA, Both, OUR_SECRET, PASSWORD, TENANT, THEIR_APP, THEIR_SECRET, ZOHO_SECRET, function};
use mxs_function::Background;
use mxs_http::{base64url, url};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Two keys, of which the first is used; and the other way round.
const VAULT_KEYS: [&str; 2] =
    ["q8Jx0vR7pWq4mT9zLs3nYb6cJd1fHgEaZq5wE8rT2yU=", "U6iO9pA3sD7fG1hJ4kL0xCkK8x2vR7pWq4mT9zLs3nY="];

fn ring(current: &str) -> String {
    let [a, b] = VAULT_KEYS;
    format!(r#"{{"current":"{current}","keys":{{"a":"{a}","b":"{b}"}}}}"#)
}

/// What must be found nowhere.
#[derive(Default)]
pub(crate) struct Secrets(BTreeSet<String>);

impl Secrets {
    /// One more, which is long enough not to be found by chance.
    pub(crate) fn add(&mut self, secret: &str) {
        assert!(secret.len() >= 12, "{secret} could be anything");
        self.0.insert(secret.to_owned());
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Looks for all of them in all their spellings, also in hexadecimal digits, as PostgreSQL shows bytes.
    pub(crate) fn assert_not_in(&self, place: &str, bytes: &[u8]) {
        let words: Vec<(&str, Vec<u8>)> =
            self.0.iter().flat_map(|secret| spellings(secret).into_iter().map(move |word| (&**secret, word))).collect();
        // By the first two bytes: there are many words and much to look through.
        let mut starts: Vec<Vec<usize>> = vec![Vec::new(); 1 << 16];
        for (at, (_, word)) in words.iter().enumerate() {
            starts[usize::from(u16::from_be_bytes([word[0], word[1]]))].push(at);
        }
        for (at, pair) in bytes.windows(2).enumerate() {
            for word in &starts[usize::from(u16::from_be_bytes([pair[0], pair[1]]))] {
                let (secret, word) = &words[*word];
                assert!(!bytes[at..].starts_with(word), "{secret} is in {place} as {}", String::from_utf8_lossy(word));
            }
        }
    }
}

/// A text as it may be written: as it is, in a form, in hexadecimal digits, and in base64 wherever it stands; and the
/// bytes that it stands for, if it is written in one of these.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut raw = vec![secret.as_bytes().to_vec()];
    let digits: Option<Vec<u8>> = (secret.len().is_multiple_of(2) && secret.is_ascii())
        .then(|| (0..secret.len() / 2).map(|at| u8::from_str_radix(&secret[2 * at..2 * at + 2], 16).ok()).collect())
        .flatten();
    raw.extend(digits);
    let plain = secret.trim_end_matches('=').replace('+', "-").replace('/', "_");
    raw.extend(base64url::decode(&plain).filter(|bytes| bytes.len() >= 16));
    let mut words = Vec::new();
    for bytes in raw {
        words.push(hex(&bytes).into_bytes());
        words.push(hex(&bytes).to_uppercase().into_bytes());
        for before in 0..3 {
            let mut shifted = vec![0; before];
            shifted.extend(&bytes);
            // The digits at both ends hold bits of what stands beside it.
            let word = base64url::encode(&shifted);
            let word = &word[before + usize::from(before > 0)..shifted.len() / 3 * 4];
            words.push(word.as_bytes().to_vec());
            words.push(word.replace('-', "+").replace('_', "/").into_bytes());
        }
        words.push(bytes);
    }
    words.push(url::form([("", secret)]).trim_start_matches('=').as_bytes().to_vec());
    words
}

#[test]
fn a_secret_is_found_in_every_spelling() {
    let mut secrets = Secrets::default();
    secrets.add("Pa55+w0rd/with=signs");
    for place in [
        "xx Pa55+w0rd/with=signs xx",
        "a=1&b=Pa55%2Bw0rd%2Fwith%3Dsigns&c=2",
        "506135352b773072642f776974683d7369676e73",
        // With nothing, one and two letters before it.
        "UGE1NSt3MHJkL3dpdGg9c2lnbnM=",
        "eFBhNTUrdzByZC93aXRoPXNpZ25z",
        "eHhQYTU1K3cwcmQvd2l0aD1zaWducw==",
    ] {
        let found = std::panic::catch_unwind(|| secrets.assert_not_in("a place", place.as_bytes()));
        assert!(found.is_err(), "{place}");
    }
    secrets.assert_not_in("a place", b"Pa55+w0rd");
}

/// One after the other, what can happen to secrets.
struct Story {
    f: Fixture,
    /// What anybody was answered, but for what he is meant to have.
    answers: Vec<Answer>,
}

impl Story {
    async fn call(&mut self, token: &str, method: &str, path: &str, body: Option<Value>) -> u16 {
        let answer = self.f.call(token, method, path, body).await;
        let status = answer.status.as_u16();
        self.answers.push(answer);
        status
    }

    async fn tick(&self) {
        let limit = Duration::from_secs(20);
        Background::start(&self.f.app).await.expect("it starts").expect("there are keys").tick(limit).await;
    }
}

fn fault(both: &Both, fault: Value) {
    both.world.lock().expect("unpoisoned").faults.add(serde_json::from_value(fault).expect("a fault"));
}

/// What was sent to get tokens: each of these members is worth something to whoever reads it.
fn sent(both: &Both, secrets: &mut Secrets) {
    for request in both.proofs.lock().expect("unpoisoned").iter() {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let body = String::from_utf8_lossy(&request.body).into_owned();
        for (name, value) in url::parse_form(query).into_iter().chain(url::parse_form(&body)) {
            if ["client_secret", "code", "code_verifier", "refresh_token", "token", "client_assertion"]
                .contains(&&*name)
            {
                secrets.add(&value);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_anywhere_whatever_happens_to_it() {
    let kept = crate::logs::kept();
    let (f, both) = function(&ring("a")).await;
    let mut secrets = Secrets::default();
    for secret in [SECRET, OTHER_SECRET, OUR_SECRET, THEIR_SECRET, PASSWORD, ZOHO_SECRET, VAULT_KEYS[0], VAULT_KEYS[1]]
    {
        secrets.add(secret);
    }
    both.add_contact("Hopper-Murray");

    // People come in, and let the function in; some of them don't.
    let admin = f.admin(&both).await;
    let seller = f.sign_in(ORG, &both.seller.to_string()).await;
    for to in ["crm", "mailbox"] {
        let page = f.begin(&seller, to).await;
        let pairs = url::parse_form(page.split_once('?').expect("a query").1);
        let (_, state) = pairs.into_iter().find(|(name, _)| name == "state").expect("a state");
        secrets.add(&state);
    }
    let mut story = Story { f, answers: Vec::new() };
    for (token, secret) in [(&admin, "the administrator's"), (&seller, "the seller's")] {
        assert_eq!(token.len(), 64, "{secret}");
        secrets.add(token);
    }
    let mut settings = mxs_api::Settings::default();
    settings.contacts.rules.on = true;
    let settings = serde_json::to_value(settings).expect("JSON");
    assert_eq!(story.call(&admin, "PUT", "/v1/settings", Some(settings)).await, 200);
    let page = story.f.begin(&admin, "mailbox").await;
    let answer = both.agree_at_microsoft(&page);
    for (status, query) in [(422, format!("{answer}x")), (200, answer.clone()), (422, answer)] {
        let finished = story.call(&admin, "POST", "/v1/consents/finish", Some(json!({ "query": query }))).await;
        assert_eq!(finished, status);
    }
    story.tick().await;
    assert_eq!(both.surnames(), ["Hopper-Murray"]);

    // Secrets in the wrong place, and wrong secrets in the right one.
    let application = json!({ "tenant": TENANT, "client_id": THEIR_APP, "secret": THEIR_SECRET });
    let wrong = json!({ "tenant": TENANT, "client_id": THEIR_APP, "secret": format!("{THEIR_SECRET}x") });
    let both_proofs =
        json!({ "tenant": TENANT, "client_id": THEIR_APP, "secret": THEIR_SECRET, "certificate": THEIR_SECRET });
    for (token, method, path, body, status) in [
        (&admin, "PUT", "/v1/application", wrong, 422),
        (&admin, "PUT", "/v1/application", both_proofs, 400),
        (&seller, "PUT", "/v1/application", application.clone(), 403),
        (&admin, "PUT", "/v1/settings", json!({ SECRET: THEIR_SECRET }), 422),
        (&admin, "PUT", "/v1/mailbox", json!({ "id": [THEIR_SECRET], "address": ADA, "name": PASSWORD }), 422),
        (&admin, "POST", "/v1/sessions", json!({ "statement": format!("{SECRET}|{PASSWORD}") }), 401),
        (&admin, "POST", "/v1/consents", json!({ "to": THEIR_SECRET }), 422),
        (&admin, "PUT", "/v1/application", application, 200),
    ] {
        assert_eq!(story.call(token, method, path, Some(body.clone())).await, status, "{path} {body}");
    }
    for path in [format!("/v1/{THEIR_SECRET}?secret={PASSWORD}"), format!("/v1/runs?after={THEIR_SECRET}")] {
        assert!(story.call(&admin, "GET", &path, None).await >= 400);
    }

    // Everything fails once.
    for trouble in [
        json!({ "service": "zoho", "url_contains": "/crm/", "times": 3, "effect": { "kind": "status", "status": 429 } }),
        json!({ "service": "zoho", "url_contains": "/oauth/", "times": 3, "effect": { "kind": "status", "status": 500 } }),
        json!({ "service": "microsoft", "url_contains": "/token", "times": 3, "effect": { "kind": "status", "status": 503 } }),
        json!({ "service": "microsoft", "url_contains": "/v1.0/", "times": 3, "effect": { "kind": "status", "status": 403 } }),
        json!({ "service": "microsoft", "url_contains": "/v1.0/", "times": 3, "effect": { "kind": "status", "status": 401 } }),
    ] {
        fault(&both, trouble);
        story.f.clock.advance_s(2 * 60 * 60);
        story.tick().await;
        both.world.lock().expect("unpoisoned").faults.clear();
    }
    both.world.lock().expect("unpoisoned").microsoft.revoke_sessions(ADA);
    story.f.clock.advance_s(2 * 60 * 60);
    story.tick().await;

    // A database that somebody has damaged, another key, and what people look at.
    let (admin, nonce) = (story.f.sign_in(ORG, &both.admin.to_string()).await, story.f.nonce().await);
    secrets.add(&admin);
    let mut database = story.f.home.look().await;
    sqlx::query("UPDATE credential SET about = 'broken' WHERE what = 'zoho-refresh-token'")
        .execute(&mut database)
        .await
        .expect("broken");
    story.f.clock.advance_s(10 * 60);
    assert_eq!(story.call(&admin, "GET", "/v1/users", None).await, 500);
    for path in ["overview", "access", "runs", "conflicts", "health"] {
        assert_eq!(story.call(&admin, "GET", &format!("/v1/{path}"), None).await, 200, "{path}");
    }
    let other = story
        .f
        .beside(|config| config.keys = Some(both.keys(&ring("b"), mxs_function::Proof::Secret(OUR_SECRET.into()))));
    let mut other = Story { f: other.await, answers: Vec::new() };
    other.tick().await;
    // Whatever comes of it, with what was damaged.
    other.call(&admin, "DELETE", "/v1/access/mailbox", None).await;

    // The end.
    let signed = sign(&format!("uninstall|{ORG}|{}|{ADA}|{nonce}|{}", both.admin, other.f.now_ms()), SECRET);
    secrets.add(signed.rsplit_once('.').expect("a signature").1);
    other.f.clock.advance_s(1);
    let answered = other.call("", "POST", "/v1/uninstall", Some(json!({ "statement": signed }))).await;
    assert!(matches!(answered, 200 | 401), "{answered}");
    let late = Signed::new("never given out", other.f.now_ms()).text(SECRET);
    secrets.add(late.rsplit_once('.').expect("a signature").1);
    assert_eq!(other.call("", "POST", "/v1/sessions", Some(json!({ "statement": late }))).await, 401);

    both.tokens.lock().expect("unpoisoned").iter().for_each(|token| secrets.add(token));
    sent(&both, &mut secrets);
    assert!(secrets.len() > 20, "{}", secrets.len());
    let log = kept.text();
    for line in ["internal error", "statement refused", "\"route\":\"/v1/consents/finish\""] {
        assert!(log.contains(line), "{line} is missing: the log is not the one that is meant");
    }
    secrets.assert_not_in("the log", log.as_bytes());
    secrets.assert_not_in("the database", &story.f.home.bytes().await);
    for answer in story.answers.iter().chain(&other.answers) {
        secrets.assert_not_in("an answer", format!("{:?}{}", answer.headers, answer.text()).as_bytes());
    }
    for name in ["Hopper", "Grace", "Ada Love", ADA, "sam@corp", "Seller"] {
        let found = log.lines().find(|line| line.contains(name));
        assert_eq!(found, None, "{name} is logged");
    }
}
