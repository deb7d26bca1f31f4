//! Applications that prove by a certificate who they are: signed here, checked at Microsoft.

use crate::support::{Fixture, ORG};
use crate::vendors::{ADA_ID, Both, KEYS, OUR_APP, REDIRECT, ROLES, SCOPES, TENANT, THEIR_APP, function, function_by};
use mxs_api::{Access, AlertPage, ErrorCode, RunEnd, RunPage};
use mxs_function::{Background, Clock, Proof};
use mxs_world::Service;
use mxs_world::microsoft::{App, Platform};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use rustls_pki_types::CertificateDer;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use webpki::EndEntityCert;
use webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY;

/// Two keys. `ring` makes none of RSA, so they are files; whoever reads this has them.
const OURS: &str = include_str!("keys/ours.pem");
const THEIRS: &str = include_str!("keys/theirs.pem");

const DAY_S: i64 = 24 * 60 * 60;

/// A certificate of a key.
struct Certificate {
    der: Vec<u8>,
    pem: String,
}

impl Certificate {
    fn of(key: &str) -> Self {
        Self::named("sync.example", key)
    }

    fn named(name: &str, key: &str) -> Self {
        let key = KeyPair::from_pkcs8_pem_and_sign_algo(key, &PKCS_RSA_SHA256).expect("an RSA key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { der: certificate.der().to_vec(), pem: certificate.pem() }
    }

    /// With the key, as whoever runs the function or the organisation gives it.
    fn with(&self, key: &str) -> String {
        format!("{}\n{key}", self.pem)
    }
}

/// What Microsoft does with a signature, by `rustls`' judge of certificates.
fn is_signed(certificate: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let der = CertificateDer::from(certificate);
    EndEntityCert::try_from(&der).is_ok_and(|certificate| {
        certificate.verify_signature(RSA_PSS_2048_8192_SHA256_LEGACY_KEY, message, signature).is_ok()
    })
}

/// The organisation's application has this certificate, until then.
fn register(both: &Both, certificate: &Certificate, ends_s: i64) {
    both.world.lock().expect("unpoisoned").with_microsoft(|microsoft, _| {
        microsoft.verify_signatures_with(is_signed);
        let app = App::new(THEIR_APP, TENANT, "Our own").roles(&ROLES).consented_in(TENANT);
        microsoft.add_app(app.certificate_until(&certificate.der, ends_s));
    });
}

/// An organisation whose administrator has connected a mailbox with one contact, and chosen contacts.
async fn organisation() -> (Fixture, Arc<Both>, String) {
    let (f, both) = function(KEYS).await;
    let admin = f.admin(&both).await;
    choose_contacts(&f, &admin).await;
    f.connect(&admin, ADA_ID).await;
    both.add_contact("Hopper");
    (f, both, admin)
}

async fn choose_contacts(f: &Fixture, token: &str) {
    let mut settings = mxs_api::Settings::default();
    settings.contacts.rules.on = true;
    let settings = serde_json::to_value(settings).expect("JSON");
    assert_eq!(f.call(token, "PUT", "/v1/settings", Some(settings)).await.status, 200);
}

fn application(pem: &str) -> Option<Value> {
    Some(json!({ "tenant": TENANT, "client_id": THEIR_APP, "certificate": pem }))
}

async fn tick(f: &Fixture) {
    let limit = Duration::from_secs(20);
    Background::start(&f.app).await.expect("it starts").expect("there are keys").tick(limit).await;
}

async fn ends(f: &Fixture, token: &str) -> Vec<RunEnd> {
    let page: RunPage = f.call(token, "GET", "/v1/runs", None).await.json();
    page.runs.into_iter().map(|run| run.end).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_opens_its_mailboxes_by_its_certificate_until_that_ends() {
    let (f, both, admin) = organisation().await;
    let certificate = Certificate::of(THEIRS);
    register(&both, &certificate, f.clock.now().as_second() + DAY_S);
    let answer = f.call(&admin, "PUT", "/v1/application", application(&certificate.with(THEIRS))).await;
    assert!(answer.json::<Access>().application);
    assert!(!answer.text().contains("PRIVATE KEY"));
    tick(&f).await;
    assert_eq!(both.surnames(), ["Hopper"]);
    assert_eq!(ends(&f, &admin).await, [RunEnd::Completed]);

    both.add_contact("Lamarr");
    f.clock.advance_s(DAY_S);
    tick(&f).await;
    assert_eq!(both.surnames(), ["Hopper"], "nothing opens the mailbox any more");
    let admin = f.sign_in(ORG, &both.admin.to_string()).await;
    let alerts: AlertPage = f.call(&admin, "GET", "/v1/alerts", None).await.json();
    assert_eq!(alerts.alerts.iter().map(|alert| &*alert.code).collect::<Vec<_>>(), ["MXS-1001"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_lets_in_our_application_that_has_a_certificate() {
    let certificate = Certificate::of(OURS);
    let proof = Proof::certificate(&certificate.with(OURS).into()).expect("a certificate with its key");
    let (f, both) = function_by(KEYS, proof).await;
    let admin = f.admin(&both).await;
    both.world.lock().expect("unpoisoned").with_microsoft(|microsoft, _| {
        microsoft.verify_signatures_with(is_signed);
        let app = App::new(OUR_APP, TENANT, "MS Exchange Sync").for_every_tenant().certificate(&certificate.der);
        microsoft.add_app(app.redirect(Platform::Web, REDIRECT).delegated(&SCOPES));
    });
    choose_contacts(&f, &admin).await;
    f.let_into_mailbox(&both, &admin).await;
    both.add_contact("Hopper");
    tick(&f).await;
    both.add_contact("Lamarr");
    // The token has ended, and the refresh token is shown with another assertion.
    f.clock.advance_s(2 * 60 * 60);
    tick(&f).await;
    assert_eq!(both.surnames().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_the_key_is_not_the_application() {
    let (f, both, admin) = organisation().await;
    let now_s = f.clock.now().as_second();
    let (theirs, other) = (Certificate::of(THEIRS), Certificate::of(OURS));
    let elliptic = KeyPair::generate().expect("a key").serialize_pem();
    for (case, ends_s, pem) in [
        ("the certificate with another's key", now_s + DAY_S, theirs.with(OURS)),
        (
            "another certificate of the same key",
            now_s + DAY_S,
            Certificate::named("other.example", THEIRS).with(THEIRS),
        ),
        ("another certificate with its key", now_s + DAY_S, other.with(OURS)),
        ("a certificate that has ended", now_s, theirs.with(THEIRS)),
        ("the certificate without a key", now_s + DAY_S, theirs.pem.clone()),
        ("the key without a certificate", now_s + DAY_S, THEIRS.to_owned()),
        ("a key that is not RSA", now_s + DAY_S, theirs.with(&elliptic)),
        ("no PEM at all", now_s + DAY_S, "certificate".to_owned()),
    ] {
        register(&both, &theirs, ends_s);
        let answer = f.call(&admin, "PUT", "/v1/application", application(&pem)).await;
        assert_eq!(answer.refusal(), (422, ErrorCode::NoConsent), "{case}");
        let access: Access = f.call(&admin, "GET", "/v1/access", None).await.json();
        assert!(!access.application, "{case}: it was kept");
    }
    // Nothing else was the reason.
    register(&both, &theirs, now_s + DAY_S);
    f.call(&admin, "PUT", "/v1/application", application(&theirs.with(THEIRS))).await.json::<Access>();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_that_somebody_has_read_is_worth_nothing() {
    let (f, both, admin) = organisation().await;
    let certificate = Certificate::of(THEIRS);
    register(&both, &certificate, f.clock.now().as_second() + DAY_S);
    f.call(&admin, "PUT", "/v1/application", application(&certificate.with(THEIRS))).await.json::<Access>();
    let sent = both.proofs.lock().expect("unpoisoned").pop().expect("the application's request");
    let form = String::from_utf8(sent.body.clone()).expect("a form");
    let assertion = form.split("client_assertion=").nth(1).expect("an assertion").to_owned();
    let (payload, signature) = assertion.rsplit_once('.').expect("a signature");
    let (_, claims) = payload.split_once('.').expect("claims");
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    for (case, assertion, number) in [
        ("as it was", assertion.clone(), 50_012),
        ("with another signature", format!("{payload}.{first}{}", &signature[1..]), 700_027),
        ("with other claims", assertion.replacen(".eyJhdWQi", ".eyJBdWQi", 1), 700_027),
        // {"alg":"none","typ":"JWT"}
        ("with no algorithm", format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.{signature}"), 700_027),
    ] {
        let mut request = sent.clone();
        request.body = form.replace(&format!("{payload}.{signature}"), &assertion).into();
        let response = both.answer(Service::Microsoft, &request).expect("an answer");
        let body: Value = serde_json::from_slice(&response.body).expect("JSON");
        assert_eq!((response.status, &body["error_codes"][0]), (401, &json!(number)), "{case}: {body}");
    }
}
