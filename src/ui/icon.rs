//! Signs beside words: a state is never told by colour alone.

use yew::{AttrValue, Html, Properties, component, html};

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
    /// The mood's word in class names.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Mood::Bad => "bad",
            Mood::Good => "good",
            Mood::Plain => "plain",
            Mood::Warn => "warn",
        }
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

/// What an [`Icon`] shows.
#[derive(PartialEq, Properties)]
pub(crate) struct IconProps {
    /// The mood.
    pub(crate) mood: Mood,
}

/// A sign for a mood. It is not read aloud: words stand beside it.
#[component]
pub(crate) fn Icon(IconProps { mood }: &IconProps) -> Html {
    html! {
        <svg class={format!("icon icon-{}", mood.word())} viewBox="0 0 16 16" aria-hidden="true">
            <path d={mood.path()} />
        </svg>
    }
}

/// What a [`Badge`] shows.
#[derive(PartialEq, Properties)]
pub(crate) struct BadgeProps {
    /// The mood.
    pub(crate) mood: Mood,
    /// The words.
    pub(crate) text: AttrValue,
}

/// A state in one or two words.
#[component]
pub(crate) fn Badge(BadgeProps { mood, text }: &BadgeProps) -> Html {
    html! { <span class={format!("badge badge-{}", mood.word())}><Icon mood={*mood} />{ text }</span> }
}
