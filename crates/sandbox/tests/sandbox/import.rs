//! Folders of files, whole and broken.

use crate::client::start_with;
use mxs_sandbox::import::folder;
use mxs_sandbox::options::Options;
use mxs_sandbox::seed::{PEOPLE, SeedName};
use std::path::{Path, PathBuf};

fn samples(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/samples").join(name)
}

#[test]
fn each_broken_file_has_its_line_and_keeps_no_other_out() {
    let imported = folder(&samples("broken")).expect("a folder");
    let expected = [
        ("aosp-v21_invalid_multiple_line.vcf: 1 contact", ""),
        ("aosp-v21_malformed_photo.vcf: 1 contact", "a mailbox has no place for: picture"),
        ("northlight-cropped.vcf: 2 contacts", "card 2 is cut off"),
        ("northlight-nobody.vcf: 0 contacts", "card 1 has no name"),
        ("northlight-not-a-vcard.vcf: 0 contacts", "is no vCard file"),
    ];
    assert_eq!(imported.lines.len(), expected.len(), "{:#?}", imported.lines);
    for (line, (start, part)) in imported.lines.iter().zip(expected) {
        assert!(line.starts_with(start) && line.contains(part), "{line}");
    }
    let names: Vec<&str> = imported.contacts.iter().filter_map(|contact| contact["displayName"].as_str()).collect();
    assert_eq!(names, ["Omega", "fullname", "Petra Halb", "Cut Short"]);
}

#[test]
fn other_kinds_of_files_are_skipped_aloud() {
    let imported = folder(&samples("")).expect("a folder");
    let said = imported.lines.join("\n");
    assert!(said.contains("ATTRIBUTION.md: skipped, it is no vCard file"), "{said}");
    assert!(said.contains("contacts: skipped, it is a folder"), "{said}");
    assert_eq!(imported.contacts, Vec::<serde_json::Value>::new());
}

#[tokio::test]
async fn an_imported_folder_is_in_the_mailbox() {
    let mailbox = PEOPLE[4].email;
    let options = Options {
        seed: SeedName::Empty,
        import: vec![samples("contacts")],
        mailbox: Some(mailbox.to_owned()),
        ..Options::default()
    };
    let sandbox = start_with(options).await;
    let messages = sandbox.running.messages.join("\n");
    assert!(messages.contains(&format!("16 of 16 contacts are in the mailbox {mailbox}")), "{messages}");
    let names: Vec<String> = sandbox.running.sandbox.world(|world| {
        let contacts = world.microsoft.contacts(mailbox);
        contacts.iter().filter_map(|contact| contact["displayName"].as_str().map(str::to_owned)).collect()
    });
    assert!(names.iter().any(|name| name == "髙橋 由美子"), "{names:?}");
}
