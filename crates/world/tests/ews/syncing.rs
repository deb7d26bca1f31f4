//! What changed, by whatever door.

use crate::graph::{get, graph};
use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use mxs_world::microsoft::TokenDeath;
use mxs_xml::Element;
use serde_json::{Value, json};

fn sync(folder: &str, state: &str, max: usize) -> String {
    let state = if state.is_empty() { String::new() } else { format!("<m:SyncState>{state}</m:SyncState>") };
    format!(
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=\"item:Subject\"/>\
         </t:AdditionalProperties></m:ItemShape><m:SyncFolderId><t:DistinguishedFolderId Id=\"{folder}\"/></m:SyncFolderId>{state}\
         <m:MaxChangesReturned>{max}</m:MaxChangesReturned></m:SyncFolderItems>"
    )
}

/// What an answer tells: its changes as `Create Ada`, the state, and whether that is all.
fn told(answer: &Element) -> (Vec<String>, String, bool) {
    let message = done(answer);
    let change = |change: &Element| {
        let subject = change.children[0].text("Subject");
        format!("{} {subject}", change.name).trim().to_owned()
    };
    let changes = message.get("Changes").expect("changes").children.iter().map(change).collect();
    (changes, message.text("SyncState").to_owned(), message.text("IncludesLastItemInRange") == "true")
}

struct Follower<'a> {
    door: &'a Door,
    folder: &'static str,
    state: String,
}

impl Follower<'_> {
    fn next(&mut self, world: &mut World) -> Vec<String> {
        let (changes, state, is_last) = told(&self.door.ask(world, &sync(self.folder, &self.state, 512)));
        assert!(is_last);
        self.state = state;
        changes
    }
}

fn contact(world: &mut World, name: &str) -> String {
    let made = graph(world, ADA, Method::Post, "/contacts", Some(&json!({ "givenName": name })));
    made["id"].as_str().expect("an id").to_owned()
}

fn rename(world: &mut World, id: &str, name: &str) {
    graph(world, ADA, Method::Patch, &format!("/contacts/{id}"), Some(&json!({ "givenName": name })));
}

fn delete(world: &mut World, id: &str) {
    graph(world, ADA, Method::Delete, &format!("/contacts/{id}"), None);
}

#[test]
fn what_graph_changed_is_told() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let mut follower = Follower { door: &ada, folder: "contacts", state: String::new() };
    let (a, b) = (contact(&mut world, "A"), contact(&mut world, "B"));
    rename(&mut world, &a, "A2");
    assert_eq!(follower.next(&mut world), ["Create B", "Create A2"]);
    assert_eq!(follower.next(&mut world), [""; 0]);
    rename(&mut world, &b, "B2");
    let c = contact(&mut world, "C");
    rename(&mut world, &c, "C2");
    delete(&mut world, &a);
    let d = contact(&mut world, "D");
    delete(&mut world, &d);
    // What came and went in between was never there.
    assert_eq!(follower.next(&mut world), ["Update B2", "Create C2", "Delete"]);
    assert_eq!(follower.next(&mut world), [""; 0]);
    let mut other = Follower { door: &ada, folder: "deleteditems", state: String::new() };
    assert_eq!(other.next(&mut world), ["Create A2", "Create D"], "that is where they are");
}

#[test]
fn a_round_in_pages_tells_each_item_once_whatever_happens_meanwhile() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let ids: Vec<String> = ["A", "B", "C", "D", "E"].iter().map(|name| contact(&mut world, name)).collect();
    let page = |world: &mut World, state: &str| told(&ada.ask(world, &sync("contacts", state, 2)));
    let (changes, state, is_last) = page(&mut world, "");
    assert_eq!((changes, is_last), (vec!["Create A".to_owned(), "Create B".to_owned()], false));
    // One that was told changes, one that wasn't does, one goes, and one comes.
    rename(&mut world, &ids[0], "A2");
    rename(&mut world, &ids[2], "C2");
    delete(&mut world, &ids[3]);
    delete(&mut world, &ids[1]);
    contact(&mut world, "F");
    let (changes, state, is_last) = page(&mut world, &state);
    assert_eq!((changes, is_last), (vec!["Create E".to_owned(), "Update A2".to_owned()], false));
    let (changes, state, is_last) = page(&mut world, &state);
    assert_eq!((changes, is_last), (vec!["Create C2".to_owned(), "Delete".to_owned()], false));
    let (changes, state, is_last) = page(&mut world, &state);
    assert_eq!((changes, is_last), (vec!["Create F".to_owned()], true));
    assert_eq!(page(&mut world, &state).0, [""; 0]);
}

