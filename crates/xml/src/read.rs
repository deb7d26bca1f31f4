//! XML to elements, in one pass and within limits.

use crate::{Element, Namespace};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest body that is read, in bytes. Exchange sends attachments inside of XML, a third longer than they are, and
/// a batch of items with their bodies.
pub const BODY_MAX: usize = 48 << 20;

/// How deep elements may nest; the service's own are below twenty.
pub const DEPTH_MAX: usize = 64;

/// How many elements a body may have. A batch of meetings with hundreds of people each has some hundred
/// thousand.
pub const ELEMENTS_MAX: usize = 500_000;

/// How many namespaces an element may declare; the service's own declare four.
const DECLARATIONS_MAX: usize = 16;

/// What stands for a character that XML can't hold. Exchange writes some all the same, as references.
const REPLACEMENT: char = '\u{fffd}';

/// It is no XML, or XML with what nobody has to send: a document type, entities of its own, too much of anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// The outermost element of a document.
///
/// # Errors
///
/// [`Unreadable`], whatever is wrong with it.
pub fn read(body: &[u8]) -> Result<Element, Unreadable> {
    if body.len() > BODY_MAX {
        return Err(Unreadable);
    }
    let text = std::str::from_utf8(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)).map_err(|_| Unreadable)?;
    let mut reader = NsReader::from_str(text);
    reader.resolver_mut().set_max_declarations_per_element(DECLARATIONS_MAX);
    let mut namespaces = Namespaces::default();
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut elements = 0;
    loop {
        let (resolved, event) = reader.read_resolved_event().map_err(|_| Unreadable)?;
        match event {
            event @ (Event::Start(_) | Event::Empty(_)) => {
                elements += 1;
                if elements > ELEMENTS_MAX || open.len() == DEPTH_MAX || root.is_some() {
                    return Err(Unreadable);
                }
                let namespace = namespaces.of(&resolved)?;
                match event {
                    Event::Empty(start) => close(&mut open, &mut root, element(&start, namespace)?),
                    Event::Start(start) => open.push(element(&start, namespace)?),
                    _ => {}
                }
            }
            Event::End(_) => {
                let element = open.pop().ok_or(Unreadable)?;
                close(&mut open, &mut root, element);
            }
            Event::Text(text) => said(&mut open, &text.xml10_content().map_err(|_| Unreadable)?)?,
            Event::CData(text) => said(&mut open, &text.xml10_content().map_err(|_| Unreadable)?)?,
            Event::GeneralRef(reference) => {
                let character = character(&reference).ok_or(Unreadable)?;
                open.last_mut().ok_or(Unreadable)?.text.push(character);
            }
            Event::DocType(_) => return Err(Unreadable),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return root.filter(|_| open.is_empty()).ok_or(Unreadable),
        }
    }
}

/// Text stands inside of elements only, but for blanks.
fn said(open: &mut [Element], text: &str) -> Result<(), Unreadable> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(Unreadable),
    }
    Ok(())
}

fn close(open: &mut [Element], root: &mut Option<Element>, mut element: Element) {
    if !element.children.is_empty() {
        element.text.clear();
    }
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None => *root = Some(element),
    }
}

/// The namespaces of a document, each held once.
#[derive(Default)]
struct Namespaces(BTreeSet<Arc<str>>);

impl Namespaces {
    fn of(&mut self, resolved: &ResolveResult<'_>) -> Result<Namespace, Unreadable> {
        let uri = match resolved {
            ResolveResult::Unbound => return Ok(Namespace::None),
            ResolveResult::Unknown(_) => return Ok(Namespace::Undeclared),
            ResolveResult::Bound(uri) => std::str::from_utf8(uri.into_inner()).map_err(|_| Unreadable)?,
        };
        if let Some(known) = self.0.get(uri) {
            return Ok(Namespace::Of(known.clone()));
        }
        let new: Arc<str> = uri.into();
        self.0.insert(new.clone());
        Ok(Namespace::Of(new))
    }
}

fn element(start: &BytesStart<'_>, namespace: Namespace) -> Result<Element, Unreadable> {
    let name = |name: &[u8]| std::str::from_utf8(name).map(str::to_owned).map_err(|_| Unreadable);
    let mut element = Element { name: name(start.local_name().as_ref())?, namespace, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Unreadable)?;
        let is_declaration = attribute.key.as_namespace_binding().is_some();
        if !is_declaration {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| Unreadable)?;
            element.attributes.push((name(attribute.key.local_name().as_ref())?, value.into_owned()));
        }
    }
    Ok(element)
}

