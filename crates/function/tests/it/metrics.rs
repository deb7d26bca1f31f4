//! What is counted, and that nobody is told of by it.

use crate::support::{Fixture, ORG, OTHER_ORG};
use crate::vendors::{ADA, ADA_ID, Both, KEYS, OUR_APP, TENANT, THEIR_APP, function};
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use mxs_function::{Background, metrics_router};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// More series than a function ever has: it has some forty routes, each with few methods and nine bounds.
const SERIES_MAX: usize = 2_000;

async fn text(f: &Fixture) -> String {
    let request = Request::get("/metrics").body(Body::empty()).expect("a request");
    let answer = metrics_router(f.app.clone()).oneshot(request).await.expect("the router never fails");
    assert_eq!(answer.status(), 200);
    let media_type = answer.headers()["content-type"].to_str().expect("ascii");
    assert_eq!(media_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    String::from_utf8(answer.into_body().collect().await.expect("a body").to_bytes().to_vec()).expect("UTF-8")
}

/// The values of all series, by name and labels as they are written. Fails for what Prometheus wouldn't take, or would
/// advise against.
fn parse(text: &str) -> BTreeMap<String, f64> {
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    let mut types: BTreeMap<&str, &str> = BTreeMap::new();
    let (mut helped, mut series, mut family) = (BTreeSet::new(), BTreeMap::new(), "");
    let body = text.strip_suffix("# EOF\n").expect("an end");
    for line in body.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (word, name, rest) = (words.next(), words.next().expect("a name"), words.next().expect("a text"));
            assert!(is_name(name), "{line}");
            match word {
                Some("HELP") => {
                    assert!(helped.insert(name) && rest.ends_with('.') && rest.len() > 10, "{line}");
                    family = name;
                }
                Some("TYPE") => assert!(types.insert(name, rest).is_none() && name == family, "{line}"),
                Some("UNIT") => assert!(name == family && name.ends_with(&format!("_{rest}")), "{line}"),
                _ => panic!("{line}"),
            }
            continue;
        }
        let (id, value) = line.rsplit_once(' ').expect("a value");
        let (name, labels) = id
            .split_once('{')
            .map_or((id, ""), |(name, labels)| (name, labels.strip_suffix('}').expect("an end of the labels")));
        let end = name.strip_prefix(family).unwrap_or_else(|| panic!("{line} stands with {family}"));
        let ends: &[&str] = match types[family] {
            "counter" => &["_total"],
            "gauge" => &[""],
            "histogram" => &["_bucket", "_count", "_sum"],
            other => panic!("{other}: {line}"),
        };
        assert!(ends.contains(&end) && is_name(name) && helped.contains(family), "{line}");
        let units = ["_ms", "_milliseconds", "_minutes", "_kb", "_kilobytes", "_percent"];
        assert!(!units.iter().any(|unit| family.ends_with(unit)), "{family} is in no base unit");
        for label in labels.split("\",").filter(|label| !label.is_empty()) {
            let (name, value) = label.split_once("=\"").unwrap_or_else(|| panic!("{line}"));
            assert!(is_name(name) && !value.contains('\\'), "{line}");
        }
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
        assert!(series.insert(id.to_owned(), value).is_none(), "{line} is there twice");
    }
    assert_eq!(helped, types.keys().copied().collect());
    for (name, _) in types.iter().filter(|(_, kind)| **kind == "histogram") {
        check_histogram(name, &series);
    }
    series
}

