//! What time it is in the CRM.

use mxs_core::Instant;
use mxs_http::Response;

/// How HTTP writes the months.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// When the CRM answered, by its own clock and in whole seconds; `None` where it doesn't say, or the way to it hides
/// that.
///
/// <https://www.rfc-editor.org/rfc/rfc9110#field.date>
pub(crate) fn answered(response: &Response) -> Option<Instant> {
    // As in `Sun, 06 Nov 1994 08:49:37 GMT`.
    let words: Vec<&str> = response.headers.get("Date")?.split(' ').collect();
    let [_, day, month, year, time, "GMT"] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| name == month)? + 1;
    Instant::parse(&format!("{year}-{month:02}-{day}T{time}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer() {
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sat, 29 Feb 2020 23:59:59 GMT", Some("2020-02-29T23:59:59Z")),
            // The two old forms that nobody may send any more, and what is no moment at all.
            ("Sunday, 06-Nov-94 08:49:37 GMT", None),
            ("Sun Nov  6 08:49:37 1994", None),
            ("Sun, 31 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("", None),
        ];
        for (date, expected) in cases {
            let expected = expected.map(|text| Instant::parse(text).expect("a moment"));
            assert_eq!(answered(&Response::new(200).header("Date", date)), expected, "{date}");
        }
        assert_eq!(answered(&Response::new(200)), None);
    }
}
