//! Names for records and their versions.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the vendor's text as it is.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The vendor's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// Wrapped in angle brackets, so that a log can be scrubbed of ids by pattern.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "<{}: {}>", stringify!($name), self.0)
            }
        }
    };
}

opaque! {
    /// An item in a mailbox: Graph's immutable id, opaque.
    /// <https://learn.microsoft.com/en-us/graph/outlook-immutable-id>
    ExchangeId
}
opaque! {
    /// A record in the CRM: its 64-bit id in decimal, opaque.
    CrmId
}
opaque! {
    /// A version of a record that changes with each write: Graph's ETag, or the CRM's `Modified_Time`.
    /// Two versions are equal or not; they have no order.
    Version
}

/// One of the two systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Zoho CRM.
    Crm,
    /// The mailbox, on Microsoft 365 or Exchange Server.
    Exchange,
}

impl Side {
    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Side::Crm => Side::Exchange,
            Side::Exchange => Side::Crm,
        }
    }
}

/// A record on either side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RecordId {
    /// A CRM record.
    Crm(CrmId),
    /// A mailbox item.
    Exchange(ExchangeId),
}

impl RecordId {
    /// The id of a CRM record.
    pub const fn crm(&self) -> Option<&CrmId> {
        match self {
            RecordId::Crm(id) => Some(id),
            RecordId::Exchange(_) => None,
        }
    }

    /// The id of a mailbox item.
    pub const fn exchange(&self) -> Option<&ExchangeId> {
        match self {
            RecordId::Crm(_) => None,
            RecordId::Exchange(id) => Some(id),
        }
    }

    /// The side it lives on, and its id there.
    pub(crate) fn parts(&self) -> (Side, &str) {
        match self {
            RecordId::Crm(id) => (Side::Crm, id.as_str()),
            RecordId::Exchange(id) => (Side::Exchange, id.as_str()),
        }
    }

    /// The side it lives on.
    pub const fn side(&self) -> Side {
        match self {
            RecordId::Crm(_) => Side::Crm,
            RecordId::Exchange(_) => Side::Exchange,
        }
    }
}
