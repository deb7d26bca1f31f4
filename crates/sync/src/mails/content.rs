//! What a message says, as it is given away.

use super::ports::MakeSafe;
use mxs_graph::mail::letters::{Letter, Person as MailPerson};
use mxs_zoho::emails::associate::Person;
use std::fmt::Write as _;

/// The longest text that is given away, in characters. A newsletter of a megabyte is cut before it is made safe, so
/// that what is cut can't be half a tag.
const CONTENT_MAX: usize = 300_000;

/// The most attachments that are named.
const NAMES_MAX: usize = 50;

/// Stands before the name of an attachment, in every language.
const CLIP: char = '\u{1F4CE}';

/// The text of a message, whether it is HTML, with the names of what is attached.
pub(super) fn content(letter: &Letter, make_safe: Option<MakeSafe>) -> (String, bool) {
    let cut: String = letter.content.chars().take(CONTENT_MAX).collect();
    let names = letter.attachments.iter().take(NAMES_MAX);
    match make_safe {
        Some(make_safe) if letter.html => {
            let mut content = make_safe(&cut);
            for name in names {
                // Writing to a text can't fail.
                let _ = write!(content, "<p>{CLIP} {}</p>", escaped(name));
            }
            (content, true)
        }
        _ => {
            let mut content = cut;
            for name in names {
                let _ = write!(content, "\n{CLIP} {name}");
            }
            (content, false)
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A person as the CRM takes one.
pub(super) fn person(person: &MailPerson) -> Person {
    Person { name: person.name.clone(), address: person.address.clone() }
}
