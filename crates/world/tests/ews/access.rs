//! Who is let in, and for whom they may act.

use crate::support::*;
use hmac::{Hmac, KeyInit, Mac};
use md4::{Digest, Md4};
use md5::Md5;
use mxs_http::{Method, Request, Response, base64url};
use mxs_world::World;
use mxs_world::microsoft::{App, EwsTrouble, Impersonation, Tenant, User};

const INBOX: &str = "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>\
    <t:DistinguishedFolderId Id=\"inbox\"/></m:FolderIds></m:GetFolder>";

/// A request with this `Authorization`, or without any.
fn with(authorization: Option<&str>) -> Request {
    let request = Door::of(ADA).request(INBOX);
    let base = Request::new(Method::Post, request.url).body("text/xml; charset=utf-8", request.body);
    match authorization {
        Some(authorization) => base.header("Authorization", authorization),
        None => base,
    }
}

fn status(world: &mut World, authorization: &str) -> u16 {
    send(world, &with(Some(authorization))).status
}

fn challenges(response: &Response) -> Vec<String> {
    let all = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("WWW-Authenticate"));
    all.map(|(_, value)| value.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn names_have_three_forms() {
    let mut world = world();
    let cases = [
        (ADA, PASSWORD, 200),
        ("ADA@corp.example", PASSWORD, 200),
        ("CORP\\ada", PASSWORD, 200),
        ("corp.example\\Ada", PASSWORD, 200),
        ("OTHER\\ada", PASSWORD, 401),
        ("ada", PASSWORD, 401),
        (ADA, "wrong", 401),
        (ADA, "", 401),
        ("", PASSWORD, 401),
        ("33333333-0000-4000-8000-000000000001", PASSWORD, 401),
    ];
    for (name, password, wanted) in cases {
        assert_eq!(status(&mut world, &basic(name, password)), wanted, "{name} {password}");
    }
    for nonsense in ["Basic", "Basic !", "Basic YQ==", "Digest x", ""] {
        assert_eq!(status(&mut world, nonsense), 401, "{nonsense}");
    }
}

#[test]
fn closed_accounts_and_ended_passwords_let_nobody_in() {
    let mut world = world();
    world.microsoft.set_enabled(ADA, false);
    assert_eq!(status(&mut world, &basic(ADA, PASSWORD)), 401);
    world.microsoft.set_enabled(ADA, true);
    world.microsoft.set_password_expired(ADA, true);
    assert_eq!(status(&mut world, &basic(ADA, PASSWORD)), 401);
    world.microsoft.set_password_expired(ADA, false);
    assert_eq!(status(&mut world, &basic(ADA, PASSWORD)), 200);
}

#[test]
fn who_isn_t_let_in_hears_how_to_ask() {
    let mut world = world();
    let response = send(&mut world, &with(None));
    assert_eq!(
        (response.status, challenges(&response)),
        (401, ["Bearer", "Negotiate", "NTLM", "Basic"].map(str::to_owned).to_vec())
    );
    world.microsoft.rules.ews.offered.basic = false;
    world.microsoft.rules.ews.offered.bearer = false;
    let response = send(&mut world, &with(Some(&basic(ADA, PASSWORD))));
    assert_eq!((response.status, challenges(&response)), (401, ["Negotiate", "NTLM"].map(str::to_owned).to_vec()));
}

fn keyed(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Md5>::new_from_slice(key).expect("a key");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn base64(bytes: &[u8]) -> String {
    let text = base64url::encode(bytes).replace('-', "+").replace('_', "/");
    let padding = (4 - text.len() % 4) % 4;
    text + &"==="[..padding]
}

const NEGOTIATE: &[u8] = b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// The third message to a challenge, as MS-NLMP 3.3.2 has it.
fn authenticate(challenge: &[u8], domain: &str, user: &str, password: &str) -> Vec<u8> {
    let key = keyed(&Md4::digest(utf16(password)), &[&utf16(&(user.to_uppercase() + domain))]);
    let blob = [&[1, 1, 0, 0, 0, 0, 0, 0][..], &[0; 8], &[7; 8], &[0; 8]].concat();
    let response = [keyed(&key, &[challenge, &blob]), blob].concat();
    let fields = [vec![0; 24], response, utf16(domain), utf16(user), utf16("PC"), Vec::new()];
    let mut message = b"NTLMSSP\0\x03\0\0\0".to_vec();
    let mut place = 64;
    for field in &fields {
        let length = (field.len() as u16).to_le_bytes();
        message.extend([length, length].concat());
        message.extend((place as u32).to_le_bytes());
        place += field.len();
    }
    message.extend([1, 2, 8, 0]);
    message.extend(fields.concat());
    message
}

/// The challenge of a server that was asked for one by this scheme.
fn challenged(world: &mut World, scheme: &str) -> Vec<u8> {
    let response = send(world, &with(Some(&format!("{scheme} {}", base64(NEGOTIATE)))));
    let said = response.headers.get("WWW-Authenticate").expect("a challenge").to_owned();
    let message = said.strip_prefix(&format!("{scheme} ")).expect("the same scheme");
    let message =
        base64url::decode(&message.trim_end_matches('=').replace('+', "-").replace('/', "_")).expect("base64");
    assert_eq!((response.status, &message[..12]), (401, &b"NTLMSSP\0\x02\0\0\0"[..]));
    message[24..32].to_vec()
}

#[test]
fn ntlm_proves_a_password_without_saying_it() {
    let cases = [
        ("NTLM", "CORP", "ada", PASSWORD, 200),
        ("NTLM", "corp", "Ada", PASSWORD, 200),
        ("Negotiate", "CORP", "ada", PASSWORD, 200),
        ("NTLM", "", ADA, PASSWORD, 200),
        ("NTLM", "CORP", "ada", "wrong", 401),
        ("NTLM", "OTHER", "ada", PASSWORD, 401),
        ("NTLM", "CORP", "nobody", PASSWORD, 401),
    ];
    for (scheme, domain, user, password, wanted) in cases {
        let mut world = world();
        let challenge = challenged(&mut world, scheme);
        let answer = format!("{scheme} {}", base64(&authenticate(&challenge, domain, user, password)));
        assert_eq!(status(&mut world, &answer), wanted, "{scheme} {domain} {user}");
        assert_eq!(status(&mut world, &answer), 401, "an answer lets in once");
    }
}

#[test]
fn challenges_end_and_nobody_answers_those_of_others() {
    let mut world = world();
    let challenge = challenged(&mut world, "NTLM");
    let answer = |challenge: &[u8]| format!("NTLM {}", base64(&authenticate(challenge, "CORP", "ada", PASSWORD)));
    assert_eq!(status(&mut world, &answer(&[0; 8])), 401);
    world.advance(60_000);
    assert_eq!(status(&mut world, &answer(&challenge)), 401);
    for broken in [&b"NTLMSSP\0\x03\0\0\0"[..], b"NTLMSSP\0", b"x"] {
        assert_eq!(status(&mut world, &format!("NTLM {}", base64(broken))), 401);
    }
    world.microsoft.rules.ews.offered.ntlm = false;
    let response = send(&mut world, &with(Some(&format!("NTLM {}", base64(NEGOTIATE)))));
    assert_eq!(challenges(&response), ["Bearer", "Basic"]);
}

const APP: &str = "22222222-0000-4000-8000-000000000001";

#[test]
fn tokens_of_the_cloud_are_believed_if_they_are_for_this() {
    let mut world = world();
    let cases = [
        (&["https://outlook.office365.com/EWS.AccessAsUser.All"][..], 200),
        (&["EWS.AccessAsUser.All", "User.Read"], 200),
        (&["Contacts.ReadWrite"], 401),
        (&[], 401),
    ];
    for (scopes, wanted) in cases {
        let token = world.with_microsoft(|microsoft, context| microsoft.issue_access_token(ADA, APP, scopes, context));
        let bearer = format!("Bearer {}", token.expect("a token"));
        assert_eq!(status(&mut world, &bearer), wanted, "{scopes:?}");
        world.advance(3_600_000);
        assert_eq!(status(&mut world, &bearer), 401, "it ended");
    }
}

fn acting_for(authorization: &str, who: &str) -> Request {
    let request = with(Some(authorization));
    let header = format!(
        "<t:ExchangeImpersonation><t:ConnectingSID>{who}</t:ConnectingSID></t:ExchangeImpersonation></s:Header>"
    );
    let body = String::from_utf8(request.body.clone()).expect("UTF-8").replace("</s:Header>", &header);
    Request { body: body.into_bytes(), ..request }
}

fn answered(world: &mut World, request: &Request) -> String {
    code(&Door::of(ADA).read(&String::from_utf8(send(world, request).body).expect("UTF-8")))
}

fn address(address: &str) -> String {
    format!("<t:PrimarySmtpAddress>{address}</t:PrimarySmtpAddress>")
}

#[test]
fn who_has_the_role_acts_for_those_whom_it_covers() {
    let mut world = world();
    let (ada, bob) = ("33333333-0000-4000-8000-000000000001", "33333333-0000-4000-8000-000000000002");
    world.with_microsoft(|microsoft, context| {
        microsoft.add_tenant(Tenant::new("t2", "Other", "other.example"));
        microsoft.add_user(User::new("eve", "t2", "Eve", "eve@other.example", PASSWORD), context);
    });
    let service = basic(BOB, PASSWORD);
    let denied = "ErrorImpersonateUserDenied";
    let sid = world.microsoft.user(ADA).expect("a user").sid();
    assert_eq!(answered(&mut world, &acting_for(&service, &address(ADA))), denied);
    world.microsoft.assign_impersonation(Impersonation { account: bob.to_owned(), scope: None });
    let cases = [
        (address(ADA), "NoError"),
        (format!("<t:SmtpAddress>{ADA}</t:SmtpAddress>"), "NoError"),
        (format!("<t:PrincipalName>{ADA}</t:PrincipalName>"), "NoError"),
        (format!("<t:SID>{sid}</t:SID>"), "NoError"),
        ("<t:SID>S-1-5-21-1</t:SID>".to_owned(), "ErrorInvalidUserSid"),
        (address("nobody@corp.example"), "ErrorNonExistentMailbox"),
        (address(NOBOX), "ErrorNonExistentMailbox"),
        (address("eve@other.example"), denied),
        (String::new(), "ErrorInvalidExchangeImpersonationHeaderData"),
        (address(""), "ErrorInvalidExchangeImpersonationHeaderData"),
    ];
    for (who, wanted) in cases {
        assert_eq!(answered(&mut world, &acting_for(&service, &who)), wanted, "{who}");
    }
    world.microsoft.withdraw_impersonation(bob);
    world.microsoft.assign_impersonation(Impersonation { account: bob.to_owned(), scope: Some(vec![bob.to_owned()]) });
    assert_eq!(answered(&mut world, &acting_for(&service, &address(ADA))), denied);
    world.microsoft.assign_impersonation(Impersonation { account: bob.to_owned(), scope: Some(vec![ada.to_owned()]) });
    assert_eq!(answered(&mut world, &acting_for(&service, &address(ADA))), "NoError");
}

#[test]
fn an_application_acts_for_somebody() {
    let mut world = world();
    world.with_microsoft(|microsoft, _| {
        microsoft.add_app(App::new(APP, TENANT, "App").roles(&["full_access_as_app"]).consented_in(TENANT));
    });
    let token = world.with_microsoft(|microsoft, context| microsoft.issue_application_token(APP, TENANT, context));
    let bearer = format!("Bearer {}", token.expect("a token"));
    assert_eq!(answered(&mut world, &acting_for(&bearer, &address(ADA))), "NoError");
    assert_eq!(answered(&mut world, &with(Some(&bearer))), "ErrorImpersonationRequired");
}

#[test]
fn an_account_without_a_mailbox_has_nothing_of_its_own() {
    let mut world = world();
    assert_eq!(answered(&mut world, &with(Some(&basic(NOBOX, PASSWORD)))), "ErrorMissingEmailAddress");
}

#[test]
fn busy_servers_say_so_in_three_ways() {
    let ids = "<t:DistinguishedFolderId Id=\"inbox\"/>";
    let (mut world, ada) = (world(), Door::of(ADA));
    world.microsoft.trouble_ews(ADA, 2, EwsTrouble::Busy { back_off_ms: Some(297_749) });
    world.microsoft.trouble_ews(ADA, 1, EwsTrouble::BusyInside { back_off_ms: Some(25) });
    world.microsoft.trouble_ews(ADA, 1, EwsTrouble::QueueFull { retry_after: Some("7".into()) });
    world.microsoft.trouble_ews(ADA, 1, EwsTrouble::Fault { code: "ErrorMailboxMoveInProgress".into() });
    for _ in 0..2 {
        let response = send(&mut world, &ada.request(INBOX));
        let fault = ada.read(&String::from_utf8(response.body).expect("UTF-8"));
        let value = fault.find("Value").expect("a value");
        assert_eq!((response.status, code(&fault).as_str()), (500, "ErrorServerBusy"));
        assert_eq!((value.attribute("Name"), value.text.as_str()), (Some("BackOffMilliseconds"), "297749"));
    }
    let two = INBOX.replace(ids, &ids.repeat(2));
    let answer = ada.ask(&mut world, &two);
    assert_eq!((messages(&answer).len(), code(&answer).as_str()), (2, "ErrorInternalServerError"));
    let inner = |name: &str| {
        let values = messages(&answer)[0].get("MessageXml").expect("values").children.clone();
        values.into_iter().find(|value| value.attribute("Name") == Some(name)).map(|value| value.text)
    };
    assert_eq!(
        (inner("InnerErrorResponseCode").as_deref(), inner("BackOffMilliseconds").as_deref()),
        (Some("ErrorServerBusy"), Some("25"))
    );
    let response = send(&mut world, &ada.request(INBOX));
    assert_eq!((response.status, response.headers.get("Retry-After")), (503, Some("7")));
    assert_eq!(code(&ada.ask(&mut world, INBOX)), "ErrorMailboxMoveInProgress");
    done(&ada.ask(&mut world, INBOX));
}

#[test]
fn only_so_many_are_served_at_once() {
    let mut world = world();
    let request = Door::of(ADA).request(INBOX);
    for (in_flight, wanted) in [(27, 200), (28, 500)] {
        let outcome = world.handle(mxs_world::Service::Microsoft, &request, in_flight);
        assert_eq!(outcome.response.expect("an answer").status, wanted, "{in_flight}");
    }
}
