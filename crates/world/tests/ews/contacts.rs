//! Contacts through both doors.

use crate::graph::{get, graph};
use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use mxs_xml::Element;
use serde_json::{Value, json};

const ALL: &str = "<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape>";

fn create(contact: &str) -> String {
    format!("<m:CreateItem><m:Items><t:Contact>{contact}</t:Contact></m:Items></m:CreateItem>")
}

fn read(id: &str, more: &str) -> String {
    format!("<m:GetItem>{ALL}{more}</m:ItemShape><m:ItemIds>{id}</m:ItemIds></m:GetItem>")
}

fn update(id: &str, updates: &str) -> String {
    format!(
        "<m:UpdateItem ConflictResolution=\"AutoResolve\"><m:ItemChanges><t:ItemChange>{id}<t:Updates>{updates}</t:Updates>\
         </t:ItemChange></m:ItemChanges></m:UpdateItem>"
    )
}

fn set(path: &str, value: &str) -> String {
    format!("<t:SetItemField>{path}<t:Contact>{value}</t:Contact></t:SetItemField>")
}

fn made(world: &mut World, door: &Door, contact: &str) -> String {
    id(&item(&door.ask(world, &create(contact))))
}

/// What the elements of a contact say, without those that every item has.
fn own(contact: &Element) -> Vec<String> {
    let at = contact.children.iter().position(|child| child.name == "FileAs").expect("a contact");
    contact.children[at..].iter().map(|child| child.xml()).collect()
}

/// Everything that a contact can have, in the order of the schema.
const WHOLE: &str = "<t:ItemClass>IPM.Contact</t:ItemClass><t:Subject>Somebody</t:Subject><t:Sensitivity>Private</t:Sensitivity>\
    <t:Body BodyType=\"Text\">Met at a fair.</t:Body><t:Categories><t:String>Red</t:String><t:String>Blue</t:String></t:Categories>\
    <t:Importance>High</t:Importance><t:ReminderIsSet>false</t:ReminderIsSet><t:Culture>de-DE</t:Culture>\
    <t:FileAs>Lovelace</t:FileAs><t:DisplayName>Ada L.</t:DisplayName><t:GivenName>Ada</t:GivenName><t:Initials>A.L.</t:Initials>\
    <t:MiddleName>King</t:MiddleName><t:Nickname>Countess</t:Nickname><t:CompanyName>Engines</t:CompanyName>\
    <t:EmailAddresses><t:Entry Key=\"EmailAddress1\" Name=\"Ada\">ada@x.example</t:Entry><t:Entry Key=\"EmailAddress3\">third@x.example</t:Entry></t:EmailAddresses>\
    <t:PhysicalAddresses><t:Entry Key=\"Home\"><t:Street>1 St</t:Street><t:City>London</t:City></t:Entry>\
    <t:Entry Key=\"Other\"><t:CountryOrRegion>Italy</t:CountryOrRegion></t:Entry></t:PhysicalAddresses>\
    <t:PhoneNumbers><t:Entry Key=\"AssistantPhone\">1</t:Entry><t:Entry Key=\"BusinessFax\">2</t:Entry><t:Entry Key=\"BusinessPhone2\">3</t:Entry>\
    <t:Entry Key=\"HomePhone\">4</t:Entry><t:Entry Key=\"HomePhone2\">5</t:Entry><t:Entry Key=\"MobilePhone\">6</t:Entry>\
    <t:Entry Key=\"TtyTddPhone\">7</t:Entry></t:PhoneNumbers>\
    <t:AssistantName>Bo</t:AssistantName><t:Birthday>1815-12-10T00:00:00Z</t:Birthday><t:BusinessHomePage>https://x.example</t:BusinessHomePage>\
    <t:Children><t:String>Byron</t:String><t:String>Anne</t:String></t:Children><t:Companies><t:String>Engines</t:String></t:Companies>\
    <t:Department>Notes</t:Department><t:Generation>II</t:Generation>\
    <t:ImAddresses><t:Entry Key=\"ImAddress2\">sip:ada</t:Entry></t:ImAddresses><t:JobTitle>Analyst</t:JobTitle><t:Manager>Charles</t:Manager>\
    <t:Mileage>12</t:Mileage><t:OfficeLocation>B1</t:OfficeLocation><t:PostalAddressIndex>Home</t:PostalAddressIndex>\
    <t:Profession>Mathematician</t:Profession><t:SpouseName>William</t:SpouseName><t:Surname>Lovelace</t:Surname>\
    <t:WeddingAnniversary>1835-07-08T00:00:00Z</t:WeddingAnniversary>";

