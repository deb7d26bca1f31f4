//! The way out to an Exchange Server, at the stand-in's behind a loopback port. Both sides of NTLM are here, and neither
//! was made from the other.

use crate::support::TestClock;
use crate::vendors::*;
use axum::Router;
use axum::extract::Request;
use http_body_util::BodyExt;
use mxs_ews::{Distinguished, FolderId, ServerVersion, Session, get_folder, negotiated};
use mxs_http::Method;
use mxs_outgoing::{Account, Authorities, Outgoing, Settings};
use mxs_world::Service;
use std::sync::Arc;

/// Serves the world's Microsoft on a port of its own; its origin.
async fn served(both: Arc<Both>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let answer = move |request: Request| {
        let both = both.clone();
        async move {
            let (head, body) = request.into_parts();
            let method = Method::parse(head.method.as_str()).expect("a method");
            let mut asked = mxs_http::Request::new(method, head.uri.to_string());
            for (name, value) in &head.headers {
                asked = asked.header(name.as_str(), value.to_str().expect("ascii"));
            }
            asked.body = body.collect().await.expect("a body").to_bytes().into();
            let response = both.answer(Service::Microsoft, &asked).expect("an answer");
            let mut answer = axum::http::Response::builder().status(response.status);
            for (name, value) in response.headers.iter() {
                answer = answer.header(name, value);
            }
            answer.body(axum::body::Body::from(response.body)).expect("an answer")
        }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    origin
}

#[tokio::test]
async fn a_password_opens_the_stand_ins_exchange_server_by_ntlm() {
    let both = Both::new(TestClock::new());
    both.world.lock().expect("unpoisoned").with_microsoft(|microsoft, _| microsoft.rules.ews.offered.basic = false);
    let origin = served(both).await;
    let settings = Settings { loopback: vec![origin.clone()], ..Settings::default() };
    let outgoing = Outgoing::new(settings).expect("a way out");
    let session = Session { path: mxs_ews::PATH, version: ServerVersion::Exchange2007Sp1, acts_for: None };
    let folder = [FolderId::Distinguished(Distinguished::Contacts)];
    for (case, password, wanted) in [("her own", PASSWORD, 200), ("another", "guessed", 401)] {
        let account = Account::Password { user: ADA.to_owned(), domain: None, password: password.into() };
        let port = outgoing.server(&origin, Some(account), &Authorities::default()).expect("a port");
        for _ in 0..2 {
            let response = port.exchange(&get_folder::request(&session, &folder)).await.expect("an answer");
            assert_eq!(response.status, wanted, "{case}");
            let opened = get_folder::parse(&response, &folder).is_ok_and(|found| found.iter().all(Result::is_ok));
            assert_eq!(
                (opened, negotiated(&response).is_ok_and(|spoken| spoken.is_some())),
                (wanted == 200, wanted == 200)
            );
        }
    }
}
