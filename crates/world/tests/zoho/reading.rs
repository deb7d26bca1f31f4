use crate::stage::{Stage, path};
use serde_json::json;

/// A stage with `count` contacts, one second apart.
fn with_contacts(count: usize) -> (Stage, Vec<String>) {
    let mut stage = Stage::new();
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(stage.add("Contacts", json!({ "Last_Name": format!("Name {number}") })));
        stage.world.advance(1_000);
    }
    (stage, ids)
}

/// A stage with many contacts, added at once.
fn with_many(count: usize) -> Stage {
    let mut stage = Stage::new();
    for start in (0..count).step_by(100) {
        let data: Vec<_> =
            (start..(start + 100).min(count)).map(|number| json!({ "Last_Name": number.to_string() })).collect();
        assert_eq!(stage.post("Contacts", json!({ "data": data })).status, 201);
    }
    stage
}

#[test]
fn lists_need_fields_and_take_fifty() {
    let (mut stage, ids) = with_contacts(1);
    let answer = stage.get("Contacts");
    assert_eq!(
        (answer.status, answer.code(), &answer.details()["param_name"]),
        (400, "REQUIRED_PARAM_MISSING", &json!("fields"))
    );
    let many: Vec<String> = (0..51).map(|number| format!("F{number}")).collect();
    let answer = stage.get(&path("Contacts", &[("fields", &many.join(","))]));
    assert_eq!((answer.code(), &answer.details()["limit"]), ("LIMIT_EXCEEDED", &json!(50)));
    // Unknown names are dropped without a word.
    let answer = stage.get("Contacts?fields=Last_Name,Nonsense,Last_Name");
    assert_eq!(answer.body["data"], json!([{ "id": ids[0], "Last_Name": "Name 0" }]));
}

#[test]
fn lists_are_sorted_by_id_from_the_newest_unless_asked() {
    let (mut stage, ids) = with_contacts(3);
    let reversed: Vec<String> = ids.iter().rev().cloned().collect();
    let body = json!({ "data": [{ "id": ids[0], "Title": "x" }] });
    stage.call(mxs_http::Method::Put, "Contacts", Some(body));
    let modified = vec![ids[0].clone(), ids[2].clone(), ids[1].clone()];
    let cases = [
        ("", reversed.clone()),
        ("&sort_order=asc", ids.clone()),
        ("&sort_by=Created_Time", reversed),
        ("&sort_by=Modified_Time", modified),
    ];
    for (parameters, expected) in cases {
        let answer = stage.get(&format!("Contacts?fields=Last_Name{parameters}"));
        assert_eq!(answer.ids(), expected, "{parameters}");
    }
    for wrong in
        ["sort_by=Last_Name", "sort_order=up", "per_page=201", "per_page=0", "page=x", "cvid=1", "ids=x", "converted=1"]
    {
        let answer = stage.get(&format!("Contacts?fields=Last_Name&{wrong}"));
        assert_eq!((answer.status, answer.code()), (400, "INVALID_DATA"), "{wrong}");
    }
    let answer = stage.get(&format!("Contacts?fields=Last_Name&ids={},{}", ids[0], ids[2]));
    assert_eq!(answer.ids(), [ids[2].clone(), ids[0].clone()]);
}

