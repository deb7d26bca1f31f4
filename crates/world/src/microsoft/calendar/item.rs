//! An event or an occurrence as Graph writes it.

use super::event::Event;
use super::schema::{ONLY_SELECTED, PROPERTIES, property_in_query};
use super::zone::{NamedZone, Span, Window, utc};
use super::{body, people};
use crate::microsoft::mailbox::{ExtendedId, write_extended};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// What of events is shown, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct View {
    /// The zone of start and end.
    pub(crate) zone: NamedZone,
    /// Whether the body comes as text.
    pub(crate) as_text: bool,
    /// Whether ids are the immutable ones.
    pub(crate) immutable: bool,
    /// The properties beside the id; the usual ones where it is `None`.
    pub(crate) select: Option<Vec<&'static str>>,
    /// Extended properties that come with it.
    pub(crate) extended: Vec<ExtendedId>,
    /// Whether the exceptions of a series come with it.
    pub(crate) exceptions: bool,
    /// Whether it was asked for by its id.
    pub(crate) by_id: bool,
}

/// An event, or one occurrence of a series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) event: &'a Event,
    /// The original date of an occurrence.
    pub(crate) day: Option<Date>,
}

/// What stands between the id of a series and the original date in the id of an occurrence.
const OCCURRENCE_MARK: &str = "FRAAgI8";

/// The id of an occurrence: the series' with the original date in it, so that it stays the same whatever is
/// changed. Real ones hold both too.
pub(crate) fn occurrence_id(series: &str, day: Date) -> String {
    format!("{}{OCCURRENCE_MARK}{}=", series.trim_end_matches('='), day.strftime("%Y%m%d"))
}

/// The id of a series and the original date, out of the id of an occurrence.
pub(crate) fn split_occurrence_id(id: &str) -> Option<(String, Date)> {
    let (series, day) = id.strip_suffix('=')?.rsplit_once(OCCURRENCE_MARK)?;
    let day = Date::strptime("%Y%m%d", day).ok()?;
    Some((format!("{series}="), day))
}

