//! What this is, and who uses it.

use crate::i18n::use_texts;
use crate::state::Person;
use std::rc::Rc;
use yew::{Html, Properties, component, html};

/// The [`Header`].
#[derive(PartialEq, Properties)]
pub(crate) struct HeaderProps {
    /// Who uses the CRM.
    pub(crate) person: Option<Rc<Person>>,
}

/// The page's header.
#[component]
pub(crate) fn Header(props: &HeaderProps) -> Html {
    let texts = use_texts();
    html! {
        <header class="page-head">
            <h1>{ texts.product() }</h1>
            if let Some(person) = &props.person {
                <p class="person">
                    <span class="hint">{ texts.person_role() }</span>
                    <strong>
                        if person.org_name.is_empty() {
                            { &person.name }
                        } else {
                            { texts.person(&person.name, &person.org_name) }
                        }
                    </strong>
                </p>
            }
        </header>
    }
}
