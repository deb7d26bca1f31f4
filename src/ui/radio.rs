//! One of a few.

use yew::{AttrValue, Callback, Html, Properties, component, html};

/// A possible choice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    /// What it is called.
    pub(crate) label: AttrValue,
    /// What it means; may be empty.
    pub(crate) hint: AttrValue,
}

/// A [`RadioGroup`].
#[derive(PartialEq, Properties)]
pub(crate) struct RadioGroupProps {
    /// The group's name, unique in the page.
    pub(crate) name: AttrValue,
    /// The question.
    pub(crate) legend: AttrValue,
    /// The choices.
    pub(crate) choices: Vec<Choice>,
    /// The place of the chosen one.
    pub(crate) chosen: usize,
    /// Called with the place of the one that was chosen.
    pub(crate) onchoose: Callback<usize>,
}

/// A group of radio buttons.
#[component]
pub(crate) fn RadioGroup(props: &RadioGroupProps) -> Html {
    let option = |(place, choice): (usize, &Choice)| {
        let id = format!("{}-{place}", props.name);
        let hint_id = (!choice.hint.is_empty()).then(|| format!("{id}-hint"));
        let onchange = {
            let callback = props.onchoose.clone();
            move |_| callback.emit(place)
        };
        html! {
            <div class="option">
                <input
                    type="radio"
                    id={id.clone()}
                    name={&props.name}
                    checked={place == props.chosen}
                    aria-describedby={hint_id.clone()}
                    {onchange}
                />
                <div>
                    <label for={id}>{ &choice.label }</label>
                    if let Some(hint_id) = hint_id {
                        <p class="hint" id={hint_id}>{ &choice.hint }</p>
                    }
                </div>
            </div>
        }
    };
    html! {
        <fieldset>
            <legend>{ &props.legend }</legend>
            { for props.choices.iter().enumerate().map(option) }
        </fieldset>
    }
}
