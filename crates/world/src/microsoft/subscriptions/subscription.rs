//! One subscription.

use super::Family;
use super::held::{Change, Held};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Whether a subscription's owner has to prove that it still may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::microsoft) enum Standing {
    /// No: all is well.
    #[default]
    Good,
    /// It was asked to, since the end is near.
    Asked,
    /// It was asked to, and until it does nothing is told.
    Paused,
}

/// One subscription.
#[derive(Clone, Debug)]
pub(in crate::microsoft) struct Subscription {
    pub(in crate::microsoft) id: String,
    /// The client id of whose it is.
    pub(in crate::microsoft) app: String,
    pub(in crate::microsoft) tenant: String,
    /// Who had signed in; nobody where the application acted for itself.
    pub(in crate::microsoft) creator: Option<String>,
    /// The object id of whose mailbox it looks at.
    pub(in crate::microsoft) user: String,
    pub(in crate::microsoft) family: Family,
    /// The id of the only folder that it looks at.
    pub(in crate::microsoft) folder: Option<String>,
    /// What it looks at, as it was asked for.
    pub(in crate::microsoft) resource: String,
    pub(in crate::microsoft) changes: Vec<Change>,
    pub(in crate::microsoft) notification_url: String,
    pub(in crate::microsoft) lifecycle_url: Option<String>,
    pub(in crate::microsoft) client_state: Option<String>,
    /// Whether its notices have immutable ids.
    pub(in crate::microsoft) immutable: bool,
    pub(in crate::microsoft) expires: Timestamp,
    pub(in crate::microsoft) standing: Standing,
}

impl Subscription {
    /// The subscription as Graph writes it.
    pub(in crate::microsoft) fn write(&self) -> Value {
        let changes: Vec<&str> = self.changes.iter().map(|change| change.name()).collect();
        json!({
            "id": self.id,
            "resource": self.resource,
            "applicationId": self.app,
            "changeType": changes.join(","),
            "clientState": self.client_state,
            "notificationUrl": self.notification_url,
            "notificationQueryOptions": null,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "expirationDateTime": self.expires.to_string(),
            "creatorId": self.creator.as_ref().unwrap_or(&self.app),
            "includeResourceData": null,
            "latestSupportedTlsVersion": "v1_2",
            "encryptionCertificate": null,
            "encryptionCertificateId": null,
            "notificationUrlAppId": null,
        })
    }

    /// What is told of an item that changed, by its id in the form that was asked for. Under ids of the default form a
    /// move makes another item.
    pub(super) fn told(&self, id: &str, before: Option<&Held>, after: Option<&Held>) -> Vec<(Change, String, Held)> {
        let seen = |held: &&Held| self.folder.as_ref().is_none_or(|folder| *folder == held.folder);
        let named = |change, held: &Held| {
            let id = if self.immutable { id } else { &held.default_id };
            (change, id.to_owned(), held.clone())
        };
        let told = match (before.filter(seen), after.filter(seen)) {
            (Some(before), Some(after)) if !self.immutable && before.default_id != after.default_id => {
                vec![named(Change::Deleted, before), named(Change::Created, after)]
            }
            (Some(_), Some(after)) => vec![named(Change::Updated, after)],
            (Some(before), None) => vec![named(Change::Deleted, before)],
            (None, Some(after)) => vec![named(Change::Created, after)],
            (None, None) => Vec::new(),
        };
        told.into_iter().filter(|(change, ..)| self.changes.contains(change)).collect()
    }

    /// What every notice says of its subscription.
    fn notice(&self) -> Value {
        let mut notice = json!({
            "subscriptionId": self.id,
            "subscriptionExpirationDateTime": self.expires.to_string(),
            "tenantId": self.tenant,
        });
        if let Some(client_state) = &self.client_state {
            notice["clientState"] = json!(client_state);
        }
        notice
    }

    /// The notice of an item that changed.
    pub(super) fn change_notice(&self, name: String, change: Change, id: &str, held: &Held) -> Value {
        let address = self.family.address(&self.user, &held.folder, id);
        let mut notice = self.notice();
        notice["id"] = json!(name);
        notice["changeType"] = json!(change.name());
        notice["resource"] = json!(address);
        notice["resourceData"] = json!({ "@odata.type": self.family.entity(), "@odata.id": address, "id": id });
        if change != Change::Deleted {
            notice["resourceData"]["@odata.etag"] = json!(format!("W/\"{}\"", held.change_key));
        }
        notice
    }

    /// The notice of what became of the subscription, and where it goes; `None` where nobody is told.
    ///
    /// See <https://learn.microsoft.com/en-us/graph/change-notifications-lifecycle-events>.
    pub(super) fn lifecycle_notice(&self, event: &str) -> Option<(String, Value)> {
        let is_told = self.family.is_of_outlook() || event == "reauthorizationRequired";
        let url = self.lifecycle_url.clone().filter(|_| is_told)?;
        let mut notice = self.notice();
        notice["lifecycleEvent"] = json!(event);
        Some((url, notice))
    }
}
