//! How deep HTML is, roughly, before anybody takes the trouble to read it well.
//!
//! Reading it as browsers do takes time that grows with the third power of its depth: five hundred times `<b><p>`
//! take two seconds, and five thousand would take the afternoon. No mail that people write is that deep.

/// The deepest HTML that is read.
pub(crate) const DEPTH_MAX: usize = 250;

/// Tags that hold nothing.
const EMPTY: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Tags of which the next one ends the one before, as sloppy HTML has it.
const SIBLINGS: [&str; 8] = ["dd", "dt", "li", "option", "p", "td", "th", "tr"];

/// Whether HTML is deeper than [`DEPTH_MAX`]. Tags that nobody opened end nothing.
pub(crate) fn is_too_deep(html: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    for part in html.split('<').skip(1) {
        let (ends, part) = part.strip_prefix('/').map_or((false, part), |rest| (true, rest));
        let name = part.chars().take_while(|c| !c.is_whitespace() && !"/>".contains(*c));
        let name: String = name.take(16).collect::<String>().to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || EMPTY.contains(&name.as_str()) {
            continue;
        }
        if ends {
            if let Some(at) = open.iter().rposition(|known| *known == name) {
                open.truncate(at);
            }
            continue;
        }
        // Inside a drawing they hold each other like any other tag.
        let drawn = || open.iter().any(|known| ["math", "svg"].contains(&known.as_str()));
        if SIBLINGS.contains(&name.as_str()) && open.last() == Some(&name) && !drawn() {
            continue;
        }
        open.push(name);
        if open.len() > DEPTH_MAX {
            return true;
        }
    }
    false
}

/// What stands between the tags, as HTML that holds none.
pub(crate) fn bare_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            '&' if !inside => text.push_str("&amp;"),
            '"' if !inside => text.push_str("&quot;"),
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_what_is_open_at_once() {
        let times = |text: &str, times| text.repeat(times);
        let cases = [
            (times("<div>", 250), false),
            (times("<div>", 251), true),
            (times("<DIV x='<'></div>", 1_000), false),
            (times("<p>text", 1_000), false),
            (times("<br><img src=x>", 1_000), false),
            (times("<b></z>", 300), true),
            (format!("<svg>{}", times("<td>", 300)), true),
            (times("<b><p>", 126), true),
            (times("1 < 2 <3 <", 1_000), false),
            (format!("{}{}", times("<ul><li>", 100), times("</ul>", 100)), false),
        ];
        for (html, deep) in cases {
            assert_eq!(is_too_deep(&html), deep, "{}", &html[..html.len().min(40)]);
        }
    }

    #[test]
    fn bare_text_has_no_tags() {
        assert_eq!(bare_text("<b>1 & 2</b> > <i x='"), "1 &amp; 2  ");
    }
}
