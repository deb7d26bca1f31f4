//! Every mail message against the metadata document of Microsoft Graph v1.0, where it is at hand.

use super::*;
use crate::contract::Contract;

#[test]
fn every_property_exists_and_has_its_type() {
    let Some(contract) = Contract::of_graph() else { return };
    let world = &mut world();
    let graph = ada(world);
    let mut message = letter("S", BOB);
    message["internetMessageHeaders"] = json!([{ "name": "x-a", "value": "1" }]);
    message["attachments"] =
        json!([{ "@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "aGk=" }]);
    arrive(world, "inbox", &message);
    let found = graph.get(world, "/me/messages")["value"][0].clone();
    let all = "$select=internetMessageHeaders,subject&$expand=attachments";
    let mut named = graph.get(world, &format!("/me/messages/{}?{all}", id(&found)));
    // The metadata knows attachments by their base type only.
    let attachment = std::mem::replace(&mut named["attachments"], json!([]))[0].clone();
    let folder = graph.get(world, "/me/mailFolders/inbox");
    // What the stand-in doesn't have: other people's and other services' parts of a message.
    let absent =
        ["attachments", "extensions", "multiValueExtendedProperties", "singleValueExtendedProperties", "uniqueBody"];
    for name in contract.names("message").into_iter().filter(|name| !absent.contains(name)) {
        assert!(found.get(name).is_some() || named.get(name).is_some(), "a message lacks {name}");
    }
    let emitted = [("message", found), ("message", named), ("fileAttachment", attachment), ("mailFolder", folder)];
    for (entity, value) in emitted {
        assert_eq!(contract.problems(entity, &value), Vec::<String>::new(), "{value}");
    }
}
