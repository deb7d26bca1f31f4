//! From `/authorize` to a code: who is it, may the application have it, and back to the client.

use super::errors::{Failure, Trace};
use super::pages;
use super::request::{self, Authorize, Prompt, Purpose, Refused, ResponseMode};
use super::scopes::permission;
use super::store::{Code, SESSION_LIFE, Session};
use super::{IdentityCall, SESSION_COOKIE};
use crate::microsoft::directory::{App, User};
use crate::microsoft::target::{Target, pair, write_query};
use mxs_http::{Request, Response, url};

impl IdentityCall<'_, '_> {
    /// `GET /{tenant}/oauth2/v2.0/authorize`.
    pub(super) fn authorize(&mut self, tenant: &str, target: &Target, http: &Request) -> Response {
        match request::authorize(self.directory, tenant, target) {
            Ok(request) => self.begin(request, http),
            Err(Refused::Page(failure)) => self.problem(&failure),
            Err(Refused::Redirect(request, failure)) => self.send_error(&request, &failure),
        }
    }

    /// `GET /{tenant}/adminconsent`.
    pub(super) fn admin_consent(&mut self, tenant: &str, target: &Target, http: &Request) -> Response {
        match request::admin_consent(self.directory, tenant, target) {
            Ok(request) => self.begin(request, http),
            Err(failure) => self.problem(&failure),
        }
    }

    /// Uses the browser's session where it can, and asks where it can't.
    fn begin(&mut self, request: Authorize, http: &Request) -> Response {
        let signed_in = self.session_user(http).filter(|user| {
            self.directory
                .apps
                .get(&request.client_id)
                .is_some_and(|app| request::may_sign_in(self.directory, app, &request.tenant, user))
        });
        match (request.prompt, signed_in) {
            (Prompt::None, None) => {
                let message = "Session information is not sufficient for single-sign-on.";
                self.send_error(&request, &Failure::new("login_required", 50_058, message))
            }
            (Prompt::AsNeeded | Prompt::Consent | Prompt::None, Some(user)) => self.signed_in(request, &user),
            _ => {
                let account = request.login_hint.clone().unwrap_or_default();
                let app = self.app_name(&request.client_id);
                let flow = self.open(request, None);
                pages::sign_in(&flow, &app, &account, None)
            }
        }
    }

    /// `POST /common/login`: account and password.
    pub(super) fn log_in(&mut self, http: &Request) -> Response {
        let form = url::parse_form(&String::from_utf8_lossy(&http.body));
        let field = |name| pair(&form, name).unwrap_or_default();
        let (token, account) = (field("flow"), field("login").trim());
        let Some(flow) = self.store.flow(token, self.context.now).cloned() else {
            return self.problem(&unknown_flow());
        };
        let app = self.app_name(&flow.request.client_id);
        let user = match self.check_password(&flow.request, account, field("passwd")) {
            Ok(user) => user,
            Err(sentence) => return pages::sign_in(token, &app, account, Some(&sentence)),
        };
        self.store.close(token);
        let session = self.context.ids.token(64);
        self.store.sessions.insert(session.clone(), Session { user: user.id.clone(), started: self.context.now });
        let cookie = format!("{SESSION_COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax");
        self.signed_in(flow.request, &user).header("Set-Cookie", cookie)
    }

    /// The sentence under the heading when someone can't be signed in.
    fn check_password(&self, request: &Authorize, account: &str, password: &str) -> Result<User, String> {
        let user = self.directory.user(account).filter(|user| user.user_principal_name.eq_ignore_ascii_case(account));
        let Some(user) = user else {
            return Err("We couldn't find an account with that username. (AADSTS50034)".into());
        };
        let app = self.directory.apps.get(&request.client_id);
        if user.password != password {
            return Err("Your account or password is incorrect. (AADSTS50126: Error validating credentials due \
                to invalid username or password.)"
                .into());
        }
        if !user.enabled {
            return Err("Your account has been locked. Contact your support person to unlock it, then try \
                again. (AADSTS50057: The user account is disabled.)"
                .into());
        }
        if !app.is_some_and(|app| request::may_sign_in(self.directory, app, &request.tenant, user)) {
            return Err(format!(
                "Selected user account does not exist in tenant '{}' and cannot access the application \
                '{}' in that tenant. (AADSTS50020)",
                request.tenant, request.client_id
            ));
        }
        if request.purpose == Purpose::AdminConsent && !user.is_admin {
            return Err("Need admin approval: only an administrator can grant these permissions. (AADSTS90094)".into());
        }
        Ok(user.clone())
    }

