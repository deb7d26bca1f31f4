//! Which addresses may be asked, when it was somebody else who said where to.
//!
//! Whoever types in the address of an Exchange Server must not be able to have the server look around in the network
//! that it stands in: at itself, its neighbours, or the cloud's metadata service, which gives away credentials.
//!
//! <https://www.iana.org/assignments/iana-ipv4-special-registry>,
//! <https://www.iana.org/assignments/iana-ipv6-special-registry>

use crate::Networks;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of address it is that must not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// An address inside a network: private, unique local, or behind a carrier's translation.
    #[error(
        "the address is inside a private network: the operator must name that network as internal before it is asked"
    )]
    Internal,
    /// The machine itself.
    #[error("loopback addresses are never asked, even if a network that is named as internal holds them")]
    Loopback,
    /// The same wire.
    #[error("link-local addresses are never asked, even if a network that is named as internal holds them")]
    LinkLocal,
    /// What a cloud tells the machines in it, credentials among it.
    #[error("a cloud's metadata service is never asked, even if a network that is named as internal holds it")]
    Metadata,
    /// Many machines at once.
    #[error("multicast addresses are never asked")]
    Multicast,
    /// No machine in the public network: unspecified, for documents and measurements, for later, or a wrapping of
    /// another address that public servers don't have.
    #[error("the address is reserved: no server is there")]
    Reserved,
}

/// Networks and what they are. The first that holds an address decides.
const NETWORKS: &[(IpNet, Forbidden)] = &[
    // What clouds answer their machines at: all but Azure, Alibaba and Oracle (which stand in other networks), AWS for
    // containers, AWS and Google on IPv6.
    (v4([169, 254, 169, 254], 32), Forbidden::Metadata),
    (v4([168, 63, 129, 16], 32), Forbidden::Metadata),
    (v4([100, 100, 100, 200], 32), Forbidden::Metadata),
    (v4([192, 0, 0, 192], 32), Forbidden::Metadata),
    (v4([169, 254, 170, 2], 32), Forbidden::Metadata),
    (v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128), Forbidden::Metadata),
    (v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128), Forbidden::Metadata),
    // "This network".
    (v4([0, 0, 0, 0], 8), Forbidden::Reserved),
    (v4([10, 0, 0, 0], 8), Forbidden::Internal),
    (v4([100, 64, 0, 0], 10), Forbidden::Internal),
    (v4([127, 0, 0, 0], 8), Forbidden::Loopback),
    (v4([169, 254, 0, 0], 16), Forbidden::LinkLocal),
    (v4([172, 16, 0, 0], 12), Forbidden::Internal),
    // Protocols' own.
    (v4([192, 0, 0, 0], 24), Forbidden::Reserved),
    // Documents.
    (v4([192, 0, 2, 0], 24), Forbidden::Reserved),
    // Relays of 6to4.
    (v4([192, 88, 99, 0], 24), Forbidden::Reserved),
    (v4([192, 168, 0, 0], 16), Forbidden::Internal),
    // Measurements.
    (v4([198, 18, 0, 0], 15), Forbidden::Reserved),
    // Documents.
    (v4([198, 51, 100, 0], 24), Forbidden::Reserved),
    (v4([203, 0, 113, 0], 24), Forbidden::Reserved),
    (v4([224, 0, 0, 0], 4), Forbidden::Multicast),
    // For later, and the broadcast.
    (v4([240, 0, 0, 0], 4), Forbidden::Reserved),
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), Forbidden::Loopback),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), Forbidden::LinkLocal),
    // Site-local: what unique local addresses were before.
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), Forbidden::Internal),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), Forbidden::Internal),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), Forbidden::Multicast),
    // Protocols' own: Teredo, measurements, identifiers that are no addresses.
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), Forbidden::Reserved),
    // Documents.
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), Forbidden::Reserved),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), Forbidden::Reserved),
];

/// All that is given out to machines in the public network.
const PUBLIC: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix))
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], prefix: u8) -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix))
}

