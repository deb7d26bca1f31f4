//! What a person can do: each act talks to the outside and tells the page's state how it went.

mod connect;
mod open;
mod settings;
mod sync;

use crate::config::Config;
use crate::function::FunctionClient;
use crate::microsoft::{Held, Microsoft, Popup};
use crate::state::{Action, AppState};
use crate::sync::Control;
use mxs_api::Mailbox;
use std::cell::RefCell;
use std::rc::Rc;
use yew::{UseReducerDispatcher, hook, use_context};

/// The outside, as the page needs it.
struct Outside {
    function: Rc<FunctionClient>,
    microsoft: Rc<Microsoft>,
    /// Microsoft's window while it is open.
    popup: RefCell<Option<Popup>>,
    /// The sign-in to another mailbox than the one on record, until a person has chosen.
    other: RefCell<Option<(Mailbox, Held)>>,
    /// The run that goes on.
    run: RefCell<Option<Control>>,
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
            microsoft: Rc::new(Microsoft::new(config.microsoft)),
            popup: RefCell::default(),
            other: RefCell::default(),
            run: RefCell::default(),
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