/// The buckets hold more and more, and the last holds all.
fn check_histogram(name: &str, series: &BTreeMap<String, f64>) {
    let mut buckets: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for (id, count) in series {
        let Some(labels) = id.strip_prefix(&format!("{name}_bucket{{")) else { continue };
        let (before, rest) = labels.split_once("le=\"").expect("a bound");
        let (bound, after) = rest.strip_suffix('}').and_then(|rest| rest.split_once('"')).expect("a bound");
        let others = format!("{before}{after}").trim_matches(',').to_owned();
        buckets.entry(others).or_default().push((bound.parse().expect("a number"), *count));
    }
    assert!(!buckets.is_empty(), "{name}");
    for (labels, mut bounds) in buckets {
        bounds.sort_by(|one, other| one.0.total_cmp(&other.0));
        assert!(bounds.is_sorted_by_key(|(_, count)| *count), "{name} {labels}");
        let of =
            |end: &str| if labels.is_empty() { format!("{name}{end}") } else { format!("{name}{end}{{{labels}}}") };
        assert_eq!(bounds.last(), Some(&(f64::INFINITY, series[&of("_count")])), "{name} {labels}");
        assert!(series.contains_key(&of("_sum")), "{name} {labels}");
    }
}

/// What the page says.
pub(crate) async fn numbers(f: &Fixture) -> BTreeMap<String, f64> {
    parse(&text(f).await)
}

async fn tick(f: &Fixture) {
    let limit = Duration::from_secs(20);
    Background::start(&f.app).await.expect("it starts").expect("there are keys").tick(limit).await;
}

