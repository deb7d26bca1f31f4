//! Sealing everything anew, when there is another key.

use super::{Keys, tokens};
use crate::App;
use crate::refusal::Refusal;
use crate::store::Place;

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
    /// Seals every secret with the current key that is sealed with another: then no other key is needed. It may run while
    /// the function does, and again after it was interrupted.
    pub(crate) async fn rotate(&self, app: &App) -> Result<Rotated, Refusal> {
        let mut rotated = Rotated::default();
        for place in Place::ALL {
            let mut after = None;
            for _ in 0..PAGES_MAX {
                let page = app.store().sealed(place, after.as_ref(), AT_ONCE).await?;
                for old in page.iter().filter(|old| !self.ring.is_current(&old.sealed)) {
                    let mut row = String::new();
                    let context = tokens::context(&old.owner, old.what, &mut row);
                    match self.ring.reseal(&old.sealed, &context, app.random()?) {
                        // One that was changed meanwhile is sealed with the current key already.
                        Ok(new) => rotated.resealed += u64::from(app.store().reseal(place, old, &new).await?),
                        Err(_) => rotated.unopened += 1,
                    }
                }
                let Some(last) = page.into_iter().next_back() else { break };
                after = Some(last);
            }
        }
        Ok(rotated)
    }
}
