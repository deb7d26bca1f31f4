//! Where the name of an element is from.

use std::sync::Arc;

/// Where the name of an element is from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Namespace {
    /// From no namespace.
    #[default]
    None,
    /// From the one of this URI. Elements share it: a document has thousands of them, and few namespaces.
    Of(Arc<str>),
    /// Its prefix was declared nowhere.
    Undeclared,
}

impl Namespace {
    /// Whether it is the one of this URI.
    pub fn is(&self, uri: &str) -> bool {
        matches!(self, Self::Of(own) if **own == *uri)
    }
}
