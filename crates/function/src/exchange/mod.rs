//! Exchange Servers: who comes there, where they are, and whether that works.
//!
//! | file | what |
//! |---|---|
//! | `reach` | who comes to an organisation's servers, and what is trusted there |
//! | `find` | where a mailbox's server is: Autodiscover |
//! | `open` | a mailbox there, opened |
//! | `check` | whether an account works, step by step |
//! | `trouble` | what it means to a person that it doesn't |

mod check;
mod find;
mod open;
mod reach;
mod trouble;

pub(crate) use check::check;
pub(crate) use open::{Opened, Tried, open};
pub(crate) use reach::Reach;
