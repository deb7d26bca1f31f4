//! Whatever is sent, there is an answer.

use crate::support::*;
use mxs_http::{Method, Request};
use proptest::prelude::*;

fn post(body: impl Into<Vec<u8>>) -> Request {
    Request::new(Method::Post, "/ews/exchange.ASMX")
        .header("Authorization", basic(ADA, PASSWORD))
        .body("text/xml; charset=utf-8", body)
}

#[test]
fn what_is_no_request_is_refused() {
    let envelope = |inside: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\">{inside}</s:Envelope>"
        )
    };
    let inside = |inside: &str| envelope(&format!("<s:Body>{inside}</s:Body>"));
    let cases = [
        (String::new(), 400, "ErrorInvalidRequest"),
        ("<a/>".to_owned(), 400, "ErrorInvalidRequest"),
        ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_owned(), 400, "ErrorInvalidRequest"),
        ("<Envelope><Body/></Envelope>".to_owned(), 400, "ErrorInvalidRequest"),
        (envelope(""), 400, "ErrorInvalidRequest"),
        (inside(""), 400, "ErrorInvalidRequest"),
        (inside("<m:GetFolder/><m:GetFolder/>"), 400, "ErrorInvalidRequest"),
        // The right names in the wrong places and namespaces.
        (inside("<m:Everything/>"), 500, "ErrorSchemaValidation"),
        (inside("<GetFolder/>"), 500, "ErrorSchemaValidation"),
        (inside("<x:GetFolder/>"), 500, "ErrorSchemaValidation"),
        (inside("<t:GetFolder/>"), 500, "ErrorSchemaValidation"),
        (inside("<m:GetFolder/>"), 500, "ErrorSchemaValidation"),
        (inside("<m:GetFolder><m:FolderIds/><m:FolderShape/></m:GetFolder>"), 500, "ErrorSchemaValidation"),
        (inside("<m:GetFolder><t:FolderShape/><m:FolderIds/></m:GetFolder>"), 500, "ErrorSchemaValidation"),
        (
            inside(
                "<m:GetFolder><m:FolderShape><m:BaseShape>IdOnly</m:BaseShape></m:FolderShape><m:FolderIds/></m:GetFolder>",
            ),
            500,
            "ErrorSchemaValidation",
        ),
        (
            inside(
                "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds/></m:GetFolder>",
            ),
            500,
            "ErrorSchemaValidation",
        ),
    ];
    for (body, status, wanted) in cases {
        let response = send(&mut world(), &post(body.clone()));
        assert_eq!(response.status, status, "{body}");
        let answer = Door::of(ADA).read(&String::from_utf8(response.body).expect("UTF-8"));
        assert_eq!(code(&answer), wanted, "{body}");
    }
}

#[test]
fn only_posted_xml_is_looked_at() {
    let mut world = world();
    let authorization = basic(ADA, PASSWORD);
    let get = Request::new(Method::Get, "/EWS/Exchange.asmx").header("Authorization", authorization.clone());
    assert_eq!(send(&mut world, &get).status, 405);
    let json = Request::new(Method::Post, "/EWS/Exchange.asmx").header("Authorization", authorization);
    assert_eq!(send(&mut world, &json.body("application/json", "{}")).status, 415);
}

/// What requests consist of, so that what is made of it is nearly one.
const WORDS: [&str; 40] = [
    "m:GetItem",
    "m:FindItem",
    "m:CreateItem",
    "m:UpdateItem",
    "m:DeleteItem",
    "m:MoveItem",
    "m:SendItem",
    "m:SyncFolderItems",
    "m:SyncFolderHierarchy",
    "m:GetFolder",
    "m:FindFolder",
    "m:CreateFolder",
    "m:ConvertId",
    "m:CreateAttachment",
    "m:ItemShape",
    "m:FolderShape",
    "t:BaseShape",
    "m:ItemIds",
    "t:ItemId",
    "m:Items",
    "t:Contact",
    "t:Task",
    "t:Message",
    "t:CalendarItem",
    "m:ItemChanges",
    "t:ItemChange",
    "t:Updates",
    "t:SetItemField",
    "t:FieldURI",
    "t:Body",
    "m:Restriction",
    "t:Exists",
    "m:ParentFolderIds",
    "t:DistinguishedFolderId",
    "m:SyncFolderId",
    "m:MaxChangesReturned",
    "t:Recurrence",
    "t:ExtendedProperty",
    "t:ExtendedFieldURI",
    "t:Value",
];

const ATTRIBUTES: [&str; 12] = [
    "",
    "Id=\"inbox\"",
    "Id=\"contacts\"",
    "Traversal=\"Shallow\"",
    "DeleteType=\"HardDelete\"",
    "ConflictResolution=\"AutoResolve\"",
    "MessageDisposition=\"SendOnly\"",
    "FieldURI=\"item:Subject\"",
    "PropertyTag=\"0x37\" PropertyType=\"String\"",
    "DestinationFormat=\"EwsId\"",
    "Format=\"HexEntryId\" Mailbox=\"ada@corp.example\" Id=\"ff\"",
    "SaveItemToFolder=\"true\"",
];

fn element() -> impl Strategy<Value = String> {
    let word = || (0..WORDS.len(), 0..ATTRIBUTES.len());
    let leaf =
        (word(), prop::sample::select(vec!["", "IdOnly", "AllProperties", "1", "true", "2026-11-21T10:00:00Z", "é"]))
            .prop_map(|((word, attribute), text)| format!("<{0} {1}>{text}</{0}>", WORDS[word], ATTRIBUTES[attribute]));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        (word(), prop::collection::vec(inner, 0..4)).prop_map(|((word, attribute), inner)| {
            format!("<{0} {1}>{2}</{0}>", WORDS[word], ATTRIBUTES[attribute], inner.concat())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_elements_have_an_answer(element in element()) {
        let response = send(&mut world(), &Door::of(ADA).request(&element));
        prop_assert!([200, 400, 500].contains(&response.status));
        prop_assert!(mxs_xml::read(&response.body).is_ok());
    }

    #[test]
    fn any_bytes_have_an_answer(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let response = send(&mut world(), &post(body));
        prop_assert_eq!(response.status, 400);
    }

    #[test]
    fn any_credentials_have_an_answer(credentials in "(Basic|NTLM|Negotiate|Bearer) [A-Za-z0-9+/=]{0,120}") {
        let request = Request::new(Method::Post, "/EWS/Exchange.asmx").header("Authorization", credentials);
        prop_assert_eq!(send(&mut world(), &request.body("text/xml", "")).status, 401);
    }
}
