//! Starts the local sandbox: `mxs-sandbox --help` lists the options.

use mxs_sandbox::announce::announce;
use mxs_sandbox::listen;
use mxs_sandbox::options::{Command, HELP, parse};
use mxs_sandbox::run::Running;
use std::io::{self, Write};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("mxs-sandbox: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let options = match parse(std::env::args().skip(1), |name| std::env::var(name).ok())? {
        Command::Help => {
            print!("{HELP}");
            return Ok(());
        }
        Command::Run(options) => *options,
    };
    let listening = listen::bind(options.ports).await?;
    let mut running = Running::start(options, listening).await?;
    let mut out = io::stdout();
    out.write_all(announce(&running.sandbox, &running.messages).as_bytes())?;
    // Whoever waits for the last line may read from a pipe.
    out.flush()?;
    tokio::select! {
        () = running.wait() => Ok(()),
        stop = tokio::signal::ctrl_c() => Ok(stop?),
    }
}
