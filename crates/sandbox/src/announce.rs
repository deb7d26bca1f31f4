//! What the console says when everything is up.

use crate::part::Part;
use crate::sandbox::Sandbox;
use crate::seed::{PEOPLE, microsoft, zoho};
use std::fmt::Write;

/// The text; its last line begins with `ready:`, and programs wait for it.
pub fn announce(sandbox: &Sandbox, messages: &[String]) -> String {
    let ports = sandbox.ports();
    let mut text = String::new();
    // Writing to a String can't fail.
    let _ = write(&mut text, sandbox, messages, |part| ports.origin(part));
    text
}

fn write(
    text: &mut String,
    sandbox: &Sandbox,
    messages: &[String],
    origin: impl Fn(Part) -> String,
) -> std::fmt::Result {
    for message in messages {
        writeln!(text, "  {message}")?;
    }
    if !messages.is_empty() {
        writeln!(text)?;
    }
    writeln!(text, "Open {} in a browser.", origin(Part::Crm))?;
    writeln!(text)?;
    writeln!(text, "First: Setup > Marketplace > MS Exchange Sync > Install, as {}. Then open the", PEOPLE[0].display)?;
    writeln!(text, "new tab and connect a mailbox with a name and password from this list.")?;
    writeln!(text)?;
    writeln!(text, "People: each is a CRM user (chosen at the top right of the page) and a Microsoft user")?;
    for person in PEOPLE {
        let note = if person.mailbox { "" } else { "  (no mailbox)" };
        let (email, password, profile) = (person.email, person.password, person.profile.name());
        writeln!(text, "  {email:<36} {password:<19} {profile:<13} {}{note}", person.display)?;
    }
    writeln!(text)?;
    let rows = [
        ("CRM host page", origin(Part::Crm)),
        ("Tab", origin(Part::Tab)),
        ("Microsoft", origin(Part::Microsoft)),
        ("Mailbox page", format!("{}/outlook", origin(Part::Microsoft))),
        ("Zoho", origin(Part::Zoho)),
        ("Function", origin(Part::Function)),
        ("All of this", format!("{}/sandbox/info", origin(Part::Microsoft))),
        ("Tenant", microsoft::TENANT_ID.to_owned()),
        ("Client of the tab", microsoft::TAB_CLIENT_ID.to_owned()),
        ("Client of servers", microsoft::SERVER_CLIENT_ID.to_owned()),
        ("CRM organisation", sandbox.zgid().to_owned()),
        ("CRM client", zoho::CLIENT_ID.to_owned()),
    ];
    for (name, value) in rows {
        writeln!(text, "  {name:<18} {value}")?;
    }
    writeln!(text)?;
    writeln!(text, "Ctrl-C ends it; everything is in memory and gone then.")?;
    writeln!(text, "ready: {}", origin(Part::Crm))
}
