//! Who in the CRM has which address.
//!
//! <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html>

use crate::ZohoError;
use crate::json::{filled, named, object, rows};
use crate::records::{QUERY_LIMIT, more};
use mxs_core::mail::{Address, MailRecord, Module};
use mxs_core::{CrmId, Instant};
use mxs_http::{Method, Request, Response};
use serde_json::{Map, Value, json as value};
use std::collections::BTreeMap;

/// The most addresses, or ids, that one query asks for.
///
/// <https://www.zoho.com/crm/developer/docs/api/v8/COQL-Limitations.html>
pub const ASKED_MAX: usize = 50;

/// A module whose records are people with addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeopleModule {
    /// People of companies.
    Contacts,
    /// People who may become such.
    Leads,
}

impl PeopleModule {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Contacts, Self::Leads];

    const fn module(self) -> Module {
        match self {
            Self::Contacts => Module::Contacts,
            Self::Leads => Module::Leads,
        }
    }

    /// Leads have no account: the name of their company is text.
    const fn columns(self) -> &'static str {
        match self {
            Self::Contacts => "id, Email, Secondary_Email, Account_Name, Modified_Time",
            Self::Leads => "id, Email, Secondary_Email, Modified_Time",
        }
    }
}

/// A person with addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFound {
    /// The record.
    pub record: MailRecord,
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// The company, if it has a record.
    pub account: Option<CrmId>,
    /// When it was last changed.
    pub modified: Instant,
}

/// One page of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplePage {
    /// The people, by ascending id.
    pub people: Vec<PersonFound>,
    /// The record after which the next page begins, if there is one.
    pub next: Option<CrmId>,
}

/// Whether an address can stand in a query: reports differ on how a quote in a text is written.
pub fn can_be_asked(address: &Address) -> bool {
    !address.as_str().contains(['\'', '"', '\\'])
}

/// Asks who has one of these addresses, [`ASKED_MAX`] at most, with ids above `after`.
pub fn by_address(module: PeopleModule, addresses: &[&Address], after: Option<&CrmId>) -> Request {
    debug_assert!(addresses.len() <= ASKED_MAX, "the CRM refuses more");
    let list = quoted(addresses.iter().filter(|address| can_be_asked(address)).map(|address| address.as_str()));
    let criteria = format!("(Email in ({list}) or Secondary_Email in ({list}))");
    select(module, &with_id(&criteria, after))
}

/// Asks who was changed at `since` or later, with ids above `after`.
pub fn changed(module: PeopleModule, since: Instant, after: Option<&CrmId>) -> Request {
    select(module, &with_id(&format!("Modified_Time >= '{since}'"), after))
}

/// One page of people with whom something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivePage {
    /// The people, by ascending id, and when it happened.
    pub people: Vec<(MailRecord, Instant)>,
    /// The record after which the next page begins, if there is one.
    pub next: Option<CrmId>,
}

/// Asks with whom something happened at `since` or later, with ids above `after`. That a mail which the CRM sends
/// counts is known by report only.
pub fn active(module: PeopleModule, since: Instant, after: Option<&CrmId>) -> Request {
    let (criteria, name) = (with_id(&format!("Last_Activity_Time >= '{since}'"), after), module.module().api_name());
    query(&format!("select id, Last_Activity_Time from {name} where {criteria} order by id asc limit {QUERY_LIMIT}"))
}

/// Reads the answer to [`active`].
pub fn parse_active(response: &Response, module: PeopleModule) -> Result<ActivePage, ZohoError> {
    let answer = rows(response, "data")?;
    let person = |row: &Map<String, Value>| {
        let record = MailRecord { module: module.module(), id: CrmId::new(filled(row, "id")?) };
        Some((record, Instant::parse(filled(row, "Last_Activity_Time")?).ok()?))
    };
    let people: Option<Vec<_>> = each(&answer).map(|row| person(row?)).collect();
    let read = people.and_then(|people| Some((more(&answer, people.len() == QUERY_LIMIT)?, people)));
    let (more, people) = read.ok_or_else(|| ZohoError::unreadable(response.status))?;
    let next = people.last().map(|(record, _)| record.id.clone()).filter(|_| more);
    Ok(ActivePage { people, next })
}

