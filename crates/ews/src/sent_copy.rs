//! Copies in Sent Items of mails that the CRM sent: as [`mxs_graph::mail::sent_copy`] makes them, so that either finds
//! those of the other.
//!
//! Nobody is mailed: the message is made where it belongs, and never sent. That one which is made with MAPI's flags is
//! no draft is known by report.

use crate::find_folder::page;
use crate::find_item::{find as find_items, one_of};
use crate::item::{BODY, SUBJECT, only, written};
use crate::message::{CC, FROM, FROM_CRM, TO};
use crate::property::{Change, Property, item};
use crate::xml::{Element, entries, m, t};
use crate::{BATCH_MAX, Distinguished, Each, EwsError, FolderId, Session, answers};
use Property::{Field as Of, Tag};
use mxs_core::{ExchangeId, Version};
use mxs_graph::html::to_text;
use mxs_graph::mail::letters::Person;
use mxs_graph::mail::sent_copy::SentByCrm;
use mxs_http::{Request, Response};

/// How many mails are asked for at once: each is a condition, and servers refuse too many.
pub const IDS_MAX: usize = 50;

/// The flags of a message that is no draft and was read.
const READ: &str = "1";

const FLAGS: Property = Tag("0x0E07", "Integer");
const RECEIVED: Property = Tag("0x0E06", "SystemTime");
const SENDER: Property = Of("message", "Sender");
const SENT: Property = Tag("0x0039", "SystemTime");

/// The elements of a message, in the schema's order.
const ORDER: [&str; 7] = ["Subject", "Body", "ExtendedProperty", "Sender", "ToRecipients", "CcRecipients", "From"];

const SENT_ITEMS: FolderId = FolderId::Distinguished(Distinguished::SentItems);

/// Asks of which mails Sent Items has the copy, [`IDS_MAX`] at most, by the CRM's ids of them.
pub fn find(session: &Session<'_>, ids: &[&str]) -> Request {
    debug_assert!(ids.len() <= IDS_MAX, "the caller cuts them up");
    let condition = one_of(FROM_CRM, ids.iter().copied());
    let size = u32::try_from(BATCH_MAX).unwrap_or(u32::MAX);
    let view = page("IndexedPageItemView", size, 0);
    find_items(session, &SENT_ITEMS, &[FROM_CRM], view, vec![m("Restriction").child(condition)])
}

/// Reads the answer to [`find`]: for each of `ids`, in their order, whether there is one.
pub fn parse_find(response: &Response, ids: &[&str]) -> Result<Vec<bool>, EwsError> {
    answers::read_one(response, "FindItem", |message| {
        let found = entries(Some(message.get("RootFolder")?.get("Items")?))?;
        let found: Vec<&str> = found.iter().map(|item| FROM_CRM.text(item)).collect::<Option<_>>()?;
        Some(ids.iter().map(|id| found.contains(id)).collect())
    })
}

/// Makes copies, [`BATCH_MAX`] at most. Not safe to repeat when no answer came: [`find`] tells.
pub fn create(session: &Session<'_>, mails: &[SentByCrm<'_>]) -> Request {
    debug_assert!(mails.len() <= BATCH_MAX, "the caller cuts them up");
    session.request(
        m("CreateItem")
            .with("MessageDisposition", "SaveOnly")
            .child(m("SavedItemFolderId").child(SENT_ITEMS.element()))
            .child(m("Items").children(mails.iter().map(message))),
    )
}

fn message(mail: &SentByCrm<'_>) -> Element {
    let (form, content) = if mail.safe { ("HTML", mail.content.to_owned()) } else { ("Text", to_text(mail.content)) };
    let at = written(mail.at);
    let mut changes = vec![
        Change::to_text(SUBJECT, mail.subject),
        Change::Set(BODY, BODY.saying(&content).with("BodyType", form)),
        Change::set(FLAGS, READ),
        Change::set(SENT, &at),
        Change::set(RECEIVED, &at),
        Change::set(FROM_CRM, mail.id),
    ];
    for (property, people) in [(SENDER, std::slice::from_ref(mail.from)), (TO, mail.to), (CC, mail.cc)] {
        if !people.is_empty() {
            changes.push(Change::Set(property, property.saying("").children(people.iter().map(mailbox))));
        }
    }
    changes.push(Change::Set(FROM, FROM.saying("").child(mailbox(mail.from))));
    item("Message", changes, &ORDER)
}

fn mailbox(person: &Person) -> Element {
    let name = Some(person.name.as_str()).filter(|name| !name.is_empty());
    let address = t("EmailAddress").saying(&person.address);
    t("Mailbox").children(name.map(|name| t("Name").saying(name))).child(address).child(t("RoutingType").saying("SMTP"))
}

/// Reads the answer to [`create`], for each of so many mails in their order. Whether a copy looks sent is told by
/// [`crate::get_item`].
pub fn parse(response: &Response, asked: usize) -> Each<(ExchangeId, Version)> {
    answers::read(response, "CreateItem", asked, |message| only(&message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::testing::{answer, body, session};
    use mxs_core::Instant;

    #[test]
    fn a_copy_is_made_where_it_belongs() {
        let person = |name: &str, address: &str| Person { name: name.into(), address: address.into() };
        let (from, to) = (person("Ada", "ada@corp.example"), [person("", "bo@x.example")]);
        let mail = SentByCrm {
            id: "5",
            at: Instant::from_seconds(0),
            subject: "S",
            content: "<p>one</p>",
            safe: false,
            from: &from,
            to: &to,
            cc: &[],
        };
        let request = body(&create(&session(), &[mail]));
        assert!(request.starts_with(
            "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:SavedItemFolderId><t:DistinguishedFolderId Id=\"sentitems\"/>\
             </m:SavedItemFolderId><m:Items><t:Message><t:Subject>S</t:Subject><t:Body BodyType=\"Text\">one</t:Body>"
        ));
        assert!(request.contains(
            "<t:ExtendedFieldURI PropertyTag=\"0x0039\" PropertyType=\"SystemTime\"/><t:Value>1970-01-01T00:00:00Z</t:Value>"
        ));
        assert!(request.contains(
            "<t:ToRecipients><t:Mailbox><t:EmailAddress>bo@x.example</t:EmailAddress><t:RoutingType>SMTP</t:RoutingType></t:Mailbox></t:ToRecipients>"
        ));
        let html = body(&create(&session(), &[SentByCrm { safe: true, ..mail }]));
        assert!(html.contains("<t:Body BodyType=\"HTML\">&lt;p&gt;one&lt;/p&gt;</t:Body>"), "{html}");
    }

    #[test]
    fn copies_are_found_by_what_they_are_of() {
        assert!(body(&find(&session(), &["5"])).contains("<m:Restriction><t:IsEqualTo>"));
        assert!(body(&find(&session(), &["5", "6"])).contains("<m:Restriction><t:Or><t:IsEqualTo>"));
        let found = |items: &str| {
            let inside =
                format!("<m:M ResponseClass='Success'><m:RootFolder><t:Items>{items}</t:Items></m:RootFolder></m:M>");
            parse_find(&answer("FindItem", &inside), &["5", "6"]).map_err(|error| error.kind)
        };
        let copy = format!("<t:Message>{}</t:Message>", FROM_CRM.saying("6").xml());
        assert_eq!(found(&copy), Ok(vec![false, true]));
        assert_eq!(found(""), Ok(vec![false, false]));
        assert_eq!(found("x"), Err(ErrorKind::Unreadable));
    }
}
