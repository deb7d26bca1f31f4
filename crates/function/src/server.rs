//! The program around the function: its settings, its port, its end.

use crate::config::{AllowedOrigins, Config, ConfigError, DATABASE_URL, Database, DatabaseUrl, OrgSecrets};
use crate::connections::answer;
use crate::limits::{CLIENTS_MAX, PROXIES_MAX};
use crate::store::OpenError;
use crate::{App, router};
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::net::TcpListener;

/// Where the function listens unless it is told otherwise.
pub const LISTEN_DEFAULT: &str = "127.0.0.1:7704";

const DATA_DIR: &str = "MXS_DATA_DIR";
const LISTEN: &str = "MXS_LISTEN";
const ORIGINS: &str = "MXS_ALLOWED_ORIGINS";
const PROXIES: &str = "MXS_TRUSTED_PROXIES";
const SECRETS: &str = "MXS_ORG_SECRETS";
const SECRETS_FILE: &str = "MXS_ORG_SECRETS_FILE";

/// What `function help` prints.
pub const HELP: &str = "\
function serve    answer requests until told to stop (Ctrl-C, SIGTERM)
function help     print this

  MXS_DATA_DIR           the folder of the database, an SQLite file; made when it is missing
  MXS_DATABASE_URL       a PostgreSQL database in place of it: postgres://<user>:<password>@<host>/<database>;
                         its server must have a certificate that the host's name fits, or the URL another sslmode
  MXS_LISTEN             address and port to listen on (default 127.0.0.1:7704)
  MXS_ORG_SECRETS_FILE   a JSON file: {\"<organisation id>\": \"<secret, 32 bytes or more>\"}
  MXS_ORG_SECRETS        the same JSON as text, in place of the file
  MXS_ALLOWED_ORIGINS    the origins whose pages may call, with commas between; without it no page may
  MXS_TRUSTED_PROXIES    how many proxies stand in front and add to X-Forwarded-For, so that callers can be
                         told apart; only when there is no way around them (default 0: there are none)

The log goes to the standard error output, one JSON object a line.";

/// What the program needs to serve.
#[derive(Debug)]
pub struct ServerConfig {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The function's own settings.
    pub config: Config,
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
    #[error("{0} is in use by another program; stop that one or set {LISTEN} to another port")]
    PortTaken(SocketAddr),
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}; set {LISTEN} to another address")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The database can't be used.
    #[error(transparent)]
    Open(#[from] OpenError),
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
        Ok(Self { listen, config })
    }
}

/// Serves until `stop` is there; then lets the requests that are under way come to their end, for a while.
pub async fn serve(settings: ServerConfig, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServerError> {
    let address = settings.listen;
    // The port first: a second start by mistake touches nothing of the first.
    let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => ServerError::PortTaken(address),
        _ => ServerError::Listen { address, source },
    })?;
    let app = App::open(settings.config).await?;
    let listening = listener.local_addr().map_err(ServerError::Serve)?;
    tracing::info!(%listening, version = env!("CARGO_PKG_VERSION"), "serving");

    let stop = async move {
        stop.await;
        tracing::info!("stopping");
    };
    answer(listener, router(app.clone()), CLIENTS_MAX, stop).await;
    app.close().await;
    Ok(())
}
