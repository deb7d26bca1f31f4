//! On or off.

use yew::{AttrValue, Callback, Html, Properties, component, html};

/// A [`Switch`].
#[derive(PartialEq, Properties)]
pub(crate) struct SwitchProps {
    /// Its id.
    pub(crate) id: AttrValue,
    /// What it switches.
    pub(crate) label: AttrValue,
    /// What that means.
    pub(crate) hint: AttrValue,
    /// Whether it is on.
    pub(crate) on: bool,
    /// Called with the new position.
    pub(crate) onchange: Callback<bool>,
}

/// A switch with its label and hint.
#[component]
pub(crate) fn Switch(props: &SwitchProps) -> Html {
    let hint_id = format!("{}-hint", props.id);
    let onchange = {
        let (callback, on) = (props.onchange.clone(), props.on);
        move |_| callback.emit(!on)
    };
    html! {
        <div class="option option-switch">
            <div>
                <label for={&props.id}>{ &props.label }</label>
                <p class="hint" id={hint_id.clone()}>{ &props.hint }</p>
            </div>
            <input
                type="checkbox"
                role="switch"
                class="switch"
                id={&props.id}
                checked={props.on}
                aria-describedby={hint_id}
                {onchange}
            />
        </div>
    }
}
