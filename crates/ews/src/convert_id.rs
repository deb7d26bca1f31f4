//! Ids of items in other forms.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/convertid-operation>

use crate::xml::{m, t};
use crate::{BATCH_MAX, Each, Session, answers};
use mxs_http::{Request, Response};

/// The forms in which an id is written.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/alternateid>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdFormat {
    /// The MAPI entry id, in base64.
    EntryId,
    /// That of this service.
    EwsId,
    /// The MAPI entry id, in hexadecimal digits.
    HexEntryId,
    /// That of Outlook on the web.
    OwaId,
    /// That of the store.
    StoreId,
}

impl IdFormat {
    /// Every form.
    pub const ALL: [Self; 5] = [Self::EntryId, Self::EwsId, Self::HexEntryId, Self::OwaId, Self::StoreId];

    const fn word(self) -> &'static str {
        match self {
            Self::EntryId => "EntryId",
            Self::EwsId => "EwsId",
            Self::HexEntryId => "HexEntryId",
            Self::OwaId => "OwaId",
            Self::StoreId => "StoreId",
        }
    }
}

/// Asks for ids of a mailbox in another form, [`BATCH_MAX`] at most.
pub fn request(session: &Session<'_>, mailbox: &str, ids: &[&str], from: IdFormat, to: IdFormat) -> Request {
    debug_assert!(ids.len() <= BATCH_MAX, "the caller cuts them up");
    let source = |id: &&str| t("AlternateId").with("Format", from.word()).with("Id", id).with("Mailbox", mailbox);
    let sources = m("SourceIds").children(ids.iter().map(source));
    session.request(m("ConvertId").with("DestinationFormat", to.word()).child(sources))
}

/// Reads the answer to [`request`], for each of so many ids in their order.
pub fn parse(response: &Response, asked: usize) -> Each<String> {
    answers::read(response, "ConvertId", asked, |message| {
        let id = message.get("AlternateId")?.attribute("Id").filter(|id| !id.is_empty())?;
        Some(id.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::testing::{answer, body, session};

    #[test]
    fn ids_are_asked_for_and_read() {
        let request = request(&session(), "ada@corp.example", &["A="], IdFormat::EwsId, IdFormat::HexEntryId);
        assert_eq!(
            body(&request),
            "<m:ConvertId DestinationFormat=\"HexEntryId\"><m:SourceIds><t:AlternateId Format=\"EwsId\" Id=\"A=\" \
             Mailbox=\"ada@corp.example\"/></m:SourceIds></m:ConvertId>"
        );
        let messages = "<m:M ResponseClass='Success'><m:AlternateId xmlns:i='urn:i' i:type='t:AlternateIdType' Format='HexEntryId' Id='00'/></m:M>\
                        <m:M ResponseClass='Error'><m:ResponseCode>ErrorInvalidIdMalformed</m:ResponseCode></m:M>\
                        <m:M ResponseClass='Success'/>";
        let read = parse(&answer("ConvertId", messages), 3).expect("an answer");
        let kinds: Vec<_> = read.into_iter().map(|id| id.map_err(|error| error.kind)).collect();
        assert_eq!(kinds, [Ok("00".to_owned()), Err(ErrorKind::Refused), Err(ErrorKind::Unreadable)]);
    }
}
