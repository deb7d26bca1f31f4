//! Trying an account on an Exchange Server: what works, and what a person is told of what doesn't.

use crate::crm::{ADMIN, Crm, administered};
use crate::support::{Fixture, ORG};
use mxs_api::{AuditPage, Done, ErrorCode, ExchangeAccount, ExchangeAuthorities, ExchangeTested, Organisation};
use mxs_http::{Request, Response};
use mxs_outgoing::{AUTHORITIES_MAX, Distrust, Failure, Refusal, address::Forbidden};
use serde_json::{Value, json};
use std::sync::Arc;

const ANNA: &str = "411002";
const OWN: &str = "/v1/exchange/mailbox";
const OF_ALL: &str = "/v1/exchange/organisation";
const AUTHORITIES: &str = "/v1/exchange/authorities";
const PASSWORD: &str = "correct-horse-battery";
const MAIL: &str = "https://mail.corp.example";
const SERVICE: &str = "https://mail.corp.example/EWS/Exchange.asmx";

/// An organisation that chose this way, with its account; who may try it, and what there is on the network.
async fn organisation(access: &str, server: Option<&str>) -> (Fixture, String, &'static str, Arc<Crm>) {
    let crm = Crm::with(&[ANNA]);
    let (f, admin) = administered(&crm).await;
    let mut chosen: Value = f.call(&admin, "GET", "/v1/organisation", None).await.json();
    chosen["ews_access"] = json!(access);
    f.call(&admin, "PUT", "/v1/organisation", Some(chosen)).await.json::<Organisation>();
    let anna = f.connected(ANNA, "mailbox-a").await;
    let (token, path) = if access == "individual" { (anna, OWN) } else { (admin, OF_ALL) };
    let mut account = json!({ "address": "anna@corp.example", "user": "anna", "domain": "CORP", "password": PASSWORD });
    if let Some(server) = server {
        account["server"] = json!(server);
    }
    f.call(&token, "PUT", path, Some(account)).await.json::<ExchangeAccount>();
    (f, token, path, crm)
}

async fn tried(f: &Fixture, token: &str, path: &str, body: Value) -> ExchangeTested {
    f.call(token, "POST", &format!("{path}/test"), Some(body)).await.json()
}

/// What was looked at, each with its code where something is wrong.
fn told(tested: &ExchangeTested) -> Vec<String> {
    let word = |check| serde_json::to_value(check).expect("JSON").as_str().expect("a word").to_owned();
    let line = |checked: &mxs_api::ExchangeChecked| match checked.code {
        Some(code) => format!("{} {}", word(checked.check), code.as_str()),
        None => word(checked.check),
    };
    tested.checks.iter().map(line).collect()
}

fn envelope(version: &str, body: &str) -> Response {
    let xml = format!(
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header>\
         <t:ServerVersionInfo xmlns:t='urn:t' {version}/></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    );
    Response::new(200).body("text/xml", xml)
}

const EXCHANGE_2019: &str = "MajorVersion='15' MinorVersion='2' MajorBuildNumber='1748'";

fn folder() -> Response {
    opened(EXCHANGE_2019)
}

fn opened(version: &str) -> Response {
    envelope(
        version,
        "<m:GetFolderResponse xmlns:m='urn:m' xmlns:t='urn:t'><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass='Success'>\
         <m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:ContactsFolder><t:FolderId Id='F' ChangeKey='K'/>\
         <t:DisplayName>Contacts</t:DisplayName></t:ContactsFolder></m:Folders></m:GetFolderResponseMessage>\
         </m:ResponseMessages></m:GetFolderResponse>",
    )
}

fn refused(code: &str) -> Response {
    let fault = format!(
        "<s:Fault><faultcode>a:{code}</faultcode><faultstring>Anna Secret</faultstring><detail>\
         <e:ResponseCode xmlns:e='urn:e'>{code}</e:ResponseCode></detail></s:Fault>"
    );
    Response { status: 500, ..envelope(EXCHANGE_2019, &fault) }
}

fn is_signed_in(who: Option<&str>) -> bool {
    who == Some("CORP\\anna:correct-horse-battery")
}

