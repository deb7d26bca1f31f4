//! Which server it is, and what it speaks.

use crate::support::*;
use mxs_world::World;
use mxs_world::microsoft::Server;

const INBOX: &str = "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>\
    <t:DistinguishedFolderId Id=\"inbox\"/></m:FolderIds></m:GetFolder>";

fn on(server: Server) -> World {
    let mut world = world();
    world.microsoft.rules.ews.server = server;
    world
}

#[test]
fn a_server_speaks_what_it_knows() {
    let invalid = "ErrorInvalidServerVersion";
    let cases = [
        (Server::Exchange2007Sp1, "Exchange2007_SP1", "NoError"),
        (Server::Exchange2007Sp1, "Exchange2010", invalid),
        (Server::Exchange2010Sp2, "Exchange2010_SP2", "NoError"),
        (Server::Exchange2010Sp2, "Exchange2013", invalid),
        (Server::Exchange2013Sp1, "Exchange2013_SP1", "NoError"),
        (Server::Exchange2013Sp1, "Exchange2016", invalid),
        (Server::Exchange2016, "Exchange2016", "NoError"),
        (Server::Exchange2016, "V2017_07_11", "NoError"),
        (Server::Exchange2016, "Exchange2007_SP1", "NoError"),
    ];
    for (server, version, wanted) in cases {
        let door = Door::of(ADA).speaking(version);
        assert_eq!(code(&door.ask(&mut on(server), INBOX)), wanted, "{server:?} {version}");
    }
    assert_eq!(code(&Door::of(ADA).speaking("Exchange2525").ask_wrongly(&mut world(), INBOX)), invalid);
}

#[test]
fn every_answer_says_which_server_it_is() {
    let cases = [
        (Server::Exchange2007Sp1, "8.1", None),
        (Server::Exchange2010Sp2, "14.2", Some("Exchange2010_SP2")),
        (Server::Exchange2013Sp1, "15.0", Some("V2_8")),
        (Server::Exchange2016, "15.2", Some("V2017_07_11")),
    ];
    for (server, build, schema) in cases {
        // Answers and faults alike.
        for operation in [INBOX, "<m:Nonsense/>"] {
            let response = send(&mut on(server), &Door::of(ADA).speaking("Exchange2007_SP1").request(operation));
            let envelope = mxs_xml::read(&response.body).expect("XML");
            let info = envelope.at(&["Header", "ServerVersionInfo"]).expect("a version");
            let number = |name: &str| info.attribute(name).expect("a number").to_owned();
            assert_eq!(
                (format!("{}.{}", number("MajorVersion"), number("MinorVersion")).as_str(), info.attribute("Version")),
                (build, schema)
            );
            assert_eq!(response.status, if operation == INBOX { 200 } else { 500 });
        }
    }
}

#[test]
fn what_came_later_an_earlier_version_refuses_and_doesn_t_show() {
    let move_item = "<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id=\"inbox\"/></m:ToFolderId><m:ItemIds><t:ItemId Id=\"x\"/></m:ItemIds>\
        <m:ReturnNewItemIds>true</m:ReturnNewItemIds></m:MoveItem>";
    let get = |uri: &str| {
        format!(
            "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=\"{uri}\"/></t:AdditionalProperties>\
             </m:ItemShape><m:ItemIds>{{id}}</m:ItemIds></m:GetItem>"
        )
    };
    let cases = [
        ("Exchange2007_SP1", move_item.to_owned(), "ErrorSchemaValidation"),
        ("Exchange2010_SP1", move_item.to_owned(), "ErrorInvalidIdMalformed"),
        ("Exchange2007_SP1", get("item:ConversationId"), "ErrorSchemaValidation"),
        ("Exchange2010", get("item:ConversationId"), "NoError"),
        ("Exchange2010_SP2", get("item:Preview"), "ErrorSchemaValidation"),
        ("Exchange2013", get("item:Preview"), "NoError"),
    ];
    let create = "<m:CreateItem><m:Items><t:Contact><t:EmailAddresses><t:Entry Key=\"EmailAddress1\">a@x.example</t:Entry></t:EmailAddresses></t:Contact></m:Items></m:CreateItem>";
    let mut world = world();
    let id = id(&item(&Door::of(ADA).ask(&mut world, create)));
    for (version, request, wanted) in cases {
        let door = Door::of(ADA).speaking(version);
        assert_eq!(code(&door.ask_wrongly(&mut world, &request.replace("{id}", &id))), wanted, "{version} {request}");
    }
    let all = format!(
        "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>{id}</m:ItemIds></m:GetItem>"
    );
    for (version, shows) in [("Exchange2007_SP1", false), ("Exchange2013", true)] {
        let contact = item(&Door::of(ADA).speaking(version).ask(&mut world, &all));
        assert_eq!(contact.get("Preview").is_some(), shows);
        let address = contact.get("EmailAddresses").expect("addresses").children[0].clone();
        assert_eq!(address.attribute("MailboxType").is_some(), shows);
    }
}

#[test]
fn who_says_no_version_speaks_the_first() {
    let mut world = world();
    let request = Door::of(ADA).request(INBOX);
    let body = String::from_utf8(request.body.clone()).expect("UTF-8");
    let without = body.replace("<t:RequestServerVersion Version=\"Exchange2016\"/>", "");
    let ask = |world: &mut World, body: String| {
        send(world, &mxs_http::Request { body: body.into_bytes(), ..request.clone() }).status
    };
    assert_eq!(ask(&mut world, without.clone()), 200);
    let newer = without.replace("GetFolder", "GetStreamingEvents");
    assert_eq!(ask(&mut world, newer), 500);
}
