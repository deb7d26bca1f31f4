//! Whatever is sent, there is an answer.

use crate::stage::{Stage, path};
use mxs_http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Words of queries in any order, and any text between them.
fn query() -> impl Strategy<Value = String> {
    let words = [
        "select",
        "from",
        "where",
        "Contacts",
        "id",
        "Owner.email",
        "Last_Name",
        "(",
        ")",
        ",",
        "=",
        "!=",
        ">",
        "in",
        "not",
        "like",
        "between",
        "and",
        "or",
        "is",
        "null",
        "'a'",
        "'",
        "\"",
        "5",
        "18446744073709551615",
        "-",
        "order",
        "by",
        "limit",
        "offset",
        "count",
        "é",
        "\n",
    ];
    let word = prop_oneof![4 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,4}"];
    prop::collection::vec(word, 0..20).prop_map(|words| words.join(" "))
}

/// Any JSON, two levels deep, from words that the fields of tasks and meetings know.
fn value() -> impl Strategy<Value = Value> {
    let words = [
        "ALARM",
        "RRULE",
        "EXDATE",
        "type",
        "participant",
        "email",
        "contact",
        "unit",
        "period",
        "minutes",
        "time",
        "name",
        "id",
        "a@b.example",
        "1",
        "",
        "2026-12-01",
        "2026-12-01T09:00:00+01:00",
        "FREQ=DAILY;DTSTART=2026-12-01",
        "ACTION=EMAIL;TRIGGER=-P1D;TRIGGER_TIME=22:52",
        "é2026-12-01",
    ];
    let word = prop_oneof![6 => prop::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,12}"];
    let leaf = prop_oneof![
        4 => word.clone().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(2, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Parts of rules and alarms in any order.
fn parts() -> impl Strategy<Value = String> {
    let parts = [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
        "FREQ=YEARLY",
        "FREQ=NONE",
        "INTERVAL=2",
        "INTERVAL=0",
        "COUNT=3",
        "BYDAY=MO,TU",
        "BYDAY=-1FR",
        "BYMONTHDAY=31",
        "BYSETPOS=-1",
        "BYMONTH=2",
        "DTSTART=2026-12-01",
        "DTSTART=0000-01-01",
        "UNTIL=9999-12-31",
        "UNTIL=2020-01-01",
        "WKST=SU",
        "ACTION=EMAIL",
        "ACTION=POPUP",
        "TRIGGER=-P1D",
        "TRIGGER=-P99D",
        "TRIGGER_TIME=09:00",
        "TRIGGER=DATE-TIME:2026-07-03T12:30:00+05:30",
        "TRIGGER=DATE-TIME:9999-12-31T23:59:59-11:00",
        "",
        "=",
        "é",
    ];
    prop::collection::vec(prop::sample::select(parts.to_vec()), 0..6).prop_map(|parts| parts.join(";"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn fields_of_any_form_are_stored_or_refused(
        module in "Tasks|Events",
        fields in prop::collection::vec((
            prop::sample::select(vec![
                "Remind_At", "Remind_Participants", "Recurring_Activity", "Participants", "Tag", "What_Id", "Who_Id",
                "$se_module", "$append_values", "$send_notification", "All_day", "Start_DateTime", "End_DateTime",
                "Due_Date", "Status", "Send_Notification_Email", "Owner",
            ]),
            value(),
        ), 0..5),
    ) {
        let mut stage = Stage::new();
        let mut record = json!({ "Subject": "a", "Event_Title": "a", "Start_DateTime": "2026-12-01T09:00:00+01:00",
                                 "End_DateTime": "2026-12-01T10:00:00+01:00" });
        let id = stage.add(&module, record.clone());
        for (name, value) in fields {
            record[name] = value;
        }
        let answers = [stage.post(&module, json!({ "data": [record] })), stage.put(&module, &id, record.clone())];
        for answer in answers {
            prop_assert!([200, 201, 400].contains(&answer.status), "{}", answer.body);
        }
        for path in [format!("{module}/{id}"), format!("{module}?fields=id,Participants,Remind_At,Recurring_Activity,Tag")] {
            prop_assert_eq!(stage.get(&path).status, 200);
        }
    }

    #[test]
    fn rules_and_alarms_are_stored_as_they_are_or_refused(rule in parts(), alarm in parts()) {
        let mut stage = Stage::new();
        for (field, key, text) in [("Recurring_Activity", "RRULE", rule), ("Remind_At", "ALARM", alarm)] {
            let record = json!({ "Subject": "a", field: { key: text } });
            let answer = stage.post("Tasks", json!({ "data": [record] }));
            if answer.status == 201 {
                let id = answer.body["data"][0]["details"]["id"].as_str().unwrap().to_owned();
                let shown = stage.read("Tasks", &id)[field][key].clone();
                // Moments come back with the reader's offset.
                let moved = text.contains("DATE-TIME");
                prop_assert!(moved || shown == json!(text), "{text}: {shown}");
            } else {
                prop_assert_eq!(answer.status, 400);
            }
        }
    }

    #[test]
    fn tagging_with_anything_is_answered_or_refused(tags in value(), ids in value(), over_write in value()) {
        let mut stage = Stage::new();
        let id = stage.add("Contacts", json!({ "Last_Name": "a" }));
        let body = json!({ "tags": tags, "ids": ids, "over_write": over_write });
        for path in ["Contacts/actions/add_tags", "Contacts/actions/remove_tags"] {
            let answer = stage.post(path, body.clone());
            prop_assert!([200, 207, 400].contains(&answer.status), "{}", answer.body);
        }
        let answer = stage.post(&format!("Contacts/{id}/actions/add_tags"), body.clone());
        prop_assert!([200, 400].contains(&answer.status), "{}", answer.body);
        prop_assert!(stage.read("Contacts", &id)["Tag"].as_array().unwrap().len() <= 10);
    }

    #[test]
    fn cancelling_with_anything_is_answered_or_refused(body in value()) {
        let mut stage = Stage::new();
        let id = stage.add("Events", json!({ "Event_Title": "a", "Start_DateTime": "2026-12-01T09:00:00+01:00",
                                             "End_DateTime": "2026-12-01T10:00:00+01:00" }));
        let answer = stage.post(&format!("Events/{id}/actions/cancel"), json!({ "data": [body] }));
        prop_assert_eq!(answer.status, 400, "nobody was invited");
    }

    #[test]
    fn queries_are_answered_or_refused(query in query()) {
        let mut stage = Stage::new();
        let answer = stage.post("coql", json!({ "select_query": query }));
        prop_assert!([200, 204, 400].contains(&answer.status));
    }

    #[test]
    fn pages_of_any_number_are_answered_or_refused(page in any::<u64>(), size in 1u64..300) {
        let mut stage = Stage::new();
        let (page, size) = (page.to_string(), size.to_string());
        let parameters = [("fields", "id"), ("word", "ab"), ("page", page.as_str()), ("per_page", size.as_str())];
        for address in ["Contacts", "Contacts/search"] {
            let answer = stage.get(&path(address, &parameters));
            prop_assert!([204, 400].contains(&answer.status));
        }
    }

    #[test]
    fn searches_are_answered_or_refused(criteria in "[(:,)\\\\a-z_é]{0,30}|\\PC{0,20}") {
        let mut stage = Stage::new();
        let answer = stage.get(&path("Contacts/search", &[("criteria", &criteria)]));
        prop_assert!([204, 400].contains(&answer.status));
    }

    #[test]
    fn values_are_stored_as_they_are_or_refused(
        name in "\\PC{1,90}",
        phone in "[+().,; /0-9a-f-]{0,35}",
        email in "[a-zé'.@_-]{0,20}",
    ) {
        let mut stage = Stage::new();
        let record = json!({ "Last_Name": name, "Phone": phone, "Email": email });
        let answer = stage.post("Contacts", json!({ "data": [record] }));
        if answer.status == 201 {
            let id = answer.body["data"][0]["details"]["id"].as_str().unwrap().to_owned();
            let read = stage.get(&format!("Contacts/{id}")).body["data"][0].clone();
            let text = |value: &str| if value.is_empty() { json!(null) } else { json!(value) };
            prop_assert_eq!(&read["Last_Name"], &json!(name));
            prop_assert_eq!(&read["Phone"], &text(&phone));
            prop_assert_eq!(&read["Email"], &text(&email));
        } else {
            prop_assert_eq!((answer.status, answer.code()), (400, "INVALID_DATA"));
        }
    }

    #[test]
    fn any_path_has_an_answer(path in "[a-zA-Z0-9/_@%?&=.-]{0,40}", body in "\\PC{0,20}") {
        let mut stage = Stage::new();
        for method in [Method::Get, Method::Post, Method::Put, Method::Delete, Method::Patch] {
            let answer = stage.call(method, &path, Some(json!(body)));
            prop_assert!(answer.status < 500);
        }
    }

    #[test]
    fn a_walk_by_tokens_meets_every_record_once(count in 0usize..40, size in 1usize..12, order in "asc|desc") {
        let mut stage = Stage::new();
        if count > 0 {
            let data: Vec<_> = (0..count).map(|number| json!({ "Last_Name": number.to_string() })).collect();
            stage.post("Contacts", json!({ "data": data }));
        }
        let size = size.to_string();
        let (mut met, mut token) = (Vec::new(), None::<String>);
        loop {
            let mut parameters = vec![("fields", "id"), ("per_page", size.as_str()), ("sort_order", order.as_str())];
            parameters.extend(token.as_deref().map(|token| ("page_token", token)));
            let answer = stage.get(&path("Contacts", &parameters));
            met.extend(answer.ids());
            token = answer.body["info"]["next_page_token"].as_str().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        prop_assert_eq!(met.len(), count);
        met.sort();
        met.dedup();
        prop_assert_eq!(met.len(), count);
    }
}

#[test]
fn the_largest_numbers_are_beyond_the_limits() {
    let mut stage = Stage::new();
    stage.add("Contacts", json!({ "Last_Name": "One" }));
    let most = u64::MAX.to_string();
    let cases = [
        (stage.get(&path("Contacts", &[("fields", "id"), ("page", &most)])), "DISCRETE_PAGINATION_LIMIT_EXCEEDED"),
        (stage.get(&path("Contacts/search", &[("word", "One"), ("page", &most)])), "LIMIT_REACHED"),
        (
            stage.post(
                "coql",
                json!({ "select_query": format!("select id from Contacts where id > 1 limit 1 offset {most}") }),
            ),
            "LIMIT_EXCEEDED",
        ),
    ];
    for (answer, code) in cases {
        assert_eq!((answer.status, answer.code()), (400, code));
    }
}

#[test]
fn deep_nesting_is_refused() {
    let mut stage = Stage::new();
    for depth in [60, 100_000] {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        let query = format!("select id from Contacts where {open}id > 1{close}");
        assert_eq!(stage.post("coql", json!({ "select_query": query })).status, 400, "{depth}");
        let criteria = format!("{open}(Last_Name:equals:a){close}");
        assert_eq!(stage.get(&path("Contacts/search", &[("criteria", &criteria)])).status, 400, "{depth}");
    }
    let long = format!("((Last_Name:equals:a){})", "or(Last_Name:equals:a)".repeat(100_000));
    let answer = stage.get(&path("Contacts/search", &[("criteria", &long)]));
    assert_eq!((answer.status, answer.code()), (400, "LIMIT_EXCEEDED"));
}
