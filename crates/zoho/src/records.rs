//! Reading and writing the records of a module.

use crate::json::{self, DATA, filled, is_none_or, object, objects, rows};
use crate::names::{CREATED, MODIFIED};
use crate::owners::quoted;
use crate::{Known, Module, Names, Owners, ZohoError, clock, error, record};
use mxs_core::{CrmId, Field, Fields, Instant, Patch, Seen, Side, VendorRefusal, Version};
use mxs_http::{Method, Request, Response, url};
use serde_json::{Map, Value, json};

/// The most rows that one query gives.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
pub const QUERY_LIMIT: usize = 2000;

/// How many rows the first query for changes asks for: they are few as a rule, and up to so many cost one credit
/// instead of three.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html>
const FIRST_LIMIT: usize = 200;

/// The most records that are looked up, and the most ids that are deleted, with one request.
pub const LOOKUP_MAX: usize = 100;

/// The most records that one query names.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
pub const IDS_MAX: usize = 50;

/// The most records that one request inserts, updates or deletes.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>
pub const WRITE_MAX: usize = 100;

/// The most rows of a list of deleted records.
const DELETED_PAGE: usize = 200;

/// What the CRM starts on its own when a record is written: nothing.
///
/// A person who edits one record wants the workflows that go with it. A sync writes what a person already
/// did elsewhere, and the first one writes thousands of records: each could mail a customer, open an
/// approval that locks the record, or change the record back and start a loop.
const TRIGGER: [&str; 0] = [];

/// A record as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: CrmId,
    /// Its contents and version.
    pub seen: Seen,
    /// When it was created, by the CRM's clock.
    pub created: Instant,
    /// When it was last changed, by the CRM's clock. The moment of its creation if nobody has changed it.
    pub modified: Instant,
}

/// One page of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The records, by ascending id.
    pub records: Vec<Record>,
    /// Those of the page that hold what can't be read.
    pub unreadable: Vec<CrmId>,
    /// Whether there are more: ask again, after [`Page::last`].
    pub more: bool,
    /// When the CRM answered, by its own clock, if it said so.
    pub answered: Option<Instant>,
}

impl Page {
    /// The record after which the next page begins.
    pub fn last(&self) -> Option<&CrmId> {
        // Ids are numbers: of two, the longer is the greater.
        self.records
            .iter()
            .map(|record| &record.id)
            .chain(&self.unreadable)
            .max_by_key(|id| (id.as_str().len(), id.as_str()))
    }
}

/// A record that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: CrmId,
    /// The CRM user who owns it.
    pub owner: String,
    /// When it was last changed, by the CRM's clock.
    pub modified: Instant,
}

/// One page of the list of deleted records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeletedPage {
    /// The records.
    pub ids: Vec<CrmId>,
    /// Whether there are more: ask for the next page.
    pub more: bool,
}

/// A record that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its id.
    pub id: CrmId,
    /// When, by the CRM's clock.
    pub modified: Instant,
}

/// The version of a record that was last changed at `modified`. The CRM writes the same moment with
/// different offsets for different users; this doesn't.
pub fn version(modified: Instant) -> Version {
    Version::new(modified.to_string())
}

/// Asks for the records of `owners`, with ids above `after`: those changed at `since` or later, or all.
///
/// A page is cut by id and not by offset: records that change meanwhile shift nothing, and there is no
/// limit of 100,000.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html>
pub fn changes(names: &Names, owners: &Owners, since: Option<Instant>, after: Option<&CrmId>) -> Request {
    let limit = if since.is_some() && after.is_none() { FIRST_LIMIT } else { QUERY_LIMIT };
    let since = since.map(|since| format!("{MODIFIED} >= {}", quoted(&since.to_string())));
    let after = after.map(|after| format!("id > {}", quoted(after.as_str())));
    // The query language takes two criteria at a time; each pair needs its brackets.
    let mut criteria = String::new();
    for criterion in [owners.criterion(), since, after].into_iter().flatten() {
        criteria = if criteria.is_empty() { criterion } else { format!("({criteria} and {criterion})") };
    }
    if criteria.is_empty() {
        // There is no query without a criterion.
        "id is not null".clone_into(&mut criteria);
    }
    let (columns, module) = (names.selected().join(", "), names.module().api_name());
    query(&format!("select {columns} from {module} where {criteria} order by id asc limit {limit}"))
}