/// What a reference stands for: one of XML's own five, or a character by its number. Others would be a document's own.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    let name = reference.decode().ok()?;
    let Some(number) = name.strip_prefix('#') else {
        return quick_xml::escape::resolve_predefined_entity(&name)?.chars().next();
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    let is_number = digits.chars().all(|digit| digit.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
    Some(char::from_u32(code).filter(|character| super::write::is_allowed(*character)).unwrap_or(REPLACEMENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(xml: &str) -> Result<String, Unreadable> {
        read(xml.as_bytes()).map(|element| element.text)
    }

    fn of(uri: &str, element: Element) -> Element {
        Element { namespace: Namespace::Of(uri.into()), ..element }
    }

    #[test]
    fn elements_are_read_without_their_prefixes() {
        let xml = "\u{feff}<?xml version=\"1.0\"?><!-- x --><s:a xmlns:s='urn:s' xmlns='urn:d'>\r\n <b k='1&amp;2' s:l=\"3\"/>\
                   <t:c>one<![CDATA[<two>]]>&#x20;&lt;</t:c>\n<d xmlns=''/><s:e xmlns:s='urn:t'/></s:a>\n";
        let undeclared = Element { namespace: Namespace::Undeclared, ..Element::named("c").saying("one<two> <") };
        let wanted = Element::named("a")
            .child(of("urn:d", Element::named("b").with("k", "1&2").with("l", "3")))
            .child(undeclared)
            .child(Element::named("d"))
            .child(of("urn:t", Element::named("e")));
        assert_eq!(read(xml.as_bytes()), Ok(of("urn:s", wanted)));
    }

    #[test]
    fn a_namespace_is_known_by_its_uri() {
        let read = read(b"<p:a xmlns:p='urn:s'/>").expect("XML");
        assert!(read.namespace.is("urn:s") && !read.namespace.is("p") && !Namespace::None.is(""));
        assert!(!Namespace::Undeclared.is(""));
    }

    #[test]
    fn text_is_what_it_says() {
        let ok = |text: &str| Ok(text.to_owned());
        let cases = [
            ("<a> x </a>", ok(" x ")),
            ("<a>1\r\n2\r3</a>", ok("1\n2\n3")),
            ("<a>&quot;&apos;&gt;&#233;&#xe9;</a>", ok("\"'>éé")),
            // Characters that XML can't hold, which Exchange writes all the same.
            ("<a>x&#x0;&#x1;&#xd800;&#xffff;</a>", ok("x\u{fffd}\u{fffd}\u{fffd}\u{fffd}")),
            // An entity of nobody's, a number that is none, an ampersand.
            ("<a>&bogus;</a>", Err(Unreadable)),
            ("<a>&#99999999999;</a>", Err(Unreadable)),
            ("<a>&#x+1;</a>", Err(Unreadable)),
            ("<a>x & y</a>", Err(Unreadable)),
        ];
        for (xml, wanted) in cases {
            assert_eq!(text(xml), wanted, "{xml}");
        }
    }

    #[test]
    fn what_nobody_has_to_send_is_refused() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>";
        let cases = [
            // No document, two, or half of one.
            "",
            " ",
            "x",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "<a b='1' b='2'/>",
            // Types and entities of the document's own, a body from elsewhere.
            "<!DOCTYPE a><a/>",
            bomb,
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
            "<a b='&x;'/>",
            &nested(DEPTH_MAX + 1),
            &"<a>".repeat(100_000),
            "<html><body>Bad Gateway<br></body></html>",
            // More namespaces than anybody has, and the one that nobody may take.
            &format!("<a {}/>", (0..=DECLARATIONS_MAX).map(|n| format!("xmlns:p{n}='urn:{n}' ")).collect::<String>()),
            "<a xmlns:xml='urn:x'/>",
        ];
        for xml in cases {
            assert_eq!(text(xml), Err(Unreadable), "{}", xml.chars().take(60).collect::<String>());
        }
        assert!(read(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(read(b"<a>\xff</a>"), Err(Unreadable));
        assert_eq!(read(&vec![b' '; BODY_MAX + 1]), Err(Unreadable));
        assert_eq!(read(format!("<a>{}</a>", "<b/>".repeat(ELEMENTS_MAX)).as_bytes()), Err(Unreadable));
    }

    #[test]
    fn what_was_written_is_read() {
        let said = "1 < 2 & ]]> \u{1f600} \t\n";
        let written = Element::named("a").with("k", "<\"&'>").child(Element::named("b").saying(said));
        assert_eq!(read(written.xml().as_bytes()), Ok(written));
    }
}
