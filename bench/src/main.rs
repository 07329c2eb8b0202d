//! `bench`: Albumen measured. `./dev bench` builds what is measured and starts this.

mod reads;

use std::{io::Write, process::ExitCode};

use clap::{Parser, Subcommand};

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
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().bench {
        Bench::Reads(options) => reads::run(&options).await,
    };
    match outcome {
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

/// A line for whoever waits; the report alone goes to standard output.
fn note(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}
