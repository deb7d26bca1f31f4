//! Where the service is for a mailbox, asked in three ways.

use crate::support::*;
use mxs_http::{Method, Request, Response};
use mxs_world::World;
use mxs_world::microsoft::{AutodiscoverRules, Redirect, Server};
use mxs_xml::Element;
use serde_json::Value;

const HERE: &str = "http://localhost:7702/EWS/Exchange.asmx";
const ANSWERED: &str = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

fn pox(address: &str, schema: &str) -> Request {
    let body = format!(
        "<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\"><Request>\
         <EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>{schema}</AcceptableResponseSchema></Request></Autodiscover>"
    );
    Request::new(Method::Post, "/Autodiscover/Autodiscover.xml")
        .header("Authorization", basic(ADA, PASSWORD))
        .body("text/xml; charset=utf-8", body)
}

fn soap(addresses: &[&str], settings: &[&str]) -> Request {
    let users: String =
        addresses.iter().map(|address| format!("<a:User><a:Mailbox>{address}</a:Mailbox></a:User>")).collect();
    let settings: String = settings.iter().map(|setting| format!("<a:Setting>{setting}</a:Setting>")).collect();
    let body = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:a=\"http://schemas.microsoft.com/exchange/2010/Autodiscover\">\
         <s:Header><a:RequestedServerVersion>Exchange2010</a:RequestedServerVersion></s:Header><s:Body><a:GetUserSettingsRequestMessage>\
         <a:Request><a:Users>{users}</a:Users><a:RequestedSettings>{settings}</a:RequestedSettings></a:Request>\
         </a:GetUserSettingsRequestMessage></s:Body></s:Envelope>"
    );
    Request::new(Method::Post, "/autodiscover/autodiscover.svc")
        .header("Authorization", basic(ADA, PASSWORD))
        .body("text/xml; charset=utf-8", body)
}

fn json(query: &str) -> Request {
    Request::new(Method::Get, format!("/autodiscover/autodiscover.json?{query}"))
}

fn xml(response: &Response) -> Element {
    assert_eq!(response.status, 200);
    mxs_xml::read(&response.body).expect("XML")
}

