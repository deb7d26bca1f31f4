//! The parameters of `/authorize`, read and judged.
//!
//! See <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>.

use super::errors::Failure;
use super::scopes::{self, Asked, BadScope};
use crate::microsoft::directory::{App, Directory, Platform, User};
use crate::microsoft::target::Target;

/// Where the answer's parameters stand in the redirect address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseMode {
    Fragment,
    Query,
}

/// What the client asks the page to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prompt {
    /// Only what is needed.
    AsNeeded,
    Consent,
    Login,
    None,
    SelectAccount,
}

/// What the sign-in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Consent for the whole organisation.
    AdminConsent,
    /// A code.
    Code,
}

/// A request whose client and redirect address are known to be good.
#[derive(Clone, Debug)]
pub(super) struct Authorize {
    pub(super) purpose: Purpose,
    /// The tenant as the address names it: an id, a domain, `common` or `organizations`.
    pub(super) tenant: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) platform: Platform,
    pub(super) response_mode: ResponseMode,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) scopes: Vec<String>,
    pub(super) challenge: Option<String>,
    pub(super) prompt: Prompt,
    pub(super) login_hint: Option<String>,
}

/// Why a request goes no further.
pub(super) enum Refused {
    /// The redirect address can't be trusted: the browser stays here.
    Page(Failure),
    /// The client is told.
    Redirect(Box<Authorize>, Failure),
}

/// Reads the query of `/authorize`.
pub(super) fn authorize(directory: &Directory, tenant: &str, target: &Target) -> Result<Authorize, Refused> {
    let app = known_app(directory, tenant, target.query("client_id")).map_err(Refused::Page)?;
    let mut request = trusted(app, tenant, target, Purpose::Code).map_err(Refused::Page)?;
    match complete(app, &mut request, target) {
        Ok(()) => Ok(request),
        Err(failure) => Err(Refused::Redirect(Box::new(request), failure)),
    }
}

/// Reads the query of `/adminconsent`.
///
/// See <https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent>.
pub(super) fn admin_consent(directory: &Directory, tenant: &str, target: &Target) -> Result<Authorize, Failure> {
    let app = known_app(directory, tenant, target.query("client_id"))?;
    let mut request = trusted(app, tenant, target, Purpose::AdminConsent)?;
    request.scopes = app.delegated_scopes.clone();
    Ok(request)
}

/// The tenant of an address, `None` for `common` and `organizations`.
pub(super) fn known_tenant(directory: &Directory, tenant: &str) -> Result<Option<String>, Failure> {
    if ["common", "organizations"].contains(&tenant) {
        return Ok(None);
    }
    let found = directory.tenant(tenant).map(|tenant| Some(tenant.id.clone()));
    found.ok_or_else(|| {
        let message = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Failure::new("invalid_request", 90_002, message)
    })
}

/// The application of this client id, if it may be used at this tenant.
pub(super) fn known_app<'a>(directory: &'a Directory, tenant: &str, client: Option<&str>) -> Result<&'a App, Failure> {
    let tenant_id = known_tenant(directory, tenant)?;
    let client = client.filter(|client| !client.is_empty()).ok_or_else(|| Failure::missing("client_id"))?;
    let app = directory.apps.get(client);
    if tenant_id.is_none() && app.is_some_and(|app| !app.multi_tenant) {
        let message = format!(
            "Application '{client}' is not configured as a multi-tenant application. Usage of the /common endpoint is \
             not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the \
             application to be multi-tenant."
        );
        return Err(Failure::new("invalid_request", 50_194, message));
    }
    let app = app.filter(|app| app.multi_tenant || tenant_id.is_none_or(|id| id == app.tenant));
    app.ok_or_else(|| {
        let message = format!(
            "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the \
             application has not been installed by the administrator of the tenant or consented to by any user in the \
             tenant. You may have sent your authentication request to the wrong tenant."
        );
        Failure::new("unauthorized_client", 700_016, message)
    })
}

/// Whether `user` may sign in at the tenant that the address names, to this application.
pub(super) fn may_sign_in(directory: &Directory, app: &App, tenant: &str, user: &User) -> bool {
    let here = directory.tenant(tenant).is_none_or(|tenant| tenant.id == user.tenant);
    here && (app.multi_tenant || app.tenant == user.tenant)
}

