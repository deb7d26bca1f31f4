//! Ids in all their forms.

use crate::graph::graph;
use crate::support::*;
use mxs_http::Method;
use serde_json::json;

fn convert(format: &str, id: &str, address: &str, to: &str) -> String {
    format!(
        "<m:ConvertId DestinationFormat=\"{to}\"><m:SourceIds><t:AlternateId Format=\"{format}\" Id=\"{id}\" Mailbox=\"{address}\"/></m:SourceIds></m:ConvertId>"
    )
}

#[test]
fn an_id_goes_to_every_form_and_back() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let made = graph(&mut world, ADA, Method::Post, "/contacts", Some(&json!({ "givenName": "A" })));
    let id = made["id"].as_str().expect("an id").replace('-', "/").replace('_', "+");
    for format in ["EwsId", "EwsLegacyId", "EntryId", "HexEntryId", "StoreId", "OwaId"] {
        let to = ada.ask(&mut world, &convert("EwsId", &id, ADA, format));
        let converted = done(&to).get("AlternateId").expect("an id").clone();
        assert_eq!(converted.attribute("Format"), Some(format));
        let back = ada.ask(&mut world, &convert(format, converted.attribute("Id").expect("an id"), ADA, "EwsId"));
        assert_eq!(done(&back).get("AlternateId").expect("an id").attribute("Id"), Some(id.as_str()), "{format}");
    }
    let cases = [
        (convert("EwsId", "x", ADA, "EntryId"), "ErrorInvalidIdMalformed"),
        (convert("HexEntryId", "xyz", ADA, "EwsId"), "ErrorInvalidIdMalformed"),
        (convert("EwsId", &id, "nobody@x.example", "EntryId"), "ErrorNonExistentMailbox"),
    ];
    for (request, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &request)), wanted, "{request}");
    }
    assert_eq!(code(&ada.ask_wrongly(&mut world, &convert("EwsId", &id, ADA, "Runes"))), "ErrorSchemaValidation");
}