#[test]
fn what_was_changed_here_graph_tells() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let first = get(&mut world, ADA, "/contactFolders/contacts/contacts/delta");
    let link = |page: &Value| page["@odata.deltaLink"].as_str().expect("a link").to_owned();
    let create =
        "<m:CreateItem><m:Items><t:Contact><t:GivenName>Ada</t:GivenName></t:Contact></m:Items></m:CreateItem>";
    let made = item(&ada.ask(&mut world, create));
    let page = get(&mut world, ADA, &link(&first));
    let id_here =
        made.get("ItemId").expect("an id").attribute("Id").expect("an id").replace('/', "-").replace('+', "_");
    assert_eq!((&page["value"][0]["givenName"], &page["value"][0]["id"]), (&json!("Ada"), &json!(id_here)));
    let delete = format!("<m:DeleteItem DeleteType=\"HardDelete\"><m:ItemIds>{}</m:ItemIds></m:DeleteItem>", id(&made));
    done(&ada.ask(&mut world, &delete));
    let page = get(&mut world, ADA, &link(&page));
    let gone = &page["value"][0];
    assert_eq!((&gone["id"], &gone["@removed"]["reason"]), (&json!(id_here), &json!("deleted")));
}

#[test]
fn an_item_that_moves_leaves_under_its_old_id_and_comes_under_a_new_one() {
    let (mut world, ada) = (world(), Door::of(ADA));
    graph(&mut world, ADA, Method::Post, "/mailFolders/inbox/messages", Some(&json!({ "subject": "S" })));
    let mut inbox = Follower { door: &ada, folder: "inbox", state: String::new() };
    let mut junk = Follower { door: &ada, folder: "junkemail", state: String::new() };
    let answer = ada.ask(&mut world, &sync("inbox", "", 512));
    let created = done(&answer).at(&["Changes", "Create", "Message"]).expect("a message").clone();
    assert_eq!((inbox.next(&mut world).len(), junk.next(&mut world).len()), (1, 0));
    let shift = format!(
        "<m:MoveItem><m:ToFolderId><t:DistinguishedFolderId Id=\"junkemail\"/></m:ToFolderId><m:ItemIds>{}</m:ItemIds></m:MoveItem>",
        id(&created)
    );
    let moved = item(&ada.ask(&mut world, &shift));
    assert_ne!(id(&moved), id(&created));
    let answer = ada.ask(&mut world, &sync("inbox", &inbox.state, 512));
    let gone = done(&answer).at(&["Changes", "Delete", "ItemId"]).expect("a deletion");
    assert_eq!(gone.attribute("Id"), created.get("ItemId").expect("an id").attribute("Id"));
    assert_eq!(junk.next(&mut world), ["Create S"]);
    assert_eq!(code(&ada.ask(&mut world, &shift)), "ErrorItemNotFound");
}

#[test]
fn states_are_of_one_mailbox_and_folder_and_die() {
    let (mut world, ada, bob) = (world(), Door::of(ADA), Door::of(BOB));
    contact(&mut world, "A");
    let (_, state, _) = told(&ada.ask(&mut world, &sync("contacts", "", 512)));
    let code_of =
        |world: &mut World, door: &Door, folder: &str, state: &str| code(&door.ask(world, &sync(folder, state, 512)));
    let damaged = format!("{}AAAA", &state[..state.len() - 4]);
    let invalid = "ErrorInvalidSyncStateData";
    assert_eq!(code_of(&mut world, &ada, "contacts", &state), "NoError");
    assert_eq!(code_of(&mut world, &ada, "tasks", &state), invalid);
    assert_eq!(code_of(&mut world, &bob, "contacts", &state), invalid);
    assert_eq!(code_of(&mut world, &ada, "contacts", &damaged), invalid);
    assert_eq!(code_of(&mut world, &ada, "contacts", "x"), invalid);
    world.microsoft.expire_delta_tokens(ADA, TokenDeath::default());
    assert_eq!(code_of(&mut world, &ada, "contacts", &state), invalid);
    assert_eq!(told(&ada.ask(&mut world, &sync("contacts", "", 512))).0, ["Create A"], "from the beginning it goes on");
    for max in ["0", "513", "many"] {
        let wrong = sync("contacts", "", 1).replace(">1<", &format!(">{max}<"));
        assert_eq!(code(&ada.ask_wrongly(&mut world, &wrong)), "ErrorSchemaValidation", "{max}");
    }
}

