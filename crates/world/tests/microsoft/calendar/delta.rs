//! Delta queries over a calendar view.

use super::*;
use mxs_world::microsoft::{MovesTold, TokenDeath, Word};

const DELTA: &str = "/me/calendarView/delta?startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z";

/// Follows the links to the end of a round; answers with what was told and the link of the next round.
fn round(world: &mut World, graph: &Graph, url: &str) -> (Vec<Value>, String) {
    let (mut told, mut url) = (Vec::new(), url.to_owned());
    loop {
        let page = graph.get(world, &url);
        told.extend(items(&page));
        match page["@odata.nextLink"].as_str() {
            Some(next) => url = next.to_owned(),
            None => return (told, page["@odata.deltaLink"].as_str().expect("a link").to_owned()),
        }
    }
}

/// What was told, in short: `type start`, or `removed`.
fn short(told: &[Value]) -> Vec<String> {
    let one = |item: &Value| match item["@removed"]["reason"].as_str() {
        Some(reason) => format!("removed {reason}"),
        None => format!(
            "{} {}",
            item["type"].as_str().unwrap_or("?"),
            &item["start"]["dateTime"].as_str().expect("a start")[5..16]
        ),
    };
    told.iter().map(one).collect()
}

#[test]
fn a_round_tells_what_is_in_the_window_and_the_next_what_changed() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, lunch());
    post(world, &graph, hour("Before", "2026-10-01T09:00:00", "2026-10-01T10:00:00"));
    let gone = post(world, &graph, lunch());
    delete(world, &graph, &gone);
    let (told, link) = round(world, &graph, DELTA);
    assert_eq!(short(&told), ["singleInstance 11-24T12:00"], "what is outside, or gone, isn't told at first");
    assert_eq!(told[0]["@odata.type"], "#microsoft.graph.event");
    assert_eq!(told[0]["body"], made["body"], "a single event is told in full");
    let (told, link) = round(world, &graph, &link);
    assert_eq!(told, Vec::<Value>::new());

    patch(world, &graph, &made, json!({ "subject": "Changed" }));
    let other = post(world, &graph, hour("New", "2026-11-03T09:00:00", "2026-11-03T10:00:00"));
    // Outside of the window, then and now: told as removed all the same, as documented.
    post(world, &graph, hour("Far", "2027-01-01T09:00:00", "2027-01-01T10:00:00"));
    let (told, link) = round(world, &graph, &link);
    assert_eq!(short(&told), ["singleInstance 11-24T12:00", "singleInstance 11-03T09:00", "removed deleted"]);
    assert_eq!(told[0]["subject"], "Changed");

    // It leaves the window, or the calendar.
    patch(world, &graph, &made, json!({ "start": utc("2026-12-24T12:00:00"), "end": utc("2026-12-24T13:00:00") }));
    delete(world, &graph, &other);
    let (told, link) = round(world, &graph, &link);
    assert_eq!(
        (short(&told), id(&told[0]), id(&told[1])),
        (vec!["removed deleted".to_owned(); 2], id(&made), id(&other))
    );
    patch(world, &graph, &made, json!({ "start": utc("2026-11-24T12:00:00"), "end": utc("2026-11-24T13:00:00") }));
    assert_eq!(short(&round(world, &graph, &link).0), ["singleInstance 11-24T12:00"]);
}

