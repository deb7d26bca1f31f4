//! `function serve` and its sisters: the function as a program.

use mxs_function::server::{HELP, ServerConfig, ServerError, export, import, rotate, serve, tick};
use mxs_function::{Rotated, Secrets};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tracing_subscriber::EnvFilter;

/// Its own lines, and from its libraries only what went wrong: at a lower level they would log header fields.
const LOG: &str = "warn,mxs_function=info";

/// The command line can't be understood: the shell's usual code for it.
const USAGE: u8 = 2;

/// Leaves the secrets of a backup behind.
const WITHOUT_SECRETS: &str = "--without-secrets";

/// The longest tick: a day.
const TICK_SECONDS_MAX: u64 = 24 * 60 * 60;

/// Set by AWS Lambda, and nowhere else: where invocations are asked for.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
#[cfg(feature = "lambda")]
const LAMBDA: &str = "AWS_LAMBDA_RUNTIME_API";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|text| text.to_string_lossy().into_owned()).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        #[cfg(feature = "lambda")]
        [] | ["serve"] if std::env::var_os(LAMBDA).is_some() => {
            ended(run(async |settings| mxs_function::server::invocations(settings).await))
        }
        ["serve"] => ended(run(async |settings| {
            let stop = told_to_stop().map_err(ServerError::Serve)?;
            serve(settings, stop).await
        })),
        ["tick", seconds] => match seconds.parse() {
            Ok(seconds @ 1..=TICK_SECONDS_MAX) => {
                ended(run(async |settings| tick(settings, Duration::from_secs(seconds)).await))
            }
            _ => {
                eprintln!("function: 'tick' takes a number of seconds, {TICK_SECONDS_MAX} at most");
                ExitCode::from(USAGE)
            }
        },
        ["rotate"] => ended(run(async |settings| {
            let Rotated { resealed, unopened } = rotate(settings).await?;
            println!("{resealed} secrets sealed anew, {unopened} that no key opens left as they are");
            Ok(())
        })),
        ["export", file] => ended(run(async |settings| {
            let rows = export(settings, Path::new(file)).await?;
            println!("{rows} rows exported");
            Ok(())
        })),
        ["import", file] => ended(run(async |settings| restored(settings, file, Secrets::Kept).await)),
        ["import", file, WITHOUT_SECRETS] => {
            ended(run(async |settings| restored(settings, file, Secrets::LeftOut).await))
        }
        ["help" | "-h" | "--help"] => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("function: 'serve', 'tick', 'rotate', 'export', 'import' or 'help' is expected");
            ExitCode::from(USAGE)
        }
    }
}

async fn restored(settings: ServerConfig, file: &str, secrets: Secrets) -> Result<(), ServerError> {
    let rows = import(settings, Path::new(file), secrets).await?;
    println!("{rows} rows imported");
    Ok(())
}

fn ended(result: Result<(), ServerError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("function: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(act: impl AsyncFnOnce(ServerConfig) -> Result<(), ServerError>) -> Result<(), ServerError> {
    let settings = ServerConfig::from_variables(|name| std::env::var(name).ok())?;
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(EnvFilter::new(LOG)).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServerError::Serve)?;
    runtime.block_on(act(settings))
}

/// Listens for the signals at once, so that one which comes while the database is opened is not lost.
#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
