//! The audit log as a table for spreadsheets: RFC 4180, with a mark that says UTF-8.

use mxs_api::AuditEntry;

/// What Excel tells UTF-8 by.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a spreadsheet takes for the beginning of a formula, the full-width forms included.
///
/// <https://owasp.org/www-community/attacks/CSV_Injection>
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The table, with a row of names.
pub(crate) fn table(entries: &[AuditEntry]) -> String {
    let mut text = BYTE_ORDER_MARK.to_owned();
    row(&mut text, &["at", "actor", "action", "target", "failure", "detail"]);
    for entry in entries {
        let detail: Vec<String> = entry.detail.iter().map(|(name, word)| format!("{name}={word}")).collect();
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        let (actor, target, failure) = (optional(&entry.actor), optional(&entry.target), optional(&entry.failure));
        row(&mut text, &[&entry.at, &actor, &entry.action, &target, &failure, &detail.join("; ")]);
    }
    text
}

fn row(text: &mut String, cells: &[&str]) {
    for (at, cell) in cells.iter().enumerate() {
        text.push_str(if at == 0 { "\"" } else { ",\"" });
        if cell.starts_with(FORMULA) {
            text.push('\'');
        }
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn no_cell_is_a_formula_or_ends_early() {
        for (cell, written) in [
            ("plain", "\"plain\""),
            ("", "\"\""),
            ("with, a comma", "\"with, a comma\""),
            ("with \"quotes\"", "\"with \"\"quotes\"\"\""),
            ("\",=1+1", "\"\"\",=1+1\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("＝1", "\"'＝1\""),
            ("＋1", "\"'＋1\""),
            ("－1", "\"'－1\""),
            ("＠1", "\"'＠1\""),
            ("1=1", "\"1=1\""),
        ] {
            let mut text = String::new();
            row(&mut text, &[cell, "next"]);
            assert_eq!(text, format!("{written},\"next\"\r\n"), "{cell:?}");
        }
    }

    #[test]
    fn a_table_has_names_and_a_row_an_entry() {
        let entry = AuditEntry {
            at: "2026-11-22T18:00:00Z".to_owned(),
            actor: Some("411001".to_owned()),
            action: "users_switched".to_owned(),
            target: Some("411002".to_owned()),
            failure: None,
            detail: BTreeMap::from([("on".to_owned(), "false".to_owned())]),
        };
        assert_eq!(
            table(&[entry]),
            "\u{feff}\"at\",\"actor\",\"action\",\"target\",\"failure\",\"detail\"\r\n\
             \"2026-11-22T18:00:00Z\",\"411001\",\"users_switched\",\"411002\",\"\",\"on=false\"\r\n",
        );
    }
}
