//! What nobody may see.

use std::fmt;

/// A token or code: whoever has it can act as the user. `Debug` hides it.
///
/// The `secrecy` crate does the same and also wipes memory, which in a browser's WebAssembly is of no use
/// (the token passes through JavaScript strings), so that here it would only cost size.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
