//! `bench`: Albumen measured. `./dev bench` builds what is measured and starts this.

mod figures;
mod imaging;
mod machine;
mod reads;

use std::{io::Write, process::ExitCode};

use clap::{Parser, Subcommand};
use shared::error::Cause;

/// Measurements of Albumen, beside its peers.
#[derive(Debug, Parser)]
#[command(name = "bench", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// The hot read of an album with 50 photos: cold and warm, beside Node.js and Python.
    Reads(reads::Options),
    /// Three renditions of a photograph, beside sharp, libvips and Pillow.
    Imaging(imaging::Options),
    /// What `imaging` starts: this project's library, measuring itself.
    #[command(hide = true)]
    Contender(imaging::Contend),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Cli::parse().bench).await {
        Ok(report) => {
            // Without a reader there is nobody to tell.
            drop(write!(std::io::stdout().lock(), "{report}"));
            ExitCode::SUCCESS
        }
        Err(failure) => {
            note(&format!("The bench broke: {failure}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(bench: Bench) -> Result<String, Cause> {
    Ok(match bench {
        Bench::Reads(options) => reads::run(&options).await?.to_string(),
        Bench::Imaging(options) => imaging::run(&options).await?.to_string(),
        Bench::Contender(options) => imaging::contend(&options)?,
    })
}

/// A line for whoever waits; the report alone goes to standard output.
fn note(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}