impl Item<'_> {
    /// When it takes place.
    pub(crate) fn span(&self) -> Span {
        self.day.and_then(|day| self.event.span_of(day)).unwrap_or_else(|| self.event.span.clone())
    }

    /// Its id in one of the two forms.
    pub(crate) fn id(&self, immutable: bool) -> String {
        let own = if immutable { &self.event.immutable_id } else { &self.event.default_id };
        self.day.map_or_else(|| own.clone(), |day| occurrence_id(own, day))
    }

    /// What it is called in every mailbox. Each occurrence has another
    /// (<https://learn.microsoft.com/en-us/graph/api/resources/event>): its date stands in the middle, as MS-OXOCAL
    /// has it (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxocal>).
    pub(crate) fn ical_uid(&self) -> String {
        let (Some(day), Some((before, after))) = (self.day, self.event.ical_uid.split_at_checked(UID_DATE.start))
        else {
            return self.event.ical_uid.clone();
        };
        let date = format!("{:04X}{:02X}{:02X}", day.year(), day.month(), day.day());
        format!("{before}{date}{}", after.get(date.len()..).unwrap_or_default())
    }

    /// `singleInstance`, `seriesMaster`, `occurrence` or `exception`.
    pub(crate) fn kind(&self) -> &'static str {
        match (self.day, &self.event.repetition) {
            (None, None) => "singleInstance",
            (None, Some(_)) => "seriesMaster",
            (Some(day), _) if self.event.exception_on(day).is_some() => "exception",
            (Some(_), _) => "occurrence",
        }
    }

    /// The value of an extended property; occurrences have those of their series.
    pub(crate) fn extended(&self, id: &ExtendedId) -> Option<&str> {
        let own = self.day.and_then(|day| self.event.exception_on(day)).and_then(|own| own.extended.get(id));
        own.or_else(|| self.event.extended.get(id)).map(String::as_str)
    }

    /// Every extended property.
    pub(crate) fn all_extended(&self) -> impl Iterator<Item = (&ExtendedId, &str)> {
        let own = self.day.and_then(|day| self.event.exception_on(day)).map(|exception| &exception.extended);
        let others = self.event.extended.iter().filter(move |(id, _)| own.is_none_or(|own| !own.contains_key(*id)));
        own.into_iter().flatten().chain(others).map(|(id, value)| (id, value.as_str()))
    }

    /// One property as Graph writes it; `None` for a name that isn't an event's.
    pub(crate) fn property(&self, name: &str, view: &View) -> Option<Value> {
        let (name, _) = property_in_query(name)?;
        let event = self.event;
        Some(match name {
            "id" => json!(self.id(view.immutable)),
            "createdDateTime" => json!(utc(event.created)),
            "lastModifiedDateTime" => json!(utc(self.modified())),
            "changeKey" => json!(event.key_of(self.day)),
            "transactionId" => json!(event.transaction.as_ref().map(|(id, _)| id)),
            "originalStartTimeZone" => json!(self.span().start.zone.name),
            "originalEndTimeZone" => json!(self.span().end.zone.name),
            "iCalUId" => json!(self.ical_uid()),
            // This stand-in has no attachments and no drafts.
            "hasAttachments" | "isDraft" => json!(false),
            "bodyPreview" => json!(body::preview(&event.property_of(self.day, "body"))),
            "originalStart" => json!(self.original_start().map(utc)),
            "isAllDay" => json!(self.span().all_day),
            "isOrganizer" => json!(event.is_organizer),
            "seriesMasterId" => {
                let series = Item { day: None, ..*self };
                json!(self.day.map(|_| series.id(view.immutable)))
            }
            "type" => json!(self.kind()),
            "webLink" => {
                let id = mxs_http::url::encode(&self.id(false));
                json!(format!("https://outlook.office365.com/owa/?itemid={id}&exvsurl=1&path=/calendar/item"))
            }
            "responseStatus" => {
                let answer = event.property_of(self.day, "responseStatus");
                if event.is_organizer { people::no_answer("organizer") } else { answer }
            }
            "body" => body::write(&event.property_of(self.day, "body"), view.as_text),
            "start" => self.span().write(&self.span().start, &view.zone),
            "end" => self.span().write(&self.span().end, &view.zone),
            "recurrence" => json!(event.recurrence().filter(|_| self.day.is_none())),
            "organizer" => json!({ "emailAddress": event.organizer.write() }),
            "cancelledOccurrences" => json!(self.cancelled(view.immutable)),
            _ => event.property_of(self.day, name),
        })
    }

    /// When an occurrence would start if nothing had been changed.
    fn original_start(&self) -> Option<jiff::Timestamp> {
        let span = self.event.span.on(self.day?)?;
        Some(span.bounds().0)
    }

    /// When it was changed last.
    pub(crate) fn modified(&self) -> jiff::Timestamp {
        let exception = self.day.and_then(|day| self.event.exception_on(day));
        exception.map_or(self.event.modified, |exception| exception.modified)
    }

    /// `OID.`, the id of the series, and the date of each occurrence that was cancelled.
    fn cancelled(&self, immutable: bool) -> Vec<String> {
        let series = self.id(immutable);
        let repetition = self.event.repetition.as_ref().filter(|_| self.day.is_none());
        let days = repetition.into_iter().flat_map(|repetition| &repetition.days.cancelled);
        days.map(|day| format!("OID.{series}.{day}")).collect()
    }

    /// The exceptions of a series.
    pub(crate) fn exceptions(&self) -> impl Iterator<Item = Self> {
        let repetition = self.event.repetition.as_ref().filter(|_| self.day.is_none());
        let days = repetition.into_iter().flat_map(|repetition| repetition.days.exceptions.keys());
        let event = self.event;
        days.map(move |day| Self { event, day: Some(*day) })
    }

    /// The item as Graph writes it: what was selected, or the usual properties, and the id.
    pub(crate) fn write(&self, view: &View) -> Map<String, Value> {
        let mut written = Map::new();
        written.insert("@odata.etag".into(), self.event.etag(self.day).into());
        let wanted = |name: &&str| match &view.select {
            _ if *name == "id" => true,
            Some(_) if *name == "cancelledOccurrences" && !(view.by_id && self.kind() == "seriesMaster") => false,
            Some(select) => select.contains(name),
            None => !ONLY_SELECTED.contains(name),
        };
        for name in PROPERTIES.iter().map(|(name, _)| *name).filter(wanted) {
            if let Some(value) = self.property(name, view) {
                written.insert(name.to_owned(), value);
            }
        }
        // Measured: a list tells how to join only together with whether one can.
        let tells = view.by_id || view.select.as_ref().is_none_or(|select| select.contains(&"isOnlineMeeting"));
        if let (false, Some(meeting)) = (tells, written.get_mut("onlineMeeting")) {
            *meeting = Value::Null;
        }
        let extended: Vec<Value> =
            view.extended.iter().filter_map(|id| self.extended(id).map(|value| write_extended(id, value))).collect();
        // Without a value the member is missing, not empty.
        if !extended.is_empty() {
            written.insert("singleValueExtendedProperties".into(), extended.into());
        }
        if view.exceptions && self.kind() == "seriesMaster" {
            let plain = View { extended: Vec::new(), exceptions: false, select: None, ..view.clone() };
            let selects = |name: &str| view.select.as_ref().is_some_and(|select| select.contains(&name));
            // The documented answer shows of each what was selected of the series, so what comes only when it is
            // selected comes too (https://learn.microsoft.com/en-us/graph/api/event-get, example 3).
            let exception = |item: Self| {
                let mut exception = item.write(&plain);
                if selects("originalStart") {
                    exception
                        .extend(item.property("originalStart", &plain).map(|start| ("originalStart".into(), start)));
                }
                Value::Object(exception)
            };
            let all: Vec<Value> = self.exceptions().map(exception).collect();
            written.insert("exceptionOccurrences".into(), all.into());
        }
        written
    }

    /// Occurrences that were once in a window and aren't any more.
    pub(crate) fn gone(&self, window: Window) -> impl Iterator<Item = Self> {
        let event = self.event;
        let now = event.repetition.as_ref().map(|repetition| repetition.within(&event.span, window));
        let gone = event.ever(window).into_iter().filter(move |day| now.as_ref().is_none_or(|now| !now.contains(day)));
        gone.map(move |day| Self { event, day: Some(day) })
    }

    /// The version: what `If-Match` is compared with.
    pub(crate) fn change_key(&self) -> &str {
        self.event.key_of(self.day)
    }

    /// The id of an occurrence of a series that is called `series`.
    pub(crate) fn occurrence_id(series: &str, day: Date) -> String {
        occurrence_id(series, day)
    }

    /// What a delta query tells of an occurrence, by report
    /// (<https://github.com/microsoftgraph/microsoft-graph-docs/issues/7632>).
    pub(crate) fn write_sparse(&self, view: &View) -> Map<String, Value> {
        let select = Some(vec!["seriesMasterId", "type", "start", "end"]);
        self.write(&View { select, extended: Vec::new(), exceptions: false, by_id: false, ..view.clone() })
    }

    /// Everything about it, for a tester: both ids, the extended properties and what was cancelled too.
    pub(crate) fn snapshot(&self) -> Value {
        let view = View { immutable: true, by_id: true, ..View::default() };
        let mut written = self.write(&view);
        written.insert("defaultId".into(), self.id(false).into());
        written.insert("calendarId".into(), self.event.calendar.clone().into());
        for name in ONLY_SELECTED {
            written.insert(name.into(), self.property(name, &view).unwrap_or(Value::Null));
        }
        let extended: Vec<Value> = self.all_extended().map(|(id, value)| write_extended(id, value)).collect();
        written.insert("singleValueExtendedProperties".into(), extended.into());
        Value::Object(written)
    }
}

