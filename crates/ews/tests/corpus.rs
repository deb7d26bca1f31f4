//! Messages of Microsoft's documentation, of real servers and of other programs' tests: each is read, or refused with a
//! reason; none makes a reader fail.

mod readers;

use mxs_core::{Field, Kind};
use mxs_ews::get_item::{self, Asked};
use mxs_ews::{ErrorKind, EwsError, ItemId, autodiscover, get_server_time_zones, negotiated, sync_folder_items};
use mxs_http::Response;
use readers::{WANTED, readers};
use std::collections::BTreeMap;
use std::path::Path;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus/ews");

/// The messages by their files' names.
fn messages() -> BTreeMap<String, Vec<u8>> {
    if !Path::new(CORPUS).exists() {
        println!("skipped: no messages at {CORPUS}");
        return BTreeMap::new();
    }
    let entries = std::fs::read_dir(CORPUS).expect("a folder").map(|entry| entry.expect("an entry").path());
    let named = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        (name, std::fs::read(path).expect("a file"))
    };
    let messages: BTreeMap<_, _> = entries.map(named).collect();
    assert!(messages.len() > 100, "{} messages", messages.len());
    messages
}

fn answer(status: u16, body: &[u8]) -> Response {
    Response::new(status).body("text/xml", body)
}

#[test]
fn no_message_makes_a_reader_fail() {
    for (name, body) in messages() {
        for reader in readers() {
            for status in [200, 500, 503] {
                let read = std::panic::catch_unwind(|| (reader.read)(&answer(status, &body)));
                assert!(read.is_ok(), "{name}: {}", reader.name);
            }
        }
    }
}

/// The answers that no reader takes as their files are named, and why that is right.
const OTHERWISE: [&str; 12] = [
    // Sent at once, nothing was saved: we always save.
    "docs-CreateItemResponse-createitem-email-message.xml",
    // Shortened: without the kind, the zone or the days of an event, or without a message's recipients.
    "docs-GetItemResponse-add-attachments.xml",
    "docs-GetItemResponse-create-a-recurring-series.xml",
    "docs-GetItemResponse-getitem-calendar-item-2.xml",
    "docs-GetItemResponse-getitem-calendar-item.xml",
    // Settings that nobody asked for, without where the service is.
    "docs-GetUserSettingsResponseMessage-getusersettings-soap.xml",
    // Nobody was found, which is an answer.
    "docs-ResolveNamesResponse-ErrorNameResolutionNoResults-resolvenames.xml",
    // Shortened: an item without a version.
    "docs-SyncFolderItemsResponse-synchronize-items-2.xml",
    // No envelope.
    "ewsrs-CreateItemResponse.xml",
    // The error inside of it says more.
    "exchangelib-DeleteItemResponse-ErrorInternalServerError-test_inner_error_parsing.xml",
    // An error, which its file isn't named for.
    "exchangelib-GetUserSettingsResponseMessage-test_get_user_settings.xml",
    // Several people were found, which is an answer.
    "exchangelib-ResolveNamesResponse-ErrorNameResolutionMultipleResults-test_resolvenames_parsing.xml",
];

/// How many things an answer is about, as its file says.
fn asked(body: &[u8]) -> usize {
    let text = String::from_utf8_lossy(body);
    text.matches("ResponseMessage ResponseClass").count()
}

#[test]
fn every_answer_about_one_thing_is_read_or_says_what_its_file_is_named_for() {
    let messages = messages();
    if messages.is_empty() {
        return;
    }
    let mut otherwise = Vec::new();
    for (name, body) in messages {
        let of_operation = |reader: &readers::Reader| name.contains(&format!("-{}Response", reader.operation));
        let outcomes: Vec<_> = readers()
            .iter()
            .filter(|reader| of_operation(reader))
            .map(|reader| (reader.read)(&answer(200, &body)))
            .collect();
        let code = name.split('-').find(|part| part.starts_with("Error"));
        let is_said = |outcome: &Result<(), EwsError>| match (outcome, code) {
            (Ok(()), None) => true,
            (Err(error), Some(code)) => error.code == code,
            (Ok(()), Some(_)) | (Err(_), None) => false,
        };
        if !outcomes.is_empty() && asked(&body) <= 1 && !outcomes.iter().any(is_said) {
            otherwise.push(name);
        }
    }
    assert_eq!(otherwise, OTHERWISE);
}

fn found(name: &str, kind: Kind) -> Option<mxs_core::Fields> {
    let messages = messages();
    let body = messages.get(name)?;
    let id = mxs_core::ExchangeId::new("I");
    let asked = [Asked { id: ItemId::Item(&id), of: None }];
    let read = get_item::parse(&answer(200, body), kind, &asked, &WANTED).expect("an answer").remove(0);
    Some(read.unwrap_or_else(|error| panic!("{name}: {error:?}")).seen.fields)
}

#[test]
fn what_real_servers_said_is_understood() {
    if let Some(contact) = found("recorded-GetItemResponse-testUpdateContact.xml", Kind::Contact) {
        let wanted = [
            (Field::GivenName, "Jane"),
            (Field::Surname, "Smith"),
            (Field::Email1, "jane.smith@gmail.com"),
            (Field::HomePhone, "111"),
            (Field::HomeStreet, "123 Street New"),
            (Field::HomePostalCode, "12345"),
        ];
        for (field, text) in wanted {
            assert_eq!(contact.text(field), text, "{field:?}");
        }
        assert_eq!(contact.get(Field::Sensitivity), None);
    }
    if let Some(series) = found("recorded-GetItemResponse-testRecurringEventSupport.xml", Kind::Event) {
        assert_eq!(series.text(Field::Recurrence), "FREQ=WEEKLY;COUNT=4;BYDAY=WE");
        assert_eq!(
            (series.text(Field::Subject), series.text(Field::Location)),
            ("Weekly Team Meeting", "Conference Room A")
        );
        assert_eq!(series.get(Field::Reminder), Some(&mxs_core::Value::Number(15)));
    }
    if let Some(task) = found("docs-GetItemResponse-getitem-task.xml", Kind::Task) {
        assert_eq!(task.text(Field::Subject), "Buy new shoes");
    }
    let messages = messages();
    let with = |name: &str, check: &dyn Fn(&Response)| {
        if let Some(body) = messages.get(name) {
            check(&answer(200, body));
        }
    };
    with("recorded-GetServerTimeZonesResponse-testGetServerTimezones.xml", &|response| {
        let zones = get_server_time_zones::parse(response).expect("zones");
        let unknown: Vec<&str> =
            zones.iter().map(|zone| zone.id.as_str()).filter(|id| mxs_calendar::Zone::parse(id).is_err()).collect();
        // Windows gave up both, and Unicode's table has neither.
        assert_eq!(unknown, ["Mid-Atlantic Standard Time", "Kamchatka Standard Time"]);
        assert!(negotiated(response).is_ok_and(|version| version.is_some()));
    });
    with("recorded-SyncFolderItemsResponse-testListItemChanges-2.xml", &|response| {
        assert!(sync_folder_items::parse(response).is_ok_and(|page| !page.sync_state.is_empty()));
    });
    with("recorded-AutodiscoverPOXResponse-testGetAPI.xml", &|response| {
        assert!(matches!(autodiscover::pox::parse(response), Ok(autodiscover::Answer::Endpoint(_))));
    });
    with("exchangelib-Fault-test_error_server_busy.xml", &|response| {
        let error = sync_folder_items::parse(response).expect_err("a fault");
        assert_eq!((error.kind, error.back_off_ms), (ErrorKind::Throttled, Some(297_749)));
    });
}
