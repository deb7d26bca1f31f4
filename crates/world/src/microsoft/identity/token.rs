//! `POST /{tenant}/oauth2/v2.0/token`: codes, refresh tokens and client secrets for access tokens.
//!
//! See <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow> and
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

use super::IdentityCall;
use super::client::{Asked, allow_origin, check_client, check_proof, check_verifier, cross_origin};
use super::errors::Failure;
use super::request::{asked_scopes, known_app, known_tenant};
use super::scopes::SIGN_IN;
use super::store::{ACCESS_LIFE_S, Access, CODE_LIFE, REFRESH_LIFE, Refresh, SPA_REFRESH_LIFE};
use crate::microsoft::directory::{App, Platform, User};
use jiff::{SignedDuration, Timestamp};
use mxs_http::{Request, Response, base64url, url};
use serde_json::{Value, json};

/// What the tokens of a user are issued for.
struct Grant<'a> {
    user: &'a User,
    client: &'a str,
    /// What the access token is for.
    scopes: &'a [String],
    /// What the refresh token stays good for.
    granted: &'a [String],
    nonce: Option<&'a str>,
    spa: bool,
    /// When the refresh token's life ends.
    refresh_until: Timestamp,
}

impl IdentityCall<'_, '_> {
    /// Answers a token request.
    pub(super) fn token(&mut self, tenant: &str, http: &Request) -> Response {
        let asked = Asked {
            tenant,
            form: url::parse_form(&String::from_utf8_lossy(&http.body)),
            origin: http.headers.get("Origin"),
        };
        let correlation = http.headers.get("client-request-id");
        let response = match self.grant(&asked) {
            Ok(body) => Response::new(200).body("application/json; charset=utf-8", body.to_string()),
            Err(failure) => failure.into_response(self.context, correlation),
        };
        let response = response.header("Cache-Control", "no-store, no-cache").header("Pragma", "no-cache");
        // Only a client that has a page in a browser may read the answer in one.
        let app = asked.field("client_id").and_then(|client| self.directory.apps.get(client));
        match asked.origin.filter(|origin| app.is_some_and(|app| app.has_spa_origin(origin))) {
            Some(origin) => allow_origin(response, origin),
            None => response,
        }
    }

    /// `OPTIONS` of the token endpoint.
    pub(super) fn preflight(&self, http: &Request) -> Response {
        let origin = http.headers.get("Origin").filter(|origin| self.directory.knows_spa_origin(origin));
        match origin {
            Some(origin) => {
                let asked = http.headers.get("Access-Control-Request-Headers").unwrap_or("content-type");
                allow_origin(Response::new(200), origin)
                    .header("Access-Control-Allow-Headers", asked)
                    .header("Access-Control-Max-Age", "86400")
            }
            None => Response::new(200).header("Allow", "POST, OPTIONS"),
        }
    }

    fn grant(&mut self, asked: &Asked<'_>) -> Result<Value, Failure> {
        let kind = asked.required("grant_type")?;
        let app = known_app(self.directory, asked.tenant, asked.field("client_id"))?.clone();
        self.store.tidy(self.context.now);
        self.check_assertion(asked, &app)?;
        match kind {
            "authorization_code" => self.redeem_code(asked, &app),
            "refresh_token" => self.refresh(asked, &app),
            "client_credentials" => self.client_credentials(asked, &app),
            other => {
                let message = format!("The app requested an unsupported grant type '{other}'.");
                Err(Failure::new("unsupported_grant_type", 70_003, message))
            }
        }
    }

    fn redeem_code(&mut self, asked: &Asked<'_>, app: &App) -> Result<Value, Failure> {
        let (code, uri) = (asked.required("code")?, asked.required("redirect_uri")?);
        let now = self.context.now;
        let found = self.store.codes.get_mut(code).filter(|known| known.request.client_id == app.client_id);
        let known = found.ok_or_else(|| {
            Failure::new("invalid_grant", 9_002_313, "Invalid request. Request is malformed or invalid.")
        })?;
        if known.redeemed {
            let message = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or \
                use an existing refresh token.";
            return Err(Failure::new("invalid_grant", 54_005, message));
        }
        if known.revoked || known.issued + CODE_LIFE <= now {
            let message = "The provided authorization code or refresh token has expired due to inactivity. Send a \
                new interactive authorization request for this user and resource.";
            return Err(Failure::new("invalid_grant", 70_008, message));
        }
        if known.request.redirect_uri != uri {
            let message = format!(
                "The reply URL specified in the request '{uri}' does not match the reply URL of the \
                authorization request."
            );
            return Err(Failure::new("invalid_grant", 500_112, message));
        }
        check_client(asked, app, known.request.platform == Platform::Spa)?;
        check_verifier(asked, known.request.challenge.as_deref())?;
        known.redeemed = true;
        let (user, granted, nonce, spa) = (
            known.user.clone(),
            known.scopes.clone(),
            known.request.nonce.clone(),
            known.request.platform == Platform::Spa,
        );
        let user = self.live_user(&user)?;
        let scopes = self.narrowed(asked, app, &user, &granted)?;
        let life = if spa { SPA_REFRESH_LIFE } else { REFRESH_LIFE };
        Ok(self.issue(&Grant {
            user: &user,
            client: &app.client_id,
            scopes: &scopes,
            granted: &granted,
            nonce: nonce.as_deref(),
            spa,
            refresh_until: now + life,
        }))
    }

