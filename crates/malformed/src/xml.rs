//! XML of which one place says something else.

use crate::hostile;

/// A document of which one place is damaged.
#[derive(Clone, Debug)]
pub struct DamagedXml {
    /// The place: the names of the elements that lead to it, and that of an attribute.
    pub at: String,
    /// What was done there.
    pub by: String,
    /// Whether something else stands there than its reader is promised: an element where a text belongs, or a text where
    /// elements do.
    pub is_of_another_type: bool,
    /// The document.
    pub xml: String,
}

/// Every damage to every place of a document, which is well-formed and has neither comments nor sections.
pub fn damaged_xml(xml: &str) -> Vec<DamagedXml> {
    let texts: Vec<(String, String)> =
        hostile::texts().into_iter().map(|text| (text.chars().take(40).collect(), escaped(&text))).collect();
    let mut all = Vec::new();
    for place in places(xml) {
        let mut damage = |by: &str, is_of_another_type, (start, end): (usize, usize), instead: &str| {
            let xml = [&xml[..start], instead, &xml[end..]].concat();
            all.push(DamagedXml { at: place.at.clone(), by: by.to_owned(), is_of_another_type, xml });
        };
        for (by, text) in &texts {
            damage(by, !place.is_text && !text.trim().is_empty(), place.inside, text);
        }
        if let Some(whole) = place.whole {
            let is_filled = place.is_text && place.inside.0 < place.inside.1 && place.inside != whole;
            damage("an element", is_filled, place.inside, "<x/>");
            damage("taken out", false, whole, "");
            damage("doubled", false, (whole.1, whole.1), &xml[whole.0..whole.1]);
        }
    }
    all
}

/// A place of a document.
struct Place {
    at: String,
    /// What it holds.
    inside: (usize, usize),
    /// Of an element: all of it.
    whole: Option<(usize, usize)>,
    /// Whether it holds no element.
    is_text: bool,
}

fn places(xml: &str) -> Vec<Place> {
    let (mut places, mut open) = (Vec::new(), Vec::<(String, usize, usize, bool)>::new());
    let mut from = 0;
    while let Some(start) = xml[from..].find('<').map(|offset| from + offset) {
        let end = xml[start..].find('>').map_or(xml.len(), |offset| start + offset + 1);
        let tag = &xml[start..end];
        from = end;
        if tag.starts_with("</") {
            if let Some((at, outer, inner, is_text)) = open.pop() {
                places.push(Place { at, inside: (inner, start), whole: Some((outer, end)), is_text });
            }
        } else if !tag.starts_with("<?") {
            let parent = open.last_mut().map(|parent| {
                parent.3 = false;
                parent.0.clone()
            });
            let name = tag.trim_start_matches('<').split([' ', '/', '>']).next().unwrap_or_default();
            let at = format!("{}/{name}", parent.unwrap_or_default());
            places.extend(attributes(tag).map(|(attribute, (from, to))| Place {
                at: format!("{at}@{attribute}"),
                inside: (start + from, start + to),
                whole: None,
                is_text: true,
            }));
            if tag.ends_with("/>") {
                places.push(Place { at, inside: (start, end), whole: Some((start, end)), is_text: true });
            } else {
                open.push((at, start, end, true));
            }
        }
    }
    places
}

/// The attributes of a tag and where their values are; declarations of namespaces are none.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, (usize, usize))> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let equals = from + tag[from..].find('=')?;
        let name = tag[from..equals].rsplit([' ', '\'', '"']).next().unwrap_or_default();
        let quote = tag[equals + 1..].chars().next()?;
        let start = equals + 2;
        let end = start + tag[start..].find(quote)?;
        from = end + 1;
        Some((name, (start, end)))
    })
    .filter(|(name, _)| !name.starts_with("xmlns"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_damaged_and_no_other() {
        let xml = "<?xml version='1.0'?><a xmlns='urn:a'><b k=\"1\" l='2'>x</b><c><d/></c></a>";
        let all = damaged_xml(xml);
        for at in ["/a", "/a/b", "/a/b@k", "/a/b@l", "/a/c", "/a/c/d"] {
            assert!(all.iter().any(|damaged| damaged.at == at), "{at}");
        }
        let of = |at: &str, by: &str| {
            all.iter().find(|damaged| damaged.at == at && damaged.by == by).expect("it is among them")
        };
        let whole = |inside: &str| format!("<?xml version='1.0'?><a xmlns='urn:a'>{inside}</a>");
        assert_eq!(of("/a/b@l", "null").xml, whole("<b k=\"1\" l='null'>x</b><c><d/></c>"));
        assert_eq!(of("/a/b", "an element").xml, whole("<b k=\"1\" l='2'><x/></b><c><d/></c>"));
        assert_eq!(of("/a/b", "taken out").xml, whole("<c><d/></c>"));
        assert_eq!(of("/a/c", "doubled").xml, whole("<b k=\"1\" l='2'>x</b><c><d/></c><c><d/></c>"));
        assert_eq!(of("/a/c", "null").xml, whole("<b k=\"1\" l='2'>x</b><c>null</c>"));
        assert!(of("/a/b", "an element").is_of_another_type && of("/a/c", "null").is_of_another_type);
        assert!(!of("/a/b", "null").is_of_another_type && !of("/a/b", "taken out").is_of_another_type);
        assert!(all.iter().all(|damaged| !damaged.at.contains("xmlns")), "declarations stay");
    }
}
