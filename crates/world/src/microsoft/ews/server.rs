//! Which server it is, and which versions of the schema it speaks.

use serde::{Deserialize, Serialize};

/// A version of the schema, in the order of their appearance.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-schema-versions-in-exchange>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    Exchange2007,
    Exchange2007Sp1,
    Exchange2010,
    Exchange2010Sp1,
    Exchange2010Sp2,
    Exchange2013,
    Exchange2013Sp1,
    Exchange2015,
    Exchange2016,
    /// The schema of Exchange 2019 and Subscription Edition; it goes by dates.
    V2017,
}

/// What a request may call each version.
///
/// See <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/requestserverversion>; those
/// with a date are in the schema of Subscription Edition.
const WORDS: [(&str, Version); 17] = [
    ("Exchange2007", Version::Exchange2007),
    ("Exchange2007_SP1", Version::Exchange2007Sp1),
    ("Exchange2010", Version::Exchange2010),
    ("Exchange2010_SP1", Version::Exchange2010Sp1),
    ("Exchange2010_SP2", Version::Exchange2010Sp2),
    ("Exchange2013", Version::Exchange2013),
    ("Exchange2013_SP1", Version::Exchange2013Sp1),
    ("Exchange2015", Version::Exchange2015),
    ("Exchange2016", Version::Exchange2016),
    ("V2015_10_05", Version::Exchange2016),
    ("V2016_01_06", Version::Exchange2016),
    ("V2016_04_13", Version::Exchange2016),
    ("V2016_07_13", Version::Exchange2016),
    ("V2016_10_10", Version::Exchange2016),
    ("V2017_01_07", Version::V2017),
    ("V2017_04_14", Version::V2017),
    ("V2017_07_11", Version::V2017),
];

/// Which server it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Server {
    /// Exchange 2007 with Service Pack 1.
    #[serde(rename = "exchange-2007-sp1")]
    Exchange2007Sp1,
    /// Exchange 2010 with Service Pack 2.
    #[serde(rename = "exchange-2010-sp2")]
    Exchange2010Sp2,
    /// Exchange 2013 with Service Pack 1.
    #[serde(rename = "exchange-2013-sp1")]
    Exchange2013Sp1,
    /// Exchange Server Subscription Edition, which 2016 and 2019 resemble.
    #[default]
    #[serde(rename = "exchange-2016")]
    Exchange2016,
}

impl Server {
    /// Every server that there is.
    pub const ALL: [Self; 4] =
        [Self::Exchange2007Sp1, Self::Exchange2010Sp2, Self::Exchange2013Sp1, Self::Exchange2016];

    /// The latest version that it speaks; it speaks all earlier ones too.
    pub(crate) const fn latest(self) -> Version {
        match self {
            Self::Exchange2007Sp1 => Version::Exchange2007Sp1,
            Self::Exchange2010Sp2 => Version::Exchange2010Sp2,
            Self::Exchange2013Sp1 => Version::Exchange2013Sp1,
            Self::Exchange2016 => Version::V2017,
        }
    }

    /// Its build, in four numbers.
    ///
    /// See <https://learn.microsoft.com/en-us/exchange/new-features/build-numbers-and-release-dates>.
    pub const fn build(self) -> [u32; 4] {
        match self {
            Self::Exchange2007Sp1 => [8, 1, 240, 5],
            Self::Exchange2010Sp2 => [14, 2, 247, 5],
            Self::Exchange2013Sp1 => [15, 0, 847, 32],
            Self::Exchange2016 => [15, 2, 2562, 17],
        }
    }

    /// What it calls its own schema. Exchange 2007 doesn't say, and 2013 counts.
    pub const fn schema(self) -> Option<&'static str> {
        match self {
            Self::Exchange2007Sp1 => None,
            Self::Exchange2010Sp2 => Some("Exchange2010_SP2"),
            Self::Exchange2013Sp1 => Some("V2_8"),
            Self::Exchange2016 => Some("V2017_07_11"),
        }
    }

    /// The version of this word, if it speaks it.
    pub(crate) fn version(self, word: &str) -> Option<Version> {
        let known = WORDS.iter().find(|(known, _)| *known == word);
        known.map(|(_, version)| *version).filter(|version| *version <= self.latest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_speaks_what_came_before_it() {
        let spoken = |word: &str| Server::ALL.map(|server| server.version(word).is_some());
        let cases = [
            ("Exchange2007", [true; 4]),
            ("Exchange2007_SP1", [true; 4]),
            ("Exchange2010", [false, true, true, true]),
            ("Exchange2010_SP2", [false, true, true, true]),
            ("Exchange2013", [false, false, true, true]),
            ("Exchange2013_SP1", [false, false, true, true]),
            ("Exchange2016", [false, false, false, true]),
            ("V2017_07_11", [false, false, false, true]),
            ("exchange2010", [false; 4]),
            ("Exchange2003", [false; 4]),
            ("", [false; 4]),
        ];
        for (word, wanted) in cases {
            assert_eq!(spoken(word), wanted, "{word}");
        }
    }
}
