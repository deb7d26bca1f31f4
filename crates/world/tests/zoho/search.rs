use crate::stage::{Stage, path};
use serde_json::json;

fn stage() -> (Stage, Vec<String>) {
    let mut stage = Stage::new();
    let account = stage.add("Accounts", json!({ "Account_Name": "Zylker (Berlin), Ltd" }));
    let ids = [
        json!({ "Last_Name": "Burns", "First_Name": "Mary", "Email": "mary@x.example", "Phone": "+1 (425) 555-0100", "Account_Name": { "id": account } }),
        json!({ "Last_Name": "Burns, B", "Secondary_Email": "bb@x.example", "Date_of_Birth": "1985-04-12", "Email_Opt_Out": true }),
        json!({ "Last_Name": "Smith", "Email": "smith@x.example" }),
    ];
    let ids = ids.map(|record| stage.add("Contacts", record)).to_vec();
    stage.world.advance(5_000);
    (stage, ids)
}

fn found(stage: &mut Stage, name: &str, value: &str) -> Vec<String> {
    let answer = stage.get(&path("Contacts/search", &[(name, value), ("fields", "Last_Name")]));
    assert!([200, 204].contains(&answer.status), "{value}: {}", answer.body);
    answer.ids()
}

#[test]
fn search_finds() {
    let (mut stage, ids) = stage();
    let [mary, burns, smith] = [&ids[0], &ids[1], &ids[2]].map(Clone::clone);
    let cases = [
        ("email", "MARY@x.example", vec![&mary]),
        ("email", "bb@x.example", vec![&burns]),
        ("phone", "14255550100", vec![&mary]),
        ("word", "smi", vec![&smith]),
        ("word", "mith", vec![]),
        ("criteria", "(Last_Name:equals:smith)", vec![&smith]),
        ("criteria", "(Last_Name:starts_with:Burn)", vec![&burns, &mary]),
        ("criteria", r"((Last_Name:equals:Burns\, B) or (Email:equals:smith@x.example))", vec![&smith, &burns]),
        ("criteria", "((Last_Name:starts_with:B)and(First_Name:equals:Mary))", vec![&mary]),
        ("criteria", "(Last_Name:in:Smith,Burns)", vec![&smith, &mary]),
        ("criteria", r"(Account_Name:equals:Zylker \(Berlin\)\, Ltd)", vec![&mary]),
        ("criteria", "(Owner:equals:Ada Lovelace)", vec![&smith, &burns, &mary]),
        ("criteria", "(Date_of_Birth:between:1985-01-01,1985-12-31)", vec![&burns]),
        ("criteria", "(Email_Opt_Out:equals:true)", vec![&burns]),
        ("criteria", "(Modified_Time:greater_than:2026-11-21T10:00:00+00:00)", vec![]),
        ("criteria", "(Modified_Time:greater_equal:2026-11-21T11:00:00+01:00)", vec![&smith, &burns, &mary]),
    ];
    for (name, value, expected) in cases {
        let expected: Vec<String> = expected.into_iter().cloned().collect();
        assert_eq!(found(&mut stage, name, value), expected, "{value}");
    }
}

#[test]
fn the_index_lags() {
    let (mut stage, ids) = stage();
    let new = stage.add("Contacts", json!({ "Last_Name": "Smith" }));
    assert_eq!(found(&mut stage, "criteria", "(Last_Name:equals:Smith)"), [ids[2].clone()]);
    stage.world.advance(4_999);
    assert_eq!(found(&mut stage, "criteria", "(Last_Name:equals:Smith)"), [ids[2].clone()]);
    stage.world.advance(1);
    assert_eq!(found(&mut stage, "criteria", "(Last_Name:equals:Smith)"), [new, ids[2].clone()]);
    stage.options(|options| options.search_lag_ms = 0);
    stage.add("Contacts", json!({ "Last_Name": "Smith" }));
    assert_eq!(found(&mut stage, "criteria", "(Last_Name:equals:Smith)").len(), 3);
}

#[test]
fn searches_that_make_no_sense_are_refused() {
    let (mut stage, _) = stage();
    let eleven = format!("({})", ["(Last_Name:equals:a)"; 11].join(" or "));
    let cases = [
        ("", "", "EXPECTED_PARAM_MISSING"),
        ("word", "a", "INVALID_DATA"),
        ("criteria", "Last_Name:equals:a", "INVALID_QUERY"),
        ("criteria", "(Last_Name:equals:a", "INVALID_QUERY"),
        ("criteria", "(Last_Name)", "INVALID_QUERY"),
        ("criteria", "(No_Field:equals:a)", "INVALID_QUERY"),
        ("criteria", "(Last_Name:greater_than:a)", "INVALID_QUERY"),
        ("criteria", "(Last_Name:sounds_like:a)", "INVALID_QUERY"),
        ("criteria", "(Date_of_Birth:equals:12.04.1985)", "INVALID_QUERY"),
        ("criteria", eleven.as_str(), "LIMIT_EXCEEDED"),
    ];
    for (name, value, code) in cases {
        let answer = stage.get(&path("Contacts/search", &[(name, value)]));
        assert_eq!((answer.status, answer.code()), (400, code), "{value}");
    }
}
