//! Tenants, their users and the applications registered for them.
//!
//! See <https://learn.microsoft.com/en-us/entra/identity-platform/developer-glossary>.

use crate::address;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// An organisation in Microsoft Entra ID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// The directory (tenant) id, a GUID.
    pub id: String,
    /// The organisation's name as pages show it.
    pub name: String,
    /// Its domains; the first is the default one.
    pub domains: Vec<String>,
}

impl Tenant {
    /// A tenant with one domain.
    pub fn new(id: &str, name: &str, domain: &str) -> Self {
        Self { id: id.into(), name: name.into(), domains: vec![domain.into()] }
    }

    /// The name of its domain of before there were domains with dots, as in `CORP\\ada`.
    pub fn domain_name(&self) -> String {
        let domain = self.domains.first().map_or(self.id.as_str(), String::as_str);
        domain.split('.').next().unwrap_or_default().to_ascii_uppercase()
    }

    /// Whether `name` is this tenant's id or one of its domains.
    fn is_called(&self, name: &str) -> bool {
        self.id.eq_ignore_ascii_case(name) || self.domains.iter().any(|domain| domain.eq_ignore_ascii_case(name))
    }
}

/// A person (or a shared mailbox) in a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The object id, a GUID.
    pub id: String,
    /// The tenant's id.
    pub tenant: String,
    /// The name people see.
    pub display_name: String,
    /// The given name.
    pub given_name: Option<String>,
    /// The surname.
    pub surname: Option<String>,
    /// The primary mail address.
    pub mail: Option<String>,
    /// The name to sign in with.
    pub user_principal_name: String,
    /// The password.
    pub password: String,
    /// Whether an Exchange Online licence gives this user a mailbox.
    pub has_mailbox: bool,
    /// Whether the account can sign in.
    pub enabled: bool,
    /// Whether this user may consent for the whole organisation.
    pub is_admin: bool,
    /// Whether the password has to be changed before it lets anybody in. Exchange Server looks at it; the world's Microsoft
    /// Entra ID has no such passwords.
    #[serde(default)]
    pub password_expired: bool,
}

impl User {
    /// A user with a mailbox, whose mail address is the name to sign in with.
    pub fn new(id: &str, tenant: &str, display_name: &str, user_principal_name: &str, password: &str) -> Self {
        let (given, family) = display_name.split_once(' ').unwrap_or((display_name, ""));
        Self {
            id: id.into(),
            tenant: tenant.into(),
            display_name: display_name.into(),
            given_name: Some(given.to_owned()),
            surname: (!family.is_empty()).then(|| family.to_owned()),
            mail: Some(user_principal_name.into()),
            user_principal_name: user_principal_name.into(),
            password: password.into(),
            has_mailbox: true,
            enabled: true,
            is_admin: false,
            password_expired: false,
        }
    }

    /// Takes the licence away: a user without a mailbox.
    #[must_use]
    pub fn without_mailbox(mut self) -> Self {
        self.has_mailbox = false;
        self
    }

    /// The primary address of the mailbox.
    pub fn address(&self) -> &str {
        self.mail.as_deref().unwrap_or(&self.user_principal_name)
    }

    /// The name of before there were domains with dots: what stands before the at sign.
    pub fn account_name(&self) -> &str {
        self.user_principal_name.split_once('@').map_or(&self.user_principal_name, |(name, _)| name)
    }

    /// The security identifier. A domain gives them out; here it follows from the object id.
    pub fn sid(&self) -> String {
        let digest = Sha256::digest(self.id.as_bytes());
        let number = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        format!("S-1-5-21-1004336348-1177238915-682003330-{}", 1_000 + u64::from(number))
    }

    /// Makes the user an administrator.
    #[must_use]
    pub fn admin(mut self) -> Self {
        self.is_admin = true;
        self
    }
}

