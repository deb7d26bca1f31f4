//! Hostile mails, as tables.

use mxs_html::make_safe;
use proptest::prelude::*;
use std::path::Path;

/// The tags of safe HTML with their attributes. Attributes are always quoted there.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tags = Vec::new();
    for part in html.split('<').skip(1) {
        let inside = part.split('>').next().unwrap_or_default();
        let name: String = inside.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let mut attributes = Vec::new();
        let mut rest = &inside[inside.find(' ').unwrap_or(inside.len())..];
        while let Some((attribute, value)) = rest.split_once("=\"") {
            let (value, after) = value.split_once('"').expect("a quoted value");
            attributes.push((attribute.trim().to_owned(), value.to_owned()));
            rest = after;
        }
        tags.push((name, attributes));
    }
    tags
}

/// Whether nothing is left that runs, loads, submits or hides, also where what is left is read once more: two readers
/// of broken HTML may see different trees in it.
fn check(html: &str) {
    let safe = make_safe(html);
    check_left(html, &safe);
    check_left(html, &make_safe(&safe));
}

fn check_left(html: &str, safe: &str) {
    let known = [
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
    for (tag, attributes) in tags(safe) {
        assert!(known.contains(&tag.as_str()), "<{tag}> of {html:?} is left: {safe}");
        for (name, value) in attributes {
            let harmless = ["dir", "lang", "rel", "colspan", "rowspan", "span", "start"].contains(&name.as_str());
            let schemes = ["http:", "https:", "mailto:", "tel:"];
            let link = name == "href" && schemes.iter().any(|scheme| value.to_ascii_lowercase().starts_with(scheme));
            assert!(harmless || link, "{name}={value:?} of {html:?} is left");
        }
    }
}

#[test]
fn hostile_mails_lose_what_is_hostile() {
    // What comes, and what is left.
    let cases = [
        // Scripts, in every place where HTML has them.
        ("<script>alert(1)</script>Hi", "Hi"),
        ("<SCRIPT SRC=//x.example/x.js></SCRIPT>Hi", "Hi"),
        ("<p onclick=alert(1) onmouseover='x()'>Hi</p>", "<p>Hi</p>"),
        ("<img src=x onerror=alert(1)>Hi", "Hi"),
        ("<svg/onload=alert(1)><script>1</script></svg>Hi", "Hi"),
        ("<body onload=alert(1)>Hi", "Hi"),
        ("<a href=\"javascript:alert(1)\">Hi</a>", "<a rel=\"noopener noreferrer nofollow\">Hi</a>"),
        ("<a href=\"jav&#x09;ascript:alert(1)\">Hi</a>", "<a rel=\"noopener noreferrer nofollow\">Hi</a>"),
        ("<a href=\"&#106;avascript:alert(1)\">Hi</a>", "<a rel=\"noopener noreferrer nofollow\">Hi</a>"),
        ("<a href=\" \u{1}javascript:alert(1)\">Hi</a>", "<a rel=\"noopener noreferrer nofollow\">Hi</a>"),
        ("<a href=\"vbscript:x\">Hi</a>", "<a rel=\"noopener noreferrer nofollow\">Hi</a>"),
        ("<a href=\"data:text/html,<script>1</script>\">Hi</a>", "<a rel=\"noopener noreferrer nofollow\">Hi</a>"),
        // What loads, and so tells the sender.
        ("<img src=\"https://x.example/open.gif?who=ada\">Hi", "Hi"),
        ("<img src=\"cid:logo\" alt=logo>Hi", "Hi"),
        (
            "<table background=\"https://x.example/a.gif\"><tr><td>Hi</td></tr></table>",
            "<table><tbody><tr><td>Hi</td></tr></tbody></table>",
        ),
        ("<p style=\"background:url(https://x.example/a)\">Hi</p>", "<p>Hi</p>"),
        ("<style>@import url(https://x.example/a.css)</style>Hi", "Hi"),
        ("<link rel=stylesheet href=https://x.example/a.css>Hi", "Hi"),
        ("<video poster=https://x.example/a><source src=https://x.example/b></video>Hi", "Hi"),
        ("<iframe src=https://x.example></iframe>Hi", "Hi"),
        ("<object data=https://x.example>x</object><embed src=https://x.example>Hi", "Hi"),
        ("<meta http-equiv=refresh content='0;url=https://x.example'>Hi", "Hi"),
        ("<base href=https://x.example/>Hi", "Hi"),
        // What submits, or pretends.
        ("<form action=https://x.example><input name=password><button>Sign in</button></form>", "Sign in"),
        ("<a href=\"/crm/settings\">Hi</a>", "<a rel=\"noopener noreferrer nofollow\">Hi</a>"),
        ("<a href=\"//x.example\">Hi</a>", "<a rel=\"noopener noreferrer nofollow\">Hi</a>"),
        ("<div style=\"position:fixed;inset:0\" class=overlay id=app>Hi</div>", "<div>Hi</div>"),
        // What parsers disagree about.
        ("<!--[if mso]><script>1</script><![endif]-->Hi", "Hi"),
        ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">Hi", "\"&gt;Hi"),
        ("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">", ""),
        ("<p>Hi<p>you", "<p>Hi</p><p>you</p>"),
        ("<scr<script>ipt>alert(1)</script>Hi", "ipt&gt;alert(1)Hi"),
        ("<template><script>1</script></template>Hi", "Hi"),
        // What stays.
        (
            "<a href=\"https://x.example/?a=1&amp;b=2\">Hi</a>",
            "<a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">Hi</a>",
        ),
        ("<p dir=rtl lang=he>\u{5e9}\u{5dc}</p>", "<p dir=\"rtl\" lang=\"he\">\u{5e9}\u{5dc}</p>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("", ""),
    ];
    for (html, wanted) in cases {
        assert_eq!(make_safe(html), wanted, "{html}");
        assert_eq!(make_safe(wanted), wanted, "what is safe stays as it is: {html}");
        check(html);
    }
}

#[test]
fn depth_and_length_end_nothing() {
    for hostile in ["<div>", "<b><p>", "<table><td>", "<a>", "<b></i>", "<font><svg>"] {
        check(&hostile.repeat(20_000));
    }
    check(&format!("<a href=\"https://x.example/{}\">Hi</a>", "a".repeat(1_000_000)));
    check(&format!("{}{}", "<b><p>".repeat(100), "</p></b>".repeat(100)));
    assert_eq!(make_safe(&format!("{}Hi & you", "<div>".repeat(20_000))), "Hi &amp; you");
}

/// Mails that other people's tests have collected, where they are at hand.
#[test]
fn collected_mails_are_made_safe() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.ancestors().skip(1).map(|above| above.join("shared/corpus/eml")).find(|path| path.exists());
    let Some(folder) = folder else {
        println!("skipped: shared/corpus/eml is not beside the repository");
        return;
    };
    let mut read = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        check(&String::from_utf8_lossy(&bytes));
        read += 1;
    }
    assert!(read > 10, "{read} mails");
}

#[test]
fn no_damage_lets_anything_through() {
    let mail = "<div onclick='x'><a href=\"https://a.example\">a</a><script>x</script><table><tr><td>b</td></tr></table>\
                <style>c</style><svg><a href='javascript:x'>d</a></svg><img src=e><!-- f --></div>";
    for hostile in mxs_malformed::texts() {
        check(&hostile);
        for (place, _) in mail.match_indices(['<', '>', '=', '"', '\'']) {
            let (before, after) = mail.split_at(place);
            check(before);
            check(&format!("{before}{hostile}{after}"));
        }
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_made_safe(parts in prop::collection::vec(prop::sample::select(vec![
        "<", ">", "\"", "'", "/", "!", "--", "=", " ", "a", "script", "svg", "math", "style", "img", "href", "src", "onerror",
        "javascript:", "https://x.example", "&lt;", "&#60;", "<p>", "</p>", "<table>", "<td>", "<select>", "<textarea>",
        "<title>", "<xmp>", "<noscript>", "<![CDATA[", "]]>", "\u{0}", "\u{2028}", "`",
    ]), 0..40)) {
        check(&parts.concat());
    }
}
