//! `bench`: Albumen measured. `./dev bench` builds what is measured and starts this.

mod archive;
mod cli;
mod corpus;
mod costs;
mod dynamodb;
mod event;
mod export;
mod figures;
mod growth;
mod imaging;
mod machine;
mod person;
mod reads;
mod search;
mod seed;
mod zipf;

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
    /// A month of activity archived and verified, beside `mysqldump | zstd`.
    Archive(archive::Options),
    /// Three renditions of a photograph, beside sharp, libvips and Pillow.
    Imaging(imaging::Options),
    /// An export of few photos and one of many: memory, which must not grow.
    Export(export::Options),
    /// The cost of a request: processor time, round trips, units, bytes. Written to the file that
    /// `capacity` reads.
    Costs(costs::Options),
    /// The costs of an album's requests and of searches, in albums of several sizes.
    Growth(growth::Options),
    /// Searches of one's own photos, in libraries of several sizes.
    Search(search::Options),
    /// The command line: files hashed, found unchanged and sent, beside sha256sum, curl and Immich.
    Cli(cli::Options),
    /// Uneven traffic before partitions that refuse: albums read photo by photo, and as pages.
    Zipf(zipf::Options),
    /// Makes a library of many photos in the running system, as rows alone.
    Seed(seed::Options),
    /// A folder of anything: results, times, memory, and where exiftool and libvips see it
    /// otherwise.
    Corpus(corpus::Options),
    /// The time of a photograph at each memory setting of the function that renders it.
    Memory(imaging::MemoryOptions),
    /// The process that `imaging` and `memory` start: this project's library, measuring itself.
    #[command(hide = true)]
    Contender(imaging::Contend),
    /// The process that `corpus` starts for one file.
    #[command(hide = true)]
    Look(corpus::Look),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Cli::parse().bench).await {
        Ok((report, status)) => {
            // Without a reader there is nobody to tell.
            drop(write!(std::io::stdout().lock(), "{report}"));
            status
        }
        Err(failure) => {
            note(&format!("The bench broke: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// The report, and whether what it says is a failure.
async fn run(bench: Bench) -> Result<(String, ExitCode), Cause> {
    let report = match bench {
        Bench::Reads(options) => reads::run(&options).await?.to_string(),
        Bench::Export(options) => export::run(&options).await?.to_string(),
        Bench::Cli(options) => cli::run(&options).await?.to_string(),
        Bench::Archive(options) => archive::run(&options).await?.to_string(),
        Bench::Imaging(options) => imaging::run(&options).await?.to_string(),
        Bench::Memory(options) => imaging::run_memory(&options).await?.to_string(),
        Bench::Costs(options) => costs::run(&options).await?.to_string(),
        Bench::Growth(options) => growth::run(&options).await?.to_string(),
        Bench::Search(options) => search::run(&options).await?.to_string(),
        Bench::Zipf(options) => zipf::run(&options).await?.to_string(),
        Bench::Seed(options) => seed::run(&options).await?.to_string(),
        Bench::Contender(options) => imaging::contend(&options)?,
        Bench::Look(options) => corpus::look(&options)?,
        Bench::Corpus(options) => {
            let report = corpus::run(&options).await?;
            let status = if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
            return Ok((report.to_string(), status));
        }
    };
    Ok((report, ExitCode::SUCCESS))
}

/// A line for whoever waits; the report alone goes to standard output.
fn note(line: &str) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}
