//! Listings: options, pages, views, and what they refuse.

use super::*;

#[test]
fn listings_have_pages() {
    let world = &mut world();
    let graph = ada(world);
    let days: Vec<String> = (1..=12).map(|day| format!("2026-11-{day:02}")).collect();
    for day in &days {
        post(world, &graph, hour(day, &format!("{day}T09:00:00"), &format!("{day}T10:00:00")));
    }
    for first in ["/me/events", "/me/calendar/events?$select=subject", &format!("/me/calendarView?{NOVEMBER}")] {
        let (mut found, mut url, mut pages) = (Vec::new(), first.to_owned(), 0);
        while !url.is_empty() {
            let page = graph.get(world, &url);
            found.extend(column(&page, "subject"));
            url = page["@odata.nextLink"].as_str().unwrap_or_default().to_owned();
            pages += 1;
        }
        assert_eq!((found, pages), (days.clone(), 2), "{first}");
    }
    let page = graph.get(world, "/me/events?$top=3&$skip=2&$count=true&$select=subject");
    assert_eq!((column(&page, "subject"), &page["@odata.count"]), (days[2..5].to_vec(), &json!(12)));
    let members: Vec<&String> = page["value"][0].as_object().expect("an item").keys().collect();
    assert_eq!(members, ["@odata.etag", "id", "subject"]);
}

