//! Listings: pages, conditions, order.

use crate::support::*;
use mxs_world::World;
use mxs_xml::Element;

const MARK: &str = "<t:ExtendedFieldURI PropertySetId=\"5a3d6f0e-9c54-4a43-9f39-6c1d6d1a7f10\" PropertyName=\"zoho-id\" PropertyType=\"String\"/>";

fn stage() -> (World, Door) {
    let (mut world, ada) = (world(), Door::of(ADA));
    let contacts = [
        ("Ada", "Lovelace", "36", Some("5")),
        ("Bo", "kahn", "9", None),
        ("Cy", "Kahn", "100", Some("6")),
        ("Di", "", "", None),
    ];
    let text = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!("<t:{name}>{value}</t:{name}>"),
    };
    for (given, surname, mileage, mark) in contacts {
        let mark = mark.map(|mark| format!("<t:ExtendedProperty>{MARK}<t:Value>{mark}</t:Value></t:ExtendedProperty>"));
        let contact = mark.unwrap_or_default()
            + &text("GivenName", given)
            + &text("Mileage", mileage)
            + &text("Surname", surname);
        done(&ada.ask(
            &mut world,
            &format!("<m:CreateItem><m:Items><t:Contact>{contact}</t:Contact></m:Items></m:CreateItem>"),
        ));
    }
    (world, ada)
}

fn find(more: &str) -> String {
    format!(
        "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=\"contacts:GivenName\"/>\
         {MARK}</t:AdditionalProperties></m:ItemShape>{more}<m:ParentFolderIds><t:DistinguishedFolderId Id=\"contacts\"/></m:ParentFolderIds></m:FindItem>"
    )
}

fn names(answer: &Element) -> String {
    items(answer).iter().map(|item| item.text("GivenName").to_owned()).collect::<Vec<_>>().join(" ")
}

fn field(name: &str) -> String {
    format!("<t:FieldURI FieldURI=\"{name}\"/>")
}

fn compares(how: &str, path: &str, value: &str) -> String {
    format!("<t:{how}>{path}<t:FieldURIOrConstant><t:Constant Value=\"{value}\"/></t:FieldURIOrConstant></t:{how}>")
}

#[test]
fn conditions_choose() {
    let (surname, mileage, given) = (field("contacts:Surname"), field("contacts:Mileage"), field("contacts:GivenName"));
    let contains = |mode: &str, case: &str, value: &str| {
        format!(
            "<t:Contains ContainmentMode=\"{mode}\" ContainmentComparison=\"{case}\">{surname}<t:Constant Value=\"{value}\"/></t:Contains>"
        )
    };
    let exists = format!("<t:Exists>{MARK}</t:Exists>");
    let kahn = compares("IsEqualTo", &surname, "Kahn");
    let cases = [
        (exists.clone(), "Ada Cy"),
        (format!("<t:Not>{exists}</t:Not>"), "Bo Di"),
        (compares("IsEqualTo", MARK, "6"), "Cy"),
        (format!("<t:Or>{}{}</t:Or>", compares("IsEqualTo", MARK, "5"), compares("IsEqualTo", MARK, "6")), "Ada Cy"),
        // Texts are equal whatever their case, numbers by their value.
        (kahn.clone(), "Bo Cy"),
        (compares("IsNotEqualTo", &surname, "Kahn"), "Ada Di"),
        (format!("<t:And>{kahn}{exists}</t:And>"), "Cy"),
        (compares("IsGreaterThan", &mileage, "36"), "Cy"),
        (compares("IsGreaterThanOrEqualTo", &mileage, "36"), "Ada Cy"),
        (compares("IsLessThan", &mileage, "36"), "Bo"),
        (compares("IsLessThanOrEqualTo", &mileage, "36"), "Ada Bo"),
        (compares("IsGreaterThanOrEqualTo", &field("item:DateTimeReceived"), "2026-11-21T10:00:00Z"), "Ada Bo Cy Di"),
        (compares("IsGreaterThan", &field("item:DateTimeReceived"), "2026-11-21T10:00:00Z"), ""),
        (contains("Prefixed", "Exact", "ka"), "Bo"),
        (contains("Prefixed", "IgnoreCase", "ka"), "Bo Cy"),
        (contains("Substring", "Exact", "a"), "Ada Bo Cy"),
        (contains("FullString", "IgnoreCase", "LOVELACE"), "Ada"),
        (
            format!("<t:IsEqualTo>{given}<t:FieldURIOrConstant>{given}</t:FieldURIOrConstant></t:IsEqualTo>"),
            "Ada Bo Cy Di",
        ),
    ];
    let (mut world, ada) = stage();
    for (condition, wanted) in cases {
        let answer = ada.ask(&mut world, &find(&format!("<m:Restriction>{condition}</m:Restriction>")));
        assert_eq!(names(&answer), wanted, "{condition}");
    }
}

