use super::*;
use mxs_core::mail::{Address, Sensitivity};
use mxs_ews::get_attachment;

const LETTER: &str = "<t:Message><t:ItemId Id='M' ChangeKey='K'/><t:Subject>Hi</t:Subject><t:Sensitivity>Personal</t:Sensitivity>\
    <t:Body BodyType='HTML'>&lt;p&gt;x&lt;/p&gt;</t:Body><t:Attachments><t:FileAttachment><t:AttachmentId Id='A'/><t:Name>a.pdf</t:Name>\
    <t:Size>7</t:Size><t:IsInline>false</t:IsInline></t:FileAttachment><t:FileAttachment><t:AttachmentId Id='B'/><t:Name>logo.png</t:Name>\
    <t:IsInline>true</t:IsInline></t:FileAttachment><t:ItemAttachment><t:AttachmentId Id='C'/><t:Name>Re: Hi</t:Name></t:ItemAttachment></t:Attachments>\
    <t:DateTimeReceived>2026-11-20T09:00:00Z</t:DateTimeReceived><t:Categories><t:String>Blue</t:String></t:Categories><t:IsDraft>false</t:IsDraft>\
    <t:DateTimeSent>2026-11-20T08:59:00Z</t:DateTimeSent><t:ConversationId Id='T'/>\
    <t:ToRecipients><t:Mailbox><t:Name>Bo</t:Name><t:EmailAddress>Bo@corp.example</t:EmailAddress></t:Mailbox></t:ToRecipients>\
    <t:BccRecipients><t:Mailbox><t:EmailAddress>d@x.example</t:EmailAddress></t:Mailbox></t:BccRecipients>\
    <t:From><t:Mailbox><t:Name>Cy</t:Name><t:EmailAddress>Cy@x.example</t:EmailAddress></t:Mailbox></t:From>\
    <t:InternetMessageId>&lt;1@x.example&gt;</t:InternetMessageId></t:Message>";

fn letters(item: &str) -> mxs_http::Response {
    answer("GetItem", &message(item))
}

#[test]
fn a_message_is_read() {
    let seen = get_item::parse_glance(&letters(LETTER), 1).expect("an answer").remove(0).expect("a message");
    let addresses: Vec<&str> = seen.addresses().into_iter().map(Address::as_str).collect();
    assert_eq!(addresses, ["cy@x.example", "bo@corp.example", "d@x.example"]);
    assert_eq!((seen.internet_id.as_str(), seen.draft, seen.from_crm), ("<1@x.example>", false, false));
    assert_eq!((seen.sensitivity, seen.categories.as_slice()), (Sensitivity::Personal, &["Blue".to_owned()][..]));
    let (letter, attachments) =
        get_item::parse_letters(&letters(LETTER), 1).expect("an answer").remove(0).expect("a letter");
    assert_eq!((letter.subject.as_str(), letter.html, letter.content.as_str()), ("Hi", true, "<p>x</p>"));
    assert_eq!(letter.attachments, ["a.pdf", "Re: Hi"], "what the body shows is left out");
    let kinds: Vec<_> =
        attachments.iter().map(|file| (file.id.as_str(), file.size, file.is_inline, file.is_file)).collect();
    assert_eq!(kinds, [("A", Some(7), false, true), ("B", None, true, true), ("C", None, false, false)]);
    assert!(!format!("{letter:?}{attachments:?}").contains("a.pdf"), "names are personal data");
}

#[test]
fn what_is_missing_is_not_taken_for_empty() {
    let cases = [
        ("<t:IsDraft>false</t:IsDraft>", "", Err(ErrorKind::Unreadable)),
        ("2026-11-20T09:00:00Z", "yesterday", Err(ErrorKind::Unreadable)),
        ("<t:ToRecipients><t:Mailbox>", "<t:ToRecipients><t:X/><t:Mailbox>", Err(ErrorKind::Unreadable)),
        (
            "<t:EmailAddress>d@x.example</t:EmailAddress>",
            "<t:EmailAddress><t:X/></t:EmailAddress>",
            Err(ErrorKind::Unreadable),
        ),
        // A word that nobody knows is the strictest; the name of somebody inside is no address.
        (">Personal<", ">Secret<", Ok((Sensitivity::Confidential, 3))),
        (">Cy@x.example<", ">/o=Corp/cn=Cy<", Ok((Sensitivity::Personal, 2))),
    ];
    for (from, to, wanted) in cases {
        assert!(LETTER.contains(from), "{from}");
        let read = get_item::parse_glance(&letters(&LETTER.replace(from, to)), 1).expect("an answer").remove(0);
        let read = read.map(|seen| (seen.sensitivity, seen.addresses().len())).map_err(|error| error.kind);
        assert_eq!(read, wanted, "{from} {to}");
    }
}

#[test]
fn a_file_is_read() {
    let file = |inside: &str| {
        let attachments = format!(
            "<m:M ResponseClass='Success'><m:Attachments><t:FileAttachment><t:Name>a</t:Name>{inside}</t:FileAttachment></m:Attachments></m:M>"
        );
        let file = get_attachment::parse(&answer("GetAttachment", &attachments));
        file.map(|file| file.content).map_err(|error| error.kind)
    };
    let cases = [
        ("<t:Content>+/8=</t:Content>", Ok(vec![0xFB, 0xFF])),
        ("<t:Content>\r\n Zm9v\r\nYg== </t:Content>", Ok(b"foob".to_vec())),
        ("<t:Content/>", Ok(vec![])),
        ("<t:Content>-_8=</t:Content>", Err(ErrorKind::Unreadable)),
        ("<t:Content>Zm9vY</t:Content>", Err(ErrorKind::Unreadable)),
        ("", Err(ErrorKind::Unreadable)),
    ];
    for (inside, wanted) in cases {
        assert_eq!(file(inside), wanted, "{inside}");
    }
}
