//! What whoever runs the function decides.

use crate::keys::Keys;
use crate::{Clock, Random, RateLimits, SystemClock, SystemRandom};
use axum::http::{HeaderValue, Uri, uri::Scheme};
use secrecy::{ExposeSecret, SecretString};
use sqlx::ConnectOptions;
use sqlx::any::AnyConnectOptions;
use sqlx::postgres::PgConnectOptions;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The fewest bytes in an organisation's secret: a shorter one than the hash could be guessed more easily
/// than the hash.
pub const SECRET_BYTES_MIN: usize = 32;

/// The most digits in an organisation's id (Zoho's `zgid`, a 64-bit number).
const ORG_DIGITS_MAX: usize = 20;

// What is shown as an organisation's id is no secret that would be taken.
const _: () = assert!(ORG_DIGITS_MAX < SECRET_BYTES_MIN);

/// All that the function is given from outside.
pub struct Config {
    /// Where all is stored.
    pub database: Database,
    /// With what each organisation's CRM signs.
    pub org_secrets: OrgSecrets,
    /// The pages that may call.
    pub allowed_origins: AllowedOrigins,
    /// What opens the vendors' doors; without, the function holds nobody's keys and syncs nothing by itself.
    pub keys: Option<Keys>,
    /// How often it may be called.
    pub rate_limits: RateLimits,
    /// How many proxies stand in front, each of which adds the address that called it to `X-Forwarded-For`.
    /// Callers are told apart by what the first of them added. Only right when there is no way around them:
    /// else callers choose their address. With 0 the header is not looked at.
    pub trusted_proxies: usize,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives nonces and tokens.
    pub random: Arc<dyn Random>,
}

impl Config {
    /// The system's clock and random source, and the usual rate limits.
    pub fn new(database: Database, org_secrets: OrgSecrets, allowed_origins: AllowedOrigins) -> Self {
        Self {
            database,
            org_secrets,
            allowed_origins,
            keys: None,
            rate_limits: RateLimits::default(),
            trusted_proxies: 0,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("database", &self.database)
            .field("org_secrets", &self.org_secrets)
            .field("allowed_origins", &self.allowed_origins)
            .field("rate_limits", &self.rate_limits)
            .field("trusted_proxies", &self.trusted_proxies)
            .finish_non_exhaustive()
    }
}

/// Why what was given can't be used. No message repeats a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The secrets are not a JSON object of texts.
    #[error("the organisations' secrets are not a JSON object like {{\"<org id>\": \"<secret>\"}}")]
    SecretsFormat,
    /// No organisation could ever sign in.
    #[error("there is no organisation's secret")]
    NoSecrets,
    /// An organisation's id is not a number. It is not shown: somebody may have put the secret in its place.
    #[error("an organisation's id must be digits only, {ORG_DIGITS_MAX} at most; is a secret in its place?")]
    OrgId,
    /// A secret is too short.
    #[error("the secret of organisation '{0}' is shorter than {SECRET_BYTES_MIN} bytes")]
    ShortSecret(String),
    /// The database's URL is not one. It is not shown: it holds a password.
    #[error("it is no URL like 'postgres://user:password@host/database', or names a setting that is not known")]
    DatabaseUrl,
    /// An origin is not one.
    #[error("'{0}' is no origin like 'https://example.com'; plain http is only for this computer")]
    Origin(String),
}

/// Where all is stored.
#[derive(Clone, Debug)]
pub enum Database {
    /// In an SQLite file in this folder; both are made when they are missing.
    Folder(PathBuf),
    /// In a database on a PostgreSQL server, which several instances may share.
    Server(DatabaseUrl),
}

/// The variable that names the server; messages about it say so, and never what it holds.
pub(crate) const DATABASE_URL: &str = "MXS_DATABASE_URL";

/// The settings that may stand in a database's URL. Of others sqlx would warn, with their values.
const URL_SETTINGS: [&str; 11] = [
    "application_name",
    "dbname",
    "host",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];

/// The URL of a PostgreSQL database, with the password: it is never shown.
#[derive(Clone)]
pub struct DatabaseUrl(AnyConnectOptions);

