//! Everything that is sealed, wherever it is stored.

use super::{Owner, Side, Store, Turn, Tx};
use crate::refusal::Refusal;
use mxs_vault::{Sealed, What};

/// Where sealed values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// What opens a vendor's door.
    Credential,
    /// What notifications prove themselves with.
    Subscription,
    /// Access tokens.
    Token,
}

/// A sealed value, and where it is.
#[derive(Clone, Debug)]
pub(crate) struct SealedRow {
    /// Whose it is.
    pub(crate) owner: Owner,
    /// Which secret it is.
    pub(crate) what: What,
    /// The value.
    pub(crate) sealed: Sealed,
    key: Key,
}

/// The key of a row: the organisation, the mailbox, which secret or whose notifications, and of what they tell.
type Key = (String, i64, String, String);

impl Place {
    /// Every one.
    pub(crate) const ALL: [Self; 3] = [Self::Credential, Self::Subscription, Self::Token];

    const fn page(self) -> &'static str {
        match self {
            Self::Credential => {
                "SELECT org, mailbox, what, '', sealed FROM credential
                 WHERE (org, mailbox, what, '') > ($1, $2, $3, $4) ORDER BY org, mailbox, what LIMIT $5"
            }
            Self::Subscription => {
                "SELECT org, mailbox, side, resource, sealed FROM subscription
                 WHERE (org, mailbox, side, resource) > ($1, $2, $3, $4) AND sealed IS NOT NULL
                 ORDER BY org, mailbox, side, resource LIMIT $5"
            }
            Self::Token => {
                "SELECT org, mailbox, what, '', sealed FROM token
                 WHERE (org, mailbox, what, '') > ($1, $2, $3, $4) AND sealed IS NOT NULL
                 ORDER BY org, mailbox, what LIMIT $5"
            }
        }
    }

    const fn put(self) -> &'static str {
        match self {
            Self::Credential => {
                "UPDATE credential SET sealed = $6, key_id = $7
                 WHERE org = $1 AND mailbox = $2 AND what = $3 AND $4 = '' AND sealed = $5"
            }
            Self::Subscription => {
                "UPDATE subscription SET sealed = $6
                 WHERE org = $1 AND mailbox = $2 AND side = $3 AND resource = $4 AND sealed = $5"
            }
            Self::Token => {
                "UPDATE token SET sealed = $6
                 WHERE org = $1 AND mailbox = $2 AND what = $3 AND $4 = '' AND sealed = $5"
            }
        }
    }

    /// Sealed values after that one, a page of them.
    pub(super) async fn read(
        self,
        tx: &mut Tx,
        after: Option<&SealedRow>,
        limit: i64,
    ) -> Result<Vec<SealedRow>, Refusal> {
        let (org, mailbox, word, resource) = after.map(|row| row.key.clone()).unwrap_or_default();
        let rows = sqlx::query_as(self.page()).bind(org).bind(mailbox).bind(word).bind(resource).bind(limit);
        let rows: Vec<(String, i64, String, String, Vec<u8>)> = rows.fetch_all(&mut **tx).await?;
        let read = |(org, mailbox, word, resource, sealed): (String, i64, String, String, Vec<u8>)| {
            let what = match self {
                Self::Credential | Self::Token => What::ALL.into_iter().find(|what| what.name() == word),
                Self::Subscription => Some(Side::read(&word)?.what()),
            };
            let unreadable = || Refusal::unreadable("secret");
            Ok(SealedRow {
                owner: Owner { org: org.clone(), mailbox: Some(mailbox).filter(|mailbox| *mailbox != 0) },
                what: what.ok_or_else(unreadable)?,
                sealed: Sealed::from_bytes(&sealed).map_err(|_| unreadable())?,
                key: (org, mailbox, word, resource),
            })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Store {
    /// Sealed values after that one, a page of them.
    pub(crate) async fn sealed(
        &self,
        place: Place,
        after: Option<&SealedRow>,
        limit: i64,
    ) -> Result<Vec<SealedRow>, Refusal> {
        place.read(&mut self.read().await?, after, limit).await
    }

    /// Puts a value that was sealed anew in the place of the one before; `false` when that was changed meanwhile.
    pub(crate) async fn reseal(&self, place: Place, old: &SealedRow, new: &Sealed) -> Result<bool, Refusal> {
        let (org, mailbox, word, resource) = &old.key;
        let mut tx = self.write(Turn::Organisation(org)).await?;
        let put = sqlx::query(place.put()).bind(org).bind(mailbox).bind(word).bind(resource);
        let put = put.bind(old.sealed.to_bytes()).bind(new.to_bytes());
        let put = if place == Place::Credential { put.bind(new.key().as_str()) } else { put };
        let changed = put.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(changed.rows_affected() == 1)
    }
}
