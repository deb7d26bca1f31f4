//! The five servers.

use crate::listen::Listeners;
use crate::options::Options;
use crate::part::Part;
use crate::sandbox::{Sandbox, StartError};
use crate::serve::serve;
use crate::vendor::{self, BODY_BYTES_MAX};
use crate::{control, crm, deliver, loopback, outlook, sdk, tab};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use mxs_world::Service;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// A sandbox that answers on its ports until it is dropped.
pub struct Running {
    /// What the ports share.
    pub sandbox: Sandbox,
    /// What was imported, and what could not be.
    pub messages: Vec<String>,
    servers: JoinSet<()>,
}

impl Running {
    /// Starts answering.
    pub async fn start(options: Options, listening: Listeners) -> Result<Self, StartError> {
        let tab_folder = options.tab.clone();
        let (sandbox, messages) = Sandbox::new(options, listening.ports).await?;
        let mut servers = JoinSet::new();
        for (part, listener) in listening.listeners {
            let router = match part {
                Part::Crm => crm::router(sandbox.clone()),
                Part::Tab => tab::router(sandbox.clone(), tab_folder.clone()),
                Part::Microsoft => microsoft(sandbox.clone()),
                Part::Zoho => zoho(sandbox.clone()),
                Part::Function => Router::new().fallback(function).with_state(sandbox.clone()),
            };
            servers.spawn(serve(listener, router.layer(middleware::from_fn(loopback::host_only))));
        }
        servers.spawn(deliver::deliver(sandbox.clone()));
        Ok(Self { sandbox, messages, servers })
    }

    /// Waits for ever: the servers end only with the program.
    pub async fn wait(&mut self) {
        while self.servers.join_next().await.is_some() {}
    }
}

fn microsoft(sandbox: Sandbox) -> Router {
    let vendor = Router::new()
        .fallback(async |state: State<Sandbox>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            vendor::answer(&state, Service::Microsoft, &method, &uri, &headers, body).await
        })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(sandbox.clone());
    control::router(sandbox).merge(outlook::router()).fallback_service(vendor)
}

fn zoho(sandbox: Sandbox) -> Router {
    Router::new()
        .route(sdk::PATH, get(sdk::serve))
        .fallback(async |state: State<Sandbox>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            vendor::answer(&state, Service::Zoho, &method, &uri, &headers, body).await
        })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(sandbox)
}

/// A reset puts another function in place, so it is looked up for each request.
async fn function(State(sandbox): State<Sandbox>, request: Request) -> Response {
    sandbox.function_router().oneshot(request).await.into_response()
}