/// Where the date of an occurrence stands in an `iCalUId`.
const UID_DATE: std::ops::Range<usize> = 32..40;

/// What a series is called, and the original date, out of what one of its occurrences is called.
pub(crate) fn split_ical_uid(uid: &str) -> Option<(String, Date)> {
    let (before, after) = (uid.get(..UID_DATE.start)?, uid.get(UID_DATE.end..)?);
    let part = |digits: std::ops::Range<usize>| i16::from_str_radix(uid.get(UID_DATE)?.get(digits)?, 16).ok();
    let (month, day) = (i8::try_from(part(4..6)?).ok()?, i8::try_from(part(6..8)?).ok()?);
    Some((format!("{before}00000000{after}"), Date::new(part(0..4)?, month, day).ok()?))
}

/// What a meeting is called that came by mail: a global object id around the sender's own name, as MS-OXCICAL has it
/// (<https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxcical>).
pub(crate) fn foreign_uid(uid: &str) -> String {
    let data = [b"vCal-Uid\x01\0\0\0".as_slice(), uid.as_bytes(), b"\0"].concat();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let size = u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes();
    format!("040000008200E00074C5B7101A82E008{}{}{}", "0".repeat(40), hex(&size), hex(&data))
}

/// What a global object id begins with.
const GLOBAL: &str = "040000008200E00074C5B7101A82E008";

