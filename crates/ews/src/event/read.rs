//! What an event holds.

use super::{
    ALL_DAY, DELETED, END, LOCATION, MODIFIED, OLD_ZONE, ONLINE, RECURRENCE, SERIES, SHOWN, SHOWN_AS, START,
    START_ZONE, TYPE, UID, UNKNOWN, people,
};
use crate::ids::id;
use crate::item::{self, REMINDER_MINUTES, REMINDER_SET, SUBJECT};
use crate::property::Property;
use crate::recurrence;
use crate::sync_folder_items::When;
use crate::xml::Element;
use mxs_core::{Date, ExchangeId, Field, Fields, Instant, Value};
use mxs_graph::counted::Counted;
use mxs_graph::event::days_zone;
use mxs_graph::online_meeting;
use mxs_graph::recurrence::canonical;
use mxs_graph::tasks::TimeZone;
use mxs_graph::text::read;
use mxs_graph::times::{ZonedTime, day_in, local};

/// What stands for how a meeting is held online, where only that it is.
const SOMEHOW: &str = "unknown";

/// The longest time before an event that the service reminds of, in minutes; a number beyond stands for none.
const REMINDER_MAX: i64 = 2_629_800;

/// An occurrence that differs from its series, as the series names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its id, by which it is to be asked for.
    pub id: ExchangeId,
    /// When the rule had put it.
    pub original: Instant,
}

/// What an event tells.
pub(crate) struct Told {
    pub(crate) fields: Fields,
    /// Of a series: which of its occurrences are items of their own.
    pub(crate) exceptions: Vec<Exception>,
}

/// The contents of an event; `None` where something of them can't be read. The days of series are those of the `user`'s
/// zone, if that is known. An exception is one `of` a series, which had put it at a moment.
pub(crate) fn told(event: &Element, user: Option<&TimeZone>, of: Option<(&ExchangeId, Instant)>) -> Option<Told> {
    let mut fields = Fields::default();
    item::fields(event, &mut fields)?;
    let zone = zone(event)?;
    let all_day = ALL_DAY.flag(event)?;
    let start = time(START, event, all_day, zone)?;
    if is_true(ONLINE, event)? {
        let notes = online_meeting::notes_of(fields.text(Field::Notes));
        fields.put(Field::Notes, read(&notes));
        fields.put(Field::OnlineMeeting, Value::text(SOMEHOW));
    }
    let mut put = |field, value| fields.put(field, value);
    put(Field::Subject, read(SUBJECT.text(event)?));
    put(Field::Location, read(LOCATION.text(event)?));
    put(Field::Start, Some(start.clone()));
    put(Field::End, Some(time(END, event, all_day, zone)?));
    put(Field::Zone, Value::text(zone));
    put(Field::MeetingUid, Value::text(UID.text(event)?));
    if is_true(REMINDER_SET, event)? {
        let minutes: i64 = REMINDER_MINUTES.word(event)??.parse().ok()?;
        put(Field::Reminder, (minutes <= REMINDER_MAX).then_some(Value::Number(minutes)));
    }
    if let Some(shown) = SHOWN.word(event)?.filter(|shown| *shown != UNKNOWN) {
        let (_, word) = SHOWN_AS.into_iter().find(|(own, _)| *own == shown)?;
        put(Field::ShowAs, Value::text(word));
    }
    let mut exceptions = Vec::new();
    match (TYPE.word(event)??, of) {
        ("Single", None) => {}
        (SERIES, None) => {
            let counted = Counted::new(&start, zone, user);
            let (rule, first) = recurrence::read(RECURRENCE.element(event)?)?;
            put(Field::Recurrence, Value::text(&counted.text(&rule, first, canonical)));
            exceptions = modified(event)?;
            let days = cancelled(event)?.into_iter().chain(exceptions.iter().map(|exception| exception.original));
            let days: Option<Vec<String>> =
                days.map(|moment| Some(original_day(moment, zone, user, all_day)?.to_string())).collect();
            put(Field::Exclusions, Value::set(days?));
            let count = i64::try_from(exceptions.len()).ok().filter(|count| *count > 0);
            put(Field::Exceptions, count.map(Value::Number));
        }
        ("Exception" | "Occurrence", Some((series, original))) => {
            put(Field::Series, Some(Value::text(series.as_str())?));
            put(Field::OriginalStart, Some(Value::Date(original_day(original, zone, user, all_day)?)));
        }
        _ => return None,
    }
    people::read(event, &mut fields)?;
    Some(Told { fields, exceptions })
}

/// When an event takes place, as far as it is told.
pub(crate) fn when(event: &Element) -> Option<When> {
    let (start, end) = (item::moment(START, event)?, item::moment(END, event)?);
    Some(When { start, end, repeats: TYPE.word(event)? == Some(SERIES) })
}

/// A property that older servers may leave out.
fn is_true(property: Property, event: &Element) -> Option<bool> {
    match property.word(event)? {
        Some(_) => property.flag(event),
        None => Some(false),
    }
}

/// The zone that the times were entered in; empty where the server doesn't say.
fn zone(event: &Element) -> Option<&str> {
    let said = START_ZONE.element(event).and_then(|zone| zone.attribute("Id"));
    let said = said.or_else(|| OLD_ZONE.element(event).and_then(|zone| zone.attribute("TimeZoneName")));
    Some(said.unwrap_or_default().trim())
}

/// A start or an end. A whole day begins at midnight in the zone of the event, or in that of whoever wrote it.
fn time(property: Property, event: &Element, all_day: bool, zone: &str) -> Option<Value> {
    let moment = item::moment(property, event)??;
    Some(if all_day { Value::Date(whole_day(moment, zone)?) } else { Value::Moment(moment) })
}

fn whole_day(moment: Instant, zone: &str) -> Option<Date> {
    let own = mxs_calendar::Zone::parse(zone).ok().and_then(|own| local(moment, &own));
    match own.filter(|own| own.time() == jiff::civil::Time::midnight()) {
        Some(_) => day_in(moment, zone),
        None => ZonedTime::utc(moment)?.nearest_day(),
    }
}

/// The day on which the rule had put an occurrence; `None` in a zone that nobody knows.
fn original_day(moment: Instant, zone: &str, user: Option<&TimeZone>, all_day: bool) -> Option<Date> {
    if all_day { whole_day(moment, zone) } else { day_in(moment, days_zone(zone, user)) }
}

fn modified(series: &Element) -> Option<Vec<Exception>> {
    let exception = |occurrence: &Element| {
        let original = Instant::parse(occurrence.word("OriginalStart")?).ok()?;
        Some(Exception { id: ExchangeId::new(id(occurrence, "ItemId")?), original })
    };
    MODIFIED.entries(series)?.iter().map(exception).collect()
}

fn cancelled(series: &Element) -> Option<Vec<Instant>> {
    DELETED.entries(series)?.iter().map(|occurrence| Instant::parse(occurrence.word("Start")?).ok()).collect()
}
