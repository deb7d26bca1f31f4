//! The function, embedded: its router over the world's clock and a folder that a reset empties.

use crate::clock::Clock;
use crate::part::{Part, Ports};
use axum::Router;
use jiff::Timestamp;
use mxs_function::{AllowedOrigins, App, Config, Database, OrgSecrets, Rate, RateLimits, router};
use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// With what the sandbox's CRM signs. A secret only in name: it is in the repository, and only the sandbox's
/// function knows it.
pub const ORG_SECRET: &str = "sandbox-only-secret-of-northlight-trading";

impl mxs_function::Clock for Clock {
    fn now(&self) -> Timestamp {
        Clock::now(self)
    }
}

/// The running function.
#[derive(Clone)]
pub struct Function {
    app: App,
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
        let app = App::open(config).await?;
        Ok(Self { router: router(app.clone()), app, folder })
    }

    /// Ends it.
    pub async fn stop(&self) {
        self.app.close().await;
    }
}

/// The folders that are used in turn; others for each port, so that two sandboxes don't share one.
fn folders(data: &Path, ports: Ports) -> [PathBuf; 2] {
    ["a", "b"].map(|turn| data.join(format!("function-{}-{turn}", ports.of(Part::Function))))
}