    /// Someone is signed in: asks for consent if need be, else sends the code.
    fn signed_in(&mut self, request: Authorize, user: &User) -> Response {
        let Some(app) = self.directory.apps.get(&request.client_id).cloned() else {
            return self.problem(&Failure::new("unauthorized_client", 700_016, "The application is gone."));
        };
        if request.purpose == Purpose::AdminConsent {
            // Whoever has a session already hasn't been asked for a password, nor been looked at.
            if !user.is_admin {
                return self.problem(&needs_administrator());
            }
            let mut listed = request.scopes.clone();
            listed.extend(app.application_roles.iter().filter(|role| !request.scopes.contains(role)).cloned());
            let account = user.user_principal_name.clone();
            let flow = self.open(request, Some(user.id.clone()));
            return pages::consent(&flow, &app.name, &account, &listed, true);
        }
        let missing = self.missing_consent(&app, user, &request.scopes);
        let ask = !missing.is_empty() || request.prompt == Prompt::Consent;
        if !ask {
            return self.send_code(&request, user);
        }
        if request.prompt == Prompt::None {
            let message = format!(
                "The user or administrator has not consented to use the application with ID '{}' named \
                '{}'. Send an interactive authorization request for this user and resource.",
                app.client_id, app.name
            );
            let failure = Failure::new("interaction_required", 65_001, message).suberror("consent_required");
            return self.send_error(&request, &failure);
        }
        if !user.is_admin && missing.iter().any(|scope| permission(scope).is_some_and(|known| known.admin)) {
            let message = format!(
                "An administrator of {} has set a policy that prevents you from granting {} the \
                permissions it is requesting. Contact an administrator, who can grant permissions to \
                this app on your behalf.",
                self.tenant_name(&user.tenant),
                app.name
            );
            return self.problem(&Failure::new("access_denied", 90_094, message));
        }
        let scopes = request.scopes.clone();
        let flow = self.open(request, Some(user.id.clone()));
        pages::consent(&flow, &app.name, &user.user_principal_name, &scopes, false)
    }

