//! Who gets through to which route: of all that are described, whoever may not call them.

use crate::crm::{ADMIN, Crm, administered};
use crate::described::DOCUMENT;
use crate::support::{Answer, Fixture, ORG, OTHER_ORG};
use mxs_api::{AuditPage, ErrorCode, SESSION_SECONDS};
use serde_json::Value;
use std::collections::BTreeSet;

const ANNA: &str = "411002";

/// A described route, at an address that could be.
struct Route {
    method: String,
    template: String,
    path: String,
    tags: BTreeSet<String>,
}

impl Route {
    fn is(&self, tag: &str) -> bool {
        self.tags.contains(tag)
    }

    async fn call(&self, f: &Fixture, token: &str) -> Answer {
        f.call(token, &self.method, &self.path, None).await
    }
}

fn routes() -> Vec<Route> {
    let stand_ins = [
        ("{fence}", "1"),
        ("{run}", "1"),
        ("{side}", "crm"),
        ("{record}", "c1"),
        ("{user}", ANNA),
        ("{address}", "00000000000000000000000000000000"),
    ];
    let mut routes = Vec::new();
    for (template, operations) in DOCUMENT["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let path = stand_ins.iter().fold(template.clone(), |path, (name, value)| path.replace(name, value));
            assert!(!path.contains('{'), "{template} has a parameter that is new");
            let tags = operation["tags"].as_array().expect("tags").iter();
            let tags = tags.map(|tag| tag.as_str().expect("a tag").to_owned()).collect();
            routes.push(Route { method: method.to_uppercase(), template: template.clone(), path, tags });
        }
    }
    routes
}

/// Sessions that are none: of nobody, and one that has ended.
async fn no_sessions(f: &Fixture) -> [String; 2] {
    let ended = f.sign_in(ORG, ADMIN).await;
    f.clock.advance_s(SESSION_SECONDS.into());
    ["0".repeat(64), ended]
}

#[tokio::test]
async fn who_has_no_session_gets_to_no_route_that_wants_one() {
    let (f, _) = administered(&Crm::with(&[ANNA])).await;
    let no_sessions = no_sessions(&f).await;
    let mut refused = 0;
    for route in routes() {
        let case = format!("{} {}", route.method, route.template);
        let (wants, takes) =
            (route.is("user") || route.is("administrator"), route.is("administrator") && route.is("statement"));
        for token in [&String::new(), &no_sessions[0], &no_sessions[1]] {
            let answer = route.call(&f, token).await;
            // Who shows a session where a statement will do is judged by it.
            let is_refused = wants && !(takes && token.is_empty());
            assert_eq!(answer.status.as_u16() == 401, is_refused, "{case}: {}", answer.text());
            if is_refused {
                assert_eq!(answer.refusal().1, ErrorCode::NoSession, "{case}");
                refused += 1;
            }
        }
    }
    assert!(refused > 90, "{refused}");
}

/// What there is to change.
async fn seen(f: &Fixture, admin: &str, anna: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    for (token, path) in [
        (admin, "/v1/organisation"),
        (admin, "/v1/users"),
        (admin, "/v1/access"),
        (admin, "/v1/alerts"),
        (anna, "/v1/overview"),
        (anna, "/v1/access"),
    ] {
        seen.push(f.call(token, "GET", path, None).await.json());
    }
    seen
}

#[tokio::test]
async fn who_is_no_administrator_changes_nothing_of_theirs_and_is_noted_once_a_day() {
    let (f, admin) = administered(&Crm::with(&[ANNA])).await;
    let anna = f.connected(ANNA, "mailbox-a").await;
    // An administrator elsewhere is a stranger here, and nobody where no CRM was let in.
    let stranger = f.sign_in(OTHER_ORG, ADMIN).await;
    let before = seen(&f, &admin, &anna).await;
    let administrators: Vec<Route> = routes().into_iter().filter(|route| route.is("administrator")).collect();
    assert!(administrators.len() > 10);
    for token in [&anna, &anna, &stranger] {
        for route in &administrators {
            let answer = route.call(&f, token).await;
            assert_eq!(answer.refusal(), (403, ErrorCode::NotAllowed), "{} {}", route.method, route.template);
        }
    }
    assert_eq!(seen(&f, &admin, &anna).await, before);

    let noted: AuditPage = f.call(&admin, "GET", "/v1/audit?action=refused", None).await.json();
    let told: Vec<_> = noted.entries.iter().map(|entry| entry.detail["route"].clone()).collect();
    let expected: BTreeSet<String> = administrators.iter().map(|route| route.template.clone()).collect();
    assert_eq!(told.len(), expected.len(), "each once");
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), expected);
    for entry in &noted.entries {
        assert_eq!((entry.actor.as_deref(), entry.failure.as_deref()), (Some(ANNA), Some("MXS-4010")));
    }
    f.clock.advance_s(24 * 60 * 60);
    let (anna, admin) = (f.sign_in(ORG, ANNA).await, f.sign_in(ORG, ADMIN).await);
    for _ in 0..2 {
        f.call(&anna, "GET", "/v1/organisation", None).await.refusal();
    }
    let again: AuditPage = f.call(&admin, "GET", "/v1/audit?action=refused", None).await.json();
    assert_eq!(again.entries.len(), noted.entries.len() + 1);
}
