//! The runs of `bench archive`, and its targets.

use std::{fmt, time::Duration};

use crate::figures::{MB, megabytes};

/// The most memory that the function may take, in bytes.
const MEMORY: u64 = 256 * MB;
/// The most time that it may take, as a multiple of the dump's.
const TIMES: f64 = 3.0;
/// The most time that a row may take, as a multiple of a row's in the first run.
const GROWTH: f64 = 1.3;

/// The runs that were measured.
pub struct Report {
    /// One for each number of rows.
    pub runs: Vec<Run>,
}

/// A month that was dumped, and then archived.
pub struct Run {
    /// Its rows.
    pub rows: u32,
    /// The time of the dump.
    pub dump: Duration,
    /// The time from the first message to the state `dropped`.
    pub archive: Duration,
    /// The most memory that the function took, in bytes.
    pub memory: u64,
    /// The bytes of the files.
    pub bytes: u64,
}

impl Run {
    /// Returns rows a second.
    fn rate(&self) -> f64 {
        f64::from(self.rows) / self.archive.as_secs_f64()
    }

    /// Returns the time as a multiple of the dump's.
    fn times(&self) -> f64 {
        self.archive.as_secs_f64() / self.dump.as_secs_f64()
    }
}

/// A line of the table of targets.
struct Target {
    what: &'static str,
    most: String,
    measured: String,
    is_reached: bool,
}

impl Target {
    fn number(what: &'static str, most: f64, measured: f64) -> Self {
        Self {
            what,
            most: format!("{most:.2}"),
            measured: format!("{measured:.2}"),
            is_reached: measured <= most,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, most, measured, is_reached } = self;
        let reached = if *is_reached { "reached" } else { "not reached" };
        write!(f, "| {what} | {most} | {measured} | {reached} |")
    }
}

impl Report {
    fn targets(&self) -> Vec<Target> {
        let memory = self.runs.iter().map(|run| run.memory).max().unwrap_or(0);
        let mut targets = vec![Target {
            what: "peak memory",
            most: megabytes(MEMORY),
            measured: megabytes(memory),
            is_reached: memory <= MEMORY,
        }];
        if let Some(last) = self.runs.last() {
            targets.push(Target::number("time, of the dump's", TIMES, last.times()));
        }
        if let [first, .., last] = self.runs.as_slice() {
            let growth = first.rate() / last.rate();
            targets.push(Target::number("time a row, of the first run's", GROWTH, growth));
        }
        targets
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| rows | archived and verified | rows/s | mysqldump \\| zstd | ratio ")?;
        writeln!(f, "| peak memory | files |")?;
        writeln!(f, "|--:|--:|--:|--:|--:|--:|--:|")?;
        for run in &self.runs {
            let rows = run.rows;
            let archive = run.archive.as_secs_f64();
            let dump = run.dump.as_secs_f64();
            let rate = run.rate();
            let times = run.times();
            let memory = megabytes(run.memory);
            let files = megabytes(run.bytes);
            write!(f, "| {rows} | {archive:.1} s | {rate:.0} | {dump:.1} s | {times:.2} ")?;
            writeln!(f, "| {memory} | {files} |")?;
        }
        writeln!(f, "\n| target | at most | measured | |\n|---|--:|--:|---|")?;
        for target in self.targets() {
            writeln!(f, "{target}")?;
        }
        Ok(())
    }
}
