//! The vendors' hosts, each by its exact name, over https and at its usual port.

/// Microsoft's sign-in and Graph.
///
/// <https://learn.microsoft.com/en-us/graph/deployments>
pub const MICROSOFT: [&str; 2] = ["login.microsoftonline.com", "graph.microsoft.com"];

/// Zoho's sign-in and the CRM, in every data centre; those for sandboxes and for developers have names of their own.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html>
pub const ZOHO: [&str; 32] = [
    "accounts.zoho.com",
    "accounts.zoho.com.au",
    "accounts.zoho.com.cn",
    "accounts.zoho.eu",
    "accounts.zoho.in",
    "accounts.zoho.jp",
    "accounts.zoho.sa",
    "accounts.zohocloud.ca",
    "developer.zohoapis.ca",
    "developer.zohoapis.com",
    "developer.zohoapis.com.au",
    "developer.zohoapis.com.cn",
    "developer.zohoapis.eu",
    "developer.zohoapis.in",
    "developer.zohoapis.jp",
    "developer.zohoapis.sa",
    "sandbox.zohoapis.ca",
    "sandbox.zohoapis.com",
    "sandbox.zohoapis.com.au",
    "sandbox.zohoapis.com.cn",
    "sandbox.zohoapis.eu",
    "sandbox.zohoapis.in",
    "sandbox.zohoapis.jp",
    "sandbox.zohoapis.sa",
    "www.zohoapis.ca",
    "www.zohoapis.com",
    "www.zohoapis.com.au",
    "www.zohoapis.com.cn",
    "www.zohoapis.eu",
    "www.zohoapis.in",
    "www.zohoapis.jp",
    "www.zohoapis.sa",
];

/// Whether a host is a vendor's.
pub fn is_vendor(host: &str) -> bool {
    MICROSOFT.contains(&host) || ZOHO.contains(&host)
}
