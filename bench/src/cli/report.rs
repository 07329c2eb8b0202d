//! The table of `bench cli`, and whether the targets are met.

use std::{fmt, time::Duration};

use super::{Options, hashing::Hashed, sending::Sent, unchanged::Unchanged};
use crate::figures::{MB, megabytes, milliseconds};

/// The most time of a first run, as a multiple of that of `sha256sum`.
const HASHING: f64 = 1.2;
/// The most processor time of an upload, as a multiple of that of `curl`.
const SENDING: f64 = 1.3;
/// The most time of a second run.
const UNCHANGED: Duration = Duration::from_secs(5);
/// The most memory of a second run, in bytes.
const UNCHANGED_MEMORY: u64 = 64 * MB;
/// The most requests of a second run.
const REQUESTS: u64 = 300;
/// The most memory of any run, in bytes.
const MEMORY: u64 = 128 * MB;
/// The most time of a start.
const START: Duration = Duration::from_millis(10);

/// The runs that were measured.
pub struct Report {
    /// The time of `albumen --help`.
    pub start: Duration,
    /// The first runs.
    pub hashed: Hashed,
    /// The uploads.
    pub sent: Sent,
    /// The second run.
    pub unchanged: Unchanged,
    /// The sizes of all of it.
    pub options: Options,
}

/// A line of the table of targets.
struct Target {
    what: String,
    most: String,
    measured: String,
    is_reached: bool,
}

impl Target {
    fn times(what: String, most: f64, ours: Duration, theirs: Duration) -> Self {
        let times = ours.as_secs_f64() / theirs.as_secs_f64();
        Self {
            what,
            most: format!("{most:.2}"),
            measured: format!("{times:.2}"),
            is_reached: times <= most,
        }
    }

    fn bytes(what: &str, most: u64, measured: u64) -> Self {
        Self {
            what: what.to_owned(),
            most: megabytes(most),
            measured: megabytes(measured),
            is_reached: measured <= most,
        }
    }

    fn time(what: String, most: Duration, measured: Duration) -> Self {
        Self {
            what,
            most: milliseconds(most),
            measured: milliseconds(measured),
            is_reached: measured <= most,
        }
    }
}

impl Report {
    fn targets(&self) -> Vec<Target> {
        let Options { files, unchanged, sent, bytes, .. } = &self.options;
        let size = megabytes((*bytes).into());
        let memory = self
            .hashed
            .memory
            .max(self.sent.memory)
            .max(self.unchanged.memory);
        vec![
            Target::times(
                format!("{files} files of {size} scanned and hashed, of sha256sum's time"),
                HASHING,
                self.hashed.ours,
                self.hashed.sha256sum,
            ),
            Target::time(format!("{unchanged} unchanged files"), UNCHANGED, self.unchanged.time),
            Target::bytes("the same, memory", UNCHANGED_MEMORY, self.unchanged.memory),
            Target {
                what: "the same, requests".to_owned(),
                most: REQUESTS.to_string(),
                measured: self.unchanged.requests.to_string(),
                is_reached: self.unchanged.requests <= REQUESTS,
            },
            Target::times(
                format!("{sent} files of {size} sent, of curl's processor time"),
                SENDING,
                self.sent.ours,
                self.sent.curl,
            ),
            Target::bytes("memory of all runs", MEMORY, memory),
            Target::time("albumen --help".to_owned(), START, self.start),
        ]
    }

    fn write_runs(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hashed { ours, memory, sha256sum, immich } = &self.hashed;
        writeln!(f, "| first run | time | peak memory |\n|---|--:|--:|")?;
        writeln!(f, "| albumen | {} | {} |", milliseconds(*ours), megabytes(*memory))?;
        writeln!(f, "| sha256sum, two processes | {} | |", milliseconds(*sha256sum))?;
        if let Some((time, memory)) = immich {
            let (time, memory) = (milliseconds(*time), megabytes(*memory));
            writeln!(f, "| Immich's command line (SHA-1) | {time} | {memory} |")?;
        }
        let Sent { ours, ours_summed, memory, curl, sha256sum } = &self.sent;
        let (memory, both) = (megabytes(*memory), *curl + *sha256sum);
        writeln!(f, "\n| upload | processor time | peak memory |\n|---|--:|--:|")?;
        writeln!(f, "| albumen | {} | {memory} |", milliseconds(*ours))?;
        writeln!(f, "| albumen, files summed before | {} | |", milliseconds(*ours_summed))?;
        writeln!(f, "| curl | {} | |", milliseconds(*curl))?;
        writeln!(f, "| sha256sum and curl | {} | |", milliseconds(both))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_runs(f)?;
        writeln!(f, "\n| target | at most | measured | |\n|---|--:|--:|---|")?;
        for Target { what, most, measured, is_reached } in self.targets() {
            let reached = if is_reached { "reached" } else { "MISSED" };
            writeln!(f, "| {what} | {most} | {measured} | {reached} |")?;
        }
        Ok(())
    }
}
