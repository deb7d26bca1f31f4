//! Reading an address that somebody typed in, or that a server redirected to.

use crate::address::Forbidden;
use crate::{Networks, Refusal};
use reqwest::Url;
use std::net::IpAddr;

/// How an address is judged: [`crate::address::judge`], but in tests that need a server on the loopback.
pub(crate) type Judge = fn(IpAddr, &Networks) -> Result<(), Forbidden>;

/// Reads an address, which the client will read in the same way: host names of every spelling are one by now. What is
/// written as numbers is judged here, as the client connects to it without a look-up; names are judged when they are
/// looked up.
pub(crate) fn read(text: &str, scheme: &str, judge: Judge, internal: &Networks) -> Result<Url, Refusal> {
    // Readers of addresses drop what can't be seen, so that what is judged by eye is something else.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Refusal::Unreadable);
    }
    let url = Url::parse(text).map_err(|_| Refusal::Unreadable)?;
    if url.scheme() != scheme {
        return Err(Refusal::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() || text_has_user_info(text) {
        return Err(Refusal::UserInfo);
    }
    let host = url.host_str().ok_or(Refusal::Unreadable)?;
    if let Ok(address) = host.trim_matches(['[', ']']).parse() {
        judge(address, internal)?;
    }
    Ok(url)
}

/// Whether there is an `@` before the path: readers of addresses drop a user name that is empty.
fn text_has_user_info(text: &str) -> bool {
    let authority = text.split_once(':').map_or(text, |(_, rest)| rest.trim_start_matches(['/', '\\']));
    authority.split(['/', '\\', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}
