use super::*;
use mxs_core::Field;
use mxs_ews::create_item;

const FULL: &str = "<t:Contact><t:ItemId Id='I' ChangeKey='K'/><t:ParentFolderId Id='F' ChangeKey='x'/>\
    <t:Sensitivity>Private</t:Sensitivity><t:Body BodyType='Text'>one&#xD;\ntwo </t:Body>\
    <t:Categories><t:String>VIP</t:String><t:String>Blue</t:String></t:Categories>\
    <t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId='Address' PropertyId='32896' PropertyType='String'/>\
    <t:Value>Ada L.</t:Value></t:ExtendedProperty>\
    <t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId='Address' PropertyId='32912' PropertyType='String'/>\
    <t:Value>b@x.example</t:Value></t:ExtendedProperty>\
    <t:ExtendedProperty><t:ExtendedFieldURI PropertyTag='0x3a45' PropertyType='String'/><t:Value>Countess</t:Value></t:ExtendedProperty>\
    <t:ExtendedProperty><t:ExtendedFieldURI PropertySetId='6CE71612-7D6C-49EE-A4D9-A27795043DD9' PropertyName='mxs-crm-record' \
    PropertyType='String'/><t:Value>zoho:7:42</t:Value></t:ExtendedProperty>\
    <t:GivenName>Ada</t:GivenName><t:EmailAddresses><t:Entry Key='EmailAddress1'>a@x.example</t:Entry>\
    <t:Entry Key='EmailAddress2' Name='b'>b@x.example</t:Entry></t:EmailAddresses>\
    <t:PhysicalAddresses><t:Entry Key='Business'><t:Street>1 Main St</t:Street><t:CountryOrRegion>USA</t:CountryOrRegion></t:Entry></t:PhysicalAddresses>\
    <t:PhoneNumbers><t:Entry Key='BusinessFax'>9</t:Entry><t:Entry Key='MobilePhone'>1</t:Entry></t:PhoneNumbers>\
    <t:Birthday>1974-07-22T11:59:00Z</t:Birthday><t:ImAddresses><t:Entry Key='ImAddress2'>im</t:Entry></t:ImAddresses>\
    <t:Surname>Lovelace</t:Surname></t:Contact>";

#[test]
fn a_contact_is_read() {
    let found = found(Kind::Contact, FULL, &WANTED, None).expect("a contact");
    let mut wanted = Fields::default()
        .with(Field::Folder, "F")
        .with(Field::Sensitivity, "private")
        .with(Field::Notes, "one\ntwo")
        .with(Field::Email1, "a@x.example")
        .with(Field::Email1Name, "Ada L.")
        // The name beside it is the address: that is none.
        .with(Field::Email2, "b@x.example")
        .with(Field::Title, "Countess")
        .with(Field::GivenName, "Ada")
        .with(Field::Surname, "Lovelace")
        .with(Field::WorkStreet, "1 Main St")
        .with(Field::WorkCountry, "USA")
        .with(Field::MobilePhone, "1")
        .with(Field::ImAddress2, "im");
    wanted.put(Field::Categories, Value::set(["Blue", "VIP"]));
    wanted.put(Field::Birthday, day("1974-07-22"));
    assert_eq!(found.seen.fields, wanted);
    assert_eq!((found.id.as_str(), found.seen.version.as_str(), found.seen.mark), ("I", "K", Some(crm("42"))));
}

#[test]
fn what_cannot_be_read_is_no_contact() {
    let cases = [
        // No id, no version, another kind.
        ("<t:ItemId Id='I' ChangeKey='K'/>", ""),
        (" ChangeKey='K'", ""),
        ("t:Contact>", "t:DistributionList>"),
        // Something else than the text, the day, the list, the words that belong there.
        ("<t:GivenName>Ada</t:GivenName>", "<t:GivenName><t:X/></t:GivenName>"),
        ("1974-07-22T11:59:00Z", "yesterday"),
        ("<t:String>VIP</t:String>", "<t:Word>VIP</t:Word>"),
        (">Private<", ">Secret<"),
        // A body in another form, or half of one.
        ("BodyType='Text'", "BodyType='HTML'"),
        ("BodyType='Text'", "BodyType='Text' IsTruncated='true'"),
        ("<t:Value>zoho:7:42</t:Value>", "<t:Value><t:X/></t:Value>"),
    ];
    for (from, to) in cases {
        assert!(FULL.contains(from), "{from}");
        let item = FULL.replace(from, to);
        assert_eq!(found(Kind::Contact, &item, &WANTED, None), Err(ErrorKind::Unreadable), "{from} {to}");
    }
    let other = FULL.replace("zoho:7:", "zoho:8:");
    assert_eq!(found(Kind::Contact, &other, &WANTED, None).map(|found| found.seen.mark), Ok(None));
}

