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

use mxs_bridge::Microsoft;
use serde::Deserialize;
use wasm_bindgen::JsValue;

/// The configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Config {
    /// The CRM.
    pub(crate) crm: CrmConfig,
    /// Microsoft.
    pub(crate) microsoft: Microsoft,
    /// The serverless function's address.
    pub(crate) function: String,
}

/// What there is to know about the CRM. The SDK's address is read by `boot.js`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct CrmConfig {
    /// The name of the Deluge function that signs statements.
    pub(crate) session_function: String,
}

impl Config {
    /// The file's contents; `None` when they are not what they should be.
    pub(crate) fn read(file: JsValue) -> Option<Self> {
        serde_wasm_bindgen::from_value(file).ok().and_then(Self::checked)
    }

    fn checked(mut self) -> Option<Self> {
        for address in [&mut self.microsoft.authority, &mut self.microsoft.graph, &mut self.function] {
            if !address.starts_with("https://") && !address.starts_with("http://") {
                return None;
            }
            address.truncate(address.trim_end_matches('/').len());
        }
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Config> {
        serde_json::from_str::<Config>(text).ok().and_then(Config::checked)
    }

    #[test]
    fn the_file_that_is_shipped_can_be_read() {
        let config = parse(include_str!("../www/config.json")).expect("valid");
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
        let config = parse(&text("http://localhost:7704/")).expect("valid");
        assert_eq!((config.function.as_str(), config.microsoft.graph.as_str()), ("http://localhost:7704", "https://g"));
        assert_eq!(parse(&text("localhost:7704")), None);
        assert_eq!(parse(""), None);
    }
}
