//! Drafts, sending, and copies that nobody sent.

use super::*;

#[test]
fn a_sent_draft_keeps_its_immutable_id_and_reaches_everybody() {
    let world = &mut world();
    let graph = ada(world).with("Prefer", "IdType=\"ImmutableId\"");
    let draft = graph.create(world, "/me/messages", json!({ "subject": "S", "toRecipients": [person("c@x.example")] }));
    assert_eq!(draft["isDraft"], true);
    assert!(world.outbox.mails.is_empty(), "a draft goes nowhere");
    let path = format!("/me/messages/{}", id(&draft));
    assert_eq!(graph.send(world, Method::Post, &format!("{path}/send"), None).status, 202);
    let sent = graph.get(world, "/me/mailFolders/sentitems/messages");
    assert_eq!((id(&sent["value"][0]), &sent["value"][0]["isDraft"]), (id(&draft), &json!(false)));
    assert_eq!(world.outbox.mails.len(), 1);
    let body = json!({ "subject": "T" });
    let changed = graph.refused(world, Method::Patch, &path, Some(&body));
    assert_eq!(changed, (400, "ErrorInvalidPropertyUpdateSentMessage".into()));
    let marked = json!({ "categories": ["Blue"], "isRead": true });
    assert_eq!(graph.send(world, Method::Patch, &path, Some(&marked)).status, 200);
    assert_eq!(graph.refused(world, Method::Post, &format!("{path}/send"), None).0, 400);
}

#[test]
fn send_mail_saves_unless_told_not_to() {
    let world = &mut world();
    let graph = ada(world);
    let message = json!({ "subject": "S", "toRecipients": [person("c@x.example")], "ccRecipients": [person(BOB)] });
    for (save, copies) in [(true, 1), (false, 1)] {
        let body = json!({ "message": message, "saveToSentItems": save });
        assert_eq!(graph.send(world, Method::Post, "/me/sendMail", Some(&body)).status, 202);
        let sent = graph.get(world, "/me/mailFolders/sentitems/messages");
        assert_eq!(sent["value"].as_array().map(Vec::len), Some(copies));
    }
    assert_eq!(world.outbox.mails.len(), 4, "two messages to two people");
    let nobody = json!({ "message": { "subject": "S" } });
    let refused = graph.refused(world, Method::Post, "/me/sendMail", Some(&nobody));
    assert_eq!(refused, (400, "ErrorInvalidRecipients".into()));
}

#[test]
fn by_report_the_flags_make_a_message_that_is_no_draft() {
    let world = &mut world();
    let graph = ada(world);
    let mut message = letter("From the CRM", ADA);
    message["singleValueExtendedProperties"] = json!([
        { "id": "Integer 0x0E07", "value": "1" },
        { "id": "SystemTime 0x0039", "value": "2026-11-01T08:00:00Z" },
        { "id": "SystemTime 0x0E06", "value": "2026-11-01T08:00:00Z" },
    ]);
    let made = graph.create(world, "/me/mailFolders/sentitems/messages", message.clone());
    assert_eq!((&made["isDraft"], &made["sentDateTime"]), (&json!(false), &json!("2026-11-01T08:00:00Z")));
    assert!(world.outbox.mails.is_empty(), "nobody is mailed");
    world.microsoft.rules.mail.flags_make_mail = false;
    let draft = graph.create(world, "/me/mailFolders/sentitems/messages", message);
    assert_eq!(draft["isDraft"], true);
}
