//! The messages of an answer: one for each thing that was asked.

use crate::xml::Element;
use crate::{EwsError, code, envelope};
use mxs_http::Response;

/// What became of each of several things that were asked for at once, in their order; the outer error is that of all.
pub type Each<T> = Result<Vec<Result<T, EwsError>>, EwsError>;

/// The messages of the answer to `operation`, in the order in which they were asked for: each a value or an error of its
/// own. There are `asked` of them, or nobody knows which is whose.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsemessages>
pub(crate) fn read<T>(
    response: &Response,
    operation: &str,
    asked: usize,
    value: impl Fn(Element) -> Option<T>,
) -> Each<T> {
    let mut answer = envelope::open(response, &format!("{operation}Response"))?;
    let messages = answer.children.iter_mut().find(|child| child.name == "ResponseMessages");
    let messages = messages.map(|messages| std::mem::take(&mut messages.children)).unwrap_or_default();
    if messages.len() != asked {
        return Err(EwsError::unreadable(response.status));
    }
    Ok(messages.into_iter().map(|message| one(response.status, message, &value)).collect())
}

/// The only message of an answer.
pub(crate) fn read_one<T>(
    response: &Response,
    operation: &str,
    value: impl Fn(Element) -> Option<T>,
) -> Result<T, EwsError> {
    let messages = read(response, operation, 1, value)?;
    messages.into_iter().next().unwrap_or_else(|| Err(EwsError::unreadable(response.status)))
}

/// A message that warns has a value all the same, unless the warning is about itself: that it wasn't dealt with.
pub(crate) fn one<T>(status: u16, message: Element, value: &impl Fn(Element) -> Option<T>) -> Result<T, EwsError> {
    let is_dealt_with = match message.attribute("ResponseClass") {
        Some("Success") => true,
        Some("Warning") => message.word("ResponseCode") != Some("ErrorBatchProcessingStopped"),
        Some("Error") => false,
        _ => return Err(EwsError::unreadable(status)),
    };
    if !is_dealt_with {
        let error = EwsError::of(status, &message);
        let has_code = !error.code.is_empty() && error.code != code::NO_ERROR;
        return Err(if has_code { error } else { EwsError::unreadable(status) });
    }
    value(message).ok_or_else(|| EwsError::unreadable(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind::{self, *};

    fn answer(messages: &str) -> Response {
        let xml = format!(
            "<s:Envelope xmlns:s='urn:s'><s:Body><XResponse><ResponseMessages>{messages}</ResponseMessages></XResponse>\
             </s:Body></s:Envelope>"
        );
        Response::new(200).body("text/xml", xml)
    }

    fn kinds(messages: &str, asked: usize) -> Result<Vec<Result<String, ErrorKind>>, ErrorKind> {
        let value = |message: Element| message.word("V").map(str::to_owned);
        let read = read(&answer(messages), "X", asked, value).map_err(|error| error.kind)?;
        Ok(read.into_iter().map(|one| one.map_err(|error| error.kind)).collect())
    }

    #[test]
    fn each_message_stands_for_itself() {
        let good = "<M ResponseClass='Success'><ResponseCode>NoError</ResponseCode><V>1</V></M>";
        let gone = "<M ResponseClass='Error'><ResponseCode>ErrorItemNotFound</ResponseCode></M>";
        let skipped = "<M ResponseClass='Warning'><ResponseCode>ErrorBatchProcessingStopped</ResponseCode></M>";
        let warned =
            "<M ResponseClass='Warning'><ResponseCode>ErrorNameResolutionMultipleResults</ResponseCode><V>2</V></M>";
        let one = |text: &str| Ok(text.to_owned());
        assert_eq!(
            kinds(&[good, gone, skipped, warned].concat(), 4),
            Ok(vec![one("1"), Err(NotFound), Err(Unavailable), one("2")])
        );
        let cases = [
            // A success without its value, a class that nobody knows, none, an error without a code or with none.
            "<M ResponseClass='Success'/>",
            "<M ResponseClass='Maybe'><V>1</V></M>",
            "<M><V>1</V></M>",
            "<M ResponseClass='Error'><V>1</V></M>",
            "<M ResponseClass='Error'><ResponseCode>NoError</ResponseCode><V>1</V></M>",
        ];
        for message in cases {
            assert_eq!(kinds(message, 1), Ok(vec![Err(Unreadable)]), "{message}");
        }
        assert_eq!(kinds(good, 2), Err(Unreadable), "whose is it?");
        assert_eq!(kinds(&good.repeat(2), 1), Err(Unreadable));
        assert_eq!(kinds("", 0), Ok(vec![]));
    }
}
