//! People by a part of their name or address.

use crate::support::*;
use mxs_world::microsoft::User;
use mxs_xml::Element;
use serde_json::json;

fn question(scope: &str, entry: &str) -> String {
    format!(
        "<m:ResolveNames ReturnFullContactData=\"true\"{scope}><m:UnresolvedEntry>{entry}</m:UnresolvedEntry></m:ResolveNames>"
    )
}

/// Those who were found: name, address and what they are.
fn found(answer: &Element) -> Vec<String> {
    let set = messages(answer)[0].get("ResolutionSet");
    let mailbox = |one: &Element| {
        let mailbox = one.get("Mailbox").expect("a mailbox");
        ["Name", "EmailAddress", "MailboxType"].map(|name| mailbox.text(name).to_owned()).join(" ")
    };
    set.into_iter().flat_map(|set| set.children.iter().map(mailbox)).collect()
}

#[test]
fn people_are_found_in_the_directory_and_among_the_contacts() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let contact = json!({ "givenName": "Bobby", "surname": "Adams",
        "emailAddresses": [{ "address": "bobby@x.example", "name": "Bobby A." }, { "address": "ba@y.example" }] });
    world.with_microsoft(|microsoft, context| microsoft.add_contact(ADA, &contact, context)).expect("a contact");
    let (directory, contacts) = (" SearchScope=\"ActiveDirectory\"", " SearchScope=\"Contacts\"");
    let (bob, bobby) = ("Bob Kahn bob@corp.example Mailbox", "Bobby A. bobby@x.example Contact");
    let other = "Bobby Adams ba@y.example Contact";
    let several = "ErrorNameResolutionMultipleResults";
    let cases: [(&str, &str, &str, &[&str]); 10] = [
        (directory, "bob", "NoError", &[bob]),
        ("", "BOB", several, &[bob, bobby, other]),
        (contacts, "bob", several, &[bobby, other]),
        (" SearchScope=\"ContactsActiveDirectory\"", "bob", several, &[bobby, other, bob]),
        (directory, "kah", "NoError", &[bob]),
        (directory, "smtp:bob@corp.example", "NoError", &[bob]),
        ("", "ba@", "NoError", &[other]),
        // A part that nothing begins with, one of an address that is asked for as a whole, and who has no mailbox.
        ("", "ahn", "ErrorNameResolutionNoResults", &[]),
        ("", "smtp:bob", "ErrorNameResolutionNoResults", &[]),
        (directory, "no box", "ErrorNameResolutionNoResults", &[]),
    ];
    for (scope, entry, wanted, people) in cases {
        let answer = ada.ask(&mut world, &question(scope, entry));
        assert_eq!(
            (code(&answer).as_str(), found(&answer)),
            (wanted, people.iter().map(|one| (*one).to_owned()).collect()),
            "{scope} {entry}"
        );
    }
    let answer = ada.ask(&mut world, &question("", "bob"));
    assert_eq!(messages(&answer)[0].attribute("ResponseClass"), Some("Warning"));
    assert_eq!(code(&ada.ask_wrongly(&mut world, &question("", " "))), "ErrorSchemaValidation");
}

#[test]
fn a_hundred_are_told_of() {
    let (mut world, ada) = (world(), Door::of(ADA));
    world.with_microsoft(|microsoft, context| {
        for number in 0..101 {
            let (id, address) = (format!("44444444-0000-4000-8000-{number:012}"), format!("zoe{number}@corp.example"));
            microsoft.add_user(User::new(&id, TENANT, &format!("Zoe {number:03}"), &address, PASSWORD), context);
        }
    });
    let answer = ada.ask(&mut world, &question(" SearchScope=\"ActiveDirectory\"", "zoe"));
    let set = messages(&answer)[0].get("ResolutionSet").expect("people");
    assert_eq!((set.children.len(), set.attribute("IncludesLastItemInRange")), (100, Some("false")));
}
