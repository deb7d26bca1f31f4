//! Ways to sign in that a server offers.
//!
//! <https://www.rfc-editor.org/rfc/rfc9110#name-www-authenticate>

use crate::Account;
use mxs_http::Response;

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// NTLM under its own name.
    Ntlm,
    /// NTLM under the name that is Kerberos' as well: Windows servers take either there.
    ///
    /// <https://www.rfc-editor.org/rfc/rfc4559>
    Negotiate,
    /// The password itself.
    Basic,
    /// An access token.
    Bearer,
}

impl Scheme {
    /// Its name in header fields.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Ntlm => "NTLM",
            Self::Negotiate => "Negotiate",
            Self::Basic => "Basic",
            Self::Bearer => "Bearer",
        }
    }

    /// What is used of the ways that an answer offers: the one that gives least away. `None` where it offers none for
    /// which there is what it takes. An account comes over TLS, but to the operator's own on this computer: so a password
    /// may go as it is where nothing better is offered.
    pub(crate) fn chosen(response: &Response, account: &Account) -> Option<Self> {
        let order: &[Self] = match account {
            Account::Token(_) => &[Self::Bearer],
            Account::Password { .. } => &[Self::Ntlm, Self::Negotiate, Self::Basic],
        };
        let offered: Vec<(&str, &str)> = offered(response).collect();
        let is_offered = |scheme: &&Self| offered.iter().any(|(name, _)| name.eq_ignore_ascii_case(scheme.word()));
        order.iter().find(is_offered).copied()
    }

    /// What the server says to it.
    pub(crate) fn told(self, response: &Response) -> Option<&str> {
        let mut told =
            offered(response).filter(|(name, told)| name.eq_ignore_ascii_case(self.word()) && !told.is_empty());
        told.next().map(|(_, told)| told)
    }
}

/// Each way with what is said to it: its parameters up to the first comma, or a message.
fn offered(response: &Response) -> impl Iterator<Item = (&str, &str)> {
    let fields = response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    fields.flat_map(|(_, value)| pieces(value)).filter_map(|piece| {
        let (name, told) = piece.split_once(' ').unwrap_or((piece, ""));
        // What has no name in front is a further parameter of the way before.
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_name.then(|| (name, told.trim()))
    })
}

/// What stands between the commas that aren't in quotes.
fn pieces(value: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let at_comma = |c: char| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    };
    value.split(at_comma).map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(fields: &[&str], account: &Account) -> Option<&'static str> {
        let answer = fields.iter().fold(Response::new(401), |answer, field| answer.header("WWW-Authenticate", *field));
        Scheme::chosen(&answer, account).map(Scheme::word)
    }

    #[test]
    fn the_way_that_gives_least_away_is_chosen() {
        const BEARER: &str = "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", trusted_issuers=\"a@*, Basic b\", \
             token_types=\"app_asserted_user_v1\"";
        let password = Account::Password { user: "ada".into(), domain: None, password: "x".into() };
        let token = Account::Token("t".into());
        type Case<'a> = (&'a [&'a str], Option<&'a str>, Option<&'a str>);
        let cases: [Case<'_>; 9] = [
            // As Exchange Server comes, and with Basic switched on; in one field and in several.
            (&["Negotiate", "NTLM"], Some("NTLM"), None),
            (&["Negotiate,NTLM , Basic realm=\"mail.corp.example\""], Some("NTLM"), None),
            (&["negotiate", "ntlm", "basic realm=\"\""], Some("NTLM"), None),
            // A hybrid server.
            (&[BEARER, "Negotiate", "NTLM"], Some("NTLM"), Some("Bearer")),
            (&[BEARER], None, Some("Bearer")),
            (&["Negotiate"], Some("Negotiate"), None),
            (&["Basic realm=\"x\""], Some("Basic"), None),
            (&["Digest realm=\"Basic \", nonce=\"NTLM\"", "realm=Basic"], None, None),
            (&[], None, None),
        ];
        for (fields, by_password, by_token) in cases {
            assert_eq!(chosen(fields, &password), by_password, "{fields:?}");
            assert_eq!(chosen(fields, &token), by_token, "{fields:?}");
        }
    }

    #[test]
    fn what_a_server_says_to_a_way_is_found() {
        let answer =
            Response::new(401).header("WWW-Authenticate", "Negotiate").header("WWW-Authenticate", "NTLM TlRM+/8=");
        assert_eq!((Scheme::Ntlm.told(&answer), Scheme::Negotiate.told(&answer)), (Some("TlRM+/8="), None));
    }
}
