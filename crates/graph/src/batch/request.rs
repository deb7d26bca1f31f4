//! The request of a batch.

use super::{BATCH_MAX, Part};
use crate::mark::Mark;
use crate::place::Place;
use crate::task::TaskMark;
use crate::wanted::Wanted;
use crate::{contact, contacts, event, events, paging, task, task_fields, tasks};
use mxs_core::{CrmId, ExchangeId, Field, Fields, Kind, Version};
use mxs_http::{Method, Request, url};
use serde_json::{Map, Value, json};

/// Builds the batch. Graph refuses more than [`BATCH_MAX`] parts: the caller cuts them up.
///
/// The parts don't depend on each other; Graph may run them in any order and at the same time.
pub fn request(kind: Kind, parts: &[Part<'_>], wanted: &Wanted<'_>) -> Request {
    envelope(parts.iter().map(|part| step(kind, part, wanted)).collect())
}

/// The batch of these steps.
pub(crate) fn envelope(steps: Vec<Step>) -> Request {
    debug_assert!(steps.len() <= BATCH_MAX, "Graph refuses more parts");
    let requests: Vec<Value> = steps.into_iter().enumerate().map(|(index, step)| step.json(index)).collect();
    Request::new(Method::Post, "/v1.0/$batch")
        .header("Accept", "application/json")
        .body("application/json", json!({ "requests": requests }).to_string())
}

fn step(kind: Kind, part: &Part<'_>, wanted: &Wanted<'_>) -> Step {
    let preference = match kind {
        Kind::Contact => None,
        Kind::Task => wanted.zone.map(tasks::TimeZone::preference),
        Kind::Event => Some(events::PREFERENCE.to_owned()),
    };
    let of = |crm| Mark { org: wanted.org, crm };
    let step = |method, url, version: Option<&Version>, body| Step {
        method,
        url,
        version: version.map(|version| version.as_str().to_owned()),
        preference: preference.clone(),
        body,
    };
    match part {
        Part::Body { id } => Step {
            preference: Some(events::HTML_PREFERENCE.to_owned()),
            ..step(Method::Get, format!("{}?$select=body", item(kind, "", id)), None, None)
        },
        Part::CalendarOf { id } => step(Method::Get, format!("{}/calendar?$select=id", item(kind, "", id)), None, None),
        Part::Create { place, fields, mark, transaction } => {
            let body = create_body(kind, fields, mark, transaction, wanted);
            step(Method::Post, items(place), None, Some(body))
        }
        Part::Delete { id, folder, version, .. } => step(Method::Delete, item(kind, folder, id), Some(version), None),
        Part::Get { id, folder } => {
            let query = match kind {
                Kind::Contact => format!("$select={}", contact::SELECT),
                Kind::Task => format!("$expand={}", task::LINKS),
                Kind::Event => events::query(),
            };
            let item = match kind {
                Kind::Event => events::item_in_calendar(folder, id),
                Kind::Contact | Kind::Task => item(kind, folder, id),
            };
            step(Method::Get, format!("{item}?{query}"), None, None)
        }
        Part::FindMark { id, folder } => step(Method::Get, marks(folder, id), None, None),
        Part::Mark { id, folder, version, mark, title, instead_of } => match kind {
            Kind::Contact | Kind::Event => {
                let body = json!({ crate::mark::MEMBER: of(mark).json() });
                step(Method::Patch, item(kind, folder, id), *version, Some(body))
            }
            Kind::Task => {
                let body = TaskMark { mark: of(mark), title, web_url: address(mark, wanted).as_deref() }.json();
                let (method, url) = match instead_of {
                    Some(old) => (Method::Patch, format!("{}/{}", marks(folder, id), url::encode(old))),
                    None => (Method::Post, marks(folder, id)),
                };
                step(method, url, None, Some(body))
            }
        },
        Part::Occurrence { series, day, .. } => {
            let url = format!("{}/instances?{}", item(kind, "", series), events::instances_query(*day));
            step(Method::Get, url, None, None)
        }
        Part::Update { id, folder, version, patch, current, mark, body } => {
            let body = match kind {
                Kind::Contact => contact::patch_body(patch, current, mark.map(of)),
                Kind::Task => task::patch_body(&task_fields::changes(patch, wanted.zone)),
                Kind::Event => event::patch_body(patch, current, mark.map(of), *body, wanted.zone),
            };
            step(Method::Patch, item(kind, folder, id), Some(version), Some(body))
        }
    }
}

fn create_body(kind: Kind, fields: &Fields, crm: &CrmId, transaction: &str, wanted: &Wanted<'_>) -> Value {
    let mark = Mark { org: wanted.org, crm };
    match kind {
        Kind::Contact => contact::create_body(fields, Some(mark)),
        Kind::Task => {
            let web_url = address(crm, wanted);
            let mark = TaskMark { mark, title: fields.text(Field::Subject), web_url: web_url.as_deref() };
            task::create_body(&task_fields::creation(fields, wanted.zone), Some(mark))
        }
        Kind::Event => event::create_body(fields, mark, transaction, wanted.zone),
    }
}

/// Where a CRM record is shown.
fn address(crm: &CrmId, wanted: &Wanted<'_>) -> Option<String> {
    wanted.record_url.map(|start| format!("{start}{}", crm.as_str()))
}

/// The address of a place's items.
fn items(place: &Place) -> String {
    match place {
        Place::Calendar { id, .. } => events::items_path(id.as_deref()),
        Place::ContactFolder(id) => contacts::items_path(Some(id)),
        Place::Contacts => contacts::items_path(None),
        Place::TaskList(list) => tasks::items_path(list.as_str()),
    }
}

/// The address of an item.
fn item(kind: Kind, folder: &str, id: &ExchangeId) -> String {
    let items = match kind {
        Kind::Contact => contacts::items_path(None),
        Kind::Task => tasks::items_path(folder),
        Kind::Event => events::items_path(None),
    };
    format!("{items}/{}", url::encode(id.as_str()))
}

/// The address of a task's marks.
fn marks(folder: &str, id: &ExchangeId) -> String {
    format!("{}/{}", item(Kind::Task, folder, id), task::LINKS)
}

/// One request of a batch.
pub(crate) struct Step {
    pub(crate) method: Method,
    /// The address behind the version.
    pub(crate) url: String,
    /// The version that the item must still have.
    pub(crate) version: Option<String>,
    /// A preference beside the form of ids.
    pub(crate) preference: Option<String>,
    pub(crate) body: Option<Value>,
}

impl Step {
    fn json(self, index: usize) -> Value {
        let mut headers = Map::new();
        headers.insert("Prefer".to_owned(), json!(paging::preferences(self.preference.as_deref())));
        if let Some(version) = self.version {
            headers.insert("If-Match".to_owned(), json!(version));
        }
        let mut json = Map::new();
        if let Some(body) = self.body {
            headers.insert("Content-Type".to_owned(), json!("application/json"));
            json.insert("body".to_owned(), body);
        }
        json.insert("headers".to_owned(), Value::Object(headers));
        json.insert("id".to_owned(), json!(index.to_string()));
        json.insert("method".to_owned(), json!(self.method.as_str()));
        json.insert("url".to_owned(), json!(self.url));
        Value::Object(json)
    }
}
