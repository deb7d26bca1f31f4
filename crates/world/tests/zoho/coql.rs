use crate::stage::{Answer, Stage};
use serde_json::{Value, json};

fn stage() -> (Stage, Vec<String>) {
    let mut stage = Stage::new();
    let account = stage.add("Accounts", json!({ "Account_Name": "Zylker" }));
    let records = [
        json!({ "Last_Name": "O'Neill", "Email": "o@x.example", "Account_Name": { "id": account }, "Date_of_Birth": "1985-04-12" }),
        json!({ "Last_Name": "Burns", "Title": "Boss", "Email_Opt_Out": true }),
        json!({ "Last_Name": "Smith", "Email": "s@x.example", "Title": "Clerk" }),
    ];
    let mut ids = Vec::new();
    for record in records {
        ids.push(stage.add("Contacts", record));
        stage.world.advance(1_000);
    }
    (stage, ids)
}

fn ask(stage: &mut Stage, query: &str) -> Answer {
    stage.post("coql", json!({ "select_query": query }))
}

#[test]
fn conditions_choose_records() {
    let (mut stage, ids) = stage();
    let (ada, bob) = (stage.ada, stage.bob);
    let cases = [
        ("id is not null".to_owned(), vec![0, 1, 2]),
        ("Last_Name = 'o''neill'".to_owned(), vec![0]),
        ("Last_Name != 'Burns'".to_owned(), vec![0, 2]),
        ("Last_Name like 'B%'".to_owned(), vec![1]),
        ("Last_Name like '%mit%'".to_owned(), vec![2]),
        ("Last_Name not like '%s'".to_owned(), vec![0, 2]),
        ("Email is null".to_owned(), vec![1]),
        ("Title != 'Boss'".to_owned(), vec![2]),
        (format!("id in ('{}', {})", ids[0], ids[1]), vec![0, 1]),
        (format!("id not in ('{}')", ids[0]), vec![1, 2]),
        (format!("id > {}", ids[0]), vec![1, 2]),
        ("Modified_Time > '2026-11-21T11:00:00+01:00'".to_owned(), vec![1, 2]),
        ("Modified_Time between '2026-11-21T10:00:01+00:00' and '2026-11-21T10:00:02+00:00'".to_owned(), vec![1, 2]),
        ("Date_of_Birth <= '1985-04-12'".to_owned(), vec![0]),
        ("Email_Opt_Out = true".to_owned(), vec![1]),
        ("Email_Opt_Out = 'false'".to_owned(), vec![0, 2]),
        (format!("Owner = '{ada}'"), vec![0, 1, 2]),
        (format!("Owner = '{bob}'"), vec![]),
        ("Owner.email = 'ada@zylker.example'".to_owned(), vec![0, 1, 2]),
        ("Account_Name.Account_Name = 'Zylker'".to_owned(), vec![0]),
        ("((Email is not null and Title is null) or Last_Name = 'Burns')".to_owned(), vec![0, 1]),
        ("(Email is not null) and (Title is null or Last_Name = 'Smith')".to_owned(), vec![0, 2]),
    ];
    for (condition, expected) in cases {
        let answer = ask(&mut stage, &format!("select id from Contacts where {condition}"));
        let expected: Vec<String> = expected.into_iter().map(|at| ids[at].clone()).collect();
        assert_eq!(answer.ids(), expected, "{condition}: {}", answer.body);
        assert_eq!(answer.status, if expected.is_empty() { 204 } else { 200 });
    }
}

#[test]
fn columns_are_shown_as_queries_show_them() {
    let (mut stage, ids) = stage();
    let answer = ask(
        &mut stage,
        "SELECT Last_Name AS name, Owner, Account_Name, 'Account_Name.Account_Name', Created_Time FROM Contacts WHERE Account_Name is not null",
    );
    let row = answer.body["data"][0].as_object().unwrap().clone();
    assert_eq!(row["id"], ids[0]);
    assert_eq!(row["name"], "O'Neill");
    assert_eq!(row["Owner"], json!({ "id": stage.ada.to_string() }), "no name: select it through the lookup");
    assert_eq!(row["Account_Name.Account_Name"], "Zylker");
    assert_eq!(row["Created_Time"], "2026-11-21T11:00:00+01:00");
    assert_eq!(answer.body["info"], json!({ "count": 1, "more_records": false }));
    let answer = ask(&mut stage, "select count(id) from Contacts where id is not null");
    assert_eq!(answer.body["data"], json!([{ "count(id)": 3 }]));
    let answer = ask(&mut stage, "select count(Email) as mails from Contacts where id is not null");
    assert_eq!(answer.body["data"], json!([{ "mails": 2 }]));
}

#[test]
fn rows_come_in_order_and_in_pieces() {
    let (mut stage, ids) = stage();
    let cases = [
        ("order by Last_Name", vec![1, 0, 2], false),
        ("order by Title desc, Last_Name desc", vec![2, 1, 0], false),
        ("limit 2", vec![0, 1], true),
        ("limit 2 offset 1", vec![1, 2], false),
        ("order by id desc limit 1, 1", vec![1], true),
        ("offset 2", vec![2], false),
        ("limit 5 offset 3", vec![], false),
    ];
    for (tail, expected, more) in cases {
        let answer = ask(&mut stage, &format!("select id from Contacts where id is not null {tail}"));
        let expected: Vec<String> = expected.into_iter().map(|at| ids[at].clone()).collect();
        assert_eq!(answer.ids(), expected, "{tail}");
        if !expected.is_empty() {
            assert_eq!(answer.body["info"]["more_records"], more, "{tail}");
        }
    }
}

