//! The program around the function: its settings, its port, its end.

use crate::background::{Background, QueueError};
use crate::backup::{self, BackupError, BackupKeys, KeysError, Secrets};
use crate::config::{AllowedOrigins, Config, ConfigError, DATABASE_URL, Database, DatabaseUrl, OrgSecrets};
use crate::connections::answer;
use crate::keys::Rotated;
use crate::limits::{CLIENTS_MAX, METRICS_CLIENTS_MAX, PROXIES_MAX};
use crate::operator::{self, OperatorError};
use crate::store::OpenError;
use crate::{App, metrics_router, router};
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Where the function listens unless it is told otherwise.
pub const LISTEN_DEFAULT: &str = "127.0.0.1:7704";

const DATA_DIR: &str = "MXS_DATA_DIR";
const LISTEN: &str = "MXS_LISTEN";
const METRICS_LISTEN: &str = "MXS_METRICS_LISTEN";
const ORIGINS: &str = "MXS_ALLOWED_ORIGINS";
const PROXIES: &str = "MXS_TRUSTED_PROXIES";
const SECRETS: &str = "MXS_ORG_SECRETS";
const SECRETS_FILE: &str = "MXS_ORG_SECRETS_FILE";

/// What `function help` prints.
pub const HELP: &str = "\
function serve           answer requests, and sync what is due, until told to stop (Ctrl-C, SIGTERM); on AWS Lambda,
                         where it goes without saying: answer invocations, and sync when a schedule invokes
function tick SECONDS    sync what is due, for so long at most, and exit: for a timer in place of 'serve'
function rotate          seal every stored secret with the current key of MXS_KEYS_FILE, and exit; then the
                         others can be taken out of it
function export FILE     write all that is stored to a new file, encrypted, and exit; 'serve' may go on meanwhile
function import FILE     store what such a file holds in an empty database, and exit; needs the MXS_KEYS_FILE of
                         then, or --without-secrets behind it: then everybody signs in anew