/// The platform of a redirect address, which decides how a code may be redeemed.
///
/// See <https://learn.microsoft.com/en-us/entra/identity-platform/reply-url>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// A page in a browser: PKCE, cross-origin, no secret.
    Spa,
    /// A server: with the client's secret.
    Web,
}

/// A redirect address of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectUri {
    /// The address, compared character by character.
    pub uri: String,
    /// Its platform.
    pub platform: Platform,
}

/// A certificate of an application registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Its DER encoding.
    pub der: Vec<u8>,
    /// When it ends, in seconds since 1970. The world reads no certificates: whoever registers one says so.
    pub ends_s: Option<i64>,
}

/// An application registration, together with what an administrator granted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// The application (client) id, a GUID.
    pub client_id: String,
    /// The name that the consent page shows.
    pub name: String,
    /// The tenant it is registered in.
    pub tenant: String,
    /// Whether users of other tenants may sign in to it.
    pub multi_tenant: bool,
    /// Client secrets that are valid now.
    pub secrets: Vec<String>,
    /// With whose keys assertions may be signed.
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    /// Where codes may be sent.
    pub redirect_uris: Vec<RedirectUri>,
    /// Delegated permissions of the registration, such as `Contacts.ReadWrite`.
    pub delegated_scopes: Vec<String>,
    /// Application permissions of the registration, such as `Contacts.ReadWrite`.
    pub application_roles: Vec<String>,
    /// Tenants whose administrator consented to all of the registration's permissions.
    pub admin_consent: Vec<String>,
}

impl App {
    /// A registration without secrets, redirect addresses or permissions.
    pub fn new(client_id: &str, tenant: &str, name: &str) -> Self {
        Self {
            client_id: client_id.into(),
            name: name.into(),
            tenant: tenant.into(),
            multi_tenant: false,
            secrets: Vec::new(),
            certificates: Vec::new(),
            redirect_uris: Vec::new(),
            delegated_scopes: Vec::new(),
            application_roles: Vec::new(),
            admin_consent: Vec::new(),
        }
    }

    /// Adds a client secret.
    #[must_use]
    pub fn secret(mut self, secret: &str) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Adds a certificate in its DER encoding.
    #[must_use]
    pub fn certificate(mut self, der: &[u8]) -> Self {
        self.certificates.push(Certificate { der: der.to_vec(), ends_s: None });
        self
    }

    /// Adds a certificate that ends at this moment, in seconds since 1970.
    #[must_use]
    pub fn certificate_until(mut self, der: &[u8], ends_s: i64) -> Self {
        self.certificates.push(Certificate { der: der.to_vec(), ends_s: Some(ends_s) });
        self
    }

    /// Adds a redirect address.
    #[must_use]
    pub fn redirect(mut self, platform: Platform, uri: &str) -> Self {
        self.redirect_uris.push(RedirectUri { uri: uri.into(), platform });
        self
    }

    /// Sets the delegated permissions.
    #[must_use]
    pub fn delegated(mut self, scopes: &[&str]) -> Self {
        self.delegated_scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self
    }

    /// Sets the application permissions.
    #[must_use]
    pub fn roles(mut self, roles: &[&str]) -> Self {
        self.application_roles = roles.iter().map(|&role| role.to_owned()).collect();
        self
    }

    /// Lets users of every tenant sign in.
    #[must_use]
    pub fn for_every_tenant(mut self) -> Self {
        self.multi_tenant = true;
        self
    }

    /// Records that the administrator of `tenant` consented.
    #[must_use]
    pub fn consented_in(mut self, tenant: &str) -> Self {
        self.admin_consent.push(tenant.into());
        self
    }

    pub(crate) fn redirect_to(&self, uri: &str) -> Option<&RedirectUri> {
        self.redirect_uris.iter().find(|redirect| redirect.uri == uri)
    }

    pub(crate) fn has_admin_consent(&self, tenant: &str) -> bool {
        self.admin_consent.iter().any(|consented| consented == tenant)
    }

