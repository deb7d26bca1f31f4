//! The items of a mailbox's remembered state, and the changes to them.
//!
//! An item is stored as the JSON value that the tab sent, with its keys beside it; what a link's two sides hold alike
//! is stored once. So members that this
//! version does not know come back with the value they had, though perhaps in another order; but the item is
//! read once on its way in, so nothing is stored that is not an item, or that is nested too deeply to be read
//! again.

use super::meeting::Share;
use super::unsynced::Trouble;
use super::{Store, Tx, kind, run};
use crate::input::PageQuery;
use crate::limits::{CURSORS_BYTES_MAX, ID_BYTES_MAX, PAGE_BYTES, PAGE_ROWS_AT_ONCE};
use crate::refusal::Refusal;
use mxs_api::{ITEM_BYTES_MAX, LinksOf};
use mxs_core::journal::Cause;
use mxs_core::{Kind, RecordId, Side, StateChange};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What happens to one row.
pub(crate) enum Change {
    /// Adds to the conflict list.
    AddConflict { body: String },
    /// Forgets an item.
    Drop { what: What, key: String },
    /// Adds to the journal.
    Journal(Noted),
    /// Remembers an item, in place of one with the same key.
    Put(Put),
    /// Remembers how far each side has been read.
    SetCursors { body: String },
}

/// An item to remember.
pub(crate) struct Put {
    pub(super) what: What,
    pub(super) key: String,
    /// A link's CRM record.
    pub(super) crm: Option<String>,
    pub(super) body: String,
    /// There when the item is not in sync.
    pub(super) trouble: Option<Trouble>,
    /// Whether it is read only if a record changes.
    pub(super) settled: bool,
    /// There when the item is of a meeting that colleagues may have too.
    pub(super) share: Option<Share>,
}

/// An entry of the journal.
pub(crate) struct Noted {
    pub(super) kind: Kind,
    pub(super) run: u64,
    pub(super) number: i64,
    pub(super) exchange: String,
    pub(super) crm: String,
    pub(super) body: String,
    /// The run that it takes back.
    pub(super) undoes: Option<i64>,
}

impl Put {
    /// The bytes of its texts, as the database counts them.
    pub(super) fn bytes(&self) -> u64 {
        let trouble = self.trouble.as_ref().map_or(0, |trouble| trouble.reason.len() + trouble.name.len());
        (self.key.len() + self.crm.as_ref().map_or(0, String::len) + self.body.len() + trouble) as u64
    }
}

impl Noted {
    /// The bytes of its texts, as the database counts them.
    pub(super) fn bytes(&self) -> u64 {
        (self.exchange.len() + self.crm.len() + self.body.len()) as u64
    }
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum What {
    /// A creation whose outcome is not known.
    Intent,
    /// A pair of records.
    Link,
    /// A record without a partner.
    Unlinked,
}

impl What {
    /// The word that is stored.
    pub(super) const fn name(self) -> &'static str {
        match self {
            What::Intent => "intent",
            What::Link => "link",
            What::Unlinked => "unlinked",
        }
    }
}

