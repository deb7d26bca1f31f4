//! Who may call a route. It is asked here, before anything of the request is read; what a handler learns of its caller
//! is what was found here.

use crate::input::{Admin, Caller};
use crate::refusal::Refusal;
use crate::{App, audit, rate};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Anybody, as often as he likes.
    Watcher,
    /// Anybody, as often as strangers may.
    Stranger,
    /// Whoever has a statement of the CRM's.
    Statement,
    /// Whoever has a statement of the CRM's; and administrators, by their session.
    StatementOrAdmin,
    /// Who has a session.
    User,
    /// Who has a session and is an administrator of the CRM.
    Admin,
    /// A vendor, who knows the address.
    Vendor,
}

/// Lets through who may call, with what was found of him.
pub(crate) async fn gate(
    State((app, scope, route)): State<(App, Scope, &'static str)>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    let (mut parts, body) = request.into_parts();
    let scope = match scope {
        Scope::StatementOrAdmin if parts.headers.contains_key(header::AUTHORIZATION) => Scope::Admin,
        Scope::StatementOrAdmin => Scope::Statement,
        scope => scope,
    };
    match scope {
        Scope::Watcher | Scope::Vendor => {}
        Scope::Stranger | Scope::Statement | Scope::StatementOrAdmin => rate::limit(&app, &parts)?,
        Scope::User => {
            let caller = Caller::of(&app, &parts).await?;
            parts.extensions.insert(caller);
        }
        Scope::Admin => {
            let caller = Caller::of(&app, &parts).await?;
            let admin = Admin::of(&app, caller).await;
            if let Err(Refusal::NotAllowed) = admin {
                audit::refused(&app, caller.account, route).await?;
            }
            parts.extensions.insert(admin?);
        }
    }
    Ok(next.run(Request::from_parts(parts, body)).await)
}