fn exchange(_: &Request, who: Option<&str>) -> Result<Response, Failure> {
    Ok(if is_signed_in(who) { folder() } else { Response::new(401) })
}

#[tokio::test]
async fn an_account_that_works_is_told_step_by_step_and_what_was_found_is_kept() {
    let (f, anna, own, crm) = organisation("individual", Some(MAIL)).await;
    crm.servers.put(MAIL, exchange);
    let tested = tried(&f, &anna, own, json!({})).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "mailbox"]);
    assert_eq!(tested.confirm, None);
    let kept: ExchangeAccount = f.call(&anna, "GET", own, None).await.json();
    assert_eq!((kept.service.as_deref(), kept.version.as_deref()), (Some(SERVICE), Some("Exchange2016")));
    assert_eq!(tested.account, kept);
    assert_eq!(crm.servers.asked(), [format!("{SERVICE} CORP\\anna:{PASSWORD} 0")]);

    // Another password leaves what was found; another account doesn't.
    let body = json!({ "password": "another-one" });
    f.call(&anna, "PUT", &format!("{own}/password"), Some(body)).await.json::<Done>();
    assert_eq!(f.call(&anna, "GET", own, None).await.json::<ExchangeAccount>(), kept);
    assert_eq!(told(&tried(&f, &anna, own, json!({})).await), ["server", "certificate", "sign_in MXS-4108"]);
    let again = serde_json::to_value(ExchangeAccount { password: Some(PASSWORD.to_owned()), ..kept }).expect("JSON");
    let put: ExchangeAccount = f.call(&anna, "PUT", own, Some(again)).await.json();
    assert_eq!((put.service, put.version), (None, None));
}

