//! Messages within a card.

use super::{Mood, icon};
use crate::i18n::Texts;
use mxs_bridge::Trouble;
use yew::{AttrValue, Html, html};

/// A message that stays until what it is about has changed. What is bad is read aloud at once.
pub(crate) fn banner(mood: Mood, title: impl Into<AttrValue>, body: Html) -> Html {
    let role = if mood == Mood::Bad { "alert" } else { "status" };
    let title = title.into();
    html! {
        <div class={mood.class("banner")} {role}>
            { icon(mood) }
            <div class="banner-body">
                <p class="banner-title">{ title }</p>
                { body }
            </div>
        </div>
    }
}

/// What went wrong, why, what to do, and the code; then `more`, what can be done right here.
pub(crate) fn trouble_banner(texts: Texts, trouble: &Trouble, more: Html) -> Html {
    let Some(told) = texts.explanation(&trouble.code).or_else(|| texts.explanation("unknown")) else {
        return Html::default();
    };
    let code = match &trouble.detail {
        Some(detail) => texts.error_code_detail(&trouble.code, detail),
        None => trouble.code.clone(),
    };
    let fact = |name: &'static str, fact: Html| html! { <div><dt>{ name }</dt><dd>{ fact }</dd></div> };
    let body = html! {
        <>
            <dl class="why">
                { fact(texts.error_why(), told.why.into()) }
                { fact(texts.error_todo(), told.todo.into()) }
                { fact(texts.error_code(), html! { <code>{ code }</code> }) }
            </dl>
            { more }
        </>
    };
    banner(Mood::Bad, told.what, body)
}
