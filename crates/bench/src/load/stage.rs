//! The organisations, their people, and a database in which all of them have let the function in.

use super::child::Function;
use crate::trouble::Trouble;
use jiff::Timestamp;
use mxs_api::Settings;
use mxs_sandbox::listen::bind;
use mxs_sandbox::options::Options;
use mxs_sandbox::part::{Part, Ports};
use mxs_sandbox::run::Running;
use mxs_sandbox::sandbox::Sandbox;
use mxs_sandbox::seed::{self, SeedName};
use mxs_vault::{Context, KeyRing, What, Whose};
use mxs_world::Service;
use mxs_world::microsoft::User;
use mxs_world::zoho::{DataCentre, Edition, NewUser, Permissions};
use secrecy::SecretString;
use serde_json::json;
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyPool, Transaction};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// The mailboxes of one organisation.
const MAILBOXES_PER_ORG: usize = 100;

/// The contacts in each mailbox before its first sync.
const CONTACTS: usize = 3;

/// Added to every answer of the vendors, in milliseconds.
const LATENCY_MS: u64 = 100;

/// With what the function seals: no secret, but as long as one.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// For how long the first access token of a mailbox is good, in milliseconds.
const TOKEN_MS: i64 = 3_599_000;

/// How long a subscription lives on, in milliseconds: it is not to be renewed here.
const SUBSCRIBED_MS: i64 = 7 * 24 * 3_600_000;

/// How long the benchmark waits for the database.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// One mailbox, and who has it.
pub(crate) struct Owner {
    pub(crate) org: String,
    user: String,
    graph_id: String,
    address: String,
    token: String,
    /// Its row.
    pub(crate) mailbox: i64,
}

/// The stand-ins, the function's database and its settings.
pub(crate) struct Stage {
    running: Running,
    folder: PathBuf,
    pub(crate) variables: BTreeMap<&'static str, String>,
    /// Where the function listens.
    pub(crate) address: String,
    pub(crate) owners: Vec<Owner>,
    /// The CRM's refresh token, by organisation.
    orgs: BTreeMap<String, String>,
    pub(crate) database: AnyPool,
    keys: KeyRing,
    /// How many secrets were sealed: the nonce of the next.
    sealed: u64,
}

