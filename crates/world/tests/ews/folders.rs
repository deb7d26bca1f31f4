//! The tree of folders.

use crate::graph::{get, graph};
use crate::support::*;
use mxs_http::Method;
use mxs_world::World;
use mxs_xml::Element;
use serde_json::json;

fn folders(answer: &Element) -> Vec<Element> {
    let message = done(answer);
    let list = message.get("Folders").or_else(|| message.at(&["RootFolder", "Folders"]));
    list.map(|list| list.children.clone()).unwrap_or_default()
}

fn names(answer: &Element) -> Vec<String> {
    folders(answer).iter().map(|folder| folder.text("DisplayName").to_owned()).collect()
}

fn find(traversal: &str, parent: &str, more: &str) -> String {
    format!(
        "<m:FindFolder Traversal=\"{traversal}\"><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>{more}\
         <m:ParentFolderIds><t:DistinguishedFolderId Id=\"{parent}\"/></m:ParentFolderIds></m:FindFolder>"
    )
}

fn get_folder(id: &str) -> String {
    format!(
        "<m:GetFolder><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape><m:FolderIds>{id}</m:FolderIds></m:GetFolder>"
    )
}

fn known(name: &str) -> String {
    format!("<t:DistinguishedFolderId Id=\"{name}\"/>")
}

fn folder_id(folder: &Element) -> String {
    let id = folder.get("FolderId").expect("an id").attribute("Id").expect("an id");
    format!("<t:FolderId Id=\"{id}\"/>")
}

fn create(parent: &str, folder: &str) -> String {
    format!(
        "<m:CreateFolder><m:ParentFolderId>{parent}</m:ParentFolderId><m:Folders>{folder}</m:Folders></m:CreateFolder>"
    )
}

#[test]
fn all_kinds_of_folders_are_one_tree() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let shallow = names(&ada.ask(&mut world, &find("Shallow", "msgfolderroot", "")));
    assert_eq!(
        shallow,
        [
            "Inbox",
            "Drafts",
            "Sent Items",
            "Deleted Items",
            "Junk Email",
            "Archive",
            "Outbox",
            "Contacts",
            "Tasks",
            "Calendar"
        ]
    );
    let deep = names(&ada.ask(&mut world, &find("Deep", "root", "")));
    assert_eq!((deep.len(), deep[0].as_str()), (12, "Top of Information Store"), "{deep:?}");
    assert!(deep.contains(&"Deletions".to_owned()) && !deep.contains(&"Flagged Emails".to_owned()));
    let page = "<m:IndexedPageFolderView MaxEntriesReturned=\"3\" Offset=\"8\" BasePoint=\"Beginning\"/>";
    let answer = ada.ask(&mut world, &find("Shallow", "msgfolderroot", page));
    assert_eq!(names(&answer), ["Tasks", "Calendar"]);
    let root = done(&answer).get("RootFolder").expect("a root");
    assert_eq!(
        ["TotalItemsInView", "IncludesLastItemInRange", "IndexedPagingOffset"].map(|name| root.attribute(name)),
        [Some("10"), Some("true"), Some("10")]
    );
    let contacts = "<m:Restriction><t:IsEqualTo><t:FieldURI FieldURI=\"folder:FolderClass\"/><t:FieldURIOrConstant><t:Constant Value=\"IPF.Contact\"/>\
                    </t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>";
    assert_eq!(names(&ada.ask(&mut world, &find("Deep", "root", contacts))), ["Contacts"]);
}