/// The query language takes two criteria at a time; each pair needs its brackets.
fn with_id(criteria: &str, after: Option<&CrmId>) -> String {
    match after {
        Some(after) => format!("({criteria} and id > {})", quoted([after.as_str()])),
        None => criteria.to_owned(),
    }
}

fn select(module: PeopleModule, criteria: &str) -> Request {
    let (columns, name) = (module.columns(), module.module().api_name());
    query(&format!("select {columns} from {name} where {criteria} order by id asc limit {QUERY_LIMIT}"))
}

fn query(text: &str) -> Request {
    let body = value!({ "select_query": text });
    Request::new(Method::Post, "/crm/v8/coql").body("application/json", body.to_string())
}

fn quoted<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> =
        texts.into_iter().map(|text| format!("'{}'", text.replace(['\'', '"', '\\'], ""))).collect();
    quoted.join(", ")
}

/// Reads the answer to [`by_address`] and [`changed`].
pub fn parse(response: &Response, module: PeopleModule) -> Result<PeoplePage, ZohoError> {
    let answer = rows(response, "data")?;
    let people: Option<Vec<PersonFound>> = each(&answer).map(|row| person(row?, module)).collect();
    let read = people.and_then(|people| Some((more(&answer, people.len() == QUERY_LIMIT)?, people)));
    let (more, people) = read.ok_or_else(|| ZohoError::unreadable(response.status))?;
    let next = people.last().map(|person| person.record.id.clone()).filter(|_| more);
    Ok(PeoplePage { people, next })
}

fn person(row: &Map<String, Value>, module: PeopleModule) -> Option<PersonFound> {
    // A column that was asked for and is missing isn't empty: nobody knows what it holds.
    let address = |name| row.get(name).filter(|address| address.is_null() || address.is_string());
    let addresses: Vec<&Value> = ["Email", "Secondary_Email"].into_iter().map(address).collect::<Option<_>>()?;
    Some(PersonFound {
        record: MailRecord { module: module.module(), id: CrmId::new(filled(row, "id")?) },
        addresses: addresses.into_iter().filter_map(|text| Address::new(text.as_str()?)).collect(),
        account: named(row, "Account_Name")?.map(CrmId::new),
        modified: Instant::parse(filled(row, "Modified_Time")?).ok()?,
    })
}

/// The stages of deals that are closed begin with this word, whatever people see: what they rename is the label.
const CLOSED: &str = "Closed";

/// Asks for the deals of these contacts, [`ASKED_MAX`] at most, the one that was changed last first.
pub fn deals_of(contacts: &[&CrmId]) -> Request {
    debug_assert!(contacts.len() <= ASKED_MAX, "the CRM refuses more");
    let list = quoted(contacts.iter().map(|id| id.as_str()));
    query(&format!(
        "select id, Contact_Name, Stage, Modified_Time from Deals where Contact_Name in ({list}) \
         order by Modified_Time desc limit {QUERY_LIMIT}"
    ))
}

/// Reads the answer to [`deals_of`]: the deal of each contact that has an open one. Where there are several, it is the
/// one that was changed last, to which the CRM itself links a contact's mails
/// (<https://www.zoho.com/crm/developer/docs/api/v8/link-deals-email.html>). Of fifty contacts with more than 2,000
/// deals together, those changed longest ago are not asked for.
pub fn parse_deals(response: &Response) -> Result<BTreeMap<CrmId, CrmId>, ZohoError> {
    let answer = rows(response, "data")?;
    let deal = |row: &Map<String, Value>| {
        let contact = CrmId::new(filled(object(row, "Contact_Name")?, "id")?);
        // A stage that was asked for and is missing says nothing about the deal.
        let stage = row.get("Stage").filter(|stage| stage.is_null() || stage.is_string())?;
        Some((contact, CrmId::new(filled(row, "id")?), stage.as_str().unwrap_or_default().to_owned()))
    };
    let mut deals = BTreeMap::new();
    for row in each(&answer) {
        let (contact, deal, stage) = row.and_then(deal).ok_or_else(|| ZohoError::unreadable(response.status))?;
        if !stage.starts_with(CLOSED) {
            deals.entry(contact).or_insert(deal);
        }
    }
    Ok(deals)
}

fn each(answer: &Map<String, Value>) -> impl Iterator<Item = Option<&Map<String, Value>>> {
    answer.get("data").and_then(Value::as_array).into_iter().flatten().map(Value::as_object)
}