/// Each with the steps that are told; what comes after the one that is wrong was not looked at.
#[tokio::test]
async fn each_thing_that_can_be_wrong_is_told_by_its_code() {
    type Case = (&'static str, fn(&Request, Option<&str>) -> Result<Response, Failure>, &'static [&'static str]);
    let cases: [Case; 22] = [
        ("not there", |_, _| Err(Failure::NotSent), &["server MXS-4103"]),
        ("silent", |_, _| Err(Failure::Unknown), &["server MXS-4103"]),
        ("inside", |_, _| Err(Failure::Refused(Refusal::Forbidden(Forbidden::Internal))), &["server MXS-4104"]),
        ("fifty megabytes", |_, _| Err(Failure::TooLarge), &["server MXS-4114"]),
        ("self-signed", |_, _| Err(Failure::Untrusted(Distrust::UnknownIssuer)), &["server", "certificate MXS-4105"]),
        ("expired", |_, _| Err(Failure::Untrusted(Distrust::Expired)), &["server", "certificate MXS-4106"]),
        ("another name", |_, _| Err(Failure::Untrusted(Distrust::OtherName)), &["server", "certificate MXS-4106"]),
        ("only Kerberos", |_, _| Err(Failure::NoCommonScheme), &["server", "certificate", "sign_in MXS-4107"]),
        ("a proxy that closes", |_, _| Err(Failure::NotKept), &["server", "certificate", "sign_in MXS-4107"]),
        ("wrong password", |_, _| Ok(Response::new(401)), &["server", "certificate", "sign_in MXS-4108"]),
        (
            "expired password",
            |_, _| Ok(refused("ErrorPasswordExpired")),
            &["server", "certificate", "sign_in MXS-4109"],
        ),
        ("disabled", |_, _| Ok(refused("ErrorAccountDisabled")), &["server", "certificate", "sign_in MXS-4110"]),
        ("EWS off", |_, _| Ok(Response::new(403)), &["server", "certificate", "sign_in MXS-4110"]),
        (
            "no mailbox",
            |_, _| Ok(refused("ErrorNonExistentMailbox")),
            &["server", "certificate", "sign_in", "version", "mailbox MXS-4112"],
        ),
        (
            "no access",
            |_, _| Ok(refused("ErrorAccessDenied")),
            &["server", "certificate", "sign_in", "version", "mailbox MXS-4110"],
        ),
        (
            "busy",
            |_, _| Ok(refused("ErrorServerBusy")),
            &["server", "certificate", "sign_in", "version", "mailbox MXS-4115"],
        ),
        (
            "a database that moves",
            |_, _| Ok(refused("ErrorMailboxMoveInProgress")),
            &["server", "certificate", "sign_in", "version", "mailbox MXS-4115"],
        ),
        (
            "a queue",
            |_, _| Ok(Response::new(503)),
            &["server", "certificate", "sign_in", "version", "mailbox MXS-4115"],
        ),
        (
            "HTML",
            |_, _| Ok(Response::new(200).body("text/html", "<html><body>Sign in</body></html>")),
            &["server", "certificate", "sign_in", "version MXS-4114"],
        ),
        (
            "an XML bomb",
            |_, _| {
                let bomb = "<!DOCTYPE b [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><b>&b;</b>";
                Ok(Response::new(200).body("text/xml", bomb))
            },
            &["server", "certificate", "sign_in", "version MXS-4114"],
        ),
        (
            "a tower of elements",
            |_, _| Ok(Response::new(200).body("text/xml", "<a>".repeat(100_000))),
            &["server", "certificate", "sign_in", "version MXS-4114"],
        ),
        (
            "Exchange 2003",
            |_, _| Ok(opened("MajorVersion='6' MinorVersion='5'")),
            &["server", "certificate", "sign_in", "version MXS-4113"],
        ),
    ];
    let (f, anna, own, crm) = organisation("individual", Some(MAIL)).await;
    for (case, serves, wanted) in cases {
        crm.servers.put(MAIL, serves);
        let answer = f.call(&anna, "POST", &format!("{own}/test"), Some(json!({}))).await;
        assert!(!answer.text().contains("Secret") && !answer.text().contains(PASSWORD), "{case}: {}", answer.text());
        assert_eq!(told(&answer.json()), wanted, "{case}");
        assert!(crm.servers.asked().len() == 1, "{case}: asked once");
    }
}

#[tokio::test]
async fn a_server_that_speaks_another_version_is_asked_in_its_own() {
    let (f, anna, own, crm) = organisation("individual", Some(MAIL)).await;
    crm.servers.put(MAIL, |request, _| {
        let asked = String::from_utf8_lossy(&request.body).into_owned();
        Ok(if asked.contains("\"Exchange2013_SP1\"") {
            opened("MajorVersion='15' MinorVersion='0' MajorBuildNumber='1497'")
        } else {
            let fault = refused("ErrorInvalidServerVersion").body;
            let own = String::from_utf8_lossy(&fault).replace("MinorVersion='2'", "MinorVersion='0'");
            Response::new(500).body("text/xml", own)
        })
    });
    let tested = tried(&f, &anna, own, json!({})).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "mailbox"]);
    assert_eq!((tested.account.version.as_deref(), crm.servers.asked().len()), (Some("Exchange2013_SP1"), 2));
    // One that names no version that it takes is not asked for ever.
    crm.servers.put(MAIL, |_, _| Ok(refused("ErrorInvalidServerVersion")));
    let tested = tried(&f, &anna, own, json!({})).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version MXS-4113"]);
    assert_eq!(crm.servers.asked().len(), 2);
}

#[tokio::test]
async fn the_account_that_acts_for_everybody_is_tried_with_a_mailbox() {
    let (f, admin, path, crm) = organisation("impersonation", Some(MAIL)).await;
    let refusal = f.call(&admin, "POST", &format!("{path}/test"), Some(json!({}))).await.problem();
    assert_eq!((refusal.code, refusal.member.as_deref()), (ErrorCode::BadRequest, Some("mailbox")), "whose?");
    crm.servers.put(MAIL, |request, who| {
        let asked = String::from_utf8_lossy(&request.body).into_owned();
        assert_eq!(request.headers.get("X-AnchorMailbox"), Some("ben@corp.example"));
        assert!(asked.contains("<t:PrimarySmtpAddress>ben@corp.example</t:PrimarySmtpAddress>"));
        exchange(request, who)
    });
    let ben = json!({ "mailbox": "ben@corp.example" });
    let tested = tried(&f, &admin, path, ben.clone()).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "acts_for", "mailbox"]);
    crm.servers.put(MAIL, |_, _| Ok(refused("ErrorImpersonateUserDenied")));
    let tested = tried(&f, &admin, path, ben.clone()).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "acts_for MXS-4111"]);
    crm.servers.put(MAIL, |_, _| Ok(refused("ErrorNonExistentMailbox")));
    let tested = tried(&f, &admin, path, ben).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "acts_for", "mailbox MXS-4112"]);
    // Without one it is the caller's own.
    f.connect(&admin, "mailbox-b").await;
    crm.servers.put(MAIL, |request, who| {
        assert_eq!(request.headers.get("X-AnchorMailbox"), Some("anna.secret@example.com"));
        exchange(request, who)
    });
    let tested = tried(&f, &admin, path, json!({})).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "acts_for", "mailbox"]);
}

