//! The properties of items: what names them in a request, and how an item holds them.

use crate::xml::{Element, entries, t};

/// The property set of our own properties, by which Graph names them too.
const OWN_SET: &str = "6ce71612-7d6c-49ee-a4d9-a27795043dd9";

/// The type of a property that holds text.
pub(crate) const STRING: &str = "String";

/// A property that holds one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    /// An entry of one of a contact's lists, which has a place for each.
    ///
    /// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/indexedfielduri>
    Entry {
        /// The element of the list.
        list: &'static str,
        /// The name of an entry in requests.
        uri: &'static str,
        /// Which of them.
        key: &'static str,
    },
    /// One that has an element: the schema's word for the sort of item, and the name of both.
    ///
    /// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/fielduri>
    Field(&'static str, &'static str),
    /// A text by its number among those of contacts, which has no element.
    ///
    /// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/extendedfielduri>
    OfContact(u16),
    /// A text of our own, by its name.
    Own(&'static str),
    /// A part of a postal address.
    Part {
        /// Which address.
        key: &'static str,
        /// The element of the part.
        part: &'static str,
    },
    /// One by its tag and its type, which has no element.
    Tag(&'static str, &'static str),
}

use Property::*;

const ADDRESSES: &str = "PhysicalAddresses";

impl Property {
    /// What names it in a request.
    pub(crate) fn path(self) -> Element {
        let indexed =
            |uri: &str, key| t("IndexedFieldURI").with("FieldURI", &format!("contacts:{uri}")).with("FieldIndex", key);
        match self {
            Entry { uri, key, .. } => indexed(uri, key),
            Field(sort, name) => t("FieldURI").with("FieldURI", &format!("{sort}:{name}")),
            Part { key, part } => indexed(&format!("PhysicalAddress:{part}"), key),
            OfContact(_) | Own(_) | Tag(..) => {
                let attributes = self.extended();
                attributes.iter().fold(t("ExtendedFieldURI"), |path, (name, value)| path.with(name, value))
            }
        }
    }

    fn extended(self) -> Vec<(&'static str, String)> {
        let (mut attributes, kind) = match self {
            OfContact(id) => {
                let place = ("DistinguishedPropertySetId", "Address".to_owned());
                (vec![place, ("PropertyId", id.to_string())], STRING)
            }
            Own(name) => (vec![("PropertySetId", OWN_SET.to_owned()), ("PropertyName", name.to_owned())], STRING),
            Tag(tag, kind) => (vec![("PropertyTag", tag.to_owned())], kind),
            Entry { .. } | Field(..) | Part { .. } => return Vec::new(),
        };
        attributes.push(("PropertyType", kind.to_owned()));
        attributes
    }

    /// What an item has that holds `text` there.
    pub(crate) fn saying(self, text: &str) -> Element {
        match self {
            Entry { list, key, .. } => t(list).child(t("Entry").with("Key", key).saying(text)),
            Field(_, name) => t(name).saying(text),
            Part { key, part } => t(ADDRESSES).child(t("Entry").with("Key", key).child(t(part).saying(text))),
            OfContact(_) | Own(_) | Tag(..) => t("ExtendedProperty").child(self.path()).child(t("Value").saying(text)),
        }
    }

    /// The element of `item` that holds it; an empty property has none.
    pub(crate) fn element(self, item: &Element) -> Option<&Element> {
        match self {
            Entry { list, key, .. } => entry(item, list, key),
            Field(_, name) => item.get(name),
            Part { key, part } => entry(item, ADDRESSES, key)?.get(part),
            OfContact(_) | Own(_) | Tag(..) => {
                let wanted = self.extended();
                let is_it = |path: &Element| {
                    // Servers may write hexadecimal digits in another case.
                    wanted
                        .iter()
                        .all(|(name, value)| path.attribute(name).is_some_and(|own| own.eq_ignore_ascii_case(value)))
                };
                let mut found =
                    item.all("ExtendedProperty").filter(|own| own.get("ExtendedFieldURI").is_some_and(is_it));
                found.next()?.get("Value")
            }
        }
    }

    /// What stands in the list that it is; `None` where that is a text.
    pub(crate) fn entries(self, item: &Element) -> Option<&[Element]> {
        entries(self.element(item))
    }

    /// Whether what it stands in is what it has to be, so that where it isn't found it isn't there.
    fn is_told(self, item: &Element) -> bool {
        match self {
            Entry { list, .. } => entries(item.get(list)).is_some(),
            Part { key, .. } => {
                entries(item.get(ADDRESSES)).is_some() && entries(entry(item, ADDRESSES, key)).is_some()
            }
            OfContact(_) | Own(_) | Tag(..) => {
                let is_whole =
                    |property: &Element| property.get("ExtendedFieldURI").is_some() && property.get("Value").is_some();
                item.all("ExtendedProperty").all(is_whole)
            }
            Field(..) => true,
        }
    }