/// Asks for these records, [`IDS_MAX`] at most, as far as they belong to `owners`. The answer is read as that to
/// [`changes`].
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html>
pub fn these(names: &Names, owners: &Owners, ids: &[CrmId]) -> Request {
    debug_assert!(ids.len() <= IDS_MAX, "the CRM refuses more");
    let ids: Vec<String> = ids.iter().map(|id| quoted(id.as_str())).collect();
    let these = format!("id in ({})", ids.join(", "));
    let criteria = owners.criterion().map_or_else(|| these.clone(), |owners| format!("({owners} and {these})"));
    let (columns, module) = (names.selected().join(", "), names.module().api_name());
    query(&format!("select {columns} from {module} where {criteria} order by id asc limit {FIRST_LIMIT}"))
}

/// A query.
pub(crate) fn query(text: &str) -> Request {
    send(Method::Post, "/crm/v8/coql", &json!({ "select_query": text }))
}

/// Reads the answer to [`changes`].
///
/// A row without one of the columns that were asked for makes the page unreadable: to take the missing
/// field for empty would empty it on the other side. One with a value that can't be read waits alone.
///
/// Where [`Names::needs_details`], the records are still to be completed: [`crate::details`].
pub fn parse_page(names: &Names, response: &Response) -> Result<Page, ZohoError> {
    let answer = rows(response, DATA)?;
    let mut page = Page { answered: clock::answered(response), ..Page::default() };
    for row in objects(&answer) {
        let row = row.filter(|row| record::is_complete(names, row)).and_then(|row| Some((filled(row, "id")?, row)));
        let (id, row) = row.ok_or_else(|| ZohoError::unreadable(response.status))?;
        match read(names, id, row) {
            Some(record) => page.records.push(record),
            None => page.unreadable.push(CrmId::new(id)),
        }
    }
    let rows = page.records.len() + page.unreadable.len();
    let more = more(&answer, [FIRST_LIMIT, QUERY_LIMIT].contains(&rows));
    // One without a row that has more would be asked for ever.
    page.more = more.filter(|more| !more || rows > 0).ok_or_else(|| ZohoError::unreadable(response.status))?;
    Ok(page)
}

fn read(names: &Names, id: &str, row: &Map<String, Value>) -> Option<Record> {
    if !record::is_readable(names, row) {
        return None;
    }
    let created = Instant::parse(filled(row, CREATED)?).ok()?;
    let modified = Instant::parse(filled(row, MODIFIED)?).ok()?;
    let seen = Seen { fields: record::fields(names, row), version: version(modified), mark: None };
    Some(Record { id: CrmId::new(id), seen, created, modified })
}

/// The path of a module's records.
pub(crate) fn path(module: Module) -> String {
    format!("/crm/v8/{}", module.api_name())
}

/// The parameters with which a look-up finds whatever exists: records that wait for approval, and leads that
/// were converted.
pub(crate) const fn whole(module: Module) -> &'static str {
    match module {
        Module::Leads => "&approved=both&converted=both",
        Module::Contacts | Module::Tasks | Module::Events => "&approved=both",
    }
}

/// Asks which of `ids` exist, [`LOOKUP_MAX`] at most. A record that waits for approval exists too, and so does
/// a lead that was converted: [`crate::leads`] tells what became of it.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/get-records.html>
pub fn lookup(module: Module, ids: &[CrmId]) -> Request {
    debug_assert!(ids.len() <= LOOKUP_MAX, "the CRM refuses more");
    let (path, ids, whole) = (path(module), joined(ids), whole(module));
    Request::new(Method::Get, format!("{path}?ids={ids}&fields=Owner,{MODIFIED}{whole}"))
}

/// Reads the answer to [`lookup`]: the records that exist and that the user may see. For those that are
/// missing, [`deleted`] tells deleted from out of sight.
pub fn parse_lookup(response: &Response) -> Result<Vec<Found>, ZohoError> {
    let answer = rows(response, DATA)?;
    let found = |row: &Map<String, Value>| {
        let modified = Instant::parse(filled(row, MODIFIED)?).ok()?;
        Some(Found { id: CrmId::new(filled(row, "id")?), owner: record::owner(row)?.to_owned(), modified })
    };
    let found: Option<Vec<Found>> = objects(&answer).map(|row| found(row?)).collect();
    found.ok_or_else(|| ZohoError::unreadable(response.status))
}

