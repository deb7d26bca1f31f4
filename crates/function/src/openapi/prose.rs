//! Doc comments, as those read them who don't read Rust.

/// The text with a line a paragraph, and without its links to other items: what they are called stays.
pub(super) fn plain(text: &str) -> String {
    let paragraphs: Vec<String> = text.split("\n\n").map(|lines| unlinked(&lines.replace('\n', " "))).collect();
    paragraphs.join("\n\n")
}

fn unlinked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, link)) = rest.split_once('[') {
        plain.push_str(before);
        let Some((name, after)) = link.split_once(']') else {
            plain.push('[');
            rest = link;
            continue;
        };
        plain.push_str(name);
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_called_what_it_was_called() {
        for (text, expected) in [
            ("no link", "no link"),
            ("at most [`LINKS_OF_MAX`](crate::LINKS_OF_MAX) of them", "at most `LINKS_OF_MAX` of them"),
            ("an [`Action`], or [one](mxs_core::One)", "an `Action`, or one"),
            ("[`A`] (or so)", "`A` (or so)"),
            ("half [of one", "half [of one"),
            ("two\nlines\n\nand [one](O)", "two lines\n\nand one"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }
}
