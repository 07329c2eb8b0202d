//! `local archive demo`: months of activity written into a running system, archived by its
//! functions, and shown: where each month's rows are, whether they are the same, and what the owner
//! is told of their year.
//!
//! Nothing here is taken on trust. What a month comes to is computed by the database before
//! anything is archived, and by the warehouse afterwards; the functions have a third sum, of their
//! own, in the job's row.

mod month;
mod review;
mod seed;
mod sums;
mod table;

use std::{
    collections::BTreeMap,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Args;
use reqwest::Client;
use running_system::RunningSystem;
use serde_json::Value;

use crate::{console, demo::ApiClient, system::Error};
use month::Month;
use sums::Sums;
use table::Line;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(5);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);

/// Options of `archive demo`.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// Months that are old enough to be archived.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=60))]
    months: u16,
    /// Rows of each month, about a kilobyte each.
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    rows: u32,
}

/// Does it. The exit code is 0 only when every month was verified.
pub async fn run(running: &RunningSystem, args: &DemoArgs) -> Result<ExitCode, Error> {
    let window: u16 = running
        .environment
        .get("ARCHIVE_WINDOW_MONTHS")
        .and_then(|text| text.parse().ok())
        .unwrap_or(3);
    let (this, months) = (Month::now(), Month::before(window, args.months));
    console::line("Signing up, and writing activity:");
    let (api, login) = ApiClient::sign_up(&running.origin).await?;
    let owner = seed::owner(running, &login.email).await?;
    for month in months.iter().chain([&this]) {
        seed::month(running, owner, *month, args.rows).await?;
        console::line(&format!("  {month}  {} rows", args.rows));
    }
    invoke(running, "EnsurePartitions").await?;
    let before = sums::in_database(running).await?;
    console::line(&format!("Archiving what is older than {window} whole months:"));
    invoke(running, "PlanArchive").await?;
    watch(running).await?;
    let lines = lines(running, &months, this, &before).await?;
    console::line(&format!("\n{}", table::text(&lines)));
    invoke(running, "RollUpStatistics").await?;
    console::line(&format!("\n{}", review::text(&statistics(&api).await?)));
    let verified = lines.iter().filter(|line| line.verified()).count();
    console::line(&format!("\narchive: {verified} of {} months verified", months.len()));
    Ok(if verified == months.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tells how far the jobs are, until each has ended.
async fn watch(running: &RunningSystem) -> Result<(), Error> {
    let (started, mut told) = (Instant::now(), String::new());
    while started.elapsed() < PATIENCE {
        let jobs = super::jobs(running).await?;
        let mut states = BTreeMap::<&str, usize>::new();
        for job in &jobs {
            *states.entry(job.state.as_str()).or_default() += 1;
        }
        let text = states
            .iter()
            .map(|(state, jobs)| format!("{jobs} {state}"))
            .collect::<Vec<_>>()
            .join(", ");
        if text != told {
            console::line(&format!(
                "  {:>5.1} s  {} jobs: {text}",
                started.elapsed().as_secs_f64(),
                jobs.len()
            ));
            told = text;
        }
        if !jobs.is_empty()
            && jobs
                .iter()
                .all(|job| matches!(job.state.as_str(), "dropped" | "failed"))
        {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Error::new("The jobs did not end within five minutes."))
}

async fn lines(
    running: &RunningSystem,
    months: &[Month],
    this: Month,
    before: &BTreeMap<String, Sums>,
) -> Result<Vec<Line>, Error> {
    let (database, warehouse) =
        (sums::in_database(running).await?, sums::in_warehouse(running).await?);
    let jobs = super::jobs(running).await?;
    let of = |all: &BTreeMap<String, Sums>, month: Month| {
        all.get(&month.to_string()).copied().unwrap_or_default()
    };
    let line = |month: Month, old: bool| {
        let jobs: Vec<_> = jobs
            .iter()
            .filter(|job| job.month == month.to_string())
            .collect();
        Line {
            month: month.to_string(),
            old,
            jobs: jobs.len(),
            dropped: jobs.iter().filter(|job| job.state == "dropped").count(),
            before: of(before, month),
            database: of(&database, month),
            warehouse: of(&warehouse, month),
            checksum: jobs
                .iter()
                .filter_map(|job| job.checksum.parse::<u128>().ok())
                .sum(),
        }
    };
    Ok(months
        .iter()
        .map(|month| line(*month, true))
        .chain([line(this, false)])
        .collect())
}

async fn invoke(running: &RunningSystem, function: &str) -> Result<(), Error> {
    let url = format!("{}/2015-03-31/functions/{function}/invocations", running.lambda);
    let called = Client::new().post(url).body("{}").send().await;
    let answer =
        called.map_err(|error| Error::new(format!("{function} cannot be called: {error}.")))?;
    let failed =
        !answer.status().is_success() || answer.headers().contains_key("x-amz-function-error");
    if failed {
        Err(Error::new(format!("{function} failed; the system's log says why.")))
    } else {
        Ok(())
    }
}

/// The owner's statistics, as soon as they were computed.
async fn statistics(api: &ApiClient) -> Result<Value, Error> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let answer = api.get("/v1/me/statistics").await?;
        if !answer["as_of"].is_null() {
            return Ok(answer);
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Error::new("No statistics were computed within five minutes."))
}