/// Asks for the records that were deleted at `since` or later, into the recycle bin or for good. `page`
/// counts from 1.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/get-deleted-records.html>
pub fn deleted(module: Module, since: Option<Instant>, page: u32) -> Request {
    let path = path(module);
    let url = format!("{path}/deleted?type=all&page={page}&per_page={DELETED_PAGE}");
    let request = Request::new(Method::Get, url);
    match since {
        // "Since" means later than, in whole seconds: what was deleted in that very second would be missed.
        Some(since) => request.header("If-Modified-Since", Instant::from_seconds(since.seconds() - 1).to_string()),
        None => request,
    }
}

/// Reads the answer to [`deleted`].
pub fn parse_deleted(response: &Response) -> Result<DeletedPage, ZohoError> {
    let answer = rows(response, DATA)?;
    let ids: Option<Vec<CrmId>> = objects(&answer).map(|row| Some(CrmId::new(filled(row?, "id")?))).collect();
    let read = ids.and_then(|ids| Some((more(&answer, ids.len() == DELETED_PAGE)?, ids)));
    let (more, ids) = read.ok_or_else(|| ZohoError::unreadable(response.status))?;
    Ok(DeletedPage { more: more && !ids.is_empty(), ids })
}

/// Creates records that belong to `owner`, [`WRITE_MAX`] at most, without what is
/// [left out](crate::record::left_out). Not safe to repeat when no answer came: [`changes`] tells what was
/// created.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html>
pub fn insert(names: &Names, owner: &str, records: &[&Fields], known: &Known) -> Request {
    let row = |fields: &&Fields| {
        let mut row = record::create_body(names, fields, known);
        row.insert("Owner".to_owned(), json!({ "id": owner }));
        Value::Object(row)
    };
    write(Method::Post, &path(names.module()), records.iter().map(row).collect())
}

/// Changes records, [`WRITE_MAX`] at most, without what is [left out](crate::record::left_out_of_update).
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/update-records.html>
pub fn update(names: &Names, records: &[(CrmId, &Patch)], known: &Known) -> Request {
    let row = |(id, patch): &(CrmId, &Patch)| {
        let mut row = record::patch_body(names, id, patch, known);
        row.insert("id".to_owned(), json!(id.as_str()));
        Value::Object(row)
    };
    write(Method::Put, &path(names.module()), records.iter().map(row).collect())
}

/// Makes `owner` the owner of records, [`WRITE_MAX`] at most.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/update-records.html>
pub fn give(module: Module, ids: &[CrmId], owner: &str) -> Request {
    let row = |id: &CrmId| json!({ "id": id.as_str(), "Owner": { "id": owner } });
    write(Method::Put, &path(module), ids.iter().map(row).collect())
}

/// Puts records into the recycle bin, [`WRITE_MAX`] at most.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html>
pub fn delete(module: Module, ids: &[CrmId]) -> Request {
    debug_assert!(ids.len() <= WRITE_MAX, "the CRM refuses more");
    let (path, ids) = (path(module), joined(ids));
    Request::new(Method::Delete, format!("{path}?ids={ids}&wf_trigger=false"))
}

pub(crate) fn write(method: Method, path: &str, rows: Vec<Value>) -> Request {
    debug_assert!(rows.len() <= WRITE_MAX, "the CRM refuses more");
    send(method, path, &json!({ "data": rows, "trigger": TRIGGER }))
}

fn send(method: Method, url: &str, body: &Value) -> Request {
    Request::new(method, url).body("application/json", body.to_string())
}

/// Reads the answer to [`insert`] and [`update`], for each of the `count` records in their order.
pub fn parse_written(
    names: &Names,
    response: &Response,
    count: usize,
) -> Result<Vec<Result<Written, VendorRefusal>>, ZohoError> {
    outcomes(Some(names), response, count, |details| {
        let modified = Instant::parse(filled(details, MODIFIED)?).ok()?;
        Some(Written { id: CrmId::new(filled(details, "id")?), modified })
    })
}

