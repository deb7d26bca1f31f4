//! Ids of items and folders, as this door writes them.
//!
//! An item's default id under Graph and its id here are the same id of the store in two alphabets of base64
//! (<https://learn.microsoft.com/en-us/office/dev/add-ins/reference/objectmodel/preview-requirement-set/office.context.mailbox#methods>,
//! `convertToRestId`). It changes when the item moves to another folder; that of a folder never does.

/// An id of the store as this door writes it.
pub(super) fn written(store_id: &str) -> String {
    store_id.replace('-', "/").replace('_', "+")
}

/// The id of the store that is written like this.
pub(super) fn read(id: &str) -> String {
    id.replace('/', "-").replace('+', "_")
}

/// Whether text can be an id of the store.
pub(super) fn is_id(text: &str) -> bool {
    text.len() > 60 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte))
}

/// Bytes in the usual alphabet of base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    let text = mxs_http::base64url::encode(bytes).replace('-', "+").replace('_', "/");
    let padding = (4 - text.len() % 4) % 4;
    text + &"===="[..padding]
}

/// Reads base64 in its usual alphabet.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    mxs_http::base64url::decode(&text.trim_end_matches('=').replace('+', "-").replace('/', "_"))
}
