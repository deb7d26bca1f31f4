//! Single stories.

use crate::place::Moment;
use crate::script::{Kind, Step};
use crate::stage::{ADA, Stage, address};
use mxs_core::Flow;
use mxs_core::mail::{MailReason, Module};
use mxs_sync::mails::ALONE_S;
use mxs_sync::{End, Failure};
use mxs_world::Service;
use serde_json::{Value, json};

fn arrive(person: usize, kind: Kind) -> Step {
    Step::Arrive { person, kind, folder: "inbox" }
}

fn play(stage: &mut Stage, steps: &[Step]) {
    steps.iter().for_each(|step| stage.play(step));
}

const CONTACT: Step = Step::AddRecord { person: 1, module: "Contacts" };

/// A stage whose runs read the contact for its address no more: somebody else's record is the last that changed.
fn long_known_contact() -> Stage {
    let mut stage = Stage::new();
    let other = Step::AddRecord { person: 4, module: "Contacts" };
    play(&mut stage, &[CONTACT, Step::Wait, other, Step::Sync, Step::Sync]);
    stage
}

#[test]
fn a_mail_stands_beside_its_record_with_what_it_says() {
    let mut stage = Stage::new();
    play(&mut stage, &[arrive(1, Kind::ToTwo), CONTACT, Step::Send { person: 1 }]);
    let report = stage.sync(None).expect("nobody dies");
    assert_eq!((report.end, report.summary.messages, report.summary.associations), (Ok(End::Completed), 2, 2));
    let emails = stage.emails();
    let incoming = emails.iter().find(|email| email["sent"] == false).expect("one came");
    assert_eq!(incoming["from"]["email"], address(1).as_str());
    assert_eq!(incoming["content"], "<p>text 1</p>", "HTML was made safe");
    assert_eq!((&incoming["mail_format"], incoming["cc"].as_array().map(Vec::len)), (&json!("html"), Some(2)));
    let sent = emails.iter().find(|email| email["sent"] == true).expect("one was sent");
    assert_eq!(sent["to"][0]["email"], address(1).as_str());
    stage.settle();
}

/// The requests of Graph so far that were about whoever signed in.
fn asked_of_me(stage: &Stage) -> usize {
    let world = stage.world.borrow();
    let asked = world.counters.requests.get(&Service::Microsoft).into_iter().flat_map(|asked| asked.keys());
    asked.filter(|name| name.contains("/me/")).count()
}

#[test]
fn an_application_goes_on_where_the_person_stopped() {
    let mut stage = Stage::new();
    play(&mut stage, &[arrive(1, Kind::Plain), CONTACT, Step::Sync]);
    assert!(asked_of_me(&stage) > 0 && stage.emails().len() == 1);
    stage.by_itself = true;
    stage.world.borrow_mut().counters.reset();
    play(&mut stage, &[arrive(1, Kind::Plain), Step::SendFromCrm { nth: 0 }]);
    stage.settle();
    assert_eq!(asked_of_me(&stage), 0);
    // Nothing was remembered: the window is read again from its beginning.
    play(&mut stage, &[arrive(1, Kind::Plain), Step::LoseStore]);
    stage.settle();
    assert_eq!((asked_of_me(&stage), stage.emails().len()), (0, 4));
}

#[test]
fn a_record_that_comes_later_gets_the_mails_of_the_window() {
    let mut stage = Stage::new();
    play(&mut stage, &[arrive(1, Kind::Plain), arrive(1, Kind::Old), Step::Sync]);
    assert!(stage.emails().is_empty());
    play(&mut stage, &[CONTACT, Step::Sync]);
    assert_eq!(stage.emails().len(), 1);
    play(&mut stage, &[Step::AddRecord { person: 1, module: "Leads" }, Step::Sync]);
    assert_eq!(stage.emails().len(), 2);
    stage.settle();
}

/// Lets the organisation use SalesInbox, or no longer.
fn sales_inbox(stage: &Stage, used: bool) {
    stage.world.borrow_mut().with_zoho(|zoho, _| zoho.options(crate::stage::ORG).sales_inbox = used);
}

