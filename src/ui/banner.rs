//! Messages within a card.

use super::{Icon, Mood};
use crate::i18n::use_texts;
use crate::state::Trouble;
use yew::{AttrValue, Children, Html, Properties, component, html};

/// A [`Banner`].
#[derive(PartialEq, Properties)]
pub(crate) struct BannerProps {
    /// How things stand. What is bad is read aloud at once.
    pub(crate) mood: Mood,
    /// What there is to say, in short.
    pub(crate) title: AttrValue,
    /// More of it, and what can be done.
    #[prop_or_default]
    pub(crate) children: Children,
}

/// A message that stays until what it is about has changed.
#[component]
pub(crate) fn Banner(props: &BannerProps) -> Html {
    let role = if props.mood == Mood::Bad { "alert" } else { "status" };
    html! {
        <div class={format!("banner banner-{}", props.mood.word())} {role}>
            <Icon mood={props.mood} />
            <div class="banner-body">
                <p class="banner-title">{ &props.title }</p>
                { for props.children.iter() }
            </div>
        </div>
    }
}

/// A [`TroubleBanner`].
#[derive(PartialEq, Properties)]
pub(crate) struct TroubleProps {
    /// What went wrong.
    pub(crate) trouble: Trouble,
    /// What can be done right here.
    #[prop_or_default]
    pub(crate) children: Children,
}

/// What went wrong, why, what to do, and the code.
#[component]
pub(crate) fn TroubleBanner(props: &TroubleProps) -> Html {
    let texts = use_texts();
    let trouble = &props.trouble;
    let Some(told) = texts.explanation(&trouble.code).or_else(|| texts.explanation("unknown")) else {
        return Html::default();
    };
    let code = match &trouble.detail {
        Some(detail) => texts.error_code_detail(&trouble.code, detail),
        None => trouble.code.clone(),
    };
    html! {
        <Banner mood={Mood::Bad} title={told.what}>
            <dl class="why">
                <div><dt>{ texts.error_why() }</dt><dd>{ told.why }</dd></div>
                <div><dt>{ texts.error_todo() }</dt><dd>{ told.todo }</dd></div>
                <div><dt>{ texts.error_code() }</dt><dd><code>{ code }</code></dd></div>
            </dl>
            { for props.children.iter() }
        </Banner>
    }
}
