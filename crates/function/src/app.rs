//! The function's parts, and the routes that lead to them.

use crate::config::{Config, Database, OrgSecrets};
use crate::inbox::Inbox;
use crate::keys::Keys;
use crate::limits::{BODY_BYTES_MAX, NOTIFICATION_BYTES_MAX, REQUEST_TIME_MAX};
use crate::rate::{self, Limiter};
use crate::refusal::Refusal;
use crate::routes::{audit, consent, history, lease, notifications, organisation, session, settings, users};
use crate::store::{OpenError, Store};
use crate::{Clock, NoRandom, Random};
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};
use axum::{Json, Router};
use jiff::Timestamp;
use mxs_api::{
    APPLICATION_BYTES_MAX, COMMIT_BYTES_MAX, Health, LINKS_OF_BYTES_MAX, MEETINGS_OF_BYTES_MAX, SETTINGS_BYTES_MAX,
};
use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// For how long a browser may remember what it asked about an origin.
const PREFLIGHT_KEPT: Duration = Duration::from_secs(600);

/// The running function. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    store: Store,
    secrets: OrgSecrets,
    limiter: Limiter,
    inbox: Inbox,
    keys: Option<Arc<Keys>>,
    database: Database,
    trusted_proxies: usize,
    cors: CorsLayer,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl App {
    /// Opens the database, or says why that can't be done. A damaged database is left as it is.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        let store = Store::open(&config.database).await?;
        let cors = CorsLayer::new()
            .allow_origin(config.allowed_origins.values())
            .allow_methods([Method::DELETE, Method::GET, Method::POST, Method::PUT])
            .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
            .expose_headers([header::RETRY_AFTER])
            .max_age(PREFLIGHT_KEPT);
        Ok(Self(Arc::new(Parts {
            store,
            secrets: config.org_secrets,
            limiter: Limiter::new(config.rate_limits),
            inbox: Inbox::new(),
            keys: config.keys.map(Arc::new),
            database: config.database,
            trusted_proxies: config.trusted_proxies,
            cors,
            clock: config.clock,
            random: config.random,
        })))
    }

    /// Closes the database; requests that come later are refused. To be called when no more are answered.
    pub async fn close(&self) {
        self.0.store.close().await;
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn secrets(&self) -> &OrgSecrets {
        &self.0.secrets
    }

    /// What opens the vendors' doors; `None` where the function holds nobody's keys and syncs nothing by itself.
    pub(crate) fn keys(&self) -> Option<&Arc<Keys>> {
        self.0.keys.as_ref()
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    /// What vendors posted.
    pub(crate) fn inbox(&self) -> &Inbox {
        &self.0.inbox
    }

    /// How many proxies stand in front.
    pub(crate) fn trusted_proxies(&self) -> usize {
        self.0.trusted_proxies
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The present moment, in milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// Random bytes for a nonce or a token.
    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], NoRandom> {
        let mut bytes = [0; N];
        self.0.random.fill(&mut bytes)?;
        Ok(bytes)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("secrets", &self.0.secrets).finish_non_exhaustive()
    }
}

/// The function's routes, as `mxs-api` lists them.
///
/// A request should come with the caller's address as `ConnectInfo<SocketAddr>`, so that each peer has its
/// own rate; without, all share one.
pub fn router(app: App) -> Router {
    let open = Router::new()
        .route("/v1/challenges", post(session::challenge))
        .route("/v1/sessions", post(session::open))
        .route("/v1/uninstall", post(organisation::uninstall))
        .route_layer(middleware::from_fn_with_state(app.clone(), rate::limit));
    let application = put(consent::put_application)
        .layer(DefaultBodyLimit::max(APPLICATION_BYTES_MAX))
        .delete(consent::delete_application);
    let links = post(lease::links).layer(DefaultBodyLimit::max(LINKS_OF_BYTES_MAX));
    let meetings = post(lease::meetings).layer(DefaultBodyLimit::max(MEETINGS_OF_BYTES_MAX));
    let choices = put(settings::put_settings).layer(DefaultBodyLimit::max(SETTINGS_BYTES_MAX));
    let of_all = get(organisation::get).merge(put(organisation::put).layer(DefaultBodyLimit::max(SETTINGS_BYTES_MAX)));
    let notifications = Router::new()
        .route("/v1/notifications/microsoft/{address}", post(notifications::microsoft))
        .route("/v1/notifications/microsoft/{address}/lifecycle", post(notifications::microsoft))
        .route("/v1/notifications/crm/{address}", post(notifications::crm))
        .layer(DefaultBodyLimit::max(NOTIFICATION_BYTES_MAX));
    let commits = post(lease::commit).layer(DefaultBodyLimit::max(COMMIT_BYTES_MAX));
    Router::new()
        .merge(open)
        .merge(notifications)
        // Whoever watches over the function must not be held up by a flood, and take it for dead.
        .route("/v1/health", get(health))
        .route("/v1/overview", get(settings::overview))
        .route("/v1/settings", choices)
        .route("/v1/mailbox", put(settings::put_mailbox).delete(settings::delete_mailbox))
        .route("/v1/access", get(consent::access))
        .route("/v1/access/{what}", delete(consent::revoke))
        .route("/v1/application", application)
        .route("/v1/consents", post(consent::begin))
        .route("/v1/consents/finish", post(consent::finish))
        .route("/v1/lease", post(lease::open))
        .route("/v1/lease/{fence}/state", get(lease::state))
        .route("/v1/lease/{fence}/mails", get(lease::mails))
        .route("/v1/lease/{fence}/journal", get(lease::journal))
        .route("/v1/lease/{fence}/links", links)
        .route("/v1/lease/{fence}/meetings", meetings)
        .route("/v1/lease/{fence}/commits", commits)
        .route("/v1/lease/{fence}/finish", post(lease::finish))
        .route("/v1/runs", get(history::runs))
        .route("/v1/runs/{id}/journal", get(history::of_run))
        .route("/v1/records/{side}/{id}/journal", get(history::of_record))
        .route("/v1/conflicts", get(history::conflicts))
        .route("/v1/alerts", get(audit::alerts))
        .route("/v1/audit", get(audit::page))
        .route("/v1/audit.csv", get(audit::table))
        .route("/v1/users", get(users::list))
        .route("/v1/users/switch", put(users::switch_all))
        .route("/v1/users/{id}/switch", put(users::switch))
        .route("/v1/users/{id}/retry", post(users::retry))
        .route("/v1/organisation", of_all)
        .fallback(async || Refusal::NotFound("there is no such address"))
        .method_not_allowed_fallback(async || {
            Refusal::BadRequest(StatusCode::METHOD_NOT_ALLOWED, "this address does not take that method")
        })
        // From here outwards: each layer wraps those above it.
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(deadline))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(app.0.cors.clone())
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(middleware::from_fn(log))
        .with_state(app)
}

async fn health(axum::extract::State(app): axum::extract::State<App>) -> Result<Json<Health>, Refusal> {
    app.store().ping(app.now_ms()).await?;
    Ok(Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }))
}

/// Gives up a request that takes too long; a transaction that it had open is taken back.
async fn deadline(request: Request, next: Next) -> Result<Response, Refusal> {
    tokio::time::timeout(REQUEST_TIME_MAX, next.run(request)).await.map_err(|_| Refusal::Timeout)
}

/// The panic's own message is for the log of the panic hook only.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Refusal::Internal("a panic".into()).into_response()
}

/// One line a request: the route's pattern, so that no id, query, header or body is in it.
async fn log(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let (route, status) = (route.as_ref().map_or("-", MatchedPath::as_str), response.status().as_u16());
    // A method may be any word that the caller likes.
    let known = [Method::DELETE, Method::GET, Method::HEAD, Method::OPTIONS, Method::PATCH, Method::POST, Method::PUT];
    let method = if known.contains(&method) { method.as_str() } else { "-" };
    tracing::info!(method, route, status, ms = begun.elapsed().as_millis() as u64, "request");
    response
}
