//! The page.

use crate::acts::Acts;
use crate::browser::window;
use crate::config::Config;
use crate::i18n::{Lang, Texts, use_locale};
use crate::screens::{ConnectionCard, ProblemsCard, ResultsCard, SettingsCard, SyncCard, header};
use crate::state::{AppState, Boot};
use crate::ui::{Button, Kind, trouble_banner};
use mxs_bridge::{Trouble, code};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use yew::{
    Callback, ContextProvider, Html, MouseEvent, Properties, component, html, use_effect_with, use_memo, use_reducer,
};

/// The [`Page`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct PageProps {
    /// The configuration; `None` when it could not be read.
    pub(crate) config: Option<Config>,
    /// Kept when the script of the CRM's SDK has run.
    pub(crate) sdk: JsValue,
}

/// The page: everything below it gets the texts and the acts by context.
#[component]
pub(crate) fn Page(props: &PageProps) -> Html {
    let state = use_reducer(AppState::default);
    let locale = state.person.as_ref().map(|person| person.locale.clone()).unwrap_or_default();
    let texts = *use_memo(locale, |locale| speak(locale));
    let acts = {
        let dispatcher = state.dispatcher();
        use_memo((), |()| props.config.clone().map(|config| Acts::new(config, dispatcher)))
    };
    {
        let (acts, sdk) = (acts.clone(), props.sdk.clone());
        use_effect_with((), move |()| {
            if let Some(acts) = acts.as_ref() {
                acts.open(sdk);
            }
        });
    }
    let Some(acts) = (*acts).clone() else {
        let trouble = Trouble::new(code::NO_CONFIG);
        return html! {
            <>
                { header(texts, None) }
                <main id="main">{ trouble_banner(texts, &trouble, Html::default()) }</main>
            </>
        };
    };
    let state: Rc<AppState> = Rc::new((*state).clone());
    html! {
        <ContextProvider<Texts> context={texts}>
            <ContextProvider<Acts> context={acts.clone()}>
                <a class="skip" href="#main">{ texts.skip_to_content() }</a>
                { header(texts, state.person.as_deref()) }
                <main id="main" tabindex="-1">{ content(texts, &acts, &state, &props.sdk) }</main>
            </ContextProvider<Acts>>
        </ContextProvider<Texts>>
    }
}

/// Chooses the language for a locale, and tells the page.
fn speak(locale: &str) -> Texts {
    let texts = Texts::new(Lang::of_locale(locale));
    let lang = texts.lang();
    // The CRM writes `en_GB`.
    let tag = locale.replace('_', "-");
    let formats = if tag.to_ascii_lowercase().starts_with(lang.tag()) { tag.as_str() } else { lang.tag() };
    use_locale(formats);
    if let Some(root) = window().document().and_then(|document| document.document_element()) {
        // A name of letters can always be set.
        let _ = root.set_attribute("lang", lang.tag());
    }
    texts
}

fn content(texts: Texts, acts: &Acts, state: &Rc<AppState>, sdk: &JsValue) -> Html {
    match &state.boot {
        Boot::Loading => html! {
            <>
                <p class="unseen" role="status">{ texts.loading() }</p>
                { skeleton() }
            </>
        },
        Boot::Failed(trouble) => {
            let again = {
                let (acts, sdk) = (acts.clone(), sdk.clone());
                Callback::from(move |_: MouseEvent| acts.open(sdk.clone()))
            };
            let again = Button::new(texts.try_again(), Kind::Primary, again).html();
            trouble_banner(texts, trouble, html! { <div class="buttons">{ again }</div> })
        }
        Boot::Ready => html! {
            <div class="cards">
                <div class="column">
                    <ConnectionCard connection={state.connection.clone()} syncing={state.run.is_here()} />
                    <SettingsCard form={state.settings.clone()} />
                </div>
                <div class="column">
                    <SyncCard state={state.clone()} />
                    <ResultsCard state={state.clone()} />
                    <ProblemsCard state={state.clone()} />
                </div>
            </div>
        },
    }
}

/// The shapes of the cards, as `index.html` shows them before this code has arrived.
fn skeleton() -> Html {
    html! {
        <div class="cards skeleton" aria-hidden="true">
            <div class="column"><div class="card" /><div class="card" /></div>
            <div class="column"><div class="card" /><div class="card" /></div>
        </div>
    }
}
