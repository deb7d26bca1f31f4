//! What is synced, and how.

use crate::acts::use_acts;
use crate::i18n::use_texts;
use crate::state::{Action, SettingsForm, Way};
use crate::ui::{Button, Card, Choice, Kind, RadioGroup, Switch, TroubleBanner};
use mxs_core::Winner;
use yew::{Html, MouseEvent, Properties, component, html};

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
        move |on| acts.tell(Action::SetContacts(on))
    };
    let set_way = {
        let acts = acts.clone();
        move |place: usize| acts.tell(Action::SetWay(WAYS[place]))
    };
    let set_winner = {
        let acts = acts.clone();
        move |place: usize| acts.tell(Action::SetWinner(WINNERS[place]))
    };
    let ways = vec![
        choice(texts.settings_both(), texts.settings_both_hint()),
        choice(texts.settings_to_crm(), texts.settings_to_crm_hint()),
        choice(texts.settings_to_exchange(), texts.settings_to_exchange_hint()),
    ];
    let winners = vec![choice(texts.settings_winner_crm(), ""), choice(texts.settings_winner_exchange(), "")];
    html! {
        <Card id="settings" title={texts.settings_title()}>
            <Switch
                id="contacts"
                label={texts.settings_contacts()}
                hint={texts.settings_contacts_hint()}
                on={form.contacts}
                onchange={set_contacts}
            />
            if form.contacts {
                <RadioGroup
                    name="direction"
                    legend={texts.settings_direction()}
                    choices={ways}
                    chosen={WAYS.iter().position(|way| *way == form.way).unwrap_or_default()}
                    onchoose={set_way}
                />
                if form.way == Way::Both {
                    <RadioGroup
                        name="winner"
                        legend={texts.settings_winner()}
                        choices={winners}
                        chosen={WINNERS.iter().position(|winner| *winner == form.winner).unwrap_or_default()}
                        onchoose={set_winner}
                    />
                }
            }
            if let Some(trouble) = &form.trouble {
                <TroubleBanner trouble={trouble.clone()} />
            }
            <SaveBar form={form.clone()} />
        </Card>
    }
}

fn choice(label: &'static str, hint: &'static str) -> Choice {
    Choice { label: label.into(), hint: hint.into() }
}

/// Save and discard. They are there as long as there is something to save, and the note tells when it is.
#[component]
fn SaveBar(SettingsCardProps { form }: &SettingsCardProps) -> Html {
    let texts = use_texts();
    let acts = use_acts();
    let save = {
        let (acts, draft) = (acts.clone(), form.draft());
        move |_: MouseEvent| acts.save(draft)
    };
    let discard = move |_: MouseEvent| acts.tell(Action::Discard);
    let note = match (form.saving, form.is_dirty(), form.just_saved) {
        (true, _, _) => texts.settings_saving(),
        (false, true, _) => texts.settings_dirty(),
        (false, false, true) => texts.settings_saved(),
        (false, false, false) => "",
    };
    let nothing = !form.is_dirty() || form.saving;
    html! {
        <div class="buttons">
            <Button label={texts.settings_save()} kind={Kind::Primary} onclick={save} blocked={nothing} />
            <Button label={texts.settings_discard()} onclick={discard} blocked={nothing} />
            <span class="note" role="status">{ note }</span>
        </div>
    }
}
