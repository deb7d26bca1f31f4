//! The people: how they let the function in, and what they do in their mailboxes and in the CRM.

use mxs_http::{Method, Request, Response, url};
use mxs_sandbox::sandbox::Sandbox;
use mxs_sandbox::seed;
use mxs_world::Service;
use mxs_world::microsoft::User;
use mxs_world::zoho::{DataCentre, Edition, NewUser, Permissions};
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

/// Everybody's password at Microsoft.
const PASSWORD: &str = "Lantern-7-everybody";

/// Somebody with a mailbox.
pub(crate) struct Person {
    /// The organisation.
    pub(crate) org: String,
    /// The CRM user.
    pub(crate) user: String,
    /// The address in both worlds.
    pub(crate) email: String,
}

/// The ids of so many organisations.
pub(crate) fn organisations(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("7000{number:06}")).collect()
}

/// Puts the organisations into the world, each with so many people.
pub(crate) fn people(sandbox: &Sandbox, organisations: &[String], each: usize) -> Vec<Person> {
    let origin = sandbox.vendor_origin(Service::Zoho);
    let mut people = Vec::new();
    for org in organisations {
        let profile = sandbox.world(|world| {
            world.with_zoho(|zoho, context| {
                let centre = DataCentre::at(seed::zoho::LOCATION, &origin);
                zoho.add_org(context, org, "Killed", Edition::Enterprise, centre);
                zoho.add_profile(org, "Administrator", Permissions::administrator())
            })
        });
        for number in 0..each {
            let email = format!("p{number}@o{org}.example");
            let user = sandbox.world(|world| {
                world.with_microsoft(|microsoft, context| {
                    let (id, tenant) = (format!("{org}-{number}"), seed::microsoft::TENANT_ID);
                    microsoft.add_user(User::new(&id, tenant, "Person", &email, PASSWORD), context);
                });
                let (name, time_zone) = (format!("Person {number}"), "Europe/London");
                let user = NewUser { name: &name, email: &email, profile, time_zone, language: "en_GB" };
                world.with_zoho(|zoho, context| zoho.add_user(context, org, user))
            });
            people.push(Person { org: org.clone(), user: user.to_string(), email });
        }
    }
    people
}

fn ask(sandbox: &Sandbox, service: Service, request: &Request) -> Response {
    sandbox.world(|world| world.handle(service, request, 1).response).expect("an answer")
}

fn query(response: &Response) -> Option<String> {
    Some(response.headers.get("Location")?.split_once('?').expect("a query").1.to_owned())
}

/// Where the browser lands of somebody who agrees to everything at Microsoft.
pub(crate) fn agree_at_microsoft(sandbox: &Sandbox, page: &str, person: &Person) -> String {
    let (mut response, mut cookies) = (ask(sandbox, Service::Microsoft, &Request::new(Method::Get, page)), Vec::new());
    for _ in 0..3 {
        if let Some(query) = query(&response) {
            return query;
        }
        let html = String::from_utf8_lossy(&response.body).into_owned();
        let part = |start: &str| html.split_once(start).and_then(|(_, rest)| rest.split_once('"')).expect("a form").0;
        let (action, flow) = (part("action=\""), part("name=\"flow\" value=\""));
        let form = [("flow", flow), ("login", &person.email), ("passwd", PASSWORD), ("decision", "accept")];
        let cookie = response.headers.get("Set-Cookie").and_then(|cookie| cookie.split(';').next());
        cookies.extend(cookie.map(str::to_owned));
        let request = Request::new(Method::Post, action).header("Cookie", cookies.join("; "));
        response = ask(sandbox, Service::Microsoft, &request.body(FORM, url::form(form)));
    }
    panic!("the sign-in goes on and on");
}

/// Where the browser lands in which this CRM user agrees at Zoho.
pub(crate) fn agree_at_zoho(sandbox: &Sandbox, page: &str, user: &str) -> String {
    let (address, asked) = page.split_once('?').expect("a query");
    let form = format!("{asked}&user={user}&decision=accept");
    query(&ask(sandbox, Service::Zoho, &Request::new(Method::Post, address).body(FORM, form))).expect("a redirect")
}

/// The CRM's REST API, as this user.
pub(crate) fn crm(sandbox: &Sandbox, user: &str, method: Method, path: &str, body: Option<&Value>) -> Value {
    let id = user.parse().expect("an id");
    let token = sandbox.world(|world| {
        world.with_zoho(|zoho, context| zoho.issue_access_token_for_user(context, id, &["ZohoCRM.modules.ALL"]))
    });
    let address = format!("{}{path}", sandbox.vendor_origin(Service::Zoho));
    let mut request = Request::new(method, address).header("Authorization", format!("Zoho-oauthtoken {token}"));
    if let Some(body) = body {
        request = request.body("application/json", body.to_string());
    }
    serde_json::from_slice(&ask(sandbox, Service::Zoho, &request).body).unwrap_or_default()
}

/// Given name and surname of every contact of the mailbox, by id.
pub(crate) fn in_mailbox(sandbox: &Sandbox, person: &Person) -> Vec<(String, String, String)> {
    let contacts = sandbox.world(|world| world.microsoft.contacts(&person.email));
    let text = |contact: &Value, name: &str| contact[name].as_str().unwrap_or_default().to_owned();
    contacts.iter().map(|contact| (text(contact, "id"), text(contact, "givenName"), text(contact, "surname"))).collect()
}

/// The same of every contact of the CRM that the user owns.
pub(crate) fn in_crm(sandbox: &Sandbox, person: &Person) -> Vec<(String, String, String)> {
    let contacts = sandbox.world(|world| world.zoho.records(&person.org, "Contacts"));
    let own = contacts.iter().filter(|contact| contact["Owner"]["id"] == person.user);
    let text = |contact: &Value, name: &str| contact[name].as_str().unwrap_or_default().to_owned();
    own.map(|contact| (text(contact, "id"), text(contact, "First_Name"), text(contact, "Last_Name"))).collect()
}

/// Writes a contact down in the mailbox, or another surname for it.
pub(crate) fn write_in_mailbox(sandbox: &Sandbox, person: &Person, given: &str, surname: &str) {
    let known = in_mailbox(sandbox, person).into_iter().find(|(_, name, _)| name == given);
    sandbox
        .world(|world| {
            world.with_microsoft(|microsoft, context| match known {
                Some((id, ..)) => {
                    microsoft.edit_contact(&person.email, &id, &json!({ "surname": surname }), context).map(drop)
                }
                None => {
                    let contact = json!({ "givenName": given, "surname": surname });
                    microsoft.add_contact(&person.email, &contact, context).map(drop)
                }
            })
        })
        .expect("it is written");
}

/// The same in the CRM.
pub(crate) fn write_in_crm(sandbox: &Sandbox, person: &Person, given: &str, surname: &str) {
    let known = in_crm(sandbox, person).into_iter().find(|(_, name, _)| name == given);
    let answer = match known {
        Some((id, ..)) => {
            let body = json!({ "data": [{ "id": id, "Last_Name": surname }] });
            crm(sandbox, &person.user, Method::Put, "/crm/v8/Contacts", Some(&body))
        }
        None => {
            let body = json!({ "data": [{ "First_Name": given, "Last_Name": surname }] });
            crm(sandbox, &person.user, Method::Post, "/crm/v8/Contacts", Some(&body))
        }
    };
    assert_eq!(answer["data"][0]["code"], "SUCCESS", "{answer}");
}