/// Reads the answer to [`delete`], for each of the `count` ids in their order.
pub fn parse_delete(response: &Response, count: usize) -> Result<Vec<Result<CrmId, VendorRefusal>>, ZohoError> {
    outcomes(None, response, count, |details| Some(CrmId::new(filled(details, "id")?)))
}

/// What became of each record of a write. The CRM answers with 200, 201, 202, 207 or 400, as all, some or
/// none succeed; the rows say it for each. Refused fields are told by their `names`.
pub(crate) fn outcomes<T>(
    names: Option<&Names>,
    response: &Response,
    count: usize,
    read: impl Fn(&Map<String, Value>) -> Option<T>,
) -> Result<Vec<Result<T, VendorRefusal>>, ZohoError> {
    let body = json::parse(&response.body).filter(|body| body.get(DATA).is_some_and(Value::is_array));
    let body = body.ok_or_else(|| ZohoError::of(response))?;
    let outcome = |row: Option<&Map<String, Value>>| {
        let row = row?;
        match filled(row, "status")? {
            SUCCESS => read(object(row, "details")?).map(Ok),
            REFUSED => Some(Err(refusal(names, row, response.status))),
            // Whoever took this for a refusal would write it once more.
            _ => None,
        }
    };
    let outcomes: Option<Vec<_>> = objects(&body).map(outcome).collect();
    // Fewer or more rows than records: nobody knows which row is whose.
    outcomes.filter(|rows| rows.len() == count).ok_or_else(|| ZohoError::unreadable(response.status))
}

/// How the CRM says that a record was written.
pub(crate) const SUCCESS: &str = "success";

/// How it says that it was not.
pub(crate) const REFUSED: &str = "error";

/// The refusal of one record.
fn refusal(names: Option<&Names>, row: &Map<String, Value>, status: u16) -> VendorRefusal {
    let details = object(row, "details");
    let field = details.and_then(|details| at_fault(names?, details));
    let length = details.and_then(|details| details.get("maximum_length"));
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    VendorRefusal {
        side: Side::Crm,
        // Among successes, the status of the whole says nothing of this one.
        status: if status < 400 { 400 } else { status },
        code: error::code(row),
        field,
        max_length: length.and_then(number).and_then(|length| u32::try_from(length).ok()),
    }
}

/// The field that the CRM found at fault: by its name, or, where that is the name of a part of it, by the path
/// to that part, `$.data[0].Tag[2].name`.
fn at_fault(names: &Names, details: &Map<String, Value>) -> Option<Field> {
    let named = filled(details, "api_name").and_then(|name| names.field(name));
    named.or_else(|| {
        let (_, path) = filled(details, "json_path")?.strip_prefix("$.data[")?.split_once("].")?;
        names.field(path.split(['.', '[']).next()?)
    })
}

/// Whether the CRM has more; where it doesn't say, a full page means yes. `None` if what it says can't be read: what
/// is only a part would be taken for all.
pub(crate) fn more(answer: &Map<String, Value>, full: bool) -> Option<bool> {
    let says = |info: &Value| info.as_object().is_some_and(|info| is_none_or(info, "more_records", Value::is_boolean));
    let said = || object(answer, "info").and_then(|info| info.get("more_records")).and_then(Value::as_bool);
    is_none_or(answer, "info", says).then(|| said().unwrap_or(full))
}