#[test]
fn nothing_is_lost_of_what_was_written() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = made(&mut world, &ada, WHOLE);
    let contact = item(&ada.ask(&mut world, &read(&id, "")));
    let written = mxs_xml::read(format!("<C xmlns:t='t'>{WHOLE}</C>").as_bytes()).expect("XML");
    for element in &written.children {
        let shown = contact.get(&element.name).unwrap_or_else(|| panic!("{} is lost", element.name));
        let keys = |element: &Element| -> Vec<(Option<String>, String)> {
            let said = |entry: &Element| {
                let parts: Vec<&str> = entry.children.iter().map(|part| part.text.as_str()).collect();
                (entry.attribute("Key").map(str::to_owned), format!("{}{}", entry.text, parts.join(" ")))
            };
            element.children.iter().map(said).collect()
        };
        assert_eq!((&shown.text, keys(shown)), (&element.text, keys(element)), "{}", element.name);
    }
    let complete = contact.get("CompleteName").expect("made of the others").xml();
    assert_eq!(
        complete,
        "<CompleteName><FirstName>Ada</FirstName><MiddleName>King</MiddleName><LastName>Lovelace</LastName><Suffix>II</Suffix>\
         <Initials>A.L.</Initials><FullName>Ada L.</FullName><Nickname>Countess</Nickname></CompleteName>"
    );
}

#[test]
fn graph_reads_what_was_written_here_and_the_other_way_round() {
    let (mut world, ada) = (world(), Door::of(ADA));
    made(&mut world, &ada, WHOLE);
    let expand = "?$expand=singleValueExtendedProperties($filter=id eq 'String 0x3a24')";
    let page = get(&mut world, ADA, &format!("/contacts{expand}"));
    let contact = &page["value"][0];
    let cases = [
        ("givenName", json!("Ada")),
        ("displayName", json!("Ada L.")),
        ("fileAs", json!("Lovelace")),
        ("personalNotes", json!("Met at a fair.")),
        ("homePhones", json!(["4", "5"])),
        // The first place of the two is free.
        ("businessPhones", json!(["3"])),
        ("imAddresses", json!(["sip:ada"])),
        ("mobilePhone", json!("6")),
        ("birthday", json!("1815-12-10T00:00:00Z")),
        ("homeAddress", json!({ "street": "1 St", "city": "London" })),
        ("otherAddress", json!({ "countryOrRegion": "Italy" })),
        ("categories", json!(["Red", "Blue"])),
        (
            "emailAddresses",
            json!([{ "address": "ada@x.example", "name": "Ada" }, { "address": "third@x.example", "name": "third@x.example" }]),
        ),
        // What Graph has no name for it finds as MAPI has it.
        ("singleValueExtendedProperties", json!([{ "id": "String 0x3a24", "value": "2" }])),
    ];
    for (name, wanted) in cases {
        assert_eq!(contact[name], wanted, "{name}");
    }

    let body = json!({ "givenName": "Bo", "surname": "Kahn", "title": "Dr.", "businessPhones": ["1", "2"], "personalNotes": "N",
        "primaryEmailAddress": { "address": "bo@x.example", "name": "B" },
        "singleValueExtendedProperties": [
            { "id": "String {5a3d6f0e-9c54-4a43-9f39-6c1d6d1a7f10} Name zoho-id", "value": "5" },
            { "id": "String 0x3a24", "value": "99" },
        ] });
    let made = graph(&mut world, ADA, Method::Post, "/contacts", Some(&body));
    let id = format!("<t:ItemId Id=\"{}\"/>", made["id"].as_str().expect("an id").replace('-', "/").replace('_', "+"));
    let more = "<t:AdditionalProperties>\
        <t:ExtendedFieldURI PropertySetId=\"5a3d6f0e-9c54-4a43-9f39-6c1d6d1a7f10\" PropertyName=\"zoho-id\" PropertyType=\"String\"/>\
        <t:ExtendedFieldURI PropertyTag=\"0x3A45\" PropertyType=\"String\"/>\
        <t:ExtendedFieldURI DistinguishedPropertySetId=\"Address\" PropertyId=\"32896\" PropertyType=\"String\"/></t:AdditionalProperties>";
    let contact = item(&ada.ask(&mut world, &read(&id, more)));
    let extended: Vec<&str> = contact.all("ExtendedProperty").map(|one| one.text("Value")).collect();
    assert_eq!(extended, ["5", "Dr.", "B"]);
    assert_eq!(contact.get("ItemId").expect("an id").attribute("ChangeKey"), made["changeKey"].as_str());
    let phones = contact.get("PhoneNumbers").expect("phones");
    let phones: Vec<(Option<&str>, &str)> =
        phones.children.iter().map(|entry| (entry.attribute("Key"), entry.text.as_str())).collect();
    assert_eq!(phones, [(Some("BusinessFax"), "99"), (Some("BusinessPhone"), "1"), (Some("BusinessPhone2"), "2")]);
    assert_eq!((contact.text("Body"), contact.text("Subject"), contact.text("Surname")), ("N", "Bo Kahn", "Kahn"));
}

