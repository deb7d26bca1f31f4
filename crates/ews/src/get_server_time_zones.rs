//! The time zones that a server knows by name.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getservertimezones-operation>

use crate::xml::{Element, entries, m, t};
use crate::{EwsError, ServerVersion, Session, answers};
use mxs_http::{Request, Response};

/// A zone, as a server names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerZone {
    /// Its id: the name that Windows gives it.
    pub id: String,
    /// What people read, in the server's language.
    pub name: String,
}

/// Asks for the zones of these ids; for all of them without one. `None` where the version has no such question:
/// Exchange 2010 brought it.
pub fn request(session: &Session<'_>, ids: &[&str]) -> Option<Request> {
    let wanted = (!ids.is_empty()).then(|| m("Ids").children(ids.iter().map(|id| t("Id").saying(id))));
    let operation = m("GetServerTimeZones").with("ReturnFullTimeZoneData", "false").children(wanted);
    (session.version >= ServerVersion::Exchange2010Sp2).then(|| session.request(operation))
}

/// Reads the answer to [`request`].
pub fn parse(response: &Response) -> Result<Vec<ServerZone>, EwsError> {
    let zone = |definition: &Element| {
        let id = definition.attribute("Id").filter(|id| !id.is_empty())?;
        let name = definition.attribute("Name").unwrap_or_default();
        Some(ServerZone { id: id.to_owned(), name: name.to_owned() })
    };
    answers::read_one(response, "GetServerTimeZones", |message| {
        entries(Some(message.get("TimeZoneDefinitions")?))?.iter().map(zone).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::testing::{answer, body, session};

    #[test]
    fn zones_are_asked_for_and_read() {
        let old = Session { version: ServerVersion::Exchange2007Sp1, ..session() };
        assert_eq!(request(&old, &[]), None);
        assert_eq!(
            request(&session(), &["UTC"]).map(|request| body(&request)).as_deref(),
            Some(
                "<m:GetServerTimeZones ReturnFullTimeZoneData=\"false\"><m:Ids><t:Id>UTC</t:Id></m:Ids></m:GetServerTimeZones>"
            )
        );
        let zones = |inside: &str| {
            let message = format!("<m:M ResponseClass='Success'>{inside}</m:M>");
            parse(&answer("GetServerTimeZones", &message)).map_err(|error| error.kind)
        };
        let utc = ServerZone { id: "UTC".into(), name: "(UTC) UTC".into() };
        let cases = [
            (
                "<m:TimeZoneDefinitions><t:TimeZoneDefinition Id='UTC' Name='(UTC) UTC'/></m:TimeZoneDefinitions>",
                Ok(vec![utc]),
            ),
            ("<m:TimeZoneDefinitions/>", Ok(vec![])),
            ("<m:TimeZoneDefinitions><t:TimeZoneDefinition/></m:TimeZoneDefinitions>", Err(ErrorKind::Unreadable)),
            ("", Err(ErrorKind::Unreadable)),
        ];
        for (inside, wanted) in cases {
            assert_eq!(zones(inside), wanted, "{inside}");
        }
    }
}
