//! `bench archive`: a month of activity archived and verified by the function that is deployed,
//! beside `mysqldump | zstd` of the same rows in the same run.

mod rows;

use std::{
    fmt,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use clap::Args;
use serde_json::json;
use shared::{
    domain::{Moment, Month},
    env::Env,
    error::Cause,
    stores::{
        Activities,
        activities::{ArchiveJob, ArchiveJobState, ArchiveTarget},
    },
};
use tokio::process::Command;

use crate::{
    figures::{MB, megabytes},
    note,
    reads::{Process, Runtime},
    system::System,
};

/// The most memory that the function may take.
const MEMORY: u64 = 256 * MB;
/// How often as long as the dump it may take.
const TIMES: f64 = 3.0;
/// The months that are archived, so many months ago: one after the other.
const FIRST_MONTH: usize = 6;

/// Options of `bench archive`.
#[derive(Args, Debug)]
pub struct Options {
    /// The `system.json` of the running system whose record is archived.
    #[arg(long)]
    system: PathBuf,
    /// Rows of each run.
    #[arg(long, value_delimiter = ',', default_values_t = [100_000, 1_000_000])]
    rows: Vec<u32>,
    /// Where the rows go: `s3` or `redshift`.
    #[arg(long, default_value = "s3")]
    to: String,
}

/// What was measured.
pub struct Report {
    runs: Vec<Run>,
}

struct Run {
    rows: u32,
    dump: Duration,
    archive: Duration,
    memory: u64,
    bytes: u64,
}

impl Run {
    fn rate(&self) -> f64 {
        f64::from(self.rows) / self.archive.as_secs_f64()
    }

    fn times(&self) -> f64 {
        self.archive.as_secs_f64() / self.dump.as_secs_f64()
    }
}

/// Measures, and says what was measured.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = System::read(&options.system)?;
    let target = ArchiveTarget::of_word(&options.to).ok_or("--to is s3 or redshift")?;
    let variables = system.environment.clone().into_iter().collect();
    let activities = Activities::connect(&Env::with(aws_config(), variables))?;
    let mut runs = Vec::new();
    for (number, rows) in options.rows.iter().enumerate() {
        let month =
            (0..FIRST_MONTH + number).fold(Month::of(Moment::now()), |month, _| month.previous());
        note(&format!("{rows} rows of {month}: writing them"));
        rows::write(&system.environment, month, *rows).await?;
        activities
            .ensure_partitions(Month::of(Moment::now()))
            .await?;
        note("Dumping them");
        let dump = dump(&system).await?;
        note("Archiving them");
        runs.push(archive(&system, &activities, month, target, (*rows, dump)).await?);
    }
    Ok(Report { runs })
}

fn aws_config() -> shared::env::SdkConfig {
    shared::env::SdkConfig::builder().build()
}

/// How long `mysqldump` piped to `zstd` takes for the whole table.
async fn dump(system: &System) -> Result<Duration, Cause> {
    let url = rows::writer(&system.environment)?;
    let (user, password, database) =
        rows::parts(&url).ok_or("ACTIVITY_SHARDS has an URL that is none")?;
    let line = format!(
        "set -o pipefail; mysqldump --no-defaults --socket='{}' --user='{user}' --single-transaction --quick \
         --skip-lock-tables --no-tablespaces '{database}' activity | zstd -q -c >'{}'",
        system.mariadb.socket.display(),
        "/dev/null"
    );
    let started = Instant::now();
    let status = Command::new("bash")
        .args(["-c", &line])
        .env("MYSQL_PWD", password)
        .stdin(Stdio::null())
        .status();
    if status.await?.success() {
        Ok(started.elapsed())
    } else {
        Err("mysqldump | zstd failed".into())
    }
}

