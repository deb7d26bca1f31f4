//! Measures the engine and the function: `./build.sh bench` runs it and prints what it finds beside the others.
//!
//! It judges nothing, and no test depends on a time: a number says something only beside another that was
//! taken on the same machine in the same run.

mod calls;
mod contacts;
mod engine;
mod load;
mod rules;
mod table;
mod trouble;

use std::io::{BufWriter, stdout};
use std::path::Path;
use std::process::ExitCode;
use tokio::runtime::Builder;
use trouble::Trouble;

const HELP: &str = "\
mxs-bench COMMAND

  contacts COUNT              print so many contacts, a line of JSON each
  engine CASE FILE FOLDER     sync the contacts of a file, with the state in a folder; print what it took as JSON
  calls [COUNT…]              print what syncs of so many contacts ask of the vendors (1000 10000)
  growth [COUNT…]             print what a change costs by the number of links (1000 10000 50000)
  load [MAILBOXES [SECONDS]]  print what one process of the function carries, for so many seconds each part (10000 60)
  function                    be the function, as its variables say
  help                        print this

The cases, each in a process of its own; the state that one leaves is what the next begins with:
  first-to-mailbox, echo, no-change, one-percent; and, from an empty folder, first-to-crm";

/// How many contacts there are where nobody says it.
const CALLS_SIZES: [usize; 2] = [1_000, 10_000];
const GROWTH_SIZES: [usize; 3] = [1_000, 10_000, 50_000];

/// How many mailboxes there are, and how long each part of the load is, where nobody says it.
const LOAD: [usize; 2] = [10_000, 60];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // The engine alone needs no second thread; the function is what it is elsewhere.
    let runtime = match arguments.first() {
        Some(&("load" | "function")) => Builder::new_multi_thread().enable_all().build(),
        _ => Builder::new_current_thread().enable_all().build(),
    };
    match runtime.map_err(Trouble::from).and_then(|runtime| runtime.block_on(run(&arguments))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("mxs-bench: {trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[&str]) -> Result<(), Trouble> {
    match arguments {
        ["contacts", count] => {
            let count = count.parse().map_err(|_| Trouble::Usage("contacts takes a number"))?;
            contacts::write(count, BufWriter::new(stdout().lock()))
        }
        ["engine", case, people, folder] => {
            let case = engine::CASES.iter().find(|(name, _)| name == case).ok_or(Trouble::Usage("no such case"))?.1;
            let measured = engine::measure(case, Path::new(people), Path::new(folder)).await?;
            println!("{}", serde_json::to_string(&measured)?);
            Ok(())
        }
        ["calls", sizes @ ..] => calls::print_workloads(&numbers(sizes, &CALLS_SIZES)?).await,
        ["load", numbers_of @ ..] => match numbers(numbers_of, &LOAD)?[..] {
            [mailboxes, seconds] => load::print(mailboxes, seconds as u64).await,
            [mailboxes] => load::print(mailboxes, LOAD[1] as u64).await,
            _ => Err(Trouble::Usage("load takes two numbers")),
        },
        ["function"] => load::be_the_function().await,
        ["growth", sizes @ ..] => calls::print_growth(&numbers(sizes, &GROWTH_SIZES)?).await,
        ["help"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(Trouble::Usage("there is no such command")),
    }
}

fn numbers(words: &[&str], otherwise: &[usize]) -> Result<Vec<usize>, Trouble> {
    if words.is_empty() {
        return Ok(otherwise.to_vec());
    }
    words.iter().map(|word| word.parse().map_err(|_| Trouble::Usage("how many contacts is a number"))).collect()
}