#[tokio::test]
async fn the_organisations_application_signs_in_where_a_server_trusts_the_directory() {
    let (f, admin, path, crm) = organisation("impersonation", Some(MAIL)).await;
    let account = |sign_in: &str, password: Value| {
        json!({
            "address": "sync@corp.example", "user": "sync", "server": MAIL, "sign_in": sign_in, "password": password,
        })
    };
    let refused = f.call(&admin, "PUT", path, Some(account("application", json!(PASSWORD)))).await;
    assert_eq!(refused.problem().member.as_deref(), Some("password"), "it has none");
    f.call(&admin, "PUT", path, Some(account("application", Value::Null))).await.json::<ExchangeAccount>();
    crm.servers.put(MAIL, |_, who| Ok(if who == Some("token:graph") { folder() } else { Response::new(401) }));
    let ben = json!({ "mailbox": "ben@corp.example" });
    let tested = tried(&f, &admin, path, ben.clone()).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in MXS-4108"], "no application is let in");
    crate::crm::put_application(&f, &admin).await;
    let tested = tried(&f, &admin, path, ben).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "acts_for", "mailbox"]);
    let body = json!({ "password": PASSWORD });
    let refused = f.call(&admin, "PUT", &format!("{path}/password"), Some(body)).await;
    assert_eq!(refused.problem().member.as_deref(), Some("password"));

    let (f, anna, own, _) = organisation("individual", Some(MAIL)).await;
    let refused = f.call(&anna, "PUT", own, Some(account("application", Value::Null))).await;
    assert_eq!(refused.problem().member.as_deref(), Some("sign_in"), "what opens all mailboxes is nobody's own");
}

fn json_says(url: &str) -> Response {
    Response::new(200).body("application/json", json!({ "Protocol": "EWS", "Url": url }).to_string())
}

#[tokio::test]
async fn a_server_is_found_by_the_address() {
    let (f, anna, own, crm) = organisation("individual", None).await;
    crm.servers.put(MAIL, exchange);
    crm.servers.put("https://autodiscover.corp.example", |request, _| {
        Ok(if request.url.contains(".json") { json_says(SERVICE) } else { Response::new(404) })
    });
    let tested = tried(&f, &anna, own, json!({})).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "mailbox"]);
    assert_eq!(tested.account.service.as_deref(), Some(SERVICE));
    let asked = crm.servers.asked();
    assert_eq!(
        asked,
        [
            // It isn't there: nothing more is asked of it.
            "https://corp.example/autodiscover/autodiscover.json - 0".to_owned(),
            "https://autodiscover.corp.example/autodiscover/autodiscover.json - 0".to_owned(),
            format!("{SERVICE} CORP\\anna:{PASSWORD} 0"),
        ]
    );
}

