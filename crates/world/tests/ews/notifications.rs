//! Being told of what happens.

use crate::support::*;
use jiff::SignedDuration;
use mxs_world::World;
use mxs_world::microsoft::EventRules;
use mxs_xml::Element;
use serde_json::json;

const ALL: [&str; 7] = [
    "CopiedEvent",
    "CreatedEvent",
    "DeletedEvent",
    "ModifiedEvent",
    "MovedEvent",
    "NewMailEvent",
    "FreeBusyChangedEvent",
];
const USUAL: [&str; 4] = ["CreatedEvent", "DeletedEvent", "ModifiedEvent", "MovedEvent"];

fn subscription(kind: &str, folders: &[&str], events: &[&str], more: &str) -> String {
    let named: String = folders.iter().map(|name| format!("<t:DistinguishedFolderId Id=\"{name}\"/>")).collect();
    let (attribute, named) = match folders {
        [] => (" SubscribeToAllFolders=\"true\"", String::new()),
        _ => ("", format!("<t:FolderIds>{named}</t:FolderIds>")),
    };
    let events: String = events.iter().map(|event| format!("<t:EventType>{event}</t:EventType>")).collect();
    format!(
        "<m:Subscribe><m:{kind}{attribute}>{named}<t:EventTypes>{events}</t:EventTypes>{more}</m:{kind}></m:Subscribe>"
    )
}

fn pull(folders: &[&str], events: &[&str]) -> String {
    subscription("PullSubscriptionRequest", folders, events, "<t:Timeout>10</t:Timeout>")
}

fn streaming(folders: &[&str], events: &[&str]) -> String {
    subscription("StreamingSubscriptionRequest", folders, events, "")
}

/// The id and the watermark of a new subscription.
fn subscribe(world: &mut World, door: &Door, request: &str) -> (String, String) {
    let answer = door.ask(world, request);
    let message = done(&answer);
    (message.text("SubscriptionId").to_owned(), message.text("Watermark").to_owned())
}

fn get_events(id: &str, watermark: &str) -> String {
    format!(
        "<m:GetEvents><m:SubscriptionId>{id}</m:SubscriptionId><m:Watermark>{watermark}</m:Watermark></m:GetEvents>"
    )
}

/// What a notification tells, by the events' words, and its last watermark.
fn told(notification: &Element) -> (Vec<String>, String) {
    let events: Vec<&Element> = notification.children.iter().filter(|child| child.name.ends_with("Event")).collect();
    let mark = events.last().map(|event| event.text("Watermark").to_owned()).unwrap_or_default();
    (events.iter().map(|event| event.name.trim_end_matches("Event").to_owned()).collect(), mark)
}

/// Asks a subscription; goes on at the watermark.
fn ask(world: &mut World, door: &Door, id: &str, mark: &mut String) -> Vec<String> {
    let answer = door.ask(world, &get_events(id, mark));
    let (events, next) = told(done(&answer).get("Notification").expect("a notification"));
    *mark = next;
    events
}

fn contact(world: &mut World, name: &str) -> String {
    let contact = json!({ "givenName": name });
    world.with_microsoft(|microsoft, context| microsoft.add_contact(ADA, &contact, context)).expect("a contact")
}

fn event(world: &mut World, subject: &str) -> String {
    let at = |hour: u8| json!({ "dateTime": format!("2026-11-24T{hour:02}:00:00"), "timeZone": "UTC" });
    let event = json!({ "subject": subject, "start": at(9), "end": at(10) });
    world.with_microsoft(|microsoft, context| microsoft.add_event(ADA, None, &event, context)).expect("an event")
}