#[test]
fn what_is_listed_has_an_order() {
    let order = |fields: &[(&str, &str)]| {
        let fields = fields
            .iter()
            .map(|(name, order)| format!("<t:FieldOrder Order=\"{order}\">{}</t:FieldOrder>", field(name)));
        format!("<m:SortOrder>{}</m:SortOrder>", fields.collect::<String>())
    };
    let cases = [
        (order(&[("contacts:GivenName", "Descending")]), "Di Cy Bo Ada"),
        // Who has none comes first; where two are the same the next thing counts.
        (order(&[("contacts:Surname", "Ascending"), ("contacts:GivenName", "Descending")]), "Di Cy Bo Ada"),
        (order(&[("contacts:Mileage", "Ascending")]), "Di Bo Ada Cy"),
        (order(&[("contacts:Mileage", "Descending")]), "Cy Ada Bo Di"),
    ];
    let (mut world, ada) = stage();
    for (order, wanted) in cases {
        assert_eq!(names(&ada.ask(&mut world, &find(&order))), wanted, "{order}");
    }
}

#[test]
fn listings_come_in_pages() {
    let view = |size: usize, offset: usize, base: &str| {
        format!("<m:IndexedPageItemView MaxEntriesReturned=\"{size}\" Offset=\"{offset}\" BasePoint=\"{base}\"/>")
    };
    let cases = [
        (view(3, 0, "Beginning"), "Ada Bo Cy", "3", "false"),
        (view(3, 3, "Beginning"), "Di", "4", "true"),
        (view(3, 9, "Beginning"), "", "4", "true"),
        (view(3, 0, "End"), "Bo Cy Di", "3", "false"),
        (view(3, 3, "End"), "Ada", "4", "true"),
    ];
    let (mut world, ada) = stage();
    for (view, wanted, next, is_last) in cases {
        let answer = ada.ask(&mut world, &find(&view));
        let root = done(&answer).get("RootFolder").expect("a root").clone();
        let attribute = |name: &str| root.attribute(name).expect("an attribute").to_owned();
        assert_eq!((names(&answer).as_str(), attribute("TotalItemsInView").as_str()), (wanted, "4"), "{view}");
        assert_eq!(
            (attribute("IndexedPagingOffset").as_str(), attribute("IncludesLastItemInRange").as_str()),
            (next, is_last)
        );
    }
    assert_eq!(
        code(&ada.ask_wrongly(&mut world, &find(&view(0, 0, "Beginning")))),
        "ErrorInvalidIndexedPagingParameters"
    );
}

#[test]
fn a_listing_looks_at_no_item_as_a_whole() {
    let (mut world, ada) = stage();
    let body = find("").replace("contacts:GivenName", "item:Body");
    assert_eq!(code(&ada.ask(&mut world, &body)), "ErrorInvalidPropertyRequest");
    let all = find("").replace("IdOnly", "AllProperties");
    assert!(items(&ada.ask(&mut world, &all)).iter().all(|item| item.get("Body").is_none()));
    let words = find("").replace("</m:ParentFolderIds>", "</m:ParentFolderIds><m:QueryString>lovel</m:QueryString>");
    assert_eq!(names(&ada.ask(&mut world, &words)), "Ada");
}
