//! Bodies that are no message, or half of one.

/// How deep brackets are that no reader follows.
const DEPTH: usize = 20_000;

/// Every damage to the text of a message: cut off after each byte, with what no text may hold at the beginning of each
/// of its strings, and something else altogether.
pub fn bodies(message: &str) -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = (0..message.len()).map(|length| message.as_bytes()[..length].to_vec()).collect();
    // Halves of surrogate pairs, a raw control character, bytes that are no UTF-8, escapes that are none.
    let inserts: [&[u8]; 6] = [b"\\ud83d", b"\\ude00", b"\\ud83d\\u0041", b"\0", b"\xff\xfe", b"\\x"];
    for start in string_starts(message) {
        for insert in inserts {
            let (before, after) = message.as_bytes().split_at(start);
            bodies.push([before, insert, after].concat());
        }
    }
    let whole = |text: &str| text.as_bytes().to_vec();
    bodies.extend(["", " ", "null", "true", "5", "[]", "\"\"", "1e999999", "{\"a\":1,\"a\":2}"].map(whole));
    bodies.extend(["<html><body>Bad Gateway</body></html>", "{\"value\":", "{'value':[]}"].map(whole));
    bodies.push("[".repeat(DEPTH).into_bytes());
    bodies.push("{\"a\":".repeat(DEPTH).into_bytes());
    bodies.push(format!("\u{feff}{message}").into_bytes());
    bodies.push(format!("{message}{message}").into_bytes());
    bodies.push(message.encode_utf16().flat_map(u16::to_le_bytes).collect());
    bodies
}

/// Where the strings of JSON begin, behind their quotes.
fn string_starts(message: &str) -> Vec<usize> {
    let (mut starts, mut is_inside, mut is_escaped) = (Vec::new(), false, false);
    for (index, byte) in message.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_inside => is_escaped = true,
            b'"' => {
                is_inside = !is_inside;
                starts.extend(is_inside.then_some(index + 1));
            }
            _ => {}
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_found_where_they_begin() {
        assert_eq!(string_starts(r#"{"a\"b":["","c"]}"#), [2, 10, 13]);
    }

    #[test]
    fn a_message_is_cut_at_every_length() {
        let bodies = bodies(r#"{"a":1}"#);
        assert!((0..7).all(|length| bodies.iter().any(|body| body == &r#"{"a":1}"#.as_bytes()[..length])));
        assert!(bodies.iter().any(|body| body == r#"{"\ud83da":1}"#.as_bytes()));
    }
}