#[test]
fn where_salesinbox_is_in_use_a_run_asks_once_and_does_nothing() {
    let mut stage = Stage::new();
    sales_inbox(&stage, true);
    play(&mut stage, &[arrive(1, Kind::Plain), CONTACT]);
    assert_eq!(stage.preview(), Err(Failure::SalesInbox));
    for _ in 0..2 {
        let report = stage.sync(None).expect("nobody dies");
        // Reading what is remembered, and the question.
        assert_eq!((report.end, stage.calls), (Err(Failure::SalesInbox), 2));
    }
    assert!(stage.emails().is_empty() && *stage.memory.borrow() == mxs_core::mail::MailState::default());
    sales_inbox(&stage, false);
    stage.settle();
    assert_eq!(stage.emails().len(), 1);
}

#[test]
fn that_salesinbox_is_not_in_use_is_believed_for_a_day() {
    let mut stage = Stage::new();
    play(&mut stage, &[CONTACT, Step::Sync]);
    sales_inbox(&stage, true);
    stage.play(&arrive(1, Kind::Plain));
    assert_eq!(stage.sync(None).expect("nobody dies").end, Ok(End::Completed));
    stage.world.borrow_mut().advance(ALONE_S * 1_000);
    stage.play(&arrive(1, Kind::Plain));
    assert_eq!(stage.sync(None).expect("nobody dies").end, Err(Failure::SalesInbox));
    assert_eq!(stage.emails().len(), 1);
}

#[test]
fn mails_go_the_way_that_was_chosen() {
    let cases = [(Flow::Both, 1, 1), (Flow::ToCrm, 1, 0), (Flow::ToExchange, 0, 1)];
    for (flow, associated, copied) in cases {
        let mut stage = Stage::new();
        stage.flow = flow;
        play(&mut stage, &[CONTACT, Step::Sync, arrive(1, Kind::Plain), Step::SendFromCrm { nth: 0 }]);
        let preview = stage.preview().expect("both sides can be read").expect("something to show");
        assert_eq!(preview.summary.associations, associated, "{flow:?}");
        let report = stage.sync(None).expect("nobody dies");
        assert_eq!(
            (report.summary.associations, report.summary.copied_to_sent_items),
            (associated, copied),
            "{flow:?}"
        );
    }
}

#[test]
fn another_window_is_looked_at_as_a_whole() {
    let mut stage = Stage::new();
    play(&mut stage, &[arrive(1, Kind::Plain), CONTACT]);
    stage.world.borrow_mut().advance(3 * 86_400_000);
    for (days_back, found) in [(2, 0), (4, 1)] {
        stage.days_back = days_back;
        stage.play(&Step::Sync);
        assert_eq!(stage.emails().len(), found, "{days_back}");
    }
    stage.settle();
}

#[test]
fn companies_and_deals_get_the_mails_of_their_people() {
    let mut stage = Stage::new();
    stage.modules = [Module::Contacts, Module::Accounts, Module::Deals].into();
    let account = stage.insert("Accounts", json!({ "Account_Name": "Zylker" })).to_string();
    let contact = json!({ "Last_Name": "C", "Email": address(1), "Account_Name": { "id": account } });
    let contact = stage.insert("Contacts", contact).to_string();
    let deal = |stage: &mut Stage, phase: &str| {
        stage.play(&Step::Wait);
        let deal = json!({ "Deal_Name": "D", "Stage": phase, "Contact_Name": { "id": contact } });
        stage.insert("Deals", deal).to_string()
    };
    deal(&mut stage, "Qualification");
    let newest = deal(&mut stage, "Qualification");
    deal(&mut stage, "Closed Won");
    let beside = |stage: &Stage| {
        let emails = stage.emails();
        let mut beside: Vec<String> = emails.iter().map(|email| email["record"].to_string().replace('"', "")).collect();
        beside.sort_unstable();
        beside
    };
    let mut wanted = vec![account, contact.clone(), newest];
    wanted.sort_unstable();
    play(&mut stage, &[arrive(1, Kind::Plain), Step::Sync]);
    assert_eq!(beside(&stage), wanted, "the company, the person, and the open deal that was changed last");
    // The message is looked at again, and there is a newer deal: it stays with the one that it has.
    deal(&mut stage, "Qualification");
    play(&mut stage, &[Step::Touch { nth: 0 }, Step::Sync]);
    assert_eq!(beside(&stage), wanted);
    stage.settle();
}

