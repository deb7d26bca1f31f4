//! What the last sync did.

use crate::browser::{Every, now_ms};
use crate::i18n::{Texts, exact_time, number, relative_time, use_texts};
use crate::state::{AppState, problems};
use crate::ui::{Mood, badge, card, maybe, trouble_banner};
use mxs_api::{Run, RunEnd};
use mxs_core::{Instant, Summary};
use std::rc::Rc;
use yew::{Html, Properties, component, html, use_effect_with, use_force_update};

/// How often "2 minutes ago" is looked at again.
const TICK_MS: i32 = 15_000;

/// The [`ResultsCard`].
#[derive(PartialEq, Properties)]
pub(crate) struct ResultsCardProps {
    /// The page's state.
    pub(crate) state: Rc<AppState>,
}

/// The card with the counts.
#[component]
pub(crate) fn ResultsCard(ResultsCardProps { state }: &ResultsCardProps) -> Html {
    let texts = use_texts();
    let update = use_force_update();
    use_effect_with((), move |()| {
        let every = Every::new(TICK_MS, move || update.force_update());
        move || drop(every)
    });
    let Some(run) = &state.last_run else {
        let body = html! { <p class="hint">{ texts.results_none() }</p> };
        return card("results", texts.results_title(), Html::default(), body);
    };
    let need_person = problems::need_person(&state.unsynced);
    let (mood, end) = end(texts, run, need_person);
    let aside = html! { <span role="status">{ badge(mood, end) }</span> };
    let hint = (run.end == RunEnd::Cancelled).then(|| html! { <p>{ texts.end_cancelled_hint() }</p> });
    let body = html! {
        <>
            <p class="hint">{ when(texts, run) }</p>
            { maybe(hint) }
            { maybe(state.end_trouble().map(|trouble| trouble_banner(texts, &trouble, Html::default()))) }
            { table(texts, &run.summary) }
            <dl class="facts">
                { fact(texts.results_matched(), run.summary.matched, texts.results_matched_hint()) }
                { fact(texts.results_conflicts(), run.summary.conflicts, texts.results_conflicts_hint()) }
            </dl>
        </>
    };
    card("results", texts.results_title(), aside, body)
}

fn end(texts: Texts, run: &Run, need_person: u32) -> (Mood, String) {
    match &run.end {
        RunEnd::Completed if need_person > 0 => (Mood::Warn, texts.end_attention(need_person)),
        RunEnd::Completed => (Mood::Good, texts.end_completed().into()),
        RunEnd::Cancelled => (Mood::Plain, texts.end_cancelled().into()),
        RunEnd::Failed { .. } => (Mood::Bad, texts.end_failed().into()),
        RunEnd::Interrupted => (Mood::Warn, texts.end_interrupted().into()),
    }
}

fn when(texts: Texts, run: &Run) -> Html {
    let Ok(ended) = Instant::parse(&run.ended) else { return html! { <time>{ &run.ended }</time> } };
    let ago = (now_ms() / 1000.0) as i64 - ended.seconds();
    let words = texts.results_ended(&exact_time(ended.seconds()), &relative_time(ago));
    html! { <time datetime={run.ended.clone()}>{ words }</time> }
}

fn table(texts: Texts, summary: &Summary) -> Html {
    let (crm, exchange) = (&summary.to_crm, &summary.to_exchange);
    let rows = [
        (texts.results_created(), crm.created, exchange.created),
        (texts.results_updated(), crm.updated, exchange.updated),
        (texts.results_deleted(), crm.deleted, exchange.deleted),
        (texts.results_skipped(), crm.skipped, exchange.skipped),
        (texts.results_failed(), crm.failed, exchange.failed),
    ];
    let cell = |count: u32| html! { <td class={(count == 0).then_some("zero")}>{ number(count) }</td> };
    let row = |(name, crm, exchange): (&'static str, u32, u32)| {
        html! { <tr><th scope="row">{ name }</th>{ cell(crm) }{ cell(exchange) }</tr> }
    };
    html! {
        <table>
            <caption class="unseen">{ texts.results_caption() }</caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">{ texts.results_in_crm() }</th>
                    <th scope="col">{ texts.results_in_exchange() }</th>
                </tr>
            </thead>
            <tbody>{ for rows.into_iter().map(row) }</tbody>
        </table>
    }
}

fn fact(name: &'static str, count: u32, hint: &'static str) -> Html {
    html! { <div><dt>{ name }</dt><dd><strong>{ number(count) }</strong>{ " " }<span class="hint">{ hint }</span></dd></div> }
}