impl DatabaseUrl {
    /// Checks the form. The server must prove by its certificate who it is, unless the URL says otherwise (`sslmode`)
    /// or the server is on this computer.
    pub fn parse(url: &str) -> Result<Self, ConfigError> {
        let mut options: AnyConnectOptions = url.parse().map_err(|_| ConfigError::DatabaseUrl)?;
        let url = &mut options.database_url;
        let known = url.query_pairs().all(|(name, _)| URL_SETTINGS.contains(&&*name));
        let postgres = PgConnectOptions::from_url(url);
        let (true, "postgres" | "postgresql", Ok(postgres)) = (known, url.scheme(), postgres) else {
            return Err(ConfigError::DatabaseUrl);
        };
        let is_here =
            postgres.get_socket().is_some() || matches!(postgres.get_host(), "127.0.0.1" | "[::1]" | "localhost");
        if !is_here && !url.query_pairs().any(|(name, _)| name == "sslmode") {
            url.query_pairs_mut().append_pair("sslmode", "verify-full");
        }
        Ok(Self(options.disable_statement_logging()))
    }

    pub(crate) fn options(&self) -> AnyConnectOptions {
        self.0.clone()
    }

    /// The same for PostgreSQL's own driver, which the job engine speaks through.
    pub(crate) fn postgres(&self) -> Result<PgConnectOptions, sqlx::Error> {
        Ok(PgConnectOptions::from_url(&self.0.database_url)?.disable_statement_logging())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl")
    }
}

/// The secret of each organisation, by its id.
#[derive(Clone, Default)]
pub struct OrgSecrets(BTreeMap<String, SecretString>);

impl OrgSecrets {
    /// Checks ids and lengths.
    pub fn new(secrets: impl IntoIterator<Item = (String, SecretString)>) -> Result<Self, ConfigError> {
        let mut checked = BTreeMap::new();
        for (org, secret) in secrets {
            if org.is_empty() || org.len() > ORG_DIGITS_MAX || !org.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(ConfigError::OrgId);
            }
            if secret.expose_secret().len() < SECRET_BYTES_MIN {
                return Err(ConfigError::ShortSecret(org));
            }
            checked.insert(org, secret);
        }
        if checked.is_empty() { Err(ConfigError::NoSecrets) } else { Ok(Self(checked)) }
    }

    /// Reads `{"<org id>": "<secret>"}`.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        // The parser's own message could repeat a part of a secret.
        let plain: BTreeMap<String, String> = serde_json::from_str(json).map_err(|_| ConfigError::SecretsFormat)?;
        Self::new(plain.into_iter().map(|(org, secret)| (org, SecretString::from(secret))))
    }

    pub(crate) fn get(&self, org: &str) -> Option<&SecretString> {
        self.0.get(org)
    }
}

impl fmt::Debug for OrgSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrgSecrets({} organisations)", self.0.len())
    }
}

/// The origins whose pages may call the function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedOrigins(Vec<HeaderValue>);

impl AllowedOrigins {
    /// Checks that each is an origin as a browser writes it. None at all is allowed: then no page may call.
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        origins.into_iter().map(origin).collect::<Result<_, _>>().map(Self)
    }

    /// Reads a list with commas between.
    pub fn parse(list: &str) -> Result<Self, ConfigError> {
        Self::new(list.split(',').map(str::trim).filter(|origin| !origin.is_empty()))
    }

    pub(crate) fn values(&self) -> Vec<HeaderValue> {
        self.0.clone()
    }
}