#[test]
fn a_strangers_answer_goes_where_the_thread_goes_whichever_comes_first() {
    let arrivals: [&[Step]; 3] = [
        &[arrive(1, Kind::Plain), Step::Reply { nth: 0 }, CONTACT],
        &[CONTACT, arrive(1, Kind::Plain), Step::Sync, Step::Reply { nth: 0 }],
        &[arrive(1, Kind::Plain), Step::Reply { nth: 0 }, Step::Sync, CONTACT],
    ];
    for steps in arrivals {
        let mut stage = Stage::new();
        play(&mut stage, steps);
        stage.play(&Step::Sync);
        assert_eq!(stage.emails().len(), 2, "{steps:?}");
        // Another record of the person gets the whole thread too.
        play(&mut stage, &[Step::AddRecord { person: 1, module: "Leads" }, Step::Sync]);
        assert_eq!(stage.emails().len(), 4, "{steps:?}");
        stage.settle();
    }
}

#[test]
fn a_crm_that_takes_no_composite_requests_gets_the_mails_one_by_one() {
    let mut stage = Stage::new();
    stage.no_composites = true;
    play(&mut stage, &[arrive(1, Kind::ToTwo), arrive(1, Kind::Plain), CONTACT, Step::Sync]);
    assert_eq!(stage.emails().len(), 2);
    stage.settle();
}

#[test]
fn a_lost_reply_doubles_nothing_even_when_the_store_is_lost_too() {
    for call in 1..60 {
        let mut stage = Stage::new();
        play(&mut stage, &[arrive(1, Kind::ToTwo), CONTACT, Step::AddRecord { person: 2, module: "Leads" }]);
        play(&mut stage, &[Step::Die { call, moment: Moment::After }, Step::LoseStore, arrive(1, Kind::Plain)]);
        stage.settle();
        assert_eq!(stage.emails().len(), 3, "{call}");
    }
}

#[test]
fn a_mail_of_the_crm_appears_in_sent_items_and_doesnt_come_back() {
    let cases: [(Option<mxs_sync::mails::MakeSafe>, Value); 2] = [
        (Some(mxs_html::make_safe), json!({ "contentType": "html", "content": "<p>Hi</p>" })),
        (None, json!({ "contentType": "text", "content": "Hi" })),
    ];
    for (make_safe, body) in cases {
        let mut stage = Stage::new();
        stage.make_safe = make_safe;
        play(&mut stage, &[CONTACT, Step::Sync, Step::SendFromCrm { nth: 0 }, Step::Sync]);
        let mails = stage.mails();
        let copy = mails.iter().find(|mail| mail["folder"] == "sentitems").expect("a copy");
        assert_eq!((&copy["isDraft"], &copy["isRead"], &copy["body"]), (&json!(false), &json!(true), &body));
        assert_eq!(stage.emails().len(), 1, "only the one that the CRM sent");
        stage.settle();
    }
}

#[test]
fn many_mails_of_the_crm_travel_together_each_once() {
    const MAILS: usize = 45;
    for throttled in [0, 3] {
        let mut stage = Stage::new();
        play(&mut stage, &[CONTACT, Step::Sync]);
        for _ in 0..MAILS {
            stage.play(&Step::SendFromCrm { nth: 0 });
        }
        stage.world.borrow_mut().counters.reset();
        stage.world.borrow_mut().microsoft.throttle_next(ADA, throttled, Some("1"));
        let report = stage.sync(None).expect("nobody dies");
        assert_eq!(report.summary.copied_to_sent_items as usize, MAILS);
        let copies = stage.mails().iter().filter(|mail| mail["folder"] == "sentitems").count();
        assert_eq!(copies, MAILS);
        let world = stage.world.borrow();
        let batches = world.counters.requests[&Service::Microsoft]["POST /v1.0/$batch"] as usize;
        drop(world);
        // Of 45 ids and of 45 copies, 20 in each; and what the stand-in had no time for.
        assert!(batches <= 2 * MAILS.div_ceil(20) + throttled as usize, "{batches} batches");
        stage.settle();
    }
}

#[test]
fn rules_that_change_are_applied_to_what_is_there() {
    let mut stage = Stage::new();
    stage.insert("Contacts", json!({ "Last_Name": "You", "Email": "you@corp.example" }));
    play(&mut stage, &[arrive(1, Kind::ToTwo), Step::Sync]);
    assert!(stage.emails().is_empty());
    stage.colleagues = true;
    stage.play(&Step::Sync);
    assert_eq!(stage.emails().len(), 1);
}

