//! Addresses as people and attackers type them in.

use crate::address::{self, Forbidden};
use crate::resolve::Guard;
use crate::{ADDRESSES_MAX, Networks, Outgoing, Refusal, Resolve, Resolving, Settings, typed};
use reqwest::dns::Resolve as _;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

/// Knows a few names.
struct Names;

impl Resolve for Names {
    fn resolve(&self, host: &str) -> Resolving {
        let found: &[&str] = match host {
            "mail.corp.example" | "mail.corp.example." | "xn--exmple-cua.example" => &["8.8.8.8", "2606:4700::1111"],
            "exchange.corp.example" => &["10.20.0.5"],
            "localhost" | "localhost." | "to-loopback.example" => &["127.0.0.1"],
            "to-metadata.example" => &["169.254.169.254"],
            "to-wrapped.example" => &["::ffff:127.0.0.1"],
            "both.example" => &["8.8.8.8", "10.0.0.1"],
            "nothing.example" => &[],
            _ => return Box::pin(async { Err(io::Error::other("no such name")) }),
        };
        let found = found.iter().map(|address| address.parse().expect("an address")).collect();
        Box::pin(async move { Ok(found) })
    }
}

/// Which addresses a client would connect to.
async fn reached(text: &str, internal: &str) -> Result<Vec<IpAddr>, Option<Refusal>> {
    let internal = Arc::new(Networks::parse(internal).expect("networks"));
    let url = typed::read(text, "https", address::judge, &internal).map_err(Some)?;
    let host = url.host_str().expect("a host").trim_matches(['[', ']']).to_owned();
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    let guard = Guard { resolver: Arc::new(Names), judge: address::judge, internal };
    match guard.resolve(host.parse().expect("a name")).await {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(error) => Err(error.downcast_ref().copied()),
    }
}

