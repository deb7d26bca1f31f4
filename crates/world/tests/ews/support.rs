//! A small organisation, and a short way to talk to its Exchange Server.

use crate::contract;
use jiff::Timestamp;
use mxs_http::{Method, Request, Response};
use mxs_world::microsoft::{Tenant, User};
use mxs_world::{Service, World};
use mxs_xml::Element;
use std::cell::RefCell;

pub(crate) const TENANT: &str = "11111111-0000-4000-8000-000000000001";
pub(crate) const ADA: &str = "ada@corp.example";
pub(crate) const BOB: &str = "bob@corp.example";
pub(crate) const CAROL: &str = "carol@elsewhere.example";
pub(crate) const NOBOX: &str = "nobox@corp.example";
pub(crate) const PASSWORD: &str = "correct horse";

/// A world with one tenant; it is November 21st, 2026, ten o'clock in UTC.
pub(crate) fn world() -> World {
    let mut world = World::new("2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
    world.with_microsoft(|microsoft, context| {
        microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
        let users = [
            User::new("33333333-0000-4000-8000-000000000001", TENANT, "Ada Lovelace", ADA, PASSWORD),
            User::new("33333333-0000-4000-8000-000000000002", TENANT, "Bob Kahn", BOB, PASSWORD),
            User::new("33333333-0000-4000-8000-000000000003", TENANT, "No Box", NOBOX, PASSWORD).without_mailbox(),
        ];
        users.into_iter().for_each(|user| microsoft.add_user(user, context));
    });
    world
}

/// Somebody at the door. When the test is over, all that was asked and answered is held against the schemas.
pub(crate) struct Door {
    user: &'static str,
    version: &'static str,
    zone: Option<&'static str>,
    papers: RefCell<Vec<String>>,
}

impl Door {
    /// Somebody who speaks the latest version.
    pub(crate) fn of(user: &'static str) -> Self {
        Self { user, version: "Exchange2016", zone: None, papers: RefCell::default() }
    }

    /// The same, speaking another version.
    pub(crate) fn speaking(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// The same, meaning times in a zone.
    pub(crate) fn in_zone(mut self, zone: &'static str) -> Self {
        self.zone = Some(zone);
        self
    }

    /// Forgets what was asked and answered, so that it isn't held against the schemas.
    pub(crate) fn forget(&self) {
        self.papers.borrow_mut().clear();
    }

    /// The request of an operation.
    pub(crate) fn request(&self, operation: &str) -> Request {
        let zone = self
            .zone
            .map(|zone| format!("<t:TimeZoneContext><t:TimeZoneDefinition Id=\"{zone}\"/></t:TimeZoneContext>"));
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><s:Header>\
             <t:RequestServerVersion Version=\"{}\"/>{}</s:Header><s:Body>{operation}</s:Body></s:Envelope>",
            self.version,
            zone.unwrap_or_default()
        );
        Request::new(Method::Post, "/EWS/Exchange.asmx")
            .header("Authorization", basic(self.user, PASSWORD))
            .body("text/xml; charset=utf-8", body)
    }

    /// The answer to an operation that is as the schemas have it: what is in its body.
    pub(crate) fn ask(&self, world: &mut World, operation: &str) -> Element {
        let request = self.request(operation);
        self.papers.borrow_mut().push(String::from_utf8_lossy(&request.body).into_owned());
        self.sent(world, &request)
    }

    /// The answer to an operation that isn't.
    pub(crate) fn ask_wrongly(&self, world: &mut World, operation: &str) -> Element {
        self.sent(world, &self.request(operation))
    }

    fn sent(&self, world: &mut World, request: &Request) -> Element {
        let response = send(world, request);
        let xml = String::from_utf8(response.body).expect("UTF-8");
        self.read(&xml)
    }

    /// What is in the body of an envelope that came.
    pub(crate) fn read(&self, xml: &str) -> Element {
        let envelope = mxs_xml::read(xml.as_bytes()).unwrap_or_else(|_| panic!("no XML: {xml}"));
        assert!(envelope.at(&["Header", "ServerVersionInfo"]).is_some(), "which server is it? {xml}");
        let body = envelope.get("Body").and_then(|body| body.children.first()).cloned().expect("an answer");
        if body.name != "Fault" {
            // The schemas know no faults of SOAP.
            self.papers.borrow_mut().push(xml.to_owned());
        }
        body
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let complaints = contract::complaints(&self.papers.borrow());
            assert_eq!(complaints, "", "the schemas forbid it");
        }
    }
}

/// Sends one request.
pub(crate) fn send(world: &mut World, request: &Request) -> Response {
    world.handle(Service::Microsoft, request, 1).response.expect("an answer")
}

/// What `Authorization` says of a name and a password.
pub(crate) fn basic(user: &str, password: &str) -> String {
    let text = mxs_http::base64url::encode(format!("{user}:{password}").as_bytes());
    let padding = (4 - text.len() % 4) % 4;
    format!("Basic {}{}", text.replace('-', "+").replace('_', "/"), &"==="[..padding])
}

/// The messages of an answer.
pub(crate) fn messages(answer: &Element) -> &[Element] {
    answer.get("ResponseMessages").map(|messages| messages.children.as_slice()).unwrap_or_default()
}

/// The code of an answer's only message, or of a fault.
pub(crate) fn code(answer: &Element) -> String {
    let message = messages(answer).first().and_then(|message| message.word("ResponseCode"));
    let fault = || answer.at(&["detail", "ResponseCode"]).map(|code| code.text.clone());
    message.map(str::to_owned).or_else(fault).unwrap_or_else(|| panic!("no code: {}", answer.xml()))
}

/// The only message of an answer, which has to say that all is well.
pub(crate) fn done(answer: &Element) -> &Element {
    assert_eq!(code(answer), "NoError", "{}", answer.xml());
    &messages(answer)[0]
}

/// The items of the only message of an answer.
pub(crate) fn items(answer: &Element) -> Vec<Element> {
    let message = done(answer);
    let items = message.get("Items").or_else(|| message.get("RootFolder").and_then(|root| root.get("Items")));
    items.map(|items| items.children.clone()).unwrap_or_default()
}

/// The only item of an answer.
pub(crate) fn item(answer: &Element) -> Element {
    let mut items = items(answer);
    assert_eq!(items.len(), 1, "{}", answer.xml());
    items.remove(0)
}

/// The id of an item, as an element to name it by.
pub(crate) fn id(item: &Element) -> String {
    let id = item.get("ItemId").expect("an id");
    let attribute = |name: &str| id.attribute(name).expect("an attribute");
    format!("<t:ItemId Id=\"{}\" ChangeKey=\"{}\"/>", attribute("Id"), attribute("ChangeKey"))
}

/// The mails so far, `reason to`, oldest first; forgets them.
pub(crate) fn mails(world: &mut World) -> Vec<String> {
    let mails = std::mem::take(&mut world.outbox.mails);
    mails.into_iter().map(|mail| format!("{} {}", mail.reason.trim_start_matches("meeting "), mail.to)).collect()
}
