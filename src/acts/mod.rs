//! What a person can do: each act talks to the outside and tells the page's state how it went.

mod connect;
mod open;
mod serve;
mod settings;
mod sync;

use crate::config::Config;
use crate::function::FunctionClient;
use crate::popup::Popup;
use crate::state::{Action, AppState};
use crate::worker::SyncWorker;
use mxs_api::Mailbox;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::{UseReducerDispatcher, hook, use_context};

/// The outside, as the page needs it.
struct Outside {
    function: Rc<FunctionClient>,
    /// Where Microsoft is.
    place: mxs_bridge::Microsoft,
    /// Microsoft's window while it is open.
    popup: RefCell<Option<Popup>>,
    /// The mailbox that a person signed in to and that is not the one on record, until they have chosen.
    other: RefCell<Option<Mailbox>>,
    /// Whether the worker has tokens for the mailbox on record.
    signed_in: Cell<bool>,
    /// The worker, once somebody is about to sign in or to sync.
    worker: RefCell<Option<Rc<SyncWorker>>>,
    /// While a run goes on: whether a person has stopped it.
    cancelled: RefCell<Option<Rc<Cell<bool>>>>,
}

/// The acts, to be handed through the component tree.
#[derive(Clone)]
pub(crate) struct Acts {
    outside: Rc<Outside>,
    dispatcher: UseReducerDispatcher<AppState>,
}

impl PartialEq for Acts {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.outside, &other.outside)
    }
}

impl Acts {
    /// The acts of a page.
    pub(crate) fn new(config: Config, dispatcher: UseReducerDispatcher<AppState>) -> Self {
        let outside = Outside {
            function: Rc::new(FunctionClient::new(config.function, config.crm.session_function)),
            place: config.microsoft,
            popup: RefCell::default(),
            other: RefCell::default(),
            signed_in: Cell::default(),
            worker: RefCell::default(),
            cancelled: RefCell::default(),
        };
        Self { outside: Rc::new(outside), dispatcher }
    }

    /// Changes the page's state.
    pub(crate) fn tell(&self, action: Action) {
        self.dispatcher.dispatch(action);
    }
}

/// The acts, from the component tree.
///
/// # Panics
///
/// Outside of [`crate::app::Page`], which provides them.
#[hook]
pub(crate) fn use_acts() -> Acts {
    use_context::<Acts>().expect("the page provides the acts")
}
