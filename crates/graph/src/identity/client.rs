//! A server's proof of which application it is, and tokens that an application gets for itself.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use super::Secret;
use super::token::token_request;
use mxs_http::{Request, url};

/// Graph, as tokens name it.
const GRAPH: &str = "https://graph.microsoft.com";

/// What an assertion is, in the words of RFC 7523.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How an application proves that it is the one it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A client secret, as the registration has it.
    Secret(Secret),
    /// A signed assertion; see [`Assertion`](super::Assertion). Each is good for one request.
    Assertion(Secret),
}

impl Credential {
    /// Adds the proof to a token request: that of [`redeem`](super::redeem) or [`refresh`](super::refresh).
    #[must_use]
    pub fn prove(&self, mut request: Request) -> Request {
        let proof = match self {
            Credential::Secret(secret) => url::form([("client_secret", secret.expose())]),
            Credential::Assertion(assertion) => {
                url::form([("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion.expose())])
            }
        };
        request.body.push(b'&');
        request.body.extend(proof.into_bytes());
        request
    }
}

/// Tokens for an application itself.
#[derive(Clone, Copy, Debug)]
pub struct ClientCredentials<'a> {
    /// As in [`Authorize`](super::Authorize).
    pub base: &'a str,
    /// The directory's id. `common` and `organizations` name none, so Microsoft refuses them here.
    pub tenant: &'a str,
    /// As in [`Authorize`](super::Authorize).
    pub client_id: &'a str,
    /// The proof.
    pub credential: &'a Credential,
}

/// Asks for a token with every right that an administrator granted the application. [`parse_token`](super::parse_token)
/// reads the answer: it has no refresh token, since the proof gets the next one as well.
pub fn client_credentials(asked: &ClientCredentials<'_>) -> Request {
    client_credentials_for(GRAPH, asked)
}

/// The same for another resource than Graph, such as an Exchange Server that is registered with the directory
/// (`https://mail.corp.example`).
///
/// <https://learn.microsoft.com/en-us/microsoft-365/enterprise/configure-exchange-server-for-hybrid-modern-authentication>
pub fn client_credentials_for(resource: &str, asked: &ClientCredentials<'_>) -> Request {
    // All that was granted there: single permissions can't be asked for.
    let scope = format!("{resource}/.default");
    let pairs = [("client_id", asked.client_id), ("grant_type", "client_credentials"), ("scope", &scope)];
    asked.credential.prove(token_request(asked.base, asked.tenant, &pairs))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Redeem, Refresh, redeem, refresh};

    fn body(request: &Request) -> String {
        String::from_utf8_lossy(&request.body).into_owned()
    }

    #[test]
    fn an_application_asks_for_itself() {
        let (base, tenant, client_id) = ("https://login.example", "t/1", "app-1");
        let asked =
            |credential: &Credential| client_credentials(&ClientCredentials { base, tenant, client_id, credential });
        let secret = asked(&Credential::Secret(Secret::new("s&1")));
        assert_eq!(secret.url, "https://login.example/t%2F1/oauth2/v2.0/token");
        assert_eq!(
            body(&secret),
            "client_id=app-1&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default\
             &client_secret=s%261"
        );
        assert_eq!(
            body(&asked(&Credential::Assertion(Secret::new("h.c.s")))),
            "client_id=app-1&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default\
             &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
             &client_assertion=h.c.s"
        );
        let credential = Credential::Secret(Secret::new("s"));
        let asked = ClientCredentials { base, tenant, client_id, credential: &credential };
        let server = client_credentials_for("https://mail.corp.example", &asked);
        assert!(body(&server).contains("&scope=https%3A%2F%2Fmail.corp.example%2F.default&"));
    }

    #[test]
    fn a_servers_redemption_is_a_pages_with_the_proof_behind_it() {
        let (code, verifier, token) = (Secret::new("c"), Secret::new("v"), Secret::new("r"));
        let (base, tenant, client_id, scopes) = ("https://login.example", "t", "app-1", &["a"][..]);
        let redirect_uri = "https://f.example/";
        let plain = redeem(&Redeem { base, tenant, client_id, redirect_uri, scopes, code: &code, verifier: &verifier });
        let credential = Credential::Secret(Secret::new("s"));
        assert_eq!(body(&credential.prove(plain.clone())), format!("{}&client_secret=s", body(&plain)));
        let plain = refresh(&Refresh { base, tenant, client_id, scopes, refresh_token: &token });
        let proved = credential.prove(plain.clone());
        assert_eq!(body(&proved), "client_id=app-1&grant_type=refresh_token&scope=a&refresh_token=r&client_secret=s");
        assert_eq!((proved.url, proved.headers), (plain.url, plain.headers));
        assert_eq!(format!("{credential:?}"), "Secret(Secret(..))", "a proof is as good as a password");
    }
}
