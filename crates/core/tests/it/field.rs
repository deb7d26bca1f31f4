//! A record's contents.

use mxs_core::{Date, Field, Fields, Value};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The fields, and what the contact is called.
#[test]
fn a_contact_is_called_by_the_best_name_it_has() {
    use Field::*;
    let cases: [(&[(Field, &str)], &str); 10] = [
        (&[(GivenName, "Ada"), (Surname, "Lovelace"), (Email1, "ada@corp.example")], "Ada Lovelace"),
        (&[(Surname, "Lovelace"), (Email1, "ada@corp.example")], "Lovelace"),
        (&[(GivenName, "Ada")], "Ada"),
        // Without a name: addresses before numbers, the first before the second.
        (&[(Email1, "ada@corp.example"), (Email2, "ada@home.example")], "ada@corp.example"),
        (&[(Email2, "ada@home.example"), (MobilePhone, "+44 1")], "ada@home.example"),
        (&[(HomePhone, "+44 3"), (BusinessPhone, "+44 2"), (MobilePhone, "+44 1")], "+44 1"),
        (&[(HomePhone, "+44 3"), (BusinessPhone, "+44 2")], "+44 2"),
        (&[(HomePhone, "+44 3")], "+44 3"),
        // What tells nobody who it is.
        (&[(Title, "Countess"), (WorkCity, "London"), (Notes, "met at the fair")], ""),
        (&[], ""),
    ];
    for (filled, name) in cases {
        let fields = filled.iter().fold(Fields::default(), |fields, (field, text)| fields.with(*field, text));
        assert_eq!(fields.display_name(), name, "{filled:?}");
    }
    let mut dated = Fields::default();
    dated.put(Birthday, Some(Value::Date(Date::new(1815, 12, 10).expect("a date"))));
    assert_eq!(dated.display_name(), "", "a date is no name");
}
