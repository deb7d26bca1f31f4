//! The serverless function: sessions, leases and the durable state of every mailbox's sync.
