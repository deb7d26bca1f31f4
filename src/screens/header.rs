//! What this is, and who uses it.

use crate::i18n::Texts;
use crate::state::Person;
use crate::ui::maybe;
use yew::{Html, html};

/// The page's header.
pub(crate) fn header(texts: Texts, person: Option<&Person>) -> Html {
    html! {
        <header class="page-head">
            <h1>{ texts.product() }</h1>
            { maybe(person.map(|person| who(texts, person))) }
        </header>
    }
}

fn who(texts: Texts, person: &Person) -> Html {
    let name =
        if person.org_name.is_empty() { person.name.clone() } else { texts.person(&person.name, &person.org_name) };
    html! {
        <p class="person"><span class="hint">{ texts.person_role() }</span><strong>{ name }</strong></p>
    }
}
