use crate::stage::{API, Answer, Stage, ZGID};
use mxs_http::{Method, Request};
use mxs_world::Service;
use serde_json::json;

fn spent(stage: &mut Stage) -> u64 {
    let (left, limit) = stage.world.with_zoho(|zoho, context| zoho.credits(context, ZGID));
    limit - left
}

#[test]
fn calls_cost_credits() {
    let mut stage = Stage::new();
    let records = |count: usize| json!({ "data": vec![json!({ "Last_Name": "a" }); count] });
    let query =
        |limit: usize| json!({ "select_query": format!("select id from Contacts where id is not null limit {limit}") });
    let mut before = 0;
    let mut cost = |stage: &mut Stage, answer: Answer| {
        assert!(answer.status < 300, "{}", answer.body);
        let now = spent(stage);
        std::mem::replace(&mut before, now).abs_diff(now)
    };
    let answer = stage.post("Contacts", records(1));
    assert_eq!(cost(&mut stage, answer), 1);
    let answer = stage.post("Contacts", records(100));
    assert_eq!(cost(&mut stage, answer), 10);
    let answer = stage.get("Contacts?fields=id");
    assert_eq!(cost(&mut stage, answer), 1);
    for (limit, credits) in [(200, 1), (201, 2), (1_000, 2), (1_001, 3)] {
        let answer = stage.post("coql", query(limit));
        assert_eq!(cost(&mut stage, answer), credits, "{limit}");
    }
    let answer = stage.get("Contacts/deleted");
    assert_eq!(cost(&mut stage, answer), 2);
    let operations = &stage.world.counters.operations;
    assert_eq!((operations["zoho credits"], operations["zoho records created"]), (22, 101));
    stage.world.advance(24 * 3_600_000);
    assert_eq!(spent(&mut stage), 0);
}

#[test]
fn credits_run_out() {
    let mut stage = Stage::new();
    stage.options(|options| options.credit_limit = Some(4));
    let remaining = |answer: &Answer| answer.headers.get("x-api-credits-remaining").map(str::to_owned);
    assert_eq!(remaining(&stage.get("org")), None);
    assert_eq!(remaining(&stage.get("org")).as_deref(), Some("2"));
    assert_eq!(remaining(&stage.get("org")).as_deref(), Some("1"));
    let refused = stage.get("Contacts/deleted");
    assert_eq!((refused.status, refused.code()), (429, "TOO_MANY_REQUESTS"), "two credits of one");
    assert_eq!(refused.headers.get("Retry-After"), None);
    assert_eq!(remaining(&stage.get("org")).as_deref(), Some("0"));
    assert_eq!(stage.get("org").status, 429);
}

#[test]
fn too_many_calls_at_once_are_refused() {
    let mut stage = Stage::new();
    let token = stage.tokens[0].clone();
    let mut at_once = |method: Method, path: &str, body: Option<serde_json::Value>, in_flight: usize| {
        let mut request = Request::new(method, format!("{API}/crm/v8/{path}"))
            .header("Authorization", format!("Zoho-oauthtoken {token}"));
        if let Some(body) = body {
            request = request.body("application/json", body.to_string());
        }
        stage.world.handle(Service::Zoho, &request, in_flight).response.unwrap().status
    };
    let records = |count: usize| Some(json!({ "data": vec![json!({ "Last_Name": "a" }); count] }));
    let query = || Some(json!({ "select_query": "select id from Contacts where id is not null" }));
    assert_eq!(at_once(Method::Get, "org", None, 20), 200);
    assert_eq!(at_once(Method::Get, "org", None, 21), 429);
    assert_eq!(at_once(Method::Post, "Contacts", records(10), 20), 201);
    assert_eq!(at_once(Method::Post, "Contacts", records(11), 10), 201);
    assert_eq!(at_once(Method::Post, "Contacts", records(11), 11), 429);
    assert_eq!(at_once(Method::Post, "coql", query(), 11), 429);
    assert_eq!(at_once(Method::Get, "Contacts?fields=id&sort_by=id", None, 11), 429);
    let composite = || Some(json!({ "__composite_requests": [{ "method": "GET", "uri": "/crm/v8/org" }] }));
    assert_eq!(at_once(Method::Post, "__composite_requests", composite(), 16), 200);
    assert_eq!(at_once(Method::Post, "__composite_requests", composite(), 17), 429);
}

#[test]
fn addresses_and_tokens_are_checked() {
    let mut stage = Stage::new();
    let none = Request::new(Method::Get, format!("{API}/crm/v8/org"));
    let answer = stage.send(&none);
    assert_eq!((answer.status, answer.code()), (401, "AUTHENTICATION_FAILURE"));
    let bearer = none.clone().header("Authorization", format!("Bearer {}", stage.tokens[0]));
    assert_eq!(stage.send(&bearer).code(), "AUTHENTICATION_FAILURE");
    let unknown = none.header("Authorization", "Zoho-oauthtoken 1000.x.y");
    let answer = stage.send(&unknown);
    assert_eq!((answer.status, answer.code()), (401, "INVALID_TOKEN"));
    for (method, path, status, code) in [
        (Method::Get, "nothing/at/all", 404, "INVALID_URL_PATTERN"),
        (Method::Patch, "Contacts", 405, "INVALID_REQUEST_METHOD"),
        (Method::Post, "org", 405, "INVALID_REQUEST_METHOD"),
    ] {
        let answer = stage.call(method, path, None);
        assert_eq!((answer.status, answer.code()), (status, code), "{path}");
    }
    let elsewhere = Request::new(Method::Get, format!("{API}/other"));
    assert_eq!(stage.send(&elsewhere).status, 404);
    // Browsers can't read Zoho's answers.
    assert_eq!(stage.get("org").headers.get("Access-Control-Allow-Origin"), None);
}