    /// What `item` says there, as it stands; empty where there is nothing, `None` where it is no text.
    pub(crate) fn text(self, item: &Element) -> Option<&str> {
        match self.element(item) {
            Some(element) if element.children.is_empty() => Some(&element.text),
            Some(_) => None,
            None => self.is_told(item).then_some(""),
        }
    }

    /// A word that `item` says there, without the blanks around it; the inner `None` where there is none.
    pub(crate) fn word(self, item: &Element) -> Option<Option<&str>> {
        self.text(item).map(|text| Some(text.trim()).filter(|word| !word.is_empty()))
    }

    /// `true` or `false`; `None` where `item` says neither.
    pub(crate) fn flag(self, item: &Element) -> Option<bool> {
        match self.word(item)?? {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }
}

fn entry<'a>(item: &'a Element, list: &str, key: &str) -> Option<&'a Element> {
    item.get(list)?.children.iter().find(|entry| entry.attribute("Key") == Some(key))
}

/// A change of one property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It holds what this element holds.
    Set(Property, Element),
    /// It is empty.
    Delete(Property),
}

impl Change {
    /// The change that makes a property say `text`, or nothing where that is empty.
    pub(crate) fn to_text(property: Property, text: &str) -> Self {
        if text.is_empty() { Self::Delete(property) } else { Self::Set(property, property.saying(text)) }
    }

    /// The change that makes a property say `text`, even if that is nothing: some can't be absent.
    pub(crate) fn set(property: Property, text: &str) -> Self {
        Self::Set(property, property.saying(text))
    }

    /// The part of an update that does it, to an item of this element's sort.
    ///
    /// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/updates-item>
    pub(crate) fn update(self, item: &str) -> Element {
        match self {
            Self::Set(property, element) => t("SetItemField").child(property.path()).child(t(item).child(element)),
            Self::Delete(property) => t("DeleteItemField").child(property.path()),
        }
    }
}

/// The new item that holds what `changes` set, with its elements in the schema's order, which `order` has.
pub(crate) fn item(name: &str, changes: Vec<Change>, order: &[&str]) -> Element {
    let mut item = t(name);
    let set = changes.into_iter().filter_map(|change| match change {
        Change::Set(_, element) => Some(element),
        Change::Delete(_) => None,
    });
    for element in set {
        add(&mut item, element);
    }
    sort(&mut item, order);
    item
}

/// Puts elements into `order`, however deep they are: those that stand among others that it doesn't name stay.
fn sort(element: &mut Element, order: &[&str]) {
    let place = |element: &Element| {
        let name = element.name.strip_prefix("t:").unwrap_or(&element.name);
        order.iter().position(|known| *known == name)
    };
    if element.children.iter().all(|child| place(child).is_some()) {
        element.children.sort_by_key(place);
    }
    element.children.iter_mut().for_each(|child| sort(child, order));
}

