//! The mail client against the stand-in: what it asks is understood, and what is answered too.

use jiff::Timestamp;
use mxs_core::mail::{Address, Sensitivity};
use mxs_core::{ExchangeId, Instant};
use mxs_graph::ErrorKind;
use mxs_graph::delta::Next;
use mxs_graph::mail::changes::{self, MailItem};
use mxs_graph::mail::letters::{self, BodyForm, Person};
use mxs_graph::mail::{folders, sent_copy};
use mxs_http::{Request, Response};
use mxs_world::microsoft::{App, Tenant, TokenDeath, User};
use mxs_world::{Service, World};
use serde_json::{Value, json};

const TENANT: &str = "11111111-0000-4000-8000-000000000001";
const ADA: &str = "ada@corp.example";
const APP: &str = "22222222-0000-4000-8000-000000000001";

struct Stage {
    world: World,
    token: String,
}

impl Stage {
    fn new() -> Self {
        let mut world = World::new("2026-11-21T10:00:00Z".parse::<Timestamp>().expect("a moment"), 1);
        let token = world.with_microsoft(|microsoft, context| {
            microsoft.add_tenant(Tenant::new(TENANT, "Corp", "corp.example"));
            microsoft.add_user(User::new("33333333-0000-4000-8000-000000000001", TENANT, "Ada", ADA, "x"), context);
            microsoft.add_app(App::new(APP, TENANT, "App"));
            microsoft.issue_access_token(ADA, APP, &["Mail.ReadWrite"], context).expect("a token")
        });
        Self { world, token }
    }

    fn send(&mut self, request: Request) -> Response {
        let request = request.header("Authorization", format!("Bearer {}", self.token));
        self.world.handle(Service::Microsoft, &request, 1).response.expect("an answer")
    }

    fn arrive(&mut self, message: &Value) {
        self.world
            .with_microsoft(|microsoft, context| microsoft.receive_mail(ADA, "inbox", message, context))
            .expect("it arrives");
    }

    /// Reads to the end of a round.
    fn round(&mut self, first: Request) -> (Vec<(ExchangeId, MailItem)>, String) {
        let (mut items, mut request) = (Vec::new(), first);
        for _ in 0..20 {
            let page = changes::parse(&self.send(request)).expect("a page");
            items.extend(page.items);
            match page.next {
                Next::Page(link) => request = changes::next(&link),
                Next::Done(link) => return (items, link),
            }
        }
        panic!("a round without end")
    }
}

fn person(address: &str) -> Value {
    json!({ "emailAddress": { "name": "N", "address": address } })
}

fn since() -> Instant {
    Instant::parse("2026-11-01T00:00:00Z").expect("a moment")
}