fn field(name: &str) -> String {
    format!("<t:FieldURI FieldURI=\"{name}\"/>")
}

fn entry(uri: &str, key: &str) -> String {
    format!("<t:IndexedFieldURI FieldURI=\"contacts:{uri}\" FieldIndex=\"{key}\"/>")
}

const MARK: &str = "<t:ExtendedFieldURI PropertySetId=\"5a3d6f0e-9c54-4a43-9f39-6c1d6d1a7f10\" PropertyName=\"n\" PropertyType=\"Integer\"/>";
const LIST: &str = "<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"l\" PropertyType=\"StringArray\"/>";

#[test]
fn each_property_is_changed_by_itself() {
    let entries =
        |list: &str, key: &str, value: &str| format!("<t:{list}><t:Entry Key=\"{key}\">{value}</t:Entry></t:{list}>");
    // A change, where it is looked for under Graph, and what is there then.
    let cases = [
        (set(&field("contacts:JobTitle"), "<t:JobTitle>Boss</t:JobTitle>"), "jobTitle", json!("Boss")),
        (set(&field("contacts:JobTitle"), "<t:JobTitle/>"), "jobTitle", Value::Null),
        (format!("<t:DeleteItemField>{}</t:DeleteItemField>", field("contacts:MiddleName")), "middleName", Value::Null),
        (set(&entry("PhoneNumber", "HomePhone"), &entries("PhoneNumbers", "HomePhone", "9")), "homePhones", json!(["9", "5"])),
        (format!("<t:DeleteItemField>{}</t:DeleteItemField>", entry("PhoneNumber", "HomePhone")), "homePhones", json!(["5"])),
        (
            set(&entry("EmailAddress", "EmailAddress2"), &entries("EmailAddresses", "EmailAddress2", "b@x.example")),
            "secondaryEmailAddress",
            json!({ "address": "b@x.example", "name": "b@x.example" }),
        ),
        (format!("<t:DeleteItemField>{}</t:DeleteItemField>", entry("EmailAddress", "EmailAddress1")), "primaryEmailAddress", Value::Null),
        (
            set(&entry("PhysicalAddress:City", "Home"), "<t:PhysicalAddresses><t:Entry Key=\"Home\"><t:City>Rome</t:City></t:Entry></t:PhysicalAddresses>"),
            "homeAddress",
            json!({ "street": "1 St", "city": "Rome" }),
        ),
        (
            format!("<t:DeleteItemField>{}</t:DeleteItemField>", entry("PhysicalAddress:Street", "Home")),
            "homeAddress",
            json!({ "city": "London" }),
        ),
        (set(&field("item:Body"), "<t:Body BodyType=\"HTML\">&lt;p&gt;Rich&lt;/p&gt;</t:Body>"), "personalNotes", json!("Rich")),
        (
            format!("<t:AppendToItemField>{}<t:Contact><t:Body BodyType=\"Text\"> Twice.</t:Body></t:Contact></t:AppendToItemField>", field("item:Body")),
            "personalNotes",
            json!("Met at a fair. Twice."),
        ),
        (set(&field("item:Categories"), "<t:Categories><t:String>Green</t:String></t:Categories>"), "categories", json!(["Green"])),
        (set(&field("contacts:Birthday"), "<t:Birthday>1900-01-02</t:Birthday>").replace("1900-01-02<", "1900-01-02T11:59:00+01:00<"), "birthday", json!("1900-01-02T10:59:00Z")),
        // The rule by which a contact is filed follows its names from then on.
        (set(&field("contacts:FileAsMapping"), "<t:FileAsMapping>LastCommaFirst</t:FileAsMapping>"), "fileAs", json!("Lovelace, Ada King")),
        (set(&field("contacts:FileAsMapping"), "<t:FileAsMapping>Company</t:FileAsMapping>"), "fileAs", json!("Engines")),
        // The name that an address shows, as MAPI has it.
        (
            "<t:SetItemField><t:ExtendedFieldURI DistinguishedPropertySetId=\"Address\" PropertyId=\"32896\" PropertyType=\"String\"/><t:Contact>\
             <t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId=\"Address\" PropertyId=\"32896\" PropertyType=\"String\"/>\
             <t:Value>Countess</t:Value></t:ExtendedProperty></t:Contact></t:SetItemField>".to_owned(),
            "primaryEmailAddress",
            json!({ "address": "ada@x.example", "name": "Countess" }),
        ),
    ];
    let ada = Door::of(ADA);
    for (updates, name, wanted) in cases {
        let mut world = world();
        let id = made(&mut world, &ada, WHOLE);
        let changed = item(&ada.ask(&mut world, &update(&id, &updates)));
        assert_ne!(crate::support::id(&changed), id, "the change key is another");
        assert_eq!(get(&mut world, ADA, "/contacts")["value"][0][name], wanted, "{updates}");
    }
}

