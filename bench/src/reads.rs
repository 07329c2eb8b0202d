//! `bench reads`: reading an album with its first 50 photos, in this project's function and in the
//! same function written for Node.js and for Python.
//!
//! Each process is started as Lambda starts one and speaks to a Runtime API of this process. All
//! read the same album from the same DynamoDB, with the same environment, on one CPU, one process
//! at a time, in turns: what disturbs the machine for a while disturbs all of them. The database
//! of the function is an address where nothing listens, so that an answer can only come from the
//! hot table, and every answer is compared: a run in which one is wrong measures nothing.

mod album;
mod answer;
mod process;
mod report;
mod runtime_api;
mod runtimes;
mod samples;
mod traffic;

use std::{path::PathBuf, time::Duration};

use clap::Args;
use running_system::RunningSystem;
use shared::error::Cause;

use crate::note;
use album::Album;
pub use album::{head, photo};
use answer::Answer;
pub use answer::Sent;
pub use process::Process;
use report::Report;
pub use runtimes::Runtime;
use samples::{Round, Samples};

/// Options of `bench reads`.
#[derive(Args, Debug)]
pub struct Options {
    /// The `system.json` of the running system whose DynamoDB is read.
    #[arg(long)]
    system: PathBuf,
    /// Folder of the release binaries; this one's own when unsaid.
    #[arg(long)]
    binaries: Option<PathBuf>,
    /// Folder in which the peers are installed.
    #[arg(long, default_value = "target/bench")]
    peers: PathBuf,
    /// Rounds; in each, every runtime is started once.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Warm invocations a round that are measured.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    invocations: u32,
    /// Warm invocations a round before those, for compilers that learn while a program runs.
    #[arg(long, default_value_t = 200)]
    warm_up: u32,
}

/// Longer than any of them takes on a loaded machine: only what hangs is ended by it.
const PATIENCE: Duration = Duration::from_mins(4);

/// Measures, and says what was measured.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let album = Album::make(&options.system).await?;
    let runtimes = runtimes::all(options.binaries.clone(), &options.peers)?;
    let mut samples: Vec<Samples> = runtimes.iter().map(|_| Samples::default()).collect();
    let mut first = None;
    for round in 1..=options.rounds {
        note(&format!("Round {round} of {}", options.rounds));
        for (runtime, samples) in runtimes.iter().zip(&mut samples) {
            let measured = measure(runtime, &album, options, &mut first).await;
            samples.add(measured.map_err(|failure| format!("{}: {failure}", runtime.name))?);
        }
    }
    let dynamodb = RunningSystem::read(&options.system)?.dynamodb;
    let mut counted = Vec::new();
    for runtime in &runtimes {
        note(&format!("Counting what {} reads", runtime.name));
        counted.push(traffic::count(runtime, &album, &dynamodb).await?);
    }
    Report::new(options, &runtimes, &samples, &counted)
}

/// One process from its start to its end. Its answers must be equal to `first`, the first of all.
async fn measure(
    runtime: &Runtime,
    album: &Album,
    options: &Options,
    first: &mut Option<Answer>,
) -> Result<Round, Cause> {
    let mut process = Process::start(runtime, &album.environment).await?;
    let measured = invoke(&mut process, album, options, first).await;
    let log = process.end().await?;
    measured.map_err(|failure| format!("{failure}\nThe last lines that it wrote:\n{log}").into())
}

async fn invoke(
    process: &mut Process,
    album: &Album,
    options: &Options,
    first: &mut Option<Answer>,
) -> Result<Round, Cause> {
    let mut check = |body: &[u8]| -> Result<(), Cause> {
        let answer = Answer::of(body)?;
        first
            .get_or_insert_with(|| answer.clone())
            .must_equal(&answer)
    };
    let call = process.call(&album.event).await?;
    check(&call.answer)?;
    let cold = call.answered - process.started;
    for _ in 0..options.warm_up {
        check(&process.call(&album.event).await?.answer)?;
    }
    let before = process.cpu().await?;
    let mut warm = Vec::new();
    for _ in 0..options.invocations {
        let call = process.call(&album.event).await?;
        check(&call.answer)?;
        warm.push(call.answered - call.handed_out);
    }
    let cpu = process.cpu().await?.saturating_sub(before) / options.invocations;
    Ok(Round { cold, warm, cpu, memory: process.peak_memory()? })
}
