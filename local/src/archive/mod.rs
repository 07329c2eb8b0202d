//! `local archive`: every archive job of the running system and what is where, and a demo of it.

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

pub use jobs::Job;

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

/// A line of the shard map.
#[derive(Deserialize)]
struct Range {
    from: u16,
    to: u16,
    writer: String,
}

impl Range {
    fn holds(&self, shard: u16) -> bool {
        (self.from..=self.to).contains(&shard)
    }
}

/// A shard map of the running system.
fn shards(running: &RunningSystem, name: &str) -> Result<Vec<Range>, Error> {
    let map = running.environment.get(name).map_or("[]", String::as_str);
    serde_json::from_str(map)
        .map_err(|_| Error::new(format!("The running system's {name} is no shard map.")))
}

/// Does it.
pub async fn run(arguments: ArchiveArgs) -> Result<ExitCode, Error> {
    let running = find_running(&arguments.data)?;
    match &arguments.command {
        Command::Status => console::line(&report::table(&jobs(&running).await?)),
        Command::Demo(arguments) => return demo::run(&running, arguments).await,
    }
    Ok(ExitCode::SUCCESS)
}

/// Every job of the system, by month.
pub async fn jobs(running: &RunningSystem) -> Result<Vec<Job>, Error> {
    let mut jobs = Vec::new();
    for range in shards(running, "ACTIVITY_SHARDS")? {
        let found = jobs::of_cluster(&range.writer, (range.from, range.to)).await;
        jobs.extend(
            found.map_err(|error| Error::new(format!("The record does not answer: {error}.")))?,
        );
    }
    jobs.sort_by(|a, b| {
        (&a.month, a.generation, a.shards).cmp(&(&b.month, b.generation, b.shards))
    });
    Ok(jobs)
}