#[test]
fn folders_have_the_element_and_class_of_their_kind() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let cases = [
        ("inbox", "Folder", "IPF.Note"),
        ("sentitems", "Folder", "IPF.Note"),
        ("contacts", "ContactsFolder", "IPF.Contact"),
        ("tasks", "TasksFolder", "IPF.Task"),
        ("calendar", "CalendarFolder", "IPF.Appointment"),
    ];
    let all: String = cases.iter().map(|(name, ..)| known(name)).collect();
    let answer = ada.ask(&mut world, &get_folder(&all));
    for ((name, element, class), message) in cases.iter().zip(messages(&answer)) {
        let folder = &message.get("Folders").expect("folders").children[0];
        assert_eq!(
            (folder.name.as_str(), folder.text("FolderClass"), folder.text("DistinguishedFolderId")),
            (*element, *class, *name)
        );
        assert_eq!(folder.at(&["EffectiveRights", "Modify"]).map(|right| right.text.as_str()), Some("true"));
    }
}

#[test]
fn folders_that_nobody_has_are_not_found() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let in_mailbox = |name: &str, address: &str| {
        format!(
            "<t:DistinguishedFolderId Id=\"{name}\"><t:Mailbox><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>"
        )
    };
    let cases = [
        (known("journal"), "ErrorFolderNotFound"),
        (format!("<t:FolderId Id=\"AQMkA{}=\"/>", "A".repeat(114)), "ErrorFolderNotFound"),
        ("<t:FolderId Id=\"x\"/>".to_owned(), "ErrorInvalidIdMalformed"),
        ("<t:FolderId Id=\"\"/>".to_owned(), "ErrorInvalidIdEmpty"),
        (in_mailbox("inbox", ADA), "NoError"),
        (in_mailbox("inbox", BOB), "ErrorAccessDenied"),
        (in_mailbox("inbox", "nobody@x.example"), "ErrorNonExistentMailbox"),
    ];
    for (id, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &get_folder(&id))), wanted, "{id}");
    }
    let wrong = get_folder(&known("inbox")).replace("AllProperties", "Everything");
    assert_eq!(code(&ada.ask_wrongly(&mut world, &wrong)), "ErrorSchemaValidation");
}

#[test]
fn new_folders_are_where_they_were_made_and_graph_sees_them() {
    // Where, as what, under which class it is then, and where Graph lists it.
    let cases = [
        (
            "contacts",
            "<t:ContactsFolder><t:DisplayName>New</t:DisplayName></t:ContactsFolder>",
            "IPF.Contact",
            "/contactFolders",
            "displayName",
        ),
        (
            "msgfolderroot",
            "<t:ContactsFolder><t:DisplayName>New</t:DisplayName></t:ContactsFolder>",
            "IPF.Contact",
            "/contactFolders",
            "displayName",
        ),
        (
            "contacts",
            "<t:Folder><t:DisplayName>New</t:DisplayName></t:Folder>",
            "IPF.Contact",
            "/contactFolders",
            "displayName",
        ),
        (
            "tasks",
            "<t:TasksFolder><t:DisplayName>New</t:DisplayName></t:TasksFolder>",
            "IPF.Task",
            "/todo/lists",
            "displayName",
        ),
        (
            "inbox",
            "<t:Folder><t:DisplayName>New</t:DisplayName></t:Folder>",
            "IPF.Note",
            "/mailFolders/inbox/childFolders",
            "displayName",
        ),
        (
            "msgfolderroot",
            "<t:Folder><t:FolderClass>IPF.Task</t:FolderClass><t:DisplayName>New</t:DisplayName></t:Folder>",
            "IPF.Task",
            "/todo/lists",
            "displayName",
        ),
    ];
    let ada = Door::of(ADA);
    for (parent, folder, class, list, name) in cases {
        let mut world = world();
        let made = folders(&ada.ask(&mut world, &create(&known(parent), folder))).remove(0);
        let shown = folders(&ada.ask(&mut world, &get_folder(&folder_id(&made)))).remove(0);
        assert_eq!(shown.text("FolderClass"), class, "{parent} {folder}");
        assert_eq!(
            names(&ada.ask(&mut world, &find("Shallow", parent, "")))
                .last()
                .map(String::as_str)
                .filter(|_| parent != "msgfolderroot")
                .unwrap_or("New"),
            "New"
        );
        let listed = get(&mut world, ADA, list)["value"].as_array().cloned().unwrap_or_default();
        assert!(listed.iter().any(|one| one[name] == "New"), "{list} {listed:?}");
        assert_eq!(code(&ada.ask(&mut world, &create(&known(parent), folder))), "ErrorFolderExists");

        let rename = format!(
            "<m:UpdateFolder><m:FolderChanges><t:FolderChange>{}<t:Updates><t:SetFolderField><t:FieldURI FieldURI=\"folder:DisplayName\"/>\
             <t:Folder><t:DisplayName>Newer</t:DisplayName></t:Folder></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>",
            folder_id(&made)
        );
        done(&ada.ask(&mut world, &rename));
        assert_eq!(folders(&ada.ask(&mut world, &get_folder(&folder_id(&made))))[0].text("DisplayName"), "Newer");
        let delete = format!(
            "<m:DeleteFolder DeleteType=\"HardDelete\"><m:FolderIds>{}</m:FolderIds></m:DeleteFolder>",
            folder_id(&made)
        );
        done(&ada.ask(&mut world, &delete));
        assert_eq!(code(&ada.ask(&mut world, &delete)), "ErrorFolderNotFound");
    }
}