function help            print this

  MXS_DATA_DIR           the folder of the database, an SQLite file; made when it is missing
  MXS_DATABASE_URL       a PostgreSQL database in place of it: postgres://<user>:<password>@<host>/<database>;
                         its server must have a certificate that the host's name fits, or the URL another sslmode
  MXS_LISTEN             address and port to listen on (default 127.0.0.1:7704)
  MXS_METRICS_LISTEN     a port of this computer, like 7705, on which Prometheus finds /metrics; or an address and
                         port, where that is not to be reached from outside; without it there is no such page
  MXS_ORG_SECRETS_FILE   a JSON file: {\"<organisation id>\": \"<secret, 32 bytes or more>\"}
  MXS_ORG_SECRETS        the same JSON as text, in place of the file
  MXS_ALLOWED_ORIGINS    the origins whose pages may call, with commas between; without it no page may
  MXS_KEYS_FILE          a file with what secrets are sealed with: 32 random bytes in base64, or the JSON
                         {\"current\": \"<name>\", \"keys\": {\"<name>\": \"<base64>\"}}; without it the function holds
                         nobody's credentials, and syncs only while a tab asks for it
  MXS_PUBLIC_URL         the function's address from outside, at which Microsoft and Zoho tell of changes:
                         https://sync.example.com; without it changes are found by looking from time to time
  MXS_REDIRECT_URI       the tab's page to which browsers come back from Microsoft and Zoho
  MXS_ZOHO_CLIENT_ID     our application at Zoho, and MXS_ZOHO_SECRET_FILE, the file with its secret
  MXS_MICROSOFT_CLIENT_ID  our application at Microsoft, and MXS_MICROSOFT_SECRET_FILE, the file with its secret,
                         or MXS_MICROSOFT_CERTIFICATE_FILE, with its certificate and key in PEM
  MXS_INTERNAL_NETWORKS  networks of your own Exchange Servers, like 10.20.0.0/16, with commas between
  MXS_BACKUP_RECIPIENTS  who may read what 'export' writes: public keys of age, with commas between; they and
                         their keys are made by 'age-keygen'
  MXS_BACKUP_IDENTITY_FILE  the file with a key that opens it, for 'import'; best kept elsewhere until then
  MXS_STAND_INS          stand-ins of the vendors on this computer, to try things out: JSON
                         (each …_FILE may also be given as text, by the variable without _FILE)
  MXS_TRUSTED_PROXIES    how many proxies stand in front and add to X-Forwarded-For, so that callers can be
                         told apart; only when there is no way around them (default 0: there are none)

The log goes to the standard error output, one JSON object a line.";

/// What the program needs to serve.
#[derive(Debug)]
pub struct ServerConfig {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to show what is counted; without, it is shown nowhere.
    pub metrics: Option<SocketAddr>,
    /// The function's own settings.
    pub config: Config,
    /// Who may read backups, and what opens them.
    pub backup: BackupKeys,
}

/// Why the program does not serve, or stopped. Each message is one line and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A variable is needed and not set.
    #[error("{0} is not set; 'function help' says what it is for")]
    Missing(&'static str),
    /// No database is named.
    #[error("neither {DATA_DIR} nor {DATABASE_URL} is set; 'function help' says what they are for")]
    NoDatabase,
    /// Two databases are named.
    #[error("{DATA_DIR} and {DATABASE_URL} are both set; unset one of them")]
    TwoDatabases,
    /// A variable can't be read.
    #[error("{name} is '{value}', which is not {expected}")]
    Unreadable {
        /// The variable.
        name: &'static str,
        /// What it holds.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// The secrets are given twice.
    #[error("{SECRETS} and {SECRETS_FILE} are both set; unset one of them")]
    TwoSecrets,
    /// The file with the secrets can't be read.
    #[error("{SECRETS_FILE}: '{}' can't be read: {source}", path.display())]
    SecretsFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A variable's content can't be used.
    #[error("{name}: {source}")]
    Config {
        /// The variable.
        name: &'static str,
        /// Why.
        source: ConfigError,
    },
    /// Another program listens there.
    #[error("{address} is in use by another program; stop that one or set {name} to another port")]
    PortTaken {
        /// The variable.
        name: &'static str,
        /// The address.
        address: SocketAddr,
    },
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}; set {name} to another address")]
    Listen {
        /// The variable.
        name: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The database can't be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The keys or applications can't be used.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// There is nothing that could be synced with.
    #[error("'tick' and 'rotate' need keys; 'function help' says which")]
    NoKeys,
    /// The secrets can't be sealed anew; those that were stay so.
    #[error("not all secrets could be sealed anew ({0}); try again")]
    Rotate(String),
    /// No backup was made or restored.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The queue of runs can't be opened.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// Instances on Lambda share no folder, and keep none.
    #[cfg(feature = "lambda")]
    #[error("on AWS Lambda all is stored in a PostgreSQL database: set {DATABASE_URL} in place of {DATA_DIR}")]
    NoFolder,
    /// Lambda gave it no more invocations.
    #[cfg(feature = "lambda")]
    #[error("AWS Lambda failed: {0}")]
    Lambda(String),
    /// The system gave it no thread, no signals or no address.
    #[error("the server failed: {0}")]
    Serve(io::Error),
}

impl ServerConfig {
    /// Reads the settings from variables; `get` gives the variable of a name, if it is set.
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, ServerError> {
        let get = |name: &'static str| get(name).filter(|value| !value.is_empty());
        let database = match (get(DATA_DIR), get(DATABASE_URL)) {
            (Some(_), Some(_)) => return Err(ServerError::TwoDatabases),
            (Some(data_dir), None) => Database::Folder(data_dir.into()),
            (None, Some(url)) => {
                let url = DatabaseUrl::parse(&url);
                Database::Server(url.map_err(|source| ServerError::Config { name: DATABASE_URL, source })?)
            }
            (None, None) => return Err(ServerError::NoDatabase),
        };
        let listen = get(LISTEN).unwrap_or_else(|| LISTEN_DEFAULT.to_owned());
        let listen = listen.parse().map_err(|_| ServerError::Unreadable {
            name: LISTEN,
            value: listen,
            expected: "an address with a port, like 127.0.0.1:7704",
        })?;
        let metrics = get(METRICS_LISTEN).map(|value| {
            // A port alone is one of this computer's.
            let here = value.parse().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
            here.or_else(|_| value.parse()).map_err(|_| ServerError::Unreadable {
                name: METRICS_LISTEN,
                value,
                expected: "a port like 7705, or an address with a port",
            })
        });
        let metrics = metrics.transpose()?;
        let (name, json) = match (get(SECRETS), get(SECRETS_FILE)) {
            (Some(_), Some(_)) => return Err(ServerError::TwoSecrets),
            (Some(json), None) => (SECRETS, json),
            (None, Some(path)) => {
                let path = PathBuf::from(path);
                let json = std::fs::read_to_string(&path);
                (SECRETS_FILE, json.map_err(|source| ServerError::SecretsFile { path, source })?)
            }
            (None, None) => return Err(ServerError::Missing(SECRETS_FILE)),
        };
        let org_secrets = OrgSecrets::from_json(&json).map_err(|source| ServerError::Config { name, source })?;
        let allowed_origins = AllowedOrigins::parse(&get(ORIGINS).unwrap_or_default())
            .map_err(|source| ServerError::Config { name: ORIGINS, source })?;
        let proxies = get(PROXIES).unwrap_or_else(|| "0".to_owned());
        let trusted_proxies = proxies.parse().ok().filter(|number| *number <= PROXIES_MAX);
        let mut config = Config::new(database, org_secrets, allowed_origins);
        config.trusted_proxies = trusted_proxies.ok_or(ServerError::Unreadable {
            name: PROXIES,
            value: proxies,
            expected: "a number of proxies, 16 at most",
        })?;
        config.keys = operator::keys(&get)?;
        let backup = BackupKeys::from_variables(&get).map_err(|error| match error {
            KeysError::Key(error) => ServerError::Backup(error),
            KeysError::Variable(error) => ServerError::Operator(error),
        })?;
        Ok(Self { listen, metrics, config, backup })
    }
}

/// Serves, and syncs what is due, until `stop` is there; then lets what is under way come to an end, for a while.
pub async fn serve(settings: ServerConfig, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServerError> {
    // The ports first: a second start by mistake touches nothing of the first.
    let listener = bind(LISTEN, settings.listen).await?;
    let metrics = match settings.metrics {
        Some(address) => Some(bind(METRICS_LISTEN, address).await?),
        None => None,
    };
    let app = App::open(settings.config).await?;
    let background = Background::start(&app).await?;
    let listening = listener.local_addr().map_err(ServerError::Serve)?;
    let metrics_listening =
        metrics.as_ref().and_then(|listener| listener.local_addr().ok()).map(tracing::field::display);
    tracing::info!(%listening, metrics_listening, version = env!("CARGO_PKG_VERSION"), "serving");

    let (stopping, stopped) = watch::channel(false);
    let mut shown = stopped.clone();
    let stop = async move {
        stop.await;
        tracing::info!("stopping");
        // Nobody may be left who listens.
        let _ = stopping.send(true);
    };
    let syncing = async move {
        if let Some(background) = background {
            background.serve(stopped).await;
        }
    };
    let showing = async {
        if let Some(listener) = metrics {
            let stop = async move { drop(shown.wait_for(|stopped| *stopped).await) };
            answer(listener, metrics_router(app.clone()), METRICS_CLIENTS_MAX, stop).await;
        }
    };
    tokio::join!(answer(listener, router(app.clone()), CLIENTS_MAX, stop), syncing, showing);
    app.close().await;
    Ok(())
}

async fn bind(name: &'static str, address: SocketAddr) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServerError::PortTaken { name, address },
        _ => ServerError::Listen { name, address, source },
    })
}

/// Answers the invocations of AWS Lambda, until it ends the program.
#[cfg(feature = "lambda")]
pub async fn invocations(settings: ServerConfig) -> Result<(), ServerError> {
    if matches!(settings.config.database, Database::Folder(_)) {
        return Err(ServerError::NoFolder);
    }
    let app = App::open(settings.config).await?;
    crate::lambda::answer(app).await.map_err(|error| ServerError::Lambda(error.to_string()))
}

/// Syncs what is due, for as long as `limit` at most.
pub async fn tick(settings: ServerConfig, limit: Duration) -> Result<(), ServerError> {
    let app = App::open(settings.config).await?;
    Background::start(&app).await?.ok_or(ServerError::NoKeys)?.tick(limit).await;
    app.close().await;
    Ok(())
}

/// Seals every stored secret with the current key.
pub async fn rotate(settings: ServerConfig) -> Result<Rotated, ServerError> {
    let app = App::open(settings.config).await?;
    let keys = app.keys().cloned().ok_or(ServerError::NoKeys)?;
    let rotated = keys.rotate(&app).await.map_err(|refusal| ServerError::Rotate(refusal.to_string()))?;
    app.close().await;
    Ok(rotated)
}

/// Writes all that is stored to a new file; says how many rows that are.
pub async fn export(settings: ServerConfig, to: &Path) -> Result<u64, ServerError> {
    let app = App::open(settings.config).await?;
    let rows = backup::export(&app, &settings.backup, to).await?;
    app.close().await;
    Ok(rows)
}

/// Stores what such a file holds in an empty database; says how many rows that are.
pub async fn import(settings: ServerConfig, from: &Path, secrets: Secrets) -> Result<u64, ServerError> {
    let app = App::open(settings.config).await?;
    let rows = backup::import(&app, &settings.backup, from, secrets).await?;
    app.close().await;
    Ok(rows)
}
