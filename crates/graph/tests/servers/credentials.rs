//! Tokens for a server: of a person who signed in, and of the application itself.

use crate::stage::*;
use mxs_graph::identity::{
    self, ASSERTION_LIFE_S, AdminConsent, Assertion, Authorize, ClientCredentials, Credential, IdentityError, Redeem,
    Refresh, Secret, Tokens,
};
use mxs_graph::mailbox::MailboxPort;
use mxs_graph::{ErrorKind, me};
use mxs_http::{HttpPort, NoResponse, Request, Response};
use mxs_world::{Service, World};
use std::cell::RefCell;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SCOPES: [&str; 2] = ["offline_access", "Contacts.ReadWrite"];

fn of_application(world: &mut World, credential: &Credential) -> Result<Tokens, IdentityError> {
    let base = world.microsoft.base_url().to_owned();
    let asked = ClientCredentials { base: &base, tenant: TENANT, client_id: SERVER, credential };
    token(world, &identity::client_credentials(&asked))
}

/// What the stand-in says is wrong with the application.
fn wrong(code: u32) -> Result<Tokens, IdentityError> {
    Err(IdentityError::WrongConfiguration { code })
}

/// Lets the administrator consent for the organisation.
fn consent(world: &mut World) -> Result<String, IdentityError> {
    let base = world.microsoft.base_url().to_owned();
    let consent =
        AdminConsent { base: &base, tenant: "organizations", client_id: SERVER, redirect_uri: REDIRECT, state: "s-1" };
    let landed = through_pages(world, ADMIN, &identity::admin_consent_url(&consent));
    assert_eq!(identity::parse_admin_consent(&landed, "s-2"), Err(IdentityError::WrongState));
    identity::parse_admin_consent(&landed, "s-1")
}

#[test]
fn a_person_signs_in_for_the_server() {
    let world = &mut world();
    let base = world.microsoft.base_url().to_owned();
    let authorize = Authorize {
        base: &base,
        tenant: "organizations",
        client_id: SERVER,
        redirect_uri: REDIRECT,
        scopes: &SCOPES,
        state: "s-1",
        code_challenge: CHALLENGE,
        login_hint: None,
        prompt: None,
    };
    let landed = through_pages(world, ADA, &identity::authorize_url(&authorize));
    let code = identity::parse_redirect(&landed, "s-1").expect("a code");
    let verifier = Secret::new(VERIFIER);
    let redeem = identity::redeem(&Redeem {
        base: &base,
        tenant: TENANT,
        client_id: SERVER,
        redirect_uri: REDIRECT,
        scopes: &SCOPES,
        code: &code,
        verifier: &verifier,
    });
    assert_eq!(token(world, &redeem), wrong(7_000_218), "a server proves which application it is");
    let wrong_secret = Credential::Secret(Secret::new("another"));
    assert_eq!(token(world, &wrong_secret.prove(redeem.clone())), wrong(7_000_215));
    let tokens = token(world, &secret().prove(redeem)).expect("tokens");

    // Months later, with the certificate.
    let mut refresh_token = tokens.refresh.expect("a refresh token");
    for month in 0..6 {
        world.advance(30 * 24 * 3_600_000);
        let refresh =
            Refresh { base: &base, tenant: TENANT, client_id: SERVER, scopes: &SCOPES, refresh_token: &refresh_token };
        let id = month.to_string();
        let credential = signed(&assertion(world, &base, &id));
        let renewed = token(world, &credential.prove(identity::refresh(&refresh))).expect("tokens");
        let next = renewed.refresh.expect("a refresh token");
        assert_ne!(next.expose(), refresh_token.expose(), "each answer's takes the place of the last");
        refresh_token = next;
    }
}

#[test]
fn an_assertion_is_good_once_and_for_a_while() {
    let world = &mut world();
    let base = world.microsoft.base_url().to_owned();
    let right = |id| assertion(world, &base, id);
    let other = [7; 32];
    let cases = [
        ("another certificate", Assertion { certificate: &other, ..right("1") }, 700_027),
        ("another application", Assertion { client_id: "x", ..right("2") }, 700_021),
        ("another directory", Assertion { tenant: "common", ..right("3") }, 700_023),
        ("another service", Assertion { base: "https://evil.example", ..right("4") }, 700_023),
        (
            "long ago",
            Assertion { now: world.now() - jiff::SignedDuration::from_secs(2 * ASSERTION_LIFE_S), ..right("5") },
            700_024,
        ),
        ("in the future", Assertion { now: world.now() + jiff::SignedDuration::from_secs(301), ..right("6") }, 700_024),
        ("no name", right(""), 50_012),
    ];
    for (name, assertion, code) in cases {
        assert_eq!(of_application(world, &signed(&assertion)), wrong(code), "{name}");
    }
    let unsigned = assertion(world, &base, "7").unsigned();
    assert_eq!(of_application(world, &unsigned.signed(b"x")), wrong(700_027));
    let garbage = Credential::Assertion(Secret::new("a.b"));
    assert_eq!(of_application(world, &garbage), wrong(50_027));

    let good = signed(&assertion(world, &base, "8"));
    assert!(of_application(world, &good).is_ok());
    assert_eq!(of_application(world, &good), wrong(50_012), "it was used");
    // By its domain the directory is the same one.
    let by_domain = ClientCredentials {
        base: &base,
        tenant: "corp.example",
        client_id: SERVER,
        credential: &signed(&assertion(world, &base, "9")),
    };
    assert!(token(world, &identity::client_credentials(&by_domain)).is_ok());
}

/// A port into the world.
struct Port<'w> {
    world: &'w RefCell<World>,
    token: Secret,
}

impl HttpPort for Port<'_> {
    async fn send(&self, request: Request) -> Result<Response, NoResponse> {
        let request = request.header("Authorization", format!("Bearer {}", self.token.expose()));
        self.world.borrow_mut().handle(Service::Microsoft, &request, 1).response.ok_or(NoResponse::Unknown)
    }
}

#[test]
fn an_application_knows_whose_mailbox_it_reads() {
    let mut world = world();
    let before = of_application(&mut world, &secret()).expect("a token");
    assert_eq!(consent(&mut world).as_deref(), Ok(TENANT));
    let after = of_application(&mut world, &secret()).expect("a token");
    assert_eq!((after.refresh, after.scopes), (None, Vec::new()), "the proof gets the next one");
    let world = RefCell::new(world);
    let read = |token: &Secret, user: Option<&str>| {
        let port = Port { world: &world, token: token.clone() };
        let port = match user {
            Some(user) => MailboxPort::of(port, user),
            None => MailboxPort::own(port),
        };
        let sent = pin!(port.send(me::request()));
        match sent.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => me::parse(&response.expect("an answer")).map_err(|error| error.kind),
            Poll::Pending => panic!("the world answers at once"),
        }
    };
    let ada = read(&after.access, Some(ADA_ID)).expect("Ada");
    assert_eq!((ada.id.as_str(), ada.mail.as_deref(), ada.display_name.as_str()), (ADA_ID, Some(ADA), "Ada Lovelace"));
    assert_eq!(read(&after.access, None), Err(ErrorKind::Refused), "nobody signed in");
    assert_eq!(read(&before.access, Some(ADA_ID)), Err(ErrorKind::Denied), "nobody had consented");
}
