//! What is synced, and how.

use crate::acts::{Acts, use_acts};
use crate::i18n::{Texts, use_texts};
use crate::state::{Action, SettingsForm, Way};
use crate::ui::{Button, Choice, Kind, RadioGroup, card, maybe, switch, trouble_banner};
use mxs_core::Winner;
use yew::{Callback, Html, MouseEvent, Properties, component, html};

const WAYS: [Way; 3] = [Way::Both, Way::ToCrm, Way::ToExchange];
const WINNERS: [Winner; 2] = [Winner::Crm, Winner::Exchange];

/// The [`SettingsCard`].
#[derive(PartialEq, Properties)]
pub(crate) struct SettingsCardProps {
    /// The form.
    pub(crate) form: SettingsForm,
}

/// The card with the form.
#[component]
pub(crate) fn SettingsCard(SettingsCardProps { form }: &SettingsCardProps) -> Html {
    let texts = use_texts();
    let acts = use_acts();
    let set_contacts = {
        let acts = acts.clone();
        Callback::from(move |on| acts.tell(Action::SetContacts(on)))
    };
    let contacts =
        switch("contacts", texts.settings_contacts(), texts.settings_contacts_hint(), form.contacts, set_contacts);
    let body = html! {
        <>
            { contacts }
            { maybe(form.contacts.then(|| ways(form, &acts, texts))) }
            { maybe((form.contacts && form.way == Way::Both).then(|| winners(form, &acts, texts))) }
            { maybe(form.trouble.as_ref().map(|trouble| trouble_banner(texts, trouble, Html::default()))) }
            { save_bar(form, &acts, texts) }
        </>
    };
    card("settings", texts.settings_title(), Html::default(), body)
}

fn ways(form: &SettingsForm, acts: &Acts, texts: Texts) -> Html {
    let acts = acts.clone();
    RadioGroup {
        name: "direction",
        legend: texts.settings_direction(),
        choices: &[
            Choice { label: texts.settings_both(), hint: texts.settings_both_hint() },
            Choice { label: texts.settings_to_crm(), hint: texts.settings_to_crm_hint() },
            Choice { label: texts.settings_to_exchange(), hint: texts.settings_to_exchange_hint() },
        ],
        chosen: WAYS.iter().position(|way| *way == form.way),
        onchoose: Callback::from(move |place: usize| acts.tell(Action::SetWay(WAYS[place]))),
    }
    .html()
}

fn winners(form: &SettingsForm, acts: &Acts, texts: Texts) -> Html {
    let acts = acts.clone();
    RadioGroup {
        name: "winner",
        legend: texts.settings_winner(),
        choices: &[
            Choice { label: texts.settings_winner_crm(), hint: "" },
            Choice { label: texts.settings_winner_exchange(), hint: "" },
        ],
        chosen: WINNERS.iter().position(|winner| *winner == form.winner),
        onchoose: Callback::from(move |place: usize| acts.tell(Action::SetWinner(WINNERS[place]))),
    }
    .html()
}

/// Save and discard. They are always there, so that the focus stays where it was; the note tells how things
/// stand.
fn save_bar(form: &SettingsForm, acts: &Acts, texts: Texts) -> Html {
    let save = {
        let (acts, draft) = (acts.clone(), form.draft());
        Callback::from(move |_: MouseEvent| acts.save(draft.clone()))
    };
    let discard = {
        let acts = acts.clone();
        Callback::from(move |_: MouseEvent| acts.tell(Action::Discard))
    };
    let note = match (form.saving, form.is_dirty(), form.just_saved) {
        (true, _, _) => texts.settings_saving(),
        (false, true, _) => texts.settings_dirty(),
        (false, false, true) => texts.settings_saved(),
        (false, false, false) => "",
    };
    let nothing = !form.is_dirty() || form.saving;
    html! {
        <div class="buttons">
            { Button::new(texts.settings_save(), Kind::Primary, save).blocked(nothing).html() }
            { Button::new(texts.settings_discard(), Kind::Plain, discard).blocked(nothing).html() }
            <span class="hint" role="status">{ note }</span>
        </div>
    }
}