#[test]
fn pages_by_number_end_at_2000() {
    let mut stage = with_many(2_150);
    let answer = stage.get("Contacts?fields=id&page=10");
    assert_eq!(answer.body["info"]["count"], 200);
    assert_eq!(answer.body["info"]["more_records"], true);
    let token = answer.body["info"]["next_page_token"].as_str().unwrap().to_owned();
    let refused = stage.get("Contacts?fields=id&page=11");
    assert_eq!((refused.status, refused.code()), (400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED"));
    let answer = stage.get(&path("Contacts", &[("fields", "id"), ("page_token", &token)]));
    assert_eq!(answer.body["info"]["count"], 150);
    assert_eq!(answer.body["info"]["page"], 11);
    assert_eq!(answer.body["info"]["more_records"], false);
    assert_eq!(answer.body["info"]["next_page_token"], serde_json::Value::Null);
}

#[test]
fn tokens_walk_through_a_list_that_changes() {
    let (mut stage, ids) = with_contacts(7);
    let first = stage.get("Contacts?fields=id&per_page=3");
    assert_eq!(first.ids(), [ids[6].clone(), ids[5].clone(), ids[4].clone()]);
    let token = |answer: &crate::stage::Answer, name: &str| answer.body["info"][name].as_str().unwrap().to_owned();
    let next = token(&first, "next_page_token");
    // A record from a page already read goes, a new one comes: nothing is read twice or left out.
    stage.call(mxs_http::Method::Delete, &format!("Contacts/{}", ids[6]), None);
    stage.add("Contacts", json!({ "Last_Name": "new" }));
    let ask = |stage: &mut Stage, token: &str, extra: &[(&str, &str)]| {
        let mut parameters = vec![("fields", "id"), ("per_page", "3"), ("page_token", token)];
        parameters.extend(extra);
        stage.get(&path("Contacts", &parameters))
    };
    let second = ask(&mut stage, &next, &[]);
    assert_eq!(second.ids(), [ids[3].clone(), ids[2].clone(), ids[1].clone()]);
    let third = ask(&mut stage, &token(&second, "next_page_token"), &[]);
    assert_eq!(third.ids(), [ids[0].clone()]);
    let back = ask(&mut stage, &token(&third, "previous_page_token"), &[]);
    assert_eq!(back.ids(), second.ids());

    assert_eq!(ask(&mut stage, &next, &[("page", "2")]).code(), "AMBIGUITY_DURING_PROCESSING");
    assert_eq!(ask(&mut stage, &next, &[("sort_order", "asc")]).code(), "TOKEN_BOUND_DATA_MISMATCH");
    assert_eq!(ask(&mut stage, "made up", &[]).code(), "TOKEN_BOUND_DATA_MISMATCH");
    let bobs = stage.tokens[1].clone();
    let path = path("Contacts", &[("fields", "id"), ("per_page", "3"), ("page_token", &next)]);
    let answer = stage.call_with(&bobs, mxs_http::Method::Get, &path, None);
    assert_eq!(answer.code(), "TOKEN_BOUND_DATA_MISMATCH", "another user's token");
    stage.world.advance(24 * 3_600_000);
    let ada = stage.ada;
    stage.tokens[0] =
        stage.world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, ada, crate::stage::ALL));
    assert_eq!(ask(&mut stage, &next, &[]).code(), "EXPIRED_VALUE");
}

#[test]
fn what_did_not_change_is_not_sent() {
    let (mut stage, ids) = with_contacts(2);
    let list = "Contacts?fields=id";
    let since = |text: &'static str| ("If-Modified-Since", text);
    assert_eq!(stage.get_since(list, since("2026-11-21T11:00:00+01:00")).ids(), [ids[1].clone()]);
    assert_eq!(stage.get_since(list, since("2026-11-21T10:00:01+00:00")).status, 304, "the same second isn't since");
    assert_eq!(stage.get_since(list, since("2026-11-21T09:59:59+00:00")).ids().len(), 2);
    let one = format!("Contacts/{}", ids[0]);
    assert_eq!(stage.get_since(&one, since("2026-11-21T10:00:00+00:00")).status, 304);
    assert_eq!(stage.get_since(&one, since("2026-11-21T09:00:00+00:00")).status, 200);
    for wrong in ["2026-11-21T10:00:00Z", "Sat, 21 Nov 2026 10:00:00 GMT"] {
        assert_eq!(stage.get_since(list, since(wrong)).code(), "PATTERN_NOT_MATCHED");
    }
}

#[test]
fn nothing_has_no_content() {
    let mut stage = Stage::new();
    assert_eq!(stage.get("Contacts?fields=id").status, 204);
    assert_eq!(stage.get("Contacts/5725767000000999999").status, 204);
    let answer = stage.get("Contacts/abc");
    assert_eq!((answer.status, answer.code()), (400, "INVALID_DATA"));
    let answer = stage.get("Nonsense?fields=id");
    assert_eq!((answer.status, answer.code()), (400, "INVALID_MODULE"));
}

#[test]
fn counts_count() {
    let (mut stage, _) = with_contacts(3);
    assert_eq!(stage.get("Contacts/actions/count").body, json!({ "count": 3 }));
    stage.world.advance(10_000);
    assert_eq!(
        stage.get(&path("Contacts/actions/count", &[("criteria", "(Last_Name:equals:Name 1)")])).body,
        json!({ "count": 1 })
    );
}

#[test]
fn meetings_are_told_in_the_readers_zone() {
    let mut stage = Stage::new();
    let id = stage.add(
        "Events",
        json!({ "Event_Title": "Review", "Start_DateTime": "2026-07-03T12:30:00+05:30", "End_DateTime": "2026-07-03T13:30:00+05:30",
                "Participants": [{ "type": "email", "participant": "a@b.example" }], "$send_notification": false }),
    );
    let answer = stage.get(&format!("Events/{id}"));
    assert_eq!(answer.body["data"][0]["Start_DateTime"], "2026-07-03T09:00:00+02:00");
    let task = stage.add("Tasks", json!({ "Subject": "Call", "Due_Date": "2026-11-30" }));
    assert_eq!(stage.get(&format!("Tasks/{task}")).body["data"][0]["Due_Date"], "2026-11-30");
    let wrong = json!({ "data": [{ "Event_Title": "x", "Start_DateTime": "2026-07-03T12:30:00+05:30", "End_DateTime": "2026-07-03T11:30:00+05:30" }] });
    assert_eq!(stage.post("Events", wrong).details()["api_name"], "End_DateTime");
}
