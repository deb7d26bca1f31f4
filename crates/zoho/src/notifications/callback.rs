//! What the CRM posts when records changed.

use super::ChannelId;
use crate::Module;
use crate::json::{self, filled, text};
use mxs_core::CrmId;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// The largest body that is read, in bytes. A call that names [`IDS_MAX`] records stays well below.
pub const BODY_MAX: usize = 64 * 1024;

/// The most records of one call: as many as one call can write.
pub const IDS_MAX: usize = 100;

/// The longest id of a record, in digits.
const ID_MAX: usize = 20;

/// What happened to records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// They were added.
    Insert,
    /// They were changed.
    Update,
    /// They were deleted.
    Delete,
}

/// A call: somebody says that records changed. That it is the CRM is known once the channel is, and
/// [`has_token`](Self::has_token) says yes.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The channel.
    pub channel: ChannelId,
    /// The module of the records.
    pub module: Module,
    /// What happened to them.
    pub operation: Operation,
    /// The records.
    pub ids: Vec<CrmId>,
    token: SecretString,
}

/// Why a call is not taken. Nothing of its contents is shown: anybody may have sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// It is larger than [`BODY_MAX`].
    #[error("the call is larger than {BODY_MAX} bytes")]
    TooLarge,
    /// It isn't a JSON object.
    #[error("the call isn't JSON")]
    NotJson,
    /// It names no channel.
    #[error("the call names no channel")]
    Channel,
    /// It has no token.
    #[error("the call has no token")]
    Token,
    /// It is about a module that isn't synced.
    #[error("the call is about a module that isn't synced")]
    Module,
    /// It says something else of records than that they were added, changed or deleted.
    #[error("the call says nothing that is known of its records")]
    Operation,
    /// It names no record, or one that can't be.
    #[error("the call names no records that can be")]
    Ids,
    /// It names more than [`IDS_MAX`] records.
    #[error("the call names more than {IDS_MAX} records")]
    TooManyIds,
}

impl Callback {
    /// Reads the body of a call.
    pub fn parse(body: &[u8]) -> Result<Self, CallbackError> {
        if body.len() > BODY_MAX {
            return Err(CallbackError::TooLarge);
        }
        let call = json::parse(body).ok_or(CallbackError::NotJson)?;
        let channel = call.get("channel_id").and_then(ChannelId::read).ok_or(CallbackError::Channel)?;
        let token = filled(&call, "token").ok_or(CallbackError::Token)?;
        let name = text(&call, "module");
        let module = Module::ALL.into_iter().find(|module| module.api_name() == name);
        let operation = match text(&call, "operation") {
            "insert" => Operation::Insert,
            "update" => Operation::Update,
            "delete" => Operation::Delete,
            _ => return Err(CallbackError::Operation),
        };
        let ids = call.get("ids").and_then(Value::as_array).filter(|ids| !ids.is_empty()).ok_or(CallbackError::Ids)?;
        if ids.len() > IDS_MAX {
            return Err(CallbackError::TooManyIds);
        }
        let ids = ids.iter().map(id).collect::<Option<_>>().ok_or(CallbackError::Ids)?;
        let module = module.ok_or(CallbackError::Module)?;
        Ok(Self { channel, module, operation, ids, token: SecretString::from(token) })
    }

    /// Whether the call has the channel's token. How long that takes says nothing about where they differ.
    pub fn has_token(&self, wanted: &SecretString) -> bool {
        let (given, wanted) = (self.token.expose_secret().as_bytes(), wanted.expose_secret().as_bytes());
        let differing = given.iter().zip(wanted).fold(0, |differing, (given, wanted)| differing | (given ^ wanted));
        given.len() == wanted.len() && std::hint::black_box(differing) == 0
    }
}

