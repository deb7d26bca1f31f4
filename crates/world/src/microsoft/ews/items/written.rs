//! Items as answers hold them.

use super::super::call::EwsCall;
use super::super::names::t;
use super::super::refusal::Refusal;
use super::super::server::Version;
use super::{Base, Found, Looks, Path, Properties, Shape, contact, event, item_id, looks, message, schema, task};
use mxs_xml::Element;

/// Writes an item.
pub(in crate::microsoft::ews) fn write(
    call: &EwsCall<'_, '_>,
    found: &Found,
    shape: &Shape,
) -> Result<Element, Refusal> {
    let looks = looks(call, found)?;
    let mut written = t(looks.properties.element);
    for (prefix, property) in looks.properties.all() {
        match property.name {
            "ExtendedProperty" => written = written.children(extended(&looks.base, shape)),
            "MimeContent" if shape.mime => {
                written = written.children(looks.base.value(property.name, shape, call.version));
            }
            name if shape.wants(prefix, property, call.version) => {
                let value = match prefix {
                    "item" => looks.base.value(name, shape, call.version),
                    _ => (looks.own)(name, shape),
                };
                written = written.children(value);
            }
            name if prefix != "item" => written = written.children(indexed(name, &looks, shape)),
            _ => {}
        }
    }
    Ok(written)
}

/// The id of an item with its key.
pub(in crate::microsoft::ews) fn write_id(call: &EwsCall<'_, '_>, found: &Found) -> Result<Element, Refusal> {
    let base = looks(call, found)?.base;
    Ok(item_id(&base.id, &base.change_key))
}

/// The name of the element that stands for an item.
pub(in crate::microsoft::ews) fn element(call: &EwsCall<'_, '_>, found: &Found) -> Result<&'static str, Refusal> {
    Ok(looks(call, found)?.properties.element)
}

/// What a property of an item says; `None` where it doesn't have it.
pub(in crate::microsoft::ews) fn text(call: &EwsCall<'_, '_>, found: &Found, path: &Path) -> Option<String> {
    let item = write(call, found, &Shape::of(path.clone())).ok()?;
    let wanted = match path {
        Path::Field { name, .. } => format!("t:{name}"),
        Path::Indexed { uri, .. } => format!("t:{}", schema::list_of(uri)?),
        Path::Extended(_) => "t:ExtendedProperty".to_owned(),
    };
    let value = item.children.iter().find(|child| child.name == wanted)?;
    let said = match path {
        Path::Extended(_) => value.children.get(1)?,
        Path::Indexed { .. } => value.children.first()?,
        Path::Field { .. } => value,
    };
    // People, categories and parts of addresses are looked for by all that they say.
    Some(if said.children.is_empty() { said.text.clone() } else { said_inside(said) })
}

fn said_inside(element: &Element) -> String {
    let inside = element.children.iter().map(said_inside).filter(|said| !said.is_empty());
    let said: Vec<String> =
        std::iter::once(element.text.clone()).filter(|said| !said.is_empty()).chain(inside).collect();
    said.join(" ")
}

/// Whether all properties that are asked for are known to a version of the schema. Those of other kinds may be asked for:
/// nobody knows of what kind an item is before it is read.
pub(in crate::microsoft::ews) fn check_shape(shape: &Shape, version: Version) -> Result<(), Refusal> {
    let kinds = [contact::PROPERTIES, event::PROPERTIES, message::PROPERTIES, task::PROPERTIES];
    for path in &shape.paths {
        let Path::Field { prefix, name } = path else { continue };
        let mut all = kinds.iter().flat_map(Properties::all);
        let kept = all.find(|(known, property)| known == prefix && property.name == name);
        // What no store keeps is known all the same, since whenever.
        let is_known = kept.map_or_else(|| schema::is_known(prefix, name), |(_, property)| property.since <= version);
        if !is_known {
            return Err(Refusal::schema("The 'FieldURI' attribute is invalid.").path(path.write()));
        }
    }
    Ok(())
}

fn extended(base: &Base, shape: &Shape) -> Vec<Element> {
    let wanted = shape.paths.iter().filter_map(|path| match path {
        Path::Extended(property) => base.extended.get(&property.id).map(|kept| property.with_value(kept)),
        _ => None,
    });
    wanted.collect()
}

/// Those entries of a list with keys that were named one by one.
fn indexed(name: &str, looks: &Looks<'_>, shape: &Shape) -> Option<Element> {
    let named = |uri: &str, key: &str| {
        let list = schema::list_of(uri)?;
        (list == name).then(|| key.to_owned())
    };
    let keys: Vec<(String, String)> = shape
        .paths
        .iter()
        .filter_map(|path| match path {
            Path::Indexed { uri, key } => named(uri, key).map(|key| (uri.clone(), key)),
            _ => None,
        })
        .collect();
    if keys.is_empty() {
        return None;
    }
    let mut list = (looks.own)(name, shape)?;
    list.children.retain_mut(|entry| {
        let own: Vec<&String> =
            keys.iter().filter(|(_, key)| entry.attribute("Key") == Some(key)).map(|(uri, _)| uri).collect();
        // An address is asked for part by part.
        let parts: Vec<&str> = own.iter().filter_map(|uri| uri.split(':').nth(2)).collect();
        if !parts.is_empty() {
            entry.children.retain(|part| parts.iter().any(|wanted| part.name == format!("t:{wanted}")));
        }
        !own.is_empty()
    });
    (!list.children.is_empty()).then_some(list)
}
