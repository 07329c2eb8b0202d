//! The months of the record: a partition each, made ahead.
//!
//! Partitions are only ever split: `later` into the months that come, the oldest into the months
//! that its rows are of. A split that dies has not happened, and one that has is not repeated.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, MySqlConnection};

use super::record::Activities;
use crate::{
    domain::{Moment, Month},
    error::{Error, Of, Result},
    stores::mysql::advisory_lock::AdvisoryLock,
};

const PARTITIONS: &str = "\
    SELECT PARTITION_NAME AS name FROM INFORMATION_SCHEMA.PARTITIONS \
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'activity' \
    ORDER BY PARTITION_ORDINAL_POSITION";
const FORGET_LATE: &str = "DELETE FROM late WHERE came_at < ? ORDER BY came_at LIMIT 10000";
/// The partition that takes what no month does.
const LATER: &str = "later";

impl Activities {
    /// Makes partitions for every month from the oldest row's to `until`, in every cluster; how
    /// many were made.
    pub async fn ensure_partitions(&self, until: Month) -> Result<usize> {
        let mut made = 0;
        for cluster in self.db.writers() {
            let mut db = AdvisoryLock::acquire(cluster, "partitions", "activity").await?;
            made += ensure(&mut db, until).await?;
            db.release().await?;
        }
        Ok(made)
    }

    /// Forgets late rows that came before this moment.
    pub async fn forget_late(&self, before: Moment) -> Result<()> {
        for cluster in self.db.writers() {
            let forget = || sqlx::query(FORGET_LATE).bind(before.utc()).execute(cluster);
            while forget().await.of("activity")?.rows_affected() > 0 {}
        }
        Ok(())
    }
}

async fn ensure(db: &mut MySqlConnection, until: Month) -> Result<usize> {
    let there = months(db).await?;
    let mut made = 0;
    // First the past: what stands in the oldest partition and is older than its month.
    let oldest = there.first().copied();
    let first = match (oldest, first_of(db, oldest).await?) {
        (Some(oldest), Some(at)) => at.min(oldest),
        (Some(oldest), None) => oldest,
        (None, Some(at)) => at.min(Month::of(Moment::now())),
        (None, None) => Month::of(Moment::now()),
    };
    if let Some(oldest) = oldest.filter(|oldest| first < *oldest) {
        made += split(db, &oldest.partition(), first, oldest).await?;
    }
    // Then what comes.
    let next = there.last().map_or(first, |last| last.next());
    if next <= until {
        made += split(db, LATER, next, until).await?;
    }
    Ok(made)
}

/// The months that have partitions, in order.
pub(super) async fn months(db: &mut MySqlConnection) -> Result<BTreeSet<Month>> {
    let names: Vec<String> = sqlx::query_scalar(PARTITIONS)
        .fetch_all(db)
        .await
        .of("activity")?;
    let mut months = BTreeSet::new();
    for name in names {
        if name == LATER {
            continue;
        }
        match Month::of_partition(&name) {
            Some(month) => months.insert(month),
            None => return Err(Error::internal(format!("a partition {name} of no month"))),
        };
    }
    Ok(months)
}

/// The month of the oldest row in this partition, or in `later`.
async fn first_of(db: &mut MySqlConnection, month: Option<Month>) -> Result<Option<Month>> {
    let partition = month.map_or(LATER.to_owned(), Month::partition);
    // Ids begin with the time, and have an index.
    let sql = format!("SELECT at FROM activity PARTITION ({partition}) ORDER BY id LIMIT 1");
    let at: Option<Moment> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_optional(db)
        .await
        .of("activity")?;
    Ok(at.map(Month::of))
}

/// Returns true if anything stands in the partition of this month.
pub(super) async fn has_rows(db: &mut MySqlConnection, month: Month) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM activity PARTITION ({}))", month.partition());
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(db)
        .await
        .of("activity")
}

/// Splits a partition into the months from `first` to `last`; what remains of `later` stays
/// `later`.
async fn split(
    db: &mut MySqlConnection,
    partition: &str,
    first: Month,
    last: Month,
) -> Result<usize> {
    let mut parts = Vec::new();
    let mut month = first;
    while month <= last {
        parts.push(format!(
            "PARTITION {} VALUES LESS THAN ('{}')",
            month.partition(),
            month.next().begins().sql()
        ));
        month = month.next();
    }
    let made = parts.len();
    if partition == LATER {
        parts.push(format!("PARTITION {LATER} VALUES LESS THAN (MAXVALUE)"));
    }
    let sql = format!(
        "ALTER TABLE activity REORGANIZE PARTITION {partition} INTO ({})",
        parts.join(", ")
    );
    sqlx::query(AssertSqlSafe(sql))
        .execute(db)
        .await
        .of("activity")?;
    Ok(made)
}
