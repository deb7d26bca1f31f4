//! A message as it goes over the Internet, as far as the store knows it.
//!
//! See RFC 5322 and RFC 2045.

use crate::microsoft::ews::ids;
use crate::microsoft::mail::{Message, Person};

/// How long a line of base64 is.
const LINE: usize = 76;

/// The whole message.
pub(super) fn written(message: &Message) -> String {
    let list = |people: &[Person]| people.iter().map(address).collect::<Vec<_>>().join(", ");
    let mut lines = Vec::new();
    let mut header = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{name}: {value}"));
        }
    };
    header("From", message.from.as_ref().map(address).unwrap_or_default());
    header("To", list(&message.to));
    header("Cc", list(&message.cc));
    header("Reply-To", list(&message.reply_to));
    header("Subject", word(&message.subject));
    header("Date", message.sent.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
    header("Message-ID", message.internet_id.clone());
    for (name, value) in &message.headers {
        header(name, word(value));
    }
    header("MIME-Version", "1.0".to_owned());
    let kind = if message.html { "text/html" } else { "text/plain" };
    header("Content-Type", format!("{kind}; charset=utf-8"));
    header("Content-Transfer-Encoding", "base64".to_owned());
    lines.push(String::new());
    let content = ids::base64(message.content.as_bytes());
    // Base64 is ASCII: each byte is a character.
    lines.extend(content.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line).into_owned()));
    lines.push(String::new());
    lines.join("\r\n")
}

fn address(person: &Person) -> String {
    let one_line = |text: &str| text.replace(['\r', '\n'], " ");
    if person.name.is_empty() {
        return one_line(&person.address);
    }
    let name = if person.name.is_ascii() {
        format!("\"{}\"", one_line(&person.name).replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        word(&person.name)
    };
    format!("{name} <{}>", one_line(&person.address))
}

/// Text in a header (RFC 2047).
fn word(text: &str) -> String {
    let text = text.replace(['\r', '\n'], " ");
    if text.is_ascii() { text } else { format!("=?utf-8?B?{}?=", ids::base64(text.as_bytes())) }
}
