//! Sealing everything anew, when there is another key.

use super::{Keys, tokens};
use crate::App;
use crate::refusal::Refusal;
use mxs_vault::What;

/// How many secrets are read at once.
const AT_ONCE: i64 = 100;

/// The most pages of secrets.
const PAGES_MAX: u32 = 1_000_000;

/// What became of the secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rotated {
    /// Sealed with the current key now.
    pub resealed: u64,
    /// Left as they are: no key of the ring opens them.
    pub unopened: u64,
}

impl Keys {
    /// Seals every secret with the current key that is sealed with another. It may run while the function does, and again
    /// after it was interrupted. Tokens are left out: they end within an hour or so.
    pub(crate) async fn rotate(&self, app: &App) -> Result<Rotated, Refusal> {
        let (mut rotated, mut after) = (Rotated::default(), 0);
        for _ in 0..PAGES_MAX {
            let page = app.store().sealed_otherwise(self.ring.current().as_str(), after, AT_ONCE).await?;
            let Some((last, ..)) = page.last() else { break };
            after = *last;
            for (id, owner, what, old) in page {
                let what = What::ALL.into_iter().find(|known| known.name() == what);
                let what = what.ok_or_else(|| Refusal::unreadable("credential"))?;
                let mut row = String::new();
                match self.ring.reseal(&old, &tokens::context(&owner, what, &mut row), app.random()?) {
                    // One that was changed meanwhile is sealed with the current key already.
                    Ok(new) => rotated.resealed += u64::from(app.store().reseal(id, &owner.org, &old, &new).await?),
                    Err(_) => rotated.unopened += 1,
                }
            }
        }
        Ok(rotated)
    }
}
