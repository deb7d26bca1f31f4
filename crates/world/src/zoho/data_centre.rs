//! Zoho's data centres: each has its own accounts server and its own API domain.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html>

/// Where an organisation lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataCentre {
    /// The name in the `location` parameter of the authorization redirect: `us`, `eu`, `in`...
    pub location: String,
    /// The origin of the accounts server.
    pub accounts: String,
    /// The origin that API calls go to; `api_domain` in token answers.
    pub api_domain: String,
}

impl DataCentre {
    /// The data centre in the United States.
    pub fn us() -> Self {
        Self::new("us", "https://accounts.zoho.com", "https://www.zohoapis.com")
    }

    /// The data centre in the European Union.
    pub fn eu() -> Self {
        Self::new("eu", "https://accounts.zoho.eu", "https://www.zohoapis.eu")
    }

    /// A stand-in for the data centre `location` that serves both accounts and API at `origin`, as a local
    /// sandbox does.
    pub fn at(location: &str, origin: &str) -> Self {
        Self::new(location, origin, origin)
    }

    /// A data centre with these origins.
    pub fn new(location: &str, accounts: &str, api_domain: &str) -> Self {
        let origin = |text: &str| text.trim_end_matches('/').to_owned();
        Self { location: location.to_owned(), accounts: origin(accounts), api_domain: origin(api_domain) }
    }
}
