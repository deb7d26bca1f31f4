//! The pages and files of each port.

use crate::client::{start, start_with};
use mxs_sandbox::options::Options;
use mxs_sandbox::part::Part;
use serde_json::{Value, json};
use std::fs;

#[tokio::test]
async fn the_host_page_answers_wherever_its_addresses_lead() {
    let sandbox = start().await;
    for path in ["/", "/contacts", "/contacts/123", "/setup/marketplace", "/tab/ms-exchange-sync"] {
        let page = sandbox.get(Part::Crm, path).await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
    }
    // Every file that the page and its scripts name is there.
    let html = sandbox.get(Part::Crm, "/").await.text();
    let mut wanted: Vec<String> =
        html.split('"').filter(|part| part.starts_with('/') && part.contains('.')).map(str::to_owned).collect();
    let mut index = 0;
    while index < wanted.len() {
        let file = sandbox.get(Part::Crm, &wanted[index]).await;
        assert_eq!(file.status, 200, "{}", wanted[index]);
        for import in file.text().split('\'').filter_map(|part| part.strip_prefix("./")) {
            let path = format!("/js/{import}");
            if !wanted.contains(&path) {
                wanted.push(path);
            }
        }
        index += 1;
    }
    assert!(wanted.len() > 10, "{wanted:?}");
    assert_eq!(sandbox.get(Part::Crm, "/js/nothing.js").await.status, 404);
}

#[tokio::test]
async fn the_mailbox_page_and_the_sdk_are_there() {
    let sandbox = start().await;
    for path in [
        "/outlook",
        "/outlook/outlook.js",
        "/outlook/dom.js",
        "/outlook/dialog.js",
        "/outlook/fields.js",
        "/outlook/theme.css",
    ] {
        assert_eq!(sandbox.get(Part::Microsoft, path).await.status, 200, "{path}");
    }
    let sdk = sandbox.get(Part::Zoho, "/js-sdk/1.5/ZohoEmbededAppSDK.min.js").await;
    assert_eq!((sdk.status, sdk.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
}

#[tokio::test]
async fn the_tabs_files_come_as_a_web_server_sends_them() {
    let folder = std::env::temp_dir().join(format!("mxs-tab-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    for (name, content) in [("index.html", "<p>tab"), ("tab.js", "1"), ("tab.wasm", "\0asm"), ("tab.wasm.br", "small")]
    {
        fs::write(folder.join(name), content).expect("a file");
    }
    let sandbox = start_with(Options { tab: folder.clone(), ..Options::default() }).await;

    let page = sandbox.get(Part::Tab, "/index.html?serviceOrigin=x").await;
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    let policy = page.header("content-security-policy").expect("a policy");
    let crm = sandbox.running.sandbox.ports().origin(Part::Crm);
    assert!(policy.contains(&format!("frame-ancestors {crm}")), "{policy}");

    let plain = sandbox.get(Part::Tab, "/tab.wasm").await;
    assert_eq!((plain.header("content-type"), plain.header("content-encoding")), (Some("application/wasm"), None));
    let small = sandbox.send(Part::Tab, "GET", "/tab.wasm", &[("Accept-Encoding", "gzip, br")], "").await;
    assert_eq!(
        (small.header("content-type"), small.header("content-encoding")),
        (Some("application/wasm"), Some("br"))
    );
    assert_eq!(small.body, b"small");

    let config = sandbox.get(Part::Tab, "/config.json").await.json();
    let microsoft = sandbox.running.sandbox.ports().origin(Part::Microsoft);
    assert_eq!(config["microsoft"]["graph"], json!(microsoft));
    assert_eq!(sandbox.get(Part::Tab, "/missing.js").await.status, 404);
    fs::remove_dir_all(&folder).expect("the folder goes");
}

#[tokio::test]
async fn a_tab_that_is_not_built_says_so() {
    let sandbox = start_with(Options { tab: "no/such/folder".into(), ..Options::default() }).await;
    let page = sandbox.get(Part::Tab, "/index.html").await;
    assert_eq!(page.status, 404);
    assert!(page.text().contains("./build.sh build"), "{}", page.text());
}

#[tokio::test]
async fn the_crms_interface_knows_the_signed_in_user() {
    let sandbox = start().await;
    let user = sandbox.crm("yuki", "GET", "/crm/v8/users?type=CurrentUser", &Value::Null).await;
    assert_eq!((user.status, &user.json()["users"][0]["email"]), (200, &json!("yuki.tanaka@northlight.example")));
    let made = sandbox.crm("yuki", "POST", "/crm/v8/Contacts", &json!({ "data": [{ "Last_Name": "新" }] })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["data"][0]["details"]["id"].as_str().expect("an id").to_owned();
    let record = sandbox.crm("amelia", "GET", &format!("/crm/v8/Contacts/{id}"), &Value::Null).await.json();
    assert_eq!(record["data"][0]["Created_By"]["name"], json!("由紀 田中"));
    assert_eq!(sandbox.get(Part::Crm, "/crm/v8/users").await.status, 401, "nobody is signed in");
}
