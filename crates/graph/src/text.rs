//! Text with the engine's line ends, and with Exchange's.

use mxs_core::Value;

/// Text as the engine compares it: both sides' line ends are one and the same.
pub fn read(text: &str) -> Option<Value> {
    if text.contains('\r') { Value::text(&text.replace("\r\n", "\n").replace('\r', "\n")) } else { Value::text(text) }
}

/// Text as Exchange keeps it.
pub fn with_line_ends(text: &str) -> String {
    text.replace('\n', "\r\n")
}
