//! A question that must be answered first.

use super::{Button, Kind};
use wasm_bindgen::JsCast;
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
            let dialog = node.get().and_then(|element| element.dyn_into::<HtmlDialogElement>().ok());
            if let Some(dialog) = &dialog {
                // It fails for a dialog that is open already, and this one has just been made.
                let _ = dialog.show_modal();
            }
            // Taken out of the page while open, it would not give the focus back.
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
            }
        });
    }
    let (title_id, body_id) = (format!("{}-title", props.id), format!("{}-body", props.id));
    let oncancel = {
        let onkeep = props.onkeep.clone();
        move |event: Event| {
            event.prevent_default();
            onkeep.emit(());
        }
    };
    let onkeep = {
        let onkeep = props.onkeep.clone();
        move |_: MouseEvent| onkeep.emit(())
    };
    html! {
        <dialog ref={node} aria-labelledby={title_id.clone()} aria-describedby={body_id.clone()} {oncancel}>
            <h2 id={title_id}>{ &props.title }</h2>
            <p id={body_id}>{ &props.body }</p>
            <div class="buttons">
                <Button label={&props.keep} onclick={onkeep} />
                <Button label={&props.confirm} kind={props.kind} onclick={props.onconfirm.clone()} />
            </div>
        </dialog>
    }
}
