//! Connecting a mailbox on an Exchange Server.

use super::Acts;
use crate::function::{Account, CallError};
use crate::state::Action;
use mxs_api::Mailbox;
use mxs_bridge::Trouble;
use wasm_bindgen_futures::spawn_local;
use yew::AttrValue;

impl Acts {
    /// Connects the mailbox that the account opens. Hosts are those of other domains that the person agreed to.
    pub(crate) fn connect_server(&self, account: Account, hosts: Vec<AttrValue>) {
        self.tell(Action::SignInBegun);
        let acts = self.clone();
        spawn_local(async move {
            match acts.try_server(&account, hosts).await {
                Ok(action) => acts.tell(action),
                Err(error) => {
                    acts.tell(Action::SignInFailed { trouble: Some(Trouble::from(&error)), still_in: false });
                }
            }
            acts.look_again();
        });
    }

    async fn try_server(&self, account: &Account, mut hosts: Vec<AttrValue>) -> Result<Action, CallError> {
        let function = &self.outside.function;
        let address = account.address.clone();
        let mailbox = Mailbox { id: address.to_lowercase(), address: address.clone(), name: address };
        let mailbox = function.connect(&mailbox).await?;
        let tested = function.connect_server(account, &hosts).await?;
        Ok(match (&tested.confirm, tested.code()) {
            (Some(host), _) => {
                hosts.push(host.clone().into());
                Action::HostFound(hosts)
            }
            (None, Some(code)) => Action::SignInFailed { trouble: Some(Trouble::new(code)), still_in: false },
            (None, None) => Action::Connected(mailbox),
        })
    }
}