#[test]
fn a_preview_writes_nothing_and_tells_what_a_run_does() {
    let mut stage = Stage::new();
    play(&mut stage, &[arrive(1, Kind::Plain), arrive(1, Kind::Private), arrive(2, Kind::Plain), CONTACT]);
    let preview = stage.preview().expect("both sides can be read").expect("something to show");
    assert!(stage.emails().is_empty() && stage.memory.borrow().policy.is_none());
    assert_eq!((preview.summary.messages, preview.summary.associations, preview.mails), (1, 1, 0));
    let count = |reason: &MailReason| preview.summary.left_alone.get(reason.code()).copied().unwrap_or_default();
    assert_eq!((count(&MailReason::Sensitive), count(&MailReason::NoKnownAddress)), (1, 1));
    let report = stage.sync(None).expect("nobody dies");
    assert_eq!(report.summary, preview.summary);
}

/// Does something to the mailbox before each call of a run, one after the other.
fn at_every_call(
    prepare: impl Fn() -> Stage,
    act: impl Fn(&Stage) -> crate::place::Meanwhile,
    judge: impl Fn(&mut Stage, u32),
) {
    let mut whole = prepare();
    whole.sync(None).expect("nobody dies");
    for call in 1..=whole.calls {
        let mut stage = prepare();
        let meanwhile = act(&stage);
        let report = stage.sync_meanwhile(call, meanwhile);
        assert!(report.end.is_ok(), "{report:?}");
        judge(&mut stage, call);
    }
}

#[test]
fn a_message_that_goes_while_it_is_looked_at_leaves_its_copy_to_go_on() {
    for twin in 0..2 {
        at_every_call(
            || {
                let mut stage = long_known_contact();
                play(&mut stage, &[arrive(1, Kind::Plain), Step::Copy { nth: 0 }]);
                stage
            },
            |stage| {
                let id = stage.nth(twin).expect("a message");
                Box::new(move |world| {
                    let deleted = world.with_microsoft(|m, context| m.delete_mail(crate::stage::ADA, &id, context));
                    deleted.expect("it is deleted");
                })
            },
            |stage, call| {
                stage.settle();
                assert_eq!(stage.emails().len(), 1, "{call}");
            },
        );
    }
}

#[test]
fn a_message_that_becomes_private_before_it_is_read_stays() {
    at_every_call(
        || {
            let mut stage = Stage::new();
            play(&mut stage, &[arrive(1, Kind::Plain), CONTACT]);
            stage
        },
        |stage| {
            let id = stage.nth(0).expect("a message");
            let private = json!({ "singleValueExtendedProperties": [{ "id": "Integer 0x36", "value": "2" }] });
            Box::new(move |world| {
                let edited = world.with_microsoft(|m, context| m.edit_mail(crate::stage::ADA, &id, &private, context));
                edited.expect("it is changed");
            })
        },
        |stage, call| {
            let read_before = stage.letters > 0 && stage.letters < call;
            assert_eq!(stage.emails().len(), usize::from(read_before), "changed before call {call}");
        },
    );
}

#[test]
fn a_batch_for_which_the_mailbox_has_no_time_is_asked_again() {
    let mut stage = Stage::new();
    play(&mut stage, &(0..6).map(|_| arrive(1, Kind::Plain)).collect::<Vec<_>>());
    stage.play(&CONTACT);
    let busy = |world: &mut mxs_world::World| world.microsoft.throttle_next(crate::stage::ADA, 3, Some("2"));
    let mut whole = Stage::new();
    play(&mut whole, &[arrive(1, Kind::Plain), CONTACT]);
    whole.sync(None).expect("nobody dies");
    let report = stage.sync_meanwhile(whole.letters, Box::new(busy));
    assert_eq!((report.end, report.summary.associations), (Ok(End::Completed), 6));
    assert_eq!(stage.world.borrow().counters.operations.get("graph throttled"), Some(&3));
    stage.settle();
}

#[test]
fn a_folder_of_which_a_round_tells_only_a_part_is_listed_too() {
    let mut stage = Stage::new();
    // As many as a round tells, and one more, which it doesn't.
    let crowd: Vec<Step> = (0..mxs_graph::mail::changes::FILTERED_MAX).map(|_| arrive(2, Kind::Plain)).collect();
    play(&mut stage, &crowd);
    play(&mut stage, &[arrive(1, Kind::Plain), CONTACT, Step::Sync]);
    assert_eq!(stage.emails().len(), 1);
}