/// Entries of one list stand in one element, and parts of one address in one entry; extended properties stand alone.
fn add(parent: &mut Element, element: Element) {
    let same = |own: &&mut Element| own.name == element.name && own.attributes == element.attributes;
    let known = parent.children.iter_mut().find(same).filter(|own| own.name != "t:ExtendedProperty");
    match known {
        Some(known) => element.children.into_iter().for_each(|child| add(known, child)),
        None => parent.children.push(element),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_graph::{mail, mark};

    const PHONE: Property = Entry { list: "PhoneNumbers", uri: "PhoneNumber", key: "HomePhone" };
    const CITY: Property = Part { key: "Home", part: "City" };

    #[test]
    fn a_property_is_named_and_held() {
        let cases = [
            (Field("item", "Subject"), "<t:FieldURI FieldURI=\"item:Subject\"/>", "<t:Subject>x</t:Subject>"),
            (
                PHONE,
                "<t:IndexedFieldURI FieldURI=\"contacts:PhoneNumber\" FieldIndex=\"HomePhone\"/>",
                "<t:PhoneNumbers><t:Entry Key=\"HomePhone\">x</t:Entry></t:PhoneNumbers>",
            ),
            (
                CITY,
                "<t:IndexedFieldURI FieldURI=\"contacts:PhysicalAddress:City\" FieldIndex=\"Home\"/>",
                "<t:PhysicalAddresses><t:Entry Key=\"Home\"><t:City>x</t:City></t:Entry></t:PhysicalAddresses>",
            ),
            (
                OfContact(0x8080),
                "<t:ExtendedFieldURI DistinguishedPropertySetId=\"Address\" PropertyId=\"32896\" PropertyType=\"String\"/>",
                "<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId=\"Address\" PropertyId=\"32896\" \
                 PropertyType=\"String\"/><t:Value>x</t:Value></t:ExtendedProperty>",
            ),
            (
                Tag("0x3A45", STRING),
                "<t:ExtendedFieldURI PropertyTag=\"0x3A45\" PropertyType=\"String\"/>",
                "<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag=\"0x3A45\" PropertyType=\"String\"/><t:Value>x</t:Value>\
                 </t:ExtendedProperty>",
            ),
        ];
        for (property, path, holding) in cases {
            assert_eq!((property.path().xml().as_str(), property.saying("x").xml().as_str()), (path, holding));
            let item = item("Contact", vec![Change::set(property, "x")], &[]);
            let item = crate::xml::read(item.xml().as_bytes()).expect("XML");
            assert_eq!(property.word(&item), Some(Some("x")), "{path}");
            assert_eq!(property.text(&Element::default()), Some(""));
        }
    }

    #[test]
    fn our_own_properties_are_those_of_graph() {
        for (property, id) in [(Own("mxs-crm-record"), mark::PROPERTY_ID), (Own("mxs-crm-mail"), mail::FROM_CRM)] {
            let path = property.path();
            let of = |name| path.attribute(name).expect("an attribute");
            assert_eq!(format!("{} {{{}}} Name {}", of("PropertyType"), of("PropertySetId"), of("PropertyName")), id);
        }
    }

    #[test]
    fn a_new_item_has_its_elements_once_and_in_order() {
        let changes = vec![
            Change::set(Part { key: "Home", part: "Street" }, "1"),
            Change::set(Own("b"), "2"),
            Change::set(Part { key: "Business", part: "City" }, "3"),
            Change::set(CITY, "4"),
            Change::to_text(Field("item", "Subject"), ""),
            Change::set(Own("b"), "2"),
        ];
        let item = item("Contact", changes, &["ExtendedProperty", "PhysicalAddresses"]);
        let names: Vec<&str> = item.children.iter().map(|child| child.name.as_str()).collect();
        assert_eq!(names, ["t:ExtendedProperty", "t:ExtendedProperty", "t:PhysicalAddresses"]);
        assert_eq!(
            item.children[2].xml(),
            "<t:PhysicalAddresses><t:Entry Key=\"Home\"><t:Street>1</t:Street><t:City>4</t:City></t:Entry>\
             <t:Entry Key=\"Business\"><t:City>3</t:City></t:Entry></t:PhysicalAddresses>"
        );
    }

    #[test]
    fn a_change_is_a_part_of_an_update() {
        assert_eq!(
            Change::to_text(PHONE, "1").update("Contact").xml(),
            "<t:SetItemField><t:IndexedFieldURI FieldURI=\"contacts:PhoneNumber\" FieldIndex=\"HomePhone\"/><t:Contact>\
             <t:PhoneNumbers><t:Entry Key=\"HomePhone\">1</t:Entry></t:PhoneNumbers></t:Contact></t:SetItemField>"
        );
        assert_eq!(
            Change::to_text(PHONE, "").update("Contact").xml(),
            "<t:DeleteItemField><t:IndexedFieldURI FieldURI=\"contacts:PhoneNumber\" FieldIndex=\"HomePhone\"/></t:DeleteItemField>"
        );
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_nothing() {
        let item =
            crate::xml::read(b"<C><Subject><b/></Subject><IsAllDayEvent>perhaps</IsAllDayEvent></C>").expect("XML");
        assert_eq!(Field("item", "Subject").text(&item), None);
        assert_eq!(Field("calendar", "IsAllDayEvent").flag(&item), None);
        let broken = [
            "<C><ExtendedProperty/></C>",
            "<C><ExtendedProperty><ExtendedFieldURI PropertyTag='0x1'/></ExtendedProperty></C>",
            "<C><PhoneNumbers>1</PhoneNumbers><PhysicalAddresses>1</PhysicalAddresses><ExtendedProperty>1</ExtendedProperty></C>",
        ];
        for (index, xml) in broken.into_iter().enumerate() {
            let item = crate::xml::read(xml.as_bytes()).expect("XML");
            assert_eq!(Own("mxs-crm-record").text(&item), None, "{xml}");
            assert_eq!((PHONE.text(&item).is_none(), CITY.text(&item).is_none()), (index == 2, index == 2), "{xml}");
        }
    }
}
