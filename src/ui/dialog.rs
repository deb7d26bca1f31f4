//! A question that must be answered first.

use super::{Button, Kind};
use web_sys::HtmlDialogElement;
use yew::{AttrValue, Callback, Event, Html, MouseEvent, Properties, component, html, use_effect_with, use_node_ref};

/// A [`Dialog`].
#[derive(PartialEq, Properties)]
pub(crate) struct DialogProps {
    /// Its id.
    pub(crate) id: AttrValue,
    /// The question.
    pub(crate) title: AttrValue,
    /// What it means.
    pub(crate) body: AttrValue,
    /// The label of going on: what will be done.
    pub(crate) confirm: AttrValue,
    /// How much that stands out.
    pub(crate) kind: Kind,
    /// The label of leaving things as they are; Escape does the same.
    pub(crate) keep: AttrValue,
    /// Called to go on.
    pub(crate) onconfirm: Callback<MouseEvent>,
    /// Called to leave things as they are.
    pub(crate) onkeep: Callback<()>,
}

/// A modal dialog, shown as long as it is part of the page. The browser keeps the focus inside and gives it
/// back after.
#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // It fails for a dialog that is open already, and this one has just been made.
                let _ = dialog.show_modal();
            }
        });
    }
    // Closed before anybody is told: taken out of the page while open, it would not give the focus back.
    let close = {
        let node = node.clone();
        move || {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        }
    };
    let (title_id, body_id) = (format!("{}-title", props.id), format!("{}-body", props.id));
    let oncancel = {
        let (close, onkeep) = (close.clone(), props.onkeep.clone());
        move |event: Event| {
            event.prevent_default();
            close();
            onkeep.emit(());
        }
    };
    let onkeep = {
        let (close, onkeep) = (close.clone(), props.onkeep.clone());
        Callback::from(move |_: MouseEvent| {
            close();
            onkeep.emit(());
        })
    };
    let onconfirm = {
        let onconfirm = props.onconfirm.clone();
        Callback::from(move |event: MouseEvent| {
            close();
            onconfirm.emit(event);
        })
    };
    html! {
        <dialog ref={node} aria-labelledby={title_id.clone()} aria-describedby={body_id.clone()} {oncancel}>
            <h2 id={title_id}>{ &props.title }</h2>
            <p id={body_id}>{ &props.body }</p>
            <div class="buttons">
                { Button::new(props.keep.clone(), Kind::Plain, onkeep).html() }
                { Button::new(props.confirm.clone(), props.kind, onconfirm).html() }
            </div>
        </dialog>
    }
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_test::wasm_bindgen_test;
    use web_sys::Element;

    async fn shown(said: &Rc<RefCell<Vec<&'static str>>>) -> (Element, yew::AppHandle<Dialog>) {
        let document = crate::browser::window().document().expect("a document");
        let root = document.create_element("div").expect("an element");
        document.body().expect("a body").append_child(&root).expect("room");
        let say = |word: &'static str| {
            let said = said.clone();
            move || said.borrow_mut().push(word)
        };
        let (confirmed, kept) = (say("confirmed"), say("kept"));
        let props = DialogProps {
            id: "d".into(),
            title: "Delete 3 contacts?".into(),
            body: "For good.".into(),
            confirm: "Delete 3 contacts".into(),
            kind: Kind::Danger,
            keep: "Keep everything".into(),
            onconfirm: Callback::from(move |_| confirmed()),
            onkeep: Callback::from(move |()| kept()),
        };
        let handle = yew::Renderer::<Dialog>::with_root_and_props(root.clone(), props).render();
        yew::scheduler::flush().await;
        (root, handle)
    }

    fn click(root: &Element, selector: &str) {
        let element = root.query_selector(selector).expect("a selector").expect("an element");
        element.unchecked_into::<web_sys::HtmlElement>().click();
    }

    #[wasm_bindgen_test]
    async fn it_opens_and_tells_what_was_chosen() {
        let said = Rc::default();
        let (root, handle) = shown(&said).await;
        let dialog = root.query_selector("dialog").expect("a selector").expect("a dialog");
        assert!(dialog.unchecked_ref::<HtmlDialogElement>().open());
        assert_eq!(dialog.get_attribute("aria-labelledby").as_deref(), Some("d-title"));
        click(&root, ".button-danger");
        assert!(!dialog.unchecked_ref::<HtmlDialogElement>().open());
        click(&root, ".button:not(.button-danger)");
        assert_eq!(*said.borrow(), ["confirmed", "kept"]);
        handle.destroy();
    }

    #[wasm_bindgen_test]
    async fn escape_keeps_and_closes() {
        let said = Rc::default();
        let (root, handle) = shown(&said).await;
        let dialog: HtmlDialogElement =
            root.query_selector("dialog").expect("a selector").expect("a dialog").unchecked_into();
        // What the browser does at Escape.
        let init = web_sys::EventInit::new();
        init.set_cancelable(true);
        let cancel = Event::new_with_event_init_dict("cancel", &init).expect("an event");
        assert!(!dialog.dispatch_event(&cancel).expect("dispatched"));
        assert_eq!(*said.borrow(), ["kept"]);
        assert!(!dialog.open());
        handle.destroy();
    }
}
