//! Users of the directory.
//!
//! See <https://learn.microsoft.com/en-us/graph/api/resources/user>.

use super::GraphCall;
use super::address::Owner;
use super::answer::Answer;
use super::ask::Ask;
use super::caller::{self, Right};
use super::filter::{self, Expression, Function, Literal, Operator, Subject};
use super::query::{listed, options};
use crate::microsoft::directory::User;
use crate::microsoft::refusal::Refusal;
use mxs_http::Method;
use serde_json::{Map, Value, json};

/// What a listing or a profile shows unless it selects.
const DEFAULT: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
];

/// Properties that come only when selected.
const FURTHER: [&str; 2] = ["accountEnabled", "userType"];

/// Pages of users hold so many unless the client says otherwise.
const PAGE: usize = 100;
/// No page of users holds more.
const PAGE_MAX: usize = 999;

/// How the token of a page begins; behind it stands how many users were told.
const SKIP_TOKEN: &str = "RFNwdAIAAQ";

/// What a client asks of users.
#[derive(Default)]
struct UserQuery {
    select: Option<Vec<&'static str>>,
    filter: Option<Expression>,
    top: Option<usize>,
    after: usize,
    count: bool,
}

fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "Request_BadRequest", message)
}

fn property(name: &str) -> Result<&'static str, Refusal> {
    let mut known = DEFAULT.iter().chain(&FURTHER);
    let found = known.find(|known| known.eq_ignore_ascii_case(name)).copied();
    found
        .ok_or_else(|| bad_request(format!("Could not find a property named '{name}' on type 'microsoft.graph.user'.")))
}

impl UserQuery {
    fn read(ask: &Ask, list: bool) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (name, value) in options(&ask.target) {
            match name.as_str() {
                "$select" => query.select = Some(listed(value).map(property).collect::<Result<_, _>>()?),
                "$filter" if list => query.filter = Some(user_filter(value)?),
                "$top" if list => {
                    let top = value.parse().ok().filter(|top| (1..=PAGE_MAX).contains(top));
                    let message = format!(
                        "Invalid page size specified: '{value}'. Must be between 1 and {PAGE_MAX} \
                        inclusive."
                    );
                    query.top = Some(top.ok_or_else(|| bad_request(message))?);
                }
                "$count" if list => query.count = value == "true",
                "$skiptoken" if list => {
                    let after = value.strip_prefix(SKIP_TOKEN).and_then(|number| number.parse().ok());
                    query.after = after.ok_or_else(|| bad_request("Skip token is malformed."))?;
                }
                _ => return Err(bad_request(format!("The query option '{name}' is not supported."))),
            }
        }
        query.check_capabilities(ask)?;
        Ok(query)
    }

    /// The directory takes some operators only from clients that accept an older answer and count, and
    /// `contains` from nobody.
    ///
    /// See <https://learn.microsoft.com/en-us/graph/aad-advanced-queries>.
    fn check_capabilities(&self, ask: &Ask) -> Result<(), Refusal> {
        let Some(filter) = &self.filter else { return Ok(()) };
        let never = |part: &Expression| matches!(part, Expression::Match { function: Function::Contains, .. });
        let advanced = |part: &Expression| match part {
            Expression::Compare { operator, .. } => *operator == Operator::NotEqual,
            Expression::Match { function, .. } => *function == Function::EndsWith,
            Expression::Not(_) => true,
            _ => false,
        };
        if filter.contains(&never) || (filter.contains(&advanced) && !(self.count && accepts_older(ask))) {
            return Err(Refusal::new(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause."));
        }
        Ok(())
    }

    fn write(&self, user: &User) -> Map<String, Value> {
        let names = self.select.as_deref().unwrap_or(&DEFAULT);
        names.iter().map(|&name| (name.to_owned(), value(user, name))).collect()
    }
}

/// Whether a client accepts an answer that may not show the latest changes.
fn accepts_older(ask: &Ask) -> bool {
    ask.headers.get("ConsistencyLevel").is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
}

fn value(user: &User, name: &str) -> Value {
    match name {
        "id" => json!(user.id),
        "displayName" => json!(user.display_name),
        "givenName" => json!(user.given_name),
        "surname" => json!(user.surname),
        "mail" => json!(user.mail),
        "userPrincipalName" => json!(user.user_principal_name),
        "accountEnabled" => json!(user.enabled),
        "userType" => json!("Member"),
        "businessPhones" => json!([]),
        _ => Value::Null,
    }
}

fn user_filter(text: &str) -> Result<Expression, Refusal> {
    let expression = filter::parse(text)?;
    for (collection, path) in expression.paths() {
        let name = property(path)?;
        if collection.is_some() || ["businessPhones", "officeLocation", "preferredLanguage"].contains(&name) {
            return Err(Refusal::new(
                400,
                "Request_UnsupportedQuery",
                format!("Unsupported property filter clause for property '{name}'."),
            ));
        }
    }
    Ok(expression)
}

struct UserSubject<'a>(&'a User);

