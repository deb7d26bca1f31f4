//! Makes the HTML of strangers safe to show.
//!
//! A mail's HTML is written by whoever sent it, and is shown inside the CRM. What is left of it is text with its
//! structure and its links: nothing that runs, loads, submits, covers what is around it or tells the sender that it
//! was read. Pictures go too: those inside the mail have no address outside of it, and the others are how a sender
//! learns who opened it and where.
//!
//! What it does not do: tell whether a link leads to a trap.
//!
//! It weighs 214 KB of brotli, most of it the parser that reads HTML as browsers do, so what the tab downloads has
//! none: there, mails are given away as plain text, into which Exchange turns them.

mod depth;

use ammonia::{Builder, UrlRelative};
use std::collections::{HashMap, HashSet};

/// Text and its structure. No pictures, no forms, nothing embedded.
const TAGS: [&str; 43] = [
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "ul",
];

/// What goes with all that is in it, and not only with its marks.
const EMPTIED: [&str; 8] = ["script", "style", "title", "template", "noscript", "object", "svg", "math"];

/// Where a link may lead.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// The attributes of single tags; none of them can point anywhere but `href`.
const ATTRIBUTES: [(&str, &[&str]); 5] = [
    ("a", &["href"]),
    ("col", &["span"]),
    ("ol", &["start"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan"]),
];

/// HTML that can be shown anywhere, of whatever text. What is too deep to be a mail that somebody wrote is given as its
/// bare text.
pub fn make_safe(html: &str) -> String {
    if depth::is_too_deep(html) {
        return depth::bare_text(html);
    }
    let attributes: HashMap<&str, HashSet<&str>> =
        ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect();
    Builder::default()
        .tags(TAGS.into())
        .clean_content_tags(EMPTIED.into())
        .tag_attributes(attributes)
        // The direction of writing belongs to the text.
        .generic_attributes(["dir", "lang"].into())
        .url_schemes(SCHEMES.into())
        // A relative link would lead into the CRM.
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true)
        .clean(html)
        .to_string()
}