#[test]
fn ignored_items_are_not_told() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let id = contact(&mut world, "A").replace('-', "/").replace('_', "+");
    contact(&mut world, "B");
    let ignore = format!("<m:Ignore><t:ItemId Id=\"{id}\"/></m:Ignore><m:MaxChangesReturned>");
    let request = sync("contacts", "", 512).replace("<m:MaxChangesReturned>", &ignore);
    assert_eq!(told(&ada.ask(&mut world, &request)).0, ["Create B"]);
}

fn hierarchy(state: &str) -> String {
    let state = if state.is_empty() { String::new() } else { format!("<m:SyncState>{state}</m:SyncState>") };
    format!(
        "<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape>\
         <m:SyncFolderId><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:SyncFolderId>{state}</m:SyncFolderHierarchy>"
    )
}

#[test]
fn folders_that_come_change_and_go_are_told() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let next = |world: &mut World, state: &str| {
        let answer = ada.ask(world, &hierarchy(state));
        let message = done(&answer);
        let change =
            |change: &Element| format!("{} {}", change.name, change.children[0].text("DisplayName")).trim().to_owned();
        let changes: Vec<String> = message.get("Changes").expect("changes").children.iter().map(change).collect();
        (changes, message.text("SyncState").to_owned())
    };
    let (changes, state) = next(&mut world, "");
    assert_eq!((changes.len(), changes[0].as_str()), (10, "Create Inbox"));
    let made = graph(&mut world, ADA, Method::Post, "/contactFolders", Some(&json!({ "displayName": "More" })));
    let path = format!("/contactFolders/{}", made["id"].as_str().expect("an id"));
    let (changes, state) = next(&mut world, &state);
    assert_eq!(changes, ["Create More"]);
    graph(&mut world, ADA, Method::Patch, &path, Some(&json!({ "displayName": "Most" })));
    let (changes, state) = next(&mut world, &state);
    assert_eq!(changes, ["Update Most"]);
    graph(&mut world, ADA, Method::Delete, &path, None);
    let (changes, state) = next(&mut world, &state);
    assert_eq!(changes, ["Delete"]);
    assert_eq!(next(&mut world, &state).0, [""; 0]);
    assert_eq!(code(&ada.ask(&mut world, &hierarchy("bm9uc2Vuc2U="))), "ErrorInvalidSyncStateData");
}

#[test]
fn that_somebody_read_a_message_is_told_as_that() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let made = graph(
        &mut world,
        ADA,
        Method::Post,
        "/mailFolders/inbox/messages",
        Some(&json!({ "subject": "S", "isRead": false })),
    );
    let path = format!("/messages/{}", made["id"].as_str().expect("an id"));
    let mut follower = Follower { door: &ada, folder: "inbox", state: String::new() };
    let flag =
        |world: &mut World, is_read: bool| graph(world, ADA, Method::Patch, &path, Some(&json!({ "isRead": is_read })));
    flag(&mut world, true);
    assert_eq!(follower.next(&mut world), ["Create S"]);
    flag(&mut world, false);
    flag(&mut world, true);
    assert_eq!(follower.next(&mut world), ["ReadFlagChange"]);
    // What changed beside that is more than that, in whatever order.
    graph(&mut world, ADA, Method::Patch, &path, Some(&json!({ "categories": ["Red"] })));
    flag(&mut world, false);
    assert_eq!(follower.next(&mut world), ["Update S"]);
}
