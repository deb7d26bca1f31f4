//! The function, embedded: its router over the world's clock and a folder that a reset empties.

use crate::clock::Clock;
use crate::part::{Part, Ports};
use crate::seed;
use axum::Router;
use jiff::Timestamp;
use mxs_function::{
    AllowedOrigins, App, Background, Config, Database, Keys, MicrosoftApp, OrgSecrets, Proof, Rate, RateLimits,
    Vendors, ZohoApp, router,
};
use mxs_outgoing::{Outgoing, Settings};
use mxs_vault::KeyRing;
use mxs_zoho::oauth::DataCentre;
use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

/// With what the sandbox's CRM signs. A secret only in name: it is in the repository, and only the sandbox's
/// function knows it.
pub const ORG_SECRET: &str = "sandbox-only-secret-of-northlight-trading";

impl mxs_function::Clock for Clock {
    fn now(&self) -> Timestamp {
        Clock::now(self)
    }
}

/// What secrets are sealed with: as little of a secret.
const KEY: &str = "c2FuZGJveC1vbmx5LWtleS1vZi0zMi1ieXRlcy4uLi4=";

/// The running function.
#[derive(Clone)]
pub struct Function {
    app: App,
    /// Ends the sync without a tab.
    stop: Arc<watch::Sender<bool>>,
    folder: PathBuf,
    /// Its routes.
    pub router: Router,
}

impl Function {
    /// Starts it with nothing stored, beside `old` if that still runs.
    pub async fn start(
        data: &Path,
        ports: Ports,
        zgid: &str,
        clock: Arc<Clock>,
        old: Option<&Self>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let [first, second] = folders(data, ports);
        let folder = if old.is_some_and(|old| old.folder == first) { second } else { first };
        // The world begins anew at every start, so what the function remembers of the last one would be wrong.
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let secrets = OrgSecrets::new([(zgid.to_owned(), ORG_SECRET.to_owned().into())])?;
        let tab = ports.origin(Part::Tab);
        let mut config = Config::new(Database::Folder(folder.clone()), secrets, AllowedOrigins::new([tab.as_str()])?);
        config.clock = clock;
        // A frozen clock would never give a spent call back.
        let rate = Rate { burst: 1_000_000, per_minute: 6_000 };
        config.rate_limits = RateLimits { peer: rate, all: rate, account: rate };
        config.keys = Some(keys(ports)?);
        let app = App::open(config).await?;
        let (stop, stopped) = watch::channel(false);
        if let Some(background) = Background::start(&app).await? {
            tokio::spawn(background.serve(stopped));
        }
        Ok(Self { router: router(app.clone()), app, stop: Arc::new(stop), folder })
    }

    /// Ends it.
    pub async fn stop(&self) {
        // Nobody is left who listens where it has ended by itself.
        let _ = self.stop.send(true);
        self.app.close().await;
    }
}

/// The keys and applications with which the function reaches the stand-ins.
fn keys(ports: Ports) -> Result<Keys, Box<dyn Error + Send + Sync>> {
    let (microsoft, zoho) = (ports.origin(Part::Microsoft), ports.origin(Part::Zoho));
    let settings = Settings { loopback: vec![microsoft.clone(), zoho.clone()], ..Settings::default() };
    let vendors = Vendors {
        identity: microsoft.clone(),
        graph: microsoft,
        redirect_uri: seed::let_in_page(ports),
        public_url: Some(ports.origin(Part::Function)),
        microsoft: Some(Arc::new(MicrosoftApp {
            client_id: seed::microsoft::SERVER_CLIENT_ID.to_owned(),
            proof: Proof::Secret(seed::microsoft::SERVER_CLIENT_SECRET.into()),
        })),
        centres: vec![DataCentre::stand_in(seed::zoho::LOCATION, &zoho, &zoho)],
        zoho: Some(Arc::new(ZohoApp {
            client_id: seed::zoho::CLIENT_ID.to_owned(),
            secret: seed::zoho::CLIENT_SECRET.into(),
        })),
    };
    Ok(Keys::new(KeyRing::parse(&KEY.into())?, vendors, Arc::new(Outgoing::new(settings)?)))
}

/// The folders that are used in turn; others for each port, so that two sandboxes don't share one.
fn folders(data: &Path, ports: Ports) -> [PathBuf; 2] {
    ["a", "b"].map(|turn| data.join(format!("function-{}-{turn}", ports.of(Part::Function))))
}
