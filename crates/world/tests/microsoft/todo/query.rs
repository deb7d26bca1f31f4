//! Listing lists and tasks.

use super::*;
use mxs_world::microsoft::Word;

fn four(world: &mut World) -> Graph {
    let graph = ada(world);
    for (title, status, due) in [
        ("Alpha", "notStarted", Some("2026-11-24T00:00:00")),
        ("beta", "completed", None),
        ("Gamma", "inProgress", Some("2026-11-30T00:00:00")),
        ("Delta", "notStarted", None),
    ] {
        let due = due.map(utc);
        let made = graph.create(world, TASKS, json!({ "title": title, "status": status }));
        let path = format!("{}/tasks/{}", default_list(world, &graph), id(&made));
        if let Some(due) = due {
            patch(world, &graph, &path, json!({ "dueDateTime": due }));
        }
        world.advance(60_000);
    }
    graph
}

#[test]
fn pages_follow_the_link_verbatim() {
    let world = &mut world();
    let graph = four(world);
    let mut url = format!("{TASKS}?$top=3&$count=true");
    let mut titles = Vec::new();
    loop {
        let page = graph.get(world, &url);
        assert_eq!(page["@odata.count"], 4);
        titles.extend(column(&page, "title"));
        match page["@odata.nextLink"].as_str() {
            Some(next) => url = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(titles, ["Alpha", "beta", "Gamma", "Delta"]);
    let small = ada(world).with("Prefer", "odata.maxpagesize=2");
    assert_eq!(column(&small.get(world, TASKS), "id").len(), 2);
    assert_eq!(column(&small.get(world, "/me/todo/lists?$top=1"), "id").len(), 1);
}

#[test]
fn conditions_find_tasks_and_lists() {
    let world = &mut world();
    let graph = four(world);
    let cases = [
        ("status ne 'completed'", vec!["Alpha", "Gamma", "Delta"]),
        ("status eq 'completed'", vec!["beta"]),
        ("contains(title,'ta')", vec!["beta", "Delta"]),
        ("title eq 'ALPHA' and importance eq 'normal'", vec!["Alpha"]),
        ("dueDateTime/dateTime ge '2026-11-25'", vec!["Gamma"]),
        ("dueDateTime/dateTime ne null", vec!["Alpha", "Gamma"]),
        ("completedDateTime/dateTime ge '2026-11-21'", vec!["beta"]),
        ("createdDateTime ge 2026-11-21T10:02:00Z", vec!["Gamma", "Delta"]),
        ("isReminderOn eq true", vec![]),
    ];
    for (filter, wanted) in cases {
        let path = format!("{TASKS}?$filter={}", mxs_http::url::encode(filter));
        assert_eq!(column(&graph.get(world, &path), "title"), wanted, "{filter}");
    }
    let named = graph.get(world, "/me/todo/lists?$filter=displayName eq 'tasks'&$select=displayName");
    assert_eq!(column(&named, "displayName"), ["Tasks"]);
    assert_eq!(named["value"][0]["isOwner"], Value::Null);
}

#[test]
fn a_selection_does_what_is_reported_or_what_is_documented() {
    let world = &mut world();
    let graph = four(world);
    let selecting = |names: &str| format!("{TASKS}?$select={names}");
    assert_eq!(graph.get(world, &selecting("id"))["value"][0]["title"], "Alpha", "everything comes");
    let parse = (400, "RequestBroker--ParseUri".to_owned(), String::new());
    for names in ["title", "status,recurrence", "subject"] {
        assert_eq!(refusal(world, &graph, Method::Get, &selecting(names), None), parse, "{names}");
    }
    rules(world, |rules| rules.select = Word::Documented);
    let page = graph.get(world, &selecting("title,recurrence"));
    let names: Vec<&str> = page["value"][0].as_object().expect("a task").keys().map(String::as_str).collect();
    assert_eq!(names, ["@odata.etag", "id", "title"]);
    assert_eq!(refusal(world, &graph, Method::Get, &selecting("subject"), None), parse);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let world = &mut world();
    let graph = four(world);
    let cases = [
        ("$expand=singleValueExtendedProperties($filter=id eq 'x')", 400, "RequestBroker--ParseUri"),
        ("$expand=subtasks", 400, "RequestBroker--ParseUri"),
        ("$expand=extensions", 501, "NotImplemented"),
        ("$filter=subject eq 'x'", 400, "RequestBroker--ParseUri"),
        ("$filter=dueDateTime eq null", 400, "RequestBroker--ParseUri"),
        ("$filter=linkedResources/any(l:l/externalId eq '7')", 400, "RequestBroker--ParseUri"),
        ("$filter=title like 'x'", 400, "BadRequest"),
        ("$orderby=title", 400, "ErrorInvalidUrlQuery"),
        ("$top=0", 400, "ErrorInvalidUrlQuery"),
        ("$search=x", 501, "NotImplemented"),
    ];
    for (query, status, code) in cases {
        let found = refusal(world, &graph, Method::Get, &format!("{TASKS}?{query}"), None);
        assert_eq!((found.0, found.1.as_str()), (status, code), "{query}");
    }
    assert_eq!(
        refusal(world, &graph, Method::Get, "/me/todo/lists/tasks?$top=1", None).0,
        400,
        "one list has no pages"
    );
    assert_eq!(refusal(world, &graph, Method::Get, "/me/todo/lists?$select=name", None).1, "RequestBroker--ParseUri");
}
