use crate::stage::Stage;
use mxs_http::Method;
use serde_json::{Value, json};

fn delete(stage: &mut Stage, path: &str) -> crate::stage::Answer {
    stage.call(Method::Delete, path, None)
}

#[test]
fn deleting_tells_of_each_record() {
    let mut stage = Stage::new();
    let ids: Vec<String> = (0..3).map(|_| stage.add("Contacts", json!({ "Last_Name": "a" }))).collect();
    let answer = delete(&mut stage, &format!("Contacts?ids={},{}", ids[0], ids[1]));
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.body["data"][1],
        json!({ "code": "SUCCESS", "details": { "id": ids[1] }, "message": "record deleted", "status": "success" })
    );
    let answer = delete(&mut stage, &format!("Contacts?ids={},{}", ids[0], ids[2]));
    assert_eq!((answer.status, answer.body["data"][0]["code"].as_str()), (207, Some("INVALID_DATA")));
    assert_eq!(answer.body["data"][0]["message"], "record not deleted");
    let answer = delete(&mut stage, &format!("Contacts/{}", ids[2]));
    assert_eq!((answer.status, answer.code()), (400, "INVALID_DATA"));
    let many: Vec<String> = (1..=101).map(|number| number.to_string()).collect();
    for (path, code) in [
        ("Contacts".to_owned(), "REQUIRED_PARAM_MISSING"),
        ("Contacts?ids=x".to_owned(), "INVALID_DATA"),
        (format!("Contacts?ids={}", many.join(",")), "LIMIT_EXCEEDED"),
    ] {
        assert_eq!(delete(&mut stage, &path).code(), code, "{path}");
    }
    assert_eq!(stage.world.counters.operations["zoho records deleted"], 3);
    assert_eq!(stage.get(&format!("Contacts/{}", ids[0])).status, 204);
}

#[test]
fn deleted_records_are_listed_until_restored() {
    let mut stage = Stage::new();
    assert_eq!(stage.get("Contacts/deleted?type=all").status, 204);
    let ids: Vec<String> =
        ["a", "b", "c"].iter().map(|name| stage.add("Contacts", json!({ "Last_Name": name }))).collect();
    for id in &ids {
        stage.world.advance(1_000);
        delete(&mut stage, &format!("Contacts/{id}"));
    }
    let answer = stage.get("Contacts/deleted");
    assert_eq!(answer.ids(), [ids[2].clone(), ids[1].clone(), ids[0].clone()]);
    assert_eq!(
        answer.body["data"][2],
        json!({
            "deleted_by": { "name": "Ada Lovelace", "id": stage.ada.to_string() },
            "id": ids[0],
            "display_name": "a",
            "type": "recycle",
            "created_by": { "name": "Ada Lovelace", "id": stage.ada.to_string() },
            "deleted_time": "2026-11-21T11:00:01+01:00",
        })
    );
    assert_eq!(answer.body["info"], json!({ "per_page": 200, "count": 3, "page": 1, "more_records": false }));
    let page = stage.get("Contacts/deleted?per_page=2&page=2");
    assert_eq!(page.ids(), [ids[0].clone()]);
    let since = stage.get_since("Contacts/deleted", ("If-Modified-Since", "2026-11-21T10:00:02+00:00"));
    assert_eq!(since.ids(), [ids[2].clone()]);
    assert_eq!(stage.get_since("Contacts/deleted", ("If-Modified-Since", "2026-11-21T10:00:03+00:00")).status, 304);

    let [first, second, _] = [&ids[0], &ids[1], &ids[2]].map(|id| id.parse().unwrap());
    stage.world.with_zoho(|zoho, context| {
        assert!(zoho.restore_record(context, "Contacts", first));
        assert!(zoho.purge_record(context, "Contacts", second));
        assert!(!zoho.restore_record(context, "Contacts", second));
    });
    assert_eq!(stage.get("Contacts/deleted?type=recycle").ids(), [ids[2].clone()]);
    let purged = stage.get("Contacts/deleted?type=permanent");
    assert_eq!(purged.ids(), [ids[1].clone()]);
    assert_eq!(purged.body["data"][0]["display_name"], Value::Null);
    let restored = stage.get(&format!("Contacts/{}", ids[0]));
    assert_eq!(restored.body["data"][0]["Modified_Time"], "2026-11-21T11:00:00+01:00", "as before the deletion");
    assert_eq!(stage.get("Contacts/deleted?type=some").code(), "PATTERN_NOT_MATCHED");
}