/// Whether an address may be asked. `internal` are the networks that the operator named: what is
/// [`Forbidden::Internal`] may be asked where they hold it, and nothing else becomes allowed by being named.
pub fn judge(address: IpAddr, internal: &Networks) -> Result<(), Forbidden> {
    if let Some(wrapped) = wrapped(address) {
        return judge(IpAddr::V4(wrapped), internal);
    }
    match NETWORKS.iter().find(|(network, _)| network.contains(&address)) {
        Some((_, Forbidden::Internal)) if internal.contain(address) => Ok(()),
        Some((_, forbidden)) => Err(*forbidden),
        None => match address {
            IpAddr::V4(_) => Ok(()),
            IpAddr::V6(address) if PUBLIC.contains(&address) => Ok(()),
            IpAddr::V6(_) => Err(Forbidden::Reserved),
        },
    }
}

/// The IPv4 address that an IPv6 address wraps, where connecting to the one may end at the other: mapped
/// (`::ffff:0:0/96`), translated (`::ffff:0:0:0/96`), compatible (`::/96`, but for `::` and `::1`), behind NAT64
/// (`64:ff9b::/96`), and 6to4 (`2002::/16`).
fn wrapped(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    let of = |high: u16, low: u16| Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0, high, low]
        | [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => of(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Forbidden::*;

    fn judged(address: &str, internal: &str) -> Result<(), Forbidden> {
        judge(address.parse().expect("an address"), &Networks::parse(internal).expect("networks"))
    }

    #[test]
    fn only_what_is_public_is_asked() {
        let cases = [
            ("8.8.8.8", Ok(())),
            ("1.1.1.1", Ok(())),
            ("2606:4700:4700::1111", Ok(())),
            ("2a00:1450:4001:81b::200e", Ok(())),
            // The first and the last address of each network, and their neighbours outside of it.
            ("0.0.0.0", Err(Reserved)),
            ("0.255.255.255", Err(Reserved)),
            ("1.0.0.0", Ok(())),
            ("9.255.255.255", Ok(())),
            ("10.0.0.0", Err(Internal)),
            ("10.255.255.255", Err(Internal)),
            ("11.0.0.0", Ok(())),
            ("100.63.255.255", Ok(())),
            ("100.64.0.0", Err(Internal)),
            ("100.100.100.199", Err(Internal)),
            ("100.100.100.200", Err(Metadata)),
            ("100.127.255.255", Err(Internal)),
            ("100.128.0.0", Ok(())),
            ("126.255.255.255", Ok(())),
            ("127.0.0.0", Err(Loopback)),
            ("127.255.255.255", Err(Loopback)),
            ("128.0.0.0", Ok(())),
            ("168.63.129.15", Ok(())),
            ("168.63.129.16", Err(Metadata)),
            ("169.253.255.255", Ok(())),
            ("169.254.0.0", Err(LinkLocal)),
            ("169.254.169.254", Err(Metadata)),
            ("169.254.170.2", Err(Metadata)),
            ("169.254.255.255", Err(LinkLocal)),
            ("172.15.255.255", Ok(())),
            ("172.16.0.0", Err(Internal)),
            ("172.31.255.255", Err(Internal)),
            ("172.32.0.0", Ok(())),
            ("192.0.0.0", Err(Reserved)),
            ("192.0.0.192", Err(Metadata)),
            ("192.0.1.0", Ok(())),
            ("192.0.2.1", Err(Reserved)),
            ("192.88.99.1", Err(Reserved)),
            ("192.167.255.255", Ok(())),
            ("192.168.0.0", Err(Internal)),
            ("192.168.255.255", Err(Internal)),
            ("198.17.255.255", Ok(())),
            ("198.18.0.0", Err(Reserved)),
            ("198.19.255.255", Err(Reserved)),
            ("198.51.100.7", Err(Reserved)),
            ("203.0.113.7", Err(Reserved)),
            ("223.255.255.255", Ok(())),
            ("224.0.0.1", Err(Multicast)),
            ("239.255.255.255", Err(Multicast)),
            ("240.0.0.0", Err(Reserved)),
            ("255.255.255.255", Err(Reserved)),
            ("::", Err(Reserved)),
            ("::1", Err(Loopback)),
            ("100::1", Err(Reserved)),
            ("fbff::1", Err(Reserved)),
            ("fc00::1", Err(Internal)),
            ("fd12:3456::1", Err(Internal)),
            ("fd00:ec2::254", Err(Metadata)),
            ("fd20:ce::254", Err(Metadata)),
            ("fe80::1", Err(LinkLocal)),
            ("febf::1", Err(LinkLocal)),
            ("fec0::1", Err(Internal)),
            ("ff02::1", Err(Multicast)),
            ("2001::1", Err(Reserved)),
            ("2001:2::1", Err(Reserved)),
            ("2001:20::1", Err(Reserved)),
            ("2001:200::1", Ok(())),
            ("2001:db8::1", Err(Reserved)),
            ("3fff::1", Err(Reserved)),
            ("3fff:1000::1", Ok(())),
            ("4000::1", Err(Reserved)),
            ("5f00::1", Err(Reserved)),
            ("64:ff9b:1::8.8.8.8", Err(Reserved)),
            // The same addresses wrapped.
            ("::ffff:127.0.0.1", Err(Loopback)),
            ("::ffff:169.254.169.254", Err(Metadata)),
            ("::ffff:10.0.0.1", Err(Internal)),
            ("::ffff:8.8.8.8", Ok(())),
            ("::ffff:0:127.0.0.1", Err(Loopback)),
            ("::127.0.0.1", Err(Loopback)),
            ("::2", Err(Reserved)),
            ("64:ff9b::127.0.0.1", Err(Loopback)),
            ("64:ff9b::169.254.169.254", Err(Metadata)),
            ("64:ff9b::8.8.8.8", Ok(())),
            ("2002:7f00:1::1", Err(Loopback)),
            ("2002:a9fe:a9fe::1", Err(Metadata)),
            ("2002:c0a8:1::1", Err(Internal)),
            // Teredo, with 127.0.0.1 as its client.
            ("2001:0:4136:e378:8000:63bf:80ff:fffe", Err(Reserved)),
        ];
        for (address, wanted) in cases {
            assert_eq!(judged(address, ""), wanted, "{address}");
        }
    }

    #[test]
    fn what_is_named_as_internal_is_asked_and_no_more() {
        const ALL: &str = "0.0.0.0/0, ::/0";
        let cases = [
            ("10.20.0.5", "10.20.0.0/16", Ok(())),
            ("10.21.0.5", "10.20.0.0/16", Err(Internal)),
            ("10.20.0.5", "fd12::/16, 10.20.0.0/16", Ok(())),
            ("fd12::7", "fd12::/16, 10.20.0.0/16", Ok(())),
            ("fd13::7", "fd12::/16", Err(Internal)),
            ("100.64.1.1", "100.64.0.0/10", Ok(())),
            // The same address wrapped.
            ("::ffff:10.20.0.5", "10.20.0.0/16", Ok(())),
            ("64:ff9b::10.20.0.5", "10.20.0.0/16", Ok(())),
            ("64:ff9b::10.20.0.5", "64:ff9b::/96", Err(Internal)),
            // Named too widely.
            ("192.168.1.1", ALL, Ok(())),
            ("127.0.0.1", ALL, Err(Loopback)),
            ("::1", ALL, Err(Loopback)),
            ("::ffff:127.0.0.1", ALL, Err(Loopback)),
            ("169.254.1.1", ALL, Err(LinkLocal)),
            ("fe80::1", ALL, Err(LinkLocal)),
            ("169.254.169.254", ALL, Err(Metadata)),
            ("168.63.129.16", ALL, Err(Metadata)),
            ("100.100.100.200", "100.64.0.0/10", Err(Metadata)),
            ("fd00:ec2::254", "fd00::/8", Err(Metadata)),
            ("224.0.0.1", ALL, Err(Multicast)),
            ("0.0.0.0", ALL, Err(Reserved)),
            ("8.8.8.8", "10.0.0.0/8", Ok(())),
        ];
        for (address, internal, wanted) in cases {
            assert_eq!(judged(address, internal), wanted, "{address} with {internal}");
        }
        for forbidden in [Loopback, LinkLocal, Metadata] {
            assert!(forbidden.to_string().contains("named as internal"), "{forbidden}");
        }
    }
}
