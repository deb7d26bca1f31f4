//! The forms that e-mail addresses, telephone numbers and web addresses must have.
//!
//! Zoho publishes regular expressions for them; these functions accept what those accept.

/// An e-mail address: a local part of letters, digits and ``!#$%&'*+-/=?^_`{|}~.`` that starts with a
/// letter, a digit, `+`, `-` or `_`; labels of letters and digits with `-` or `_` inside; a last label of 2
/// to 22 letters.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let mut letters = local.chars();
    let starts = letters.next().is_some_and(|first| first.is_alphanumeric() || "+-_".contains(first));
    let goes_on = letters.all(|letter| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter));
    let Some((labels, last)) = domain.rsplit_once('.') else { return false };
    let label = |label: &str| {
        label.starts_with(char::is_alphanumeric)
            && label.ends_with(char::is_alphanumeric)
            && label.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter))
    };
    let top = (2..=22).contains(&last.chars().count()) && last.chars().all(char::is_alphabetic);
    starts && goes_on && (4..=256).contains(&domain.chars().count()) && labels.split('.').all(label) && top
}

/// A telephone number: an optional `+`; then runs of letters and digits, each with at most one `.` or `-`
/// and one space before it, or in parentheses; then runs after `,` or `;`. No `/`, `#` or `*`, no two
/// spaces in a row.
pub(super) fn is_phone(text: &str) -> bool {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest.starts_with(['.', '-']) {
        return false;
    }
    let mut any = false;
    while let Some(after) = plain(rest).or_else(|| parenthesised(rest)) {
        rest = after;
        any = true;
    }
    while let Some(after) = extension(rest) {
        rest = after;
    }
    any && rest.strip_prefix(';').unwrap_or(rest).is_empty()
}

/// What follows one or more letters and digits.
fn run(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric());
    (rest.len() < text.len()).then_some(rest)
}

fn skip<'a>(text: &'a str, letters: &[char]) -> &'a str {
    text.strip_prefix(letters).unwrap_or(text)
}

fn plain(text: &str) -> Option<&str> {
    run(skip(skip(text, &['.', '-']), &[' ']))
}

fn parenthesised(text: &str) -> Option<&str> {
    let mut inner = skip(text, &[' ']).strip_prefix('(')?;
    if inner.starts_with(['.', '-']) {
        return None;
    }
    inner = run(skip(inner, &[' ']))?;
    while let Some(after) = run(skip(inner, &[' ', '.', '-'])) {
        inner = after;
    }
    let rest = inner.strip_prefix(')')?;
    if rest.starts_with('.') {
        return None;
    }
    Some(run(skip(rest, &[' ', '-'])).unwrap_or(rest))
}

fn extension(text: &str) -> Option<&str> {
    run(skip(text.trim_start_matches(','), &[';']))
}

/// A web address: a scheme or `www.` are optional, a dot in the host isn't.
pub(super) fn is_website(text: &str) -> bool {
    let schemes = ["http://", "https://", "ftp://"];
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).unwrap_or(text);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let label = |label: &str| {
        !label.is_empty()
            && !label.chars().any(|letter| letter.is_ascii_control() || " \"&'*+,:;<=>@[\\]^`{}".contains(letter))
    };
    host.contains('.') && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn email_addresses() {
        let cases = [
            ("a@b.example", true),
            ("o'neill@sub-1.b.example", true),
            ("_x+tag@b.co", true),
            ("ärzte@bücher.example", true),
            ("a@b", false),
            ("a b@c.example", false),
            ("'a@b.example", false),
            ("a@-b.example", false),
            ("a@b.c0m", false),
            ("a@b..example", false),
            ("Ada <a@b.example>", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_email(text), expected, "{text}");
        }
    }

    #[test]
    fn telephone_numbers() {
        let cases = [
            ("+1 (425) 555-0100", true),
            ("111-1234567", true),
            ("555.0100 x12", true),
            ("+49-30-1234", true),
            ("555-0100,,12;", true),
            ("(0)30 1234", true),
            ("030 / 1234", false),
            ("+49 (0)30  1234", false),
            ("*31#1234", false),
            ("-555", false),
            ("tel:+1-425", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_phone(text), expected, "{text}");
        }
    }

    #[test]
    fn web_addresses() {
        let cases = [
            ("www.abc.com", true),
            ("https://a.example/x?y=1", true),
            ("abc", false),
            ("http://a b.example", false),
            ("mailto:a@b.example", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_website(text), expected, "{text}");
        }
    }
}
