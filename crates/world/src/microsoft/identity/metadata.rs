//! What a client may read about the identity service.
//!
//! See <https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols-oidc>.

use super::IdentityCall;
use super::request::known_tenant;
use mxs_http::Response;
use serde_json::json;

impl IdentityCall<'_, '_> {
    /// `GET /{tenant}/v2.0/.well-known/openid-configuration`.
    pub(super) fn metadata(&mut self, tenant: &str) -> Response {
        let id = match known_tenant(self.directory, tenant) {
            Ok(id) => id,
            Err(failure) => return failure.into_response(self.context, None),
        };
        let base = self.base_url;
        let issuer = id.as_deref().unwrap_or("{tenantid}");
        let body = json!({
            "issuer": format!("{base}/{issuer}/v2.0"),
            "authorization_endpoint": format!("{base}/{tenant}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{base}/{tenant}/oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "response_modes_supported": ["query", "fragment"],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid"],
            "request_uri_parameter_supported": false,
            "tenant_region_scope": "EU",
            "msgraph_host": "graph.microsoft.com",
        });
        // Public data: pages of every origin may read it.
        Response::new(200)
            .body("application/json; charset=utf-8", body.to_string())
            .header("Access-Control-Allow-Origin", "*")
    }
}
