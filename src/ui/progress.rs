//! How far something has come.

use yew::{Html, html};

/// A bar with words: the phase, and `numbers`, which say `done` and `total` in words. A `total` of 0 is not
/// known yet. The phase is read aloud when it changes, the numbers are not.
pub(crate) fn progress_bar(label: &'static str, phase: &'static str, numbers: String, done: u32, total: u32) -> Html {
    let known = total > 0;
    html! {
        <div class="progress">
            <p class="progress-words">
                <span role="status">{ phase }</span>
                <span class="progress-numbers">{ numbers }</span>
            </p>
            <progress
                aria-label={label}
                value={known.then(|| done.min(total).to_string())}
                max={known.then(|| total.to_string())}
            />
        </div>
    }
}
