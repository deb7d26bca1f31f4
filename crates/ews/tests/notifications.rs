//! Subscriptions, and what they tell.

use mxs_core::ExchangeId;
use mxs_ews::get_streaming_events::{self, ENVELOPE_MAX, Envelopes, Streamed};
use mxs_ews::{
    ErrorKind, Event, FolderId, Happened, Notification, PATH, ServerVersion, Session, get_events, subscribe,
};
use mxs_http::Response;

fn envelope(operation: &str, messages: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s='urn:s' xmlns:m='urn:m' xmlns:t='urn:t'><s:Body><m:{operation}Response>\
         <m:ResponseMessages>{messages}</m:ResponseMessages></m:{operation}Response></s:Body></s:Envelope>"
    )
}

fn success(inside: &str) -> String {
    format!("<m:M ResponseClass='Success'><m:ResponseCode>NoError</m:ResponseCode>{inside}</m:M>")
}

fn notification(name: &str, watermark: &str) -> String {
    format!(
        "<{name}><t:SubscriptionId>S</t:SubscriptionId><t:MoreEvents>false</t:MoreEvents><t:StatusEvent>{watermark}</t:StatusEvent>\
         <t:MovedEvent>{watermark}<t:TimeStamp>2026-11-22T20:00:00Z</t:TimeStamp><t:ItemId Id='I' ChangeKey='K'/>\
         <t:ParentFolderId Id='F'/><t:OldItemId Id='O'/><t:OldParentFolderId Id='P'/></t:MovedEvent>\
         <t:CreatedEvent><t:FolderId Id='G'/><t:ParentFolderId Id='R'/></t:CreatedEvent><t:StrangeEvent/></{name}>"
    )
}

fn told(watermark: Option<&str>) -> Notification {
    let event = |happened, item: Option<&str>, folder: Option<&str>| Event {
        happened,
        item: item.map(ExchangeId::new),
        folder: folder.map(str::to_owned),
    };
    let events = vec![
        event(Happened::Nothing, None, None),
        event(Happened::Moved, Some("I"), Some("F")),
        event(Happened::Created, None, Some("G")),
        event(Happened::Other, None, None),
    ];
    Notification { subscription: "S".into(), events, watermark: watermark.map(str::to_owned), more: false }
}

#[test]
fn a_subscription_is_asked_for_what_happened() {
    let answer =
        |operation: &str, inside: &str| Response::new(200).body("text/xml", envelope(operation, &success(inside)));
    let made = "<m:SubscriptionId> S </m:SubscriptionId><m:Watermark>W0</m:Watermark>";
    let made = subscribe::parse(&answer("Subscribe", made)).expect("a subscription");
    assert_eq!((made.id.as_str(), made.watermark.as_deref()), ("S", Some("W0")));
    let events = notification("m:Notification", "")
        .replace("<t:StrangeEvent/>", "<t:StrangeEvent><t:Watermark>W1</t:Watermark></t:StrangeEvent>");
    assert_eq!(get_events::parse(&answer("GetEvents", &events)), Ok(told(Some("W1"))));
    // Without a watermark nobody knows where to go on.
    let events = notification("m:Notification", "");
    assert_eq!(
        get_events::parse(&answer("GetEvents", &events)).map_err(|error| error.kind),
        Err(ErrorKind::Unreadable)
    );
    for code in ["ErrorSubscriptionNotFound", "ErrorInvalidWatermark", "ErrorMissedNotificationEvents"] {
        let lost = format!("<m:M ResponseClass='Error'><m:ResponseCode>{code}</m:ResponseCode></m:M>");
        let lost = Response::new(200).body("text/xml", envelope("GetEvents", &lost));
        assert_eq!(get_events::parse(&lost).map_err(|error| error.kind), Err(ErrorKind::SubscriptionDead), "{code}");
    }
}

#[test]
fn a_stream_tells_until_it_is_closed() {
    let parse = |messages: &str| {
        get_streaming_events::parse(envelope("GetStreamingEvents", messages).as_bytes()).map_err(|error| error.kind)
    };
    let streamed = |notifications, lost: &[&str], is_closed| Streamed {
        notifications,
        lost: lost.iter().map(|id| (*id).to_owned()).collect(),
        is_closed,
    };
    let notifications = format!("<m:Notifications>{}</m:Notifications>", notification("m:Notification", ""));
    let lost = "<m:M ResponseClass='Error'><m:ResponseCode>ErrorInvalidSubscription</m:ResponseCode>\
                <m:ErrorSubscriptionIds><m:SubscriptionId>S</m:SubscriptionId></m:ErrorSubscriptionIds></m:M>";
    let cases = [
        (success(&notifications), Ok(streamed(vec![told(None)], &[], false))),
        (success("<m:ConnectionStatus>OK</m:ConnectionStatus>"), Ok(streamed(vec![], &[], false))),
        (success("<m:ConnectionStatus>Closed</m:ConnectionStatus>"), Ok(streamed(vec![], &[], true))),
        (lost.to_owned(), Ok(streamed(vec![], &["S"], false))),
        (lost.replace("ErrorSubscriptionIds", "Other"), Err(ErrorKind::SubscriptionDead)),
        (String::new(), Err(ErrorKind::Unreadable)),
    ];
    for (messages, wanted) in cases {
        assert_eq!(parse(&messages), wanted, "{messages}");
    }
}

#[test]
fn a_stream_is_cut_into_envelopes_however_it_comes() {
    let one = envelope("GetStreamingEvents", &success(""));
    let two = one.replace("s:Envelope>", "Envelope >").replace("<s:Envelope", "<Envelope");
    let stream = format!("{one}\r\n{two}{one}<?xml");
    for size in [1, 2, 7, 100, stream.len()] {
        let mut envelopes = Envelopes::default();
        let cut: Vec<Vec<u8>> =
            stream.as_bytes().chunks(size).flat_map(|bytes| envelopes.push(bytes).expect("a stream")).collect();
        assert_eq!(
            cut,
            [one.clone().into_bytes(), format!("\r\n{two}").into_bytes(), one.clone().into_bytes()],
            "{size}"
        );
        assert!(cut.iter().all(|envelope| get_streaming_events::parse(envelope).is_ok()));
    }
    let mut endless = Envelopes::default();
    assert_eq!(endless.push(&vec![b'x'; ENVELOPE_MAX]), Ok(vec![]));
    assert!(endless.push(b"x").is_err());
}

#[test]
fn an_old_server_is_not_asked_for_a_stream() {
    let session = |version| Session { path: PATH, version, acts_for: None };
    let folders = [FolderId::Id("F".into())];
    for (version, wanted) in [(ServerVersion::Exchange2007Sp1, false), (ServerVersion::Exchange2010Sp2, true)] {
        assert_eq!(subscribe::streaming(&session(version), &folders).is_some(), wanted);
        assert_eq!(get_streaming_events::request(&session(version), &["S"], 30).is_some(), wanted);
    }
}
