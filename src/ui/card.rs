//! A part of the page with a heading.

use yew::{Html, html};

/// A region of the page, named by its heading; `aside` stands beside that. The heading's id is `{id}-title`.
pub(crate) fn card(id: &'static str, title: &'static str, aside: Html, body: Html) -> Html {
    let title_id = [id, "-title"].concat();
    html! {
        <section class="card" {id} aria-labelledby={title_id.clone()}>
            <div class="card-head">
                <h2 id={title_id}>{ title }</h2>
                { aside }
            </div>
            { body }
        </section>
    }
}