#[test]
fn a_new_contact_is_filed_by_its_name_or_its_company() {
    let cases = [
        (Fields::default().with(Field::Surname, "Lovelace").with(Field::Company, "Corp"), "LastCommaFirst"),
        (Fields::default().with(Field::GivenName, "Ada"), "LastCommaFirst"),
        (Fields::default().with(Field::Company, "Corp"), "Company"),
        (Fields::default(), "Company"),
    ];
    let (mark, folder) = (crm("5"), mxs_ews::FolderId::Id("F".into()));
    for (fields, wanted) in cases {
        let new_item = [create_item::NewItem { fields: &fields, mark: &mark }];
        let request = body(&create_item::request(&new(), Kind::Contact, &folder, &new_item, Mailing::Nobody, &WANTED));
        assert!(request.contains(&format!("<t:FileAsMapping>{wanted}</t:FileAsMapping>")), "{request}");
    }
}

#[test]
fn only_what_changes_is_written() {
    let current = found(Kind::Contact, FULL, &WANTED, None).expect("a contact").seen.fields;
    let text = |field, value: &str| Patch::from_iter([(field, Value::text(value))]);
    let shown = |index: u16, name: &str| {
        let uri = format!(
            "<t:ExtendedFieldURI DistinguishedPropertySetId=\"Address\" PropertyId=\"{index}\" PropertyType=\"String\"/>"
        );
        format!(
            "<t:SetItemField>{uri}<t:Contact><t:ExtendedProperty>{uri}<t:Value>{name}</t:Value></t:ExtendedProperty></t:Contact></t:SetItemField>"
        )
    };
    let email = |index: u8, address: &str| {
        let uri = format!("<t:IndexedFieldURI FieldURI=\"contacts:EmailAddress\" FieldIndex=\"EmailAddress{index}\"/>");
        match address {
            "" => format!("<t:DeleteItemField>{uri}</t:DeleteItemField>"),
            _ => format!(
                "<t:SetItemField>{uri}<t:Contact><t:EmailAddresses><t:Entry Key=\"EmailAddress{index}\">{address}</t:Entry>\
                 </t:EmailAddresses></t:Contact></t:SetItemField>"
            ),
        }
    };
    let cases = [
        (
            text(Field::GivenName, "Adele"),
            "<t:SetItemField><t:FieldURI FieldURI=\"contacts:GivenName\"/><t:Contact><t:GivenName>Adele</t:GivenName></t:Contact></t:SetItemField>".to_owned(),
        ),
        (text(Field::Birthday, ""), "<t:DeleteItemField><t:FieldURI FieldURI=\"contacts:Birthday\"/></t:DeleteItemField>".to_owned()),
        (
            Patch::from_iter([(Field::Birthday, day("2000-02-29"))]),
            "<t:SetItemField><t:FieldURI FieldURI=\"contacts:Birthday\"/><t:Contact><t:Birthday>2000-02-29T11:59:00Z</t:Birthday></t:Contact></t:SetItemField>".to_owned(),
        ),
        (text(Field::Categories, ""), "<t:DeleteItemField><t:FieldURI FieldURI=\"item:Categories\"/></t:DeleteItemField>".to_owned()),
        (
            text(Field::Sensitivity, ""),
            "<t:SetItemField><t:FieldURI FieldURI=\"item:Sensitivity\"/><t:Contact><t:Sensitivity>Normal</t:Sensitivity></t:Contact></t:SetItemField>".to_owned(),
        ),
        // A new address has no name but itself; one that moves takes its name along; a name goes by itself.
        (text(Field::Email1, "n@x.example"), email(1, "n@x.example") + &shown(32896, "n@x.example")),
        (
            Patch::from_iter([(Field::Email1, None), (Field::Email3, Value::text("a@x.example"))]),
            email(1, "") + &email(3, "a@x.example")
                + "<t:DeleteItemField><t:ExtendedFieldURI DistinguishedPropertySetId=\"Address\" PropertyId=\"32896\" PropertyType=\"String\"/></t:DeleteItemField>"
                + &shown(32928, "Ada L."),
        ),
        (text(Field::Email1Name, "A"), shown(32896, "A")),
        (text(Field::Email1Name, ""), shown(32896, "a@x.example")),
    ];
    for (patch, wanted) in cases {
        assert_eq!(updates(&new(), Kind::Contact, &patch, &current, &WANTED), wanted);
    }
}