/// An id: digits and nothing else, so that it can go into a path or a query.
fn id(value: &Value) -> Option<CrmId> {
    let id = value.as_str()?;
    let fits = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| CrmId::new(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mxs_malformed::{bodies, damaged, texts};
    use serde_json::json;

    fn call() -> Value {
        json!({
            "server_time": 1_795_341_600_000_u64,
            "query_params": {},
            "module": "Contacts",
            "resource_uri": "https://www.zohoapis.com/crm/v8/Contacts",
            "ids": ["5725767000000411001", "5725767000000411002"],
            "operation": "update",
            "channel_id": "1000000068001",
            "token": "t-1",
        })
    }

    fn parse(call: &Value) -> Result<Callback, CallbackError> {
        Callback::parse(call.to_string().as_bytes())
    }

    fn with(member: &str, value: Value) -> Value {
        let mut call = call();
        call[member] = value;
        call
    }

    #[test]
    fn a_call_is_read_and_its_token_hidden() {
        let found = parse(&call()).expect("a call");
        assert_eq!((found.channel.number(), found.module), (1_000_000_068_001, Module::Contacts));
        assert_eq!((found.operation, found.ids.len()), (Operation::Update, 2));
        assert!(!format!("{found:?}").contains("t-1"), "{found:?}");
    }

    #[test]
    fn only_the_whole_token_is_the_token() {
        let found = parse(&call()).expect("a call");
        for (token, wanted) in
            [("t-1", true), ("t-2", false), ("t-", false), ("t-11", false), ("", false), ("T-1", false)]
        {
            assert_eq!(found.has_token(&SecretString::from(token)), wanted, "{token}");
        }
    }

    #[test]
    fn each_hostile_call_has_its_error() {
        let many: Vec<String> = (0..=IDS_MAX).map(|id| id.to_string()).collect();
        let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
        let cases = [
            (vec![b' '; BODY_MAX + 1], CallbackError::TooLarge),
            (Vec::new(), CallbackError::NotJson),
            (b"[]".to_vec(), CallbackError::NotJson),
            (vec![0xff, 0xfe], CallbackError::NotJson),
            (deep.into_bytes(), CallbackError::NotJson),
            (with("channel_id", json!("1; drop")).to_string().into(), CallbackError::Channel),
            (with("channel_id", json!(null)).to_string().into(), CallbackError::Channel),
            (with("token", json!("")).to_string().into(), CallbackError::Token),
            (with("token", json!(7)).to_string().into(), CallbackError::Token),
            (with("module", json!("Deals")).to_string().into(), CallbackError::Module),
            (with("operation", json!("drop")).to_string().into(), CallbackError::Operation),
            (with("ids", json!([])).to_string().into(), CallbackError::Ids),
            (with("ids", json!(["1", "../2"])).to_string().into(), CallbackError::Ids),
            (with("ids", json!(["123456789012345678901"])).to_string().into(), CallbackError::Ids),
            (with("ids", json!([["1"]])).to_string().into(), CallbackError::Ids),
            (with("ids", json!(many)).to_string().into(), CallbackError::TooManyIds),
        ];
        for (body, wanted) in cases {
            let shown: String = String::from_utf8_lossy(&body).chars().take(80).collect();
            assert_eq!(Callback::parse(&body).err(), Some(wanted), "{shown}");
        }
    }

    #[test]
    fn what_is_unknown_in_a_call_is_left() {
        let more = with("affected_fields", json!({ "5725767000000411001": ["Last_Name"] }));
        assert!(parse(&more).is_ok());
        for text in texts() {
            assert!(parse(&with("query_params", json!(text))).is_ok());
        }
    }

    #[test]
    fn no_damage_makes_another_call_of_it() {
        let whole = parse(&call()).expect("a call");
        let token = SecretString::from("t-1");
        for damaged in damaged(&call()).filter(|damaged| damaged.is_of_another_type) {
            let Ok(found) = parse(&damaged.message) else { continue };
            let same = found.channel == whole.channel && found.module == whole.module && found.ids == whole.ids;
            assert!(same && found.has_token(&token), "{} at {}", damaged.by, damaged.at);
        }
        let text = call().to_string();
        for (index, body) in bodies(&text).into_iter().enumerate() {
            assert!(index >= text.len() || Callback::parse(&body).is_err(), "{index}");
        }
    }
}
