//! The local sandbox: the in-memory world, a CRM host page and the function behind loopback ports.
