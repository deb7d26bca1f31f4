//! Microsoft Graph and identity: intents to requests, answers to values; pure.
