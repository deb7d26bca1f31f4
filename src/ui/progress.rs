//! How far something has come.

use yew::{AttrValue, Html, Properties, component, html};

/// A [`ProgressBar`].
#[derive(PartialEq, Properties)]
pub(crate) struct ProgressProps {
    /// What goes on, for those who can't see the page.
    pub(crate) label: AttrValue,
    /// The phase.
    pub(crate) phase: AttrValue,
    /// The numbers in words.
    pub(crate) numbers: AttrValue,
    /// Steps done.
    pub(crate) done: u32,
    /// Steps in all; 0 while that is not known.
    pub(crate) total: u32,
}

/// A bar with words. The phase is read aloud when it changes, the numbers are not.
#[component]
pub(crate) fn ProgressBar(props: &ProgressProps) -> Html {
    let known = props.total > 0;
    html! {
        <div class="progress">
            <p class="progress-words">
                <span role="status">{ &props.phase }</span>
                <span class="progress-numbers">{ &props.numbers }</span>
            </p>
            <progress
                aria-label={&props.label}
                value={known.then(|| props.done.min(props.total).to_string())}
                max={known.then(|| props.total.to_string())}
            />
        </div>
    }
}
