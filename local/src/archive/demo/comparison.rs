//! Each month's rows before and after, as a table.

use std::fmt::Write;

use super::sums::MonthSums;
use crate::archive::ListedJob;

/// A month, before and after.
pub struct MonthComparison {
    /// The month, `YYYY-MM`.
    pub month: String,
    /// True if it is older than the window, and so to be archived.
    pub is_old: bool,
    /// Its jobs.
    pub jobs: usize,
    /// Jobs that have gone through to the end.
    pub dropped: usize,
    /// The sums of the database before anything was archived.
    pub before: MonthSums,
    /// The sums of the database now.
    pub database: MonthSums,
    /// The sums of the warehouse now.
    pub warehouse: MonthSums,
    /// The checksum that the jobs have noted.
    pub noted_checksum: u128,
}

impl MonthComparison {
    /// Counts a job of the month.
    pub fn add_job(&mut self, job: &ListedJob) {
        self.jobs += 1;
        if job.is_dropped() {
            self.dropped += 1;
        }
        // A job that has exported nothing yet has no checksum.
        if let Ok(checksum) = job.checksum.parse::<u128>() {
            self.noted_checksum += checksum;
        }
    }

    /// Returns whether every row is in the warehouse as it was, and nowhere else.
    pub fn is_verified(&self) -> bool {
        self.is_old
            && self.has_left_database()
            && self.warehouse == self.before
            && self.warehouse.checksum == self.noted_checksum
    }

    fn has_left_database(&self) -> bool {
        self.jobs > 0 && self.dropped == self.jobs && self.database.rows == 0
    }

    fn has_stayed_in_database(&self) -> bool {
        self.database.rows >= self.before.rows && self.warehouse.rows == 0
    }

    fn verdict(&self) -> &'static str {
        if self.is_old {
            if self.is_verified() { "equal" } else { "NOT EQUAL" }
        } else if self.has_stayed_in_database() {
            "in the window"
        } else {
            "NOT IN THE WINDOW"
        }
    }

    fn job_states(&self) -> String {
        if self.jobs == 0 {
            "-".to_owned()
        } else {
            format!("{} of {} dropped", self.dropped, self.jobs)
        }
    }

    fn warehouse_checksum(&self) -> String {
        if self.warehouse.rows == 0 { "-".to_owned() } else { self.warehouse.checksum.to_string() }
    }
}

/// Returns a table with a line for each month.
pub fn table(months: &[MonthComparison]) -> String {
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
    for month in months {
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "\n{:<8} {:<15} {:>9} {:>13} {:>24} {:>24}  {}",
            month.month,
            month.job_states(),
            month.database.rows,
            month.warehouse.rows,
            month.before.checksum,
            month.warehouse_checksum(),
            month.verdict()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: MonthSums = MonthSums { rows: 0, checksum: 0 };
    const TEN_ROWS: MonthSums = MonthSums { rows: 10, checksum: 77 };

    fn archived_month() -> MonthComparison {
        MonthComparison {
            month: "2026-05".to_owned(),
            is_old: true,
            jobs: 2,
            dropped: 2,
            before: TEN_ROWS,
            database: NOTHING,
            warehouse: TEN_ROWS,
            noted_checksum: 77,
        }
    }

    fn month_in_window() -> MonthComparison {
        MonthComparison {
            is_old: false,
            jobs: 0,
            dropped: 0,
            database: TEN_ROWS,
            warehouse: NOTHING,
            ..archived_month()
        }
    }

    #[test]
    fn a_month_is_verified_when_every_row_is_there_as_it_was() {
        assert!(archived_month().is_verified());
        assert!(table(&[archived_month()]).ends_with("77  equal"));
    }

    #[test]
    fn a_month_that_differs_anywhere_is_not_verified() {
        let other_rows = MonthSums { rows: 10, checksum: 78 };
        let fewer_rows = MonthSums { rows: 9, checksum: 77 };
        let a_row_left = MonthSums { rows: 1, checksum: 1 };
        let bad_months = [
            MonthComparison { warehouse: other_rows, ..archived_month() },
            MonthComparison { warehouse: fewer_rows, ..archived_month() },
            MonthComparison { before: other_rows, ..archived_month() },
            MonthComparison { noted_checksum: 78, ..archived_month() },
            MonthComparison { database: a_row_left, ..archived_month() },
            MonthComparison { dropped: 1, ..archived_month() },
            MonthComparison { jobs: 0, dropped: 0, ..archived_month() },
        ];
        for month in bad_months {
            assert!(!month.is_verified());
            assert!(table(&[month]).ends_with("NOT EQUAL"));
        }
    }

    #[test]
    fn a_month_in_the_window_stays() {
        assert!(!month_in_window().is_verified());
        assert!(table(&[month_in_window()]).ends_with("-  in the window"));
        let lost = MonthComparison { database: NOTHING, ..month_in_window() };
        assert!(table(&[lost]).ends_with("NOT IN THE WINDOW"));
    }
}