#[test]
fn extended_properties_are_numbers_texts_and_lists() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let value = |path: &str, value: &str| format!("<t:ExtendedProperty>{path}{value}</t:ExtendedProperty>");
    let list = "<t:Values><t:Value>a</t:Value><t:Value>b</t:Value></t:Values>";
    let both = value(MARK, "<t:Value>5</t:Value>") + &value(LIST, list);
    let id = made(&mut world, &ada, &format!("{both}<t:GivenName>Ada</t:GivenName>"));
    let more = format!("<t:AdditionalProperties>{MARK}{LIST}</t:AdditionalProperties>");
    let shown = |world: &mut World| -> Vec<String> {
        let contact = item(&ada.ask(world, &read(&id, &more)));
        contact.all("ExtendedProperty").map(|one| one.children[1].xml().replace("t:", "")).collect()
    };
    assert_eq!(shown(&mut world), ["<Value>5</Value>", "<Values><Value>a</Value><Value>b</Value></Values>"]);

    let wrong = value(MARK, "<t:Value>five</t:Value>");
    assert_eq!(code(&ada.ask(&mut world, &update(&id, &set(MARK, &wrong)))), "ErrorInvalidExtendedPropertyValue");
    let other = value(LIST, list);
    assert_eq!(code(&ada.ask(&mut world, &update(&id, &set(MARK, &other)))), "ErrorUpdatePropertyMismatch");
    let gone = format!("<t:DeleteItemField>{MARK}</t:DeleteItemField>");
    done(&ada.ask(&mut world, &update(&id, &gone)));
    assert_eq!(shown(&mut world).len(), 1);
}