fn origin(text: &str) -> Result<HeaderValue, ConfigError> {
    let refused = || ConfigError::Origin(text.to_owned());
    let uri: Uri = text.parse().map_err(|_| refused())?;
    let (scheme, authority) = uri.scheme().zip(uri.authority()).ok_or_else(refused)?;
    let local = matches!(authority.host(), "127.0.0.1" | "[::1]" | "localhost");
    // Compared as a whole: a path, a user name, capital letters or a port that goes without saying would never
    // equal what a browser sends. https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
    let default_port = if *scheme == Scheme::HTTPS { 443 } else { 80 };
    let port =
        authority.port_u16().filter(|port| *port != default_port).map_or(String::new(), |port| format!(":{port}"));
    let as_sent = format!("{scheme}://{}{port}", authority.host()).to_ascii_lowercase();
    let safe = *scheme == Scheme::HTTPS || (*scheme == Scheme::HTTP && local);
    if safe && as_sent == text && !authority.as_str().contains('*') {
        HeaderValue::from_str(text).map_err(|_| refused())
    } else {
        Err(refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::postgres::PgSslMode;

    #[test]
    fn origins_are_what_a_browser_sends() {
        for good in [
            "https://crm.zoho.eu",
            "https://a.example:8443",
            "https://a.example:80",
            "http://127.0.0.1:7702",
            "http://localhost:7702",
            "http://localhost",
            "http://[::1]:7702",
        ] {
            assert!(AllowedOrigins::new([good]).is_ok(), "{good}");
        }
        for bad in [
            "*",
            "null",
            "crm.zoho.eu",
            "https://A.example",
            "https://a.example/",
            "https://a.example/x",
            "http://a.example",
            "https://*.example",
            "https://u@a.example",
            "https://a.example:443",
            "https://a.example:08443",
            "https://a.example:",
            "https://a.example:65536",
            "http://localhost:80",
            "ftp://a.example",
            "",
        ] {
            assert_eq!(AllowedOrigins::new([bad]), Err(ConfigError::Origin(bad.to_owned())));
        }
        assert_eq!(AllowedOrigins::parse(" https://a.example , https://b.example,").map(|list| list.0.len()), Ok(2));
    }

    #[test]
    fn a_servers_name_is_proven_unless_it_is_here_or_the_url_says_otherwise() {
        for (url, mode) in [
            ("postgres://u:p@db.example/state", PgSslMode::VerifyFull),
            ("postgresql://u:p@db.example:6432/state", PgSslMode::VerifyFull),
            ("postgres://u:p@db.example/state?application_name=sync", PgSslMode::VerifyFull),
            ("postgres://u:p@db.example/state?sslmode=require", PgSslMode::Require),
            ("postgres://u:p@db.example/state?sslrootcert=/etc/ca.pem", PgSslMode::VerifyFull),
            // What is named later is what is connected to.
            ("postgres://u:p@127.0.0.1/state?host=db.example", PgSslMode::VerifyFull),
            ("postgres://u:p@127.0.0.1/state", PgSslMode::Prefer),
            ("postgres://u:p@[::1]/state", PgSslMode::Prefer),
            ("postgres://u:p@localhost/state", PgSslMode::Prefer),
            ("postgres://u:p@%2Frun%2Fpostgresql/state", PgSslMode::Prefer),
        ] {
            let parsed = DatabaseUrl::parse(url).expect(url);
            let options = PgConnectOptions::from_url(&parsed.0.database_url).expect(url);
            assert_eq!(format!("{:?}", options.get_ssl_mode()), format!("{mode:?}"), "{url}");
            assert_eq!(format!("{:?}", Database::Server(parsed)), "Server(DatabaseUrl)");
        }
        for url in [
            "",
            "function.sqlite",
            "sqlite://function.sqlite",
            "mysql://u:p@127.0.0.1/state",
            "postgres://u:p@127.0.0.1:port/state",
            "postgres://u:p@127.0.0.1/state?sslmode=perhaps",
            "postgres://u:p@127.0.0.1/state?passwort=secret",
        ] {
            assert_eq!(DatabaseUrl::parse(url).map(|_| ()), Err(ConfigError::DatabaseUrl), "{url}");
        }
    }

    #[test]
    fn secrets_are_checked_and_never_shown() {
        let secret = "0123456789abcdef0123456789abcdef";
        let secrets = OrgSecrets::from_json(&format!(r#"{{"600":"{secret}"}}"#)).expect("good secrets");
        assert_eq!(secrets.get("600").map(ExposeSecret::expose_secret), Some(secret));
        assert!(!format!("{secrets:?}").contains(secret));
        for (json, error) in [
            ("", ConfigError::SecretsFormat),
            ("[]", ConfigError::SecretsFormat),
            (r#"{"600":1}"#, ConfigError::SecretsFormat),
            ("{}", ConfigError::NoSecrets),
            (r#"{"600":"short"}"#, ConfigError::ShortSecret("600".to_owned())),
            (r#"{"6|0":"0123456789abcdef0123456789abcdef"}"#, ConfigError::OrgId),
            (r#"{"":"0123456789abcdef0123456789abcdef"}"#, ConfigError::OrgId),
            // Swapped: neither half may be told.
            (r#"{"0123456789abcdef0123456789abcdef":"600"}"#, ConfigError::OrgId),
            (r#"{"01234567890123456789012345678901":"600"}"#, ConfigError::OrgId),
            (r#"{"0123456789abcdef.123456789abcdef":"600"}"#, ConfigError::OrgId),
        ] {
            assert!(!error.to_string().contains("0123"), "{json}: {error}");
            assert_eq!(OrgSecrets::from_json(json).map(|_| ()), Err(error), "{json}");
        }
    }
}
