//! What all requests to one server have in common.

use crate::ServerVersion;
use crate::xml::{Element, t};
use mxs_http::{Method, Request};

/// Where the service is on a server, unless Autodiscover says otherwise.
pub const PATH: &str = "/EWS/Exchange.asmx";

/// What all requests to one server have in common.
#[derive(Clone, Copy)]
pub struct Session<'a> {
    /// Where the service is, from `/` on.
    pub path: &'a str,
    /// The version of the schema that both speak.
    pub version: ServerVersion,
    /// The address of the mailbox that an account with the right to it acts for; `None` where people sign in
    /// themselves.
    ///
    /// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/exchangeimpersonation>
    pub acts_for: Option<&'a str>,
}

/// Whose mailbox it is, is personal data.
impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("version", &self.version).finish_non_exhaustive()
    }
}

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const MESSAGES: &str = "http://schemas.microsoft.com/exchange/services/2006/messages";
const TYPES: &str = "http://schemas.microsoft.com/exchange/services/2006/types";

impl Session<'_> {
    /// The request of one operation.
    pub(crate) fn request(&self, operation: Element) -> Request {
        let mut header =
            Element::named("s:Header").child(t("RequestServerVersion").with("Version", self.version.word()));
        if let Some(address) = self.acts_for {
            let sid = t("ConnectingSID").child(t("PrimarySmtpAddress").saying(address));
            header = header.child(t("ExchangeImpersonation").child(sid));
        }
        let envelope = Element::named("s:Envelope")
            .with("xmlns:s", SOAP)
            .with("xmlns:m", MESSAGES)
            .with("xmlns:t", TYPES)
            .child(header)
            .child(Element::named("s:Body").child(operation));
        let xml = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>{}", envelope.xml());
        let request = Request::new(Method::Post, self.path).header("Accept", "text/xml");
        // It brings requests of one mailbox to the server that holds it.
        let request = match self.acts_for {
            Some(address) => request.header("X-AnchorMailbox", address),
            None => request,
        };
        request.body("text/xml; charset=utf-8", xml)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::m;

    #[test]
    fn an_envelope_says_who_acts_for_whom_in_which_version() {
        let session = Session { path: PATH, version: ServerVersion::Exchange2010Sp2, acts_for: None };
        let request = session.request(m("X"));
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "/EWS/Exchange.asmx"));
        assert_eq!(request.headers.get("Content-Type"), Some("text/xml; charset=utf-8"));
        assert_eq!(request.headers.get("X-AnchorMailbox"), None);
        assert_eq!(
            String::from_utf8(request.body).expect("UTF-8"),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
             <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\" \
             xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\"><s:Header>\
             <t:RequestServerVersion Version=\"Exchange2010_SP2\"/></s:Header><s:Body><m:X/></s:Body></s:Envelope>"
        );
        let session = Session { path: "/e", acts_for: Some("ada@corp.example"), ..session };
        let request = session.request(m("X"));
        assert_eq!((request.url.as_str(), request.headers.get("X-AnchorMailbox")), ("/e", Some("ada@corp.example")));
        let body = String::from_utf8(request.body).expect("UTF-8");
        assert!(body.contains(
            "<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>ada@corp.example</t:PrimarySmtpAddress>\
             </t:ConnectingSID></t:ExchangeImpersonation></s:Header>"
        ));
        assert!(!format!("{session:?}").contains("ada"), "addresses are personal data");
    }
}
