//! `GET /{module}/search`.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/search-records.html>

mod criteria;

use super::super::call::Call;
use super::super::condition::{Condition, passes};
use super::super::failure::Failure;
use super::super::value::{display_name, raw};
use super::select::{approval, conversion, named, shown, with_fields};
use crate::zoho::org::Org;
use crate::zoho::respond;
use crate::zoho::schema::{self, Kind, Module};
use crate::zoho::store::Record;
use criteria::Test;
use jiff::SignedDuration;
use mxs_http::Response;
use serde_json::{Value, json};

/// How many results search gives in all.
const MOST_RECORDS: usize = 2_000;

/// What is searched for. Of several parameters the first of these counts.
enum Question {
    Criteria(Condition<Test>),
    Email(String),
    Phone(String),
    Word(String),
}

/// Reads what is searched for, if anything is.
fn question(org: &Org, call: &Call<'_, '_>, module: &Module) -> Result<Option<Question>, Failure> {
    let text = |name: &str| call.query.get(name).map(str::to_owned);
    if let Some(criteria) = call.query.get("criteria") {
        return criteria::parse(org, module, criteria).map(|criteria| Some(Question::Criteria(criteria)));
    }
    let question = text("email").map(Question::Email).or_else(|| text("phone").map(Question::Phone));
    let question = question.or_else(|| text("word").map(Question::Word));
    match &question {
        Some(Question::Word(word)) if word.chars().count() < 2 => {
            Err(Failure::new(400, "INVALID_DATA", "invalid data", json!({ "param_name": "word", "minimum_length": 2 })))
        }
        _ => Ok(question),
    }
}

/// Finds records. The index behind search follows the records some seconds later: what was changed in
/// the meantime isn't found at all here, where the real one finds it by its old values.
pub(super) fn search(org: &Org, call: &Call<'_, '_>, module: &Module) -> Result<Response, Failure> {
    let fields = named(org, call, module)?;
    let page = call.page()?;
    if page.end() > MOST_RECORDS {
        return Err(Failure::new(400, "LIMIT_REACHED", "limit reached", json!({ "limit": MOST_RECORDS })));
    }
    let Some(question) = question(org, call, module)? else {
        let details = json!({ "param_names": ["criteria", "email", "phone", "word"] });
        return Err(Failure::new(400, "EXPECTED_PARAM_MISSING", "one of the expected parameter is missing", details));
    };
    let mut found = matches(org, call, module, &question)?;
    found.reverse();
    if found.is_empty() {
        return Ok(Response::new(204));
    }
    let (rows, more) = page.of(found);
    if rows.is_empty() {
        return Ok(Response::new(204));
    }
    let zone = org.zone(call.caller.user);
    let data: Vec<Value> = rows
        .into_iter()
        .map(|record| match &fields {
            Some(fields) => with_fields(org, record, fields, &zone),
            None => shown(org, module, record, &zone),
        })
        .collect();
    let info = json!({ "per_page": page.size, "count": data.len(), "page": page.number, "more_records": more });
    Ok(respond(200, &json!({ "data": data, "info": info })))
}

/// How many records the caller sees that answer what he searches for, or all when he searches nothing.
pub(super) fn count(org: &Org, call: &Call<'_, '_>, module: &Module) -> Result<usize, Failure> {
    match question(org, call, module)? {
        Some(question) => Ok(matches(org, call, module, &question)?.len()),
        None => {
            let converted = conversion(call)?;
            let visible = |record: &&Record| org.sees(call.caller.user, record) && converted(record);
            Ok(org.store(module).map_or(0, |store| store.iter().filter(visible).count()))
        }
    }
}

/// The records that answer, the oldest first.
fn matches<'o>(
    org: &'o Org,
    call: &Call<'_, '_>,
    module: &Module,
    question: &Question,
) -> Result<Vec<&'o Record>, Failure> {
    let indexed = call.now() - SignedDuration::from_millis(org.options.search_lag_ms);
    let (converted, approved) = (conversion(call)?, approval(call)?);
    let visible = |record: &&Record| {
        approved && org.sees(call.caller.user, record) && converted(record) && record.touched <= indexed
    };
    let records = org.store(module).into_iter().flat_map(|store| store.iter()).filter(visible);
    Ok(records.filter(|record| answers(org, module, record, question)).collect())
}

fn answers(org: &Org, module: &Module, record: &Record, question: &Question) -> bool {
    let any = |wanted: fn(Kind) -> bool, test: &dyn Fn(&str) -> bool| {
        let fields = org.fields(module).filter(|field| wanted(field.kind));
        fields.into_iter().any(|field| raw(org, record, field).as_str().is_some_and(test))
    };
    match question {
        Question::Criteria(condition) => condition.holds(&|test: &Test| holds(org, module, record, test)),
        Question::Email(email) => any(|kind| kind == Kind::Email, &|text| text.eq_ignore_ascii_case(email)),
        Question::Phone(phone) => any(|kind| kind == Kind::Phone, &|text| digits(text) == digits(phone)),
        Question::Word(word) => {
            let word = word.to_lowercase();
            any(Kind::is_text, &|text| {
                let text = text.to_lowercase();
                text.split(|letter: char| !letter.is_alphanumeric()).any(|part| part.starts_with(&word))
                    || text.starts_with(&word)
            })
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a record passes a test. References are compared by the name of what they refer to or by id.
fn holds(org: &Org, module: &Module, record: &Record, test: &Test) -> bool {
    let Some(field) = org.field(module, &test.field) else { return false };
    let value = raw(org, record, field);
    let name = match (field.kind, value.as_str().and_then(|id| id.parse().ok())) {
        (Kind::User, Some(id)) => org.user(id).map(|user| user.full_name()),
        (Kind::Lookup(module), Some(id)) => {
            let module = schema::module(module);
            module.and_then(|module| display_name(org, module, org.record(module, id)?))
        }
        _ => None,
    };
    let by_name = name.is_some_and(|name| passes(Kind::Text, &json!(name), test.operator, &test.values));
    by_name || passes(field.kind, &value, test.operator, &test.values)
}
