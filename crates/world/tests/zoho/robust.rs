//! Whatever is sent, there is an answer.

use crate::stage::{Stage, path};
use mxs_http::Method;
use proptest::prelude::*;
use serde_json::json;

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

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