#[tokio::test]
async fn every_spelling_of_an_address_is_judged_as_what_it_means() {
    use Forbidden::{Internal, LinkLocal, Loopback, Metadata, Multicast, Reserved};
    use Refusal::{NotHttps, Unreadable, UserInfo};
    let forbidden = |forbidden| Err(Some(Refusal::Forbidden(forbidden)));
    let public = || Ok(vec!["8.8.8.8", "2606:4700::1111"]);
    let refused = |refusal: Refusal| Err(Some(refusal));
    let loopback = || forbidden(Loopback);
    let cases = [
        // What is meant to be typed in.
        ("https://mail.corp.example", public()),
        ("https://mail.corp.example/", public()),
        ("https://mail.corp.example:8443/ews/exchange.asmx", public()),
        ("https://MAIL.Corp.Example/", public()),
        ("HTTPS://mail.corp.example/", public()),
        ("https://mail.corp.example./", public()),
        ("https://ｍａｉｌ.corp.example/", public()),
        ("https://ma%69l.corp.example/", public()),
        ("https:mail.corp.example", public()),
        ("https:\\\\mail.corp.example\\", public()),
        ("https://exämple.example/", public()),
        ("https://8.8.8.8/", Ok(vec!["8.8.8.8"])),
        ("https://134744072/", Ok(vec!["8.8.8.8"])),
        ("https://[2606:4700::1111]/", Ok(vec!["2606:4700::1111"])),
        ("https://mail.corp.example/a@b?c@d#e@f", public()),
        // The loopback in the spellings that readers of addresses take.
        ("https://127.0.0.1/", loopback()),
        ("https://127.0.0.1./", loopback()),
        ("https://127.1/", loopback()),
        ("https://127.0.1/", loopback()),
        ("https://2130706433/", loopback()),
        ("https://017700000001/", loopback()),
        ("https://0177.0.0.1/", loopback()),
        ("https://0177.0.0.01/", loopback()),
        ("https://0x7f000001/", loopback()),
        ("https://0x7f.0.0.1/", loopback()),
        ("https://0x7f.1/", loopback()),
        ("https://0X7F.0x0.0x0.0x1/", loopback()),
        ("https://127.0x0.00.1/", loopback()),
        ("https://１２７.０.０.１/", loopback()),
        ("https://127。0。0。1/", loopback()),
        ("https://①②⑦.0.0.1/", loopback()),
        ("https://%31%32%37.0.0.1/", loopback()),
        ("https://127%2e0%2E0.1/", loopback()),
        ("https://[::1]/", loopback()),
        ("https://[0:0:0:0:0:0:0:1]/", loopback()),
        ("https://[0000:0000:0000:0000:0000:0000:0000:0001]/", loopback()),
        ("https://[::ffff:127.0.0.1]/", loopback()),
        ("https://[::FFFF:7F00:1]/", loopback()),
        ("https://[::127.0.0.1]/", loopback()),
        ("https://[64:ff9b::7f00:1]/", loopback()),
        ("https://[2002:7f00:1::]/", loopback()),
        ("https://localhost/", loopback()),
        ("https://LOCALHOST/", loopback()),
        ("https://localhost./", loopback()),
        ("https://loc%61lhost/", loopback()),
        ("https://ｌｏｃａｌｈｏｓｔ/", loopback()),
        ("https://lo\u{ad}calhost/", loopback()),
        ("https://to-loopback.example/", loopback()),
        ("https://to-wrapped.example/", loopback()),
        ("https://127.0.0.1:443\\@mail.corp.example/", loopback()),
        ("https:127.0.0.1", loopback()),
        ("https:/127.0.0.1/", loopback()),
        ("https:////127.0.0.1/", loopback()),
        // Where a cloud's credentials are.
        ("https://169.254.169.254/latest/", forbidden(Metadata)),
        ("https://2852039166/", forbidden(Metadata)),
        ("https://0xa9fea9fe/", forbidden(Metadata)),
        ("https://0251.0376.0251.0376/", forbidden(Metadata)),
        ("https://169.254.43518/", forbidden(Metadata)),
        ("https://[fd00:ec2::254]/", forbidden(Metadata)),
        ("https://[::ffff:a9fe:a9fe]/", forbidden(Metadata)),
        ("https://168.63.129.16/", forbidden(Metadata)),
        ("https://100.100.100.200/", forbidden(Metadata)),
        ("https://to-metadata.example/", forbidden(Metadata)),
        // Other addresses that aren't public.
        ("https://10.0.0.1/", forbidden(Internal)),
        ("https://012.0.0.1/", forbidden(Internal)),
        ("https://192.168.1.1/", forbidden(Internal)),
        ("https://172.16.0.1/", forbidden(Internal)),
        ("https://exchange.corp.example/", forbidden(Internal)),
        ("https://[fc00::1]/", forbidden(Internal)),
        ("https://169.254.1.1/", forbidden(LinkLocal)),
        ("https://[fe80::1]/", forbidden(LinkLocal)),
        ("https://0/", forbidden(Reserved)),
        ("https://0.0.0.0/", forbidden(Reserved)),
        ("https://[::]/", forbidden(Reserved)),
        ("https://255.255.255.255/", forbidden(Reserved)),
        ("https://224.0.0.1/", forbidden(Multicast)),
        // Half of the name's addresses are public.
        ("https://both.example/", forbidden(Internal)),
        // Users, real and made to deceive.
        ("https://ada@mail.corp.example/", refused(UserInfo)),
        ("https://ada:secret@mail.corp.example/", refused(UserInfo)),
        ("https://mail.corp.example@127.0.0.1/", refused(UserInfo)),
        ("https://mail.corp.example%40127.0.0.1/", refused(Unreadable)),
        ("https://mail.corp.example:443@127.0.0.1/", refused(UserInfo)),
        ("https://@127.0.0.1/", refused(UserInfo)),
        ("https://:@mail.corp.example/", refused(UserInfo)),
        ("https:@mail.corp.example/", refused(UserInfo)),
        // Not https.
        ("http://mail.corp.example/", refused(NotHttps)),
        ("ftp://mail.corp.example/", refused(NotHttps)),
        ("file:///etc/passwd", refused(NotHttps)),
        ("gopher://127.0.0.1:25/_HELO", refused(NotHttps)),
        ("data:text/plain,x", refused(NotHttps)),
        ("ada@corp.example", refused(Unreadable)),
        // What no reader takes, or what is read in two ways.
        ("", refused(Unreadable)),
        ("mail.corp.example", refused(Unreadable)),
        ("//mail.corp.example", refused(Unreadable)),
        ("https://", refused(Unreadable)),
        ("https://256.0.0.1/", refused(Unreadable)),
        ("https://127.0.0.1.1/", refused(Unreadable)),
        ("https://0x100000000/", refused(Unreadable)),
        ("https://127.0.0.0x100/", refused(Unreadable)),
        ("https://[fe80::1%25eth0]/", refused(Unreadable)),
        ("https://[fe80::1%eth0]/", refused(Unreadable)),
        ("https://[127.0.0.1]/", refused(Unreadable)),
        ("https://[::1/", refused(Unreadable)),
        ("https://::1/", refused(Unreadable)),
        ("https://mail.corp.example:99999/", refused(Unreadable)),
        ("https://mail.corp.example:443:80/", refused(Unreadable)),
        ("https://mail.corp.example%00.evil.example/", refused(Unreadable)),
        ("https://mail corp.example/", refused(Unreadable)),
        (" https://mail.corp.example/", refused(Unreadable)),
        ("https://mail.corp.example/\r\nHost: x", refused(Unreadable)),
        ("https://127.0\t.0.1/", refused(Unreadable)),
        // Names that nobody has.
        ("https://unknown.example/", Err(None)),
        ("https://127.0.0.1.example/", Err(None)),
    ];
    assert!(cases.len() >= 60);
    for (text, wanted) in cases {
        let wanted = wanted.map(|found| found.iter().map(|address| address.parse().expect("an address")).collect());
        assert_eq!(reached(text, "").await, wanted, "{text}");
    }
}

