//! A part of the page with a heading.

use yew::{AttrValue, Children, Html, Properties, component, html};

/// A [`Card`].
#[derive(PartialEq, Properties)]
pub(crate) struct CardProps {
    /// Its id; the heading's is `{id}-title`.
    pub(crate) id: AttrValue,
    /// Its heading.
    pub(crate) title: AttrValue,
    /// What stands beside the heading.
    #[prop_or_default]
    pub(crate) aside: Html,
    /// What it holds.
    pub(crate) children: Children,
}

/// A region of the page, named by its heading.
#[component]
pub(crate) fn Card(props: &CardProps) -> Html {
    let title_id = format!("{}-title", props.id);
    html! {
        <section class="card" id={&props.id} aria-labelledby={title_id.clone()}>
            <div class="card-head">
                <h2 id={title_id} tabindex="-1">{ &props.title }</h2>
                { props.aside.clone() }
            </div>
            { for props.children.iter() }
        </section>
    }
}
