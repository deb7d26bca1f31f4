//! Whatever is asked of mail has an answer.

use super::*;
use proptest::prelude::*;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z<>@. ]{0,12}".prop_map(Value::from),
        Just(person("cy@x.example")),
        Just(json!([person("cy@x.example")])),
        Just(json!([{ "id": "Integer 0x36", "value": "2" }])),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map("[a-zA-Z@.]{1,12}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn body() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "subject",
        "body",
        "from",
        "toRecipients",
        "categories",
        "internetMessageHeaders",
        "internetMessageId",
        "isRead",
        "singleValueExtendedProperties",
        "attachments",
        "importance",
        "flag",
        "message",
        "saveToSentItems",
        "destinationId",
        "displayName",
        "nonsense",
        "@odata.type",
    ]);
    prop::collection::hash_map(names, value(), 0..5)
        .prop_map(|map| Value::Object(map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
}

fn query() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "$select=subject",
        "$select=,",
        "$expand=attachments($select=name)",
        "$expand=attachments(",
        "$expand=,(",
        "$filter=receivedDateTime ge 2026-11-01T00:00:00Z",
        "$filter=isRead eq true",
        "$filter=(",
        "$orderby=receivedDateTime",
        "$top=2",
        "$top=-1",
        "$skip=1",
        "$count=true",
        "changeType=created",
        "$deltatoken=x",
        "includeHiddenFolders=true",
        "$expand=singleValueExtendedProperties($filter=id eq 'Integer 0x36')",
    ]);
    prop::collection::vec(parts, 0..4).prop_map(|parts| parts.join("&"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_request_is_answered(body in body(), query in query()) {
        let world = &mut world();
        let graph = ada(world);
        let key = arrive(world, "inbox", &letter("S", BOB));
        let draft = with(world, |microsoft, context| microsoft.draft_mail(ADA, &letter("D", BOB), context)).expect("a draft");
        let places = [
            "messages".to_owned(), format!("messages/{key}"), format!("messages/{draft}"), format!("messages/{draft}/send"),
            format!("messages/{key}/move"), format!("messages/{key}/copy"), format!("messages/{key}/attachments"),
            "mailFolders".to_owned(), "mailFolders/inbox/messages".to_owned(), "mailFolders/inbox/messages/delta".to_owned(),
            "mailFolders/delta".to_owned(), "sendMail".to_owned(), "mailFolders/inbox/childFolders".to_owned(),
        ];
        for place in places {
            for method in [Method::Get, Method::Post, Method::Patch, Method::Delete] {
                let given = matches!(method, Method::Post | Method::Patch).then_some(&body);
                let response = graph.send(world, method, &format!("/me/{place}?{query}"), given);
                prop_assert!(response.status < 500 || response.status == 501, "{method} {place}: {}", response.status);
                prop_assert_eq!(response.status >= 400, !code(&response).is_empty());
            }
        }
    }
}