#[tokio::test]
async fn an_exchange_server_inside_is_reached_where_its_network_is_named() {
    let inside: IpAddr = "10.20.0.5".parse().expect("an address");
    for url in ["https://exchange.corp.example/", "https://10.20.0.5/", "https://0xa140005/"] {
        assert_eq!(reached(url, "10.20.0.0/16").await, Ok(vec![inside]), "{url}");
        assert_eq!(reached(url, "10.21.0.0/16").await, Err(Some(Refusal::Forbidden(Forbidden::Internal))), "{url}");
    }
    let named_too_widely = reached("https://localhost/", "0.0.0.0/0").await;
    assert_eq!(named_too_widely, Err(Some(Refusal::Forbidden(Forbidden::Loopback))));
}

#[tokio::test]
async fn of_many_addresses_only_the_first_are_judged_and_connected_to() {
    struct Many;
    impl Resolve for Many {
        fn resolve(&self, _: &str) -> Resolving {
            let public = std::iter::repeat_n(IpAddr::from([8, 8, 8, 8]), ADDRESSES_MAX);
            let all = public.chain([IpAddr::from([10, 0, 0, 1])]).collect();
            Box::pin(async move { Ok(all) })
        }
    }
    let guard = Guard { resolver: Arc::new(Many), judge: address::judge, internal: Arc::new(Networks::default()) };
    let found = guard.resolve("many.example".parse().expect("a name")).await.expect("addresses");
    assert_eq!(found.count(), ADDRESSES_MAX, "what is left out isn't connected to either");
}

#[test]
fn a_port_takes_an_origin() {
    let outgoing = Outgoing::new(Settings::default()).expect("a way out");
    let cases = [
        ("https://mail.corp.example", None),
        ("https://mail.corp.example:8443/", None),
        ("https://mail.corp.example/ews", Some(Refusal::NotAnOrigin)),
        ("https://mail.corp.example/?x", Some(Refusal::NotAnOrigin)),
        ("https://10.0.0.1", Some(Refusal::Forbidden(Forbidden::Internal))),
    ];
    for (origin, wanted) in cases {
        assert_eq!(outgoing.typed(origin, None).err(), wanted, "{origin}");
    }
}