#[test]
fn a_series_is_told_as_a_whole_and_sparsely() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, weekly("UTC"));
    let all = november(world, &graph, &made);
    patch(world, &graph, &all[1], json!({ "subject": "Changed" }));
    let small = ada(world).with("Prefer", "odata.maxpagesize=2");
    let page = small.get(world, DELTA);
    let wanted = [
        "seriesMaster 11-02T09:00",
        "occurrence 11-02T09:00",
        "exception 11-09T09:00",
        "occurrence 11-16T09:00",
        "occurrence 11-23T09:00",
        "occurrence 11-30T09:00",
    ];
    assert_eq!(short(&items(&page)), wanted, "in one page");
    let occurrence = &page["value"][1];
    let members: Vec<&String> = occurrence.as_object().expect("an item").keys().collect();
    assert_eq!(members, ["@odata.etag", "@odata.type", "end", "id", "seriesMasterId", "start", "type"]);
    assert_eq!((&page["value"][0]["id"], &page["value"][2]["subject"]), (&made["id"], &json!("Changed")));
    let (_, link) = round(world, &graph, page["@odata.nextLink"].as_str().expect("a full page is never the last"));

    delete(world, &graph, &all[3]);
    let (told, link) = round(world, &graph, &link);
    let without: Vec<&str> = wanted.into_iter().filter(|one| !one.contains("11-23")).collect();
    assert_eq!(short(&told), without, "what was cancelled is missing, and not removed");
    delete(world, &graph, &made);
    let (told, _) = round(world, &graph, &link);
    assert_eq!((short(&told), id(&told[0])), (vec!["removed deleted".to_owned()], id(&made)));
}

#[test]
fn a_series_is_told_as_documented_by_the_other_rule() {
    let world = &mut world();
    rules(world, |rules| rules.delta_of_series = Word::Documented);
    let graph = ada(world);
    let made = post(world, &graph, weekly("UTC"));
    let all = november(world, &graph, &made);
    let (told, link) = round(world, &graph, DELTA);
    assert_eq!(told.len(), 5);
    assert!(told.iter().all(|item| item["subject"] == "Weekly" && item["type"] == "occurrence"));
    delete(world, &graph, &all[3]);
    let (told, link) = round(world, &graph, &link);
    let removed: Vec<&str> = told.iter().filter(|item| !item["@removed"].is_null()).map(id).collect();
    assert_eq!((removed, told.len()), (vec![id(&made), id(&all[3])], 6));
    delete(world, &graph, &made);
    let (told, _) = round(world, &graph, &link);
    let gone: Vec<&str> = told.iter().map(id).collect();
    assert!(all.iter().all(|item| gone.contains(&id(item))) && gone.contains(&id(&made)), "{gone:?}");
}

#[test]
fn pages_are_as_long_as_preferred_and_the_preference_is_forgotten() {
    let world = &mut world();
    let graph = ada(world);
    for day in 1..=12 {
        let day = format!("2026-11-{day:02}");
        post(world, &graph, hour(&day, &format!("{day}T09:00:00"), &format!("{day}T10:00:00")));
    }
    let small = ada(world).with("Prefer", "odata.maxpagesize=5");
    let response = small.send(world, Method::Get, DELTA, None);
    assert_eq!(response.headers.get("Preference-Applied"), Some("odata.maxpagesize=5"));
    let first = json(&response);
    assert_eq!(items(&first).len(), 5);
    let second = graph.get(world, first["@odata.nextLink"].as_str().expect("a link"));
    assert_eq!((items(&second).len(), second["@odata.deltaLink"].is_string()), (7, true));
}

#[test]
fn the_window_is_in_the_token() {
    let world = &mut world();
    let graph = ada(world);
    let (_, november) = round(world, &graph, DELTA);
    let december = DELTA.replace("2026-12-01", "2027-01-01");
    let (_, longer) = round(world, &graph, &december);
    assert!(!november.contains("DateTime"), "{november}");
    post(world, &graph, hour("Christmas", "2026-12-24T09:00:00", "2026-12-24T10:00:00"));
    assert_eq!(short(&round(world, &graph, &november).0), ["removed deleted"]);
    assert_eq!(short(&round(world, &graph, &longer).0), ["singleInstance 12-24T09:00"]);
}

