//! The organisation and its users.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html>,
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-users.html>

use super::call::Call;
use super::failure::Failure;
use crate::zoho::id::Id;
use crate::zoho::org::{Org, User, UserStatus};
use crate::zoho::{respond, time};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use mxs_http::Response;
use serde_json::{Value, json};

/// `GET /org`.
pub(super) fn org(org: &Org) -> Response {
    let primary = org.users.first();
    let zone = primary.map_or("UTC", |user| user.zone_name.as_str());
    let zgid = &org.zgid;
    let mut shown = json!({
        "id": org.id.json(),
        "zgid": zgid,
        "ezgid": format!("{:x}", org.id.0),
        "zia_zgid": zgid.parse::<u64>().ok().filter(|number| *number <= i32::MAX as u64).unwrap_or_default(),
        "company_name": org.name,
        "domain_name": format!("org{zgid}"),
        "primary_email": primary.map(|user| user.email.as_str()).unwrap_or_default(),
        "primary_zuid": primary.map(|user| user.zuid.to_string()).unwrap_or_default(),
        "time_zone": zone,
        "type": "Production",
        "created_time": time::write(org.created, &TimeZone::UTC),
        "country": "United States",
        "country_code": "US",
        "currency": "US Dollar",
        "currency_symbol": "$",
        "currency_locale": "en_US",
        "iso_code": "USD",
        "phone": "",
        "website": "",
        "employee_count": "",
        "call_icon": "",
        "max_per_page": 200,
        "mc_status": false,
        "gapps_enabled": false,
        "translation_enabled": false,
        "privacy_settings": false,
        "hipaa_compliance_enabled": false,
        "lite_users_enabled": false,
        "oauth_presence": true,
        "deletable_org_account": true,
        "license_details": {
            "paid_expiry": time::write(org.created + jiff::SignedDuration::from_hours(24 * 365), &TimeZone::UTC),
            "users_license_purchased": org.users.len(),
            "trial_type": null,
            "trial_expiry": null,
            "paid": true,
            "paid_type": org.edition.name(),
            "trial_action": "",
        },
        "hierarchy_preferences": { "type": "Role_Hierarchy", "strictly_reporting": false },
        "checkin_preferences": { "restricted_event_types": null },
    });
    for unset in
        ["photo_id", "city", "description", "street", "alias", "state", "fax", "zip", "mobile", "zia_portal_id"]
    {
        shown[unset] = Value::Null;
    }
    respond(200, &json!({ "org": [shown] }))
}

/// The kinds of users that `type` may ask for, and who belongs to them.
fn belongs(org: &Org, call: &Call<'_, '_>, kind: &str, user: &User) -> Option<bool> {
    let active = user.status == UserStatus::Active;
    let administrator = org.is_administrator(user.id);
    Some(match kind {
        "AllUsers" => true,
        "ActiveUsers" | "AllActiveUsers" => active,
        "DeactiveUsers" => user.status == UserStatus::Inactive,
        "ActiveAndDeactive" => user.status != UserStatus::Deleted,
        "ConfirmedUsers" => user.confirmed,
        "NotConfirmedUsers" => !user.confirmed,
        "DeletedUsers" => user.status == UserStatus::Deleted,
        "ActiveConfirmedUsers" => active && user.confirmed,
        "AdminUsers" => administrator,
        "ActiveConfirmedAdmins" => active && user.confirmed && administrator,
        "CurrentUser" => user.id == call.caller.user,
        "DeveloperUsers" | "ActiveLiteUser" => false,
        _ => return None,
    })
}

/// `GET /users`.
pub(super) fn users(org: &Org, call: &Call<'_, '_>) -> Result<Response, Failure> {
    let kind = call.query.get("type").unwrap_or("AllUsers");
    let (page, since) = (call.page()?, call.modified_since()?);
    let ids = call.query.list("ids");
    let mut found = Vec::new();
    for user in &org.users {
        let belongs = belongs(org, call, kind, user).ok_or_else(|| Failure::pattern("type"))?;
        let asked = ids.as_ref().is_none_or(|ids| ids.contains(&user.id.to_string().as_str()));
        if belongs && asked && since.is_none_or(|since| time::whole_seconds(user.modified) > since) {
            found.push(user);
        }
    }
    if found.is_empty() {
        return Ok(Response::new(if since.is_some() { 304 } else { 204 }));
    }
    let (rows, more) = page.of(found);
    if rows.is_empty() {
        return Ok(Response::new(204));
    }
    let zone = org.zone(call.caller.user);
    let users: Vec<Value> = rows.into_iter().map(|user| show(org, user, call.now(), &zone)).collect();
    let info = json!({ "per_page": page.size, "count": users.len(), "page": page.number, "more_records": more });
    Ok(respond(200, &json!({ "users": users, "info": info })))
}

/// `GET /users/{id}`.
pub(super) fn user(org: &Org, call: &Call<'_, '_>, id: &str) -> Result<Response, Failure> {
    let id: Id = id.parse().map_err(|_| Failure::path_id())?;
    let since = call.modified_since()?;
    let Some(user) = org.user(id) else { return Ok(Response::new(204)) };
    if since.is_some_and(|since| time::whole_seconds(user.modified) <= since) {
        return Ok(Response::new(304));
    }
    let user = show(org, user, call.now(), &org.zone(call.caller.user));
    let info = json!({ "per_page": 200, "count": 1, "page": 1, "more_records": false });
    Ok(respond(200, &json!({ "users": [user], "info": info })))
}

fn show(org: &Org, user: &User, now: Timestamp, zone: &TimeZone) -> Value {
    let offset = user.zone.to_offset(now).seconds();
    let country = user.language.split_once('_').map_or("US", |(_, country)| country);
    let profile = org.profile(user.profile).map(|profile| json!({ "name": profile.name, "id": profile.id.json() }));
    let role = org.roles.iter().find(|role| role.id == user.role);
    let role = role.map(|role| json!({ "name": role.name, "id": role.id.json() }));
    let status = match user.status {
        UserStatus::Active => "active",
        UserStatus::Inactive => "disabled",
        UserStatus::Deleted => "deleted",
    };
    let creator = org.users.first().map(|user| json!({ "name": user.full_name(), "id": user.id.json() }));
    let mut shown = json!({
        "id": user.id.json(),
        "zuid": user.zuid.to_string(),
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "full_name": user.full_name(),
        "profile": profile,
        "role": role,
        "status": status,
        "confirm": user.confirmed,
        "time_zone": user.zone_name,
        "offset": i64::from(offset) * 1_000,
        "locale": user.language,
        "language": user.language,
        "country_locale": country,
        "date_format": "MMM d, yyyy",
        "time_format": "HH:mm",
        "decimal_separator": "Period",
        "number_separator": "Comma",
        "name_format__s": "Salutation,First Name,Last Name",
        "sort_order_preference__s": "First Name,Last Name",
        "microsoft": false,
        "personal_account": false,
        "Isonline": false,
        "sandboxDeveloper": false,
        "category": "regular_user",
        "type__s": "Regular User",
        "created_by": creator,
        "Modified_By": creator,
        "created_time": time::write(user.created, zone),
        "Modified_Time": time::write(user.modified, zone),
        "default_tab_group": "0",
    });
    for unset in [
        "alias",
        "city",
        "country",
        "dob",
        "fax",
        "mobile",
        "phone",
        "signature",
        "state",
        "street",
        "website",
        "zip",
        "Reporting_To",
        "status_reason__s",
        "$shift_effective_from",
        "$current_shift",
        "$next_shift",
    ] {
        shown[unset] = Value::Null;
    }
    shown
}
