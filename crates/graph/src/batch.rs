//! Several reads and writes in one request.
//!
//! <https://learn.microsoft.com/en-us/graph/json-batching>

use crate::contacts::IMMUTABLE_ID;
use crate::json::{filled, list, success};
use crate::mark::Mark;
use crate::{GraphError, contact, error};
use mxs_core::{ExchangeId, Fields, Patch, Seen, Version};
use mxs_http::{Method, Request, Response, url};
use serde_json::{Map, Value, json};

/// The most parts that Graph takes in one batch.
pub const BATCH_MAX: usize = 20;

/// One read or write.
#[derive(Clone, Copy, Debug)]
pub enum Part<'a> {
    /// Creates a contact in the default folder.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/user-post-contacts>
    Create {
        /// Its contents.
        fields: &'a Fields,
        /// The CRM record it is the copy of.
        mark: Mark<'a>,
    },
    /// Deletes a contact, if it still has this version.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/contact-delete>
    Delete {
        /// The contact.
        id: &'a ExchangeId,
        /// The version that was last read.
        version: &'a Version,
    },
    /// Reads a contact.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/contact-get>
    Get {
        /// The contact.
        id: &'a ExchangeId,
    },
    /// Writes the provenance mark on a contact and nothing else.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/singlevaluelegacyextendedproperty-post-singlevalueextendedproperties>
    Mark {
        /// The contact.
        id: &'a ExchangeId,
        /// The version that it must still have; `None` writes on any.
        version: Option<&'a Version>,
        /// The CRM record it belongs to.
        mark: Mark<'a>,
    },
    /// Changes a contact, if it still has this version.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/contact-update>
    Update {
        /// The contact.
        id: &'a ExchangeId,
        /// The version that was last read.
        version: &'a Version,
        /// What changes.
        patch: &'a Patch,
        /// What the contact held in that version.
        current: &'a Fields,
        /// The CRM record it belongs to, if it doesn't carry the mark yet.
        mark: Option<Mark<'a>>,
    },
}

/// What became of a part that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartOutcome {
    /// The contact is deleted.
    Deleted,
    /// The contact as it is.
    Read {
        /// Its contents and version.
        seen: Seen,
        /// The folder it is in, which may be another than the default one, or Deleted Items: see
        /// [`crate::folders`].
        folder: String,
    },
    /// The contact was created or changed.
    Written {
        /// Its id.
        id: ExchangeId,
        /// Its version now.
        version: Version,
        /// What it holds now, if Graph said all of it: Exchange may keep a value in its own way.
        stored: Option<Fields>,
    },
}

/// Builds the batch. Graph refuses more than [`BATCH_MAX`] parts: the caller cuts them up.
///
/// The parts don't depend on each other; Graph may run them in any order and at the same time.
pub fn request(parts: &[Part<'_>]) -> Request {
    envelope(parts.iter().map(step).collect())
}

fn step<'a>(part: &Part<'a>) -> Step<'a> {
    let (method, id, version, body) = match part {
        Part::Create { fields, mark } => (Method::Post, None, None, Some(contact::create_body(fields, Some(*mark)))),
        Part::Delete { id, version } => (Method::Delete, Some(id), Some(*version), None),
        Part::Get { id } => (Method::Get, Some(id), None, None),
        Part::Mark { id, version, mark } => (
            Method::Patch,
            Some(id),
            *version,
            Some(contact::patch_body(&Patch::default(), &Fields::default(), Some(*mark))),
        ),
        Part::Update { id, version, patch, current, mark } => {
            (Method::Patch, Some(id), Some(*version), Some(contact::patch_body(patch, current, *mark)))
        }
    };
    let mut url = String::from("/me/contacts");
    if let Some(id) = id {
        url.push('/');
        url.push_str(&url::encode(id.as_str()));
    }
    if method == Method::Get {
        url.extend(["?$select=", contact::SELECT]);
    }
    Step { method, url, version: version.map(Version::as_str), preference: None, body }
}

/// One request of a batch, whatever it is about.
pub(crate) struct Step<'a> {
    pub(crate) method: Method,
    /// The address behind the version.
    pub(crate) url: String,
    /// The version that the item must still have.
    pub(crate) version: Option<&'a str>,
    /// A preference beside the form of ids.
    pub(crate) preference: Option<String>,
    pub(crate) body: Option<Value>,
}

