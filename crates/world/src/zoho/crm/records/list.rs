//! `GET /{module}`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/get-records.html>

use super::super::call::Call;
use super::super::failure::Failure;
use super::page_token::Walk;
use super::select::{approval, conversion, ids, named, with_fields};
use crate::zoho::org::Org;
use crate::zoho::schema::Module;
use crate::zoho::store::Record;
use crate::zoho::{respond, time};
use mxs_http::Response;
use serde_json::{Value, json};

/// How far page numbers reach.
const MOST_BY_PAGE: usize = 2_000;

/// What a list is sorted by.
#[derive(Clone, Copy)]
enum SortBy {
    Id,
    Created,
    Modified,
}

impl SortBy {
    fn parse(call: &Call<'_, '_>) -> Result<Self, Failure> {
        match call.query.get("sort_by") {
            None | Some("id") => Ok(SortBy::Id),
            Some("Created_Time") => Ok(SortBy::Created),
            Some("Modified_Time") => Ok(SortBy::Modified),
            Some(_) => Err(Failure::parameter("sort_by")),
        }
    }

    fn name(self) -> &'static str {
        match self {
            SortBy::Id => "id",
            SortBy::Created => "Created_Time",
            SortBy::Modified => "Modified_Time",
        }
    }

    /// The text by which records are put in order; equal ones go by id.
    fn key(self, record: &Record) -> String {
        match self {
            SortBy::Id => String::new(),
            SortBy::Created => time::canonical(record.created),
            SortBy::Modified => time::canonical(record.modified),
        }
    }
}

fn descending(call: &Call<'_, '_>) -> Result<bool, Failure> {
    match call.query.get("sort_order") {
        None | Some("desc") => Ok(true),
        Some("asc") => Ok(false),
        Some(_) => Err(Failure::parameter("sort_order")),
    }
}

/// Lists records.
pub(super) fn list(org: &mut Org, call: &mut Call<'_, '_>, module: &Module) -> Result<Response, Failure> {
    let (user, now) = (call.caller.user, call.now());
    if call.query.get("cvid").is_some() {
        // The stand-in has no custom views, so no id of one is right.
        let sorted = call.query.get("sort_by").is_some();
        return Err(if sorted { Failure::ambiguous(["cvid", "sort_by"]) } else { Failure::parameter("cvid") });
    }
    if named(org, call, module)?.is_none() {
        return Err(Failure::missing_parameter("fields"));
    }
    let (sort_by, descending) = (SortBy::parse(call)?, descending(call)?);
    let page = call.page()?;
    let since = call.modified_since()?;
    let question = format!("{} {}", module.api_name, call.query.signature(&["page", "page_token"]));
    let walk = match call.query.get("page_token") {
        Some(_) if call.query.get("page").is_some() => return Err(Failure::ambiguous(["page", "page_token"])),
        Some(token) => Some(org.page_tokens.take(token, now, user, &question)?),
        None if page.end() > MOST_BY_PAGE => {
            let message = "You can only get the first 2000 records without using page_token param";
            let details = json!({ "limit": MOST_BY_PAGE });
            return Err(Failure::new(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", message, details));
        }
        None => None,
    };

    let wanted = call.query.list("ids").map(|names| ids(&names, 100)).transpose()?;
    let (converted, approved) = (conversion(call)?, approval(call)?);
    let shows = |record: &&Record| {
        org.sees(user, record)
            && converted(record)
            && approved
            && wanted.as_ref().is_none_or(|ids| ids.contains(&record.id))
            && since.is_none_or(|since| record.modified > since)
    };
    let mut found: Vec<(String, &Record)> = org
        .store(module)
        .into_iter()
        .flat_map(|store| store.iter())
        .filter(shows)
        .map(|record| (sort_by.key(record), record))
        .collect();
    found.sort_by(|(key, record), (other_key, other)| (key, record.id).cmp(&(other_key, other.id)));
    if descending {
        found.reverse();
    }
    if found.is_empty() {
        return Ok(Response::new(if since.is_some() { 304 } else { 204 }));
    }

    // Where the page begins: by number, or behind the last record of the page before, wherever that
    // stands by now.
    let behind = walk.as_ref().and_then(|walk| walk.starts.last().cloned().flatten());
    let start = match (&walk, behind) {
        (None, _) => page.start(),
        (Some(_), None) => 0,
        (Some(_), Some((key, id))) => found.partition_point(|(other, record)| {
            let place = (other, record.id).cmp(&(&key, id));
            if descending { place.is_ge() } else { place.is_le() }
        }),
    };
    let rows: Vec<&(String, &Record)> = found.iter().skip(start).take(page.size).collect();
    let Some((last_key, last)) = rows.last() else { return Ok(Response::new(204)) };
    let more = found.len() > start + rows.len();

    let zone = org.zone(user);
    let fields = named(org, call, module)?.unwrap_or_default();
    let data: Vec<Value> = rows.iter().map(|(_, record)| with_fields(org, record, &fields, &zone)).collect();
    let (count, cursor) = (data.len(), (last_key.clone(), last.id));
    let number = walk.as_ref().map_or(page.number, |walk| walk.starts.len());
    let walk = walk.unwrap_or_else(|| by_number(&found, page.size, page.number));

    let mut give = |walk: Walk| org.page_tokens.give(call.context.ids, now, user, &question, walk);
    let next = more.then(|| {
        let mut walk = walk.clone();
        walk.starts.push(Some(cursor));
        walk.served += count;
        give(walk)
    });
    let previous = (walk.starts.len() > 1).then(|| {
        let mut walk = walk.clone();
        walk.starts.pop();
        walk.served = walk.served.saturating_sub(page.size);
        give(walk)
    });
    let expiry = next.as_ref().or(previous.as_ref()).map(|(_, expires)| time::write(*expires, &zone));
    let info = json!({
        "call": false,
        "per_page": page.size,
        "next_page_token": next.map(|(token, _)| token),
        "count": count,
        "sort_by": sort_by.name(),
        "page": number,
        "previous_page_token": previous.map(|(token, _)| token),
        "page_token_expiry": expiry,
        "sort_order": if descending { "desc" } else { "asc" },
        "email": false,
        "more_records": more,
    });
    Ok(respond(200, &json!({ "data": data, "info": info })))
}

/// The walk that page numbers would have made so far.
fn by_number(found: &[(String, &Record)], size: usize, number: usize) -> Walk {
    let behind = |page: usize| found.get(page * size - 1).map(|(key, record)| (key.clone(), record.id));
    let starts = (0..number).map(|page| if page == 0 { None } else { behind(page) }).collect();
    Walk { starts, served: (number - 1) * size }
}
