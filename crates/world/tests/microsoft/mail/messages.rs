//! Folders, messages and attachments.

use super::*;

#[test]
fn built_in_folders_answer_to_their_names_and_hidden_ones_hide() {
    let world = &mut world();
    let graph = ada(world);
    let names = column(&graph.get(world, "/me/mailFolders?$top=100"), "displayName");
    assert_eq!(names, ["Inbox", "Drafts", "Sent Items", "Deleted Items", "Junk Email", "Archive", "Outbox"]);
    let secret = with(world, |microsoft, context| microsoft.add_mail_folder(ADA, None, "Secret", true, context));
    assert!(secret.is_ok());
    assert_eq!(column(&graph.get(world, "/me/mailFolders?$top=100"), "displayName").len(), 7);
    let all = graph.get(world, "/me/mailFolders?includeHiddenFolders=true&$top=100");
    assert!(column(&all, "displayName").contains(&"Secret".to_owned()));
    let made = graph.create(world, "/me/mailFolders/inbox/childFolders", json!({ "displayName": "Customers" }));
    let twice = json!({ "displayName": "customers" });
    let path = "/me/mailFolders/inbox/childFolders";
    assert_eq!(graph.refused(world, Method::Post, path, Some(&twice)), (409, "ErrorFolderExists".into()));
    assert_eq!(graph.get(world, "/me/mailFolders/inbox")["childFolderCount"], 1);
    let removed = graph.send(world, Method::Delete, &format!("/me/mailFolders/{}", id(&made)), None);
    assert_eq!(removed.status, 204);
    let built_in = graph.refused(world, Method::Delete, "/me/mailFolders/inbox", None);
    assert_eq!(built_in, (400, "ErrorDeleteDistinguishedFolder".into()));
}