fn trusted(app: &App, tenant: &str, target: &Target, purpose: Purpose) -> Result<Authorize, Failure> {
    let text = |name| target.query(name).filter(|value| !value.is_empty());
    let uri = text("redirect_uri").ok_or_else(|| Failure::missing("redirect_uri"))?;
    let redirect = app.redirect_to(uri).ok_or_else(|| {
        let message = format!(
            "The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the \
             application '{}'. Make sure the redirect URI sent in the request matches one added to your application \
             in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to \
             troubleshoot this error.",
            app.client_id
        );
        Failure::new("invalid_request", 50_011, message)
    })?;
    Ok(Authorize {
        purpose,
        tenant: tenant.to_owned(),
        client_id: app.client_id.clone(),
        redirect_uri: redirect.uri.clone(),
        platform: redirect.platform,
        response_mode: if text("response_mode") == Some("fragment") {
            ResponseMode::Fragment
        } else {
            ResponseMode::Query
        },
        state: text("state").map(str::to_owned),
        nonce: text("nonce").map(str::to_owned),
        scopes: Vec::new(),
        challenge: text("code_challenge").map(str::to_owned),
        prompt: Prompt::AsNeeded,
        login_hint: text("login_hint").map(str::to_owned),
    })
}

/// Judges what the client may be told about.
fn complete(app: &App, request: &mut Authorize, target: &Target) -> Result<(), Failure> {
    let text = |name| target.query(name).filter(|value| !value.is_empty());
    match text("response_type") {
        None => return Err(Failure::missing("response_type")),
        Some("code") => {}
        Some(other) => {
            let message = format!(
                "The provided value '{other}' for the input parameter 'response_type' isn't supported \
                for this application."
            );
            return Err(Failure::new("unsupported_response_type", 700_054, message));
        }
    }
    match text("response_mode") {
        None | Some("query" | "fragment") => {}
        Some(other) => {
            let message = format!(
                "The provided value '{other}' for the input parameter 'response_mode' is not supported \
                by this stand-in. Expected 'query' or 'fragment'."
            );
            return Err(Failure::new("invalid_request", 90_023, message));
        }
    }
    request.prompt = match text("prompt") {
        None => Prompt::AsNeeded,
        Some("consent") => Prompt::Consent,
        Some("login") => Prompt::Login,
        Some("none") => Prompt::None,
        Some("select_account") => Prompt::SelectAccount,
        Some(other) => {
            let message = format!("Unsupported 'prompt' value: '{other}'.");
            return Err(Failure::new("invalid_request", 90_023, message));
        }
    };
    request.scopes = asked_scopes(app, text("scope"))?;
    check_pkce(request, text("code_challenge_method"))
}

/// The scopes asked for; `/.default` stands for the registration's.
pub(super) fn asked_scopes(app: &App, scope: Option<&str>) -> Result<Vec<String>, Failure> {
    let scope = scope.ok_or_else(|| Failure::missing("scope"))?;
    match scopes::parse(scope) {
        Ok(Asked::Permissions(names)) => Ok(names),
        Ok(Asked::Default(names)) => {
            let registered =
                app.delegated_scopes.iter().filter(|scope| !names.contains(scope)).cloned().collect::<Vec<_>>();
            Ok(names.into_iter().chain(registered).collect())
        }
        Err(BadScope::Empty) => Err(Failure::missing("scope")),
        Err(BadScope::Resource(word)) => {
            let message = format!(
                "The resource principal named {word} was not found in the tenant. This can happen if \
                the application has not been installed by the administrator of the tenant or consented \
                to by any user in the tenant."
            );
            Err(Failure::new("invalid_resource", 500_011, message))
        }
        Err(BadScope::Unknown(name)) => {
            let message = format!(
                "The application '{}' asked for scope '{name}' that doesn't exist on the resource \
                '00000003-0000-0000-c000-000000000000'. Contact the app vendor.",
                app.name
            );
            Err(Failure::new("invalid_client", 650_053, message))
        }
        Err(BadScope::Mixed) => {
            let message = format!(
                "The provided value for the input parameter 'scope' isn't valid. The scope {scope} \
                isn't valid: .default scope can't be combined with resource-specific scopes."
            );
            Err(Failure::new("invalid_request", 70_011, message))
        }
    }
}

/// A page in a browser must bring a challenge; a server may. Only S256 is taken: Entra also knows `plain`,
/// which protects nothing, so a client that falls back to it is refused here.
fn check_pkce(request: &Authorize, method: Option<&str>) -> Result<(), Failure> {
    match (&request.challenge, request.platform) {
        (None, Platform::Spa) => {
            let message = "Proof Key for Code Exchange is required for cross-origin authorization code redemption.";
            Err(Failure::new("invalid_request", 9_002_325, message))
        }
        (None, Platform::Web) => Ok(()),
        (Some(_), _) if method != Some("S256") => {
            let message = "The provided value for the input parameter 'code_challenge_method' is not valid. \
                Expected 'S256'.";
            Err(Failure::new("invalid_request", 501_491, message))
        }
        (Some(challenge), _) if challenge.len() != 43 => {
            Err(Failure::new("invalid_request", 501_491, "Invalid size of Code_Challenge parameter."))
        }
        (Some(_), _) => Ok(()),
    }
}