/// What a meeting is called by programs that know no dates in names: all its occurrences are called the same, and by the
/// sender's own name where it came by mail.
pub(crate) fn spoken_uid(uid: &str) -> String {
    let whole = split_ical_uid(uid).map_or_else(|| uid.to_owned(), |(series, _)| series);
    foreign_part(&whole).unwrap_or(whole)
}

/// What the store calls a meeting that a program calls so.
pub(crate) fn stored_uid(uid: &str) -> String {
    let is_global = uid.len() > GLOBAL.len() && uid.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_global = is_global && uid.get(..GLOBAL.len()).is_some_and(|start| start.eq_ignore_ascii_case(GLOBAL));
    if is_global { uid.to_ascii_uppercase() } else { foreign_uid(uid) }
}

/// The sender's own name in what [`foreign_uid`] made.
fn foreign_part(uid: &str) -> Option<String> {
    let data = uid.strip_prefix(GLOBAL)?.get(48..)?;
    let byte = |at: usize| u8::from_str_radix(data.get(at..at + 2)?, 16).ok();
    let bytes: Vec<u8> = (0..data.len()).step_by(2).map(byte).collect::<Option<_>>()?;
    let name = bytes.strip_prefix(b"vCal-Uid\x01\0\0\0".as_slice())?.strip_suffix(b"\0")?;
    String::from_utf8(name.to_vec()).ok()
}

/// A new `iCalUId`: a global object id in hexadecimal, without a date.
pub(crate) fn ical_uid(ids: &mut crate::Ids) -> String {
    let (time, high, low) = (ids.next_number(), ids.next_number(), ids.next_number());
    format!("040000008200E00074C5B7101A82E00800000000{time:016X}000000000000000010000000{high:016X}{low:016X}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ids_of_occurrences_hold_the_series_and_the_date() {
        let series = format!("AAMkA{}=", "x".repeat(146));
        let id = occurrence_id(&series, date(2026, 11, 24));
        assert!(crate::microsoft::mailbox::is_id(&id));
        assert_eq!(split_occurrence_id(&id), Some((series.clone(), date(2026, 11, 24))));
        for other in [series.as_str(), "", "=", "FRAAgI8=", "FRAAgI820261301="] {
            assert_eq!(split_occurrence_id(other), None, "{other}");
        }
    }

    #[test]
    fn a_global_object_id_has_a_place_for_the_date() {
        let uid = ical_uid(&mut crate::Ids::new(7));
        assert_eq!((uid.len(), &uid[UID_DATE]), (112, "00000000"));
        assert_eq!(split_ical_uid(&uid), None, "a series has no date");
        let occurrence = uid.replacen("E00800000000", "E00807EA0B18", 1);
        assert_eq!(split_ical_uid(&occurrence), Some((uid, date(2026, 11, 24))));
        assert_eq!(split_ical_uid("vCal-Uid"), None);
        let foreign = foreign_uid("a@b");
        assert_eq!(split_ical_uid(&foreign), None);
        assert!(foreign.ends_with("100000007643616C2D5569640100000061406200"), "{foreign}");
        assert_eq!((spoken_uid(&foreign).as_str(), stored_uid("a@b")), ("a@b", foreign.clone()));
        let own = ical_uid(&mut crate::Ids::new(7));
        assert_eq!((spoken_uid(&own), stored_uid(&own.to_lowercase())), (own.clone(), own.clone()));
        let occurrence = own.replacen("E00800000000", "E00807EA0B18", 1);
        assert_eq!(spoken_uid(&occurrence), own, "occurrences are called as their series");
    }
}