#[test]
fn messages_are_followed_and_read() {
    let mut stage = Stage::new();
    stage.arrive(&json!({
        "subject": "Offer", "from": person("Cy@x.example"), "toRecipients": [person(ADA)], "ccRecipients": [person("d@x.example")],
        "body": { "contentType": "html", "content": "<p>Hi</p>" }, "categories": ["Blue"],
        "attachments": [
            { "@odata.type": "#microsoft.graph.fileAttachment", "name": "offer.pdf", "contentBytes": "aGk=" },
            { "@odata.type": "#microsoft.graph.fileAttachment", "name": "logo.png", "contentBytes": "aGk=", "isInline": true },
        ],
    }));
    stage.arrive(&json!({
        "from": person("cy@x.example"), "receivedDateTime": "2026-10-31T23:59:59Z", "toRecipients": [person(ADA)],
    }));
    stage.arrive(&json!({
        "subject": "Secret", "from": person("cy@x.example"), "toRecipients": [person(ADA)],
        "singleValueExtendedProperties": [{ "id": "Integer 0x0036", "value": "3" }],
    }));
    let (items, link) = stage.round(changes::start("inbox", since()));
    let seen: Vec<_> = items
        .iter()
        .map(|(_, item)| match item {
            MailItem::Present(message) => message,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(seen.len(), 2, "the old one isn't told");
    assert_eq!(seen[0].from, Address::new("cy@x.example"));
    assert_eq!((seen[0].to.len(), seen[0].sensitivity, seen[0].categories.len()), (2, Sensitivity::Normal, 1));
    assert_eq!(seen[1].sensitivity, Sensitivity::Confidential);

    let ids: Vec<ExchangeId> = items.iter().map(|(id, _)| id.clone()).collect();
    let letters = letters::parse(&stage.send(letters::request(&ids, BodyForm::Written)), &ids).expect("letters");
    let letter = letters[0].as_ref().expect("a letter");
    assert_eq!((letter.subject.as_str(), letter.html, letter.content.as_str()), ("Offer", true, "<p>Hi</p>"));
    assert_eq!(letter.attachments, ["offer.pdf"]);
    assert_eq!(letter.seen, **seen[0]);
    let text = letters::parse(&stage.send(letters::request(&ids[..1], BodyForm::Text)), &ids[..1]).expect("letters");
    let letter = text[0].as_ref().expect("a letter");
    assert_eq!((letter.html, letter.content.as_str()), (false, "Hi"));
    let glance = letters::parse_glance(&stage.send(letters::glance(&ids)), &ids).expect("messages");
    assert_eq!(glance[1].as_ref().map(|message| message.sensitivity), Ok(Sensitivity::Confidential));

    let moved = stage.world.microsoft.mails(ADA)[0]["id"].as_str().expect("an id").to_owned();
    stage
        .world
        .with_microsoft(|microsoft, context| microsoft.move_mail(ADA, &moved, "archive", context))
        .expect("a move");
    let (items, _) = stage.round(changes::next(&link));
    assert_eq!(items, [(ids[0].clone(), MailItem::Removed)]);
    let gone = letters::parse(&stage.send(letters::request(&ids, BodyForm::Written)), &ids).expect("letters");
    assert_eq!(gone[0].as_ref().map_err(|error| error.kind).err(), Some(ErrorKind::NotFound));
}

#[test]
fn a_folder_is_listed_page_by_page() {
    let mut stage = Stage::new();
    for number in 0..450 {
        stage.arrive(
            &json!({ "subject": number.to_string(), "from": person("cy@x.example"), "toRecipients": [person(ADA)] }),
        );
    }
    let (mut items, mut request) = (Vec::new(), changes::list("inbox", since()));
    for _ in 0..3 {
        let page = changes::parse_listed(&stage.send(request)).expect("a page");
        items.extend(page.items);
        request = changes::next(page.next.as_deref().unwrap_or_default());
    }
    assert_eq!(items.len(), 450);
}

#[test]
fn folders_are_named_and_tokens_die() {
    let mut stage = Stage::new();
    let page = folders::parse(&stage.send(folders::inside(None))).expect("folders");
    assert_eq!((page.folders[0].name.as_str(), page.folders[0].has_children, page.next), ("Inbox", false, None));
    let (_, link) = stage.round(changes::start(&page.folders[0].id, since()));
    stage.world.microsoft.expire_delta_tokens(ADA, TokenDeath::GoneWithoutLocation);
    let dead = changes::parse(&stage.send(changes::next(&link))).map_err(|error| error.kind);
    assert_eq!(dead.err(), Some(ErrorKind::TokenDead));
}

#[test]
fn a_copy_in_sent_items_mails_nobody_and_is_found_again() {
    let mut stage = Stage::new();
    let ada = Person { name: "Ada".into(), address: ADA.into() };
    let cy = [Person { name: "Cy".into(), address: "cy@x.example".into() }];
    let mail = sent_copy::SentByCrm {
        id: "abc",
        at: since(),
        subject: "Offer",
        content: "<p>Hi</p>",
        safe: true,
        from: &ada,
        to: &cy,
        cc: &[],
    };
    let (ids, mails) = (["it's another".to_owned(), "abc".to_owned()], [mail]);
    let find = |stage: &mut Stage| sent_copy::parse_find(&stage.send(sent_copy::find(&ids)), &ids);
    let create = |stage: &mut Stage| sent_copy::parse(&stage.send(sent_copy::create(&mails)), &mails);
    assert_eq!(find(&mut stage), Ok(vec![Ok(false), Ok(false)]));
    assert_eq!(create(&mut stage), Ok(vec![Ok(true)]));
    assert_eq!(find(&mut stage), Ok(vec![Ok(false), Ok(true)]));
    assert!(stage.world.outbox.mails.is_empty());
    let (items, _) = stage.round(changes::start("sentitems", since()));
    match items.as_slice() {
        [(_, MailItem::Present(message))] => assert!(message.from_crm && !message.draft && message.received == since()),
        other => panic!("{other:?}"),
    }
    stage.world.microsoft.rules.mail.flags_make_mail = false;
    assert_eq!(create(&mut stage), Ok(vec![Ok(false)]), "the mailbox made a draft of it");
}