async fn archive(
    system: &System,
    activities: &Activities,
    month: Month,
    target: ArchiveTarget,
    (rows, dump): (u32, Duration),
) -> Result<Run, Cause> {
    activities.plan(month, target).await?;
    let jobs = activities
        .jobs()
        .await?
        .into_iter()
        .filter(|job| !job.state.ended() && job.month == month);
    let jobs: Vec<ArchiveJob> = jobs.collect();
    let [job] = jobs.as_slice() else { return Err(format!("{} jobs, not one", jobs.len()).into()) };
    // What the function sends itself is asked for here: nobody else works on the job.
    let mut environment = system.environment.clone();
    environment.insert("ARCHIVE_QUEUE_URL".to_owned(), rows::queue(&system.sqs).await?);
    let runtime = Runtime::of_binary("archive-activity")?;
    let event = json!({"Records": [{
        "messageId": "m-1", "receiptHandle": "r", "body": json!({"v": 1, "job": job.id}).to_string(),
        "attributes": {"ApproximateReceiveCount": "1"}, "messageAttributes": {}, "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:bench", "awsRegion": "us-east-1",
    }]})
    .to_string();
    let mut process = Process::start_anywhere(&runtime, &environment).await?;
    let started = Instant::now();
    let measured = async {
        loop {
            let answer = process.call(&event).await?.answer;
            let job = activities.job(job.id).await?;
            match job.state {
                ArchiveJobState::Dropped => return Ok::<_, Cause>(job),
                ArchiveJobState::Failed => return Err(job.reason.unwrap_or_default().into()),
                _ if !answer.starts_with(br#"{"batchItemFailures":[]"#) => {
                    return Err("a step failed".into());
                }
                // The warehouse is asked as often as the queue would.
                ArchiveJobState::Loading => tokio::time::sleep(Duration::from_millis(100)).await,
                _ => {}
            }
        }
    }
    .await;
    let (archive, memory) = (started.elapsed(), process.peak_memory());
    let log = process.end().await?;
    let done =
        measured.map_err(|failure| format!("{failure}\nThe last lines that it wrote:\n{log}"))?;
    if done.sums.rows != u64::from(rows) {
        return Err(format!("{} rows were archived, not {rows}", done.sums.rows).into());
    }
    Ok(Run { rows, dump, archive, memory: memory?, bytes: done.bytes })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| rows | archived and verified | rows/s | mysqldump \\| zstd | ratio | peak memory | files |"
        )?;
        writeln!(f, "|--:|--:|--:|--:|--:|--:|--:|")?;
        for run in &self.runs {
            let (archive, dump) = (run.archive.as_secs_f64(), run.dump.as_secs_f64());
            let (rate, times, memory) = (run.rate(), run.times(), megabytes(run.memory));
            let (rows, files) = (run.rows, megabytes(run.bytes));
            writeln!(
                f,
                "| {rows} | {archive:.1} s | {rate:.0} | {dump:.1} s | {times:.2} | {memory} | {files} |"
            )?;
        }
        writeln!(f, "\n| target | at most | measured | |\n|---|--:|--:|---|")?;
        let memory = self.runs.iter().map(|run| run.memory).max().unwrap_or(0);
        target(f, "peak memory", &megabytes(MEMORY), &megabytes(memory), memory <= MEMORY)?;
        let times = self.runs.last().map_or(0.0, Run::times);
        target(
            f,
            "time, of the dump's",
            &format!("{TIMES:.1}"),
            &format!("{times:.2}"),
            times <= TIMES,
        )?;
        if let [first, .., last] = self.runs.as_slice() {
            let linear = first.rate() / last.rate();
            target(
                f,
                "time a row, of the first run's",
                "1.30",
                &format!("{linear:.2}"),
                linear <= 1.3,
            )?;
        }
        Ok(())
    }
}

fn target(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    most: &str,
    measured: &str,
    reached: bool,
) -> fmt::Result {
    writeln!(
        f,
        "| {what} | {most} | {measured} | {} |",
        if reached { "reached" } else { "not reached" }
    )
}
