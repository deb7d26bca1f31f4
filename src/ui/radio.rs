//! One of a few.

use yew::{Callback, Event, Html, html};

/// A possible choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// What it is called.
    pub(crate) label: &'static str,
    /// What it means; may be empty.
    pub(crate) hint: &'static str,
}

/// A group of radio buttons.
pub(crate) struct RadioGroup<'a> {
    /// The group's name, unique in the page.
    pub(crate) name: &'static str,
    /// The question.
    pub(crate) legend: &'static str,
    /// The choices.
    pub(crate) choices: &'a [Choice],
    /// The place of the chosen one, if one is.
    pub(crate) chosen: Option<usize>,
    /// Called with the place of the one that was chosen.
    pub(crate) onchoose: Callback<usize>,
}

impl RadioGroup<'_> {
    /// The group in the page.
    pub(crate) fn html(self) -> Html {
        let option = |(place, choice)| self.option(place, choice);
        html! {
            <fieldset>
                <legend>{ self.legend }</legend>
                { for self.choices.iter().enumerate().map(option) }
            </fieldset>
        }
    }

    fn option(&self, place: usize, choice: &Choice) -> Html {
        let id = format!("{}-{place}", self.name);
        let hint_id = [&id, "-hint"].concat();
        let onchange = {
            let callback = self.onchoose.clone();
            move |_: Event| callback.emit(place)
        };
        html! {
            <div class="option">
                <input
                    type="radio"
                    id={id.clone()}
                    name={self.name}
                    checked={Some(place) == self.chosen}
                    aria-describedby={(!choice.hint.is_empty()).then(|| hint_id.clone())}
                    {onchange}
                />
                <div>
                    <label for={id}>{ choice.label }</label>
                    <p class="hint" id={hint_id}>{ choice.hint }</p>
                </div>
            </div>
        }
    }
}
