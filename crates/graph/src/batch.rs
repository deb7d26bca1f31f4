//! Several reads and writes in one request, whatever kind of items they are of.
//!
//! <https://learn.microsoft.com/en-us/graph/json-batching>

use crate::json::{filled, list, success};
use crate::mark::Mark;
use crate::place::Place;
use crate::task::TaskMark;
use crate::tasks::TimeZone;
use crate::wanted::Wanted;
use crate::{GraphError, contact, contacts, error, event, events, paging, task, task_fields, tasks};
use mxs_core::{CrmId, Date, ExchangeId, Field, Fields, Kind, Patch, Seen, Version};
use mxs_http::{Method, Request, Response, url};
use serde_json::{Map, Value, json};

/// The most parts that Graph takes in one batch.
pub const BATCH_MAX: usize = 20;

/// One read or write.
///
/// `folder` is what [`Field::Folder`] of the item says. A task is found in its list only. An event is read in its
/// calendar only where one is named, so that one which was moved or deleted isn't found; else it is found by its id
/// alone, wherever it is, as a contact always is.
///
/// To Do may not look at versions, so a change may overwrite what somebody wrote a moment before.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// Reads the body of an event as HTML: what [`Part::Update`] needs where [`needs_body`] says so.
    Body {
        /// The event.
        id: &'a ExchangeId,
    },
    /// Asks which calendar an event is in: the event itself doesn't say.
    ///
    /// An event that was deleted in Outlook can still be read under an immutable id; it is in no calendar, which Graph
    /// answers with [`crate::ErrorKind::NotFound`].
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/calendar-get>
    CalendarOf {
        /// The event.
        id: &'a ExchangeId,
    },
    /// Creates an item.
    Create {
        /// Where.
        place: &'a Place,
        /// Its contents.
        fields: &'a Fields,
        /// The CRM record it is the copy of.
        mark: &'a CrmId,
        /// Names the intent to create it: of two creations with the same name Graph carries out one. Events only.
        transaction: &'a str,
    },
    /// Deletes an item, if it still has this version. Deleting an occurrence cancels it.
    Delete {
        /// The item.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
        /// The version that was last read.
        version: &'a Version,
    },
    /// Reads an item, with its mark where it can be asked for: of tasks and events. An exception may have that of its
    /// series, see [`crate::marked::drop_inherited`].
    Get {
        /// The item.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
    },
    /// Finds our mark on a task, whichever record it names.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-list-linkedresources>
    FindMark {
        /// The task.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
    },
    /// Writes the provenance mark on an item and nothing else.
    ///
    /// A task has room for one linked resource. One that came from mail, or from another application, can't be
    /// marked and is refused; so is one that carries a mark of ours, unless that is named.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-post-singlevalueextendedproperties>,
    /// <https://learn.microsoft.com/en-us/graph/api/todotask-post-linkedresources>,
    /// <https://learn.microsoft.com/en-us/graph/api/linkedresource-update>
    Mark {
        /// The item.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
        /// The version that it must still have; `None` writes on any.
        version: Option<&'a Version>,
        /// The CRM record it belongs to.
        mark: &'a CrmId,
        /// What people read beside the mark of a task: the record's name.
        title: &'a str,
        /// The mark of ours on a task that is to name this record from now on, as [`Part::FindMark`] told it.
        instead_of: Option<&'a str>,
    },
    /// Finds the occurrence of a series on one day, so that it can be cancelled ([`Part::Delete`]) or changed.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/event-list-instances>
    Occurrence {
        /// The series.
        series: &'a ExchangeId,
        /// The day on which the rule puts it, in the user's zone.
        day: Date,
        /// The series' zone, as [`Field::Zone`] has it: the day is in it where the user's is not known.
        zone: &'a str,
    },
    /// Changes an item, if it still has this version.
    Update {
        /// The item.
        id: &'a ExchangeId,
        /// Where it is.
        folder: &'a str,
        /// The version that was last read.
        version: &'a Version,
        /// What changes.
        patch: &'a Patch,
        /// What the item held in that version.
        current: &'a Fields,
        /// The CRM record it belongs to, if it doesn't carry the mark yet and [`carries_mark`].
        mark: Option<&'a CrmId>,
        /// The body as [`Part::Body`] told it. Without it, notes are not written where [`needs_body`] asks for it.
        body: Option<&'a str>,
    },
}

