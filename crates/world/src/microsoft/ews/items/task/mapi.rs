//! The MAPI properties of tasks.
//!
//! See <https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxotask/>.

pub(super) use super::super::mapi::*;

pub(super) const ACTUAL_WORK: &str = "Integer {00062003-0000-0000-c000-000000000046} Id 0x8110";
pub(super) const PERCENT_COMPLETE: &str = "Double {00062003-0000-0000-c000-000000000046} Id 0x8102";
/// How a task repeats that counts from when the last one was done: To Do has no words for that.
pub(super) const REGENERATION: &str = "Binary {00062003-0000-0000-c000-000000000046} Id 0x8116";
pub(super) const TOTAL_WORK: &str = "Integer {00062003-0000-0000-c000-000000000046} Id 0x8111";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::microsoft::mailbox::ExtendedId;

    #[test]
    fn every_property_is_written_as_the_store_writes_it() {
        for id in [ACTUAL_WORK, PERCENT_COMPLETE, REGENERATION, TOTAL_WORK] {
            assert_eq!(ExtendedId::parse(id).map(|id| id.to_string()).as_deref(), Ok(id));
        }
    }
}
