//! The elements of the service's namespaces, to be written.

pub use mxs_xml::{BODY_MAX, DEPTH_MAX, ELEMENTS_MAX};
pub(crate) use mxs_xml::{Element, entries, read};

/// An element of the messages' namespace, to be written.
pub(crate) fn m(name: &str) -> Element {
    Element::named(format!("m:{name}"))
}

/// An element of the types' namespace, to be written.
pub(crate) fn t(name: &str) -> Element {
    Element::named(format!("t:{name}"))
}
