//! Zoho's data centres: each has an accounts server and API hosts of its own, and a token of one means nothing to
//! another.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html>

use std::borrow::Cow;

/// Which of an organisation's environments a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// The real one.
    Production,
    /// A copy to try things in.
    Sandbox,
    /// One to develop extensions in.
    Developer,
}

impl Environment {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Production, Self::Sandbox, Self::Developer];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Production => "www",
            Self::Sandbox => "sandbox",
            Self::Developer => "developer",
        }
    }
}

/// A data centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataCentre {
    location: Cow<'static, str>,
    accounts: Cow<'static, str>,
    api: Api,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Api {
    /// A host for each environment, in this domain.
    Domain(&'static str),
    /// One origin for all of them.
    Origin(String),
}

const fn known(location: &'static str, accounts: &'static str, domain: &'static str) -> DataCentre {
    DataCentre { location: Cow::Borrowed(location), accounts: Cow::Borrowed(accounts), api: Api::Domain(domain) }
}

impl DataCentre {
    /// Every one of Zoho's. The first is where a sign-in begins when nobody knows better: it sends people on to theirs.
    pub const ALL: [Self; 8] = [
        known("us", "https://accounts.zoho.com", "zohoapis.com"),
        known("eu", "https://accounts.zoho.eu", "zohoapis.eu"),
        known("in", "https://accounts.zoho.in", "zohoapis.in"),
        known("au", "https://accounts.zoho.com.au", "zohoapis.com.au"),
        known("cn", "https://accounts.zoho.com.cn", "zohoapis.com.cn"),
        known("jp", "https://accounts.zoho.jp", "zohoapis.jp"),
        known("ca", "https://accounts.zohocloud.ca", "zohoapis.ca"),
        known("sa", "https://accounts.zoho.sa", "zohoapis.sa"),
    ];

    /// A stand-in for a data centre, whose accounts server and API hosts are these origins.
    pub fn stand_in(location: &str, accounts: &str, api: &str) -> Self {
        Self {
            location: Cow::Owned(location.to_owned()),
            accounts: Cow::Owned(accounts.to_owned()),
            api: Api::Origin(api.to_owned()),
        }
    }

    /// Its name in redirects and in what is stored: `us`, `eu`, …
    pub fn location(&self) -> &str {
        &self.location
    }

    /// The origin of its accounts server.
    pub fn accounts(&self) -> &str {
        &self.accounts
    }

    /// The origin of the API for an environment.
    pub fn api(&self, environment: Environment) -> String {
        match &self.api {
            Api::Domain(domain) => format!("https://{}.{domain}", environment.prefix()),
            Api::Origin(origin) => origin.clone(),
        }
    }

    /// Which environment an origin serves, if it is one of this data centre's.
    pub fn environment(&self, api: &str) -> Option<Environment> {
        Environment::ALL.into_iter().find(|environment| self.api(*environment) == api.trim_end_matches('/'))
    }
}