impl Change {
    /// Reads one change from what the tab sent.
    pub(crate) fn read(mut sent: Value) -> Result<Self, Refusal> {
        let change = StateChange::deserialize(&sent).map_err(|_| Refusal::bad("a change is not one of those known"))?;
        say_once(&mut sent);
        let sent = &sent;
        Ok(match change {
            StateChange::AddConflict(_) => Change::AddConflict { body: body(sent, "add_conflict", ITEM_BYTES_MAX)? },
            StateChange::DropIntent(source) => Change::Drop { what: What::Intent, key: record_key(&source)? },
            StateChange::DropLink(exchange) => Change::Drop { what: What::Link, key: id(exchange.as_str())? },
            StateChange::DropUnlinked(id) => Change::Drop { what: What::Unlinked, key: record_key(&id)? },
            StateChange::Journal(entry) => Change::Journal(Noted {
                kind: entry.kind,
                run: entry.run,
                // A number beyond the database's is none that a run comes to.
                number: i64::try_from(entry.number).map_err(|_| Refusal::bad("an entry's number is too high"))?,
                exchange: id(entry.exchange.as_str())?,
                crm: id(entry.crm.as_str())?,
                body: body(sent, "journal", ITEM_BYTES_MAX)?,
                undoes: match entry.cause {
                    Cause::Undo { run } => i64::try_from(run).ok(),
                    _ => None,
                },
            }),
            StateChange::PutIntent(intent) => Change::Put(Put {
                what: What::Intent,
                key: record_key(&intent.source)?,
                crm: None,
                body: body(sent, "put_intent", ITEM_BYTES_MAX)?,
                settled: false,
                share: Share::of_intent(&intent),
                trouble: None,
            }),
            StateChange::PutLink(link) => Change::Put(Put {
                what: What::Link,
                key: id(link.exchange.as_str())?,
                crm: Some(id(link.crm.as_str())?),
                body: body(sent, "put_link", ITEM_BYTES_MAX)?,
                settled: link.is_settled(),
                share: Share::of_link(&link),
                trouble: link.trouble.map(|reason| Trouble::new(&reason, &link.base.crm)).transpose()?,
            }),
            StateChange::PutUnlinked(unlinked) => Change::Put(Put {
                what: What::Unlinked,
                key: record_key(&unlinked.id)?,
                crm: None,
                body: body(sent, "put_unlinked", ITEM_BYTES_MAX)?,
                settled: false,
                share: Share::of_unlinked(&unlinked),
                trouble: Some(Trouble::new(&unlinked.reason, &unlinked.fields)?),
            }),
            StateChange::SetCursors(_) => Change::SetCursors { body: body(sent, "set_cursors", CURSORS_BYTES_MAX)? },
        })
    }
}

/// What both sides of a link hold alike, as a rule all of it, is stored once: a link reads so, too.
fn say_once(sent: &mut Value) {
    for place in ["/put_link/base", "/put_link/seen"] {
        let Some(base) = sent.pointer_mut(place).and_then(Value::as_object_mut) else { continue };
        if base.get("crm") == base.get("exchange") {
            base.remove("crm");
        }
    }
}

/// The member of a change that is stored: the JSON value that was sent, written anew.
fn body(sent: &Value, change: &str, most: usize) -> Result<String, Refusal> {
    let body = sent.get(change).ok_or(Refusal::bad("a change is not one of those known"))?.to_string();
    if body.len() > most { Err(Refusal::bad("an item is too large")) } else { Ok(body) }
}

fn id(text: &str) -> Result<String, Refusal> {
    if text.is_empty() || text.len() > ID_BYTES_MAX {
        return Err(Refusal::bad("a record's id is empty or too long"));
    }
    Ok(text.to_owned())
}

fn record_key(record: &RecordId) -> Result<String, Refusal> {
    Ok(match record {
        RecordId::Crm(crm) => format!("crm:{}", id(crm.as_str())?),
        RecordId::Exchange(exchange) => format!("exchange:{}", id(exchange.as_str())?),
    })
}

/// The side of the record whose key it is.
pub(super) fn side(key: &str) -> Result<Side, Refusal> {
    match key.split_once(':') {
        Some(("crm", _)) => Ok(Side::Crm),
        Some(("exchange", _)) => Ok(Side::Exchange),
        _ => Err(Refusal::unreadable("item")),
    }
}

/// How many links the mailbox has, by kind.
pub(super) async fn links(tx: &mut Tx, mailbox: i64) -> Result<BTreeMap<Kind, u32>, Refusal> {
    let sql = "SELECT kind, count(*) FROM item WHERE mailbox = $1 AND what = 'link' GROUP BY kind";
    kind::counts(sqlx::query_as(sql).bind(mailbox).fetch_all(&mut **tx).await?)
}

/// How far each side of the mailbox was read, by kind, as JSON.
pub(super) async fn cursors(tx: &mut Tx, mailbox: i64) -> Result<BTreeMap<Kind, Box<RawValue>>, Refusal> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT kind, body FROM cursors WHERE mailbox = $1").bind(mailbox).fetch_all(&mut **tx).await?;
    let read = |(kind, body): (String, String)| {
        Ok((kind::read(&kind)?, RawValue::from_string(body).map_err(|_| Refusal::unreadable("cursors"))?))
    };
    rows.into_iter().map(read).collect()
}

