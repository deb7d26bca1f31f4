//! The text of a vCard file, whose bytes say only sometimes what they mean.

use mail_parser::decoders::charsets::map::charset_decoder;

/// Decodes a file: UTF-8 when it is valid, else the first `CHARSET` that the file names, else Windows-1252,
/// which is what Outlook writes when it says nothing.
///
/// The whole file is decoded at once, not value by value: the second byte of a Shift_JIS character may be a
/// backslash, which a reader of the raw lines would take for an escape.
pub(super) fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let named = named_charset(bytes).and_then(|name| charset_decoder(name.as_bytes()));
    let decoder = named.or_else(|| charset_decoder(b"windows-1252"));
    decoder.map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes))
}

fn named_charset(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes).to_ascii_uppercase();
    let start = text.find("CHARSET=")? + "CHARSET=".len();
    let name: String = text[start..]
        .chars()
        .skip_while(|&c| c == '"')
        .take_while(|c| !matches!(c, ':' | ';' | '"' | '\r' | '\n'))
        .collect();
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn bytes_become_text() {
        let cases: [(&[u8], &str); 5] = [
            ("\u{feff}FN:Zoë".as_bytes(), "FN:Zoë"),
            (b"FN;CHARSET=SHIFT_JIS:\x88\xC0\x93\xA1", "FN;CHARSET=SHIFT_JIS:安藤"),
            // U+80FD is 0x94 0x5C in Shift_JIS: its second byte is a backslash.
            (b"FN;CHARSET=SHIFT_JIS:\x94\x5C", "FN;CHARSET=SHIFT_JIS:能"),
            (b"ADR:L\xE4mmerweg", "ADR:Lämmerweg"),
            (b"FN;CHARSET=x-unknown:M\xFCller", "FN;CHARSET=x-unknown:Müller"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(decode(bytes), expected);
        }
    }
}