impl Drop for Stage {
    fn drop(&mut self) {
        // A folder in the system's place for what is of no use tomorrow.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The moment, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

impl Stage {
    /// Sets everything up for so many mailboxes. The database is in a file unless `MXS_DATABASE_URL` names a server.
    pub(crate) async fn new(mailboxes: usize) -> Result<Self, Trouble> {
        sqlx::any::install_default_drivers();
        let folder = std::env::temp_dir().join(format!("mxs-load-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut ports = Ports::default();
        Part::ALL.into_iter().for_each(|part| ports.set(part, 0));
        let options = Options {
            ports,
            data: folder.join("sandbox"),
            seed: SeedName::Empty,
            latency_ms: LATENCY_MS,
            ..Options::default()
        };
        let listening = bind(ports).await.map_err(|error| Trouble::Stage(error.to_string()))?;
        let running = Running::start(options, listening).await.map_err(|error| Trouble::Stage(error.to_string()))?;
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let (owners, orgs) = people(&running.sandbox, mailboxes)?;
        let (mut variables, url) = variables(&running.sandbox, &address);
        let url = match url {
            Some(url) => {
                variables.insert("MXS_DATABASE_URL", url.clone());
                url
            }
            None => {
                let data = folder.join("function");
                variables.insert("MXS_DATA_DIR", data.to_string_lossy().into_owned());
                format!("sqlite://{}?mode=rw", data.join(mxs_function::DATABASE_FILE).display())
            }
        };
        // It makes the tables.
        drop(Function::start(&variables, &address, &folder.join("first.log")).await?);
        let database = AnyPoolOptions::new().max_connections(1).acquire_timeout(WAIT_MAX).connect(&url).await?;
        let keys = KeyRing::parse(&KEY.into()).map_err(|error| Trouble::Stage(error.to_string()))?;
        let mut stage = Self { running, folder, variables, address, owners, orgs, database, keys, sealed: 0 };
        stage.let_in().await?;
        Ok(stage)
    }

    /// The stand-ins.
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.running.sandbox
    }

    /// Starts the function.
    pub(crate) async fn start(&self) -> Result<Function, Trouble> {
        Function::start(&self.variables, &self.address, &self.folder.join("function.log")).await
    }

    fn seal(&mut self, secret: &str, org: &str, mailbox: i64, what: What) -> Result<Vec<u8>, Trouble> {
        self.sealed += 1;
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&self.sealed.to_le_bytes());
        let row = mailbox.to_string();
        let whose = if mailbox == 0 { Whose::Organisation } else { Whose::Mailbox(&row) };
        let context = Context { organisation: org, whose, what };
        let sealed = self.keys.seal(&SecretString::from(secret), &context, nonce);
        Ok(sealed.map_err(|error| Trouble::Stage(error.to_string()))?.to_bytes())
    }

    /// Everybody lets the function in, and chooses to sync contacts.
    async fn let_in(&mut self) -> Result<(), Trouble> {
        let mut settings = Settings::default();
        settings.contacts.rules.on = true;
        let settings = serde_json::to_string(&settings)?;
        let zoho = self.sandbox().vendor_origin(Service::Zoho);
        let place = json!({ "centre": seed::zoho::LOCATION, "api": zoho }).to_string();
        let mut tx = self.database.begin().await?;
        for (org, refresh_token) in self.orgs.clone() {
            sqlx::query("INSERT INTO org (id) VALUES ($1)").bind(&org).execute(&mut *tx).await?;
            let sealed = self.seal(&refresh_token, &org, 0, What::ZohoRefreshToken)?;
            credential(&mut tx, &org, 0, (What::ZohoRefreshToken, sealed, &place)).await?;
        }
        for at in 0..self.owners.len() {
            let Owner { org, user, graph_id, address, token, .. } = &self.owners[at];
            let (org, token) = (org.clone(), token.clone());
            let account: i64 =
                sqlx::query_scalar("INSERT INTO account (org, crm_user, settings) VALUES ($1, $2, $3) RETURNING id")
                    .bind(&org)
                    .bind(user)
                    .bind(&settings)
                    .fetch_one(&mut *tx)
                    .await?;
            let mailbox: i64 = sqlx::query_scalar(
                "INSERT INTO mailbox (account, org, graph_id, address, name, connected)
                 VALUES ($1, $2, $3, $4, $4, 1) RETURNING id",
            )
            .bind(account)
            .bind(&org)
            .bind(graph_id)
            .bind(address)
            .fetch_one(&mut *tx)
            .await?;
            self.owners[at].mailbox = mailbox;
            let sealed = self.seal("unused", &org, mailbox, What::MicrosoftRefreshToken)?;
            let refresh = (What::MicrosoftRefreshToken, sealed, seed::microsoft::TENANT_ID);
            credential(&mut tx, &org, mailbox, refresh).await?;
            let sealed = self.seal(&token, &org, mailbox, What::MicrosoftAccessToken)?;
            sqlx::query("INSERT INTO token (org, mailbox, what, sealed, expires_ms) VALUES ($1, $2, $3, $4, $5)")
                .bind(&org)
                .bind(mailbox)
                .bind(What::MicrosoftAccessToken.name())
                .bind(sealed)
                .bind(now_ms() + TOKEN_MS)
                .execute(&mut *tx)
                .await?;
            sqlx::query("INSERT INTO schedule (mailbox, org, due_ms) VALUES ($1, $2, 0)")
                .bind(mailbox)
                .bind(&org)
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Has every mailbox due from `from_ms` on, one after the other over so many milliseconds, the organisations in turn.
    /// Nobody else may be using the database.
    pub(crate) async fn schedule(&self, from_ms: i64, spread_ms: i64) -> Result<(), Trouble> {
        let mut tx = self.database.begin().await?;
        for (at, owner) in self.owners.iter().enumerate() {
            sqlx::query(
                "UPDATE schedule SET due_ms = $2, queued_ms = NULL, idle = 0, is_hinted = 0 WHERE mailbox = $1",
            )
            .bind(owner.mailbox)
            .bind(from_ms + spread_ms * at as i64 / self.owners.len() as i64)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Has both vendors tell of changes: of the contacts of each mailbox, and of each CRM's. The address and the secret of
    /// each are made of its row.
    pub(crate) async fn subscribe(&mut self) -> Result<(), Trouble> {
        let mut tx = self.database.begin().await?;
        let exchange = self.owners.iter().map(|owner| (owner.org.clone(), owner.mailbox));
        let rows: Vec<(String, i64)> = exchange.chain(self.orgs.keys().map(|org| (org.clone(), 0))).collect();
        for (at, (org, mailbox)) in rows.into_iter().enumerate() {
            let (side, what) = match mailbox {
                0 => ("crm", What::ZohoChannelToken),
                _ => ("exchange", What::MicrosoftClientState),
            };
            let sealed = self.seal(&secret(at), &org, mailbox, what)?;
            sqlx::query(
                "INSERT INTO subscription (org, mailbox, side, resource, address, name, sealed, expires_ms, due_ms)
                 VALUES ($1, $2, $3, 'contact', $4, $5, $6, $7, $7)",
            )
            .bind(org)
            .bind(mailbox)
            .bind(side)
            .bind(address(at))
            .bind((at + 1).to_string())
            .bind(sealed)
            .bind(now_ms() + SUBSCRIBED_MS)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        // Vendors that aren't stand-ins are told an address like this one; nobody here is told.
        self.variables.insert("MXS_PUBLIC_URL", "https://sync.example".to_owned());
        Ok(())
    }

    /// How many subscriptions there are, by side: those of mailboxes come first.
    pub(crate) fn subscriptions(&self) -> (usize, usize) {
        (self.owners.len(), self.orgs.len())
    }
}

/// The end of the address of a subscription.
pub(crate) fn address(subscription: usize) -> String {
    format!("{subscription:032x}")
}

/// What its notifications prove themselves with.
pub(crate) fn secret(subscription: usize) -> String {
    format!("secret-of-{subscription}")
}

async fn credential(
    tx: &mut Transaction<'static, Any>,
    org: &str,
    mailbox: i64,
    (what, sealed, about): (What, Vec<u8>, &str),
) -> Result<(), Trouble> {
    sqlx::query(
        "INSERT INTO credential (org, mailbox, what, key_id, sealed, about, at_ms) VALUES ($1, $2, $3, '', $4, $5, 0)",
    )
    .bind(org)
    .bind(mailbox)
    .bind(what.name())
    .bind(sealed)
    .bind(about)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The people, the organisations in turn, and each organisation's refresh token.
fn people(sandbox: &Sandbox, mailboxes: usize) -> Result<(Vec<Owner>, BTreeMap<String, String>), Trouble> {
    let organisations = mailboxes.div_ceil(MAILBOXES_PER_ORG);
    let zoho_origin = sandbox.vendor_origin(Service::Zoho);
    sandbox.world(|world| {
        let mut profiles = Vec::new();
        let orgs: Vec<String> = (0..organisations).map(|at| format!("7{at:09}")).collect();
        for org in &orgs {
            profiles.push(world.with_zoho(|zoho, context| {
                let centre = DataCentre::at(seed::zoho::LOCATION, &zoho_origin);
                zoho.add_org(context, org, "Load", Edition::Enterprise, centre);
                zoho.add_profile(org, "Administrator", Permissions::administrator())
            }));
        }
        let (mut owners, mut tokens) = (Vec::new(), BTreeMap::new());
        for at in 0..mailboxes {
            let (org, profile) = (&orgs[at % organisations], profiles[at % organisations]);
            let (graph_id, address) = (format!("0b6f4c10-2f1e-4c55-9a02-{at:012x}"), format!("m{at}@load.example"));
            let user = world.with_zoho(|zoho, context| {
                let name = format!("Owner {at}");
                let zone = "Europe/London";
                let user = NewUser { name: &name, email: &address, profile, time_zone: zone, language: "en_GB" };
                let id = zoho.add_user(context, org, user);
                if !tokens.contains_key(org) {
                    let token = zoho.issue_refresh_token(context, seed::zoho::CLIENT_ID, id, &seed::zoho::SCOPES);
                    tokens.insert(org.clone(), token);
                }
                id.to_string()
            });
            let token = world.with_microsoft(|microsoft, context| {
                let user = User::new(&graph_id, seed::microsoft::TENANT_ID, "Owner", &address, "unused");
                microsoft.add_user(user, context);
                for number in 0..CONTACTS {
                    let contact = json!({ "givenName": format!("Person {number}"), "surname": format!("Of {at}") });
                    microsoft
                        .add_contact(&graph_id, &contact, context)
                        .map_err(|refusal| Trouble::Stage(refusal.message))?;
                }
                let (client, scopes) = (seed::microsoft::SERVER_CLIENT_ID, &seed::microsoft::TAB_SCOPES);
                let token = microsoft.issue_access_token(&graph_id, client, scopes, context);
                token.ok_or_else(|| Trouble::Stage("no token".to_owned()))
            })?;
            owners.push(Owner { org: org.clone(), user, graph_id, address, token, mailbox: 0 });
        }
        Ok((owners, tokens))
    })
}

/// The function's settings, and the server's URL where there is one.
fn variables(sandbox: &Sandbox, address: &str) -> (BTreeMap<&'static str, String>, Option<String>) {
    let stand_ins = json!({
        "microsoft": sandbox.vendor_origin(Service::Microsoft),
        "zoho": sandbox.vendor_origin(Service::Zoho),
        "location": seed::zoho::LOCATION,
    });
    let variables = [
        ("MXS_LISTEN", address.to_owned()),
        ("MXS_ORG_SECRETS", json!({ sandbox.zgid(): mxs_sandbox::function::ORG_SECRET }).to_string()),
        ("MXS_KEYS", KEY.to_owned()),
        ("MXS_STAND_INS", stand_ins.to_string()),
        ("MXS_REDIRECT_URI", seed::let_in_page(sandbox.ports())),
        ("MXS_ZOHO_CLIENT_ID", seed::zoho::CLIENT_ID.to_owned()),
        ("MXS_ZOHO_SECRET", seed::zoho::CLIENT_SECRET.to_owned()),
        ("MXS_MICROSOFT_CLIENT_ID", seed::microsoft::SERVER_CLIENT_ID.to_owned()),
        ("MXS_MICROSOFT_SECRET", seed::microsoft::SERVER_CLIENT_SECRET.to_owned()),
    ];
    (variables.into(), std::env::var("MXS_DATABASE_URL").ok().filter(|url| !url.is_empty()))
}
