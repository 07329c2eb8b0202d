//! The table, and whether memory is flat.

use std::{fmt, time::Duration};

use crate::figures::{MB, megabytes};

/// The most memory that the largest export may take above the smallest, in bytes: a part keeps the
/// list of its files until it is whole.
const MORE: u64 = 16 * MB;

/// One export.
pub struct Row {
    /// Photos in it.
    pub photos: u32,
    /// Bytes of its parts.
    pub bytes: u64,
    /// Its parts.
    pub parts: u64,
    /// From asking for it to all of it being there.
    pub time: Duration,
    /// The most that a process of the worker has had at once, in bytes.
    pub memory: u64,
}

/// The exports that were measured.
pub struct Report {
    pub rows: Vec<Row>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| photos | size | parts | time | a second | peak memory |")?;
        writeln!(f, "|---:|---:|---:|---:|---:|---:|")?;
        for Row { photos, bytes, parts, time, memory } in &self.rows {
            let seconds = time.as_secs_f64();
            let rate = f64::from(*photos) / seconds;
            let size = megabytes(*bytes);
            let memory = megabytes(*memory);
            writeln!(
                f,
                "| {photos} | {size} | {parts} | {seconds:.1} s | {rate:.0} photos | {memory} |"
            )?;
        }
        let all = || self.rows.iter().map(|row| row.memory);
        let least = all().min().unwrap_or(0);
        let most = all().max().unwrap_or(0);
        let reached = if most - least <= MORE { "reached" } else { "MISSED" };
        writeln!(
            f,
            "\nMemory, most above least: {} of at most {}: {reached}",
            megabytes(most - least),
            megabytes(MORE)
        )
    }
}
