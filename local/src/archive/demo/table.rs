//! Each month's state, as a table.

use std::fmt::Write;

use super::sums::Sums;

/// A month, before and after.
pub struct Line {
    pub month: String,
    /// Older than the window: to be archived.
    pub old: bool,
    pub jobs: usize,
    /// Jobs that have gone through to the end.
    pub dropped: usize,
    /// What the database had before anything was archived.
    pub before: Sums,
    /// What it has now.
    pub database: Sums,
    /// What the warehouse has.
    pub warehouse: Sums,
    /// The sum that the jobs have noted.
    pub checksum: u128,
}

impl Line {
    /// Whether every row is in the warehouse as it was, and nowhere else.
    pub fn verified(&self) -> bool {
        self.old
            && self.gone()
            && self.warehouse == self.before
            && self.warehouse.checksum == self.checksum
    }

    fn gone(&self) -> bool {
        self.jobs > 0 && self.dropped == self.jobs && self.database.rows == 0
    }

    fn verdict(&self) -> &'static str {
        match (self.old, self.verified()) {
            (false, _) if self.database.rows >= self.before.rows && self.warehouse.rows == 0 => {
                "in the window"
            }
            (false, _) => "NOT IN THE WINDOW",
            (true, true) => "equal",
            (true, false) => "NOT EQUAL",
        }
    }

    fn state(&self) -> String {
        if self.jobs == 0 {
            "-".to_owned()
        } else {
            format!("{} of {} dropped", self.dropped, self.jobs)
        }
    }
}

/// The months, a line each.
pub fn text(lines: &[Line]) -> String {
    let mut text = format!(
        "{:<8} {:<15} {:>9} {:>13} {:>24} {:>24}  {}",
        "MONTH",
        "JOBS",
        "IN MYSQL",
        "IN WAREHOUSE",
        "CHECKSUM BEFORE",
        "CHECKSUM THERE",
        "ROWS AND CHECKSUM"
    );
    for line in lines {
        let there = if line.warehouse.rows == 0 {
            "-".to_owned()
        } else {
            line.warehouse.checksum.to_string()
        };
        let _ = write!(
            text,
            "\n{:<8} {:<15} {:>9} {:>13} {:>24} {there:>24}  {}",
            line.month,
            line.state(),
            line.database.rows,
            line.warehouse.rows,
            line.before.checksum,
            line.verdict()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        let there = Sums { rows: 10, checksum: 77 };
        let (before, warehouse, database) = (there, there, Sums::default());
        Line {
            month: "2026-05".to_owned(),
            old: true,
            jobs: 2,
            dropped: 2,
            before,
            database,
            warehouse,
            checksum: 77,
        }
    }

    #[test]
    fn a_month_is_verified_when_every_row_is_there_as_it_was() {
        assert!(line().verified() && text(&[line()]).ends_with("77  equal"));
        let other = Sums { rows: 10, checksum: 78 };
        let few = Sums { rows: 9, checksum: 77 };
        let bad = [
            Line { warehouse: other, ..line() },
            Line { warehouse: few, ..line() },
            Line { before: other, ..line() },
            Line { checksum: 78, ..line() },
            Line { database: Sums { rows: 1, checksum: 1 }, ..line() },
            Line { dropped: 1, ..line() },
            Line { jobs: 0, dropped: 0, ..line() },
        ];
        for bad in bad {
            assert!(!bad.verified() && text(&[bad]).ends_with("NOT EQUAL"));
        }
    }

    #[test]
    fn a_month_in_the_window_stays() {
        let database = Sums { rows: 10, checksum: 77 };
        let young = || Line {
            old: false,
            jobs: 0,
            dropped: 0,
            database,
            warehouse: Sums::default(),
            ..line()
        };
        assert!(!young().verified() && text(&[young()]).ends_with("-  in the window"));
        assert!(
            text(&[Line { database: Sums::default(), ..young() }]).ends_with("NOT IN THE WINDOW")
        );
    }
}
