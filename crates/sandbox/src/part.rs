//! The five parts of the sandbox and where each listens.

use std::fmt;

/// One part: a port of its own, so that origins differ as they do in production.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The page that stands in for the CRM.
    Crm,
    /// The tab's files.
    Tab,
    /// Microsoft identity and Graph, the control address, and the mailbox page.
    Microsoft,
    /// Zoho accounts, CRM interface and the embedded-app SDK.
    Zoho,
    /// The serverless function.
    Function,
}

impl Part {
    /// Every part, in the order of the ports.
    pub const ALL: [Self; 5] = [Self::Crm, Self::Tab, Self::Microsoft, Self::Zoho, Self::Function];

    /// The part's name in flags: `--crm-port`; in capitals, in `MXS_SANDBOX_CRM_PORT`.
    pub const fn name(self) -> &'static str {
        match self {
            Part::Crm => "crm",
            Part::Tab => "tab",
            Part::Microsoft => "microsoft",
            Part::Zoho => "zoho",
            Part::Function => "function",
        }
    }

    const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Crm => "the CRM host page",
            Part::Tab => "the tab",
            Part::Microsoft => "Microsoft",
            Part::Zoho => "Zoho",
            Part::Function => "the function",
        })
    }
}

/// The port of each part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports([u16; 5]);

impl Default for Ports {
    fn default() -> Self {
        Self([7700, 7701, 7702, 7703, 7704])
    }
}

impl Ports {
    /// Five ports in a row; all 0, which lets the system choose, for base 0. `None` past the last port.
    pub fn from_base(base: u16) -> Option<Self> {
        let mut ports = [0; 5];
        if base > 0 {
            for part in Part::ALL {
                ports[part.index()] = base.checked_add(u16::try_from(part.index()).ok()?)?;
            }
        }
        Some(Self(ports))
    }

    /// The port of `part`.
    pub const fn of(self, part: Part) -> u16 {
        self.0[part.index()]
    }

    /// Changes the port of one part.
    pub const fn set(&mut self, part: Part, port: u16) {
        self.0[part.index()] = port;
    }

    /// The origin of `part`. It says `localhost`, not `127.0.0.1`: browsers treat the name as secure too, and
    /// Microsoft accepts plain http in a redirect address only for it.
    pub fn origin(self, part: Part) -> String {
        format!("http://localhost:{}", self.of(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_follow_their_base() {
        let ports = Ports::from_base(7700).expect("in range");
        assert_eq!(ports.origin(Part::Function), "http://localhost:7704");
        assert_eq!(Ports::from_base(65_533), None, "the last two would be past 65535");
        assert_eq!(Ports::from_base(0).map(|ports| ports.of(Part::Zoho)), Some(0));
    }
}
