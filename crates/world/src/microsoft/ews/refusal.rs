//! Why the service refuses something.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/responsecode>.

use super::names::{ERRORS, TYPES, m, t};
use crate::microsoft::refusal::Refusal as StoreRefusal;
use mxs_xml::Element;

/// Why the service refuses a request, or one of the things that it asks for.
///
/// What a request asks for is answered one by one: a refusal of one of them is a message among the answers. What
/// concerns the whole request is a fault of SOAP; which of the two it is, says the place where it comes up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// A word of the schema's `ResponseCodeType`, which is what clients branch on.
    pub(crate) code: String,
    /// The sentence for people.
    pub(crate) text: String,
    /// What programs may want to know beside the code: names and values.
    pub(crate) values: Vec<(String, String)>,
    /// Which properties it is about, as elements such as `t:FieldURI`.
    pub(crate) paths: Vec<Element>,
    /// The status of the fault, where it isn't 500.
    status: Option<u16>,
}

impl Refusal {
    pub(crate) fn new(code: &str, text: impl Into<String>) -> Self {
        Self { code: code.to_owned(), text: text.into(), values: Vec::new(), paths: Vec::new(), status: None }
    }

    /// Adds what programs may want to know.
    #[must_use]
    pub(crate) fn value(mut self, name: &str, value: impl ToString) -> Self {
        self.values.push((name.to_owned(), value.to_string()));
        self
    }

    /// Says which property it is about.
    #[must_use]
    pub(crate) fn path(mut self, path: Element) -> Self {
        self.paths.push(path);
        self
    }

    /// Gives the fault another status than 500.
    #[must_use]
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// What was sent isn't what the schema wants.
    pub(crate) fn schema(violation: impl Into<String>) -> Self {
        Self::new("ErrorSchemaValidation", "The request failed schema validation.").value("Violation", violation.into())
    }

    /// The item, or the folder, isn't there.
    pub(crate) fn not_found() -> Self {
        Self::new("ErrorItemNotFound", "The specified object was not found in the store.")
    }

    /// The text can't be an id.
    pub(crate) fn malformed_id() -> Self {
        Self::new("ErrorInvalidIdMalformed", "Id is malformed.")
    }

    /// The status of the answer, where it is a fault.
    pub(crate) fn status(&self) -> u16 {
        self.status.unwrap_or(500)
    }

    /// The whole answer is a refusal.
    pub(crate) fn fault(&self) -> Element {
        let said = |name: &str, text: &str| Element::named(format!("e:{name}")).with("xmlns:e", ERRORS).saying(text);
        let mut detail =
            Element::named("detail").child(said("ResponseCode", &self.code)).child(said("Message", &self.text));
        if let Some(xml) = self.xml("t:MessageXml") {
            detail = detail.child(xml.with("xmlns:t", TYPES));
        }
        let code = Element::named("faultcode").with("xmlns:a", TYPES).saying(&format!("a:{}", self.code));
        let text = match self.values.iter().find(|(name, _)| name == "Violation") {
            Some((_, violation)) => format!("{} {violation}", self.text),
            None => self.text.clone(),
        };
        let text = Element::named("faultstring").with("xml:lang", "en-US").saying(&text);
        Element::named("s:Fault").child(code).child(text).child(detail)
    }

    /// What stands in a message that refuses one thing: the text, the code, and what more is to be said.
    pub(crate) fn message(&self) -> Vec<Element> {
        let mut said = vec![
            m("MessageText").saying(&self.text),
            m("ResponseCode").saying(&self.code),
            m("DescriptiveLinkKey").saying("0"),
        ];
        said.extend(self.xml("m:MessageXml"));
        said
    }

    fn xml(&self, name: &str) -> Option<Element> {
        if self.values.is_empty() && self.paths.is_empty() {
            return None;
        }
        let values = self.values.iter().map(|(name, value)| t("Value").with("Name", name).saying(value));
        Some(Element::named(name).children(self.paths.iter().cloned()).children(values))
    }
}

/// The stores answer as Graph does, whose codes for items are this service's own. Some are Graph's alone.
impl From<StoreRefusal> for Refusal {
    fn from(refusal: StoreRefusal) -> Self {
        let code = match refusal.code.as_str() {
            "ErrorInvalidProperty" | "RequestBodyRead" | "invalidRequest" => "ErrorInvalidPropertySet",
            own if own.starts_with("Error") => own,
            _ => "ErrorInvalidRequest",
        };
        Self::new(code, refusal.message)
    }
}
