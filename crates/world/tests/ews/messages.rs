//! Messages through both doors.

use crate::graph::{get, graph};
use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use serde_json::json;

fn create(disposition: &str, folder: &str, message: &str) -> String {
    let folder = match folder {
        "" => String::new(),
        name => format!("<m:SavedItemFolderId><t:DistinguishedFolderId Id=\"{name}\"/></m:SavedItemFolderId>"),
    };
    format!(
        "<m:CreateItem MessageDisposition=\"{disposition}\">{folder}<m:Items><t:Message>{message}</t:Message></m:Items></m:CreateItem>"
    )
}

fn read(id: &str) -> String {
    format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>{id}</m:ItemIds></m:GetItem>"
    )
}

const LETTER: &str = "<t:Subject>Hello</t:Subject><t:Body BodyType=\"HTML\">&lt;p&gt;Dear Bo&lt;/p&gt;</t:Body><t:Importance>Low</t:Importance>\
    <t:ToRecipients><t:Mailbox><t:Name>Bo</t:Name><t:EmailAddress>bo@x.example</t:EmailAddress></t:Mailbox></t:ToRecipients>\
    <t:CcRecipients><t:Mailbox><t:EmailAddress>cc@x.example</t:EmailAddress></t:Mailbox></t:CcRecipients><t:IsRead>true</t:IsRead>";

fn subjects(world: &mut World, folder: &str) -> Vec<String> {
    let page = get(world, ADA, &format!("/mailFolders/{folder}/messages"));
    let messages = page["value"].as_array().expect("a page");
    messages.iter().map(|message| message["subject"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_is_sent_goes_out_once_and_stays_where_it_is_wanted() {
    // How it is sent, where the copy is wanted, who gets it, and where it is then.
    type Case = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);
    let both: &[&str] = &["message bo@x.example", "message cc@x.example"];
    let cases: [Case; 5] = [
        ("SaveOnly", "", &[], &["drafts"]),
        ("SaveOnly", "inbox", &[], &["inbox"]),
        ("SendOnly", "", both, &[]),
        ("SendAndSaveCopy", "", both, &["sentitems"]),
        ("SendAndSaveCopy", "inbox", both, &["inbox"]),
    ];
    let ada = Door::of(ADA);
    for (disposition, folder, sent, kept) in cases {
        let mut world = world();
        let answer = ada.ask(&mut world, &create(disposition, folder, LETTER));
        done(&answer);
        assert_eq!(mails(&mut world), sent, "{disposition}");
        let folders = ["drafts", "inbox", "sentitems"].into_iter();
        let found: Vec<&str> = folders.filter(|folder| !subjects(&mut world, folder).is_empty()).collect();
        assert_eq!(found, kept, "{disposition} {folder}");
        assert_eq!(items(&answer).len(), usize::from(disposition != "SendOnly"));
    }
}

#[test]
fn graph_reads_what_was_written_here() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let made = item(&ada.ask(&mut world, &create("SaveOnly", "", LETTER)));
    let message = get(&mut world, ADA, "/mailFolders/drafts/messages")["value"][0].clone();
    let person = |name: &str, address: &str| json!([{ "emailAddress": { "name": name, "address": address } }]);
    let cases = [
        ("subject", json!("Hello")),
        ("body", json!({ "contentType": "html", "content": "<p>Dear Bo</p>" })),
        ("importance", json!("low")),
        ("isDraft", json!(true)),
        ("toRecipients", person("Bo", "bo@x.example")),
        ("ccRecipients", person("", "cc@x.example")),
    ];
    for (name, wanted) in cases {
        assert_eq!(message[name], wanted, "{name}");
    }
    let shown = item(&ada.ask(&mut world, &read(&id(&made))));
    let texts = ["Subject", "Importance", "IsDraft", "IsRead", "DisplayTo", "DisplayCc", "ItemClass"]
        .map(|name| shown.text(name));
    assert_eq!(texts, ["Hello", "Low", "true", "true", "Bo", "cc@x.example", "IPM.Note"]);
    assert_eq!(shown.at(&["From", "Mailbox", "EmailAddress"]).map(|from| from.text.as_str()), Some(ADA));
    assert!(shown.get("BccRecipients").is_none(), "nobody is no list");
}

#[test]
fn what_graph_received_is_read_here() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let body = json!({ "message": { "subject": "From Graph", "body": { "contentType": "text", "content": "Hi" },
        "toRecipients": [{ "emailAddress": { "address": BOB } }],
        "attachments": [{ "@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentType": "text/plain", "contentBytes": "aGk=" }] } });
    graph(&mut world, ADA, Method::Post, "/sendMail", Some(&body));
    let find = "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>\
                <m:ParentFolderIds><t:DistinguishedFolderId Id=\"sentitems\"/></m:ParentFolderIds></m:FindItem>";
    let found = item(&ada.ask(&mut world, find));
    assert_eq!((found.text("Subject"), found.text("HasAttachments")), ("From Graph", "true"));
    let whole = item(&ada.ask(
        &mut world,
        &read(&id(&found)).replace("</t:BaseShape>", "</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>"),
    ));
    let attachment = whole.at(&["Attachments", "FileAttachment", "AttachmentId"]).expect("an attachment");
    let get = format!(
        "<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id=\"{}\"/></m:AttachmentIds></m:GetAttachment>",
        attachment.attribute("Id").expect("an id")
    );
    let answer = ada.ask(&mut world, &get);
    let file = done(&answer).at(&["Attachments", "FileAttachment"]).expect("a file").clone();
    let texts = ["Name", "ContentType", "Size", "IsInline", "Content"].map(|name| file.text(name));
    assert_eq!(texts, ["a.txt", "text/plain", "2", "false", "aGk="]);
    assert!(!whole.text("MimeContent").is_empty());
}