#[test]
fn a_change_meets_the_version_it_was_made_for() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let old = made(&mut world, &ada, "<t:GivenName>Ada</t:GivenName>");
    let change = set(&field("contacts:Surname"), "<t:Surname>L</t:Surname>");
    let new = id(&item(&ada.ask(&mut world, &update(&old, &change))));
    let without = format!("{}/>", old.split(" ChangeKey").next().expect("an id"));
    let broken = without.replace("/>", " ChangeKey=\"?\"/>");
    let cases = [
        ("AutoResolve", &old, "ErrorIrresolvableConflict"),
        ("NeverOverwrite", &old, "ErrorIrresolvableConflict"),
        ("AlwaysOverwrite", &old, "NoError"),
        ("AutoResolve", &without, "ErrorChangeKeyRequiredForWriteOperations"),
        ("AlwaysOverwrite", &without, "NoError"),
        ("AutoResolve", &broken, "ErrorInvalidChangeKey"),
    ];
    for (resolution, id, wanted) in cases {
        let request = update(id, &change).replace("AutoResolve", resolution);
        assert_eq!(code(&ada.ask(&mut world, &request)), wanted, "{resolution} {id}");
    }
    assert_eq!(
        code(&ada.ask(&mut world, &update(&new, &change))),
        "ErrorIrresolvableConflict",
        "that was before others"
    );
}

#[test]
fn what_makes_no_contact_is_refused() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = made(&mut world, &ada, "<t:GivenName>Ada</t:GivenName>");
    let phone = |key: &str| format!("<t:PhoneNumbers><t:Entry Key=\"{key}\">1</t:Entry></t:PhoneNumbers>");
    let wrong = [
        // Another order than the schema's, unknown elements, an unknown URI or key.
        create("<t:Surname>L</t:Surname><t:GivenName>A</t:GivenName>"),
        create("<t:Planet>Earth</t:Planet>"),
        create(&phone("Satellite")),
        update(&id, &set(&field("contacts:Planet"), "<t:Planet>Earth</t:Planet>")),
        update(&id, &set(&entry("PhoneNumber", "Satellite"), &phone("Satellite"))),
        create("<t:GivenName>A</t:GivenName>").replace("t:GivenName", "m:GivenName"),
    ];
    for request in wrong {
        assert_eq!(code(&ada.ask_wrongly(&mut world, &request)), "ErrorSchemaValidation", "{request}");
    }
    let refused = [
        (create("<t:HasAttachments>true</t:HasAttachments>"), "ErrorInvalidPropertySet"),
        (
            update(
                &id,
                &set(&field("item:DateTimeCreated"), "<t:DateTimeCreated>2026-01-01T00:00:00Z</t:DateTimeCreated>"),
            ),
            "ErrorInvalidPropertySet",
        ),
        (update(&id, &set(&field("contacts:PhoneNumbers"), &phone("HomePhone"))), "ErrorInvalidPropertySet"),
        (update(&id, &set(&entry("PhoneNumber", "HomePhone"), &phone("HomePhone2"))), "ErrorUpdatePropertyMismatch"),
        (
            update(
                &id,
                &set(&field("contacts:Surname"), "<t:Surname>L</t:Surname><t:GivenName>A</t:GivenName>").replace(
                    "<t:Surname>L</t:Surname><t:GivenName>A</t:GivenName>",
                    "<t:GivenName>A</t:GivenName><t:Surname>L</t:Surname>",
                ),
            ),
            "ErrorIncorrectUpdatePropertyCount",
        ),
        (update(&id, &set(&field("task:Status"), "<t:GivenName>A</t:GivenName>")), "ErrorInvalidPropertyRequest"),
        (
            create("<t:GivenName>A</t:GivenName>").replace(
                "<m:Items>",
                "<m:SavedItemFolderId><t:DistinguishedFolderId Id=\"inbox\"/></m:SavedItemFolderId><m:Items>",
            ),
            "ErrorCannotCreateContactInNonContactFolder",
        ),
    ];
    for (request, wanted) in refused {
        assert_eq!(code(&ada.ask(&mut world, &request)), wanted, "{request}");
    }
    assert_eq!(world.microsoft.contacts(ADA).len(), 1, "nothing of that was done");
}

