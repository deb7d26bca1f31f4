//! The tab's web worker: who signs in to Microsoft and syncs, on a thread of its own.
//!
//! It is a program beside the page's, fetched when somebody is about to sign in or to sync: the first visit does
//! not pay for it, and however long it computes, the page answers. What it says to the page is `mxs-bridge`.
//!
//! | file | what |
//! |---|---|
//! | `page` | the page: messages to it, and the port through which requests to the CRM and the function leave |
//! | `microsoft` | signing in, the tokens, and Graph |
//! | `run` | one run, by `mxs-runner` |
//! | `job` | what the page asks for, read |
//! | `env` | the clock, waiting, and being stopped |

mod env;
mod job;
mod microsoft;
mod page;
mod run;
mod trouble;

use env::Control;
use microsoft::Microsoft;
use mxs_bridge::{Ask, Job, Reply, ToPage, ToWorker};
use page::Page;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Smaller than the standard one; see docs/dependencies.md.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Who hears the page.
struct Worker {
    page: Rc<Page>,
    microsoft: Microsoft,
    control: Control,
}

/// Listens to the page, and tells it so.
#[wasm_bindgen]
pub fn listen() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let page = Rc::new(Page::new(scope.clone()));
    let worker = Worker { page: page.clone(), microsoft: Microsoft::new(page.clone()), control: Control::default() };
    let worker = Rc::new(worker);
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        // Nobody but the page can reach a dedicated worker, and the page speaks this language.
        if let Ok(message) = serde_wasm_bindgen::from_value(event.data()) {
            worker.hear(message);
        }
    });
    scope.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    // It lives as long as the worker.
    hear.forget();
    page.post(&ToPage::Ready);
}

impl Worker {
    fn hear(self: &Rc<Self>, message: ToWorker) {
        match message {
            ToWorker::Ask { id, ask } => {
                let worker = self.clone();
                spawn_local(async move {
                    let reply = worker.reply(ask).await;
                    worker.page.post(&ToPage::Reply { id, reply });
                });
            }
            ToWorker::Answer { id, result } => self.page.answer(id, result),
            ToWorker::Adopt => self.microsoft.adopt(),
            ToWorker::Cancel => self.control.cancel(),
        }
    }

    async fn reply(&self, ask: Ask) -> Reply {
        match ask {
            Ask::Hello => Reply::Done,
            Ask::SignIn(sign_in) => self.microsoft.begin(sign_in).await,
            Ask::Redeem(returned) => self.microsoft.redeem(returned).await,
            Ask::Run(job) => self.run(job, None).await,
            Ask::Undo { job, run } => self.run(job, Some(run)).await,
        }
    }

    async fn run(&self, job: Job, undoes: Option<u64>) -> Reply {
        self.control.reset();
        Reply::Ended(run::run(&self.page, &self.microsoft, self.control.clone(), job, undoes).await)
    }
}
