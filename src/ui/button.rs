//! Buttons.

use yew::{AttrValue, Callback, Html, MouseEvent, Properties, component, html};

/// How much a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What can't be taken back.
    Danger,
    /// One of several.
    #[default]
    Plain,
    /// What a person most likely wants; one in a card.
    Primary,
}

/// A [`Button`].
#[derive(PartialEq, Properties)]
pub(crate) struct ButtonProps {
    /// What it does: a verb first.
    pub(crate) label: AttrValue,
    /// How much it stands out.
    #[prop_or_default]
    pub(crate) kind: Kind,
    /// What happens.
    pub(crate) onclick: Callback<MouseEvent>,
    /// Whether it does nothing at the moment. It keeps the focus all the same, so that its description, which
    /// says why, can be read.
    #[prop_or_default]
    pub(crate) blocked: bool,
    /// The id of the element that describes it.
    #[prop_or_default]
    pub(crate) described_by: Option<AttrValue>,
}

/// A button.
#[component]
pub(crate) fn Button(props: &ButtonProps) -> Html {
    let class = match props.kind {
        Kind::Danger => "button button-danger",
        Kind::Plain => "button",
        Kind::Primary => "button button-primary",
    };
    let onclick = if props.blocked { Callback::noop() } else { props.onclick.clone() };
    html! {
        <button
            type="button"
            {class}
            {onclick}
            aria-disabled={props.blocked.then_some("true")}
            aria-describedby={props.described_by.clone()}
        >
            { &props.label }
        </button>
    }
}
