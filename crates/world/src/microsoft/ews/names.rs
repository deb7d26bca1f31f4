//! The namespaces of the service.

use mxs_xml::Element;

/// SOAP 1.1.
pub(super) const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// What is asked and answered.
pub(super) const MESSAGES: &str = "http://schemas.microsoft.com/exchange/services/2006/messages";
/// What that consists of.
pub(super) const TYPES: &str = "http://schemas.microsoft.com/exchange/services/2006/types";
/// The details of faults.
pub(super) const ERRORS: &str = "http://schemas.microsoft.com/exchange/services/2006/errors";

/// An element of [`MESSAGES`], to be written.
pub(super) fn m(name: &str) -> Element {
    Element::named(format!("m:{name}"))
}

/// An element of [`TYPES`], to be written.
pub(super) fn t(name: &str) -> Element {
    Element::named(format!("t:{name}"))
}

/// An element of [`TYPES`] that says something.
pub(super) fn said(name: &str, text: impl std::fmt::Display) -> Element {
    t(name).saying(&text.to_string())
}