    fn refresh(&mut self, asked: &Asked<'_>, app: &App) -> Result<Value, Failure> {
        let now = self.context.now;
        let token = asked.required("refresh_token")?;
        let known = self.store.refresh.get(token).filter(|known| known.client == app.client_id).cloned();
        let known = known.ok_or_else(|| {
            Failure::new("invalid_grant", 9_002_313, "Invalid request. Request is malformed or invalid.")
        })?;
        check_client(asked, app, known.spa)?;
        let issued = known.issued.strftime("%Y-%m-%dT%H:%M:%SZ");
        if known_tenant(self.directory, asked.tenant)?.is_some_and(|tenant| tenant != known.tenant) {
            return Err(Failure::new("invalid_grant", 70_000, "The provided grant is for another tenant."));
        }
        if known.revoked {
            let message = format!(
                "The provided grant has expired due to it being revoked, a fresh auth token is needed. \
                The user might have changed or reset their password. The grant was issued on \
                '{issued}'."
            );
            return Err(Failure::new("invalid_grant", 50_173, message).suberror("bad_token"));
        }
        if known.expires <= now && known.spa {
            let message = format!(
                "The refresh token was issued to a single page app (SPA), and therefore has a fixed, \
                limited lifetime of 1.00:00:00, which can't be extended. It is now expired and a new \
                sign in request must be sent by the SPA to the sign in page. The token was issued on \
                {issued}."
            );
            return Err(Failure::new("invalid_grant", 700_084, message));
        }
        if known.expires <= now {
            let message = format!(
                "The refresh token has expired due to inactivity. The token was issued on {issued} and \
                was inactive for 90.00:00:00."
            );
            return Err(Failure::new("invalid_grant", 700_082, message).suberror("token_expired"));
        }
        let user = self.live_user(&known.user)?;
        if !app.has_admin_consent(&user.tenant) && !self.store.has_any_consent(&user.id, &app.client_id) {
            return Err(no_consent(app));
        }
        let scopes = self.narrowed(asked, app, &user, &known.scopes)?;
        // A new token each time; the old one goes on working until it expires or is revoked.
        let until = if known.spa { known.expires } else { now + REFRESH_LIFE };
        Ok(self.issue(&Grant {
            user: &user,
            client: &app.client_id,
            scopes: &scopes,
            granted: &known.scopes,
            nonce: None,
            spa: known.spa,
            refresh_until: until,
        }))
    }

    fn client_credentials(&mut self, asked: &Asked<'_>, app: &App) -> Result<Value, Failure> {
        let Some(tenant) = known_tenant(self.directory, asked.tenant)? else {
            let message = "No tenant-identifying information found in either the request or implied by any \
                provided credentials.";
            return Err(Failure::new("invalid_request", 50_059, message));
        };
        let scope = asked.required("scope")?;
        if scope != "https://graph.microsoft.com/.default" {
            let message = format!(
                "The provided value for scope {scope} is not valid. Client credential flows must have a \
                scope value with /.default suffixed to the resource identifier (application ID URI)."
            );
            return Err(Failure::new("invalid_scope", 1_002_012, message));
        }
        if let Some(origin) = asked.origin {
            return Err(cross_origin(origin));
        }
        check_proof(asked, app)?;
        let token = self.access_token(of_application(app, &tenant, self.context.now));
        Ok(json!({
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFE_S,
            "ext_expires_in": ACCESS_LIFE_S,
            "access_token": token,
        }))
    }

    /// A user that may still get tokens.
    fn live_user(&self, id: &str) -> Result<User, Failure> {
        let user = self.directory.users.get(id);
        let user = user.ok_or_else(|| {
            Failure::new("invalid_grant", 50_034, "The user account does not exist in the directory.")
        })?;
        if !user.enabled {
            return Err(Failure::new("invalid_grant", 50_057, "The user account is disabled."));
        }
        Ok(user.clone())
    }

