//! Zoho CRM v8: intents to requests, answers to values; pure.
