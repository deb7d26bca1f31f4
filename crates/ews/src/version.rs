//! Which version of the schema a server speaks.

use crate::EwsError;
use crate::envelope;
use crate::xml::Element;
use mxs_http::Response;

/// The first build of 2013 with Service Pack 1.
///
/// <https://learn.microsoft.com/en-us/exchange/new-features/build-numbers-and-release-dates>
const BUILD_2013_SP1: u32 = 847;

/// The versions of the schema that are asked for: each the last of its generation, since what an earlier one lacks the
/// next service pack has.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/requestserverversion>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerVersion {
    /// Exchange 2007 with Service Pack 1, and 2010 before its second. Every server speaks it: it is what is asked for
    /// as long as nobody knows.
    Exchange2007Sp1,
    /// Exchange 2010 with Service Pack 2, and 2013 before its first.
    Exchange2010Sp2,
    /// Exchange 2013 with Service Pack 1.
    Exchange2013Sp1,
    /// Exchange 2016, 2019 and Subscription Edition.
    Exchange2016,
}

impl ServerVersion {
    /// Every version.
    pub const ALL: [Self; 4] =
        [Self::Exchange2007Sp1, Self::Exchange2010Sp2, Self::Exchange2013Sp1, Self::Exchange2016];

    /// The service's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Exchange2007Sp1 => "Exchange2007_SP1",
            Self::Exchange2010Sp2 => "Exchange2010_SP2",
            Self::Exchange2013Sp1 => "Exchange2013_SP1",
            Self::Exchange2016 => "Exchange2016",
        }
    }

    /// The version of a build; `None` before the first that can be spoken with.
    pub const fn of_build(major: u32, minor: u32, build: u32) -> Option<Self> {
        match (major, minor, build) {
            (8, 1.., _) | (14, 0..=1, _) => Some(Self::Exchange2007Sp1),
            (14, 2.., _) => Some(Self::Exchange2010Sp2),
            (15, 0, ..BUILD_2013_SP1) => Some(Self::Exchange2010Sp2),
            (15, 0, _) => Some(Self::Exchange2013Sp1),
            (15, 1.., _) | (16.., _, _) => Some(Self::Exchange2016),
            _ => None,
        }
    }
}

/// The version that the server which sent an answer speaks: to be asked for from now on. The outer error is that of the
/// answer; `None` where a server says nothing of itself, or is too old.
///
/// <https://learn.microsoft.com/en-us/exchange/client-developer/web-service-reference/serverversioninfo>
pub fn negotiated(response: &Response) -> Result<Option<ServerVersion>, EwsError> {
    let envelope = envelope::read(response)?;
    Ok(envelope.at(&["Header", "ServerVersionInfo"]).and_then(of_header))
}

fn of_header(info: &Element) -> Option<ServerVersion> {
    let number = |name| info.attribute(name)?.trim().parse().ok();
    ServerVersion::of_build(number("MajorVersion")?, number("MinorVersion")?, number("MajorBuildNumber").unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ServerVersion::*;

    #[test]
    fn each_build_has_its_version() {
        let cases = [
            // 2007 without a service pack, and with each.
            (8, 0, 685, None),
            (8, 1, 240, Some(Exchange2007Sp1)),
            (8, 3, 83, Some(Exchange2007Sp1)),
            // 2010: without a service pack, with each.
            (14, 0, 639, Some(Exchange2007Sp1)),
            (14, 1, 218, Some(Exchange2007Sp1)),
            (14, 2, 247, Some(Exchange2010Sp2)),
            (14, 3, 123, Some(Exchange2010Sp2)),
            // 2013: as it came, and Service Pack 1.
            (15, 0, 516, Some(Exchange2010Sp2)),
            (15, 0, 847, Some(Exchange2013Sp1)),
            // 2016, 2019 and Subscription Edition, Exchange Online.
            (15, 1, 225, Some(Exchange2016)),
            (15, 2, 2562, Some(Exchange2016)),
            (15, 20, 3370, Some(Exchange2016)),
            (7, 5, 0, None),
        ];
        for (major, minor, build, wanted) in cases {
            assert_eq!(ServerVersion::of_build(major, minor, build), wanted, "{major}.{minor}.{build}");
        }
    }

    #[test]
    fn a_server_says_its_version_in_each_answer() {
        let answer = |header: &str| {
            let xml = format!(
                "<s:Envelope xmlns:s='urn:s'><s:Header>{header}</s:Header><s:Body><m:GetFolderResponse xmlns:m='urn:m'/></s:Body></s:Envelope>"
            );
            Response::new(200).body("text/xml", xml)
        };
        let cases = [
            (
                "<h:ServerVersionInfo xmlns:h='urn:h' MajorVersion='15' MinorVersion='2' MajorBuildNumber='1748'/>",
                Some(Exchange2016),
            ),
            ("<t:ServerVersionInfo xmlns:t='urn:t' MajorVersion='15' MinorVersion='0'/>", Some(Exchange2010Sp2)),
            ("<t:ServerVersionInfo xmlns:t='urn:t' MajorVersion='x' MinorVersion='0'/>", None),
            ("", None),
        ];
        for (header, wanted) in cases {
            assert_eq!(negotiated(&answer(header)), Ok(wanted), "{header}");
        }
        assert!(negotiated(&Response::new(200).body("text/html", "<html></html>")).is_err());
    }
}