#[test]
fn queries_that_are_wrong_are_refused() {
    let (mut stage, _) = stage();
    let columns: Vec<String> = (0..51).map(|number| format!("F{number}")).collect();
    let values = vec!["'1'"; 51].join(",");
    let tests = (0..25).fold("Last_Name = 'a'".to_owned(), |tests, _| format!("({tests} and Last_Name = 'a')"));
    let query = |tail: &str| format!("select id from Contacts where {tail}");
    let cases: Vec<(String, &str, Value)> = vec![
        ("select id from Contacts".into(), "SYNTAX_ERROR", json!({ "clause": "where" })),
        ("select id".into(), "SYNTAX_ERROR", json!({ "clause": "from" })),
        ("delete from Contacts".into(), "SYNTAX_ERROR", json!({})),
        ("select sum(Amount) from Deals where id is not null".into(), "SYNTAX_ERROR", json!({})),
        (
            "select * from Contacts where id is not null".into(),
            "SYNTAX_ERROR",
            json!({ "line": 1, "column": 8, "near": "*" }),
        ),
        ("select id,\nfrom Contacts".into(), "SYNTAX_ERROR", json!({ "line": 2, "column": 1, "near": "from" })),
        (query("Email is null and Title is null and Phone is null"), "SYNTAX_ERROR", json!({ "near": "and" })),
        (query("Email not 'x'"), "SYNTAX_ERROR", json!({ "operator": "not" })),
        (query("Email = 'x"), "SYNTAX_ERROR", json!({ "line": 1, "column": 39, "near": "'" })),
        (query("(Email is null"), "SYNTAX_ERROR", json!({ "line": 1, "column": 45, "near": "EOF" })),
        ("select id from Nowhere where id is not null".into(), "INVALID_MODULE", json!({})),
        (query("Nothing = 'x'"), "INVALID_QUERY", json!({ "column_name": "Nothing", "module": "Contacts" })),
        (
            "select Nothing from Contacts where id is not null".into(),
            "INVALID_QUERY",
            json!({ "column_name": "Nothing", "module": "Contacts" }),
        ),
        (
            query("id is not null order by Nothing"),
            "INVALID_QUERY",
            json!({ "column_name": "Nothing", "module": "Contacts" }),
        ),
        (
            query("Last_Name > 'a'"),
            "INVALID_QUERY",
            json!({ "reason": "invalid operator found", "column_name": "Last_Name", "operator": ">" }),
        ),
        (query("id = 'x'"), "INVALID_QUERY", json!({ "expected_data_type": "bigint", "column_name": "id" })),
        (
            query("Modified_Time > '2026-11-21T10:00:00Z'"),
            "INVALID_QUERY",
            json!({ "expected_data_type": "datetime", "column_name": "Modified_Time" }),
        ),
        (
            query("Modified_Time > '2026-11-21T10:00:00.000+00:00'"),
            "INVALID_QUERY",
            json!({ "expected_data_type": "datetime", "column_name": "Modified_Time" }),
        ),
        (query("Last_Name = 5"), "INVALID_QUERY", json!({ "expected_data_type": "text", "column_name": "Last_Name" })),
        (
            query("Description = 'x'"),
            "INVALID_QUERY",
            json!({ "cv_criteria": false, "column_name": "Description", "value": "x", "operator": "=" }),
        ),
        (query("id is not null limit 2001"), "LIMIT_EXCEEDED", json!({ "limit": 2000 })),
        (query("id is not null limit 0"), "INVALID_DATA", json!({})),
        (query("id is not null limit s"), "INVALID_QUERY", json!({ "limit": "s" })),
        (query("id is not null limit 200 offset 100000"), "LIMIT_EXCEEDED", json!({ "limit": 100_000 })),
        (
            query(&format!("id in ({values})")),
            "LIMIT_EXCEEDED",
            json!({ "column_name": "id", "operator": "in", "limit": 50 }),
        ),
        (query(&tests), "LIMIT_EXCEEDED", json!({ "clause": "where", "limit": 25 })),
        (
            format!("select {} from Contacts where id is not null", columns.join(",")),
            "LIMIT_EXCEEDED",
            json!({ "clause": "select", "limit": 50 }),
        ),
        ("select id, id from Contacts where id is not null".into(), "DUPLICATE_DATA", json!({ "column_name": "id" })),
        (query("id is not null order by id, id"), "DUPLICATE_DATA", json!({ "column_name": "id" })),
    ];
    for (query, code, details) in cases {
        let answer = ask(&mut stage, &query);
        assert_eq!((answer.status, answer.code(), answer.details()), (400, code, &details), "{query}");
    }
    assert_eq!(stage.post("coql", json!({})).code(), "MANDATORY_NOT_FOUND");
    assert_eq!(stage.post("coql", json!({ "select_query": 1 })).code(), "INVALID_DATA");
}

#[test]
fn queries_see_what_was_just_written() {
    let (mut stage, _) = stage();
    let id = stage.add("Contacts", json!({ "Last_Name": "New" }));
    assert_eq!(ask(&mut stage, "select id from Contacts where Last_Name = 'New'").ids(), [id]);
}