/// What plain XML says: the service's address, a redirection, or the code of a refusal.
fn said(response: &Response) -> String {
    if response.status == 302 {
        return format!("302 {}", response.headers.get("Location").unwrap_or_default());
    }
    let root = xml(response);
    let answer = root.get("Response").expect("a response");
    let account = answer.get("Account");
    let protocol = account.and_then(|account| account.all("Protocol").find(|one| one.text("Type") == "EXPR"));
    let found = [
        protocol.map(|protocol| protocol.text("EwsUrl")),
        account.map(|account| account.text("RedirectAddr")),
        account.map(|account| account.text("RedirectUrl")),
        answer.at(&["Error", "ErrorCode"]).map(|code| code.text.as_str()),
    ];
    found.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

/// What SOAP says of each mailbox: its code, and the settings or where it leads.
fn told(response: &Response) -> Vec<String> {
    if response.status == 302 {
        return vec![format!("302 {}", response.headers.get("Location").unwrap_or_default())];
    }
    let root = xml(response);
    let answer = root.at(&["Body", "GetUserSettingsResponseMessage", "Response"]).expect("a response").clone();
    if answer.text("ErrorCode") != "NoError" {
        return vec![answer.text("ErrorCode").to_owned()];
    }
    let user = |user: &Element| {
        let settings = user.get("UserSettings").map(|all| all.children.as_slice()).unwrap_or_default();
        let missing = user.get("UserSettingErrors").map(|all| all.children.as_slice()).unwrap_or_default();
        let values = settings.iter().map(|one| format!(" {}={}", one.text("Name"), one.text("Value")));
        let missing = missing.iter().map(|one| format!(" {}: {}", one.text("SettingName"), one.text("ErrorCode")));
        let target = user.word("RedirectTarget").map(|target| format!(" to {target}"));
        format!("{}{}", user.text("ErrorCode"), values.chain(missing).chain(target).collect::<String>())
    };
    answer.get("UserResponses").expect("users").children.iter().map(user).collect()
}

fn rules(world: &mut World, change: impl FnOnce(&mut AutodiscoverRules)) {
    change(&mut world.microsoft.rules.ews.autodiscover);
}

#[test]
fn each_way_tells_where_the_service_is() {
    let mut world = world();
    assert_eq!(said(&send(&mut world, &pox(BOB, ANSWERED))), HERE);
    let settings = ["ExternalEwsUrl", "UserDisplayName", "ExternalPop3Connections"];
    assert_eq!(
        told(&send(&mut world, &soap(&[BOB, CAROL], &settings))),
        [
            format!(
                "NoError ExternalEwsUrl={HERE} UserDisplayName=Bob Kahn ExternalPop3Connections: SettingIsNotAvailable"
            ),
            "InvalidUser".to_owned()
        ]
    );
    let answer = send(&mut world, &json("Email=bob%40corp.example&Protocol=ews"));
    let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!((answer.status, body["Protocol"].as_str(), body["Url"].as_str()), (200, Some("EWS"), Some(HERE)));
    rules(&mut world, |rules| rules.ews_url = Some("https://mail.corp.example/EWS/Exchange.asmx".into()));
    assert_eq!(said(&send(&mut world, &pox(BOB, ANSWERED))), "https://mail.corp.example/EWS/Exchange.asmx");
}

#[test]
fn only_the_newest_way_asks_for_no_password() {
    let mut world = world();
    for request in [pox(ADA, ANSWERED), soap(&[ADA], &["ExternalEwsUrl"])] {
        for authorization in [None, Some(basic(ADA, "wrong"))] {
            let mut request = request.clone();
            request.headers = mxs_http::Headers::default();
            let request = match authorization {
                Some(authorization) => request.header("Authorization", authorization),
                None => request,
            };
            let answer = send(&mut world, &request);
            assert_eq!(answer.status, 401);
            assert!(answer.headers.get("WWW-Authenticate").is_some());
        }
    }
    assert_eq!(send(&mut world, &json("Email=ada%40corp.example&Protocol=EWS")).status, 200);
}

#[test]
fn who_can_not_be_answered_is_told_why() {
    let mut world = world();
    for (request, wanted) in [
        (pox(CAROL, ANSWERED), "500"),
        (pox(NOBOX, ANSWERED), "500"),
        (pox(ADA, "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006"), "601"),
        (pox("", ANSWERED), "600"),
        (Request { body: b"not XML".to_vec(), ..pox(ADA, ANSWERED) }, "600"),
        (Request { body: b"<Autodiscover/>".to_vec(), ..pox(ADA, ANSWERED) }, "600"),
        (Request { method: Method::Get, ..pox(ADA, ANSWERED) }, "600"),
    ] {
        assert_eq!(said(&send(&mut world, &request)), wanted);
    }
    for (request, wanted) in [
        (soap(&[], &["ExternalEwsUrl"]), "InvalidRequest"),
        (soap(&[ADA], &[]), "InvalidRequest"),
        (soap(&[ADA; 101], &["ExternalEwsUrl"]), "InvalidRequest"),
    ] {
        assert_eq!(told(&send(&mut world, &request)), [wanted]);
    }
    for (query, status, wanted) in [
        ("Email=ada%40corp.example", 400, "Protocol_MissingProtocol"),
        ("Email=ada%40corp.example&Protocol=POP", 400, "InvalidProtocol"),
        ("Protocol=EWS", 400, "Email_MissingEmail"),
        ("Email=carol%40elsewhere.example&Protocol=EWS", 404, "UserNotFound"),
    ] {
        let answer = send(&mut world, &json(query));
        let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!((answer.status, body["ErrorCode"].as_str()), (status, Some(wanted)), "{query}");
    }
}

#[test]
fn who_lives_elsewhere_is_sent_there() {
    let (mut world, there) = (world(), "https://there.example/autodiscover/autodiscover.xml");
    let cases = [
        (
            Redirect::Address("ada@there.example".into()),
            "ada@there.example",
            "RedirectAddress to ada@there.example",
            404,
        ),
        (Redirect::Url(there.into()), there, "RedirectUrl to https://there.example/autodiscover/autodiscover.xml", 302),
        (
            Redirect::Location(there.into()),
            "302 https://there.example/autodiscover/autodiscover.xml",
            "302 https://there.example/autodiscover/autodiscover.xml",
            302,
        ),
    ];
    for who in [ADA, "corp.example"] {
        for (redirect, in_xml, in_soap, status) in &cases {
            rules(&mut world, |rules| rules.redirects = [(who.to_owned(), redirect.clone())].into());
            assert_eq!(said(&send(&mut world, &pox(ADA, ANSWERED))), *in_xml);
            assert_eq!(told(&send(&mut world, &soap(&["ADA@corp.example"], &["ExternalEwsUrl"]))), [*in_soap]);
            assert_eq!(send(&mut world, &json("Email=ada%40corp.example&Protocol=EWS")).status, *status);
        }
    }
    // A loop, and a server that only says where to ask.
    rules(&mut world, |rules| {
        let to = |address: &str| Redirect::Address(address.to_owned());
        rules.redirects = [(ADA.to_owned(), to(BOB)), (BOB.to_owned(), to(ADA))].into();
    });
    assert_eq!(said(&send(&mut world, &pox(ADA, ANSWERED))), BOB);
    assert_eq!(said(&send(&mut world, &pox(BOB, ANSWERED))), ADA);
    rules(&mut world, |rules| rules.location = Some(there.into()));
    let answer =
        send(&mut world, &Request::new(Method::Get, "http://autodiscover.corp.example/autodiscover/autodiscover.xml"));
    assert_eq!((answer.status, answer.headers.get("Location")), (302, Some(there)));
}

#[test]
fn older_servers_have_fewer_ways() {
    let mut world = world();
    let cases = [
        (Server::Exchange2007Sp1, [200, 404, 404]),
        (Server::Exchange2010Sp2, [200, 200, 404]),
        (Server::Exchange2013Sp1, [200, 200, 404]),
        (Server::Exchange2016, [200, 200, 200]),
    ];
    for (server, wanted) in cases {
        world.microsoft.rules.ews.server = server;
        let requests =
            [pox(ADA, ANSWERED), soap(&[ADA], &["ExternalEwsUrl"]), json("Email=ada%40corp.example&Protocol=EWS")];
        assert_eq!(requests.map(|request| send(&mut world, &request).status), wanted, "{server:?}");
    }
    rules(&mut world, |rules| (rules.pox, rules.soap, rules.json) = (false, false, false));
    assert_eq!(send(&mut world, &pox(ADA, ANSWERED)).status, 404);
    assert_eq!(send(&mut world, &Request::new(Method::Get, "/autodiscover/other.xml")).status, 404);
}
