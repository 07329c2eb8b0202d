//! `bench archive`: a month of activity archived and verified by the function that is deployed,
//! beside `mysqldump | zstd` of the same rows in the same run.

mod report;
mod rows;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use clap::Args;
use running_system::RunningSystem;
use serde_json::json;
use shared::{
    domain::{ArchiveId, Moment, Month},
    env::{Env, SdkConfig},
    error::Cause,
    stores::{
        Activities,
        activities::{ArchiveJob, ArchiveJobState, ArchiveTarget},
    },
};
use tokio::process::Command;

use self::report::{Report, Run};
use crate::{
    note,
    reads::{Process, Runtime},
};

/// The months that are archived begin so many months ago: one after the other.
const FIRST_MONTH: usize = 6;
/// Between two messages while the warehouse loads: as often as the queue would send one.
const POLL: Duration = Duration::from_millis(100);

/// Options of `bench archive`.
#[derive(Args, Debug)]
pub struct Options {
    /// The `system.json` of the running system whose record is archived.
    #[arg(long)]
    system: PathBuf,
    /// Rows of each run.
    #[arg(long, value_delimiter = ',', default_values_t = [100_000, 1_000_000])]
    rows: Vec<u32>,
    /// Target of the rows: `s3` or `redshift`.
    #[arg(long, default_value = "s3")]
    to: String,
}

/// Archives a month for each number of rows.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = RunningSystem::read(&options.system)?;
    let target = ArchiveTarget::of_word(&options.to).ok_or("--to is s3 or redshift")?;
    let variables = system.environment.clone().into_iter().collect();
    let activities = Activities::connect(&Env::with(SdkConfig::builder().build(), variables))?;
    let mut runs = Vec::new();
    for (number, rows) in options.rows.iter().copied().enumerate() {
        let this_month = Month::of(Moment::now());
        let month = (0..FIRST_MONTH + number).fold(this_month, |month, _| month.previous());
        note(&format!("{rows} rows of {month}: writing them"));
        rows::write(&system.environment, month, rows).await?;
        activities.ensure_partitions(this_month).await?;
        note("Dumping them");
        let dump = dump(&system).await?;
        note("Archiving them");
        let job = plan(&activities, month, target).await?;
        let measured = archive(&system, &activities, &job).await?;
        if measured.job.sums.rows != u64::from(rows) {
            let archived = measured.job.sums.rows;
            return Err(format!("{archived} rows were archived, not {rows}").into());
        }
        let Measured { archive, memory, job } = measured;
        runs.push(Run { rows, dump, archive, memory, bytes: job.bytes });
    }
    Ok(Report { runs })
}

/// Returns the time that `mysqldump` piped to `zstd` takes for the whole table.
async fn dump(system: &RunningSystem) -> Result<Duration, Cause> {
    let url = rows::writer(&system.environment)?;
    let (user, password, database) =
        rows::parts(&url).ok_or("ACTIVITY_SHARDS has an URL that is none")?;
    let socket = system.database.socket.display();
    let line = format!(
        "set -o pipefail; mysqldump --no-defaults --socket='{socket}' --user='{user}' \
         --single-transaction --quick --skip-lock-tables --no-tablespaces '{database}' activity \
         | zstd -q -c >/dev/null"
    );
    let started = Instant::now();
    let status = Command::new("bash")
        .args(["-c", &line])
        .env("MYSQL_PWD", password)
        .stdin(Stdio::null())
        .status()
        .await?;
    if !status.success() {
        return Err("mysqldump | zstd failed".into());
    }
    Ok(started.elapsed())
}

/// Plans the month's job.
async fn plan(
    activities: &Activities,
    month: Month,
    target: ArchiveTarget,
) -> Result<ArchiveJob, Cause> {
    activities.plan(month, target).await?;
    let mut jobs = activities.jobs().await?;
    jobs.retain(|job| !job.state.ended() && job.month == month);
    match jobs.pop() {
        Some(job) if jobs.is_empty() => Ok(job),
        _ => Err("not one job, but none or several".into()),
    }
}

/// A job that has ended, and the cost of it.
struct Measured {
    job: ArchiveJob,
    archive: Duration,
    memory: u64,
}

/// Takes the job to its end, by a process of the function.
async fn archive(
    system: &RunningSystem,
    activities: &Activities,
    job: &ArchiveJob,
) -> Result<Measured, Cause> {
    // The function's own messages are not needed: nobody else works on the job.
    let mut environment: BTreeMap<_, _> = system.environment.clone();
    environment.insert("ARCHIVE_QUEUE_URL".to_owned(), rows::queue(&system.sqs).await?);
    let runtime = Runtime::of_binary("archive-activity")?;
    let mut process = Process::start_anywhere(&runtime, &environment).await?;
    let started = Instant::now();
    let outcome = work(&mut process, activities, job.id).await;
    let archive = started.elapsed();
    let memory = process.peak_memory();
    let log = process.end().await?;
    match outcome {
        Ok(job) => Ok(Measured { job, archive, memory: memory? }),
        Err(failure) => Err(format!("{failure}\nThe last lines that it wrote:\n{log}").into()),
    }
}

/// Sends the job's message again and again, until the job has ended.
async fn work(
    process: &mut Process,
    activities: &Activities,
    id: ArchiveId,
) -> Result<ArchiveJob, Cause> {
    let event = event(id);
    loop {
        let answer = process.call(&event).await?.answer;
        let job = activities.job(id).await?;
        match job.state {
            ArchiveJobState::Dropped => return Ok(job),
            ArchiveJobState::Failed => return Err(job.reason.unwrap_or_default().into()),
            _ if !answer.starts_with(br#"{"batchItemFailures":[]"#) => {
                return Err("a step failed".into());
            }
            ArchiveJobState::Loading => tokio::time::sleep(POLL).await,
            _ => {}
        }
    }
}

/// Returns the event with which SQS hands over the job's message.
fn event(job: ArchiveId) -> String {
    let record = json!({
        "messageId": "m-1",
        "receiptHandle": "r",
        "body": json!({"v": 1, "job": job}).to_string(),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:bench",
        "awsRegion": "us-east-1",
    });
    json!({"Records": [record]}).to_string()
}
