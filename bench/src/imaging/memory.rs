//! `bench memory`: time and cost of a photograph at each memory setting of the function that
//! renders it.
//!
//! Lambda gives a function processor time in proportion to its memory: one processor at 1,769 MB,
//! and never more than it has threads for. Here a control group does. What is paid for is memory
//! times time on the wall: below one processor that is nearly the same at every setting, above it
//! what the second thread cannot use is paid for, too.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>.

use std::{
    fmt,
    path::{Path, PathBuf, absolute},
    process::Stdio,
};

use clap::Args;
use shared::error::Cause;
use tokio::process::Command;

use super::{
    cases::{Photographs, Source},
    contenders::{Said, environment},
    samples::{Middle, Samples},
};
use crate::{
    figures::{megabytes, milliseconds},
    machine::Group,
    note,
};

/// Megabytes for which Lambda gives a whole processor.
const PROCESSOR: f64 = 1769.0;
/// The function's number of threads: what its options say where there are two processors, as in
/// Lambda up to 3,008 MB.
const THREADS: &str = "2";
/// The most that a quicker setting may cost, as a multiple of the cheapest.
const TOLERANCE: f64 = 1.05;
/// The kinds of photograph that are measured, each with its heading.
const SOURCES: [(Source, &str); 3] =
    [(Source::Jpeg12, "12 MP"), (Source::Jpeg24, "24 MP"), (Source::Jpeg48, "48 MP")];

/// Options of `bench memory`.
#[derive(Args, Debug)]
pub struct Options {
    /// Folder of photographs, as of `bench imaging`.
    #[arg(long, default_value = "target/bench/imaging/photographs")]
    photos: PathBuf,
    /// Settings, in MB, apart by commas.
    #[arg(long, value_delimiter = ',', default_value = "1024,1536,1769,2048,2560,3008,3538")]
    sizes: Vec<u32>,
    /// Rounds; in each, every setting has its turn.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

/// The measurements at all settings, ascending.
pub struct Report(Vec<Row>);

/// The measurements at one setting.
struct Row {
    megabytes: u32,
    /// Those of each of [`SOURCES`].
    middles: Vec<Middle>,
}

impl Row {
    /// Returns the processors that Lambda gives at this setting.
    fn processors(&self) -> f64 {
        f64::from(self.megabytes) / PROCESSOR
    }

    /// Returns what one photograph of each kind costs together, in GB-seconds.
    fn cost(&self) -> f64 {
        let seconds: f64 = self
            .middles
            .iter()
            .map(|middle| middle.wall.as_secs_f64())
            .sum();
        seconds * f64::from(self.megabytes) / 1024.0
    }

    /// Returns the most memory that any photograph took, in bytes.
    fn peak(&self) -> u64 {
        let peaks = self.middles.iter().map(|middle| middle.peak);
        peaks.max().unwrap_or(0)
    }
}

/// Measures every setting, and returns the report.
///
/// # Errors
/// When there are no photographs, or a process or control group cannot be made.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let photographs = Photographs::find(&absolute(&options.photos)?, false)?;
    let mut sizes = options.sizes.clone();
    sizes.sort_unstable();
    sizes.dedup();
    let mut settings = Vec::new();
    for megabytes in sizes {
        settings.push((megabytes, SOURCES.map(|_| Samples::default())));
    }
    for round in 1..=options.rounds {
        for (megabytes, of_sources) in &mut settings {
            note(&format!("Round {round} of {}: {megabytes} MB", options.rounds));
            let group = Group::new("albumen-bench", f64::from(*megabytes) / PROCESSOR)?;
            for ((source, _), samples) in SOURCES.iter().zip(of_sources) {
                samples.add(measure(group.path(), photographs.of(*source)).await?)?;
            }
        }
    }
    let mut rows = Vec::new();
    for (megabytes, of_sources) in settings {
        let middles: Option<Vec<Middle>> = of_sources.iter().map(Samples::middle).collect();
        rows.push(Row { megabytes, middles: middles.ok_or("nothing was measured")? });
    }
    Ok(Report(rows))
}

/// Starts a process of our library that renders these photographs in this control group, and
/// returns what it says of itself.
async fn measure(group: &Path, photographs: &[PathBuf]) -> Result<Said, Cause> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["contender", "ours", "--to", "webp", "--threads", THREADS, "--group"])
        .arg(group)
        .args(photographs);
    let output = command
        .env_clear()
        .envs(environment())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await?;
    if !output.status.success() {
        return Err(format!("ended: {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

impl Report {
    /// Returns the quickest of those that cost hardly more than the cheapest.
    fn best(&self) -> Option<&Row> {
        let least = self.0.iter().map(Row::cost).fold(f64::INFINITY, f64::min);
        let mut from_quickest = self.0.iter().rev();
        from_quickest.find(|row| row.cost() <= least * TOLERANCE)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| MB | processors |")?;
        for (_, title) in SOURCES {
            write!(f, " {title} |")?;
        }
        writeln!(f, " GB-seconds, one of each | peak memory |\n|--:|--:|--:|--:|--:|--:|--:|")?;
        for row in &self.0 {
            write!(f, "| {} | {:.2} |", row.megabytes, row.processors())?;
            for middle in &row.middles {
                write!(f, " {} |", milliseconds(middle.wall))?;
            }
            writeln!(f, " {:.2} | {} |", row.cost(), megabytes(row.peak()))?;
        }
        let Some(best) = self.best() else { return Ok(()) };
        writeln!(f, "\nmemory: {} MB is the quickest within 5 % of the cheapest", best.megabytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn row(megabytes: u32, milliseconds: u64) -> Row {
        let time = Duration::from_millis(milliseconds);
        Row { megabytes, middles: vec![Middle { cpu: time, wall: time, idle: 0, peak: 0 }] }
    }

    #[test]
    fn the_quickest_wins_among_those_that_cost_about_the_same() {
        let rows = vec![row(1024, 1000), row(1536, 700), row(2048, 600)];
        assert_eq!(Report(rows).best().map(|row| row.megabytes), Some(1536));
        assert!(Report(Vec::new()).best().is_none());
    }
}