#[test]
fn what_graph_writes_is_told_to_whoever_asks() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (id, mut mark) = subscribe(&mut world, &ada, &pull(&["contacts", "calendar"], &USUAL));
    assert_eq!(ask(&mut world, &ada, &id, &mut mark), ["Status"], "nothing happened");
    let key = contact(&mut world, "Bob");
    assert_eq!(ask(&mut world, &ada, &id, &mut mark), ["Created"]);
    let changes = json!({ "surname": "Kahn" });
    world.with_microsoft(|microsoft, context| microsoft.edit_contact(ADA, &key, &changes, context)).expect("a change");
    event(&mut world, "Lunch");
    assert_eq!(ask(&mut world, &ada, &id, &mut mark), ["Modified", "Created"]);
    world.with_microsoft(|microsoft, context| microsoft.delete_contact(ADA, &key, context)).expect("a delete");
    assert_eq!(ask(&mut world, &ada, &id, &mut mark), ["Moved"], "it is in Deleted Items");
    let ended = format!("<m:Unsubscribe><m:SubscriptionId>{id}</m:SubscriptionId></m:Unsubscribe>");
    assert_eq!(code(&ada.ask(&mut world, &ended)), "NoError");
    assert_eq!(code(&ada.ask(&mut world, &get_events(&id, &mark))), "ErrorSubscriptionNotFound");
    assert_eq!(code(&ada.ask(&mut world, &ended)), "ErrorSubscriptionNotFound");
}

#[test]
fn only_what_is_looked_at_is_told() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (calendar, mut of_calendar) = subscribe(&mut world, &ada, &pull(&["calendar"], &USUAL));
    let (created, mut of_created) = subscribe(&mut world, &ada, &pull(&[], &["CreatedEvent"]));
    let (all, mut of_all) = subscribe(&mut world, &ada, &pull(&[], &ALL));
    let key = contact(&mut world, "Bob");
    let changes = json!({ "surname": "Kahn" });
    world.with_microsoft(|microsoft, context| microsoft.edit_contact(ADA, &key, &changes, context)).expect("a change");
    event(&mut world, "Lunch");
    assert_eq!(ask(&mut world, &ada, &calendar, &mut of_calendar), ["Created"]);
    assert_eq!(ask(&mut world, &ada, &created, &mut of_created), ["Created", "Created"]);
    assert_eq!(ask(&mut world, &ada, &all, &mut of_all), ["Created", "Modified", "Created", "FreeBusyChanged"]);
}

#[test]
fn a_long_story_is_told_in_parts_and_again_from_any_place() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (id, begin) = subscribe(&mut world, &ada, &pull(&["contacts"], &USUAL));
    for number in 0..120 {
        contact(&mut world, &format!("Contact {number}"));
    }
    for _ in 0..2 {
        let (mut mark, mut parts) = (begin.clone(), Vec::new());
        for _ in 0..4 {
            let answer = ada.ask(&mut world, &get_events(&id, &mark));
            let notification = done(&answer).get("Notification").expect("a notification").clone();
            assert_eq!(notification.text("PreviousWatermark"), mark);
            let (events, next) = told(&notification);
            parts.push((
                events.iter().filter(|event| *event == "Created").count(),
                notification.text("MoreEvents").to_owned(),
            ));
            mark = next;
        }
        let wanted = [(50, "true"), (50, "true"), (20, "false"), (0, "false")];
        assert_eq!(parts, wanted.map(|(count, more)| (count, more.to_owned())));
    }
}

