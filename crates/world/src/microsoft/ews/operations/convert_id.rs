//! Ids in other forms.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/convertid-operation>.

use super::{Message, Operation, Part, Reply, attribute, inside};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::ids;
use crate::microsoft::ews::names::m;
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use mxs_http::url;
use mxs_xml::Element;

pub(super) const OPERATION: Operation =
    Operation { name: "ConvertId", since: Version::Exchange2007Sp1, parts: &[Part::required("SourceIds")], run };

/// The name of a type that an element says it is of.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// How an id is written.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/idformat>. What an entry id looks
/// like inside is the store's affair: here it is made of the characters of the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Ews,
    Entry,
    HexEntry,
    Owa,
}

impl Format {
    fn read(word: &str) -> Result<Self, Refusal> {
        match word {
            "EwsId" | "EwsLegacyId" => Ok(Self::Ews),
            "EntryId" | "StoreId" => Ok(Self::Entry),
            "HexEntryId" => Ok(Self::HexEntry),
            "OwaId" => Ok(Self::Owa),
            other => Err(Refusal::schema(format!("The value '{other}' is no format of ids."))),
        }
    }

    /// The id as it is here; `None` where the text isn't of this form.
    fn decoded(self, text: &str) -> Option<String> {
        let bytes = match self {
            Self::Ews => return Some(text.to_owned()),
            Self::Owa => return Some(url::decode(text)),
            Self::Entry => ids::from_base64(text)?,
            Self::HexEntry => hexadecimal(text)?,
        };
        String::from_utf8(bytes).ok()
    }

    fn encoded(self, id: &str) -> String {
        match self {
            Self::Ews => id.to_owned(),
            Self::Owa => url::encode(id),
            Self::Entry => ids::base64(id.as_bytes()),
            Self::HexEntry => id.bytes().map(|byte| format!("{byte:02X}")).collect(),
        }
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let is_hexadecimal = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hexadecimal.then(|| {
        let pairs = text.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned());
        pairs.filter_map(|pair| u8::from_str_radix(&pair, 16).ok()).collect()
    })
}

fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let wanted = attribute(asked, "DestinationFormat")?;
    let to = Format::read(wanted)?;
    let mut messages = Vec::new();
    for source in inside(asked, "SourceIds")? {
        let from = Format::read(attribute(source, "Format")?)?;
        messages.push(Message::of(convert(call, source, from, to, wanted), &[]));
    }
    Ok(Reply::Each(messages))
}

fn convert(
    call: &EwsCall<'_, '_>,
    source: &Element,
    from: Format,
    to: Format,
    wanted: &str,
) -> Result<Vec<Element>, Refusal> {
    if source.name != "AlternateId" {
        return Err(Refusal::new("ErrorInvalidId", "This stand-in has no public folders."));
    }
    let address = attribute(source, "Mailbox")?;
    if call.microsoft.directory.by_address(address).is_none() {
        let text = "The SMTP address has no mailbox associated with it.";
        return Err(Refusal::new("ErrorNonExistentMailbox", text));
    }
    let id = from.decoded(attribute(source, "Id")?).filter(|id| ids::is_id(&ids::read(id)));
    let id = id.ok_or_else(Refusal::malformed_id)?;
    let converted = m("AlternateId")
        .with("xmlns:xsi", XSI)
        .with("xsi:type", "t:AlternateIdType")
        .with("Format", wanted)
        .with("Id", &to.encoded(&id))
        .with("Mailbox", address);
    Ok(vec![converted])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_to_every_form_and_back() {
        let id = "AAMkAGI1/3+x=";
        for format in [Format::Ews, Format::Entry, Format::HexEntry, Format::Owa] {
            assert_eq!(format.decoded(&format.encoded(id)).as_deref(), Some(id), "{format:?}");
        }
        for (format, text) in [(Format::HexEntry, "0"), (Format::HexEntry, "+1"), (Format::Entry, "!")] {
            assert_eq!(format.decoded(text), None, "{text}");
        }
    }
}