pub(crate) fn joined(ids: &[CrmId]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| url::encode(id.as_str())).collect();
    ids.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use mxs_core::Value as FieldValue;

    fn answer(status: u16, body: &Value) -> Response {
        Response::new(status).body("application/json", body.to_string())
    }

    fn moment(text: &str) -> Instant {
        Instant::parse(text).expect("a moment")
    }

    fn ids(ids: &[&str]) -> Vec<CrmId> {
        ids.iter().copied().map(CrmId::new).collect()
    }

    fn body(request: &Request) -> Value {
        assert_eq!(request.headers.get("Content-Type"), Some("application/json"));
        serde_json::from_slice(&request.body).expect("JSON")
    }

    fn contacts() -> Names {
        Names::usual(Module::Contacts)
    }

    fn ada() -> Owners {
        Owners::one("5")
    }

    /// A row with every column, all empty but for the moment of its creation and what `more` has.
    fn row(more: Value) -> Value {
        let mut row: Map<String, Value> =
            contacts().selected().into_iter().map(|name| (name.into_owned(), Value::Null)).collect();
        row.insert("Created_Time".to_owned(), json!("2026-11-20T09:00:00+01:00"));
        row.extend(more.as_object().cloned().expect("an object"));
        Value::Object(row)
    }

    #[test]
    fn queries_pair_their_criteria_in_brackets() {
        let since = moment("2026-11-21T22:05:57+01:00");
        let after = CrmId::new("9");
        let cases = [
            (changes(&contacts(), &ada(), None, None), "Owner = '5'", 2000),
            (
                changes(&contacts(), &ada(), Some(since), None),
                "(Owner = '5' and Modified_Time >= '2026-11-21T21:05:57+00:00')",
                200,
            ),
            (changes(&contacts(), &ada(), None, Some(&after)), "(Owner = '5' and id > '9')", 2000),
            (
                changes(&contacts(), &ada(), Some(since), Some(&after)),
                "((Owner = '5' and Modified_Time >= '2026-11-21T21:05:57+00:00') and id > '9')",
                2000,
            ),
            (changes(&contacts(), &Owners::one("' or 1='\\"), None, None), "Owner = ' or 1='", 2000),
            (changes(&contacts(), &Owners::everybody(), None, None), "id is not null", 2000),
            (changes(&contacts(), &Owners::everybody(), None, Some(&after)), "id > '9'", 2000),
            (these(&contacts(), &ada(), &ids(&["7", "9"])), "(Owner = '5' and id in ('7', '9'))", 200),
            (these(&contacts(), &Owners::everybody(), &ids(&["7"])), "id in ('7')", 200),
        ];
        for (request, criteria, most) in cases {
            assert_eq!((request.method, request.url.as_str()), (Method::Post, "/crm/v8/coql"));
            let query = body(&request)["select_query"].as_str().expect("a query").to_owned();
            let (columns, rest) = query.split_once(" from Contacts where ").expect("clauses");
            assert_eq!(rest, format!("{criteria} order by id asc limit {most}"));
            let columns: Vec<&str> = columns.trim_start_matches("select ").split(", ").collect();
            assert!(
                ["Created_Time", "Modified_Time", "Mailing_Zip"].iter().all(|name| columns.contains(name)),
                "{query}"
            );
            assert!(columns.len() <= 50, "{query}");
        }
    }

    #[test]
    fn a_page_of_a_query_is_read() {
        let page = json!({
            "data": [
                row(json!({ "id": "10", "Modified_Time": "2026-11-21T22:05:57+01:00", "Last_Name": "Lovelace" })),
                row(json!({ "id": "9", "Modified_Time": "2026-11-21T21:05:58Z" })),
            ],
            "info": { "count": 2, "more_records": true },
        });
        let page = parse_page(&contacts(), &answer(200, &page)).expect("a page");
        let first = Record {
            id: CrmId::new("10"),
            seen: Seen {
                fields: Fields::default().with(Field::Surname, "Lovelace"),
                version: Version::new("2026-11-21T21:05:57+00:00"),
                mark: None,
            },
            created: moment("2026-11-20T08:00:00Z"),
            modified: moment("2026-11-21T21:05:57Z"),
        };
        assert_eq!((page.records.len(), page.records.first(), page.more), (2, Some(&first), true));
        assert_eq!(page.last(), Some(&CrmId::new("10")), "ids are numbers");
        assert_eq!(parse_page(&contacts(), &Response::new(204)), Ok(Page::default()));
        assert_eq!(Page::default().last(), None);
    }

    #[test]
    fn a_full_page_goes_on_if_the_crm_does_not_say() {
        let rows = |count: usize| {
            let row = |id: usize| row(json!({ "id": id.to_string(), "Modified_Time": "2026-11-21T21:05:57Z" }));
            json!({ "data": (0..count).map(row).collect::<Vec<_>>() })
        };
        let more = |count| parse_page(&contacts(), &answer(200, &rows(count))).map(|page| page.more);
        assert_eq!((more(QUERY_LIMIT), more(QUERY_LIMIT - 1)), (Ok(true), Ok(false)));
    }

    #[test]
    fn a_page_that_is_not_what_was_promised_is_refused() {
        let time = "2026-11-21T21:05:57Z";
        let mut narrow = row(json!({ "id": "1", "Modified_Time": time }));
        narrow.as_object_mut().expect("an object").remove("Secondary_Email");
        let pages = [
            json!({ "data": [row(json!({ "Modified_Time": time }))] }),
            json!({ "data": [narrow] }),
            json!({ "data": ["x"] }),
            json!({ "data": [], "info": { "more_records": true } }),
            json!({ "data": null }),
            json!({}),
        ];
        for page in pages {
            let found = parse_page(&contacts(), &answer(200, &page)).map_err(|error| error.kind);
            assert_eq!(found, Err(ErrorKind::Unreadable), "{page}");
        }
        // What can be named waits alone.
        let good = row(json!({ "id": "8", "Modified_Time": time }));
        let unreadable = [
            row(json!({ "id": "9" })),
            row(json!({ "id": "9", "Modified_Time": "yesterday" })),
            row(json!({ "id": "9", "Modified_Time": time, "Created_Time": null })),
            row(json!({ "id": "9", "Modified_Time": time, "Last_Name": {} })),
        ];
        for row in unreadable {
            let page = parse_page(&contacts(), &answer(200, &json!({ "data": [row, good] }))).expect("a page");
            assert_eq!((page.records.len(), &page.unreadable), (1, &ids(&["9"])), "{row}");
            assert_eq!(page.last(), Some(&CrmId::new("9")), "the next page begins behind it");
        }
        let error = json!({ "code": "INVALID_QUERY", "details": { "column_name": "Home_Phone" }, "status": "error" });
        let found = parse_page(&contacts(), &answer(400, &error)).map_err(|error| (error.kind, error.code));
        assert_eq!(found, Err((ErrorKind::Refused, "INVALID_QUERY".to_owned())));
    }

    #[test]
    fn records_are_looked_up_with_their_owners() {
        let request = lookup(Module::Contacts, &ids(&["1", "2"]));
        assert_eq!(
            (request.method, request.url.as_str()),
            (Method::Get, "/crm/v8/Contacts?ids=1,2&fields=Owner,Modified_Time&approved=both")
        );
        let time = "2026-11-21T22:05:57+01:00";
        let owner = json!({ "id": "5", "name": "x", "email": "y" });
        let page = json!({ "data": [{ "id": "1", "Owner": owner, "Modified_Time": time }], "info": {} });
        let found = vec![Found { id: CrmId::new("1"), owner: "5".into(), modified: moment(time) }];
        assert_eq!(parse_lookup(&answer(200, &page)), Ok(found));
        assert_eq!(parse_lookup(&Response::new(204)), Ok(Vec::new()));
        for row in [json!({ "id": "1", "Modified_Time": time }), json!({ "id": "1", "Owner": { "id": "5" } })] {
            let found = parse_lookup(&answer(200, &json!({ "data": [row] })));
            assert_eq!(found.map_err(|error| error.kind), Err(ErrorKind::Unreadable));
        }
    }

    #[test]
    fn deleted_records_are_listed_from_the_very_second() {
        let request = deleted(Module::Contacts, Some(moment("2026-11-21T21:05:57Z")), 3);
        assert_eq!(request.url, "/crm/v8/Contacts/deleted?type=all&page=3&per_page=200");
        assert_eq!(request.headers.get("If-Modified-Since"), Some("2026-11-21T21:05:56+00:00"));
        assert_eq!(deleted(Module::Contacts, None, 1).headers.get("If-Modified-Since"), None);

        let page = json!({
            "data": [{ "id": "1", "type": "recycle" }, { "id": "2", "type": "permanent", "display_name": null }],
            "info": { "more_records": true },
        });
        assert_eq!(parse_deleted(&answer(200, &page)), Ok(DeletedPage { ids: ids(&["1", "2"]), more: true }));
        for status in [204, 304] {
            assert_eq!(parse_deleted(&Response::new(status)), Ok(DeletedPage::default()));
        }
        let endless = json!({ "data": [], "info": { "more_records": true } });
        assert_eq!(parse_deleted(&answer(200, &endless)), Ok(DeletedPage::default()));
    }

    #[test]
    fn writes_start_nothing_in_the_crm() {
        let ada = Fields::default().with(Field::Surname, "Lovelace");
        let request = insert(&contacts(), "5", &[&ada], &Known::default());
        assert_eq!((request.method, request.url.as_str()), (Method::Post, "/crm/v8/Contacts"));
        assert_eq!(
            body(&request),
            json!({ "data": [{ "Last_Name": "Lovelace", "Owner": { "id": "5" } }], "trigger": [] })
        );

        let patch = Patch::from_iter([(Field::Surname, FieldValue::text("King")), (Field::Notes, None)]);
        let request = update(&contacts(), &[(CrmId::new("1"), &patch)], &Known::default());
        assert_eq!((request.method, request.url.as_str()), (Method::Put, "/crm/v8/Contacts"));
        let row = json!({ "id": "1", "Last_Name": "King", "Description": null });
        assert_eq!(body(&request), json!({ "data": [row], "trigger": [] }));

        let request = give(Module::Events, &ids(&["1"]), "5");
        assert_eq!((request.method, request.url.as_str()), (Method::Put, "/crm/v8/Events"));
        assert_eq!(body(&request), json!({ "data": [{ "id": "1", "Owner": { "id": "5" } }], "trigger": [] }));

        let request = delete(Module::Contacts, &ids(&["1", "2"]));
        assert_eq!(
            (request.method, request.url.as_str()),
            (Method::Delete, "/crm/v8/Contacts?ids=1,2&wf_trigger=false")
        );
        assert!(request.body.is_empty());
    }

    fn success(id: &str) -> Value {
        let details = json!({ "id": id, "Modified_Time": "2026-11-21T22:05:57+01:00", "Created_Time": "x" });
        json!({ "code": "SUCCESS", "details": details, "message": "record added", "status": "success" })
    }

    fn failure(code: &str, details: Value) -> Value {
        json!({ "code": code, "details": details, "message": "no", "status": "error" })
    }

    fn refused(status: u16, code: &str, field: Option<Field>, max_length: Option<u32>) -> VendorRefusal {
        VendorRefusal { side: Side::Crm, status, code: code.into(), field, max_length }
    }

    #[test]
    fn each_record_of_a_write_has_its_own_outcome() {
        let written = Written { id: CrmId::new("1"), modified: moment("2026-11-21T21:05:57Z") };
        let long = json!({ "api_name": "Mailing_Zip", "json_path": "$.data[1].Mailing_Zip", "maximum_length": 30 });
        let data = json!({ "data": [
            success("1"),
            failure("INVALID_DATA", long),
            failure("DUPLICATE_DATA", json!({ "api_name": "Email", "duplicate_record": { "id": "7" } })),
            failure("MANDATORY_NOT_FOUND", json!({ "api_name": "Custom", "maximum_length": "9" })),
            failure("RECORD_LOCKED", Value::Null),
        ] });
        for status in [200, 201, 202, 207] {
            let found = parse_written(&contacts(), &answer(status, &data), 5);
            let wanted = vec![
                Ok(written.clone()),
                Err(refused(400, "INVALID_DATA", Some(Field::WorkPostalCode), Some(30))),
                Err(refused(400, "DUPLICATE_DATA", Some(Field::Email1), None)),
                Err(refused(400, "MANDATORY_NOT_FOUND", None, Some(9))),
                Err(refused(400, "RECORD_LOCKED", None, None)),
            ];
            assert_eq!(found, Ok(wanted), "{status}");
        }
        let all = json!({ "data": [failure("ALREADY_MODIFIED", json!({}))] });
        let wanted = vec![Err(refused(412, "ALREADY_MODIFIED", None, None))];
        assert_eq!(parse_written(&contacts(), &answer(412, &all), 1), Ok(wanted));
    }

    #[test]
    fn deletes_have_an_outcome_each() {
        let done =
            json!({ "code": "SUCCESS", "details": { "id": "1" }, "message": "record deleted", "status": "success" });
        let data = json!({ "data": [done, failure("INVALID_DATA", json!({ "id": "2" }))] });
        let wanted = vec![Ok(CrmId::new("1")), Err(refused(400, "INVALID_DATA", None, None))];
        assert_eq!(parse_delete(&answer(207, &data), 2), Ok(wanted));
    }

    #[test]
    fn a_write_that_fails_as_a_whole_is_one_error() {
        let one = json!({ "data": [success("1")] });
        let cases = [
            (answer(201, &one), ErrorKind::Unreadable),
            (answer(200, &json!({ "data": ["x", "y"] })), ErrorKind::Unreadable),
            (
                answer(200, &json!({ "data": [{ "status": "success" }, { "status": "success", "details": {} }] })),
                ErrorKind::Unreadable,
            ),
            (answer(200, &json!({})), ErrorKind::Unreadable),
            (Response::new(200).body("text/html", "<html>"), ErrorKind::Unreadable),
            (Response::new(502).body("text/html", "<html>"), ErrorKind::Unavailable),
            (answer(401, &failure("INVALID_TOKEN", json!({}))), ErrorKind::SignInAgain),
            (answer(429, &failure("TOO_MANY_REQUESTS", json!({}))), ErrorKind::Throttled),
            (answer(400, &json!({ "data": [failure("LIMIT_EXCEEDED", json!({}))] })), ErrorKind::Unreadable),
        ];
        for (response, wanted) in cases {
            let found = parse_written(&contacts(), &response, 2).map_err(|error| error.kind);
            assert_eq!(found, Err(wanted), "{response:?}");
        }
    }

    #[test]
    fn a_part_that_is_refused_is_told_by_its_field() {
        let path = |path: &str| json!({ "api_name": "name", "json_path": path, "maximum_length": 25 });
        let cases = [
            (Module::Contacts, path("$.data[0].Tag[2].name"), Some(Field::Categories)),
            (
                Module::Contacts,
                json!({ "api_name": "id", "json_path": "$.data[0].Account_Name.id" }),
                Some(Field::Company),
            ),
            (Module::Tasks, json!({ "json_path": "$.data[17].Remind_At.ALARM" }), Some(Field::Reminder)),
            (Module::Events, json!({ "json_path": "$.data[0].Participants[0].participant" }), Some(Field::Attendees)),
            (Module::Events, json!({ "json_path": "$.data[0].Recurring_Activity.RRULE" }), Some(Field::Recurrence)),
            (Module::Events, json!({ "api_name": "Event_Title" }), Some(Field::Subject)),
            (Module::Leads, json!({ "api_name": "Designation" }), Some(Field::JobTitle)),
            (Module::Leads, json!({ "api_name": "Lead_Status" }), None),
            (Module::Contacts, json!({ "json_path": "$.trigger" }), None),
            (Module::Contacts, json!({ "json_path": "$.data[0" }), None),
        ];
        for (module, details, field) in cases {
            let data = json!({ "data": [failure("INVALID_DATA", details.clone())] });
            let found = parse_written(&Names::all(module), &answer(400, &data), 1).expect("an answer");
            assert_eq!(found[0].as_ref().map_err(|refusal| refusal.field), Err(field), "{module:?} {details}");
        }
    }

    #[test]
    fn every_module_has_its_own_paths() {
        for module in Module::ALL {
            let (names, name) = (Names::all(module), module.api_name());
            let query =
                body(&changes(&names, &ada(), None, None))["select_query"].as_str().expect("a query").to_owned();
            assert!(query.contains(&format!(" from {name} where ")), "{query}");
            let urls = [
                insert(&names, "5", &[], &Known::default()).url,
                update(&names, &[], &Known::default()).url,
                delete(module, &ids(&["1"])).url,
                deleted(module, None, 1).url,
                lookup(module, &ids(&["1"])).url,
            ];
            let wanted = [
                format!("/crm/v8/{name}"),
                format!("/crm/v8/{name}"),
                format!("/crm/v8/{name}?ids=1&wf_trigger=false"),
                format!("/crm/v8/{name}/deleted?type=all&page=1&per_page=200"),
                format!("/crm/v8/{name}?ids=1&fields=Owner,Modified_Time{}", whole(module)),
            ];
            assert_eq!(urls, wanted);
        }
        assert_eq!(whole(Module::Leads), "&approved=both&converted=both");
    }
}
