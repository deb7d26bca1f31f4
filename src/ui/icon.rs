//! Signs beside words: a state is never told by colour alone.

use yew::{AttrValue, Html, html};

/// How things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Something went wrong.
    Bad,
    /// All is well.
    Good,
    /// Neither.
    Plain,
    /// A person should look.
    Warn,
}

impl Mood {
    /// The classes of a `block` in this mood.
    pub(super) fn class(self, block: &str) -> String {
        let word = match self {
            Mood::Bad => "bad",
            Mood::Good => "good",
            Mood::Plain => "plain",
            Mood::Warn => "warn",
        };
        [block, " mood-", word].concat()
    }

    const fn path(self) -> &'static str {
        match self {
            Mood::Bad => "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm-2.5 4.5 5 5m0-5-5 5",
            Mood::Good => "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM5 8.2l2.1 2.1L11 6",
            Mood::Plain => "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM8 7.2v4M8 4.6v.2",
            Mood::Warn => "M8 1.8 15 14H1L8 1.8ZM8 6.2v3.6m0 2v.2",
        }
    }
}

/// A sign for a mood. It is not read aloud: words stand beside it.
pub(crate) fn icon(mood: Mood) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={mood.path()} /></svg>
    }
}

/// A state in one or two words.
pub(crate) fn badge(mood: Mood, text: impl Into<AttrValue>) -> Html {
    let (class, text) = (mood.class("badge"), text.into());
    html! { <span {class}>{ icon(mood) }{ text }</span> }
}
