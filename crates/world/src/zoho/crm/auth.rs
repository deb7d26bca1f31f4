//! Who calls.

use super::call::Caller;
use super::failure::Failure;
use crate::address::origin;
use crate::zoho::Zoho;
use crate::zoho::id::Id;
use crate::zoho::org::{Org, UserStatus};
use jiff::Timestamp;
use mxs_http::Request;

/// The word before a token. The token endpoint calls its tokens "Bearer", but the API's documentation
/// says this word everywhere, so the stand-in takes no other.
const SCHEME: &str = "Zoho-oauthtoken ";

/// The caller and his organisation.
pub(super) fn authenticate<'z>(
    zoho: &'z mut Zoho,
    request: &Request,
    now: Timestamp,
) -> Result<(&'z mut Org, Caller), Failure> {
    let header = request.headers.get("Authorization").ok_or_else(Failure::unauthenticated)?;
    let token = header.strip_prefix(SCHEME).ok_or_else(Failure::unauthenticated)?;
    let access = zoho.accounts.check(token.trim(), now).ok_or_else(Failure::token)?;
    let caller = Caller { user: access.user, scopes: access.scopes.clone() };
    let org = zoho.orgs.iter_mut().find(|org| org.owns(caller.user)).ok_or_else(Failure::token)?;
    // A token means nothing to another data centre.
    if origin(&request.url).is_some_and(|origin| origin != org.data_centre.api_domain) {
        return Err(Failure::token());
    }
    // What exactly a deactivated user is told isn't documented; that he is refused is.
    if org.user(caller.user).is_none_or(|user| user.status != UserStatus::Active) {
        return Err(Failure::unauthenticated());
    }
    Ok((org, caller))
}

/// The organisation whose token a request carries, whether it may do anything there or not.
pub(in crate::zoho) fn asked<'z>(zoho: &'z Zoho, request: &Request, now: Timestamp) -> Option<&'z Org> {
    let token = request.headers.get("Authorization")?.strip_prefix(SCHEME)?;
    zoho.org_of(zoho.accounts.check(token.trim(), now)?.user)
}

/// Whether the caller's profile has the permission "Zoho CRM API Access".
pub(super) fn may_use_api(org: &Org, user: Id) -> Result<(), Failure> {
    match org.permissions(user) {
        Some(permissions) if permissions.api_access => Ok(()),
        _ => Err(Failure::permission("Crm_Implied_Api_Access")),
    }
}
