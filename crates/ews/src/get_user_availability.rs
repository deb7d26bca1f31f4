//! When people are free, and when they aren't.
//!
//! <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/getuseravailability-operation>

use crate::xml::{Element, entries, m, t};
use crate::{Each, EwsError, Session, answers, envelope};
use mxs_core::Instant;
use mxs_http::{Request, Response};

/// The most mailboxes that the service tells of at once.
pub const MAILBOXES_MAX: usize = 100;

/// The minutes that the service counts in where nobody asks for another number.
const INTERVAL: &str = "30";

/// How somebody's time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Free.
    Free,
    /// Perhaps taken.
    Tentative,
    /// Taken.
    Busy,
    /// Away.
    OutOfOffice,
    /// At work, elsewhere.
    Elsewhere,
    /// Nobody knows.
    Unknown,
}

/// A time that somebody has something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When it begins.
    pub start: Instant,
    /// When it ends.
    pub end: Instant,
    /// How it is shown.
    pub shown: Shown,
}

/// Asks when the owners of these mailboxes have something between two moments, [`MAILBOXES_MAX`] at most. What it is
/// isn't asked.
pub fn request(session: &Session<'_>, mailboxes: &[&str], start: Instant, end: Instant) -> Request {
    debug_assert!(mailboxes.len() <= MAILBOXES_MAX, "the caller cuts them up");
    let text = |name: &str, text: &str| t(name).saying(text);
    let mailbox = |address: &&str| {
        t("MailboxData")
            .child(t("Email").child(text("Address", address)))
            .child(text("AttendeeType", "Required"))
            .child(text("ExcludeConflicts", "false"))
    };
    // A zone without another half of the year: UTC.
    let half = |name: &str, month: &str| {
        t(name).children([
            text("Bias", "0"),
            text("Time", "00:00:00"),
            text("DayOrder", "1"),
            text("Month", month),
            text("DayOfWeek", "Sunday"),
        ])
    };
    let zone = t("TimeZone").children([text("Bias", "0"), half("StandardTime", "10"), half("DaylightTime", "3")]);
    let window = t("TimeWindow").child(text("StartTime", &local(start))).child(text("EndTime", &local(end)));
    let options = t("FreeBusyViewOptions")
        .child(window)
        .child(text("MergedFreeBusyIntervalInMinutes", INTERVAL))
        .child(text("RequestedView", "FreeBusy"));
    session.request(
        m("GetUserAvailabilityRequest")
            .child(zone)
            .child(m("MailboxDataArray").children(mailboxes.iter().map(mailbox)))
            .child(options),
    )
}

/// A moment as clocks of the zone show it that is asked in.
fn local(moment: Instant) -> String {
    moment.to_string().replace("+00:00", "")
}

/// Reads the answer to [`request`], for each of so many mailboxes in their order.
pub fn parse(response: &Response, asked: usize) -> Each<Vec<Slot>> {
    let mut answer = envelope::open(response, "GetUserAvailabilityResponse")?;
    let found = answer.children.iter_mut().find(|child| child.name == "FreeBusyResponseArray");
    let found = found.map(|array| std::mem::take(&mut array.children)).unwrap_or_default();
    if found.len() != asked {
        return Err(EwsError::unreadable(response.status));
    }
    let one = |found: Element| {
        let message = found.get("ResponseMessage").cloned().unwrap_or_default();
        answers::one(response.status, message, &|_| slots(&found))
    };
    Ok(found.into_iter().map(one).collect())
}

/// A view without details has no list.
fn slots(found: &Element) -> Option<Vec<Slot>> {
    let view = found.get("FreeBusyView")?;
    match view.word("FreeBusyViewType")? {
        "None" | "MergedOnly" => return None,
        _ => {}
    }
    entries(view.get("CalendarEventArray"))?.iter().map(slot).collect()
}

fn slot(event: &Element) -> Option<Slot> {
    let moment = |name| {
        let word = event.word(name)?;
        Instant::parse(word).or_else(|_| Instant::parse(&format!("{word}Z"))).ok()
    };
    let shown = match event.word("BusyType")? {
        "Free" => Shown::Free,
        "Tentative" => Shown::Tentative,
        "Busy" => Shown::Busy,
        "OOF" => Shown::OutOfOffice,
        "WorkingElsewhere" => Shown::Elsewhere,
        "NoData" => Shown::Unknown,
        _ => return None,
    };
    Some(Slot { start: moment("StartTime")?, end: moment("EndTime")?, shown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;
    use crate::testing::{body, session, whole};

    #[test]
    fn times_are_asked_for_in_utc() {
        let moment = Instant::from_seconds;
        let request = body(&request(&session(), &["ada@corp.example"], moment(0), moment(86_400)));
        assert!(request.contains("<t:Email><t:Address>ada@corp.example</t:Address></t:Email>"), "{request}");
        assert!(request.contains(
            "<t:TimeWindow><t:StartTime>1970-01-01T00:00:00</t:StartTime><t:EndTime>1970-01-02T00:00:00</t:EndTime></t:TimeWindow>"
        ));
    }

    #[test]
    fn what_people_have_is_read() {
        let ok =
            "<m:ResponseMessage ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode></m:ResponseMessage>";
        let denied = "<m:ResponseMessage ResponseClass='Error'><m:ResponseCode>ErrorNoFreeBusyAccess</m:ResponseCode></m:ResponseMessage>";
        let view = |kind: &str, events: &str| {
            format!(
                "<m:FreeBusyView><t:FreeBusyViewType>{kind}</t:FreeBusyViewType><t:CalendarEventArray>{events}</t:CalendarEventArray></m:FreeBusyView>"
            )
        };
        let event = "<t:CalendarEvent><t:StartTime>1970-01-01T01:00:00</t:StartTime><t:EndTime>1970-01-01T02:00:00</t:EndTime><t:BusyType>OOF</t:BusyType></t:CalendarEvent>";
        let slot =
            Slot { start: Instant::from_seconds(3_600), end: Instant::from_seconds(7_200), shown: Shown::OutOfOffice };
        let cases = [
            (format!("{ok}{}", view("FreeBusy", event)), Ok(vec![slot])),
            (format!("{ok}{}", view("FreeBusy", "")), Ok(vec![])),
            (denied.to_owned(), Err(ErrorKind::Refused)),
            // No view, one without what was asked for, and one that can't be read.
            (ok.to_owned(), Err(ErrorKind::Unreadable)),
            (format!("{ok}{}", view("None", "")), Err(ErrorKind::Unreadable)),
            (format!("{ok}{}", view("FreeBusy", &event.replace("OOF", "Asleep"))), Err(ErrorKind::Unreadable)),
            (view("FreeBusy", event), Err(ErrorKind::Unreadable)),
        ];
        for (inside, wanted) in cases {
            let answer = whole(&format!(
                "<m:GetUserAvailabilityResponse><m:FreeBusyResponseArray><m:FreeBusyResponse>{inside}</m:FreeBusyResponse></m:FreeBusyResponseArray></m:GetUserAvailabilityResponse>"
            ));
            let read = parse(&answer, 1).expect("an answer").remove(0).map_err(|error| error.kind);
            assert_eq!(read, wanted, "{inside}");
            assert!(parse(&answer, 2).is_err(), "whose is missing?");
        }
    }
}
