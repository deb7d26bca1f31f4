//! Base64 with the alphabet for URLs, without padding (RFC 4648, section 5).

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Encodes `bytes`.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let block =
            chunk.iter().fold(0_usize, |block, &byte| (block << 8) | usize::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(block >> (18 - 6 * place)) & 63]));
        }
    }
    text
}

/// Decodes what [`encode`] writes; `None` for anything else, so that one content has one form.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in text.as_bytes().chunks(4) {
        let digits: Option<Vec<usize>> =
            chunk.iter().map(|byte| ALPHABET.iter().position(|letter| letter == byte)).collect();
        let block = digits?.iter().fold(0, |block, digit| (block << 6) | digit) << (6 * (4 - chunk.len()));
        let (whole, spare) = match chunk.len() {
            4 => (3, 0),
            3 => (2, block & 0xFF),
            2 => (1, block & 0xFFFF),
            _ => return None,
        };
        if spare != 0 {
            return None;
        }
        bytes.extend((0..whole).map(|place| (block >> (16 - 8 * place)) as u8));
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_rfc() {
        let cases: [(&[u8], &str); 8] = [
            (b"", ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foob", "Zm9vYg"),
            (b"fooba", "Zm9vYmE"),
            (b"foobar", "Zm9vYmFy"),
            // Both letters that differ from the alphabet for mail.
            (&[0xFB, 0xFF], "-_8"),
        ];
        for (plain, encoded) in cases {
            assert_eq!(encode(plain), encoded);
            assert_eq!(decode(encoded).as_deref(), Some(plain), "{encoded}");
        }
        // A single letter, padding, bits beyond the end, the other alphabet, a space.
        for text in ["Z", "Zg==", "Zh", "Zm9", "+/8", "Zm 9"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
