//! `bench cli`: the command line beside `sha256sum`, `curl` and Immich's command line.
//!
//! It runs the program as its users do, against the running system, and reads in `/proc` what it
//! took. Files are random bytes with the names of pictures: pictures are not looked at here, and
//! the service's workers refuse them soon.

mod files;
mod hashing;
mod immich;
mod process;
mod program;
mod report;
mod sending;
mod unchanged;

use std::path::PathBuf;

use clap::Args;
use running_system::RunningSystem;
use shared::error::Cause;

use crate::note;
use files::Files;
use program::Program;
pub use report::Report;

/// Options of `bench cli`.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The `system.json` of the running system.
    #[arg(long)]
    system: PathBuf,
    /// The program.
    #[arg(long, default_value = "target/release/albumen")]
    program: PathBuf,
    /// The folder of Immich's command line and its Node.js; without it that is not measured.
    #[arg(long)]
    peers: Option<PathBuf>,
    /// Files that are scanned and hashed.
    #[arg(long, default_value_t = 10_000)]
    files: u32,
    /// Those of them that have bytes of their own: the others are further names of these, so that
    /// all of them fit into the memory that keeps files.
    #[arg(long, default_value_t = 1000)]
    distinct: u32,
    /// Bytes of a file.
    #[arg(long, default_value_t = 3_000_000)]
    bytes: u32,
    /// Files of the second run: up to 10,000, or a multiple of it.
    #[arg(long, default_value_t = 100_000)]
    unchanged: u32,
    /// Files that are sent.
    #[arg(long, default_value_t = 1000)]
    sent: u32,
    /// Bytes of the large file that is sent.
    #[arg(long, default_value_t = 190_000_000)]
    large: u32,
    /// Runs of which the one in the middle counts.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
}

/// Measures, and says what was measured.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = RunningSystem::read(&options.system)?;
    let program = Program::at(&options.program)?;
    // Immich's command line passes over folders whose name begins with a dot.
    let folder = tempfile::Builder::new().prefix("bench").tempdir()?;
    note("Writing files");
    let files = Files::write(folder.path(), options)?;
    note("Starting");
    let start = program.start().await?;
    note("Scanning and hashing");
    let hashed = hashing::measure(&system, &program, &files, options).await?;
    note("Sending");
    let sent = sending::measure(&system, &program, &files, options).await?;
    drop(files);
    let unchanged = unchanged::measure(&system, &program, options).await?;
    Ok(Report { start, hashed, sent, unchanged, options: options.clone() })
}
