//! Plain text out of HTML, and into it.

/// Elements whose contents nobody reads.
const UNREAD: [&str; 4] = ["head", "script", "style", "title"];

/// Elements that begin and end a line.
const BLOCKS: [&str; 16] =
    ["address", "blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "table", "tr", "ul"];

/// The longest name of an entity; real ones are below.
const ENTITY_MAX: usize = 10;

/// What a reader sees of HTML, without its looks. What isn't HTML comes out as what a browser would make of it.
pub fn to_text(html: &str) -> String {
    let mut text = Text::default();
    let mut rest = html;
    let mut unread: Option<String> = None;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        if unread.is_none() {
            text.words(before);
        }
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let Some((inside, after)) = tag[1..].split_once('>') else {
            rest = "";
            break;
        };
        rest = after;
        let is_end = inside.starts_with('/');
        let name: String =
            inside.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect::<String>();
        let name = name.to_ascii_lowercase();
        match &unread {
            Some(open) if is_end && *open == name => unread = None,
            Some(_) => {}
            None if UNREAD.contains(&name.as_str()) && !is_end => unread = Some(name),
            None if name == "br" => text.line(),
            None if BLOCKS.contains(&name.as_str()) => text.block(),
            None => {}
        }
    }
    if unread.is_none() {
        text.words(rest);
    }
    text.written.trim().to_owned()
}

/// HTML that shows `text`.
pub(crate) fn of_text(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace("\r\n", "\n").replace('\n', "<br>\r\n")
}

/// Text as it is put together.
#[derive(Default)]
struct Text {
    written: String,
    /// Whether a blank is due before the next word.
    blank: bool,
}

impl Text {
    /// Words with whatever blanks between them: one blank each.
    fn words(&mut self, html: &str) {
        for part in html.split_inclusive([' ', '\t', '\r', '\n']) {
            let word = part.trim_end_matches([' ', '\t', '\r', '\n']);
            if !word.is_empty() {
                if self.blank && !self.written.is_empty() && !self.written.ends_with('\n') {
                    self.written.push(' ');
                }
                entities(word, &mut self.written);
                self.blank = false;
            }
            self.blank |= word.len() < part.len();
        }
    }

    fn line(&mut self) {
        self.written.push('\n');
        self.blank = false;
    }

    fn block(&mut self) {
        if !self.written.is_empty() && !self.written.ends_with('\n') {
            self.line();
        }
        self.blank = false;
    }
}

/// Adds `word` with its entities as what they stand for; what is none stays as it is.
fn entities(word: &str, written: &mut String) {
    let mut rest = word;
    while let Some(start) = rest.find('&') {
        let (before, entity) = rest.split_at(start);
        written.push_str(before);
        let end = entity.find(';').filter(|end| *end <= ENTITY_MAX);
        let found = end.and_then(|end| Some((character(&entity[1..end])?, &entity[end + 1..])));
        match found {
            Some((character, after)) => {
                written.push(character);
                rest = after;
            }
            None => {
                written.push('&');
                rest = &entity[1..];
            }
        }
    }
    written.push_str(rest);
}

/// The entities that Exchange writes, and every number.
fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "apos" => Some('\''),
        "gt" => Some('>'),
        "lt" => Some('<'),
        "nbsp" => Some(' '),
        "quot" => Some('"'),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_reader_sees() {
        let cases = [
            ("", ""),
            ("plain", "plain"),
            (
                "<html><head><title>T</title><style>p{}</style></head><body><p>one</p><p>two</p></body></html>",
                "one\ntwo",
            ),
            ("one<br>two<br/>\r\n three", "one\ntwo\nthree"),
            ("<div>a  b\r\n c</div>", "a b c"),
            ("<b>bo</b>ld <i>it</i>", "bold it"),
            ("a<!-- <p>no</p> -->b", "ab"),
            ("5 &lt; 6 &amp;&amp; 7 &gt; 6 &quot;x&quot; &#39;y&#x27; &nbsp;z", "5 < 6 && 7 > 6 \"x\" 'y'  z"),
            ("&unknown; &amp", "&unknown; &amp"),
            ("&#xD800; &#99999999;", "&#xD800; &#99999999;"),
            ("<script>alert('<p>')</script>x", "x"),
            ("open <a href=\"x", "open"),
            ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ];
        for (html, text) in cases {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn no_html_makes_it_fail(html in "[<>&;/!a-z#0-9é -]{0,60}") {
            let _ = to_text(&html);
        }

        #[test]
        fn text_comes_back(text in "[!-~é]{1,8}([ \n][!-~é]{1,8}){0,5}") {
            prop_assert_eq!(to_text(&of_text(&text)), text);
        }
    }
}
