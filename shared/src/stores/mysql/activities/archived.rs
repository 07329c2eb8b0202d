//! Rows that have left the database: what is known of that there.

use super::record::Activities;
use crate::{
    domain::{Moment, Month, UserId},
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

/// One row: how many jobs have brought their rows elsewhere, and the newest month of them, by where
/// that is.
const ELSEWHERE: &str = "\
    SELECT COUNT(*) AS jobs, \
           MAX(CASE WHEN target = 'redshift' THEN month END) AS in_warehouse, \
           MAX(CASE WHEN target = 's3' THEN month END) AS in_files \
    FROM archive_jobs WHERE state IN ('verified', 'dropped')";

/// The rows that have left the database of a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Archived {
    /// Number of jobs that have brought their rows elsewhere. It only grows, and while it is the
    /// same nothing has left.
    pub jobs: i64,
    in_warehouse: Option<Month>,
    in_files: Option<Month>,
}

from_row!(Archived { jobs, in_warehouse, in_files });

impl Archived {
    /// Returns the moment before which rows may be in the warehouse.
    pub fn until(&self) -> Moment {
        begins_after(self.in_warehouse).unwrap_or(Moment::FIRST)
    }

    /// The moment from which on every row can be read, in the database or in the warehouse if there
    /// is one; `None` when all can.
    pub fn complete_from(&self, has_warehouse: bool) -> Option<Moment> {
        begins_after(if has_warehouse {
            self.in_files
        } else {
            self.in_files.max(self.in_warehouse)
        })
    }
}

fn begins_after(month: Option<Month>) -> Option<Moment> {
    month.map(|month| month.next().begins())
}

impl Activities {
    /// Returns what has left the database of this owner's cluster.
    pub async fn archived(&self, owner: UserId) -> Result<Archived> {
        sqlx::query_as(ELSEWHERE)
            .fetch_one(self.db.writer(owner.shard())?)
            .await
            .of("activity")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_is_told_by_where_the_months_went() {
        let month = |text: &str| Some(text.parse::<Month>().expect("a month"));
        let begins = |text: &str| month(text).expect("a month").begins();
        let none = Archived::default();
        assert_eq!(
            (none.until(), none.complete_from(true), none.complete_from(false)),
            (Moment::FIRST, None, None)
        );
        let both = Archived { jobs: 5, in_warehouse: month("2026-03"), in_files: month("2025-12") };
        assert_eq!(both.until(), begins("2026-04"));
        assert_eq!(both.complete_from(true), Some(begins("2026-01")));
        assert_eq!(both.complete_from(false), Some(begins("2026-04")), "the warehouse has gone");
        let files = Archived { in_warehouse: None, ..both };
        assert_eq!(
            (files.until(), files.complete_from(false)),
            (Moment::FIRST, Some(begins("2026-01")))
        );
    }
}
