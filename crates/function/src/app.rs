//! The function's parts, and the routes that lead to them.

use crate::config::{Config, Database, OrgSecrets};
use crate::inbox::Inbox;
use crate::input::Caller;
use crate::keys::Keys;
use crate::limits::REQUEST_TIME_MAX;
use crate::metrics::{self, Counted, Metrics};
use crate::rate::Limiter;
use crate::refusal::Refusal;
use crate::roles::Presence;
use crate::routes::table;
use crate::store::{OpenError, Store};
use crate::{Clock, NoRandom, Random};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use jiff::Timestamp;
use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use tower_http::set_header::SetResponseHeaderLayer;

/// How the routes begin to which vendors post.
const NOTIFICATIONS: &str = "/v1/notifications/";

/// For how long a browser may remember what it asked about an origin.
const PREFLIGHT_KEPT: Duration = Duration::from_secs(600);

/// The running function. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    store: Store,
    secrets: OrgSecrets,
    limiter: Limiter,
    presence: Presence,
    inbox: Inbox,
    keys: Option<Arc<Keys>>,
    metrics: Arc<Metrics>,
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
        let metrics = Arc::new(Metrics::new(config.clock.now()));
        let counted =
            |keys: Keys| Arc::new(keys.sent_by(|way, vendors| Arc::new(Counted::new(way, vendors, metrics.clone()))));
        Ok(Self(Arc::new(Parts {
            store,
            secrets: config.org_secrets,
            limiter: Limiter::new(config.rate_limits),
            presence: Presence::new(),
            inbox: Inbox::new(),
            keys: config.keys.map(counted),
            metrics,
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

    /// What is counted.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    /// Whom the CRM was asked for.
    pub(crate) fn presence(&self) -> &Presence {
        &self.0.presence
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

/// The page that Prometheus reads. It is for a port that callers from outside don't reach.
pub fn metrics_router(app: App) -> Router {
    metrics::routes(app)
}

/// The function's routes, as `docs/openapi.json` describes them.
///
/// A request should come with the caller's address as `ConnectInfo<SocketAddr>`, so that each peer has its
/// own rate; without, all share one.
pub fn router(app: App) -> Router {
    table()
        .into_iter()
        .fold(Router::new(), |router, route| route.served(&app, router))
        .fallback(async || Refusal::NotFound("there is no such address"))
        .method_not_allowed_fallback(async || {
            Refusal::BadRequest(StatusCode::METHOD_NOT_ALLOWED, "this address does not take that method")
        })
        // From here outwards: each layer wraps those above it.
        .layer(middleware::from_fn(deadline))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(app.0.cors.clone())
        .layer(SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(middleware::from_fn_with_state(app.clone(), log))
        .with_state(app)
}

/// Gives up a request that takes too long; a transaction that it had open is taken back.
async fn deadline(request: Request, next: Next) -> Result<Response, Refusal> {
    tokio::time::timeout(REQUEST_TIME_MAX, next.run(request)).await.map_err(|_| Refusal::Timeout)
}

/// The panic's own message is for the log of the panic hook only.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Refusal::Internal("a panic".into()).into_response()
}

/// One line a request: the route's pattern, so that no id, query, header or body is in it. What vendors post comes by the
/// thousand, and is told in sums (`background/subscriptions`); what the function asks itself in a run is told by the run.
async fn log(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let is_from_within = request.extensions().get::<Caller>().is_some();
    let response = next.run(request).await;
    let (route, status) = (route.as_ref().map_or("-", MatchedPath::as_str), response.status().as_u16());
    let (method, took) = (known(&method), begun.elapsed());
    app.metrics().request(route, method, status, took);
    if (is_from_within || route.starts_with(NOTIFICATIONS)) && response.status().is_success() {
        return response;
    }
    tracing::info!(method, route, status, ms = took.as_millis() as u64, "request");
    response
}

/// A method by its name: it may be any word that the caller likes.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::DELETE => "DELETE",
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        Method::POST => "POST",
        Method::PUT => "PUT",
        _ => "-",
    }
}
