//! The table, and whether the searches are as quick as they must be.

use std::{fmt, time::Duration};

use crate::figures::milliseconds;

/// The most that a search may take, whatever the size.
const MOST: Duration = Duration::from_millis(60);

/// A search.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// The path and query that are asked.
    pub path: String,
    /// True if it must stay below the target.
    pub target: bool,
    /// The middle of its times, for each size.
    pub times: Vec<Duration>,
}

/// The times that were measured.
pub struct Report {
    /// Sizes of libraries.
    pub photos: Vec<u32>,
    /// The searches.
    pub rows: Vec<Row>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| search |")?;
        for photos in &self.photos {
            write!(f, " {photos} photos |")?;
        }
        writeln!(f, "\n|---|{}", "---:|".repeat(self.photos.len()))?;
        for row in &self.rows {
            write!(f, "| {} |", row.name)?;
            for time in &row.times {
                write!(f, " {} |", milliseconds(*time))?;
            }
            writeln!(f)?;
        }
        let held = self.rows.iter().filter(|row| row.target);
        let slowest = held.flat_map(|row| &row.times).max();
        let slowest = slowest.copied().unwrap_or_default();
        let reached = if slowest <= MOST { "reached" } else { "MISSED" };
        writeln!(
            f,
            "\nThe slowest of those with a target: {} of at most {}: {reached}",
            milliseconds(slowest),
            milliseconds(MOST)
        )
    }
}
