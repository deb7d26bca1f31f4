//! What opens the vendors' doors: secrets, sealed in the database, and the tokens that are got with them.
//!
//! | file | what |
//! |---|---|
//! | `tokens` | access tokens, renewed by one of all instances |
//! | `certificate` | what an application signs with |
//! | `microsoft` | a user's refresh token, an organisation's application |
//! | `rotate` | sealing everything anew |
//! | `zoho` | the CRM's refresh token, by an administrator's consent |

mod certificate;
mod microsoft;
mod rotate;
mod tokens;
mod zoho;

pub use certificate::CertificateError;
pub(crate) use microsoft::SCOPES;
pub use microsoft::{MicrosoftApp, Proof};
pub use rotate::Rotated;
pub(crate) use tokens::Access;
pub(crate) use zoho::Place;
pub use zoho::ZohoApp;

use crate::refusal::Refusal;
use crate::store::{Note, Owner, Stored};
use crate::vendor::{Outside, Vendors};
use crate::{App, NoRandom};
use mxs_vault::{KeyRing, Sealed, What};
use secrecy::SecretString;
use std::sync::Arc;

/// The ring, and the applications as which we come.
pub struct Keys {
    ring: KeyRing,
    vendors: Vendors,
    outside: Arc<dyn Outside>,
}

/// Why there is no token.
#[derive(Debug)]
pub(crate) enum NoToken {
    /// Nobody gave the right to get one, or the vendor no longer accepts it: a person must sign in or consent.
    Refused,
    /// The vendor can't be reached, or wants to be left alone for so long.
    Unavailable {
        /// In seconds.
        retry_after_s: Option<u32>,
    },
    /// The key ring lacks the key, or what is stored is damaged; or the database failed.
    Broken(Refusal),
}

/// No answer came.
const AWAY: NoToken = NoToken::Unavailable { retry_after_s: None };

impl From<Refusal> for NoToken {
    fn from(refusal: Refusal) -> Self {
        NoToken::Broken(refusal)
    }
}

impl From<NoRandom> for NoToken {
    fn from(error: NoRandom) -> Self {
        NoToken::Broken(error.into())
    }
}

impl Keys {
    /// Seals and sends with these.
    pub fn new(ring: KeyRing, vendors: Vendors, outside: Arc<dyn Outside>) -> Self {
        Self { ring, vendors, outside }
    }

    /// The same, on another way, which is made from the one before.
    pub(crate) fn sent_by(mut self, way: impl FnOnce(Arc<dyn Outside>, &Vendors) -> Arc<dyn Outside>) -> Self {
        self.outside = way(self.outside, &self.vendors);
        self
    }

    /// Where the vendors are.
    pub(crate) fn vendors(&self) -> &Vendors {
        &self.vendors
    }

    /// The way to the vendors.
    pub(crate) fn outside(&self) -> &dyn Outside {
        &*self.outside
    }

    /// Stores a secret, sealed.
    pub(crate) async fn put(
        &self,
        app: &App,
        owner: &Owner,
        what: What,
        secret: &SecretString,
        about: String,
        notes: &[Note<'_>],
    ) -> Result<(), Refusal> {
        let sealed = self.seal(app, owner, what, secret)?;
        app.store().put_credential(owner, what, &Stored { sealed, about }, notes, app.now_ms()).await
    }

    /// The secret, and what belongs to it.
    async fn get(&self, app: &App, owner: &Owner, what: What) -> Result<(SecretString, String), NoToken> {
        let stored = app.store().credential(owner, what).await?.ok_or(NoToken::Refused)?;
        Ok((self.open(owner, what, &stored.sealed)?, stored.about))
    }

    /// Seals a secret, to be stored.
    pub(crate) fn seal(&self, app: &App, owner: &Owner, what: What, secret: &SecretString) -> Result<Sealed, Refusal> {
        let mut row = String::new();
        let nonce = app.random()?;
        let sealed = self.ring.seal(secret, &tokens::context(owner, what, &mut row), nonce);
        sealed.map_err(|_| Refusal::bad("the secret is too long"))
    }

    /// Whether a key of the ring opens a stored secret.
    pub(crate) fn opens(&self, owner: &Owner, what: What, sealed: &Sealed) -> bool {
        self.ring.open(sealed, &tokens::context(owner, what, &mut String::new())).is_ok()
    }

    /// Opens a stored secret.
    pub(crate) fn open(&self, owner: &Owner, what: What, sealed: &Sealed) -> Result<SecretString, Refusal> {
        let mut row = String::new();
        let opened = self.ring.open(sealed, &tokens::context(owner, what, &mut row));
        opened.map_err(Refusal::Sealed)
    }
}