#[test]
fn who_asks_wrongly_is_told_why() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (id, mark) = subscribe(&mut world, &ada, &pull(&["contacts"], &USUAL));
    let (stream, _) = subscribe(&mut world, &ada, &streaming(&["contacts"], &USUAL));
    let bob = Door::of(BOB);
    let (_, of_bob) = subscribe(&mut world, &bob, &pull(&["contacts"], &USUAL));
    assert_eq!(code(&bob.ask(&mut world, &get_events(&id, &of_bob))), "ErrorSubscriptionAccessDenied");
    let cases = [
        (get_events("AAAA", &mark), "ErrorSubscriptionNotFound"),
        (get_events(&stream, &mark), "ErrorInvalidPullSubscriptionId"),
        (get_events(&id, "AAAA"), "ErrorInvalidWatermark"),
        (get_events(&id, &of_bob), "ErrorInvalidWatermark"),
        (pull(&["contacts"], &USUAL).replace(" Id=\"contacts\"", " Id=\"notes\""), "ErrorFolderNotFound"),
    ];
    for (question, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &question)), wanted, "{question}");
    }
    let wrong = [
        (pull(&["contacts"], &USUAL).replace(">10<", ">0<"), "ErrorSchemaValidation"),
        (pull(&["contacts"], &USUAL).replace(">10<", ">1441<"), "ErrorSchemaValidation"),
        (pull(&["contacts"], &["EatenEvent"]), "ErrorSchemaValidation"),
        (pull(&["contacts"], &[]), "ErrorSchemaValidation"),
    ];
    for (question, wanted) in wrong {
        assert_eq!(code(&ada.ask_wrongly(&mut world, &question)), wanted, "{question}");
    }
    let both = pull(&["contacts"], &USUAL).replacen("Request>", "Request SubscribeToAllFolders=\"true\">", 1);
    assert_eq!(code(&ada.ask(&mut world, &both)), "ErrorInvalidSubscriptionRequest");
    let old = Door::of(ADA).speaking("Exchange2007_SP1");
    assert_eq!(code(&old.ask_wrongly(&mut world, &streaming(&["contacts"], &USUAL))), "ErrorSchemaValidation");
}

#[test]
fn a_subscription_ends_when_nobody_asks() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (id, mut mark) = subscribe(&mut world, &ada, &pull(&["contacts"], &USUAL));
    for _ in 0..3 {
        world.advance(9 * 60_000);
        assert_eq!(ask(&mut world, &ada, &id, &mut mark), ["Status"]);
    }
    world.advance(11 * 60_000);
    assert_eq!(code(&ada.ask(&mut world, &get_events(&id, &mark))), "ErrorExpiredSubscription");
    world.set_now(world.now() + SignedDuration::from_hours(25));
    assert_eq!(code(&ada.ask(&mut world, &get_events(&id, &mark))), "ErrorSubscriptionNotFound");
}

#[test]
fn what_goes_wrong_at_a_server_ends_subscriptions() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (id, mark) = subscribe(&mut world, &ada, &pull(&["contacts"], &USUAL));
    world.microsoft.lose_events(ADA);
    assert_eq!(code(&ada.ask(&mut world, &get_events(&id, &mark))), "ErrorMissedNotificationEvents");
    assert_eq!(code(&ada.ask(&mut world, &get_events(&id, &mark))), "ErrorSubscriptionNotFound");
    let (id, mark) = subscribe(&mut world, &ada, &pull(&["contacts"], &USUAL));
    world.microsoft.forget_event_subscriptions(ADA);
    assert_eq!(code(&ada.ask(&mut world, &get_events(&id, &mark))), "ErrorSubscriptionNotFound");
    world.microsoft.rules.ews.events = EventRules { subscriptions_max: 1, streams_max: 1 };
    subscribe(&mut world, &ada, &pull(&["contacts"], &USUAL));
    assert_eq!(code(&ada.ask(&mut world, &pull(&["contacts"], &USUAL))), "ErrorExceededSubscriptionCount");
}

fn listen(ids: &[&str]) -> String {
    let ids: String = ids.iter().map(|id| format!("<t:SubscriptionId>{id}</t:SubscriptionId>")).collect();
    format!(
        "<m:GetStreamingEvents><m:SubscriptionIds>{ids}</m:SubscriptionIds><m:ConnectionTimeout>5</m:ConnectionTimeout></m:GetStreamingEvents>"
    )
}

/// Opens a stream; answers with its name.
fn open(world: &mut World, door: &Door, ids: &[&str]) -> u64 {
    let outcome = world.handle(mxs_world::Service::Microsoft, &door.request(&listen(ids)), 1);
    let body = outcome.response.expect("an answer").body;
    let answer = door.read(&String::from_utf8(body).expect("UTF-8"));
    assert_eq!(done(&answer).text("ConnectionStatus"), "OK");
    outcome.stream.expect("an answer that goes on")
}

