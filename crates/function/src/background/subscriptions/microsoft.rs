//! Microsoft's part: a subscription for each place in a mailbox.

use super::keep::{Door, Lives};
use super::{Subscriptions, Trouble, wanted};
use crate::refusal::Refusal;
use crate::store::{Made, Subscription};
use mxs_graph::identity::Secret;
use mxs_graph::subscriptions::{self, Creation};
use mxs_graph::{ErrorKind, GraphError};
use mxs_http::{Request, Response};
use secrecy::{ExposeSecret, SecretString};

impl From<GraphError> for Trouble {
    fn from(error: GraphError) -> Self {
        tracing::warn!(%error, "a mailbox tells of no changes for now");
        Self::after(error.retry_after_ms.map(|wait_ms| wait_ms.div_ceil(1000)))
    }
}

impl Subscriptions {
    pub(super) async fn create_microsoft(&self, row: &Subscription, door: &Door) -> Result<Lives, Trouble> {
        let resource = wanted::resource(&row.wish.resource).ok_or_else(|| Refusal::unreadable("subscription"))?;
        let (url, now) = (self.microsoft_url(&door.address), self.app.now());
        let request = subscriptions::create(&Creation {
            resource: &resource,
            user: &row.graph_id,
            notification_url: &url,
            lifecycle_url: &format!("{url}/lifecycle"),
            client_state: &Secret::new(door.secret.expose_secret()),
            now,
        });
        let made = subscriptions::parse(&self.ask_microsoft(row, request).await?)?;
        Ok(self.lives_at_microsoft(&made))
    }

    /// `None` where it is no more, or isn't told here.
    pub(super) async fn renew_microsoft(
        &self,
        row: &Subscription,
        made: &Made,
        door: &Door,
    ) -> Result<Option<Lives>, Trouble> {
        let response = self.ask_microsoft(row, subscriptions::renew(&made.name, self.app.now())).await?;
        match subscriptions::parse(&response) {
            // The function has moved.
            Ok(renewed) if renewed.notification_url != self.microsoft_url(&door.address) => {
                self.end_microsoft(row, made).await?;
                Ok(None)
            }
            Ok(renewed) => Ok(Some(self.lives_at_microsoft(&renewed))),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn end_microsoft(&self, row: &Subscription, made: &Made) -> Result<(), Trouble> {
        match subscriptions::parse_done(&self.ask_microsoft(row, subscriptions::delete(&made.name)).await?) {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn lives_at_microsoft(&self, made: &subscriptions::Subscription) -> Lives {
        Lives {
            name: made.id.clone(),
            expires_ms: made.expires.as_millisecond(),
            renew_ms: made.renew_at(self.app.now()).as_millisecond(),
        }
    }

    fn microsoft_url(&self, address: &str) -> String {
        format!("{}/v1/notifications/microsoft/{address}", self.public_url)
    }

    async fn ask_microsoft(&self, row: &Subscription, request: Request) -> Result<Response, Trouble> {
        let owner = &row.wish.owner;
        let (access, _) = self.keys.microsoft(&self.app, &owner.org, owner.mailbox.unwrap_or_default()).await?;
        let authorization = SecretString::from(format!("Bearer {}", access.secret.expose_secret()));
        let sent = self.keys.outside().send(&self.keys.vendors().graph, Some(authorization), request);
        self.answered(sent.await, &access).await
    }
}
