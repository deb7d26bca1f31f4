//! The time zones that the server knows.

use crate::support::*;

fn question(full: &str, ids: &[&str]) -> String {
    let ids: String = ids.iter().map(|id| format!("<t:Id>{id}</t:Id>")).collect();
    let ids = if ids.is_empty() { ids } else { format!("<m:Ids>{ids}</m:Ids>") };
    format!("<m:GetServerTimeZones {full}>{ids}</m:GetServerTimeZones>")
}

#[test]
fn the_server_tells_its_zones_and_their_rules() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let zones = |answer: &mxs_xml::Element| done(answer).get("TimeZoneDefinitions").expect("zones").children.clone();
    let all = zones(&ada.ask(&mut world, &question("ReturnFullTimeZoneData=\"true\"", &[])));
    assert!(all.len() > 130, "{}", all.len());
    let one = zones(&ada.ask(&mut world, &question("", &["w. europe standard time", "Middle-earth"])));
    assert_eq!(one.len(), 1, "who isn't known is left out");
    assert_eq!(one[0].attribute("Id"), Some("W. Europe Standard Time"));
    assert_eq!(one[0].attribute("Name"), Some("(UTC+01:00) Berlin"));
    let periods: Vec<_> =
        one[0].get("Periods").expect("periods").all("Period").map(|one| one.attribute("Bias")).collect();
    assert_eq!(periods, [Some("-PT60M"), Some("-PT120M")]);
    let group = one[0].at(&["TransitionsGroups", "TransitionsGroup"]).expect("a group");
    let days: Vec<_> = group
        .children
        .iter()
        .map(|day| ["Month", "Occurrence", "DayOfWeek", "TimeOffset"].map(|name| day.text(name)).join(" "))
        .collect();
    assert_eq!(days, ["3 -1 Sunday PT120M", "10 -1 Sunday PT180M"]);
    let bare = zones(&ada.ask(&mut world, &question("ReturnFullTimeZoneData=\"false\"", &["Tokyo Standard Time"])));
    assert!(bare[0].children.is_empty());
    let old = Door::of(ADA).speaking("Exchange2007_SP1");
    assert_eq!(code(&old.ask_wrongly(&mut world, &question("", &[]))), "ErrorSchemaValidation");
}
