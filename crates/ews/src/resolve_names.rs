//! People of the organisation by a part of their name or address.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/resolvenames-operation>

use crate::xml::{Element, entries, m};
use crate::{EwsError, Session, answers};
use mxs_graph::mail::letters::Person;
use mxs_http::{Request, Response};

/// The most that the service tells of.
pub const FOUND_MAX: usize = 100;

/// The code of an answer that found nobody.
const NOBODY: &str = "ErrorNameResolutionNoResults";

/// Those who were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Who they are.
    pub people: Vec<Person>,
    /// Whether there may be more, [`FOUND_MAX`] being told of: a longer part of the name tells.
    pub more: bool,
}

/// Asks who in the organisation's directory is called so.
pub fn request(session: &Session<'_>, name: &str) -> Request {
    session.request(
        m("ResolveNames")
            .with("ReturnFullContactData", "false")
            .with("SearchScope", "ActiveDirectory")
            .child(m("UnresolvedEntry").saying(name)),
    )
}

/// Reads the answer to [`request`].
pub fn parse(response: &Response) -> Result<Found, EwsError> {
    let found = answers::read_one(response, "ResolveNames", |message| {
        let set = message.get("ResolutionSet")?;
        Some(Found {
            people: entries(Some(set))?.iter().map(person).collect::<Option<_>>()?,
            more: set.attribute("IncludesLastItemInRange") != Some("true"),
        })
    });
    match found {
        Err(error) if error.code == NOBODY => Ok(Found { people: Vec::new(), more: false }),
        found => found,
    }
}

fn person(resolution: &Element) -> Option<Person> {
    let mailbox = resolution.get("Mailbox")?;
    let address = mailbox.said("EmailAddress")?.trim().to_owned();
    Some(Person { name: mailbox.said("Name")?.to_owned(), address })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::testing::{answer, body, session};

    #[test]
    fn people_are_asked_for_and_read() {
        assert_eq!(
            body(&request(&session(), "Ada")),
            "<m:ResolveNames ReturnFullContactData=\"false\" SearchScope=\"ActiveDirectory\"><m:UnresolvedEntry>Ada</m:UnresolvedEntry></m:ResolveNames>"
        );
        let set = "<m:ResolutionSet TotalItemsInView='1' IncludesLastItemInRange='true'><t:Resolution><t:Mailbox><t:Name>Ada</t:Name>\
                   <t:EmailAddress>ada@corp.example</t:EmailAddress></t:Mailbox></t:Resolution></m:ResolutionSet>";
        let warned = format!(
            "<m:M ResponseClass='Warning'><m:ResponseCode>ErrorNameResolutionMultipleResults</m:ResponseCode>{set}</m:M>"
        );
        let nobody = format!("<m:M ResponseClass='Error'><m:ResponseCode>{NOBODY}</m:ResponseCode></m:M>");
        let cases = [
            (format!("<m:M ResponseClass='Success'>{set}</m:M>"), Ok((1, false))),
            (warned.clone(), Ok((1, false))),
            (warned.replace("'true'", "'false'"), Ok((1, true))),
            (nobody, Ok((0, false))),
            (warned.replace("Mailbox>", "Post>"), Err(ErrorKind::Unreadable)),
        ];
        for (message, wanted) in cases {
            let found = parse(&answer("ResolveNames", &message));
            assert_eq!(
                found.map(|found| (found.people.len(), found.more)).map_err(|error| error.kind),
                wanted,
                "{message}"
            );
        }
    }
}
