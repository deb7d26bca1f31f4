//! The worker: the program beside the page in which a person signs in and a sync runs.

mod run;

pub(crate) use run::{Job, NotRun, Outcome, run};

use futures_channel::oneshot;
use mxs_bridge::{Ask, Reply, ToPage, ToWorker};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// The worker's script; it lies beside the page.
const SCRIPT: &str = "worker.js";

/// It could not be loaded, or it broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// What the worker wants of the page without having been asked.
pub(crate) type Listener = Rc<dyn Fn(Result<ToPage, Broken>)>;

/// The worker. It ends with this value.
pub(crate) struct SyncWorker {
    worker: Worker,
    inner: Rc<Inner>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

#[derive(Default)]
struct Inner {
    listens: Cell<bool>,
    /// What was said before it listened.
    backlog: RefCell<Vec<JsValue>>,
    last_id: Cell<u32>,
    waiting: RefCell<Vec<(u32, oneshot::Sender<Reply>)>>,
}

impl SyncWorker {
    /// Begins to load it. `listener` is told what it says of its own accord, and once if it breaks.
    pub(crate) fn start(listener: Listener) -> Result<Self, Broken> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options).map_err(|_| Broken)?;
        let inner = Rc::new(Inner::default());
        let on_message = {
            let (inner, worker, listener) = (inner.clone(), worker.clone(), listener.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                match serde_wasm_bindgen::from_value(event.data()) {
                    Ok(ToPage::Ready) => inner.flush(&worker),
                    Ok(ToPage::Reply { id, reply }) => inner.replied(id, reply),
                    Ok(message) => listener(Ok(message)),
                    Err(_) => inner.broke(&listener),
                }
            })
        };
        let on_error = {
            let inner = inner.clone();
            Closure::<dyn FnMut(JsValue)>::new(move |_| inner.broke(&listener))
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, inner, _on_message: on_message, _on_error: on_error })
    }

    /// Tells it something, as soon as it listens.
    pub(crate) fn tell(&self, message: &ToWorker) {
        // The messages have no form that JavaScript lacks.
        let Ok(value) = serde_wasm_bindgen::to_value(message) else { return };
        if self.inner.listens.get() {
            post(&self.worker, &value);
        } else {
            self.inner.backlog.borrow_mut().push(value);
        }
    }

    /// Asks it for something and waits until it is done.
    pub(crate) async fn ask(&self, ask: Ask) -> Result<Reply, Broken> {
        let id = self.inner.last_id.get() + 1;
        self.inner.last_id.set(id);
        let (sender, receiver) = oneshot::channel();
        self.inner.waiting.borrow_mut().push((id, sender));
        self.tell(&ToWorker::Ask { id, ask });
        receiver.await.map_err(|_| Broken)
    }
}

impl Drop for SyncWorker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl Inner {
    fn flush(&self, worker: &Worker) {
        self.listens.set(true);
        for message in self.backlog.take() {
            post(worker, &message);
        }
    }

    fn replied(&self, id: u32, reply: Reply) {
        let mut waiting = self.waiting.borrow_mut();
        if let Some(place) = waiting.iter().position(|(asked, _)| *asked == id) {
            // Whoever asked may no longer want to know.
            let _ = waiting.swap_remove(place).1.send(reply);
        }
    }

    /// Whoever waits for a reply learns it, too: what would have brought it is dropped.
    fn broke(&self, listener: &Listener) {
        self.waiting.take();
        listener(Err(Broken));
    }
}

/// A message to a worker that broke is lost; that it broke is heard.
fn post(worker: &Worker, message: &JsValue) {
    let _ = worker.post_message(message);
}
