//! Reads moments out of rows.

use sqlx::{Row, mysql::MySqlRow};
use time::PrimitiveDateTime;

use crate::domain::Moment;

/// A `DATETIME(6)` column, which is in UTC.
pub fn moment(row: &MySqlRow, column: &str) -> sqlx::Result<Moment> {
    Ok(Moment::from(row.try_get::<PrimitiveDateTime, _>(column)?.assume_utc()))
}

/// A `DATETIME(6)` column that may be `NULL`.
pub fn maybe_moment(row: &MySqlRow, column: &str) -> sqlx::Result<Option<Moment>> {
    Ok(row
        .try_get::<Option<PrimitiveDateTime>, _>(column)?
        .map(|at| Moment::from(at.assume_utc())))
}
