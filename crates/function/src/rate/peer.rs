//! From which network address a call comes.

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The header to which every proxy on the way adds the address that called it.
/// <https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For>
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The caller's address: with `proxies` in front, the one that the first of them was called from. What
/// stands before it in the header is the caller's own word. When fewer have added an address than there are,
/// or what they added is none, it is the connection's.
pub(crate) fn address(extensions: &Extensions, headers: &HeaderMap, proxies: usize) -> Option<IpAddr> {
    let connected = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    proxies.checked_sub(1).and_then(|further| forwarded(headers, further)).or(connected)
}

/// The address that has so many `further` ones behind it.
fn forwarded(headers: &HeaderMap, further: usize) -> Option<IpAddr> {
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let text = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(',')).nth(further)?.trim();
    let with_port = || text.parse().ok().map(|address: SocketAddr| address.ip());
    text.parse().ok().or_else(with_port)
}

/// Whom a caller's calls are counted for: whoever has one IPv6 address has at least the 2^64 of its network.
pub(super) fn network(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => IpAddr::V4(address),
            None => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_the_one_that_the_first_trusted_proxy_saw() {
        let cases: [(&str, usize, &[&str], &str); 13] = [
            ("no proxy is trusted", 0, &["203.0.113.9"], "127.0.0.1"),
            ("one", 1, &["203.0.113.9"], "203.0.113.9"),
            ("the caller says more than it knows", 1, &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
            ("two", 2, &["203.0.113.9, 10.0.0.1"], "203.0.113.9"),
            ("two, and the caller says more", 2, &["198.51.100.1,203.0.113.9,10.0.0.1"], "203.0.113.9"),
            ("each in a line of its own", 2, &["198.51.100.1", "203.0.113.9", "10.0.0.1"], "203.0.113.9"),
            ("with a port", 1, &["203.0.113.9:4711"], "203.0.113.9"),
            ("of the newer kind", 1, &["2001:db8::1"], "2001:db8::1"),
            ("of the newer kind, with a port", 1, &["[2001:db8::1]:4711"], "2001:db8::1"),
            ("around the proxy", 1, &[], "127.0.0.1"),
            ("around one of two", 2, &["203.0.113.9"], "127.0.0.1"),
            ("no address", 1, &["203.0.113.9, unknown"], "127.0.0.1"),
            ("nothing", 1, &["203.0.113.9,"], "127.0.0.1"),
        ];
        for (case, proxies, lines, expected) in cases {
            let (mut extensions, mut headers) = (Extensions::new(), HeaderMap::new());
            extensions.insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
            for line in lines {
                headers.append(FORWARDED_FOR, line.parse().expect("a header's value"));
            }
            assert_eq!(address(&extensions, &headers, proxies), expected.parse().ok(), "{case}");
        }
        assert_eq!(address(&Extensions::new(), &HeaderMap::new(), 1), None);
    }

    #[test]
    fn an_ipv6_network_is_one_peer() {
        for (address, counted) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::"),
            ("2001:db8::ffff:1", "2001:db8::"),
            ("2001:db8:0:1::1", "2001:db8:0:1::"),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(Some(network(address)), counted.parse().ok(), "{address}");
        }
    }
}