    /// The scopes of this request: those granted, or those that the request names, as far as there is consent
    /// to them.
    fn narrowed(&self, asked: &Asked<'_>, app: &App, user: &User, granted: &[String]) -> Result<Vec<String>, Failure> {
        let Some(scope) = asked.field("scope") else { return Ok(granted.to_vec()) };
        let wanted = asked_scopes(app, Some(scope))?;
        if scope.split_whitespace().any(|word| word.ends_with("/.default")) {
            return Ok(granted.to_vec());
        }
        let missing = self.missing_consent(app, user, &wanted);
        if missing.iter().any(|scope| !SIGN_IN.contains(&scope.as_str())) {
            return Err(no_consent(app));
        }
        // Sign-in scopes carry over: a client that refreshes goes on getting refresh tokens.
        let signs_in = granted.iter().filter(|scope| SIGN_IN.contains(&scope.as_str()) && !wanted.contains(scope));
        Ok(signs_in.chain(&wanted).cloned().collect())
    }

    fn issue(&mut self, grant: &Grant<'_>) -> Value {
        let now = self.context.now;
        let rights: Vec<String> =
            grant.scopes.iter().filter(|scope| !SIGN_IN.contains(&scope.as_str())).cloned().collect();
        let named: Vec<&str> =
            grant.scopes.iter().map(String::as_str).filter(|scope| *scope != "offline_access").collect();
        let access = self.access_token(Access {
            client: grant.client.to_owned(),
            tenant: grant.user.tenant.clone(),
            user: Some(grant.user.id.clone()),
            grants: rights,
            expires: now + SignedDuration::from_secs(ACCESS_LIFE_S),
        });
        let mut body = json!({
            "token_type": "Bearer",
            "scope": named.join(" "),
            "expires_in": ACCESS_LIFE_S,
            "ext_expires_in": ACCESS_LIFE_S,
            "access_token": access,
        });
        let asked = |scope: &str| grant.scopes.iter().any(|granted| granted == scope);
        if asked("offline_access") {
            let token = format!("1.{}", self.context.ids.token(180));
            let refresh = Refresh {
                client: grant.client.to_owned(),
                user: grant.user.id.clone(),
                tenant: grant.user.tenant.clone(),
                scopes: grant.granted.to_vec(),
                spa: grant.spa,
                issued: now,
                expires: grant.refresh_until,
                revoked: false,
            };
            self.store.refresh.insert(token.clone(), refresh);
            body["refresh_token"] = token.into();
            if grant.spa {
                body["refresh_token_expires_in"] = grant.refresh_until.duration_since(now).as_secs().into();
            }
        }
        if asked("openid") {
            body["id_token"] = self.id_token(grant).into();
        }
        body
    }

    fn access_token(&mut self, access: Access) -> String {
        self.store.new_access(access, self.context)
    }

    /// An ID token whose signature means nothing: a client that got it from the token endpoint itself may
    /// skip the signature (OpenID Connect Core 1.0, section 3.1.3.7, rule 6).
    fn id_token(&mut self, grant: &Grant<'_>) -> String {
        let (now, user) = (self.context.now.as_second(), grant.user);
        let mut claims = json!({
            "aud": grant.client,
            "iss": format!("{}/{}/v2.0", self.base_url, user.tenant),
            "iat": now,
            "nbf": now,
            "exp": now + ACCESS_LIFE_S,
            "name": user.display_name,
            "oid": user.id,
            "preferred_username": user.user_principal_name,
            "sub": user.id,
            "tid": user.tenant,
            "ver": "2.0",
        });
        if let Some(nonce) = grant.nonce {
            claims["nonce"] = nonce.into();
        }
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": "stand-in" }).to_string();
        format!(
            "{}.{}.{}",
            base64url::encode(header.as_bytes()),
            base64url::encode(claims.to_string().as_bytes()),
            self.context.ids.token(86)
        )
    }
}

/// What an application's own token gives. Without consent Entra still issues one; it just carries no role, and Graph
/// refuses it.
pub(in crate::microsoft) fn of_application(app: &App, tenant: &str, now: Timestamp) -> Access {
    Access {
        client: app.client_id.clone(),
        tenant: tenant.to_owned(),
        user: None,
        grants: if app.has_admin_consent(tenant) { app.application_roles.clone() } else { Vec::new() },
        expires: now + SignedDuration::from_secs(ACCESS_LIFE_S),
    }
}

fn no_consent(app: &App) -> Failure {
    let message = format!(
        "The user or administrator has not consented to use the application with ID '{}' named '{}'. Send an \
         interactive authorization request for this user and resource.",
        app.client_id, app.name
    );
    Failure::new("invalid_grant", 65_001, message).suberror("consent_required")
}
