//! The form for a mailbox on an Exchange Server.

use crate::acts::use_acts;
use crate::function::Account;
use crate::i18n::use_texts;
use crate::state::{Connection, SignIn};
use crate::ui::{Button, Kind, maybe};
use web_sys::HtmlInputElement;
use yew::{AttrValue, Callback, Html, MouseEvent, NodeRef, Properties, component, html, use_effect_with, use_node_ref};

/// The [`ServerForm`].
#[derive(PartialEq, Properties)]
pub(crate) struct ServerFormProps {
    /// The connection.
    pub(crate) connection: Connection,
}

/// Address, name, password and server. What is typed in stays in the page's elements: a password is in no state.
#[component]
pub(crate) fn ServerForm(ServerFormProps { connection }: &ServerFormProps) -> Html {
    let texts = use_texts();
    let acts = use_acts();
    let [address, user, password, server] = [use_node_ref(), use_node_ref(), use_node_ref(), use_node_ref()];
    let known = connection.mailbox.as_ref().filter(|_| connection.is_on_server()).map(|known| known.address.clone());
    {
        // As a value of the element it would be put back whenever the page is drawn.
        let address = address.clone();
        use_effect_with(known, move |known| {
            if let (Some(known), Some(input)) = (known, address.cast::<HtmlInputElement>()) {
                input.set_value(known);
            }
        });
    }
    let connect = |hosts: Vec<AttrValue>| {
        let (acts, nodes) = (acts.clone(), [address.clone(), user.clone(), password.clone(), server.clone()]);
        Callback::from(move |_: MouseEvent| {
            let [address, user, password, server] = nodes.each_ref().map(value);
            let [address, user, server] = [address, user, server].map(|text| text.trim().to_owned());
            let user = if user.is_empty() { address.clone() } else { user };
            let server = Some(server).filter(|server| !server.is_empty());
            acts.connect_server(Account { address, user, server, password }, hosts.clone());
        })
    };
    let waiting = connection.sign_in == SignIn::Waiting;
    let agree = connection.hosts.last().map(|host| {
        let button = Button::new(texts.server_agree(host), Kind::Primary, connect(connection.hosts.clone())).html();
        html! { <><p>{ texts.server_agree_hint(host) }</p>{ button }</> }
    });
    html! {
        <details class="server">
            <summary>{ texts.server_title() }</summary>
            { field("server-address", texts.server_address(), "email", address.clone()) }
            { field("server-user", texts.server_user(), "text", user.clone()) }
            { field("server-password", texts.server_password(), "password", password.clone()) }
            { field("server-server", texts.server_server(), "url", server.clone()) }
            { maybe(agree) }
            <div class="buttons">
                { Button::new(texts.server_connect(), Kind::Plain, connect(Vec::new())).blocked(waiting).html() }
            </div>
        </details>
    }
}

fn value(node: &NodeRef) -> String {
    node.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
}

fn field(id: &'static str, label: &'static str, kind: &'static str, node: NodeRef) -> Html {
    html! {
        <p class="field">
            <label for={id}>{ label }</label>
            <input type={kind} {id} ref={node} autocomplete="off" />
        </p>
    }
}
