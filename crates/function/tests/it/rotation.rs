//! Sealing everything anew.

use crate::home::Home;
use crate::support::{ORG, SECRET, config};
use crate::vendors::KEYS;
use mxs_function::App;
use mxs_function::server::{ServerConfig, rotate};
use mxs_vault::{Context, KeyRing, Sealed, What, Whose};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::collections::BTreeSet;

/// The key that is to be the only one.
const NEW: &str = r#"{"current":"b","keys":{"b":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}}"#;

/// The mailboxes whose secrets there are; 0 is the organisation.
const MAILBOXES: [i64; 3] = [0, 4, 11];

fn ring(text: &str) -> KeyRing {
    KeyRing::parse(&SecretString::from(text)).expect("a ring")
}

fn context<'a>(mailbox: i64, what: What, row: &'a mut String) -> Context<'a> {
    *row = mailbox.to_string();
    let whose = if mailbox == 0 { Whose::Organisation } else { Whose::Mailbox(row) };
    Context { organisation: ORG, whose, what }
}

/// How a secret is stored: whoever adds one says it here.
fn statement(what: What) -> (&'static str, &'static str) {
    let credential =
        "INSERT INTO credential (org, mailbox, what, sealed, key_id, at_ms) VALUES ($1, $2, $3, $4, 'a', 1)";
    let token = "INSERT INTO token (org, mailbox, what, sealed) VALUES ($1, $2, $3, $4)";
    let subscription =
        "INSERT INTO subscription (org, mailbox, side, sealed, resource, due_ms) VALUES ($1, $2, $3, $4, 'event', 1)";
    match what {
        What::ExchangePassword | What::MicrosoftApplication | What::MicrosoftRefreshToken | What::ZohoRefreshToken => {
            (credential, what.name())
        }
        What::MicrosoftAccessToken | What::ZohoAccessToken => (token, what.name()),
        What::MicrosoftClientState => (subscription, "exchange"),
        What::ZohoChannelToken => (subscription, "crm"),
    }
}

/// After a rotation the new key opens everything by itself.
#[tokio::test]
async fn no_other_key_is_needed_afterwards() {
    let home = Home::fresh().await;
    App::open(config(home.database())).await.expect("opens").close().await;
    let mut database = home.look().await;
    sqlx::query("INSERT INTO org (id) VALUES ($1)").bind(ORG).execute(&mut database).await.expect("an organisation");
    let (old, mut nonce, mut row) = (ring(KEYS), [0; 12], String::new());
    for what in What::ALL {
        for mailbox in MAILBOXES {
            nonce[0] += 1;
            let secret = SecretString::from(format!("{} of {mailbox}", what.name()));
            let sealed = old.seal(&secret, &context(mailbox, what, &mut row), nonce).expect("sealed");
            let (sql, word) = statement(what);
            let insert = sqlx::query(sql).bind(ORG).bind(mailbox).bind(word).bind(sealed.to_bytes());
            insert.execute(&mut database).await.expect(word);
        }
    }
    // A wish, and a token that could not be renewed: there is nothing to seal.
    for empty in [
        "INSERT INTO token (org, mailbox, what) VALUES ($1, 12, 'zoho-access-token')",
        "INSERT INTO subscription (org, mailbox, side, resource, due_ms) VALUES ($1, 12, 'crm', 'event', 1)",
    ] {
        sqlx::query(empty).bind(ORG).execute(&mut database).await.expect("a row");
    }

    let (name, place) = home.variable();
    let run = async |keys: String| {
        let secrets = json!({ ORG: SECRET }).to_string();
        let all = [(name, place.as_str()), ("MXS_ORG_SECRETS", &secrets), ("MXS_KEYS", &keys)];
        let get = |name: &str| all.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let rotated = rotate(ServerConfig::from_variables(get).expect("settings")).await.expect("rotated");
        (rotated.resealed, rotated.unopened)
    };
    let all = (What::ALL.len() * MAILBOXES.len()) as u64;
    assert_eq!(run(NEW.to_owned()).await, (0, all), "without the old key nothing can be done, and is");
    assert_eq!(run(KEYS.replace(r#""current":"a""#, r#""current":"b""#)).await, (all, 0));
    assert_eq!(run(NEW.to_owned()).await, (0, 0), "and again there is nothing to do");

    let (new, mut opened) = (ring(NEW), BTreeSet::new());
    for table in [
        "SELECT mailbox, what, sealed FROM credential",
        "SELECT mailbox, what, sealed FROM token WHERE sealed IS NOT NULL",
        "SELECT mailbox, side, sealed FROM subscription WHERE sealed IS NOT NULL",
    ] {
        let rows: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(table).fetch_all(&mut database).await.expect("rows");
        for (mailbox, word, sealed) in rows {
            let what = What::ALL.into_iter().find(|what| statement(*what).1 == word).expect("a known secret");
            let sealed = Sealed::from_bytes(&sealed).expect("sealed");
            let secret = new.open(&sealed, &context(mailbox, what, &mut row)).expect("the new key opens it");
            assert_eq!(secret.expose_secret(), format!("{} of {mailbox}", what.name()));
            opened.insert((what.name(), mailbox));
        }
    }
    assert_eq!(opened.len() as u64, all);
    let keys = "SELECT count(*) FROM credential WHERE key_id <> 'b'";
    assert_eq!(sqlx::query_scalar::<_, i64>(keys).fetch_one(&mut database).await.expect("a number"), 0);
}
