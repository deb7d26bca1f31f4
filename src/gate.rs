//! Lets one task through at a time.

use std::cell::RefCell;
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// A door for one. Used so that of several tasks that find a token expired only one renews it.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    taken: bool,
    waiting: Vec<Waker>,
}

/// Keeps the gate closed behind whoever went through.
#[derive(Debug)]
pub(crate) struct Inside<'a>(&'a Gate);

impl Gate {
    /// Waits until nobody is inside, and goes in.
    pub(crate) async fn enter(&self) -> Inside<'_> {
        poll_fn(|context| {
            let mut state = self.state.borrow_mut();
            if state.taken {
                state.waiting.push(context.waker().clone());
                return Poll::Pending;
            }
            state.taken = true;
            Poll::Ready(Inside(self))
        })
        .await
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let waiting = {
            let mut state = self.0.state.borrow_mut();
            state.taken = false;
            std::mem::take(&mut state.waiting)
        };
        // All of them: one that was dropped meanwhile must not keep the others out.
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::pin::pin;
    use std::task::Context;

    #[test]
    fn the_second_waits_for_the_first() {
        let gate = Gate::default();
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(first) = pin!(gate.enter()).poll(&mut context) else { panic!("the gate was free") };
        let entered = Cell::new(false);
        let mut second = pin!(async {
            let _inside = gate.enter().await;
            entered.set(true);
        });
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(second.as_mut().poll(&mut context).is_ready() && entered.get());
        assert!(pin!(gate.enter()).poll(&mut context).is_ready(), "whoever left has closed nothing");
    }
}
