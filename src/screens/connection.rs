//! Connecting a mailbox.

use crate::acts::use_acts;
use crate::i18n::use_texts;
use crate::state::{Connection, SignIn};
use crate::ui::{Badge, Button, Card, Dialog, Kind, Mood, TroubleBanner};
use yew::{Callback, Html, MouseEvent, Properties, component, html};

/// The [`ConnectionCard`].
#[derive(PartialEq, Properties)]
pub(crate) struct ConnectionCardProps {
    /// The connection.
    pub(crate) connection: Connection,
    /// Whether a sync goes on here: then the mailbox stays.
    pub(crate) syncing: bool,
}

/// The card about the mailbox.
#[component]
pub(crate) fn ConnectionCard(props: &ConnectionCardProps) -> Html {
    let texts = use_texts();
    let acts = use_acts();
    let ConnectionCardProps { connection, syncing } = props;
    let connect = |choose: bool| {
        let (acts, known) = (acts.clone(), connection.mailbox.clone());
        Callback::from(move |_: MouseEvent| acts.connect(known.clone(), choose))
    };
    let stop_waiting = {
        let acts = acts.clone();
        move |_: MouseEvent| acts.stop_waiting()
    };
    let (mood, state, hint) = match (&connection.mailbox, connection.sign_in) {
        (_, SignIn::Waiting) => (Mood::Plain, texts.connection_waiting(), ""),
        (None, _) => (Mood::Plain, texts.connection_none(), texts.connection_none_hint()),
        (Some(_), SignIn::Out) => (Mood::Warn, texts.connection_out(), texts.connection_out_hint()),
        (Some(_), SignIn::In) => (Mood::Good, texts.connection_in(), texts.connection_in_hint()),
    };
    let badge =
        html! { <span role="status" aria-label={texts.connection_state()}><Badge {mood} text={state} /></span> };
    let buttons = match (&connection.mailbox, connection.sign_in) {
        (_, SignIn::Waiting) => html! { <Button label={texts.connection_cancel()} onclick={stop_waiting} /> },
        (None, _) => html! {
            <Button label={texts.connection_connect()} kind={Kind::Primary} onclick={connect(false)} />
        },
        (Some(_), SignIn::Out) => html! {
            <>
                <Button label={texts.connection_sign_in()} kind={Kind::Primary} onclick={connect(false)} />
                <Button label={texts.connection_change()} onclick={connect(true)} />
            </>
        },
        (Some(_), SignIn::In) => html! {
            <Button label={texts.connection_change()} onclick={connect(true)} blocked={*syncing} />
        },
    };
    html! {
        <Card id="connection" title={texts.connection_title()} aside={badge}>
            if let Some(mailbox) = &connection.mailbox {
                <p class="mailbox">
                    <strong>{ &mailbox.name }</strong>
                    if mailbox.name != mailbox.address {
                        <span>{ &mailbox.address }</span>
                    }
                </p>
            }
            if !hint.is_empty() {
                <p class="hint">{ hint }</p>
            }
            if let Some(trouble) = &connection.trouble {
                <TroubleBanner trouble={trouble.clone()} />
            }
            <div class="buttons">{ buttons }</div>
            { other(props, &acts, texts) }
        </Card>
    }
}

/// The question that a sign-in to another mailbox raises.
fn other(props: &ConnectionCardProps, acts: &crate::acts::Acts, texts: crate::i18n::Texts) -> Html {
    let (Some(other), Some(now)) = (&props.connection.other, &props.connection.mailbox) else { return Html::default() };
    let take = {
        let acts = acts.clone();
        move |_: MouseEvent| acts.take_other()
    };
    let leave = {
        let acts = acts.clone();
        move |()| acts.leave_other()
    };
    html! {
        <Dialog
            id="other"
            title={texts.other_title()}
            body={texts.other_body(&other.address, &now.address)}
            confirm={texts.other_confirm(&other.address)}
            kind={Kind::Primary}
            keep={texts.other_keep()}
            onconfirm={take}
            onkeep={leave}
        />
    }
}