#[test]
fn folders_are_not_made_or_deleted_at_will() {
    let (mut world, ada) = (world(), Door::of(ADA));
    let delete = format!(
        "<m:DeleteFolder DeleteType=\"HardDelete\"><m:FolderIds>{}</m:FolderIds></m:DeleteFolder>",
        known("contacts")
    );
    let cases = [
        (delete, "ErrorDeleteDistinguishedFolder"),
        (
            create(&known("contacts"), "<t:ContactsFolder><t:DisplayName> </t:DisplayName></t:ContactsFolder>"),
            "ErrorRequiredPropertyMissing",
        ),
        (
            create(
                &known("contacts"),
                "<t:ContactsFolder><t:FolderClass>IPF.Task</t:FolderClass><t:DisplayName>N</t:DisplayName></t:ContactsFolder>",
            ),
            "ErrorNoFolderClassOverride",
        ),
        (create(&known("journal"), "<t:Folder><t:DisplayName>N</t:DisplayName></t:Folder>"), "ErrorFolderNotFound"),
    ];
    for (request, wanted) in cases {
        assert_eq!(code(&ada.ask(&mut world, &request)), wanted, "{request}");
    }
}

fn counts(world: &mut World, door: &Door, name: &str) -> String {
    let folder = folders(&door.ask(world, &get_folder(&known(name)))).remove(0);
    ["TotalCount", "ChildFolderCount", "UnreadCount"].map(|name| folder.text(name)).join(" ")
}

#[test]
fn what_is_in_folders_is_counted() {
    let (mut world, ada) = (world(), Door::of(ADA));
    graph(&mut world, ADA, Method::Post, "/contacts", Some(&json!({ "givenName": "Bo" })));
    graph(
        &mut world,
        ADA,
        Method::Post,
        "/mailFolders/inbox/messages",
        Some(&json!({ "subject": "S", "isRead": false })),
    );
    graph(&mut world, ADA, Method::Post, "/contactFolders", Some(&json!({ "displayName": "More" })));
    assert_eq!(counts(&mut world, &ada, "contacts"), "1 1 ");
    assert_eq!(counts(&mut world, &ada, "inbox"), "1 0 1");
    assert_eq!(counts(&mut world, &ada, "deleteditems"), "0 0 0");
    let contact = world.microsoft.contacts(ADA)[0]["id"].as_str().expect("an id").to_owned();
    world.with_microsoft(|microsoft, context| microsoft.delete_contact(ADA, &contact, context)).expect("deleted");
    assert_eq!(
        (counts(&mut world, &ada, "contacts"), counts(&mut world, &ada, "deleteditems")),
        ("0 1 ".to_owned(), "1 0 0".to_owned())
    );
}
