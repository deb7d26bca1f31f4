//! Whatever people do while a client pages: a replica that follows the links ends up as the folder.

use crate::support::*;
use mxs_world::World;
use mxs_world::microsoft::MovesTold;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What happens next; numbers pick a contact.
#[derive(Clone, Debug)]
enum Step {
    Add,
    Delete(usize),
    Edit(usize, u8),
    MoveAway(usize),
    MoveBack(usize),
    Page(usize),
    Purge(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Add),
        1 => (0..20_usize).prop_map(Step::Delete),
        3 => (0..20_usize, any::<u8>()).prop_map(|(contact, value)| Step::Edit(contact, value)),
        1 => (0..20_usize).prop_map(Step::MoveAway),
        2 => (0..20_usize).prop_map(Step::MoveBack),
        3 => (1..5_usize).prop_map(Step::Page),
        1 => (0..20_usize).prop_map(Step::Purge),
    ];
    prop::collection::vec(step, 0..60)
}

/// A client's copy of the default folder.
struct Replica {
    graph: Graph,
    url: String,
    items: BTreeMap<String, Value>,
}

impl Replica {
    /// Reads one page; says whether the round is over.
    fn page(&mut self, world: &mut World, size: usize) -> bool {
        let graph = Graph { token: self.graph.token.clone(), headers: self.graph.headers.clone() };
        let page = graph.with("Prefer", &format!("odata.maxpagesize={size}")).get(world, &self.url);
        for item in page["value"].as_array().expect("items") {
            match item["@removed"].is_null() {
                true => self.items.insert(id(item).to_owned(), item["jobTitle"].clone()),
                false => self.items.remove(id(item)),
            };
        }
        let link = page["@odata.nextLink"].as_str().or(page["@odata.deltaLink"].as_str());
        self.url = link.expect("a link").to_owned();
        page["@odata.deltaLink"].is_string()
    }
}

fn act(world: &mut World, step: &Step, ids: &mut Vec<String>, away: &str) {
    world.with_microsoft(|microsoft, context| {
        let pick = |number: &usize| ids.get(number % ids.len().max(1)).cloned().unwrap_or_default();
        // A step that finds nothing to act on does nothing.
        let _ = match step {
            Step::Add => {
                let contact = json!({ "givenName": "N", "jobTitle": "0" });
                microsoft.add_contact(ADA, &contact, context).map(|id| ids.push(id))
            }
            Step::Delete(number) => microsoft.delete_contact(ADA, &pick(number), context),
            Step::Edit(number, value) => microsoft
                .edit_contact(ADA, &pick(number), &json!({ "jobTitle": value.to_string() }), context)
                .map(|_| ()),
            Step::MoveAway(number) => microsoft.move_contact(ADA, &pick(number), away, context).map(|_| ()),
            Step::MoveBack(number) => microsoft.move_contact(ADA, &pick(number), "contacts", context).map(|_| ()),
            Step::Page(_) => Ok(()),
            Step::Purge(number) => microsoft.purge_contact(ADA, &pick(number), context),
        };
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_replica_becomes_the_folder(
        steps in steps(),
        immutable in any::<bool>(),
        moves_told in prop_oneof![Just(MovesTold::FirstOnes), Just(MovesTold::None), Just(MovesTold::All)],
    ) {
        let world = &mut world();
        world.microsoft.rules.moves_told = moves_told;
        let mut graph = Graph::application(world);
        if immutable {
            graph = graph.with("Prefer", "IdType=\"ImmutableId\"");
        }
        let mut replica = Replica { graph, url: format!("/users/{ADA}/contacts/delta"), items: BTreeMap::new() };
        let away = world
            .with_microsoft(|microsoft, context| microsoft.add_contact_folder(ADA, None, "Away", context))
            .expect("a folder");
        let mut ids = Vec::new();
        for step in &steps {
            act(world, step, &mut ids, &away);
            if let Step::Page(size) = step {
                replica.page(world, *size);
            }
        }
        // The round in progress, and one more for what it no longer told.
        while !replica.page(world, 3) {}
        while !replica.page(world, 3) {}
        // Who follows the links alone may have missed who came, but nobody who left; a fresh start shows all.
        let followed = std::mem::take(&mut replica.items);
        replica.url = format!("/users/{ADA}/contacts/delta");
        while !replica.page(world, 3) {}
        let mailbox = world.microsoft.mailbox(ADA).expect("a mailbox");
        let form = if immutable { "id" } else { "defaultId" };
        let folder: BTreeMap<String, Value> = mailbox
            .contacts()
            .into_iter()
            .filter(|contact| contact["parentFolderId"] == mailbox.default_folder_id())
            .map(|contact| (contact[form].as_str().expect("an id").to_owned(), contact["jobTitle"].clone()))
            .collect();
        prop_assert_eq!(&replica.items, &folder);
        if immutable && moves_told != MovesTold::All {
            prop_assert!(followed.iter().all(|(id, title)| folder.get(id) == Some(title)), "{followed:?}");
        } else {
            prop_assert_eq!(&followed, &folder);
        }
    }
}