/// What became of a part that succeeded.
#[derive(Clone, PartialEq, Eq)]
pub enum PartOutcome {
    /// The body as it is, as HTML.
    Body(String),
    /// The id of the calendar.
    Calendar(String),
    /// The item is deleted.
    Deleted,
    /// The item is marked; its version now is not told.
    Marked,
    /// The id of our mark on a task; `None` where it has none.
    Mark(Option<String>),
    /// The occurrence and its version; `None` where the series has none on that day.
    Occurrence(Option<(ExchangeId, Version)>),
    /// The item as it is. Of a contact, [`Field::Folder`] may name another folder than the one it was read in, or
    /// Deleted Items: see [`crate::folders`].
    Read(Seen),
    /// The item was created or changed.
    Written {
        /// Its id.
        id: ExchangeId,
        /// Its version now.
        version: Version,
        /// What it holds now, if Graph said all of it: Exchange may keep a value in its own way.
        stored: Option<Fields>,
    },
}

/// What people write is personal data.
impl std::fmt::Debug for PartOutcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Body(_) => f.write_str("Body"),
            Self::Calendar(_) => f.write_str("Calendar"),
            Self::Deleted => f.write_str("Deleted"),
            Self::Marked => f.write_str("Marked"),
            Self::Mark(id) => f.debug_tuple("Mark").field(id).finish(),
            Self::Occurrence(occurrence) => f.debug_tuple("Occurrence").field(occurrence).finish(),
            Self::Read(seen) => f.debug_tuple("Read").field(seen).finish(),
            Self::Written { id, version, stored } => {
                f.debug_struct("Written").field("id", id).field("version", version).field("stored", stored).finish()
            }
        }
    }
}

/// Whether [`Part::Update`] can write the mark. A task's mark is a resource of its own: it takes a [`Part::Mark`].
pub const fn carries_mark(kind: Kind) -> bool {
    match kind {
        Kind::Contact | Kind::Event => true,
        Kind::Task => false,
    }
}

/// Whether [`Part::Update`] needs the body that [`Part::Body`] reads. The body of an online meeting has a block with
/// the way into it; whoever writes the body without the block takes the meeting offline.
///
/// <https://learn.microsoft.com/en-us/graph/api/event-update>
pub fn needs_body(kind: Kind, patch: &Patch, current: &Fields) -> bool {
    kind == Kind::Event && patch.contains(Field::Notes) && current.get(Field::OnlineMeeting).is_some()
}

/// The first field of `patch` that the mailbox has no way to say in an item that now holds `current`; for a creation
/// that is nothing. The rest can be written; such a field is left out of what [`request`] writes, so whoever doesn't
/// ask loses it.
///
/// A rule may have no pattern with the same days; a task takes one when it is created, and with a due date only; and a
/// series in a zone that nobody knows can't be moved without leaving its hour. So may days of the `user`'s be none that
/// a rule has in the zone of the series.
pub fn unwritable(kind: Kind, patch: &Patch, current: &Fields, user: Option<&TimeZone>) -> Option<Field> {
    match kind {
        Kind::Contact => None,
        Kind::Task => {
            let after = patch.applied_to(current);
            let is_asked = patch.contains(Field::Recurrence) && after.get(Field::Recurrence).is_some();
            let is_lost = !current.is_empty() || task_fields::recurrence(&after, None).is_none();
            (is_asked && is_lost).then_some(Field::Recurrence)
        }
        Kind::Event => event::unwritable(patch, current, user),
    }
}

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
        Part::Delete { id, folder, version } => step(Method::Delete, item(kind, folder, id), Some(version), None),
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

