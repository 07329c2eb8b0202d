//! `torture`: Albumen under a load, with faults decided by a seed. `./dev torture` starts a system
//! and runs it.
//!
//! People write, and keep a journal of what was acknowledged. When the time is over the faults end,
//! the system settles what is on its way, and every store is read: nothing may be lost or there
//! twice. docs/reliability.md says which faults there are, and what has to hold.

mod api;
mod drain;
mod fault_switch;
mod invariants;
mod journal;
mod options;
mod people;
mod power;
mod report;
mod run;
mod snapshot;
mod stores;
mod uploads;
mod user;

use std::{io::Write, process::ExitCode};

use clap::Parser;

use load::Cause;
use options::Options;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run::run(&options).await {
        Ok(report) => {
            print(&report.text());
            if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(failure) => {
            note(&format!("The torture broke: {failure}"));
            ExitCode::from(2)
        }
    }
}

fn print(text: &str) {
    // Without a reader there is nobody to tell.
    drop(write!(std::io::stdout().lock(), "{text}"));
}

/// A line for whoever waits; the report alone goes to standard output.
fn note(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

/// Returns an error of a sentence.
fn failed(why: impl Into<String>) -> Cause {
    let why: String = why.into();
    why.into()
}