/// What a stream says now: codes, events and whether it is over.
fn heard(world: &mut World, door: &Door, name: u64) -> (Vec<String>, bool) {
    let streamed = world.streamed(name);
    let mut said = Vec::new();
    for xml in streamed.envelopes.split("<?xml").filter(|xml| !xml.is_empty()) {
        let answer = door.read(&format!("<?xml{xml}"));
        let message = &messages(&answer)[0];
        let code = message.text("ResponseCode");
        if code != "NoError" {
            said.push(code.to_owned());
        }
        for notification in message.get("Notifications").map(|all| all.children.as_slice()).unwrap_or_default() {
            said.extend(told(notification).0);
        }
        said.extend(message.word("ConnectionStatus").map(str::to_owned));
    }
    (said, streamed.is_over)
}

fn words(words: &[&str], is_over: bool) -> (Vec<String>, bool) {
    (words.iter().map(|word| (*word).to_owned()).collect(), is_over)
}

#[test]
fn a_stream_tells_by_itself_until_its_time_is_over() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (contacts, _) = subscribe(&mut world, &ada, &streaming(&["contacts"], &USUAL));
    let (calendar, _) = subscribe(&mut world, &ada, &streaming(&["calendar"], &USUAL));
    // What happens before somebody listens is told too.
    contact(&mut world, "Bob");
    let stream = open(&mut world, &ada, &[&contacts, &calendar]);
    assert_eq!(heard(&mut world, &ada, stream), words(&["Created"], false));
    assert_eq!(heard(&mut world, &ada, stream), words(&[], false));
    event(&mut world, "Lunch");
    contact(&mut world, "Carol");
    assert_eq!(heard(&mut world, &ada, stream), words(&["Created", "Created"], false));
    world.advance(60_000);
    assert_eq!(heard(&mut world, &ada, stream), words(&["Status"], false), "a sign of life");
    world.advance(4 * 60_000);
    contact(&mut world, "Dora");
    assert_eq!(heard(&mut world, &ada, stream), words(&["Created", "Closed"], true));
    assert_eq!(heard(&mut world, &ada, stream), words(&[], true));
    // The next one goes on where this one ended.
    contact(&mut world, "Eve");
    let stream = open(&mut world, &ada, &[&contacts]);
    assert_eq!(heard(&mut world, &ada, stream), words(&["Created"], false));
}

#[test]
fn a_stream_may_end_before_its_time() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let (id, _) = subscribe(&mut world, &ada, &streaming(&["contacts"], &USUAL));
    let first = open(&mut world, &ada, &[&id]);
    let second = open(&mut world, &ada, &[&id]);
    assert_eq!(heard(&mut world, &ada, first), words(&["ErrorNewEventStreamConnectionOpened", "Closed"], true));
    world.microsoft.lose_events(ADA);
    assert_eq!(heard(&mut world, &ada, second), words(&["ErrorMissedNotificationEvents", "Closed"], true));
    assert_eq!(code(&ada.ask(&mut world, &listen(&[&id]))), "ErrorSubscriptionNotFound");
    let (pulled, _) = subscribe(&mut world, &ada, &pull(&["contacts"], &USUAL));
    assert_eq!(code(&ada.ask(&mut world, &listen(&[&pulled]))), "ErrorInvalidSubscription");
    world.microsoft.rules.ews.events.streams_max = 1;
    let (id, _) = subscribe(&mut world, &ada, &streaming(&["contacts"], &USUAL));
    let (other, _) = subscribe(&mut world, &ada, &streaming(&["contacts"], &USUAL));
    let stream = open(&mut world, &ada, &[&id]);
    assert_eq!(code(&ada.ask(&mut world, &listen(&[&other]))), "ErrorExceededConnectionCount");
    world.hang_up(stream);
    open(&mut world, &ada, &[&other]);
}
