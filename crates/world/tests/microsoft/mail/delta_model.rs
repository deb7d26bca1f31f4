//! Delta queries against a model: whoever follows them has what is in the folder.

use super::*;
use mxs_world::Ids;
use mxs_world::microsoft::TokenDeath;
use std::collections::BTreeMap;

const START: &str = "/me/mailFolders/inbox/messages/delta?$select=subject,isRead";

/// A client that remembers what it was told, by id.
struct Follower {
    graph: Graph,
    link: String,
    told: BTreeMap<String, bool>,
}

impl Follower {
    /// Reads one page, or begins anew where the token is dead; says whether the round is over.
    fn read_page(&mut self, world: &mut World) -> bool {
        let response = self.graph.send(world, Method::Get, &self.link, None);
        if response.status == 410 {
            self.link = START.to_owned();
            self.told.clear();
            return false;
        }
        assert_eq!(response.status, 200, "{}", text(&response));
        let page = json(&response);
        for item in page["value"].as_array().expect("a page") {
            if item.get("@removed").is_some() {
                self.told.remove(id(item));
            } else {
                self.told.insert(id(item).to_owned(), item["isRead"].as_bool().expect("whether it is read"));
            }
        }
        let next = page["@odata.nextLink"].as_str();
        self.link = next.or(page["@odata.deltaLink"].as_str()).expect("a link").to_owned();
        next.is_none()
    }
}

fn shown(world: &World) -> BTreeMap<String, bool> {
    let mails = world.microsoft.mails(ADA);
    let inside = mails.iter().filter(|mail| mail["folder"] == "inbox");
    inside.map(|mail| (mail["defaultId"].as_str().unwrap_or_default().to_owned(), mail["isRead"] == true)).collect()
}

#[test]
fn whoever_follows_has_what_is_there() {
    for seed in 0..60 {
        let world = &mut world();
        let graph = ada(world).with("Prefer", "odata.maxpagesize=3");
        let mut follower = Follower { graph, link: START.to_owned(), told: BTreeMap::new() };
        let mut ids = Ids::new(seed);
        let mut below = |limit: usize| (ids.next_number() % limit as u64) as usize;
        let mut keys: Vec<String> = Vec::new();
        for _ in 0..60 {
            let nth = keys.get(below(keys.len().max(1))).cloned();
            match (below(8), nth) {
                (0 | 1, _) => keys.push(arrive(world, ["inbox", "archive"][below(2)], &letter("S", BOB))),
                (2, Some(key)) => {
                    let folder = ["inbox", "archive"][below(2)];
                    with(world, |microsoft, context| microsoft.move_mail(ADA, &key, folder, context)).expect("a move");
                }
                (3, Some(key)) => {
                    let read = json!({ "isRead": below(2) == 0 });
                    with(world, |microsoft, context| microsoft.edit_mail(ADA, &key, &read, context)).expect("a change");
                }
                (4, Some(key)) => {
                    // What is gone for good can't be deleted once more.
                    let _ = with(world, |microsoft, context| microsoft.delete_mail(ADA, &key, context));
                }
                (5, _) if below(4) == 0 => {
                    world.microsoft.expire_delta_tokens(ADA, TokenDeath::GoneWithLocation);
                }
                _ => {
                    follower.read_page(world);
                }
            }
        }
        let over = (0..200).any(|_| follower.read_page(world));
        assert!(over, "seed {seed}: a round without end");
        // The round that ended may have begun before the last change.
        while !follower.read_page(world) {}
        assert_eq!(follower.told, shown(world), "seed {seed}");
    }
}