#[test]
fn a_draft_gets_files_and_is_sent() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let draft = item(&ada.ask(&mut world, &create("SaveOnly", "", LETTER)));
    let parent = id(&draft).replace("t:ItemId", "m:ParentItemId");
    let attach = |name: &str, content: &str| {
        format!(
            "<m:CreateAttachment>{parent}<m:Attachments><t:FileAttachment><t:Name>{name}</t:Name><t:Content>{content}</t:Content>\
             </t:FileAttachment></m:Attachments></m:CreateAttachment>"
        )
    };
    let answer = ada.ask(&mut world, &attach("a.txt", "aGk="));
    let made = done(&answer).at(&["Attachments", "FileAttachment", "AttachmentId"]).expect("an id").clone();
    let attribute = |name: &str| made.attribute(name).expect("an attribute").to_owned();
    let changed =
        format!("<t:ItemId Id=\"{}\" ChangeKey=\"{}\"/>", attribute("RootItemId"), attribute("RootItemChangeKey"));
    assert_ne!(changed, id(&draft), "the message is another version now");
    assert_eq!(code(&ada.ask(&mut world, &attach("", "aGk="))), "ErrorRequiredPropertyMissing");
    assert_eq!(code(&ada.ask_wrongly(&mut world, &attach("b", "!"))), "ErrorSchemaValidation");

    let send = |id: &str, save: bool| {
        format!("<m:SendItem SaveItemToFolder=\"{save}\"><m:ItemIds>{id}</m:ItemIds></m:SendItem>")
    };
    assert_eq!(code(&ada.ask(&mut world, &send(&id(&draft), true))), "ErrorStaleObject");
    assert_eq!(mails(&mut world), [""; 0]);
    done(&ada.ask(&mut world, &send(&changed, true)));
    assert_eq!(mails(&mut world).len(), 2);
    assert_eq!((subjects(&mut world, "drafts").len(), subjects(&mut world, "sentitems").len()), (0, 1));
    assert_eq!(code(&ada.ask(&mut world, &send(&changed, true))), "ErrorItemNotFound", "it moved");

    let delete = format!(
        "<m:DeleteAttachment><m:AttachmentIds><t:AttachmentId Id=\"{}\"/></m:AttachmentIds></m:DeleteAttachment>",
        attribute("Id")
    );
    done(&ada.ask(&mut world, &delete));
    assert_eq!(code(&ada.ask(&mut world, &delete)), "ErrorItemNotFound");
}

#[test]
fn a_copy_is_put_beside_what_was_sent() {
    // What a program writes that sent a mail elsewhere: flags and times make it a mail that was sent.
    let tag = |tag: &str, kind: &str, value: &str| {
        format!(
            "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag=\"{tag}\" PropertyType=\"{kind}\"/><t:Value>{value}</t:Value></t:ExtendedProperty>"
        )
    };
    let extended = tag("0x0E07", "Integer", "1")
        + &tag("0x0039", "SystemTime", "2026-11-20T08:00:00Z")
        + &tag("0x0E06", "SystemTime", "2026-11-20T08:00:01Z");
    let copy = format!(
        "<t:Subject>Copy</t:Subject>{extended}<t:From><t:Mailbox><t:EmailAddress>{ADA}</t:EmailAddress></t:Mailbox></t:From>"
    );
    let (mut world, ada) = (world(), Door::of(ADA));
    let made = item(&ada.ask(&mut world, &create("SaveOnly", "sentitems", &copy)));
    let shown = item(&ada.ask(&mut world, &read(&id(&made))));
    let texts = ["IsDraft", "DateTimeSent", "DateTimeReceived"].map(|name| shown.text(name));
    assert_eq!(texts, ["false", "2026-11-20T08:00:00Z", "2026-11-20T08:00:01Z"]);
    assert_eq!(mails(&mut world), [""; 0], "nothing is sent by that");
    let update = format!(
        "<m:UpdateItem ConflictResolution=\"AutoResolve\" MessageDisposition=\"SaveOnly\"><m:ItemChanges><t:ItemChange>{}<t:Updates><t:SetItemField>\
         <t:FieldURI FieldURI=\"item:Subject\"/><t:Message><t:Subject>X</t:Subject></t:Message></t:SetItemField></t:Updates></t:ItemChange>\
         </m:ItemChanges></m:UpdateItem>",
        id(&made)
    );
    assert_eq!(code(&ada.ask(&mut world, &update)), "ErrorInvalidPropertyUpdateSentMessage");
    let read_flag = update
        .replace("item:Subject", "message:IsRead")
        .replace("<t:Subject>X</t:Subject>", "<t:IsRead>false</t:IsRead>");
    done(&ada.ask(&mut world, &read_flag));
    assert_eq!(get(&mut world, ADA, "/mailFolders/sentitems/messages")["value"][0]["isRead"], json!(false));
    let without = update.replace(" MessageDisposition=\"SaveOnly\"", "");
    assert_eq!(code(&ada.ask(&mut world, &without)), "ErrorMessageDispositionRequired");
}