#[tokio::test]
async fn nobody_elses_server_is_asked_before_the_person_agreed() {
    const HOSTER: &str = "https://ews.hoster.example";
    let (f, anna, own, crm) = organisation("individual", None).await;
    crm.servers.put(HOSTER, exchange);
    crm.servers.put("http://autodiscover.corp.example", |_, _| {
        Ok(Response::new(302).header("Location", "https://auto.hoster.example/autodiscover/autodiscover.xml"))
    });
    crm.servers.put("https://auto.hoster.example", |_, _| {
        let account = "<Action>settings</Action><Protocol><Type>EXPR</Type>\
                       <EwsUrl>https://ews.hoster.example/EWS/Exchange.asmx</EwsUrl></Protocol>";
        let xml = format!("<Autodiscover><Response><Account>{account}</Account></Response></Autodiscover>");
        Ok(Response::new(200).body("text/xml", xml))
    });
    let tested = tried(&f, &anna, own, json!({})).await;
    assert_eq!(
        (told(&tested), tested.confirm.as_deref()),
        (vec!["server MXS-4102".into()], Some("auto.hoster.example"))
    );
    assert!(!crm.servers.asked().concat().contains(PASSWORD), "nothing of hers was sent");
    let tested = tried(&f, &anna, own, json!({ "hosts": ["auto.hoster.example"] })).await;
    assert_eq!(tested.confirm.as_deref(), Some("ews.hoster.example"), "one host is not the other");
    let asked = crm.servers.asked().concat();
    assert!(asked.contains("https://auto.hoster.example") && !asked.contains(HOSTER), "{asked}");
    let tested = tried(&f, &anna, own, json!({ "hosts": ["auto.hoster.example", "ews.hoster.example"] })).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in", "version", "mailbox"]);
    assert_eq!(tested.account.service.as_deref(), Some("https://ews.hoster.example/EWS/Exchange.asmx"));

    let admin = f.sign_in(ORG, ADMIN).await;
    let noted: AuditPage = f.call(&admin, "GET", "/v1/audit?action=exchange_hosts_agreed", None).await.json();
    let hosts: Vec<&str> = noted.entries.iter().map(|entry| entry.detail["hosts"].as_str()).collect();
    assert_eq!(hosts, ["auto.hoster.example ews.hoster.example", "auto.hoster.example"]);
    for hosts in [json!(vec!["a.example"; 11]), json!([""]), json!(["a\nb"])] {
        let refused = f.call(&anna, "POST", &format!("{own}/test"), Some(json!({ "hosts": hosts }))).await;
        assert_eq!(refused.problem().member.as_deref(), Some("hosts"));
    }
}

/// All servers of a domain ask one directory, which locks an account after a few wrong passwords.
#[tokio::test]
async fn a_search_tries_a_password_twice_at_most() {
    let (f, anna, own, crm) = organisation("individual", None).await;
    for origin in ["https://corp.example", "https://autodiscover.corp.example", "https://mail.corp.example"] {
        crm.servers.put(origin, |_, _| Ok(Response::new(401)));
    }
    crm.servers.name("mail.corp.example");
    let tested = tried(&f, &anna, own, json!({})).await;
    assert_eq!(told(&tested), ["server", "certificate", "sign_in MXS-4108"]);
    let tries = crm.servers.asked().into_iter().filter(|line| line.contains(PASSWORD)).count();
    assert_eq!(tries, 2);
}

#[tokio::test]
async fn what_a_search_comes_to_is_told() {
    type Serves = fn(&Request, Option<&str>) -> Result<Response, Failure>;
    const CORP: &str = "https://corp.example";
    const AUTO: &str = "https://autodiscover.corp.example";
    let no_such: Serves = |_, _| {
        let error = "<Error><ErrorCode>500</ErrorCode><Message>Anna Secret</Message></Error>";
        Ok(Response::new(200).body("text/xml", format!("<Autodiscover><Response>{error}</Response></Autodiscover>")))
    };
    let round: Serves = |request, _| Ok(Response::new(302).header("Location", format!("{}x", request.url)));
    let html: Serves = |_, _| Ok(Response::new(200).body("text/html", "<html>Welcome</html>"));
    let cases: [(&str, &str, Serves, &[&str]); 6] = [
        ("nothing is there", "https://other.example", html, &["server MXS-4101"]),
        ("only a web site", CORP, html, &["server MXS-4101"]),
        (
            "a certificate of its own",
            AUTO,
            |_, _| Err(Failure::Untrusted(Distrust::UnknownIssuer)),
            &["server", "certificate MXS-4105"],
        ),
        (
            "inside a private network",
            AUTO,
            |_, _| Err(Failure::Refused(Refusal::Forbidden(Forbidden::Internal))),
            &["server MXS-4104"],
        ),
        ("no such mailbox", AUTO, no_such, &["server", "certificate", "sign_in", "version", "mailbox MXS-4112"]),
        ("a circle", AUTO, round, &["server MXS-4101"]),
    ];
    for (case, origin, serves, wanted) in cases {
        let (f, anna, own, crm) = organisation("individual", None).await;
        crm.servers.put(origin, serves);
        assert_eq!(told(&tried(&f, &anna, own, json!({})).await), wanted, "{case}");
        assert!(crm.servers.asked().len() <= 40, "{case}: it ends");
    }
}

