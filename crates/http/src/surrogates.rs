//! Text of which a character was cut in half.

/// The escape of U+FFFD, which stands for what nobody can read.
const REPLACEMENT: &[u8] = br"\ufffd";

/// JSON with each escaped half of a character that stands alone replaced; `None` where there is none. Services that
/// keep text in UTF-16 cut previews and long texts wherever they end, and no reader of JSON takes what is left: one
/// such text would make everything beside it unreadable.
pub fn without_halves(json: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    let (mut index, mut copied) = (0, 0);
    while let Some(offset) = json.get(index..)?.iter().position(|byte| *byte == b'\\') {
        let escape = index + offset;
        index = escape
            + match (unit(json, escape), unit(json, escape + 6)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
                (Some(0xd800..=0xdfff), _) => {
                    whole.extend_from_slice(&json[copied..escape]);
                    whole.extend_from_slice(REPLACEMENT);
                    copied = escape + 6;
                    6
                }
                (Some(_), _) => 6,
                // Another escape, of one character.
                (None, _) => 2,
            };
    }
    if copied == 0 {
        return None;
    }
    whole.extend_from_slice(json.get(copied..).unwrap_or_default());
    Some(whole)
}

/// The UTF-16 unit of the escape at `place`, if it is one.
fn unit(json: &[u8], place: usize) -> Option<u16> {
    let digits = json.get(place..place + 6)?.strip_prefix(br"\u")?;
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    u16::from_str_radix(digits?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_replaced_and_nothing_else_is_touched() {
        let cases = [
            // Whole characters, other escapes, and no escape.
            (r#"["a\ud83d\ude00b\u00e9\n\\"]"#, None),
            ("", None),
            (r#"["\\ud83d"]"#, None),
            // A first half at the end, before another letter, before another escape, before another first half.
            (r#"["a\ud83d"]"#, Some(r#"["a\ufffd"]"#)),
            (r#"["\ud83dx"]"#, Some(r#"["\ufffdx"]"#)),
            (r#"["\ud83d\u0041"]"#, Some(r#"["\ufffd\u0041"]"#)),
            (r#"["\ud83d\ud83d\ude00"]"#, Some(r#"["\ufffd\ud83d\ude00"]"#)),
            // A second half.
            (r#"["\uDE00", "\ud83d"]"#, Some(r#"["\ufffd", "\ufffd"]"#)),
            // What is no escape at all is left to the reader.
            (r#"["\ud8"#, None),
            (r#"["\ud+3d"]"#, None),
            ("\\", None),
        ];
        for (json, wanted) in cases {
            let found = without_halves(json.as_bytes()).map(|json| String::from_utf8(json).expect("UTF-8"));
            assert_eq!(found.as_deref(), wanted, "{json}");
        }
    }
}