#[test]
fn conditions_pick() {
    let world = &mut world();
    let graph = ada(world);
    let noon = post(world, &graph, lunch());
    post(world, &graph, hour("Dinner", "2026-11-24T19:00:00", "2026-11-24T20:00:00"));
    post(world, &graph, weekly("UTC"));
    let uid = noon["iCalUId"].as_str().expect("a name").to_owned();
    let cases = [
        ("subject eq 'lunch'", vec!["Lunch"]),
        ("start/dateTime ge '2026-11-24T13:00'", vec!["Dinner"]),
        ("start/dateTime ge '2026-11-24T12:00:00Z' and end/dateTime lt '2026-11-24T20:00:00'", vec!["Lunch"]),
        (&format!("iCalUId eq '{uid}'"), vec!["Lunch"]),
        ("type eq 'seriesMaster'", vec!["Weekly"]),
        ("startswith(subject,'D') or isAllDay eq true", vec!["Dinner"]),
        ("lastModifiedDateTime ge 2026-11-21T10:00:01Z", vec![]),
        ("categories/any(c:c eq 'red')", vec![]),
        ("showAs eq 'busy' and sensitivity eq 'normal' and isCancelled eq false", vec!["Lunch", "Dinner", "Weekly"]),
    ];
    for (filter, wanted) in cases {
        let page = graph.get(world, &format!("/me/events?$filter={}", mxs_http::url::encode(filter)));
        assert_eq!(column(&page, "subject"), wanted, "{filter}");
    }
    let page = graph.get(world, "/me/events?$orderby=start/dateTime desc,subject");
    assert_eq!(column(&page, "subject"), ["Dinner", "Lunch", "Weekly"]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let world = &mut world();
    let graph = ada(world);
    let made = post(world, &graph, lunch());
    let parse = || bad("RequestBroker--ParseUri");
    let cases = [
        ("/me/events?$select=uid", parse()),
        ("/me/events?$filter=nonsense eq 'x'", parse()),
        ("/me/events?$filter=start/dateTime ge 'soon'", parse()),
        ("/me/events?$filter=transactionId eq 'T'", bad("ErrorInvalidProperty")),
        ("/me/events?$filter=attendees/any(a:a/emailAddress/address eq 'x')", bad("ErrorInvalidProperty")),
        ("/me/events?$orderby=body", bad("ErrorInvalidProperty")),
        ("/me/events?$expand=attachments", (501, "NotImplemented".into())),
        ("/me/events?$expand=nonsense", parse()),
        ("/me/events?$expand=singleValueExtendedProperties", bad("ErrorInvalidProperty")),
        ("/me/events?$top=0", bad("ErrorInvalidUrlQuery")),
        ("/me/events?$search=x", (501, "NotImplemented".into())),
        ("/me/events?$deltatoken=x", bad("ErrorInvalidUrlQuery")),
        ("/me/calendarView", bad("ErrorInvalidParameter")),
        ("/me/calendarView?startDateTime=2026-01-01&endDateTime=2031-01-02", bad("ErrorInvalidRequest")),
        ("/me/calendars?$filter=name eq 'x'", bad("ErrorInvalidUrlQuery")),
        ("/me/calendars?$select=title", parse()),
        ("/me/events/nonsense", bad("ErrorInvalidIdMalformed")),
        ("/me/calendars/nonsense/events", bad("ErrorInvalidIdMalformed")),
        ("/me/calendar/getSchedule", bad("BadRequest")),
    ];
    for (path, wanted) in cases {
        assert_eq!(graph.refused(world, Method::Get, path, None), wanted, "{path}");
    }
    let other = format!("{}FRAAgI820261124=", id(&made).trim_end_matches('='));
    let gone = (404, "ErrorItemNotFound".to_owned());
    assert_eq!(
        graph.refused(world, Method::Get, &format!("/me/events/{other}"), None),
        gone,
        "no series, no occurrence"
    );
}

#[test]
fn a_view_shows_what_overlaps_it() {
    let world = &mut world();
    let graph = ada(world);
    post(world, &graph, lunch());
    let cases = [
        ("2026-11-24T11:00:00Z", "2026-11-24T12:00:00Z", 0),
        ("2026-11-24T11:00:00Z", "2026-11-24T12:00:01Z", 1),
        ("2026-11-24T12:30:00Z", "2026-11-24T12:31:00Z", 1),
        ("2026-11-24T13:00:00Z", "2026-11-24T14:00:00Z", 0),
        ("2026-11-24T14:30:00%2B02:00", "2026-11-24T14:40:00%2B02:00", 1),
    ];
    for (from, to, count) in cases {
        let page = graph.get(world, &format!("/me/calendarView?startDateTime={from}&endDateTime={to}"));
        assert_eq!(items(&page).len(), count, "{from}");
    }
}

#[test]
fn how_to_join_is_told_with_whether_one_can() {
    let world = &mut world();
    let graph = ada(world);
    let mut event = lunch();
    event["isOnlineMeeting"] = json!(true);
    let made = post(world, &graph, event);
    let view = |select: &str| format!("/me/calendarView?{NOVEMBER}&$select={select}");
    assert_eq!(graph.get(world, &view("onlineMeeting"))["value"][0]["onlineMeeting"], json!(null));
    let both = graph.get(world, &view("onlineMeeting,isOnlineMeeting"));
    assert_eq!(both["value"][0]["onlineMeeting"], made["onlineMeeting"]);
    let one = graph.get(world, &format!("{}?$select=onlineMeeting", path(&made)));
    assert_eq!(one["onlineMeeting"], made["onlineMeeting"]);
}

#[test]
fn calendars_come_and_go() {
    let world = &mut world();
    let graph = ada(world);
    let own = graph.create(world, "/me/calendars", json!({ "name": "Projects" }));
    assert_eq!((&own["isDefaultCalendar"], &own["isRemovable"]), (&json!(false), &json!(true)));
    assert_eq!(column(&graph.get(world, "/me/calendars?$select=name"), "name"), ["Calendar", "Projects"]);
    let path = format!("/me/calendars/{}", id(&own));
    let twice = graph.refused(world, Method::Post, "/me/calendars", Some(&json!({ "name": "projects" })));
    assert_eq!(twice, (409, "ErrorFolderExists".into()));
    let renamed = graph.send(world, Method::Patch, &path, Some(&json!({ "name": "Work", "color": "lightBlue" })));
    assert_eq!(json(&renamed)["name"], "Work");
    let event = graph.create(world, &format!("{path}/events"), lunch());
    assert_eq!(column(&graph.get(world, &format!("{path}/calendarView?{NOVEMBER}")), "id"), [id(&event)]);
    assert_eq!(graph.get(world, "/me/events")["value"], json!([]), "the default calendar is another");
    assert_eq!(graph.get(world, &super::path(&event))["subject"], "Lunch", "an id finds it in any");
    assert_eq!(graph.send(world, Method::Delete, &path, None).status, 204);
    assert_eq!(graph.refused(world, Method::Get, &path, None), (404, "ErrorItemNotFound".into()));
    let default = format!("/me/calendars/{}", id(&graph.get(world, "/me/calendar")));
    assert_eq!(graph.refused(world, Method::Delete, &default, None), bad("ErrorDeleteDistinguishedFolder"));
    for body in [json!({}), json!({ "name": " " }), json!({ "title": "X" }), json!([])] {
        assert_eq!(graph.refused(world, Method::Post, "/me/calendars", Some(&body)).0, 400, "{body}");
    }
}
