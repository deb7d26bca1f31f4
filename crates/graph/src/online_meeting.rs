//! The block that an online meeting has in its body, with the way into it. It isn't ours to write: whoever saves the
//! body without it takes the meeting offline.
//!
//! <https://learn.microsoft.com/en-us/graph/outlook-calendar-online-meetings>

use crate::html;

/// The line above the block, and mostly below it, has at least so many underscores; Teams writes eighty, Outlook fewer.
const LINE: &str = "________________________________";

/// The element that begins the block itself, by its class.
const BLOCK_CLASSES: [&str; 2] = ["me-email-text", "me-email-headline"];

/// The notes in a body's plain text: what is above the block, and below it.
pub fn notes_of(text: &str) -> String {
    let Some(start) = text.find(LINE) else { return text.to_owned() };
    let after = text[start..].trim_start_matches('_');
    // Without a second line the block goes on to the end.
    let below = after.find(LINE).map_or("", |end| after[end..].trim_start_matches('_'));
    let parts = [text[..start].trim(), below.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The body with `notes` instead of the notes it has, and its block as it is; `None` where no block is found, so that
/// nothing can be kept.
pub(crate) fn with_notes(html: &str, notes: &str) -> Option<String> {
    let (start, end) = block(html)?;
    let notes = html::of_text(notes);
    Some(format!("<html><body>\r\n<div>{notes}</div>\r\n{}\r\n</body></html>", &html[start..end]))
}

/// Where the block is, its two lines included.
fn block(html: &str) -> Option<(usize, usize)> {
    let first = html.find(LINE)?;
    let after_line = first + html[first..].len() - html[first..].trim_start_matches('_').len();
    let inside = &html[after_line..];
    BLOCK_CLASSES.iter().find(|class| inside.contains(**class))?;
    let start = html[..first].rfind("<div").unwrap_or(first);
    let end = match inside.rfind(LINE) {
        Some(last) => {
            // The line's own element ends behind it.
            let last = after_line + last;
            html[last..].find("</div>").map_or(html.len(), |end| last + end + "</div>".len())
        }
        None => html.rfind("</body>").filter(|end| *end > after_line).unwrap_or(html.len()),
    };
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line() -> String {
        format!("<div style=\"height:20px\"><span>{}</span>\r\n</div>", "_".repeat(80))
    }

    fn body(notes: &str) -> String {
        let block =
            "<div class=\"me-email-text\"><a class=\"me-email-headline\" href=\"https://teams/x\">Join</a></div>";
        format!("<html><head></head><body>\r\n{notes}\r\n{}{block}{}</body></html>", line(), line())
    }

    #[test]
    fn notes_are_what_is_around_the_block() {
        let line = "_".repeat(80);
        let cases = [
            ("nothing online".to_owned(), "nothing online"),
            (format!("see you\r\n{line}\r\nJoin\r\n{line}\r\n"), "see you"),
            (format!("{line}\nJoin\n{line}\nbelow"), "below"),
            (format!("above\n{line}\nJoin\n{line}\nbelow"), "above\nbelow"),
            (format!("above\n{line}\nJoin"), "above"),
            (line, ""),
        ];
        for (text, notes) in cases {
            assert_eq!(notes_of(&text), notes, "{text}");
        }
    }

    #[test]
    fn the_block_stays_when_notes_are_written() {
        let new = with_notes(&body("<p>old</p>"), "new <b>\nline").expect("a block");
        assert!(new.contains("me-email-headline") && new.contains("https://teams/x"));
        assert_eq!(notes_of(&html::to_text(&new)), "new <b>\nline");
        assert_eq!(new.matches(&"_".repeat(80)).count(), 2, "both lines");
        let again = with_notes(&new, "third").expect("a block");
        assert_eq!(notes_of(&html::to_text(&again)), "third");
        assert_eq!(with_notes("<p>no block</p>", "x"), None);
        assert_eq!(with_notes(&format!("<p>{}</p>", "_".repeat(80)), "x"), None, "somebody's own line");
    }

    proptest! {
        #[test]
        fn no_body_makes_it_fail(html in "[_<>/divé\" -]{0,200}", notes in ".{0,20}") {
            let html = html.replace('é', LINE);
            let _ = (with_notes(&html, &notes), with_notes(&format!("{html}me-email-text"), &notes), notes_of(&html));
        }
    }
}