/// Puts steps into one request.
pub(crate) fn envelope(steps: Vec<Step<'_>>) -> Request {
    debug_assert!(steps.len() <= BATCH_MAX, "Graph refuses more parts");
    let requests: Vec<Value> = steps.into_iter().enumerate().map(|(index, step)| step_json(index, step)).collect();
    Request::new(Method::Post, "/v1.0/$batch")
        .header("Accept", "application/json")
        .body("application/json", json!({ "requests": requests }).to_string())
}

fn step_json(index: usize, step: Step<'_>) -> Value {
    let mut headers = Map::new();
    let further = step.preference.map(|preference| format!(", {preference}")).unwrap_or_default();
    headers.insert("Prefer".to_owned(), json!(format!("{IMMUTABLE_ID}{further}")));
    if let Some(version) = step.version {
        headers.insert("If-Match".to_owned(), json!(version));
    }
    let mut json = Map::new();
    if let Some(body) = step.body {
        headers.insert("Content-Type".to_owned(), json!("application/json"));
        json.insert("body".to_owned(), body);
    }
    json.insert("headers".to_owned(), Value::Object(headers));
    json.insert("id".to_owned(), json!(index.to_string()));
    json.insert("method".to_owned(), json!(step.method.as_str()));
    json.insert("url".to_owned(), json!(step.url));
    Value::Object(json)
}

/// Reads the answer to [`request`]: for each of `parts`, in their order, what became of it.
///
/// A part that Graph didn't answer is [`crate::ErrorKind::Unreadable`] with status 0: nobody knows whether
/// it was done.
pub fn parse(response: &Response, parts: &[Part<'_>]) -> Result<Vec<Result<PartOutcome, GraphError>>, GraphError> {
    read(response, parts, outcome)
}

/// Reads the answer to [`envelope`]: for each of `parts`, in their order, what `outcome` makes of the status and
/// the body of its answer, if that is a success.
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

fn outcome(part: &Part<'_>, status: u16, body: Option<&Value>) -> Result<PartOutcome, GraphError> {
    if matches!(part, Part::Delete { .. }) {
        return Ok(PartOutcome::Deleted);
    }
    let unreadable = || GraphError::unreadable(status);
    let contact = body.and_then(Value::as_object).ok_or_else(unreadable)?;
    if matches!(part, Part::Get { .. }) {
        let seen = contact::seen(contact).map(|(_, seen)| seen);
        let folder = filled(contact, "parentFolderId").map(str::to_owned);
        return seen.zip(folder).map(|(seen, folder)| PartOutcome::Read { seen, folder }).ok_or_else(unreadable);
    }
    let (id, version) = contact::identity(contact).ok_or_else(unreadable)?;
    let stored = contact::is_complete(contact).then(|| contact::fields(contact));
    Ok(PartOutcome::Written { id, version, stored })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use mxs_core::{CrmId, Field};

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
        fn mark(&self) -> Mark<'_> {
            Mark { org: "7", crm: &self.crm }
        }

        fn parts(&self) -> [Part<'_>; 5] {
            let Self { id, version, fields, patch, .. } = self;
            [
                Part::Create { fields, mark: self.mark() },
                Part::Update { id, version, patch, current: fields, mark: None },
                Part::Mark { id, version: None, mark: self.mark() },
                Part::Delete { id, version },
                Part::Get { id },
            ]
        }
    }

    #[test]
    fn a_batch_names_its_parts_in_order() {
        let given = given();
        let request = request(&given.parts());
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "/v1.0/$batch"));
        assert_eq!(request.headers.get("Content-Type"), Some("application/json"));
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
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
        let fields = Fields::default().with(Field::Surname, "L");
        let error =
            |kind, status, code: &str, retry_after_ms| GraphError { kind, status, code: code.into(), retry_after_ms };
        let written = PartOutcome::Written {
            id: ExchangeId::new("N"),
            version: Version::new("W/\"5\""),
            stored: Some(fields.clone()),
        };
        assert_eq!(
            parse(&response, &given.parts()),
            Ok(vec![
                Ok(written),
                Err(error(ErrorKind::Throttled, 429, "TooManyRequests", Some(2_500))),
                Err(error(ErrorKind::Stale, 412, "ErrorIrresolvableConflict", None)),
                Ok(PartOutcome::Deleted),
                Ok(PartOutcome::Read {
                    seen: Seen { fields, version: Version::new("W/\"4\""), mark: None },
                    folder: "F".into(),
                }),
            ])
        );
    }

    #[test]
    fn a_part_without_a_usable_answer_is_unreadable() {
        let given = given();
        let parts = &given.parts()[..1];
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
}
