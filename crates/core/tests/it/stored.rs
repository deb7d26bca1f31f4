//! The stored forms. What one version wrote every later one must read, so these texts never change.

use mxs_core::{
    Base, CrmId, Cursors, Date, Direction, ExchangeId, Field, Fields, Instant, Intent, Link, Reach, Reason, RecordId,
    Scope, Side, StateChange, Unlinked, Value, VendorRefusal, Version, Winner,
};
#[cfg(target_family = "wasm")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn check<T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, text: &str) {
    assert_eq!(serde_json::to_string(value).expect("serializes"), text);
    assert_eq!(&serde_json::from_str::<T>(text).expect("reads"), value);
}

#[test]
fn stored_texts_stay_as_they_are() {
    let mut fields = Fields::default().with(Field::Email1, "a@x.example");
    fields.put(Field::Birthday, Some(Value::Date(Date::new(1980, 2, 29).expect("a date"))));
    check(&fields, r#"{"birthday":{"date":"1980-02-29"},"email1":{"text":"a@x.example"}}"#);
    let refusal = VendorRefusal {
        side: Side::Crm,
        status: 202,
        code: "INVALID_DATA".into(),
        field: Some(Field::Surname),
        max_length: Some(80),
    };
    let unlinked = Unlinked {
        id: RecordId::Exchange(ExchangeId::new("AAk=")),
        fields: Fields::default(),
        version: Version::new("W/\"1\""),
        reason: Reason::Refused(refusal),
        mark: None,
    };
    let waiting = Unlinked { reason: Reason::ThroughColleague, mark: Some(CrmId::new("411")), ..unlinked.clone() };
    check(
        &waiting,
        r#"{"id":{"exchange":"AAk="},"fields":{},"version":"W/\"1\"","reason":"through_colleague","mark":"411"}"#,
    );
    check(
        &StateChange::PutUnlinked(unlinked),
        r#"{"put_unlinked":{"id":{"exchange":"AAk="},"fields":{},"version":"W/\"1\"","reason":{"refused":{"side":"crm","status":202,"code":"INVALID_DATA","field":"surname","max_length":80}}}}"#,
    );
    check(&StateChange::SetCursors(Cursors::default()), r#"{"set_cursors":{"exchange":{},"crm":null}}"#);
    let link = Link {
        exchange: ExchangeId::new("AAk="),
        crm: CrmId::new("411"),
        base: Base::default(),
        exchange_version: Version::new("1"),
        marked: true,
        scope: Scope::Active,
        seen: None,
        trouble: None,
    };
    check(
        &StateChange::PutLink(link),
        r#"{"put_link":{"exchange":"AAk=","crm":"411","base":{"exchange":{},"crm":{}},"exchange_version":"1","marked":true,"scope":"active"}}"#,
    );
    let mut reach = Reach::default();
    reach.places.extend([String::new(), "AQMk=".to_owned()]);
    reach.modules.insert("Contacts".to_owned());
    reach.owners.insert("5".to_owned());
    check(&reach, r#"{"places":["","AQMk="],"modules":["Contacts"],"owners":["5"]}"#);
    reach.own.insert(Field::Nickname, "Nick".to_owned());
    let text = r#"{"places":["","AQMk="],"modules":["Contacts"],"owners":["5"],"own":{"nickname":"Nick"}}"#;
    check(
        &Cursors { reach: Some(reach), ..Cursors::default() },
        &format!(r#"{{"exchange":{{}},"crm":null,"reach":{text}}}"#),
    );
    check(&Scope::Left { side: Side::Exchange }, r#"{"left":{"side":"exchange"}}"#);
}

#[test]
fn choices_and_reasons_stay_as_they_are() {
    check(&Direction::Both { winner: Winner::Exchange }, r#"{"both":{"winner":"exchange"}}"#);
    check(&Direction::ToCrm, r#""to_crm""#);
    check(&Reason::AmbiguousMatch { candidates: 2 }, r#"{"ambiguous_match":{"candidates":2}}"#);
    check(&Reason::HeldMassDelete, r#""held_mass_delete""#);
    check(&Reason::Busy { side: Side::Crm }, r#"{"busy":{"side":"crm"}}"#);
}

/// A database keeps once what both sides hold.
#[test]
fn a_base_reads_without_the_crms_half() {
    let read = |text| serde_json::from_str::<Base>(text).expect("reads");
    let fields = Fields::default().with(Field::Surname, "Lee");
    let both = Base { exchange: fields.clone(), crm: fields.clone() };
    assert_eq!(read(r#"{"exchange":{"surname":{"text":"Lee"}}}"#), both);
    let nothing_in_the_crm = Base { exchange: fields, crm: Fields::default() };
    assert_eq!(read(r#"{"exchange":{"surname":{"text":"Lee"}},"crm":{}}"#), nothing_in_the_crm);
}

#[test]
fn an_intent_reads_in_every_form_it_ever_had() {
    let mut intent = Intent {
        source: RecordId::Exchange(ExchangeId::new("AAk=")),
        fields: Fields::default().with(Field::Surname, "Lee"),
        kept_out: None,
        version: Version::new("W/1"),
        not_before: None,
        suspects: vec![],
        undoes: None,
    };
    // Of the time before intents named a moment; and still of copies to the mailbox.
    let start = r#"{"source":{"exchange":"AAk="},"fields":{"surname":{"text":"Lee"}},"version":"W/1""#;
    check(&intent, &format!("{start}}}"));
    intent.not_before = Some(Instant::from_seconds(0));
    check(&intent, &format!(r#"{start},"not_before":"1970-01-01T00:00:00+00:00"}}"#));
    intent.suspects = vec![CrmId::new("9")];
    check(&intent, &format!(r#"{start},"not_before":"1970-01-01T00:00:00+00:00","suspects":["9"]}}"#));
    (intent.not_before, intent.suspects, intent.undoes) = (None, vec![], Some(7));
    check(&intent, &format!(r#"{start},"undoes":7}}"#));
    // Since what a copy was to hold is known whatever flows by now.
    (intent.kept_out, intent.undoes) = (Some([Field::Folder].into()), None);
    let source = r#"{"source":{"exchange":"AAk="},"fields":{"surname":{"text":"Lee"}}"#;
    check(&intent, &format!(r#"{source},"kept_out":["folder"],"version":"W/1"}}"#));
}

#[test]
fn a_field_has_one_name() {
    for field in Field::ALL {
        assert_eq!(serde_json::to_string(field).expect("serializes"), format!("{:?}", field.name()));
    }
}