#[test]
fn a_message_that_a_colleague_put_there_is_there() {
    let mut stage = Stage::new();
    play(&mut stage, &[arrive(1, Kind::ToTwo), CONTACT, Step::AddRecord { person: 2, module: "Leads" }, Step::Sync]);
    assert_eq!(stage.emails().len(), 2);
    // A mailbox that remembers nothing of it has the same message.
    play(&mut stage, &[Step::LoseStore]);
    let report = stage.sync(None).expect("nobody dies");
    assert_eq!(report.summary.associations, 0);
    assert_eq!(report.summary.left_alone.get(MailReason::AlreadyThere.code()), Some(&2));
    stage.settle();
}

#[test]
fn where_nothing_makes_html_safe_mails_are_given_away_as_text() {
    let file =
        |name: &str| json!({ "@odata.type": "#microsoft.graph.fileAttachment", "name": name, "contentBytes": "aGk=" });
    let message = json!({
        "subject": "Offer", "from": { "emailAddress": { "name": "P", "address": address(1) } },
        "toRecipients": [{ "emailAddress": { "name": "Ada", "address": crate::stage::ADA } }],
        "body": { "contentType": "html", "content": "<p>Hi</p>" },
        "attachments": [file("a.pdf"), file("<b>.txt")],
    });
    let cases: [(Option<mxs_sync::mails::MakeSafe>, &str, &str); 2] = [
        (Some(mxs_html::make_safe), "html", "<p>Hi</p><p>\u{1F4CE} a.pdf</p><p>\u{1F4CE} &lt;b&gt;.txt</p>"),
        (None, "text", "Hi\n\u{1F4CE} a.pdf\n\u{1F4CE} <b>.txt"),
    ];
    for (make_safe, format, content) in cases {
        let mut stage = Stage::new();
        stage.make_safe = make_safe;
        let receive = |world: &mut mxs_world::World| {
            world.with_microsoft(|m, context| m.receive_mail(crate::stage::ADA, "inbox", &message, context))
        };
        receive(&mut stage.world.borrow_mut()).expect("it arrives");
        play(&mut stage, &[CONTACT, Step::Sync]);
        let emails = stage.emails();
        assert_eq!((&emails[0]["mail_format"], &emails[0]["content"]), (&json!(format), &json!(content)));
    }
}

#[test]
fn a_reply_that_is_lost_is_found_out_about_in_the_same_run() {
    use mxs_world::{Effect, Fault, Service};
    for (effect, method) in [(Effect::DropAfter, "associate_email"), (Effect::DropBefore, "associate_email")] {
        let mut stage = long_known_contact();
        stage.no_composites = true;
        stage.play(&arrive(1, Kind::Plain));
        stage.play(&Step::Fault(Fault {
            service: Service::Zoho,
            method: None,
            url_contains: method.to_owned(),
            skip: 0,
            times: std::num::NonZeroU32::MIN,
            effect,
            delay_ms: 0,
        }));
        let report = stage.sync(None).expect("nobody dies");
        assert_eq!(report.end, Ok(End::Completed));
        assert_eq!(stage.emails().len(), 1);
        assert!(stage.memory.borrow().intents.is_empty());
        stage.settle();
    }
}

/// How many requests went to Microsoft and to the CRM.
fn requests(stage: &Stage) -> (u64, u64) {
    let world = stage.world.borrow();
    let of = |service| world.counters.requests.get(&service).map_or(0, |requests| requests.values().sum());
    (of(mxs_world::Service::Microsoft), of(mxs_world::Service::Zoho))
}

#[test]
fn requests_are_few() {
    let mut stage = Stage::new();
    play(&mut stage, &[CONTACT, Step::Wait]);
    play(&mut stage, &(0..40).map(|_| arrive(1, Kind::Plain)).collect::<Vec<_>>());
    stage.world.borrow_mut().counters.reset();
    stage.play(&Step::Sync);
    // Two folders, and forty messages in two batches. Whether SalesInbox is in use; one address in two modules; whether
    // forty messages are there, and forty messages, five at a time.
    assert_eq!(requests(&stage), (2 + 2, 1 + 2 + 8 + 8));
    play(&mut stage, &[Step::Wait, Step::Sync]);
    stage.world.borrow_mut().counters.reset();
    stage.play(&Step::Sync);
    // Two folders. Who got an address, and with whom something happened, in two modules each.
    assert_eq!(requests(&stage), (2, 2 + 2));
}
