//! On or off.

use yew::{Callback, Event, Html, html};

/// A switch with its label and hint. `onchange` gets the new position.
pub(crate) fn switch(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    on: bool,
    onchange: Callback<bool>,
) -> Html {
    let hint_id = [id, "-hint"].concat();
    let onchange = move |_: Event| onchange.emit(!on);
    html! {
        <div class="option option-switch">
            <div>
                <label for={id}>{ label }</label>
                <p class="hint" id={hint_id.clone()}>{ hint }</p>
            </div>
            <input type="checkbox" role="switch" class="switch" {id} checked={on} aria-describedby={hint_id} {onchange} />
        </div>
    }
}
