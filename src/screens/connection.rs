//! Connecting a mailbox.

use crate::acts::{Acts, use_acts};
use crate::i18n::{Texts, use_texts};
use crate::state::{Connection, SignIn};
use crate::ui::{Button, Dialog, Kind, Mood, badge, card, maybe, trouble_banner};
use mxs_api::Mailbox;
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
    let connection = &props.connection;
    let (mood, state, hint) = match (&connection.mailbox, connection.sign_in) {
        (_, SignIn::Waiting) => (Mood::Plain, texts.connection_waiting(), ""),
        (None, _) => (Mood::Plain, texts.connection_none(), texts.connection_none_hint()),
        (Some(_), SignIn::Out) => (Mood::Warn, texts.connection_out(), texts.connection_out_hint()),
        (Some(_), SignIn::In) => (Mood::Good, texts.connection_in(), texts.connection_in_hint()),
    };
    let aside = html! { <span role="status" aria-label={texts.connection_state()}>{ badge(mood, state) }</span> };
    let body = html! {
        <>
            { maybe(connection.mailbox.as_ref().map(address)) }
            <p class="hint">{ hint }</p>
            { maybe(connection.trouble.as_ref().map(|trouble| trouble_banner(texts, trouble, Html::default()))) }
            <div class="buttons">{ buttons(props, &acts, texts) }</div>
            { other(connection, &acts, texts) }
        </>
    };
    card("connection", texts.connection_title(), aside, body)
}

fn address(mailbox: &Mailbox) -> Html {
    // Some accounts have no name but their address.
    let second = (mailbox.name != mailbox.address).then(|| html! { <span>{ mailbox.address.clone() }</span> });
    html! { <p class="mailbox"><strong>{ mailbox.name.clone() }</strong>{ maybe(second) }</p> }
}

fn buttons(props: &ConnectionCardProps, acts: &Acts, texts: Texts) -> Html {
    let connection = &props.connection;
    let connect = |choose: bool| {
        let (acts, known) = (acts.clone(), connection.mailbox.clone());
        Callback::from(move |_: MouseEvent| acts.connect(known.clone(), choose))
    };
    let change = |kind| Button::new(texts.connection_change(), kind, connect(true)).blocked(props.syncing).html();
    match (&connection.mailbox, connection.sign_in) {
        (_, SignIn::Waiting) => {
            let acts = acts.clone();
            let stop = Callback::from(move |_: MouseEvent| acts.stop_waiting());
            Button::new(texts.connection_cancel(), Kind::Plain, stop).html()
        }
        (None, _) => Button::new(texts.connection_connect(), Kind::Primary, connect(false)).html(),
        (Some(_), SignIn::Out) => {
            let again = Button::new(texts.connection_sign_in(), Kind::Primary, connect(false)).html();
            html! { <>{ again }{ change(Kind::Plain) }</> }
        }
        (Some(_), SignIn::In) => change(Kind::Plain),
    }
}

/// The question that a sign-in to another mailbox raises.
fn other(connection: &Connection, acts: &Acts, texts: Texts) -> Html {
    let (Some(other), Some(now)) = (&connection.other, &connection.mailbox) else { return Html::default() };
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