#[test]
fn each_calendar_is_followed_by_itself() {
    let world = &mut world();
    let graph = ada(world);
    let other = graph.create(world, "/me/calendars", json!({ "name": "Other" }));
    let followed = DELTA.replace("/me/", &format!("/me/calendars/{}/", id(&other)));
    let (_, link) = round(world, &graph, &followed);
    let (_, home) = round(world, &graph, DELTA);
    let made = post(world, &graph, lunch());
    assert_eq!(short(&round(world, &graph, &link).0), Vec::<String>::new());
    let (_, home) = round(world, &graph, &home);
    world
        .with_microsoft(|microsoft, context| microsoft.move_event(ADA, id(&made), Some(id(&other)), context))
        .expect("a move");
    let (told, _) = round(world, &graph, &home);
    assert_eq!((short(&told), id(&told[0])), (vec!["removed deleted".to_owned()], id(&made)));
    assert_eq!(short(&round(world, &graph, &link).0), ["singleInstance 11-24T12:00"]);
    // A token of another calendar is no token here.
    let token = link.split_once("$deltatoken=").expect("a token").1;
    let mixed = format!("/me/calendarView/delta?$deltatoken={token}");
    assert_eq!(graph.refused(world, Method::Get, &mixed, None), bad("BadRequest"));
}

#[test]
fn immutable_ids_stay_and_who_returns_may_not_be_told() {
    for (moves_told, count) in [(MovesTold::FirstOnes, 0), (MovesTold::All, 1), (MovesTold::None, 0)] {
        let world = &mut world();
        world.microsoft.rules.moves_told = moves_told;
        let graph = ada(world).with("Prefer", "IdType=\"ImmutableId\"");
        let made = post(world, &graph, lunch());
        let (_, link) = round(world, &graph, DELTA);
        delete(world, &graph, &made);
        let (told, link) = round(world, &graph, &link);
        assert_eq!(id(&told[0]), id(&made));
        world.with_microsoft(|microsoft, context| microsoft.restore_event(ADA, id(&made), context)).expect("an event");
        assert_eq!(round(world, &graph, &link).0.len(), count, "{moves_told:?}");
    }
}

#[test]
fn tokens_die() {
    let cases = [
        (TokenDeath::GoneWithLocation, 410, "resyncRequired"),
        (TokenDeath::GoneWithoutLocation, 410, "syncStateNotFound"),
        (TokenDeath::BadRequest, 400, "SyncStateNotFound"),
    ];
    for (death, status, code) in cases {
        let world = &mut world();
        let graph = ada(world);
        let (_, link) = round(world, &graph, DELTA);
        world.microsoft.expire_delta_tokens(ADA, death);
        let response = graph.send(world, Method::Get, &link, None);
        assert_eq!((response.status, super::code(&response)), (status, code.to_owned()));
        assert_eq!(response.headers.get("Location").is_some(), death == TokenDeath::GoneWithLocation);
        // The empty token of the location starts again, with a window.
        let again = format!("{DELTA}&$deltatoken=");
        assert_eq!(graph.send(world, Method::Get, &again, None).status, 200);
    }
}

#[test]
fn what_cant_be_followed_is_refused() {
    let world = &mut world();
    let graph = ada(world);
    let cases = [
        ("/me/calendarView/delta".to_owned(), "ErrorInvalidParameter"),
        ("/me/calendarView/delta?startDateTime=2026-01-01".to_owned(), "ErrorInvalidParameter"),
        (format!("{DELTA}&$select=subject"), "ErrorInvalidUrlQuery"),
        (format!("{DELTA}&$filter=subject eq 'x'"), "ErrorInvalidUrlQuery"),
        (format!("{DELTA}&$top=5"), "ErrorInvalidUrlQuery"),
        ("/me/calendarView/delta?$deltatoken=nonsense".to_owned(), "BadRequest"),
        ("/me/events/delta".to_owned(), "BadRequest"),
        ("/me/calendar/events/delta()".to_owned(), "BadRequest"),
    ];
    for (path, code) in cases {
        assert_eq!(graph.refused(world, Method::Get, &path, None), bad(code), "{path}");
    }
}
