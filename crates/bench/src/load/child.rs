//! The function as a process of its own, whose memory and processor time are nobody else's.

use crate::trouble::Trouble;
use mxs_function::server::{ServerConfig, serve};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tracing_subscriber::EnvFilter;

/// How often it is looked whether the function answers.
const LOOKS_MAX: u32 = 500;

const LOOK: Duration = Duration::from_millis(20);

/// The units in which Linux counts processor time: hundredths of a second.
const TICKS_A_SECOND: f64 = 100.0;

/// As the program logs.
const LOG: &str = "warn,mxs_function=info";

/// A running function.
pub(crate) struct Function {
    child: Child,
    log: PathBuf,
}

impl Drop for Function {
    fn drop(&mut self) {
        // One that has ended by itself can't be ended once more.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Function {
    /// Starts it, and waits until it answers at `address`. Its log goes to a file.
    pub(crate) async fn start(variables: &BTreeMap<&str, String>, address: &str, log: &Path) -> Result<Self, Trouble> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("function").envs(variables).stderr(File::create(log)?);
        let mut function = Self { child: command.spawn()?, log: log.to_owned() };
        for _ in 0..LOOKS_MAX {
            if is_healthy(address).await.unwrap_or(false) {
                return Ok(function);
            }
            if function.child.try_wait()?.is_some() {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(Trouble::NoFunction(function.log()?))
    }

    /// What it logged.
    pub(crate) fn log(&self) -> Result<String, Trouble> {
        Ok(fs::read_to_string(&self.log)?)
    }

    /// A line of what Linux tells of its memory, in kilobytes.
    pub(crate) fn memory_kb(&self, line: &str) -> Result<u64, Trouble> {
        crate::engine::memory_kb(&format!("/proc/{}/status", self.child.id()), line)
    }

    /// The processor time that it took, in seconds.
    pub(crate) fn processor_s(&self) -> Result<f64, Trouble> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name, in parentheses, may hold anything. Of what follows the 12th and 13th are this process's time, in its own
        // code and in the kernel's: proc(5).
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
        let ticks: Vec<f64> = fields.skip(11).take(2).filter_map(|text| text.parse().ok()).collect();
        if ticks.len() == 2 { Ok(ticks.iter().sum::<f64>() / TICKS_A_SECOND) } else { Err(Trouble::Memory) }
    }
}

/// Whether the function says that all is well with it.
async fn is_healthy(address: &str) -> Result<bool, Trouble> {
    let mut stream = TcpStream::connect(address).await?;
    let asked = format!("GET /v1/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

/// Is the function, until it is killed.
pub(crate) async fn be_the_function() -> Result<(), Trouble> {
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(EnvFilter::new(LOG)).init();
    let settings = ServerConfig::from_variables(|name| std::env::var(name).ok())?;
    Ok(serve(settings, std::future::pending()).await?)
}
