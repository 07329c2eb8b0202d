//! `local archive`: every archive job of the running system with the place of its rows, and a demo
//! of the archive.

mod demo;
mod jobs;
mod report;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use running_system::RunningSystem;
use serde::Deserialize;

use crate::{
    console,
    system::{Error, find_running},
};

pub use jobs::ListedJob;

/// Options of `archive`.
#[derive(Args, Clone, Debug)]
pub struct ArchiveArgs {
    #[command(subcommand)]
    command: Command,
    /// Data folder of the running system.
    #[arg(long, default_value = ".local", global = true)]
    data: PathBuf,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Lists every job: its month, how far it is, its rows and bytes.
    Status,
    /// Writes months of activity, has them archived, and shows what is where and what they come to.
    Demo(demo::DemoArgs),
}

/// An element of a shard map: the logical shards of one cluster, and the URL of its writer.
#[derive(Deserialize)]
struct ShardRange {
    from: u16,
    to: u16,
    writer: String,
}

impl ShardRange {
    fn contains(&self, shard: u16) -> bool {
        (self.from..=self.to).contains(&shard)
    }
}

/// Returns the running system's shard map that the functions have in this variable; an empty one if
/// no function has it.
fn shard_map(running: &RunningSystem, variable: &str) -> Result<Vec<ShardRange>, Error> {
    let text = running.variable(variable).unwrap_or("[]");
    match serde_json::from_str(text) {
        Ok(map) => Ok(map),
        Err(_) => Err(Error::new(format!("The running system's {variable} is no shard map."))),
    }
}

/// Runs `local archive`.
///
/// # Errors
/// No system runs on the data folder, or it does not answer.
pub async fn run(arguments: ArchiveArgs) -> Result<ExitCode, Error> {
    let running = find_running(&arguments.data)?;
    match &arguments.command {
        Command::Status => {
            let jobs = list_jobs(&running).await?;
            console::line(&report::table(&jobs));
            Ok(ExitCode::SUCCESS)
        }
        Command::Demo(demo_arguments) => demo::run(&running, demo_arguments).await,
    }
}

/// Returns every job of the system, by month.
///
/// # Errors
/// A database of the record does not answer.
pub async fn list_jobs(running: &RunningSystem) -> Result<Vec<ListedJob>, Error> {
    let mut jobs = Vec::new();
    for range in shard_map(running, "ACTIVITY_SHARDS")? {
        match jobs::of_cluster(&range.writer, (range.from, range.to)).await {
            Ok(of_cluster) => jobs.extend(of_cluster),
            Err(error) => return Err(record_does_not_answer(&error)),
        }
    }
    jobs.sort_by(|a, b| {
        (&a.month, a.generation, a.shards).cmp(&(&b.month, b.generation, b.shards))
    });
    Ok(jobs)
}

/// Returns the error for a database of the record that does not answer.
fn record_does_not_answer(error: &sqlx::Error) -> Error {
    Error::new(format!("The record does not answer: {error}."))
}