#[test]
fn a_message_is_shown_as_asked() {
    let world = &mut world();
    let graph = ada(world);
    let mut message = letter("Offer", BOB);
    message["internetMessageHeaders"] = json!([{ "name": "X-Kind", "value": "offer" }]);
    message["singleValueExtendedProperties"] = json!([{ "id": "Integer 0x36", "value": "2" }]);
    message["attachments"] =
        json!([{ "@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "aGVsbG8=" }]);
    let key = arrive(world, "inbox", &message);
    let path = format!("/me/messages/{key}");
    let whole = graph.get(world, &path);
    assert_eq!(
        (&whole["isDraft"], &whole["isRead"], &whole["hasAttachments"]),
        (&json!(false), &json!(false), &json!(true))
    );
    assert!(whole.get("internetMessageHeaders").is_none(), "headers come only when they are named");
    assert!(whole["internetMessageId"].as_str().is_some_and(|id| id.starts_with('<')));
    let selected = graph.get(world, &format!("{path}?$select=internetMessageHeaders"));
    assert_eq!(selected["internetMessageHeaders"][0]["name"], "X-Kind");
    assert!(selected.get("subject").is_none());
    let expand = "$expand=attachments($select=name,size),singleValueExtendedProperties($filter=id eq 'Integer 0x0036')";
    let expanded = graph.get(world, &format!("{path}?$select=subject&{expand}"));
    assert_eq!(expanded["singleValueExtendedProperties"][0]["value"], "2");
    assert_eq!(
        (&expanded["attachments"][0]["name"], &expanded["attachments"][0]["size"]),
        (&json!("a.txt"), &json!(5))
    );
    assert!(expanded["attachments"][0].get("contentBytes").is_none());
    let listed = graph.get(world, &format!("{path}/attachments?$select=name"));
    assert!(listed["value"][0].get("contentBytes").is_none() && listed["value"][0]["name"] == "a.txt");
    assert_eq!(graph.get(world, &format!("{path}/attachments"))["value"][0]["contentBytes"], "aGVsbG8=");
    let text = graph.with("Prefer", "outlook.body-content-type=\"text\"").get(world, &path);
    assert_eq!(text["body"], json!({ "contentType": "text", "content": "Hello & goodbye" }));
}

#[test]
fn listings_filter_and_sort_as_documented() {
    let world = &mut world();
    let graph = ada(world);
    for (day, subject) in [("01", "one"), ("02", "two"), ("03", "three")] {
        let mut message = letter(subject, BOB);
        message["receivedDateTime"] = json!(format!("2026-11-{day}T00:00:00Z"));
        arrive(world, "inbox", &message);
    }
    let cases = [
        ("$filter=receivedDateTime ge 2026-11-02T00:00:00Z", vec!["three", "two"]),
        ("$filter=receivedDateTime ge 2026-11-01T00:00:00Z&$orderby=receivedDateTime asc", vec!["one", "two", "three"]),
        ("$filter=subject eq 'TWO'", vec!["two"]),
        ("$orderby=receivedDateTime&$top=2", vec!["one", "two"]),
    ];
    for (query, wanted) in cases {
        assert_eq!(column(&graph.get(world, &format!("/me/messages?{query}")), "subject"), wanted, "{query}");
    }
    let refused = [
        ("$filter=subject eq 'x'&$orderby=receivedDateTime", "InefficientFilter"),
        ("$filter=body eq 'x'", "RequestBroker--ParseUri"),
        ("$select=sensitivity", "RequestBroker--ParseUri"),
        ("$orderby=isRead", "ErrorInvalidProperty"),
    ];
    for (query, wanted) in refused {
        let found = graph.refused(world, Method::Get, &format!("/me/messages?{query}"), None);
        assert_eq!(found, (400, wanted.into()), "{query}");
    }
}

#[test]
fn a_move_gives_a_new_id_and_keeps_the_immutable_one() {
    let world = &mut world();
    let graph = ada(world);
    let key = arrive(world, "inbox", &letter("S", BOB));
    let before = graph.get(world, &format!("/me/messages/{key}"));
    let moved = graph.create(world, &format!("/me/messages/{key}/move"), json!({ "destinationId": "archive" }));
    assert_ne!(id(&moved), id(&before));
    let old = graph.refused(world, Method::Get, &format!("/me/messages/{}", id(&before)), None);
    assert_eq!(old, (404, "ErrorItemNotFound".into()));
    assert_eq!(graph.get(world, &format!("/me/messages/{key}"))["parentFolderId"], moved["parentFolderId"]);
    let copy = graph.create(world, &format!("/me/messages/{key}/copy"), json!({ "destinationId": "inbox" }));
    assert_eq!(copy["internetMessageId"], moved["internetMessageId"]);
    assert_eq!(graph.send(world, Method::Delete, &format!("/me/messages/{key}"), None).status, 204);
    let deleted = graph.get(world, "/me/mailFolders/deleteditems/messages");
    assert_eq!(column(&deleted, "subject"), ["S"]);
    assert_eq!(graph.send(world, Method::Delete, &format!("/me/messages/{key}"), None).status, 204);
    let again = graph.refused(world, Method::Delete, &format!("/me/messages/{key}"), None);
    assert_eq!(again, (403, "ErrorCannotDeleteObject".into()));
}

#[test]
fn rights_are_asked_for() {
    let world = &mut world();
    let graph = Graph::delegated(world, ADA, "Mail.Read");
    let denied = (403, "ErrorAccessDenied".to_owned());
    assert_eq!(graph.get(world, "/me/messages")["value"], json!([]));
    assert_eq!(graph.refused(world, Method::Post, "/me/messages", Some(&letter("S", ADA))), denied);
    assert_eq!(graph.refused(world, Method::Get, &format!("/users/{BOB}/messages"), None), denied);
    let send = json!({ "message": letter("S", ADA) });
    assert_eq!(graph.refused(world, Method::Post, "/me/sendMail", Some(&send)), denied);
}