impl Subject for UserSubject<'_> {
    fn value(&self, path: &str) -> Literal {
        match property(path).map(|name| value(self.0, name)) {
            Ok(Value::String(text)) => Literal::Text(text),
            Ok(Value::Bool(flag)) => Literal::Bool(flag),
            _ => Literal::Null,
        }
    }

    fn any(&self, _collection: &str, _condition: &Expression) -> bool {
        false
    }
}

impl GraphCall<'_, '_> {
    /// `GET /users`.
    pub(super) fn list_users(&mut self, ask: &Ask) -> Result<Answer, Refusal> {
        if ask.method != Method::Get {
            return Err(super::not_allowed());
        }
        if !self.caller.may(Right::ReadUsers) {
            return Err(caller::directory_denied());
        }
        let query = UserQuery::read(ask, true)?;
        let mut users: Vec<&User> = self.microsoft.directory.users.values().collect();
        users.retain(|user| user.tenant == self.caller.tenant);
        users.retain(|user| query.filter.as_ref().is_none_or(|filter| filter.holds(&UserSubject(user))));
        users.sort_by(|left, right| left.display_name.cmp(&right.display_name).then_with(|| left.id.cmp(&right.id)));
        let size = query.top.unwrap_or(PAGE);
        let page: Vec<Value> =
            users.iter().skip(query.after).take(size).map(|user| Value::Object(query.write(user))).collect();
        let mut body = json!({ "@odata.context": self.users_context(&query, "") });
        // The directory counts only for clients that accept an older answer.
        if query.count && accepts_older(ask) {
            body["@odata.count"] = users.len().into();
        }
        let told = query.after + page.len();
        if users.len() > told && !page.is_empty() {
            let next = self.next_page(&ask.target, "$skiptoken", format!("{SKIP_TOKEN}{told}"));
            body["@odata.nextLink"] = next.into();
        }
        body["value"] = page.into();
        Ok(Answer::json(200, body))
    }

    /// `GET /me` and `GET /users/{id}`.
    pub(super) fn get_user(&mut self, owner: &Owner, ask: &Ask) -> Result<Answer, Refusal> {
        if ask.method != Method::Get {
            return Err(super::not_allowed());
        }
        let user = self.owner(owner)?;
        let own = user.as_ref().is_some_and(|user| self.caller.user.as_deref() == Some(user.id.as_str()));
        if !self.caller.may(if own { Right::ReadMyProfile } else { Right::ReadUsers }) {
            return Err(caller::directory_denied());
        }
        let user = user.ok_or_else(|| {
            let name = if let Owner::User(name) = owner { name } else { "me" };
            let message = format!(
                "Resource '{name}' does not exist or one of its queried reference-property objects are \
                not present."
            );
            Refusal::new(404, "Request_ResourceNotFound", message)
        })?;
        let query = UserQuery::read(ask, false)?;
        let mut written = query.write(&user);
        written.insert("@odata.context".into(), self.users_context(&query, "/$entity").into());
        Ok(Answer::json(200, Value::Object(written)))
    }

    fn users_context(&self, query: &UserQuery, tail: &str) -> String {
        let selected = query.select.as_ref().map(|select| format!("({})", select.join(","))).unwrap_or_default();
        format!("{}/v1.0/$metadata#users{selected}{tail}", self.microsoft.base_url)
    }
}