/// Somebody whose mailbox is to be synced, with a contact in it.
async fn stage() -> (Fixture, Arc<Both>, String) {
    let (f, both) = function(KEYS).await;
    let admin = f.admin(&both).await;
    let mut settings = mxs_api::Settings::default();
    settings.contacts.rules.on = true;
    f.call(&admin, "PUT", "/v1/settings", Some(serde_json::to_value(settings).expect("JSON"))).await;
    f.let_into_mailbox(&both, &admin).await;
    both.add_contact("Hopper");
    (f, both, admin)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_moves_the_numbers() {
    let (f, both, admin) = stage().await;
    let before = numbers(&f).await;
    f.clock.advance_s(45);
    tick(&f).await;
    let after = numbers(&f).await;
    let moved = |id: &str| after.get(id).unwrap_or(&0.0) - before.get(id).unwrap_or(&0.0);
    for (id, expected) in [
        ("mxs_runs_total{end=\"completed\",failure=\"\"}", 1.0),
        ("mxs_run_duration_seconds_count", 1.0),
        ("mxs_turn_lateness_seconds_count", 1.0),
        ("mxs_turn_lateness_seconds_sum", 45.0),
        ("mxs_leases_total{result=\"given\"}", 1.0),
        ("mxs_http_requests_total{route=\"/v1/lease\",method=\"POST\",status=\"2xx\"}", 1.0),
        ("mxs_http_request_duration_seconds_count{route=\"/v1/lease\",method=\"POST\"}", 1.0),
    ] {
        assert_eq!(moved(id), expected, "{id} in {after:#?}");
    }
    for to in ["graph", "crm"] {
        assert!(moved(&format!("mxs_vendor_requests_total{{to=\"{to}\",status=\"2xx\"}}")) >= 1.0, "{to}");
    }
    for (id, expected) in [
        ("mxs_mailboxes{state=\"scheduled\"}", 1.0),
        ("mxs_mailboxes{state=\"due\"}", 0.0),
        ("mxs_mailboxes{state=\"stopped\"}", 0.0),
        ("mxs_turns_queued", 0.0),
        ("mxs_turns_running", 0.0),
        ("mxs_database_up", 1.0),
        ("mxs_token_renewals_total{vendor=\"microsoft\",result=\"renewed\"}", 1.0),
    ] {
        assert_eq!(after.get(id), Some(&expected), "{id} in {after:#?}");
    }
    assert!(after["mxs_vendor_requests_total{to=\"accounts\",status=\"2xx\"}"] >= 1.0);
    assert!(after["mxs_vendor_requests_total{to=\"identity\",status=\"2xx\"}"] >= 1.0);
    assert!(after["mxs_crm_credits_left_min"].is_nan(), "the CRM didn't say");
    let mut database = f.home.look().await;
    for (org, left) in [("1", 700), ("2", 600), (ORG, 650)] {
        let sql = "INSERT INTO org (id, credits_left, credits_ms) VALUES ($1, $2, $3)
                   ON CONFLICT (id) DO UPDATE SET credits_left = $2, credits_ms = $3";
        let told = sqlx::query(sql).bind(org.to_owned()).bind(left).bind(f.now_ms()).execute(&mut database).await;
        told.expect("stored");
    }
    assert_eq!(numbers(&f).await["mxs_crm_credits_left_min"], 600.0);
    assert!(after["process_start_time_seconds"] > 1.7e9);
    #[cfg(target_os = "linux")]
    assert!(after["process_resident_memory_bytes"] > 1e6);

    // A mailbox that is due and can't be synced: the CRM wants to be left alone.
    let fault = json!({ "service": "zoho", "url_contains": "/crm/", "times": 1000,
        "effect": { "kind": "status", "status": 429, "retry_after_s": 600 } });
    both.world.lock().expect("unpoisoned").faults.add(serde_json::from_value(fault).expect("a fault"));
    f.clock.advance_s(400);
    assert_eq!(numbers(&f).await["mxs_mailboxes{state=\"due\"}"], 1.0);
    tick(&f).await;
    let after = numbers(&f).await;
    assert_eq!(after["mxs_mailboxes{state=\"in_trouble\"}"], 1.0);
    assert!(after["mxs_vendor_throttles_total{to=\"crm\"}"] >= 1.0);
    let failed: Vec<_> = after.keys().filter(|id| id.starts_with("mxs_runs_total{end=\"failed\"")).collect();
    assert_eq!(failed, ["mxs_runs_total{end=\"failed\",failure=\"MXS-1007\"}"]);
    f.clock.advance_s(4_000);
    assert_eq!(numbers(&f).await["mxs_mailboxes{state=\"overdue\"}"], 1.0);

    // Nobody is told of.
    let page = text(&f).await;
    let (user, seller) = (both.admin.to_string(), both.seller.to_string());
    for secret in [
        ORG,
        OTHER_ORG,
        ADA,
        ADA_ID,
        TENANT,
        OUR_APP,
        THEIR_APP,
        &user,
        &seller,
        &admin,
        "Hopper",
        "Ada",
        "corp.example",
    ] {
        assert!(!page.contains(secret), "{secret} is in {page}");
    }
}

/// However strange what is asked and said, the page has so many series at most.
#[tokio::test]
async fn nobody_makes_the_page_grow() {
    let f = Fixture::new().await;
    let anna = f.connected("411001", "mailbox-a").await;
    for number in 0..300 {
        let path = format!("/v1/anna.secret-{number}@example.com?{number}=anna.secret");
        f.call(&anna, &format!("BREW{number}"), &path, None).await;
        f.call("", "GET", &format!("/v1/runs/{number}/journal"), None).await;
        f.call("", "POST", &format!("/v1/notifications/microsoft/{number}"), None).await;
    }
    for number in 0..20 {
        let fence = f.lease(&anna).await.fence;
        let end = json!({ "failed": { "code": format!("anna-secret-{number}") } });
        assert_eq!(f.finish(&anna, fence, end).await.status, 200);
        f.clock.advance_s(10);
    }
    let page = text(&f).await;
    let series = parse(&page);
    assert!(series.len() < SERIES_MAX, "{}", series.len());
    assert!(!page.contains("anna") && !page.contains("BREW"), "{page}");
    assert_eq!(series["mxs_runs_total{end=\"failed\",failure=\"other\"}"], 20.0);
    assert_eq!(series["mxs_http_requests_total{route=\"-\",method=\"-\",status=\"4xx\"}"], 300.0);
}

/// Whoever watches sees that, too.
#[tokio::test]
async fn a_database_that_does_not_answer_is_told_on_the_page() {
    let f = Fixture::new().await;
    assert_eq!(numbers(&f).await["mxs_database_up"], 1.0);
    f.app.close().await;
    let after = numbers(&f).await;
    assert_eq!(after["mxs_database_up"], 0.0);
    assert!(after["mxs_database_errors_total{kind=\"fault\"}"] >= 1.0);
}