/// [`mxs_api::StatePage`], with each item as it was stored.
#[derive(Serialize)]
pub(crate) struct Page {
    items: Vec<Item>,
    next: Option<String>,
}

/// [`mxs_api::Links`], with each link as it was stored.
#[derive(Serialize)]
pub(crate) struct LinksPage {
    links: Vec<Box<RawValue>>,
    answered: usize,
}

/// [`mxs_api::StateItem`].
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Item {
    Intent(Box<RawValue>),
    Link(Box<RawValue>),
    Unlinked(Box<RawValue>),
}

impl Item {
    fn new(what: &str, body: String) -> Result<Self, Refusal> {
        let body = RawValue::from_string(body).map_err(|_| Refusal::unreadable("item"))?;
        match what {
            "intent" => Ok(Item::Intent(body)),
            "link" => Ok(Item::Link(body)),
            "unlinked" => Ok(Item::Unlinked(body)),
            _ => Err(Refusal::unreadable("item")),
        }
    }
}

impl Store {
    /// The items after the one numbered `after`, at most `limit`, and fewer when they are large.
    pub(crate) async fn page(&self, account: i64, fence: i64, query: &PageQuery, now_ms: i64) -> Result<Page, Refusal> {
        let &PageQuery { kind, open, after, limit } = query;
        let sql = if open {
            "SELECT id, what, body FROM item
             WHERE mailbox = $1 AND kind = $2 AND settled = 0 AND id > $3 ORDER BY id LIMIT $4"
        } else {
            "SELECT id, what, body FROM item WHERE mailbox = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4"
        };
        let mut tx = self.read().await?;
        let mailbox = run::leased(&mut tx, account, fence, now_ms).await?;
        let mut items = Vec::new();
        let (mut last, mut bytes) = (after, 0);
        loop {
            let rows = sqlx::query_as(sql).bind(mailbox).bind(kind::word(kind)).bind(last).bind(PAGE_ROWS_AT_ONCE);
            let rows: Vec<(i64, String, String)> = rows.fetch_all(&mut *tx).await?;
            let more_rows = rows.len() as i64 == PAGE_ROWS_AT_ONCE;
            for (id, what, body) in rows {
                if items.len() >= limit as usize || bytes >= PAGE_BYTES {
                    return Ok(Page { items, next: Some(last.to_string()) });
                }
                bytes += body.len();
                last = id;
                items.push(Item::new(&what, body)?);
            }
            if !more_rows {
                return Ok(Page { items, next: None });
            }
        }
    }

    /// The links of the records that are asked for; of the first of them only, where links are large.
    pub(crate) async fn links_of(
        &self,
        account: i64,
        fence: i64,
        asked: &LinksOf,
        now_ms: i64,
    ) -> Result<LinksPage, Refusal> {
        let mut tx = self.read().await?;
        let mailbox = run::leased(&mut tx, account, fence, now_ms).await?;
        let mut page = LinksPage { links: Vec::new(), answered: 0 };
        let mut bytes = 0;
        for record in &asked.records {
            if bytes >= PAGE_BYTES {
                break;
            }
            let (sql, key) = match record {
                RecordId::Crm(crm) => (
                    "SELECT body FROM item WHERE mailbox = $1 AND what = 'link' AND crm = $2 AND kind = $3",
                    crm.as_str(),
                ),
                RecordId::Exchange(item) => (
                    "SELECT body FROM item WHERE mailbox = $1 AND what = 'link' AND key = $2 AND kind = $3",
                    item.as_str(),
                ),
            };
            let link = sqlx::query_scalar(sql).bind(mailbox).bind(key).bind(kind::word(asked.kind));
            let link: Option<String> = link.fetch_optional(&mut *tx).await?;
            if let Some(link) = link {
                bytes += link.len();
                page.links.push(RawValue::from_string(link).map_err(|_| Refusal::unreadable("item"))?);
            }
            page.answered += 1;
        }
        Ok(page)
    }
}