#[tokio::test]
async fn an_organisation_trusts_authorities_of_its_own() {
    let pem = || rcgen::generate_simple_self_signed(vec!["mail.corp.example".to_owned()]).expect("one").cert.pem();
    let (f, anna, own, crm) = organisation("individual", Some(MAIL)).await;
    let admin = f.sign_in(ORG, ADMIN).await;
    let get = async || f.call(&admin, "GET", AUTHORITIES, None).await.json::<ExchangeAuthorities>().pem;
    assert_eq!(get().await, "");
    let key = rcgen::KeyPair::generate().expect("a key").serialize_pem();
    let (first, second) = (pem(), pem());
    let body = json!({ "pem": format!("{first}{key}{second}") });
    let put = f.call(&admin, "PUT", AUTHORITIES, Some(body)).await;
    assert!(!put.text().contains("PRIVATE"), "a key that was pasted along is not kept");
    assert_eq!(put.json::<ExchangeAuthorities>().pem.matches("BEGIN CERTIFICATE").count(), 2);
    assert_eq!(get().await.matches("BEGIN CERTIFICATE").count(), 2);
    crm.servers.put(MAIL, exchange);
    tried(&f, &anna, own, json!({})).await;
    assert_eq!(crm.servers.asked(), [format!("{SERVICE} CORP\\anna:{PASSWORD} 2")], "they go along");

    for (pem, why) in [
        ("no certificate".to_owned(), "no certificate in PEM"),
        (key, "no certificate in PEM"),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".to_owned(), "certificate 1 can't be read"),
        (first.repeat(AUTHORITIES_MAX + 1), "more than 16"),
    ] {
        let refused = f.call(&admin, "PUT", AUTHORITIES, Some(json!({ "pem": pem }))).await.problem();
        assert_eq!(refused.member.as_deref(), Some("pem"));
        assert!(refused.message.contains(why), "{}", refused.message);
    }
    let large = f.call(&admin, "PUT", AUTHORITIES, Some(json!({ "pem": "x".repeat(70_000) }))).await;
    assert_eq!(large.refusal(), (413, ErrorCode::BadRequest));
    assert_eq!(f.call(&anna, "GET", AUTHORITIES, None).await.refusal(), (403, ErrorCode::NotAllowed));
    assert_eq!(get().await.matches("BEGIN CERTIFICATE").count(), 2, "what was refused changed nothing");
    f.call(&admin, "PUT", AUTHORITIES, Some(json!({ "pem": "" }))).await.json::<ExchangeAuthorities>();
    assert_eq!(get().await, "");
    let noted: AuditPage =
        f.call(&admin, "GET", "/v1/audit?action=exchange_authorities_changed&result=done", None).await.json();
    let counts: Vec<&str> = noted.entries.iter().map(|entry| entry.detail["count"].as_str()).collect();
    assert_eq!(counts, ["0", "2"]);
}

#[tokio::test]
async fn there_must_be_an_account_to_try() {
    let (f, anna, own, _) = organisation("individual", Some(MAIL)).await;
    let test = format!("{own}/test");
    let other = json!({ "mailbox": "ben@corp.example" });
    let refused = f.call(&anna, "POST", &test, Some(other)).await;
    assert_eq!(refused.problem().member.as_deref(), Some("mailbox"), "one's own account opens one's own");
    f.call(&anna, "DELETE", own, None).await.json::<Done>();
    assert_eq!(f.call(&anna, "POST", &test, Some(json!({}))).await.refusal(), (404, ErrorCode::NotFound));
    let of_all = f.call(&anna, "POST", &format!("{OF_ALL}/test"), Some(json!({}))).await;
    assert_eq!(of_all.refusal(), (403, ErrorCode::NotAllowed));
}