    /// `POST /common/Consent/Set`: the answer to the consent page, from the browser that was asked.
    pub(super) fn decide(&mut self, http: &Request) -> Response {
        let form = url::parse_form(&String::from_utf8_lossy(&http.body));
        let field = |name| pair(&form, name).unwrap_or_default();
        let session = self.session_user(http);
        let flow = self.store.flow(field("flow"), self.context.now).cloned();
        let (Some(flow), Some(user)) = (flow, session) else { return self.problem(&unknown_flow()) };
        if flow.user.as_deref() != Some(user.id.as_str()) {
            return self.problem(&Failure::new("invalid_request", 50_049, "Another user has signed in since."));
        }
        if flow.request.purpose == Purpose::AdminConsent && !user.is_admin {
            return self.problem(&needs_administrator());
        }
        self.store.close(field("flow"));
        let accepted = field("decision") == "accept";
        match (flow.request.purpose, accepted) {
            (Purpose::Code, true) => {
                self.store.consent(&user.id, &flow.request.client_id, &flow.request.scopes);
                self.send_code(&flow.request, &user)
            }
            (Purpose::Code, false) => {
                let message = "User declined to consent to access the app.";
                self.send_error(&flow.request, &Failure::new("access_denied", 65_004, message).suberror("cancel"))
            }
            (Purpose::AdminConsent, true) => {
                if let Some(app) = self.directory.apps.get_mut(&flow.request.client_id)
                    && !app.has_admin_consent(&user.tenant)
                {
                    app.admin_consent.push(user.tenant.clone());
                }
                let granted = [("tenant", user.tenant.as_str()), ("admin_consent", "True")];
                redirect(&flow.request, granted.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
            }
            (Purpose::AdminConsent, false) => {
                let message = "The resource owner or authorization server denied the request.";
                self.send_error(&flow.request, &Failure::new("permission_denied", 65_004, message))
            }
        }
    }

    /// The scopes that neither the user nor an administrator has consented to.
    pub(super) fn missing_consent(&self, app: &App, user: &User, scopes: &[String]) -> Vec<String> {
        let by_admin = |scope: &String| app.has_admin_consent(&user.tenant) && app.delegated_scopes.contains(scope);
        // An administrator's consent covers signing in as such.
        let sign_in =
            |scope: &String| app.has_admin_consent(&user.tenant) && super::scopes::SIGN_IN.contains(&scope.as_str());
        let lacking = scopes.iter().filter(|scope| !by_admin(scope) && !sign_in(scope));
        lacking
            .filter(|scope| !self.store.has_consent(&user.id, &app.client_id, std::slice::from_ref(scope)))
            .cloned()
            .collect()
    }

    fn send_code(&mut self, request: &Authorize, user: &User) -> Response {
        let code = format!("1.{}", self.context.ids.token(120));
        let issued = Code {
            request: request.clone(),
            user: user.id.clone(),
            scopes: request.scopes.clone(),
            issued: self.context.now,
            redeemed: false,
            revoked: false,
        };
        self.store.codes.insert(code.clone(), issued);
        redirect(request, vec![("code".into(), code), ("session_state".into(), self.context.ids.guid())])
    }

    fn send_error(&mut self, request: &Authorize, failure: &Failure) -> Response {
        let trace = Trace::new(self.context, None);
        let mut answer = vec![("error".to_owned(), failure.error.to_owned())];
        answer.extend(failure.suberror.map(|suberror| ("error_subcode".to_owned(), suberror.to_owned())));
        answer.push(("error_description".to_owned(), failure.description(&trace)));
        redirect(request, answer)
    }

    fn problem(&mut self, failure: &Failure) -> Response {
        let trace = Trace::new(self.context, None);
        pages::problem(400, &failure.description(&trace))
    }

    fn open(&mut self, request: Authorize, user: Option<String>) -> String {
        let token = self.context.ids.token(48);
        self.store.open(token.clone(), request, user, self.context.now);
        token
    }

    fn session_user(&self, http: &Request) -> Option<User> {
        let cookies = http.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        let mut pairs =
            cookies.flat_map(|(_, value)| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
        let session =
            pairs.find(|(name, _)| *name == SESSION_COOKIE).and_then(|(_, id)| self.store.sessions.get(id))?;
        let lives = session.started + SESSION_LIFE > self.context.now;
        self.directory.users.get(&session.user).filter(|user| lives && user.enabled).cloned()
    }

    fn app_name(&self, client: &str) -> String {
        self.directory.apps.get(client).map(|app| app.name.clone()).unwrap_or_default()
    }

    fn tenant_name(&self, tenant: &str) -> String {
        self.directory.tenant(tenant).map(|tenant| tenant.name.clone()).unwrap_or_default()
    }
}

/// The page is too old, was answered already, or never was.
fn unknown_flow() -> Failure {
    Failure::new("invalid_request", 90_019, "The sign-in is not known: it has been finished, or it took too long.")
}

/// Only an administrator may consent for everyone.
fn needs_administrator() -> Failure {
    let message = "Need admin approval: only an administrator can grant these permissions.";
    Failure::new("access_denied", 90_094, message)
}

/// Sends the browser back to the client.
fn redirect(request: &Authorize, mut answer: Vec<(String, String)>) -> Response {
    answer.extend(request.state.clone().map(|state| ("state".to_owned(), state)));
    let mark = match request.response_mode {
        ResponseMode::Fragment => '#',
        ResponseMode::Query if request.redirect_uri.contains('?') => '&',
        ResponseMode::Query => '?',
    };
    Response::new(302)
        .header("Location", format!("{}{mark}{}", request.redirect_uri, write_query(&answer)))
        .header("Cache-Control", "no-store, no-cache")
}