#[test]
fn deleted_contacts_go_where_they_are_sent() {
    let delete =
        |id: &str, how: &str| format!("<m:DeleteItem DeleteType=\"{how}\"><m:ItemIds>{id}</m:ItemIds></m:DeleteItem>");
    for (how, folder) in [
        ("MoveToDeletedItems", "deleteditems"),
        ("SoftDelete", "recoverableitemsdeletions"),
        ("HardDelete", "recoverableitemsdeletions"),
    ] {
        let (mut world, ada) = (world(), Door::of(ADA));
        let id = made(&mut world, &ada, "<t:GivenName>Ada</t:GivenName>");
        done(&ada.ask(&mut world, &delete(&id, how)));
        assert_eq!(code(&ada.ask(&mut world, &read(&id, ""))), "ErrorItemNotFound", "its id is another now");
        let find = format!(
            "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>\
             <m:ParentFolderIds><t:DistinguishedFolderId Id=\"{folder}\"/></m:ParentFolderIds></m:FindItem>"
        );
        assert_eq!(items(&ada.ask(&mut world, &find)).len(), 1, "{how}");
        assert_eq!(get(&mut world, ADA, "/contacts")["value"], json!([]));
        let again = id_of_first(&mut world, &ada, &find);
        let refused = if folder == "deleteditems" { "NoError" } else { "ErrorCannotDeleteObject" };
        assert_eq!(code(&ada.ask(&mut world, &delete(&again, "HardDelete"))), refused);
    }
}

fn id_of_first(world: &mut World, door: &Door, find: &str) -> String {
    id(&items(&door.ask(world, find))[0])
}

#[test]
fn a_batch_has_an_answer_for_each() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = made(&mut world, &ada, "<t:GivenName>Ada</t:GivenName>");
    let nobody = format!("<t:ItemId Id=\"AAMkA{}=\"/>", "A".repeat(146));
    let answer = ada.ask(&mut world, &read(&format!("{id}{nobody}<t:ItemId Id=\"x\"/><t:ItemId Id=\"\"/>{id}"), ""));
    let codes: Vec<&str> = messages(&answer).iter().map(|message| message.text("ResponseCode")).collect();
    assert_eq!(codes, ["NoError", "ErrorItemNotFound", "ErrorInvalidIdMalformed", "ErrorInvalidIdEmpty", "NoError"]);
    assert_eq!(world.counters.operations["ews GetItem"], 1);
    assert_eq!(world.counters.operations["ews Contact created"], 1);
}

#[test]
fn a_rich_body_is_shown_until_the_other_door_changes_it() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = made(
        &mut world,
        &ada,
        "<t:Body BodyType=\"HTML\">&lt;b&gt;one&lt;/b&gt;</t:Body><t:GivenName>Ada</t:GivenName>",
    );
    let body = |world: &mut World, form: &str| {
        let shown = item(&ada.ask(world, &read(&id, form))).get("Body").cloned().expect("a body");
        (shown.attribute("BodyType").expect("a type").to_owned(), shown.text)
    };
    let said = |kind: &str, text: &str| (kind.to_owned(), text.to_owned());
    assert_eq!(body(&mut world, ""), said("HTML", "<b>one</b>"));
    assert_eq!(body(&mut world, "<t:BodyType>Text</t:BodyType>"), said("Text", "one"));
    let contact = get(&mut world, ADA, "/contacts")["value"][0]["id"].as_str().expect("an id").to_owned();
    graph(&mut world, ADA, Method::Patch, &format!("/contacts/{contact}"), Some(&json!({ "personalNotes": "two" })));
    assert_eq!(body(&mut world, ""), said("Text", "two"));
}

#[test]
fn a_contact_without_anything_says_so() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = made(&mut world, &ada, "<t:GivenName>Ada</t:GivenName>");
    let contact = item(&ada.ask(&mut world, &read(&id, "")));
    let own: Vec<String> = own(&contact).iter().map(|xml| xml.replace("t:", "")).collect();
    assert_eq!(
        own,
        [
            "<FileAs>Ada</FileAs>",
            "<FileAsMapping>None</FileAsMapping>",
            "<DisplayName>Ada</DisplayName>",
            "<GivenName>Ada</GivenName>",
            "<CompleteName><FirstName>Ada</FirstName><FullName>Ada</FullName></CompleteName>",
            "<ContactSource>Store</ContactSource>",
            "<PostalAddressIndex>None</PostalAddressIndex>",
            "<HasPicture>false</HasPicture>",
        ]
    );
}
