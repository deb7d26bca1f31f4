//! The world's clock: real time, moved or stopped by a tester.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The last moment that the clock may be set to. Behind it there is room for everything that is counted from the
/// present moment, such as the life of a token.
const LATEST: Timestamp = Timestamp::constant(221_845_392_000, 0);

/// A clock that never runs backwards between resets.
#[derive(Debug, Default)]
pub struct Clock(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// How far ahead of real time it is.
    offset: SignedDuration,
    frozen: Option<Timestamp>,
}

impl State {
    fn now(&self) -> Timestamp {
        // An offset is only stored after the sum was found to be in range; real time then moves on by seconds.
        self.frozen.unwrap_or_else(|| Timestamp::now().saturating_add(self.offset).unwrap_or(Timestamp::MAX))
    }

    fn jump(&mut self, to: Timestamp) {
        self.offset = Timestamp::now().duration_until(to);
        if self.frozen.is_some() {
            self.frozen = Some(to);
        }
    }
}

/// Why the clock stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockError {
    /// The moment is in the past.
    Backwards,
    /// The moment is too far away.
    OutOfRange,
}

impl Clock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.state().now()
    }

    /// Whether it stands still.
    pub fn is_frozen(&self) -> bool {
        self.state().frozen.is_some()
    }

    /// Lets `milliseconds` pass at once.
    pub fn advance(&self, milliseconds: i64) -> Result<(), ClockError> {
        let mut state = self.state();
        let to = state.now().checked_add(SignedDuration::from_millis(milliseconds));
        match to {
            _ if milliseconds < 0 => Err(ClockError::Backwards),
            Ok(to) if to <= LATEST => {
                state.jump(to);
                Ok(())
            }
            Ok(_) | Err(_) => Err(ClockError::OutOfRange),
        }
    }

    /// Jumps to `to`.
    pub fn set(&self, to: Timestamp) -> Result<(), ClockError> {
        let mut state = self.state();
        if to < state.now() {
            return Err(ClockError::Backwards);
        }
        if to > LATEST {
            return Err(ClockError::OutOfRange);
        }
        state.jump(to);
        Ok(())
    }

    /// Stops it, or lets it run on from where it stands.
    pub fn freeze(&self, frozen: bool) {
        let mut state = self.state();
        let now = state.now();
        state.frozen = None;
        state.jump(now);
        state.frozen = frozen.then_some(now);
    }

    /// Follows real time again.
    pub fn reset(&self) {
        *self.state() = State::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_by_hand() {
        let clock = Clock::default();
        clock.freeze(true);
        let start = clock.now();
        assert_eq!(clock.now(), start);
        clock.advance(86_400_000).expect("forwards");
        assert_eq!(clock.now(), start + SignedDuration::from_hours(24));
        clock.freeze(false);
        assert!(clock.now() >= start + SignedDuration::from_hours(24), "it runs on from where it stood");
        assert!(clock.now() < start + SignedDuration::from_hours(25));
    }

    #[test]
    fn it_never_runs_backwards() {
        let clock = Clock::default();
        clock.freeze(true);
        let now = clock.now();
        assert_eq!(clock.advance(-1), Err(ClockError::Backwards));
        assert_eq!(clock.set(now - SignedDuration::from_secs(1)), Err(ClockError::Backwards));
        assert_eq!(clock.advance(i64::MAX), Err(ClockError::OutOfRange));
        assert_eq!(LATEST.to_string(), "9000-01-01T00:00:00Z");
        assert_eq!(clock.set(LATEST + SignedDuration::from_secs(1)), Err(ClockError::OutOfRange));
        assert_eq!(clock.advance(now.duration_until(LATEST).as_millis() as i64 + 1), Err(ClockError::OutOfRange));
        assert_eq!(clock.now(), now);
    }
}
