//! The networks that an operator calls internal.

use ipnet::IpNet;
use std::net::IpAddr;

/// The most networks that can be named.
pub const NETWORKS_MAX: usize = 64;

/// Networks inside the operator's own, which hold an Exchange Server: `10.20.0.0/16, fd12:3456::/32`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// Why a list of networks can't be read. The entry is counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// An entry is no network.
    #[error("entry {0} isn't a network: write it like 10.20.0.0/16")]
    Unreadable(usize),
    /// An entry has an address within a network in the place of the network.
    #[error("entry {0} has bits after its prefix: 10.20.0.0/16 is a network, 10.20.0.5/16 an address in it")]
    Address(usize),
    /// There are more than [`NETWORKS_MAX`].
    #[error("there are more than {NETWORKS_MAX} networks")]
    TooMany,
}

impl Networks {
    /// Reads a list with commas between its entries; an empty one names nothing.
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let entries: Vec<&str> = text.split(',').take(NETWORKS_MAX + 1).map(str::trim).collect();
        if entries.len() > NETWORKS_MAX {
            return Err(NetworkError::TooMany);
        }
        let read = |(at, entry): (usize, &&str)| {
            let network: IpNet = entry.parse().map_err(|_| NetworkError::Unreadable(at + 1))?;
            if network == network.trunc() { Ok(network) } else { Err(NetworkError::Address(at + 1)) }
        };
        entries.iter().enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address is in one of them.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read() {
        let many = vec!["10.0.0.0/8"; NETWORKS_MAX + 1].join(",");
        let cases: [(&str, Result<usize, NetworkError>); 11] = [
            ("", Ok(0)),
            ("  ", Ok(0)),
            ("10.20.0.0/16", Ok(1)),
            (" 10.20.0.0/16 ,fd12:3456::/32, 192.168.7.9/32", Ok(3)),
            // An address alone could be meant as one host or as a network of old.
            ("10.20.0.1", Err(NetworkError::Unreadable(1))),
            ("10.20.0.0/33", Err(NetworkError::Unreadable(1))),
            ("10.20.0.0/16,", Err(NetworkError::Unreadable(2))),
            ("10.20.0.0/16 172.16.0.0/12", Err(NetworkError::Unreadable(1))),
            ("10.20.0.0/16, mail.corp.example", Err(NetworkError::Unreadable(2))),
            ("10.20.0.5/16", Err(NetworkError::Address(1))),
            (&many, Err(NetworkError::TooMany)),
        ];
        for (text, wanted) in cases {
            assert_eq!(Networks::parse(text).map(|networks| networks.0.len()), wanted, "{text}");
        }
    }
}
