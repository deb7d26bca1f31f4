//! The time zones that the server knows.
//!
//! See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getservertimezones-operation>.

use super::{Message, Operation, Part, Reply};
use crate::microsoft::ews::call::EwsCall;
use crate::microsoft::ews::names::{m, t};
use crate::microsoft::ews::refusal::Refusal;
use crate::microsoft::ews::server::Version;
use crate::microsoft::ews::zones;
use jiff::Timestamp;
use mxs_calendar::Zone;
use mxs_xml::Element;

pub(super) const OPERATION: Operation =
    Operation { name: "GetServerTimeZones", since: Version::Exchange2010, parts: &[Part::optional("Ids")], run };

/// The rules of the zones are told unless somebody says no: so assumed, no document says.
fn run(call: &mut EwsCall<'_, '_>, asked: &Element) -> Result<Reply, Refusal> {
    let full = !matches!(asked.attribute("ReturnFullTimeZoneData"), Some("false" | "0"));
    let ids: Option<Vec<&str>> = asked.get("Ids").map(|ids| ids.all("Id").map(|id| id.text.trim()).collect());
    let is_wanted = |name: &str| ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id.eq_ignore_ascii_case(name)));
    let now = call.context.now;
    let wanted = zones::ALL.iter().filter(|(name, _)| is_wanted(name));
    let definitions = wanted.filter_map(|(name, _)| Some(definition(name, &Zone::parse(name).ok()?, full, now)));
    Ok(Reply::Each(vec![Message::Done(vec![m("TimeZoneDefinitions").children(definitions)])]))
}

/// A zone; without its rules where those weren't asked for. Real servers write empty lists of them, which their own
/// schema forbids.
fn definition(name: &str, zone: &Zone, full: bool, now: Timestamp) -> Element {
    let shown = zones::display_name(name, zone, now);
    if full {
        return zones::write_full("TimeZoneDefinition", name, &shown, zone, now);
    }
    t("TimeZoneDefinition").with("Name", &shown).with("Id", name)
}
