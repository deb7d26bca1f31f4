//! The users of an organisation, for its administrators.

use crate::App;
use crate::audit::Doing;
use crate::filters::{UserId, UserQuery, is_user};
use crate::input::{Admin, Body};
use crate::limits::USER_PAGES_AT_ONCE;
use crate::refusal::Refusal;
use crate::store::{Known, rfc3339};
use crate::users::Door;
use axum::Json;
use axum::extract::State;
use mxs_api::{Action, CrmUser, Done, Severity, Switch, SwitchUsers, USERS_SWITCHED_MAX, UserPage, UserState};
use mxs_zoho::users::{PAGE_SIZE, User};
use std::collections::BTreeMap;

/// `GET /v1/users`
pub(crate) async fn list(State(app): State<App>, admin: Admin, query: UserQuery) -> Result<Json<UserPage>, Refusal> {
    let org = app.store().who(admin.account).await?.org;
    let (found, next) = search(&Door::open(&app, &org).await?, &query).await?;
    let ids: Vec<&str> = found.iter().map(|user| user.id.as_str()).collect();
    let known = app.store().known(&org, &ids).await?;
    let known: BTreeMap<&str, &Known> = known.iter().map(|known| (known.crm_user.as_str(), known)).collect();
    let wrong_with_all = app.store().wrong_with_all(&org).await?;
    let now_ms = app.now_ms();
    let shown = |user: User| {
        let known = known.get(user.id.as_str()).copied();
        let last_run = known.and_then(|known| known.ended_ms).map(rfc3339).transpose()?;
        let next_try = known.filter(|known| known.stopped.is_none()).and_then(|known| known.due_ms);
        let state = state(known, wrong_with_all.is_some(), now_ms);
        let own = known.and_then(|known| known.stopped.clone().or_else(|| known.code.clone()));
        Ok(CrmUser {
            on: known.is_none_or(|known| known.switched_on == 1),
            mailbox: known.and_then(|known| known.address.clone()),
            code: if state == UserState::Blocked { wrong_with_all.clone() } else { own },
            state,
            last_run,
            next_try: next_try.map(rfc3339).transpose()?,
            id: user.id,
            name: user.full_name,
            email: user.email,
            profile: user.profile,
            profile_id: user.profile_id,
        })
    };
    let users = found.into_iter().map(shown).collect::<Result<_, Refusal>>()?;
    Ok(Json(UserPage { users, next }))
}

/// Those of the CRM's active users who fit, from where the page before has ended, and where this one does.
async fn search(door: &Door<'_>, query: &UserQuery) -> Result<(Vec<User>, Option<String>), Refusal> {
    let size = u32::try_from(PAGE_SIZE).unwrap_or(u32::MAX);
    let fits = |user: &User| {
        let has = |text: &str| text.to_lowercase().contains(&query.search);
        user.is_active && user.is_confirmed && (has(&user.full_name) || has(&user.email))
    };
    let (mut found, mut place) = (Vec::new(), query.after);
    for _ in 0..USER_PAGES_AT_ONCE {
        let page = door.page((place / size).saturating_add(1)).await?;
        for user in page.users.into_iter().skip((place % size) as usize) {
            if found.len() == query.limit as usize {
                return Ok((found, Some(place.to_string())));
            }
            place = place.saturating_add(1);
            found.extend(Some(user).filter(fits));
        }
        let Some(next) = page.next else { return Ok((found, None)) };
        place = (next - 1).saturating_mul(size);
    }
    Ok((found, Some(place.to_string())))
}

/// How the sync of a user stands.
fn state(known: Option<&Known>, is_org_wrong: bool, now_ms: i64) -> UserState {
    let Some(known) = known else { return UserState::NotConnected };
    if known.switched_on == 0 {
        UserState::Off
    } else if known.address.is_none() {
        UserState::NotConnected
    } else if known.held_ms.is_some_and(|held_ms| held_ms > now_ms) {
        UserState::Syncing
    } else if is_org_wrong {
        UserState::Blocked
    } else if known.stopped.is_some() || known.severity.as_deref() == Some(Severity::Error.word()) {
        UserState::NeedsAttention
    } else if known.ended_ms.is_none() || known.failures.is_some_and(|failures| failures > 0) {
        UserState::Waiting
    } else {
        UserState::UpToDate
    }
}

/// `PUT /v1/users/{id}/switch`
pub(crate) async fn switch(
    state: State<App>,
    admin: Admin,
    UserId(user): UserId,
    Body(Switch { on }): Body<Switch>,
) -> Result<Json<Done>, Refusal> {
    switch_all(state, admin, Body(SwitchUsers { users: vec![user], on })).await
}

/// `PUT /v1/users/switch`
pub(crate) async fn switch_all(
    State(app): State<App>,
    admin: Admin,
    Body(SwitchUsers { users, on }): Body<SwitchUsers>,
) -> Result<Json<Done>, Refusal> {
    if users.is_empty() || users.len() > USERS_SWITCHED_MAX || !users.iter().all(|user| is_user(user)) {
        return Err(Refusal::bad("there are no or too many users, or an id is not a number"));
    }
    let doing = Doing::new(&app, admin.account, Action::UsersSwitched).await?.to(&users).with("on", on);
    let change = async {
        let org = &doing.who.org;
        let ids: Vec<&str> = users.iter().map(String::as_str).collect();
        // Whoever is here may be switched off in any case; strangers must be the CRM's.
        let known = if on { Vec::new() } else { app.store().known(org, &ids).await? };
        let asked: Vec<String> =
            users.iter().filter(|user| known.iter().all(|known| known.crm_user != **user)).cloned().collect();
        if !asked.is_empty() && !Door::open(&app, org).await?.are_active(&asked).await? {
            return Err(Refusal::UserInactive);
        }
        app.store().switch(org, &users, on, &doing.notes(), app.now_ms()).await
    };
    doing.noted(&app, change).await?;
    Ok(Json(Done {}))
}

/// `POST /v1/users/{id}/retry`
pub(crate) async fn retry(State(app): State<App>, admin: Admin, UserId(user): UserId) -> Result<Json<Done>, Refusal> {
    let targets = [user];
    let doing = Doing::new(&app, admin.account, Action::SyncAsked).await?.to(&targets);
    let change = async {
        let account = app.store().account_of(&doing.who.org, &targets[0]).await?;
        let account = account.ok_or(Refusal::NotFound("the user was never here"))?;
        if !app.store().schedule(account, &doing.notes(), app.now_ms()).await? {
            return Err(Refusal::NotFound("the user has no mailbox that could be synced"));
        }
        Ok(Json(Done {}))
    };
    doing.noted(&app, change).await
}
