//! A hash that is the same in every run, in every build and on every machine.

use std::hash::{BuildHasherDefault, Hasher};

/// For maps that are asked and never walked: their order is nobody's promise.
pub(crate) type Hashing = BuildHasherDefault<Fnv>;

/// FNV-1a.
///
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    // The same on machines of every width.
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_i64(number as i64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
