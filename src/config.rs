//! Where everything is: `config.json`, which lies beside the page and is the only file that differs between
//! installations.
//!
//! | key | what |
//! |---|---|
//! | `crm.sdk` | address of Zoho's embedded-app SDK, 1.5 or later |
//! | `crm.session_function` | name of the Deluge function that signs statements, with its namespace if it has one |
//! | `microsoft.authority` | the identity service, without a slash at the end |
//! | `microsoft.tenant` | `organizations`, or one directory's id |
//! | `microsoft.client_id` | the app registration's id; its redirect address (type `spa`) is this page's `auth.html` |
//! | `microsoft.graph` | Microsoft Graph, without a slash at the end |
//! | `function` | the serverless function, without a slash at the end |

use serde::Deserialize;

/// The configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Config {
    /// The CRM.
    pub(crate) crm: CrmConfig,
    /// Microsoft.
    pub(crate) microsoft: MicrosoftConfig,
    /// The serverless function's address.
    pub(crate) function: String,
}

/// What there is to know about the CRM. The SDK's address is read by `boot.js`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct CrmConfig {
    /// The name of the Deluge function that signs statements.
    pub(crate) session_function: String,
}

/// What there is to know about Microsoft.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct MicrosoftConfig {
    /// The identity service.
    pub(crate) authority: String,
    /// The directory.
    pub(crate) tenant: String,
    /// The app's id.
    pub(crate) client_id: String,
    /// Microsoft Graph.
    pub(crate) graph: String,
}

impl Config {
    /// Reads the file; `None` when it is not what it should be.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let config: serde_json::Value = serde_json::from_str(text).ok()?;
        let mut config: Self = serde_json::from_value(config).ok()?;
        for address in [&mut config.microsoft.authority, &mut config.microsoft.graph, &mut config.function] {
            if !address.starts_with("https://") && !address.starts_with("http://") {
                return None;
            }
            address.truncate(address.trim_end_matches('/').len());
        }
        Some(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_shipped_can_be_read() {
        let config = Config::parse(include_str!("../www/config.json")).expect("valid");
        assert_eq!(config.microsoft.graph, "https://graph.microsoft.com");
    }

    #[test]
    fn a_slash_at_the_end_does_no_harm_and_a_missing_scheme_does() {
        let text = |function: &str| {
            format!(
                r#"{{"crm":{{"sdk":"x","session_function":"f"}},"function":"{function}","microsoft":
                {{"authority":"https://a","tenant":"t","client_id":"c","graph":"https://g/"}}}}"#
            )
        };
        let config = Config::parse(&text("http://localhost:7704/")).expect("valid");
        assert_eq!((config.function.as_str(), config.microsoft.graph.as_str()), ("http://localhost:7704", "https://g"));
        assert_eq!(Config::parse(&text("localhost:7704")), None);
        assert_eq!(Config::parse(""), None);
    }
}
