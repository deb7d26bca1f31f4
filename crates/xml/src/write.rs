//! Elements to XML.

use super::Element;
use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use std::io;

/// Whether XML can hold a character.
///
/// <https://www.w3.org/TR/xml/#charsets>
pub(super) fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// One such character would make the server refuse all that stands beside it. Nobody sees them, but some part words.
fn held(text: &str) -> String {
    text.chars().map(|character| if is_allowed(character) { character } else { ' ' }).collect()
}

impl Element {
    /// The XML of it and all that it holds.
    pub fn xml(&self) -> String {
        let mut writer = Writer::new(Vec::new());
        // Only a writer outside of this program's memory can fail.
        let written = self.write(&mut writer).map(|()| writer.into_inner());
        written.ok().and_then(|xml| String::from_utf8(xml).ok()).unwrap_or_default()
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new(self.name.as_str());
        for (name, value) in &self.attributes {
            // Readers take every blank in an attribute for the same.
            let value = held(value).replace(['\n', '\r', '\t'], " ");
            start.push_attribute((name.as_str(), value.as_str()));
        }
        if self.children.is_empty() && self.text.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        writer.write_event(Event::Text(BytesText::new(&held(&self.text))))?;
        for child in &self.children {
            child.write(writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new(self.name.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use crate::Element;

    #[test]
    fn elements_are_written_with_what_they_hold() {
        let (b, c) = (Element::named("t:B").saying("x\u{0}y\u{fffe}\u{b}z"), Element::named("t:C"));
        let element = Element::named("m:A").with("k", "\"1\"").child(b).child(c);
        assert_eq!(element.xml(), "<m:A k=\"&quot;1&quot;\"><t:B>x y  z</t:B><t:C/></m:A>");
    }
}
