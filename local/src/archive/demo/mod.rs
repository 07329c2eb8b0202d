//! `local archive demo`: months of activity written into a running system, archived by its
//! functions, and shown: the place of each month's rows, whether they are the same there, and the
//! owner's year in review.
//!
//! Nothing here is taken on trust. The checksum of a month is computed by the database before
//! anything is archived, and by the warehouse afterwards; the functions have a third one, of their
//! own, in the job's row.

mod comparison;
mod month;
mod review;
mod seed;
mod sums;

use std::{
    collections::BTreeMap,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Args;
use reqwest::Client;
use running_system::RunningSystem;
use serde_json::Value;

use super::{ListedJob, list_jobs};
use crate::{console, demo::ApiClient, system::Error};
use comparison::MonthComparison;
use month::CalendarMonth;
use sums::MonthSums;

/// The limit for the jobs, and for the statistics: longer than either takes.
const TIME_LIMIT: Duration = Duration::from_mins(5);
/// The pause between two looks at something that is waited for.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// The window that a system has whose functions do not say theirs, in whole months.
const DEFAULT_WINDOW: u16 = 3;

/// Options of `archive demo`.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// Months that are old enough to be archived.
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u16).range(1..=60))]
    months: u16,
    /// Rows of each month, about a kilobyte each.
    #[arg(
        long,
        default_value_t = 5000,
        value_parser = clap::value_parser!(u32).range(100..=1_000_000)
    )]
    rows: u32,
}

/// Runs the demo. The exit code is 0 only when every month was verified.
///
/// # Errors
/// The system does not answer, a function fails, or something does not end within its limit.
pub async fn run(running: &RunningSystem, arguments: &DemoArgs) -> Result<ExitCode, Error> {
    let window = archive_window(running);
    let current_month = CalendarMonth::now();
    let old_months = CalendarMonth::before(window, arguments.months);
    console::line("Signing up, and writing activity:");
    let (api, login) = ApiClient::sign_up(&running.origin).await?;
    let owner = seed::find_owner(running, &login.email).await?;
    for month in old_months.iter().chain([&current_month]) {
        seed::write_month(running, owner, *month, arguments.rows).await?;
        console::line(&format!("  {month}  {} rows", arguments.rows));
    }
    invoke(running, "EnsurePartitions").await?;
    let before = sums::in_database(running).await?;
    console::line(&format!("Archiving what is older than {window} whole months:"));
    invoke(running, "PlanArchive").await?;
    wait_for_jobs(running).await?;
    let comparisons = compare(running, &old_months, current_month, &before).await?;
    console::line(&format!("\n{}", comparison::table(&comparisons)));
    invoke(running, "RollUpStatistics").await?;
    let statistics = wait_for_statistics(&api).await?;
    console::line(&format!("\n{}", review::text(&statistics)));
    let verified = comparisons
        .iter()
        .filter(|month| month.is_verified())
        .count();
    console::line(&format!("\narchive: {verified} of {} months verified", old_months.len()));
    let all_verified = verified == old_months.len();
    Ok(if all_verified { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the number of whole months that the system leaves in its databases.
fn archive_window(running: &RunningSystem) -> u16 {
    match running.variable("ARCHIVE_WINDOW_MONTHS") {
        Ok(text) => text.parse().unwrap_or(DEFAULT_WINDOW),
        Err(_) => DEFAULT_WINDOW,
    }
}

/// Waits until each job has ended, and prints how many are in which state when that changes.
async fn wait_for_jobs(running: &RunningSystem) -> Result<(), Error> {
    let started = Instant::now();
    let mut printed_states = String::new();
    while started.elapsed() < TIME_LIMIT {
        let jobs = list_jobs(running).await?;
        let states = describe_states(&jobs);
        if states != printed_states {
            let seconds = started.elapsed().as_secs_f64();
            console::line(&format!("  {seconds:>5.1} s  {} jobs: {states}", jobs.len()));
            printed_states = states;
        }
        if !jobs.is_empty() && jobs.iter().all(ListedJob::has_ended) {
            return Ok(());
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Err(Error::new("The jobs did not end within five minutes."))
}

/// Returns the number of jobs in each state: `2 dropped, 1 exporting`.
fn describe_states(jobs: &[ListedJob]) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for job in jobs {
        *counts.entry(&job.state).or_default() += 1;
    }
    let mut states = Vec::new();
    for (state, count) in counts {
        states.push(format!("{count} {state}"));
    }
    states.join(", ")
}

/// Compares each month with what it was before.
async fn compare(
    running: &RunningSystem,
    old_months: &[CalendarMonth],
    current_month: CalendarMonth,
    before: &BTreeMap<String, MonthSums>,
) -> Result<Vec<MonthComparison>, Error> {
    let database = sums::in_database(running).await?;
    let warehouse = sums::in_warehouse(running).await?;
    let jobs = list_jobs(running).await?;
    let compare_month = |month: CalendarMonth, is_old: bool| {
        let name = month.to_string();
        let sums_in =
            |place: &BTreeMap<String, MonthSums>| place.get(&name).copied().unwrap_or_default();
        let mut comparison = MonthComparison {
            is_old,
            jobs: 0,
            dropped: 0,
            before: sums_in(before),
            database: sums_in(&database),
            warehouse: sums_in(&warehouse),
            noted_checksum: 0,
            month: name.clone(),
        };
        for job in jobs.iter().filter(|job| job.month == name) {
            comparison.add_job(job);
        }
        comparison
    };
    let mut comparisons = Vec::new();
    for month in old_months {
        comparisons.push(compare_month(*month, true));
    }
    comparisons.push(compare_month(current_month, false));
    Ok(comparisons)
}

/// Calls a function without an event.
async fn invoke(running: &RunningSystem, function: &str) -> Result<(), Error> {
    let url = format!("{}/2015-03-31/functions/{function}/invocations", running.lambda);
    let answer = match Client::new().post(url).body("{}").send().await {
        Ok(answer) => answer,
        Err(error) => return Err(Error::new(format!("{function} cannot be called: {error}."))),
    };
    let has_failed = answer.headers().contains_key("x-amz-function-error");
    if has_failed || !answer.status().is_success() {
        return Err(Error::new(format!("{function} failed; the system's log says why.")));
    }
    Ok(())
}

/// Waits until the owner's statistics are computed, and returns them.
async fn wait_for_statistics(api: &ApiClient) -> Result<Value, Error> {
    let started = Instant::now();
    while started.elapsed() < TIME_LIMIT {
        let statistics = api.get("/v1/me/statistics").await?;
        if !statistics["as_of"].is_null() {
            return Ok(statistics);
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Err(Error::new("No statistics were computed within five minutes."))
}
