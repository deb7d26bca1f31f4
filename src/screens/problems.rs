//! Which contacts are not in sync, and why.

use crate::acts::use_acts;
use crate::i18n::{Texts, Told, side_key, told, use_texts};
use crate::state::{AppState, blocked, problems};
use crate::ui::{Button, Dialog, Kind, Mood, badge, banner, card, maybe};
use mxs_api::{Example, Unsynced};
use std::rc::Rc;
use yew::{Callback, Html, MouseEvent, Properties, component, html, use_state};

/// The [`ProblemsCard`].
#[derive(PartialEq, Properties)]
pub(crate) struct ProblemsCardProps {
    /// The page's state.
    pub(crate) state: Rc<AppState>,
}

/// The card with the list.
#[component]
pub(crate) fn ProblemsCard(ProblemsCardProps { state }: &ProblemsCardProps) -> Html {
    let texts = use_texts();
    let unsynced = &state.unsynced;
    if state.unsynced_total == 0 && state.last_run.is_none() {
        return Html::default();
    }
    let total = state.unsynced_total;
    let body = if total == 0 {
        html! { <p>{ texts.problems_none() }</p> }
    } else {
        let held = problems::held(unsynced);
        let held = (held > 0).then(|| html! { <Held state={state.clone()} count={held} /> });
        let groups = unsynced.iter().map(|shown| group(texts, shown));
        let untold = total.saturating_sub(problems::told(unsynced));
        let untold = (untold > 0).then(|| html! { <li class="hint">{ texts.problems_untold(untold) }</li> });
        html! { <>{ maybe(held) }<ul class="groups">{ for groups }{ maybe(untold) }</ul></> }
    };
    let aside = if total > 0 { texts.problems_count(total).into() } else { Html::default() };
    card("problems", texts.problems_title(), aside, body)
}

fn group(texts: Texts, group: &Unsynced) -> Html {
    let Told { text, code } = told(texts, &group.reason);
    let (mood, kind) = if group.reason.is_failure() {
        (Mood::Bad, texts.problems_failed())
    } else {
        (Mood::Plain, texts.problems_skipped())
    };
    let more = group.total.saturating_sub(u32::try_from(group.examples.len()).unwrap_or(u32::MAX));
    let entry = |Example { name, side }: &Example| {
        let name = if name.is_empty() { texts.problems_unnamed() } else { name };
        html! { <li>{ texts.problems_entry(name, side.map_or("both", side_key)) }</li> }
    };
    html! {
        <li>
            <p class="group-head">
                { badge(mood, kind) }
                <strong>{ texts.problems_count(group.total) }</strong>
                <code>{ code }</code>
            </p>
            <p>{ text }</p>
            <ul class="names">
                { for group.examples.iter().map(entry) }
                { maybe((more > 0).then(|| html! { <li class="hint">{ texts.problems_more(more) }</li> })) }
            </ul>
        </li>
    }
}

/// [`Held`].
#[derive(PartialEq, Properties)]
struct HeldProps {
    state: Rc<AppState>,
    /// How many deletions wait.
    count: u32,
}

/// Deletions that wait for a person.
#[component]
fn Held(HeldProps { state, count }: &HeldProps) -> Html {
    let texts = use_texts();
    let acts = use_acts();
    let asking = use_state(|| false);
    let ask = {
        let asking = asking.clone();
        Callback::from(move |_: MouseEvent| asking.set(true))
    };
    let keep = {
        let asking = asking.clone();
        move |()| asking.set(false)
    };
    let confirm = {
        let (asking, person) = (asking.clone(), state.person.clone());
        let settings = state.settings.saved.clone();
        move |_: MouseEvent| {
            asking.set(false);
            if let Some(person) = person.clone() {
                acts.sync(person, &settings, true);
            }
        }
    };
    let impossible = state.run.is_here() || blocked(&state.connection, &state.settings).is_some();
    let question = html! {
        <Dialog
            id="held"
            title={texts.held_question(*count)}
            body={texts.held_explain()}
            confirm={texts.held_confirm(*count)}
            kind={Kind::Danger}
            keep={texts.held_keep()}
            onconfirm={confirm}
            onkeep={keep}
        />
    };
    let body = html! {
        <>
            <p>{ texts.held_body() }</p>
            <div class="buttons">
                { Button::new(texts.held_review(), Kind::Plain, ask).blocked(impossible).html() }
            </div>
            { maybe(asking.then_some(question)) }
        </>
    };
    banner(Mood::Warn, texts.held_title(*count), body)
}
