//! Starting a sync and watching it.

use crate::acts::use_acts;
use crate::browser::{Every, focus_if_lost};
use crate::i18n::{Texts, use_texts};
use crate::state::{AppState, Blocked, Stage, blocked};
use crate::ui::{Button, Kind, Mood, banner, card, maybe, progress_bar, trouble_banner};
use mxs_api::Progress;
use std::rc::Rc;
use yew::{Callback, Html, MouseEvent, Properties, component, html, use_effect_with};

/// How often the page asks whether a sync elsewhere is done.
const LOOK_MS: i32 = 4_000;

/// The [`SyncCard`].
#[derive(PartialEq, Properties)]
pub(crate) struct SyncCardProps {
    /// The page's state.
    pub(crate) state: Rc<AppState>,
}

/// The card with the button and the progress.
#[component]
pub(crate) fn SyncCard(SyncCardProps { state }: &SyncCardProps) -> Html {
    let texts = use_texts();
    let acts = use_acts();
    let elsewhere = state.run.stage == Stage::Elsewhere;
    {
        let acts = acts.clone();
        use_effect_with(elsewhere, move |elsewhere| {
            let every = elsewhere.then(|| Every::new(LOOK_MS, move || acts.look_again()));
            move || drop(every)
        });
    }
    let here = state.run.is_here();
    use_effect_with(here, move |_| {
        // The button that stopped it is gone now, and the focus with it.
        move || {
            if here {
                focus_if_lost("#sync .button");
            }
        }
    });
    let obstacle = blocked(&state.connection, &state.settings);
    let start = {
        let (acts, person, settings) = (acts.clone(), state.person.clone(), state.settings.saved.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(person) = person.clone() {
                acts.sync(person, &settings, false);
            }
        })
    };
    let cancel = Callback::from(move |_: MouseEvent| acts.cancel());
    let why = match (state.run.stage, obstacle) {
        (Stage::Idle, Some(obstacle)) => obstacle_text(texts, obstacle),
        (Stage::Idle, None) => texts.sync_ready(),
        (Stage::Here { .. } | Stage::Elsewhere, _) => "",
    };
    let label = if elsewhere { texts.try_again() } else { texts.sync_start() };
    let start =
        Button::new(label, Kind::Primary, start).blocked(obstacle.is_some() || here).described_by("sync-why").html();
    let progress = state.run.progress.as_ref();
    let (going_on, cancel) = match state.run.stage {
        Stage::Idle => Default::default(),
        Stage::Here { cancelling } => {
            let label = if cancelling { texts.sync_cancelling() } else { texts.sync_cancel() };
            (bar(texts, progress), Button::new(label, Kind::Plain, cancel).blocked(cancelling).html())
        }
        Stage::Elsewhere => {
            let seen = progress.map(|_| bar(texts, progress));
            let body = html! { <><p>{ texts.elsewhere_body() }</p>{ maybe(seen) }</> };
            (banner(Mood::Plain, texts.elsewhere_title(), body), Html::default())
        }
    };
    let body = html! {
        <>
            <p class="hint" id="sync-why">{ why }</p>
            { going_on }
            { maybe(state.run.trouble.as_ref().map(|trouble| trouble_banner(texts, trouble, Html::default()))) }
            <div class="buttons">{ start }{ cancel }</div>
            <p class="hint">{ texts.sync_linked(state.linked) }</p>
        </>
    };
    card("sync", texts.sync_title(), Html::default(), body)
}

fn obstacle_text(texts: Texts, obstacle: Blocked) -> &'static str {
    match obstacle {
        Blocked::Connection => texts.sync_needs_connection(),
        Blocked::SignIn => texts.sync_needs_sign_in(),
        Blocked::Off => texts.sync_needs_contacts(),
        Blocked::Save => texts.sync_needs_save(),
    }
}

fn bar(texts: Texts, progress: Option<&Progress>) -> Html {
    let (phase, done, total) = progress.map_or(("starting", 0, 0), |at| (at.phase.as_str(), at.done, at.total));
    let numbers = match (done, total) {
        (0, 0) => String::new(),
        (done, 0) => texts.sync_read(done),
        (done, total) => texts.sync_progress(done, total),
    };
    progress_bar(texts.sync_progress_label(), phase_text(texts, phase), numbers, done, total)
}

/// The words are those of `mxs_sync::Phase`; a sync elsewhere may be of a newer version.
fn phase_text(texts: Texts, word: &str) -> &'static str {
    match word {
        "reading-exchange" => texts.phase_reading_exchange(),
        "reading-crm" => texts.phase_reading_crm(),
        "recovering" => texts.phase_recovering(),
        "writing-crm" => texts.phase_writing_crm(),
        "writing-exchange" => texts.phase_writing_exchange(),
        "finishing" => texts.phase_finishing(),
        _ => texts.phase_starting(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use mxs_sync::Phase;

    #[test]
    fn every_phase_has_words_of_its_own() {
        const T: Texts = Texts::new(Lang::En);
        let phases = [
            Phase::ReadingExchange,
            Phase::ReadingCrm,
            Phase::Recovering,
            Phase::WritingCrm,
            Phase::WritingExchange,
            Phase::Finishing,
        ];
        for phase in phases {
            assert_ne!(phase_text(T, phase.word()), T.phase_starting(), "{phase:?}");
        }
    }
}
