//! Buttons.

use yew::{AttrValue, Callback, Html, MouseEvent, html};

/// How much a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What can't be taken back.
    Danger,
    /// One of several.
    Plain,
    /// What a person most likely wants; one in a card.
    Primary,
}

/// A button.
pub(crate) struct Button {
    label: AttrValue,
    kind: Kind,
    onclick: Callback<MouseEvent>,
    blocked: bool,
    described_by: Option<&'static str>,
}

impl Button {
    /// A button that says what it does, a verb first.
    pub(crate) fn new(label: impl Into<AttrValue>, kind: Kind, onclick: impl Into<Callback<MouseEvent>>) -> Self {
        Self { label: label.into(), kind, onclick: onclick.into(), blocked: false, described_by: None }
    }

    /// Makes it do nothing at the moment. It keeps the focus all the same, so that its description, which
    /// says why, can be read.
    pub(crate) fn blocked(mut self, blocked: bool) -> Self {
        self.blocked = blocked;
        self
    }

    /// Names the element that describes it.
    pub(crate) fn described_by(mut self, id: &'static str) -> Self {
        self.described_by = Some(id);
        self
    }

    /// The button in the page.
    pub(crate) fn html(self) -> Html {
        let class = match self.kind {
            Kind::Danger => "button button-danger",
            Kind::Plain => "button",
            Kind::Primary => "button button-primary",
        };
        let onclick = if self.blocked { Callback::noop() } else { self.onclick };
        html! {
            <button
                type="button"
                {class}
                {onclick}
                aria-disabled={self.blocked.then_some("true")}
                aria-describedby={self.described_by}
            >
                { self.label }
            </button>
        }
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_test::wasm_bindgen_test;
    use yew::{Properties, component};

    #[derive(PartialEq, Properties)]
    struct HostProps {
        blocked: bool,
        onclick: Callback<MouseEvent>,
    }

    #[component]
    fn Host(props: &HostProps) -> Html {
        let button = Button::new("Sync now", Kind::Primary, props.onclick.clone());
        button.blocked(props.blocked).described_by("why").html()
    }

    async fn clicks(blocked: bool) -> u32 {
        let document = crate::browser::window().document().expect("a document");
        let root = document.create_element("div").expect("an element");
        document.body().expect("a body").append_child(&root).expect("room");
        let count = Rc::new(Cell::new(0));
        let counter = count.clone();
        let onclick = Callback::from(move |_| counter.set(counter.get() + 1));
        let handle = yew::Renderer::<Host>::with_root_and_props(root.clone(), HostProps { blocked, onclick }).render();
        yew::scheduler::flush().await;
        let button = root.query_selector("button").expect("a selector").expect("a button");
        assert_eq!(button.get_attribute("aria-disabled").is_some(), blocked);
        assert_eq!(button.get_attribute("aria-describedby").as_deref(), Some("why"));
        button.unchecked_into::<web_sys::HtmlElement>().click();
        handle.destroy();
        count.get()
    }

    #[wasm_bindgen_test]
    async fn a_blocked_button_does_nothing() {
        assert_eq!((clicks(false).await, clicks(true).await), (1, 0));
    }
}
