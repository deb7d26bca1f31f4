//! What the command line and the environment say.

use crate::part::{Part, Ports};
use crate::seed::SeedName;
use std::path::PathBuf;

/// How to start the sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where to listen.
    pub ports: Ports,
    /// The built tab.
    pub tab: PathBuf,
    /// Where the function keeps its data.
    pub data: PathBuf,
    /// What the world holds at the start.
    pub seed: SeedName,
    /// Folders whose files are loaded into a mailbox.
    pub import: Vec<PathBuf>,
    /// The mailbox that `import` fills: a user principal name.
    pub mailbox: Option<String>,
    /// Milliseconds added to every vendor's answer.
    pub latency_ms: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ports: Ports::default(),
            tab: "dist/tab".into(),
            data: ".sandbox".into(),
            seed: SeedName::Default,
            import: Vec::new(),
            mailbox: None,
            latency_ms: 0,
        }
    }
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// Run.
    Run(Box<Options>),
}

/// What `--help` prints.
pub const HELP: &str = "\
mxs-sandbox: the CRM, Microsoft and Zoho in memory, and the function, on loopback ports

  --port N             first of five ports in a row (7700); 0 lets the system choose   MXS_SANDBOX_PORT_BASE
  --crm-port N         the CRM host page's port                                        MXS_SANDBOX_CRM_PORT
  --tab-port N         the tab's port                                                  MXS_SANDBOX_TAB_PORT
  --microsoft-port N   Microsoft's port                                                MXS_SANDBOX_MICROSOFT_PORT
  --zoho-port N        Zoho's port                                                     MXS_SANDBOX_ZOHO_PORT
  --function-port N    the function's port                                             MXS_SANDBOX_FUNCTION_PORT
  --seed NAME          data to start with: default, empty, two-hundred                 MXS_SANDBOX_SEED
  --import DIR         load DIR's vCards (*.vcf) into a mailbox; may be repeated
  --mailbox ADDRESS    the mailbox that --import fills (the first user's)
  --latency MS         added to every answer of Microsoft and Zoho (0)
  --tab DIR            the built tab (dist/tab)
  --data DIR           where the function keeps its data (.sandbox), in folders that are emptied at every start
  --help               print this
";

/// Reads the arguments, without the program's name, and the environment through `env`.
///
/// A flag wins over its variable, and a single port over the base.
pub fn parse(
    arguments: impl IntoIterator<Item = String>,
    env: impl Fn(&str) -> Option<String>,
) -> Result<Command, String> {
    let mut options = Options::default();
    let mut base = env("MXS_SANDBOX_PORT_BASE").map(|text| number("MXS_SANDBOX_PORT_BASE", &text)).transpose()?;
    let mut single: Vec<(Part, u16)> = Vec::new();
    for part in Part::ALL {
        let variable = format!("MXS_SANDBOX_{}_PORT", part.name().to_uppercase());
        if let Some(text) = env(&variable) {
            single.push((part, number(&variable, &text)?));
        }
    }
    if let Some(name) = env("MXS_SANDBOX_SEED") {
        options.seed = name.parse()?;
    }

    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (flag, mut inline) = match argument.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        if matches!(flag.as_str(), "--help" | "-h") {
            return Ok(Command::Help);
        }
        let mut value = || inline.take().or_else(|| arguments.next()).ok_or(format!("{flag} needs a value"));
        match flag.as_str() {
            "--port" | "--port-base" => base = Some(number(&flag, &value()?)?),
            "--seed" => options.seed = value()?.parse()?,
            "--import" => options.import.push(value()?.into()),
            "--mailbox" => options.mailbox = Some(value()?),
            "--latency" => options.latency_ms = number(&flag, &value()?)?,
            "--tab" => options.tab = value()?.into(),
            "--data" => options.data = value()?.into(),
            other => {
                let part = Part::ALL.into_iter().find(|part| other == format!("--{}-port", part.name()));
                let Some(part) = part else { return Err(format!("there is no option {other}; --help lists them")) };
                single.push((part, number(&flag, &value()?)?));
            }
        }
    }

    if let Some(base) = base {
        options.ports = Ports::from_base(base).ok_or(format!("port {base} leaves no room for five ports in a row"))?;
    }
    for (part, port) in single {
        options.ports.set(part, port);
    }
    Ok(Command::Run(Box::new(options)))
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: '{text}' is not a number in range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arguments: &[&str], env: &[(&str, &str)]) -> Result<Options, String> {
        let lookup = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        match parse(arguments.iter().map(|&argument| argument.to_owned()), lookup)? {
            Command::Run(options) => Ok(*options),
            Command::Help => Err("help".into()),
        }
    }

    #[test]
    fn flags_win_over_variables_and_single_ports_over_the_base() {
        let env = [("MXS_SANDBOX_PORT_BASE", "8000"), ("MXS_SANDBOX_ZOHO_PORT", "9001")];
        let options = run(&["--port=8100", "--tab-port", "9002"], &env).expect("valid");
        assert_eq!(Part::ALL.map(|part| options.ports.of(part)), [8100, 9002, 8102, 9001, 8104]);
    }

    #[test]
    fn nothing_said_means_the_defaults() {
        let options = run(&[], &[]).expect("valid");
        assert_eq!(Part::ALL.map(|part| options.ports.of(part)), [7700, 7701, 7702, 7703, 7704]);
        assert_eq!(options.seed, SeedName::Default);
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (&["--prot", "1"][..], "there is no option --prot"),
            (&["--port"], "--port needs a value"),
            (&["--port", "99999"], "--port: '99999' is not a number in range"),
            (&["--port", "65533"], "leaves no room"),
            (&["--seed", "big"], "there is no seed 'big'"),
        ];
        for (arguments, expected) in cases {
            let said = run(arguments, &[]).expect_err("a mistake");
            assert!(said.contains(expected), "{said}");
        }
    }
}
