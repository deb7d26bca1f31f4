//! The run's waiting, and the person who may stop it.

use crate::page::Page;
use futures_channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use mxs_bridge::ToPage;
use mxs_runner::{Time, told};
use mxs_sync::{Env, Progress};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

/// By which a person stops a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Control {
    cancelled: Rc<Cell<bool>>,
    /// Ends the wait that goes on. A run waits for one thing at a time; should it ever wait for two, the
    /// earlier one is sat out.
    wake: Rc<RefCell<Option<oneshot::Sender<()>>>>,
}

impl Control {
    /// Stops the run between two requests, and ends a wait at once: a vendor may have asked for minutes.
    pub(crate) fn cancel(&self) {
        self.cancelled.set(true);
        if let Some(wake) = self.wake.take() {
            // The wait may have ended by itself.
            let _ = wake.send(());
        }
    }

    /// Lets a new run begin.
    pub(crate) fn reset(&self) {
        self.cancelled.set(false);
    }
}

/// The worker as a run's surroundings.
pub(crate) struct WorkerEnv {
    /// By which it is stopped.
    pub(crate) control: Control,
    /// Who is told how far it has come.
    pub(crate) page: Rc<Page>,
}

impl Env for WorkerEnv {
    async fn wait(&self, milliseconds: u32) {
        if self.cancelled() {
            return;
        }
        let (wake, mut woken) = oneshot::channel();
        self.control.wake.replace(Some(wake));
        let mut timer = TimeoutFuture::new(milliseconds);
        poll_fn(|context| {
            if Pin::new(&mut woken).poll(context).is_ready() {
                return Poll::Ready(());
            }
            Pin::new(&mut timer).poll(context)
        })
        .await;
        self.control.wake.take();
    }

    fn progress(&self, progress: Progress) {
        self.page.post(&ToPage::Progress(told(progress)));
    }

    fn cancelled(&self) -> bool {
        self.control.cancelled.get()
    }
}

/// The browser's clock.
pub(crate) struct BrowserTime;

impl Time for BrowserTime {
    fn now_ms(&self) -> u64 {
        js_sys::Date::now() as u64
    }

    async fn wait(&self, milliseconds: u32) {
        TimeoutFuture::new(milliseconds).await;
    }
}
