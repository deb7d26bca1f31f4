//! Holds what was asked and answered against Microsoft's own schemas.
//!
//! They are Microsoft's, so they are not in this repository: the tests look for them beside it, and for a program that
//! reads them, and say so where one of both is absent.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many documents one run of the program reads: command lines have an end.
const AT_ONCE: usize = 400;

/// So that tests which run side by side in one process have folders of their own.
static FOLDERS: AtomicUsize = AtomicUsize::new(0);

fn schema() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = here.ancestors().skip(1).map(|above| above.join("shared/contracts/ews/soap.xsd"));
    let found = found.into_iter().find(|path| path.exists());
    if found.is_none() {
        println!("skipped: shared/contracts/ews is not beside the repository");
    }
    found
}

/// What is wrong with these documents; nothing where that can't be found out.
pub(crate) fn complaints(documents: &[String]) -> String {
    let Some(schema) = schema().filter(|_| !documents.is_empty()) else { return String::new() };
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    let name = format!("ews-door-{}-{number}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |(number, document): (usize, &String)| {
        let file = folder.join(format!("{number}.xml"));
        std::fs::write(&file, document).expect("a file");
        file
    };
    let files: Vec<PathBuf> = documents.iter().enumerate().map(write).collect();
    let mut said = String::new();
    for files in files.chunks(AT_ONCE) {
        let mut program = Command::new("xmllint");
        let Ok(output) = program.args(["--noout", "--schema"]).arg(&schema).args(files).output() else {
            println!("skipped: there is no xmllint (Debian: apt-get install libxml2-utils)");
            break;
        };
        let lines = String::from_utf8_lossy(&output.stderr).into_owned();
        said.extend(lines.lines().filter(|line| !line.ends_with(" validates")).map(|line| format!("{line}\n")));
    }
    if said.is_empty() {
        std::fs::remove_dir_all(&folder).expect("a folder of its own");
    }
    said
}

#[test]
fn what_the_schemas_forbid_is_found() {
    let envelope = |inside: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\"><s:Body>{inside}</s:Body></s:Envelope>"
        )
    };
    let (good, bad) =
        (envelope("<m:GetServerTimeZones/>"), envelope("<m:GetServerTimeZones><m:Zones/></m:GetServerTimeZones>"));
    assert_eq!(complaints(std::slice::from_ref(&good)), "");
    let can_be_found = schema().is_some() && Command::new("xmllint").arg("--version").output().is_ok();
    assert_eq!(!complaints(&[good, bad]).is_empty(), can_be_found);
}