    /// Whether a browser at `origin` may redeem codes of this application.
    pub(crate) fn has_spa_origin(&self, origin: &str) -> bool {
        self.redirect_uris
            .iter()
            .any(|redirect| redirect.platform == Platform::Spa && address::origin(&redirect.uri) == Some(origin))
    }
}

/// That an account of Exchange Server may act for others.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/how-to-configure-impersonation>.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impersonation {
    /// The object id of who may.
    pub account: String,
    /// For whom, by their object ids; for everybody of the organisation where it is `None`.
    pub scope: Option<Vec<String>>,
}

/// Everyone and everything that can sign in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Directory {
    /// Who has the role ApplicationImpersonation.
    pub(crate) impersonations: Vec<Impersonation>,
    pub(crate) tenants: Vec<Tenant>,
    /// By object id.
    pub(crate) users: BTreeMap<String, User>,
    /// By client id.
    pub(crate) apps: BTreeMap<String, App>,
}

impl Directory {
    /// The tenant of this id or domain.
    pub(crate) fn tenant(&self, name: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.is_called(name))
    }

    /// The user of this object id or user principal name, in whatever tenant.
    pub(crate) fn user(&self, name: &str) -> Option<&User> {
        self.users
            .get(name)
            .or_else(|| self.users.values().find(|user| user.user_principal_name.eq_ignore_ascii_case(name)))
    }

    /// The same, to change it.
    pub(crate) fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        let id = self.user(name)?.id.clone();
        self.users.get_mut(&id)
    }

    /// The user whose mailbox has this address.
    pub(crate) fn by_address(&self, address: &str) -> Option<&User> {
        self.users.values().find(|user| user.address().eq_ignore_ascii_case(address))
    }

    /// The user who signs in to a domain by this name: `DOMAIN\name`, the user principal name, or the address.
    pub(crate) fn by_account(&self, name: &str) -> Option<&User> {
        let Some((domain, account)) = name.split_once('\\') else {
            return self.user(name).filter(|user| user.id != name).or_else(|| self.by_address(name));
        };
        self.users.values().find(|user| {
            let tenant = self.tenant(&user.tenant);
            let is_here =
                tenant.is_some_and(|own| own.domain_name().eq_ignore_ascii_case(domain) || own.is_called(domain));
            is_here && user.account_name().eq_ignore_ascii_case(account)
        })
    }

    /// Whether an account may act for a user.
    pub(crate) fn may_impersonate(&self, account: &str, user: &User) -> bool {
        let is_colleague = self.users.get(account).is_some_and(|own| own.tenant == user.tenant);
        let covers = |role: &Impersonation| role.scope.as_ref().is_none_or(|scope| scope.contains(&user.id));
        is_colleague && self.impersonations.iter().any(|role| role.account == account && covers(role))
    }

    /// Whether a browser at `origin` may talk to the token endpoint for some application.
    pub(crate) fn knows_spa_origin(&self, origin: &str) -> bool {
        self.apps.values().any(|app| app.has_spa_origin(origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_before_the_path() {
        let app = App::new("c", "t", "n")
            .redirect(Platform::Spa, "http://localhost:7700/auth/back")
            .redirect(Platform::Web, "https://f.example/cb");
        assert!(app.has_spa_origin("http://localhost:7700"));
        assert!(!app.has_spa_origin("http://localhost:770"));
        assert!(!app.has_spa_origin("https://f.example"), "a web redirect opens nothing to browsers");
    }

    #[test]
    fn users_are_found_by_either_name() {
        let mut directory = Directory::default();
        directory.users.insert("u1".into(), User::new("u1", "t", "Ada Lovelace", "ada@corp.example", "p"));
        for name in ["u1", "ADA@corp.example"] {
            assert_eq!(directory.user(name).map(|user| user.id.as_str()), Some("u1"), "{name}");
        }
        assert_eq!(directory.user("ada"), None);
    }
}
