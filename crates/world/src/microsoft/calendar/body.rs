//! The text of an event, and the block in it by which people join an online meeting.
//!
//! Exchange keeps a whole HTML document whatever a client sends, and answers with it unless the client prefers text
//! (<https://learn.microsoft.com/en-us/graph/api/user-post-events>).

use super::refusal;
use super::schema::{misfit, word};
use crate::Ids;
use crate::html::escape;
use crate::microsoft::mailbox::{expected, unknown_property};
use crate::microsoft::refusal::Refusal;
use serde_json::{Value, json};

/// A preview has so many characters (<https://learn.microsoft.com/en-us/graph/api/resources/event>).
const PREVIEW: usize = 255;

/// The line above the block, in underscores, as published answers have it
/// (<https://learn.microsoft.com/en-us/graph/outlook-calendar-online-meetings>).
const LINE: usize = 80;

/// What a page's line breaks are in text.
const BREAKS: [&str; 8] = ["<br>", "<br/>", "<br />", "</p>", "</div>", "</li>", "</tr>", "</h1>"];

/// Reads an `itemBody`, replaced as a whole and kept as a document.
pub(crate) fn read(value: &Value) -> Result<Value, Refusal> {
    let members = match value {
        Value::Null => return Err(refusal::no_body()),
        Value::Object(members) => members,
        other => return Err(expected(other, "StartObject")),
    };
    let (mut content, mut html) = (String::new(), false);
    for (name, value) in members {
        match (name.as_str(), value) {
            ("content", Value::String(text)) => content.clone_from(text),
            ("content", Value::Null) => {}
            ("content", other) => return Err(misfit(other, "Edm.String")),
            ("contentType", Value::Null) => {}
            ("contentType", kind) => html = word(kind, "bodyType", &["text", "html"])? == "html",
            (name, _) if name.contains('@') => {}
            (name, _) => return Err(unknown_property(name, "itemBody")),
        }
    }
    let inside = if html { content } else { escape(&content).replace("\r\n", "\n").replace('\n', "<br>\r\n") };
    Ok(kept(&inside))
}

fn kept(inside: &str) -> Value {
    let is_document = inside.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("<html"));
    let content = match (inside.is_empty(), is_document) {
        (true, _) => String::new(),
        (_, true) => inside.to_owned(),
        (_, false) => format!("<html><head></head><body>{inside}</body></html>"),
    };
    json!({ "contentType": "html", "content": content })
}

/// The text as a reader prefers it.
pub(crate) fn write(body: &Value, as_text: bool) -> Value {
    if as_text { json!({ "contentType": "text", "content": plain(body) }) } else { body.clone() }
}

/// The beginning of the text.
pub(crate) fn preview(body: &Value) -> String {
    plain(body).chars().take(PREVIEW).collect()
}

/// The text without its markup: what stands between tags, and where links lead.
fn plain(body: &Value) -> String {
    let content = body["content"].as_str().unwrap_or_default().replace("\r\n", "");
    let broken = BREAKS.iter().fold(content, |text, tag| text.replace(tag, "\r\n"));
    let mut text = String::new();
    for (place, piece) in broken.split('<').enumerate() {
        let (tag, rest) = if place == 0 { ("", piece) } else { piece.split_once('>').unwrap_or((piece, "")) };
        text.push_str(rest);
        if let Some((_, link)) = tag.split_once("href=\"") {
            text.push_str(link.split('"').next().unwrap_or_default());
            text.push(' ');
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, character)| text.replace(entity, character)).trim().to_owned()
}

/// What a new online meeting is called by.
pub(crate) fn online_meeting(ids: &mut Ids) -> Value {
    let conference = ids.next_number() % 1_000_000_000;
    json!({
        "joinUrl": format!("https://teams.microsoft.com/l/meetup-join/19%3ameeting_{}%40thread.v2/0", ids.token(48)),
        "conferenceId": format!("{conference:09}"),
        "tollNumber": "+1 425 555 0123",
    })
}

/// Puts the block by which people join at the end of the text.
pub(crate) fn with_block(body: &Value, meeting: &Value) -> Value {
    let link = meeting["joinUrl"].as_str().unwrap_or_default();
    let line = "_".repeat(LINE);
    let block = format!(
        "<br><div style=\"width:100%\">{line}</div><div class=\"me-email-text\"><b>Microsoft \
         Teams meeting</b><br><a href=\"{link}\" id=\"meet_invite_block.action.join_link\">Join the meeting now</a></div>"
    );
    let content = body["content"].as_str().unwrap_or_default();
    match content.rsplit_once("</body>") {
        Some((before, after)) => kept(&format!("{before}{block}</body>{after}")),
        None => kept(&format!("{content}{block}")),
    }
}

/// Whether people can still join by the text. Who replaces the text without the block disables the online meeting
/// (<https://learn.microsoft.com/en-us/graph/api/event-update>,
/// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/4624>).
pub(crate) fn has_block(body: &Value, meeting: &Value) -> bool {
    let content = body["content"].as_str().unwrap_or_default();
    meeting["joinUrl"].as_str().is_some_and(|link| content.contains(link))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_documents_and_documents_texts() {
        let cases = [
            (
                json!({ "contentType": "HTML", "content": "Noon?" }),
                "<html><head></head><body>Noon?</body></html>",
                "Noon?",
            ),
            (
                json!({ "contentType": "text", "content": "a < b\nc" }),
                "<html><head></head><body>a &lt; b<br>\r\nc</body></html>",
                "a < b\r\nc",
            ),
            (json!({ "contentType": "html", "content": "<HTML><p>x</p></HTML>" }), "<HTML><p>x</p></HTML>", "x"),
            (json!({ "content": "" }), "", ""),
        ];
        for (written, kept, text) in cases {
            let body = read(&written).expect("a body");
            assert_eq!((body["content"].as_str(), write(&body, true)["content"].as_str()), (Some(kept), Some(text)));
        }
        assert_eq!(
            read(&Value::Null).map_err(|refusal| refusal.message),
            Err("The body of the item is invalid.".into())
        );
    }

    #[test]
    fn the_block_survives_a_reader_of_texts() {
        let meeting = online_meeting(&mut Ids::new(1));
        let body = with_block(&read(&json!({ "contentType": "text", "content": "Agenda" })).expect("a body"), &meeting);
        assert!(has_block(&body, &meeting));
        let read_back = read(&write(&body, true)).expect("a body");
        assert!(has_block(&read_back, &meeting), "{read_back}");
        assert!(!has_block(&read(&json!({ "content": "Agenda" })).expect("a body"), &meeting));
    }
}