/// Reads the answer to [`request`]: for each of `parts`, in their order, what became of it.
///
/// A part that Graph didn't answer is [`crate::ErrorKind::Unreadable`] with status 0: nobody knows whether
/// it was done.
pub fn parse(
    kind: Kind,
    response: &Response,
    parts: &[Part<'_>],
    wanted: &Wanted<'_>,
) -> Result<Vec<Result<PartOutcome, GraphError>>, GraphError> {
    read(response, parts, |part, status, body| {
        if let Part::Delete { .. } = part {
            return Ok(PartOutcome::Deleted);
        }
        let body = body.and_then(Value::as_object);
        if let (Kind::Event, Part::Get { .. }, Some(body)) = (kind, part, body)
            && event::is_plain_occurrence(body)
        {
            // It was an exception once, and is as its series has it again: as an item it is gone.
            let kind = crate::ErrorKind::NotFound;
            return Err(GraphError { kind, ..GraphError::unreadable(status) });
        }
        body.and_then(|body| outcome(kind, part, body, wanted)).ok_or_else(|| GraphError::unreadable(status))
    })
}

/// Reads a batch's answers in the order of its parts: for each what `outcome` makes of its status and body, if it
/// succeeded.
pub(crate) fn read<P, T>(
    response: &Response,
    parts: &[P],
    outcome: impl Fn(&P, u16, Option<&Value>) -> Result<T, GraphError>,
) -> Result<Vec<Result<T, GraphError>>, GraphError> {
    let batch = success(response)?;
    if !batch.get("responses").is_some_and(Value::is_array) {
        return Err(GraphError::unreadable(response.status));
    }
    let answers: Vec<&Map<String, Value>> = list(&batch, "responses").iter().filter_map(Value::as_object).collect();
    let outcomes = parts.iter().enumerate().map(|(index, part)| {
        let id = index.to_string();
        let answer = answers.iter().find(|answer| answer.get("id").and_then(Value::as_str) == Some(&id));
        let answer = answer.ok_or_else(|| GraphError::unreadable(0))?;
        let status = answer.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let (status, body) = (status.unwrap_or_default(), answer.get("body"));
        if !(200..300).contains(&status) {
            let retry_after = error::retry_after(answer.get("headers"));
            return Err(GraphError::from_parts(status, retry_after, body));
        }
        outcome(part, status, body)
    });
    Ok(outcomes.collect())
}

/// What a successful answer says; `None` if it doesn't say what it should.
fn outcome(kind: Kind, part: &Part<'_>, body: &Map<String, Value>, wanted: &Wanted<'_>) -> Option<PartOutcome> {
    match part {
        Part::Body { .. } => event::html_body(body).map(PartOutcome::Body),
        Part::CalendarOf { .. } => filled(body, "id").map(|id| PartOutcome::Calendar(id.to_owned())),
        Part::Delete { .. } => Some(PartOutcome::Deleted),
        Part::Get { folder, .. } => match kind {
            // Without its folder nobody knows whether a contact is there or deleted.
            Kind::Contact => contact::seen(body).filter(|(_, seen)| !seen.fields.text(Field::Folder).is_empty()),
            Kind::Task => tasks::read(body, folder, wanted),
            Kind::Event => event::seen(body, folder, wanted),
        }
        .map(|(_, seen)| PartOutcome::Read(seen)),
        Part::FindMark { .. } => task::own_link(body, wanted.org).map(PartOutcome::Mark),
        Part::Mark { .. } if !carries_mark(kind) => filled(body, "id").map(|_| PartOutcome::Marked),
        Part::Occurrence { day, zone, .. } => {
            events::occurrence(body, *day, event::days_zone(zone, wanted.zone)).map(PartOutcome::Occurrence)
        }
        Part::Create { place, .. } => written(kind, body, place.folder().unwrap_or_default(), wanted),
        Part::Mark { folder, .. } | Part::Update { folder, .. } => written(kind, body, folder, wanted),
    }
}

fn written(kind: Kind, body: &Map<String, Value>, folder: &str, wanted: &Wanted<'_>) -> Option<PartOutcome> {
    let (id, version) = contact::identity(body)?;
    let stored = match kind {
        Kind::Contact => contact::seen(body).filter(|_| contact::is_complete(body)).map(|(_, seen)| seen.fields),
        Kind::Task => tasks::stored(body, folder),
        Kind::Event => event::stored(body, folder, wanted.zone),
    };
    Some(PartOutcome::Written { id, version, stored })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::task_lists::ListId;

    const WANTED: Wanted<'_> = Wanted { org: "7", zone: None, record_url: None };

    fn parse(response: &Response, parts: &[Part<'_>]) -> Result<Vec<Result<PartOutcome, GraphError>>, GraphError> {
        super::parse(Kind::Contact, response, parts, &WANTED)
    }

    struct Given {
        id: ExchangeId,
        version: Version,
        crm: CrmId,
        fields: Fields,
        patch: Patch,
    }

    fn given() -> Given {
        Given {
            id: ExchangeId::new("AA/b="),
            version: Version::new("W/\"1\""),
            crm: CrmId::new("42"),
            fields: Fields::default().with(Field::Surname, "Lovelace"),
            patch: Patch::from_iter([(Field::Surname, None)]),
        }
    }

    impl Given {
        fn parts<'a>(&'a self, place: &'a Place, folder: &'a str) -> [Part<'a>; 5] {
            let Self { id, version, fields, patch, crm } = self;
            [
                Part::Create { place, fields, mark: crm, transaction: "T" },
                Part::Update { id, folder, version, patch, current: fields, mark: None, body: None },
                Part::Mark { id, folder, version: None, mark: crm, title: "Offer", instead_of: None },
                Part::Delete { id, folder, version },
                Part::Get { id, folder },
            ]
        }
    }

    fn json_of(request: &Request) -> Value {
        serde_json::from_slice(&request.body).expect("JSON")
    }

    #[test]
    fn a_batch_names_its_parts_in_order() {
        let given = given();
        let request = request(Kind::Contact, &given.parts(&Place::Contacts, ""), &WANTED);
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "/v1.0/$batch"));
        assert_eq!(request.headers.get("Content-Type"), Some("application/json"));
        let body = json_of(&request);
        let (url, prefer) = ("/me/contacts/AA%2Fb%3D", "IdType=\"ImmutableId\"");
        let mark = json!([{ "id": crate::mark::PROPERTY_ID, "value": "zoho:7:42" }]);
        let json = "application/json";
        assert_eq!(
            body,
            json!({ "requests": [
                { "id": "0", "method": "POST", "url": "/me/contacts", "headers": { "Prefer": prefer, "Content-Type": json },
                  "body": { "surname": "Lovelace", "singleValueExtendedProperties": mark } },
                { "id": "1", "method": "PATCH", "url": url,
                  "headers": { "Prefer": prefer, "Content-Type": json, "If-Match": "W/\"1\"" }, "body": { "surname": null } },
                { "id": "2", "method": "PATCH", "url": url, "headers": { "Prefer": prefer, "Content-Type": json },
                  "body": { "singleValueExtendedProperties": mark } },
                { "id": "3", "method": "DELETE", "url": url, "headers": { "Prefer": prefer, "If-Match": "W/\"1\"" } },
                { "id": "4", "method": "GET", "url": format!("{url}?$select={}", contact::SELECT), "headers": { "Prefer": prefer } },
            ] })
        );
    }

    fn contact(version: &str) -> Value {
        json!({ "id": "N", "@odata.etag": version, "surname": "L", "parentFolderId": "F" })
    }

    #[test]
    fn answers_are_put_in_the_order_of_the_parts() {
        let given = given();
        let mut full: Map<String, Value> =
            contact::SELECT.split(',').map(|name| (name.to_owned(), Value::Null)).collect();
        full.extend(contact("W/\"5\"").as_object().cloned().expect("an object"));
        let body = json!({ "responses": [
            { "id": "4", "status": 200, "body": contact("W/\"4\"") },
            { "id": "2", "status": 412, "body": { "error": { "code": "ErrorIrresolvableConflict" } } },
            { "id": "9", "status": 200, "body": {} },
            { "id": "0", "status": 201, "headers": {}, "body": full },
            { "id": "3", "status": 204, "body": null },
            { "id": "1", "status": 429, "headers": { "retry-after": "2.5" }, "body": { "error": { "code": "TooManyRequests" } } },
        ] });
        let response = Response::new(200).body("application/json", body.to_string());
        let fields = Fields::default().with(Field::Surname, "L").with(Field::Folder, "F");
        let error =
            |kind, status, code: &str, retry_after_ms| GraphError { kind, status, code: code.into(), retry_after_ms };
        let written = PartOutcome::Written {
            id: ExchangeId::new("N"),
            version: Version::new("W/\"5\""),
            stored: Some(fields.clone()),
        };
        assert_eq!(
            parse(&response, &given.parts(&Place::Contacts, "")),
            Ok(vec![
                Ok(written),
                Err(error(ErrorKind::Throttled, 429, "TooManyRequests", Some(2_500))),
                Err(error(ErrorKind::Stale, 412, "ErrorIrresolvableConflict", None)),
                Ok(PartOutcome::Deleted),
                Ok(PartOutcome::Read(Seen { fields, version: Version::new("W/\"4\""), mark: None })),
            ])
        );
    }

    #[test]
    fn a_part_without_a_usable_answer_is_unreadable() {
        let given = given();
        let parts = &given.parts(&Place::Contacts, "")[..1];
        let cases = [
            (json!([]), 0),
            (json!([{ "id": 0, "status": 201, "body": contact("1") }]), 0),
            (json!([{ "id": "0" }]), 0),
            (json!([{ "id": "0", "status": 99_999 }]), 0),
            (json!([{ "id": "0", "status": 201 }]), 201),
            (json!([{ "id": "0", "status": 201, "body": "PGh0bWw+" }]), 201),
            (json!([{ "id": "0", "status": 201, "body": { "id": "N" } }]), 201),
            (json!([{ "id": "0", "status": 404, "body": "PGh0bWw+" }]), 404),
        ];
        for (responses, status) in cases {
            let response = Response::new(200).body("application/json", json!({ "responses": responses }).to_string());
            assert_eq!(parse(&response, parts), Ok(vec![Err(GraphError::unreadable(status))]), "{responses}");
        }
    }

    #[test]
    fn a_batch_that_fails_as_a_whole_is_one_error() {
        let cases = [
            (200, "{}", ErrorKind::Unreadable),
            (200, "<html>", ErrorKind::Unreadable),
            (401, "", ErrorKind::SignInAgain),
            (429, "", ErrorKind::Throttled),
            (400, r#"{"error":{"code":"BadRequest"}}"#, ErrorKind::Refused),
        ];
        for (status, body, wanted) in cases {
            let found = parse(&Response::new(status).body("application/json", body), &[]);
            assert_eq!(found.map_err(|error| error.kind), Err(wanted), "{status} {body}");
        }
    }

    #[test]
    fn a_batch_of_tasks_names_their_list_and_marks_by_a_part_of_its_own() {
        let given = Given { fields: Fields::default().with(Field::Subject, "T"), ..given() };
        let place = Place::TaskList(ListId::new("L="));
        let zone = TimeZone::new("Europe/Berlin");
        let wanted = Wanted { org: "7", zone: zone.as_ref(), record_url: Some("https://crm/") };
        let patch = Patch::from_iter([(Field::Priority, mxs_core::Value::text("low"))]);
        let mut parts = given.parts(&place, "L=");
        if let Part::Update { patch: written, .. } = &mut parts[1] {
            *written = &patch;
        }
        let prefer = "IdType=\"ImmutableId\", outlook.timezone=\"Europe/Berlin\"";
        let typed = json!({ "Prefer": prefer, "Content-Type": "application/json" });
        let task = "/me/todo/lists/L%3D/tasks/AA%2Fb%3D";
        let link = |title: &str| {
            json!({ "applicationName": "MS Exchange Sync", "displayName": title, "externalId": "zoho:7:42",
                "webUrl": "https://crm/42" })
        };
        assert_eq!(
            json_of(&request(Kind::Task, &parts, &wanted)),
            json!({ "requests": [
                { "id": "0", "method": "POST", "url": "/me/todo/lists/L%3D/tasks", "headers": typed,
                  "body": { "title": "T", "linkedResources": [link("T")] } },
                { "id": "1", "method": "PATCH", "url": task,
                  "headers": { "Prefer": prefer, "Content-Type": "application/json", "If-Match": "W/\"1\"" },
                  "body": { "importance": "low" } },
                { "id": "2", "method": "POST", "url": format!("{task}/linkedResources"), "headers": typed, "body": link("Offer") },
                { "id": "3", "method": "DELETE", "url": task, "headers": { "Prefer": prefer, "If-Match": "W/\"1\"" } },
                { "id": "4", "method": "GET", "url": format!("{task}?$expand=linkedResources"), "headers": { "Prefer": prefer } },
            ] })
        );
        assert!(!carries_mark(Kind::Task) && carries_mark(Kind::Contact) && carries_mark(Kind::Event));

        let whole = json!({ "id": "N", "@odata.etag": "e", "title": "T", "importance": "normal", "isReminderOn": false,
            "status": "completed", "body": { "content": "", "contentType": "text" } });
        let body = json!({ "responses": [
            { "id": "0", "status": 201, "body": { "id": "N", "@odata.etag": "e" } },
            { "id": "1", "status": 200, "body": whole },
            { "id": "2", "status": 201, "body": { "id": "link" } },
            { "id": "3", "status": 400, "body": { "error": { "code": "invalidRequest",
                "innerError": { "code": "ParentFolderDoesNotContainTaskWithGivenId" } } } },
            { "id": "4", "status": 200, "body": whole },
        ] });
        let response = Response::new(200).body("application/json", body.to_string());
        let outcomes = super::parse(Kind::Task, &response, &parts, &wanted).expect("an answer");
        let (id, version) = (ExchangeId::new("N"), Version::new("e"));
        let fields =
            Fields::default().with(Field::Subject, "T").with(Field::Status, "completed").with(Field::Folder, "L=");
        let written = |stored| Ok(PartOutcome::Written { id: id.clone(), version: version.clone(), stored });
        assert_eq!(outcomes[..3], [written(None), written(Some(fields.clone())), Ok(PartOutcome::Marked)]);
        assert!(outcomes[3].as_ref().is_err_and(tasks::is_elsewhere), "{:?}", outcomes[3]);
        assert_eq!(outcomes[4], Ok(PartOutcome::Read(Seen { fields, version, mark: None })));
    }

    #[test]
    fn only_exchange_itself_says_that_an_event_is_in_no_calendar() {
        let id = ExchangeId::new("E=");
        let parts = [Part::CalendarOf { id: &id }];
        let asked = json_of(&request(Kind::Event, &parts, &WANTED));
        assert_eq!(asked["requests"][0]["url"], "/me/events/E%3D/calendar?$select=id");
        let cases = [
            (200, json!({ "id": "C" }), Ok(PartOutcome::Calendar("C".to_owned()))),
            (404, json!({ "error": { "code": "ErrorItemNotFound" } }), Err(ErrorKind::NotFound)),
            (404, json!("<html>"), Err(ErrorKind::Unreadable)),
            (200, json!({}), Err(ErrorKind::Unreadable)),
            (503, json!(null), Err(ErrorKind::Unavailable)),
        ];
        for (status, body, wanted) in cases {
            let body = json!({ "responses": [{ "id": "0", "status": status, "body": body }] });
            let response = Response::new(200).body("application/json", body.to_string());
            let outcomes = super::parse(Kind::Event, &response, &parts, &WANTED).expect("an answer");
            let kinds: Vec<_> = outcomes.into_iter().map(|outcome| outcome.map_err(|error| error.kind)).collect();
            assert_eq!(kinds, [wanted], "{body}");
        }
    }

    #[test]
    fn a_mark_on_a_task_is_found_and_changed() {
        let Given { id, crm, .. } = given();
        let parts = [
            Part::FindMark { id: &id, folder: "L=" },
            Part::Mark { id: &id, folder: "L=", version: None, mark: &crm, title: "Offer", instead_of: Some("a/b") },
        ];
        let request = json_of(&request(Kind::Task, &parts, &WANTED));
        let told =
            |index: usize| (request["requests"][index]["method"].clone(), request["requests"][index]["url"].clone());
        let marks = "/me/todo/lists/L%3D/tasks/AA%2Fb%3D/linkedResources";
        assert_eq!(told(0), (json!("GET"), json!(marks)));
        assert_eq!(told(1), (json!("PATCH"), json!(format!("{marks}/a%2Fb"))));
        let link = |application: &str, external: &str| json!({ "id": "1", "applicationName": application, "externalId": external });
        let answers = [
            (json!({ "value": [link("Outlook", ""), link("MS Exchange Sync", "zoho:7:1")] }), Some(Some("1"))),
            // Of another organisation, of another application, and none.
            (json!({ "value": [link("MS Exchange Sync", "zoho:8:1")] }), Some(None)),
            (json!({ "value": [link("Outlook", "zoho:7:1")] }), Some(None)),
            (json!({ "value": [] }), Some(None)),
            // Nobody knows.
            (json!({}), None),
        ];
        for (body, wanted) in answers {
            let answer = json!({ "responses": [{ "id": "0", "status": 200, "body": body }] });
            let response = Response::new(200).body("application/json", answer.to_string());
            let outcome = super::parse(Kind::Task, &response, &parts[..1], &WANTED).expect("an answer").remove(0).ok();
            let wanted = wanted.map(|id| PartOutcome::Mark(id.map(str::to_owned)));
            assert_eq!(outcome, wanted, "{answer}");
        }
    }
}
