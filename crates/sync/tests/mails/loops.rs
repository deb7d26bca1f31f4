//! Pages that lead to each other for ever: a run of mails ends, and nothing is copied either way.

use crate::script::{Kind, Step};
use crate::stage::Stage;
use crate::tamper::round_and_round;
use mxs_sync::{End, Failure};
use mxs_world::Service::{self, Microsoft, Zoho};

/// The most pages that a run reads of a loop of one page.
const PAGES_MAX: u32 = 2;

/// A mail that came and one that the CRM sent, for a contact that is there.
fn story() -> Stage {
    let mut stage = Stage::new();
    // One by one, so that each answer comes by itself.
    stage.no_composites = true;
    let contact = Step::AddRecord { person: 1, module: "Contacts" };
    let came = Step::Arrive { person: 1, kind: Kind::Plain, folder: "inbox" };
    [contact, Step::Sync, came, Step::SendFromCrm { nth: 0 }].iter().for_each(|step| stage.play(step));
    stage
}

/// Whose pages go round, which, and whether anything is remembered.
const LOOPS: [(Service, &str, bool); 6] = [
    (Microsoft, "/messages/delta", true),
    (Microsoft, "/messages/delta", false),
    (Zoho, "Email in (", true),
    (Zoho, "Modified_Time >= ", true),
    (Zoho, "Last_Activity_Time >= ", true),
    (Zoho, "type=sent_from_crm", true),
];

/// Those of mails that the CRM sent.
const OF_THE_CRM: [&str; 2] = ["Last_Activity_Time >= ", "type=sent_from_crm"];

#[test]
fn pages_that_lead_back_end_the_run_and_nothing_is_copied_on_their_word() {
    for (service, word, is_known) in LOOPS {
        for pages in [1, 2] {
            let mut stage = story();
            if !is_known {
                stage.play(&Step::LoseStore);
            }
            let copied = |stage: &Stage| [stage.emails().len(), stage.mails().len()];
            let before = copied(&stage);
            stage.tamper.with(service, word, round_and_round(pages));
            let failure = if service == Microsoft { Failure::MicrosoftAnswer } else { Failure::CrmAnswer };
            assert_eq!(stage.sync(None).expect("nobody dies").end, Err(failure), "{word}, {is_known}, {pages} pages");
            let read = stage.tamper.stop();
            assert!((2..=PAGES_MAX * pages).contains(&read), "{word}, {is_known}, {pages} pages: {read}");
            // What goes to the CRM doesn't wait for what the CRM sent.
            let from = usize::from(OF_THE_CRM.contains(&word));
            assert_eq!(copied(&stage)[from..], before[from..], "{word}, {is_known}");
            assert_eq!(stage.sync(None).expect("nobody dies").end, Ok(End::Completed));
            stage.settle();
        }
    }
}
