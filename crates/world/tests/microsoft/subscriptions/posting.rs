//! How notices are sent, again and again, and what goes wrong.

use super::*;
use jiff::Timestamp;
use mxs_world::WAITING_MAX;
use mxs_world::microsoft::Mishap;
use std::num::NonZeroU32;

#[test]
fn a_post_is_tried_again_for_four_hours_and_then_missed() {
    let refusals: [(fn() -> Option<Response>, i64); 3] =
        [(|| None, 0), (|| Some(Response::new(503)), 0), (|| Some(Response::new(202)), 3_001)];
    for (answer, wait) in refusals {
        let (mut world, ..) = subscribed();
        add(&mut world, "Bob");
        let began = world.now();
        let (mut tries, mut last) = (0, began);
        let missed = loop {
            let Some(due) = world.next_delivery() else { break None };
            world.set_now(due);
            let delivery = world.due_deliveries().remove(0);
            if delivery.request.url == LIFE {
                break Some((delivery.id, notices(&delivery.request)));
            }
            (tries, last) = (tries + 1, world.now());
            world.advance(wait);
            world.delivered(delivery.id, answer().as_ref());
        };
        let (delivery, missed) = missed.expect("a notice");
        assert_eq!(missed[0]["lifecycleEvent"], "missed");
        assert!((8..20).contains(&tries), "{tries}");
        let tried_for = last.duration_since(began);
        assert!((3..=4).contains(&tried_for.as_hours()), "{tried_for}");
        world.delivered(delivery, Some(&Response::new(200)));
        assert_eq!(world.next_delivery(), None, "what was taken isn't sent again");
    }
}

#[test]
fn testers_let_notices_go_wrong() {
    let twice = NonZeroU32::new(2).expect("not zero");
    let one = |mishap: Mishap| {
        let (mut world, ..) = subscribed();
        world.microsoft.disturb_notifications(mishap);
        (add(&mut world, "Ann"), world)
    };
    let (_, mut world) = one(Mishap::Lost { told: false });
    assert!(told(&mut world).is_empty());
    add(&mut world, "Bob");
    assert_eq!(changes(&mut world), ["created"], "the next one comes");

    let (_, mut world) = one(Mishap::Lost { told: true });
    assert_eq!(events(&mut world), ["missed"]);

    let (_, mut world) = one(Mishap::Repeated { times: twice });
    assert_eq!(changes(&mut world), ["created", "created"]);

    let (contact, mut world) = one(Mishap::Delayed { by_ms: 5_000 });
    world.with_microsoft(|microsoft, context| microsoft.delete_contact(ADA, &contact, context)).expect("it is there");
    assert_eq!(changes(&mut world), ["deleted"], "later things come first");
    world.advance(5_000);
    assert_eq!(changes(&mut world), ["created"]);

    let (mut world, graph, _) = subscribed();
    world.microsoft.disturb_notifications(Mishap::Reversed);
    let of = |name: &str| {
        json!({ "id": name, "method": "POST", "url": format!("/users/{ADA}/contacts"),
        "headers": { "Content-Type": "application/json" }, "body": { "givenName": name } })
    };
    graph.send(&mut world, Method::Post, "/$batch", Some(&json!({ "requests": [of("a"), of("b")] })));
    let mut ordered = told(&mut world).remove(0).1;
    let ids = |notices: &[Value]| {
        notices.iter().map(|one| one["resourceData"]["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let reversed = ids(&ordered);
    ordered.sort_by_key(|one| one["resourceData"]["id"].as_str().map(str::to_owned));
    assert_eq!(reversed.iter().rev().cloned().collect::<Vec<_>>(), ids(&ordered));
}

#[test]
fn a_storm_ends_where_the_queue_does() {
    let (mut world, ..) = subscribed();
    let storm = NonZeroU32::new(WAITING_MAX as u32 + 5).expect("not zero");
    world.microsoft.disturb_notifications(Mishap::Repeated { times: storm });
    add(&mut world, "Bob");
    assert_eq!(world.counters.operations["graph notifications lost"], 5);
    assert_eq!(world.due_deliveries().len(), WAITING_MAX);
}

#[test]
fn the_clock_of_a_delivery_is_the_worlds() {
    let (mut world, ..) = subscribed();
    add(&mut world, "Bob");
    let now: Timestamp = world.now();
    assert_eq!(world.next_delivery(), Some(now));
    let due = world.due_deliveries();
    assert_eq!((due[0].due, due[0].service), (now, Service::Microsoft));
    // A name that nobody gave, and one that was told of already.
    world.delivered(9_999_999, None);
    world.delivered(due[0].id, Some(&Response::new(200)));
    world.delivered(due[0].id, None);
    assert_eq!(world.next_delivery(), None);
}
