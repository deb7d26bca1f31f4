//! Whoever follows two folders knows what is in them, whatever happens by which door, and in pages of whatever size.

use crate::graph::graph;
use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use mxs_xml::Element;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

/// What happens; numbers choose among what is there.
#[derive(Clone, Debug)]
enum Step {
    Create {
        folder: usize,
        by_graph: bool,
    },
    Edit {
        which: usize,
        by_graph: bool,
    },
    Move {
        which: usize,
        folder: usize,
    },
    Delete {
        which: usize,
        by_graph: bool,
    },
    /// A page of what changed in a folder.
    Follow {
        folder: usize,
        page: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let which = 0..8_usize;
    prop_oneof![
        (0..2_usize, any::<bool>()).prop_map(|(folder, by_graph)| Step::Create { folder, by_graph }),
        (which.clone(), any::<bool>()).prop_map(|(which, by_graph)| Step::Edit { which, by_graph }),
        (which.clone(), 0..2_usize).prop_map(|(which, folder)| Step::Move { which, folder }),
        (which, any::<bool>()).prop_map(|(which, by_graph)| Step::Delete { which, by_graph }),
        (0..2_usize, 1..4_usize).prop_map(|(folder, page)| Step::Follow { folder, page }),
    ]
}

struct Stage {
    world: World,
    ada: Door,
    /// The ids of the two folders, as this door writes them.
    folders: [String; 2],
    /// What a program knows of each: its state, and names by ids.
    known: [(String, BTreeMap<String, String>); 2],
    names: usize,
}

fn attribute(element: &Element, name: &str) -> String {
    element.attribute(name).expect("an attribute").to_owned()
}

impl Stage {
    fn new() -> Self {
        let (mut world, ada) = (world(), Door::of(ADA));
        let more = "<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id=\"contacts\"/></m:ParentFolderId><m:Folders>\
                    <t:ContactsFolder><t:DisplayName>More</t:DisplayName></t:ContactsFolder></m:Folders></m:CreateFolder>";
        let first = "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>\
                     <t:DistinguishedFolderId Id=\"contacts\"/></m:FolderIds></m:GetFolder>";
        let folders = [first, more].map(|request| {
            let answer = ada.ask(&mut world, request);
            attribute(answer.find("FolderId").expect("a folder"), "Id")
        });
        Self { world, ada, folders, known: Default::default(), names: 0 }
    }

    fn ask(&mut self, operation: &str) -> Element {
        self.ada.ask(&mut self.world, operation)
    }

    /// What is in a folder: names by ids.
    fn present(&mut self, folder: usize) -> BTreeMap<String, String> {
        let find = format!(
            "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>\
             <t:FieldURI FieldURI=\"contacts:GivenName\"/></t:AdditionalProperties></m:ItemShape><m:ParentFolderIds>\
             <t:FolderId Id=\"{}\"/></m:ParentFolderIds></m:FindItem>",
            self.folders[folder]
        );
        let named =
            |item: &Element| (attribute(item.get("ItemId").expect("an id"), "Id"), item.text("GivenName").to_owned());
        items(&self.ask(&find)).iter().map(named).collect()
    }

    fn chosen(&mut self, which: usize) -> Option<String> {
        let all: Vec<String> = (0..2).flat_map(|folder| self.present(folder).into_keys()).collect();
        (!all.is_empty()).then(|| all[which % all.len()].clone())
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("N{}", self.names)
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Create { folder, by_graph } => {
                let (name, id) = (self.name(), self.folders[folder].clone());
                if by_graph {
                    let path = format!("/contactFolders/{}/contacts", id.replace('/', "-").replace('+', "_"));
                    graph(&mut self.world, ADA, Method::Post, &path, Some(&json!({ "givenName": name })));
                } else {
                    done(&self.ask(&format!(
                        "<m:CreateItem><m:SavedItemFolderId><t:FolderId Id=\"{id}\"/></m:SavedItemFolderId><m:Items><t:Contact>\
                         <t:GivenName>{name}</t:GivenName></t:Contact></m:Items></m:CreateItem>"
                    )));
                }
            }
            Step::Edit { which, by_graph } => {
                let (Some(id), name) = (self.chosen(which), self.name()) else { return };
                if by_graph {
                    let path = format!("/contacts/{}", id.replace('/', "-").replace('+', "_"));
                    graph(&mut self.world, ADA, Method::Patch, &path, Some(&json!({ "givenName": name })));
                } else {
                    done(&self.ask(&format!(
                        "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\"><m:ItemChanges><t:ItemChange><t:ItemId Id=\"{id}\"/><t:Updates>\
                         <t:SetItemField><t:FieldURI FieldURI=\"contacts:GivenName\"/><t:Contact><t:GivenName>{name}</t:GivenName></t:Contact>\
                         </t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"
                    )));
                }
            }
            Step::Move { which, folder } => {
                let Some(id) = self.chosen(which) else { return };
                let to = self.folders[folder].clone();
                done(&self.ask(&format!(
                    "<m:MoveItem><m:ToFolderId><t:FolderId Id=\"{to}\"/></m:ToFolderId><m:ItemIds><t:ItemId Id=\"{id}\"/></m:ItemIds></m:MoveItem>"
                )));
            }
            Step::Delete { which, by_graph } => {
                let Some(id) = self.chosen(which) else { return };
                if by_graph {
                    let path = format!("/contacts/{}", id.replace('/', "-").replace('+', "_"));
                    graph(&mut self.world, ADA, Method::Delete, &path, None);
                } else {
                    done(&self.ask(&format!("<m:DeleteItem DeleteType=\"HardDelete\"><m:ItemIds><t:ItemId Id=\"{id}\"/></m:ItemIds></m:DeleteItem>")));
                }
            }
            Step::Follow { folder, page } => {
                self.follow(folder, page);
            }
        }
    }

    /// Takes in a page of changes; says whether it was the last.
    fn follow(&mut self, folder: usize, page: usize) -> bool {
        let state = match self.known[folder].0.as_str() {
            "" => String::new(),
            state => format!("<m:SyncState>{state}</m:SyncState>"),
        };
        let answer = self.ask(&format!(
            "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=\"contacts:GivenName\"/>\
             </t:AdditionalProperties></m:ItemShape><m:SyncFolderId><t:FolderId Id=\"{}\"/></m:SyncFolderId>{state}\
             <m:MaxChangesReturned>{page}</m:MaxChangesReturned></m:SyncFolderItems>",
            self.folders[folder]
        ));
        let message = done(&answer);
        let (state, known) = &mut self.known[folder];
        message.text("SyncState").clone_into(state);
        for change in &message.get("Changes").expect("changes").children {
            let id = attribute(change.find("ItemId").expect("an id"), "Id");
            let name = || change.children[0].text("GivenName").to_owned();
            let before = match change.name.as_str() {
                "Delete" => known.remove(&id).is_some(),
                _ => known.insert(id, name()).is_some(),
            };
            assert_eq!(
                before,
                change.name != "Create",
                "only what is new is created, only what is known goes on or goes"
            );
        }
        message.text("IncludesLastItemInRange") == "true"
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_follows_knows_what_is_there(steps in prop::collection::vec(step(), 1..40)) {
        let mut stage = Stage::new();
        for step in &steps {
            stage.take(step);
        }
        for folder in 0..2 {
            // More rounds than there are changes.
            prop_assert!((0..200).any(|_| stage.follow(folder, 2)));
            let present = stage.present(folder);
            prop_assert_eq!(&stage.known[folder].1, &present);
        }
        // The schemas are asked by other tests: these are too many papers.
        stage.ada.forget();
    }
}
