//! Notifications, a thousand a second, of both vendors and of others.

use super::child::Function;
use super::percentile;
use super::stage::{Stage, address, secret};
use crate::table::table;
use crate::trouble::Trouble;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How many are posted a second.
const A_SECOND: usize = 1_000;

/// The connections on which they come.
const CONNECTIONS: usize = 50;

/// So many mailboxes change at the same time: of each many notifications come.
const CHANGING: usize = 200;

/// The function tells of notifications every ten seconds.
const TOLD_AFTER: Duration = Duration::from_secs(12);

/// The longest head of an answer, in bytes.
const HEAD_MAX: usize = 8_192;

/// What is posted: of a hundred, so many.
const SORTS: [(&str, usize); 6] = [
    ("Graph's, right", 60),
    ("the CRM's, right", 20),
    ("with a wrong secret", 8),
    ("to no subscription", 4),
    ("no JSON", 4),
    ("what Graph never says", 4),
];

/// Posts for so many seconds, while the function syncs; prints how it was answered.
pub(super) async fn print(stage: &Stage, function: &Function, seconds: u64) -> Result<(), Trouble> {
    let processor_s = function.processor_s()?;
    let (mailboxes, orgs) = stage.subscriptions();
    let begun = Instant::now();
    let mut connections = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let numbers = (connection..A_SECOND * seconds as usize).step_by(CONNECTIONS);
        let posts: Vec<(usize, Vec<u8>)> =
            numbers.map(|number| (number, post(number, mailboxes, orgs, &stage.address))).collect();
        connections.spawn(send(stage.address.clone(), begun, posts));
    }
    let mut took_us = Vec::new();
    while let Some(sent) = connections.join_next().await {
        took_us.extend(sent.map_err(|error| Trouble::Stage(error.to_string()))??);
    }
    let took_s = begun.elapsed().as_secs_f64();
    let processor_s = function.processor_s()? - processor_s;
    took_us.sort_unstable();
    tokio::time::sleep(TOLD_AFTER).await;
    let told = |name: &str| -> Result<u64, Trouble> {
        let lines = function.log()?;
        let lines = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        Ok(lines.filter_map(|line| line["fields"][name].as_u64()).sum())
    };
    let ms = |us: Option<u64>| format!("{:.1}", us.unwrap_or_default() as f64 / 1000.0);
    let head = [
        "posted",
        "",
        "a second",
        "answered p50, ms",
        "p99, ms",
        "most, ms",
        "counted",
        "hints stored",
        "of a core",
        "peak, MB",
    ];
    let sorts: Vec<String> = SORTS.iter().map(|(sort, percent)| format!("{percent} % {sort}")).collect();
    let row = vec![
        took_us.len().to_string(),
        sorts.join(", "),
        format!("{:.0}", took_us.len() as f64 / took_s),
        ms(percentile(&took_us, 50)),
        ms(percentile(&took_us, 99)),
        ms(took_us.last().copied()),
        told("posts")?.to_string(),
        told("hints")?.to_string(),
        format!("{:.2}", processor_s / took_s),
        format!("{:.0}", function.memory_kb("VmHWM:")? as f64 / 1024.0),
    ];
    table("load: notifications", &head, &[row]);
    Ok(())
}

/// The bytes of a request. Which it is follows from its number.
fn post(number: usize, mailboxes: usize, orgs: usize, host: &str) -> Vec<u8> {
    let mut left = number % 100;
    let sort = SORTS.iter().position(|(_, percent)| {
        let is_it = left < *percent;
        left = left.saturating_sub(*percent);
        is_it
    });
    let mailbox = number / 100 * 7 % mailboxes.min(CHANGING) + number % 3;
    let mailbox = mailbox % mailboxes;
    let crm = mailboxes + number % orgs;
    let graph = |client_state: &str| {
        json!({ "value": [{
            "subscriptionId": "7f105c7d-2dc5-4530-97cd-4e7ae6534c07", "changeType": "updated", "clientState": client_state,
            "tenantId": "84bd8158-6d4d-4958-8b9f-9d6445542f95", "resource": "Users/u/Contacts/c",
            "subscriptionExpirationDateTime": "2030-01-01T00:00:00Z",
        }] })
        .to_string()
    };
    let (path, body) = match sort {
        Some(0) => (format!("microsoft/{}", address(mailbox)), graph(&secret(mailbox))),
        Some(1) => (
            format!("crm/{}", address(crm)),
            json!({
                "channel_id": (crm + 1).to_string(), "token": secret(crm), "module": "Contacts", "operation": "update",
                "ids": ["5725767000000411001"], "server_time": 1_795_341_600_000_u64, "query_params": {},
                "resource_uri": "https://www.zohoapis.com/crm/v8/Contacts",
            })
            .to_string(),
        ),
        Some(2) => (format!("microsoft/{}", address(mailbox)), graph("wrong")),
        Some(3) => (format!("microsoft/{}", address(mailboxes + orgs + number)), graph("wrong")),
        Some(4) => (format!("crm/{}", address(crm)), "{".to_owned()),
        _ => (format!("microsoft/{}", address(mailbox)), json!({ "value": [{ "clientState": 7 }] }).to_string()),
    };
    format!(
        "POST /v1/notifications/{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends each when its moment has come, one after the other; answers how long each took from that moment on, in
/// microseconds: what waits for those before it is late, too.
async fn send(host: String, begun: Instant, posts: Vec<(usize, Vec<u8>)>) -> Result<Vec<u64>, Trouble> {
    let mut stream = TcpStream::connect(host).await?;
    stream.set_nodelay(true)?;
    let mut took_us = Vec::with_capacity(posts.len());
    for (number, bytes) in posts {
        let moment = begun + Duration::from_secs(1) * number as u32 / A_SECOND as u32;
        tokio::time::sleep_until(moment.into()).await;
        stream.write_all(&bytes).await?;
        answered(&mut stream).await?;
        took_us.push(moment.elapsed().as_micros() as u64);
    }
    Ok(took_us)
}

/// Reads an answer, which has no body.
async fn answered(stream: &mut TcpStream) -> Result<(), Trouble> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut bytes = [0; 1_024];
        let length = stream.read(&mut bytes).await?;
        if length == 0 || head.len() > HEAD_MAX {
            break;
        }
        head.extend_from_slice(&bytes[..length]);
    }
    if head.starts_with(b"HTTP/1.1 20") { Ok(()) } else { Err(Trouble::Unanswered) }
}
