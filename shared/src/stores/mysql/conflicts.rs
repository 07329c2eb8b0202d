//! Conflicts of transactions, which are no end of the work: a deadlock, and a row that is there.

use crate::error::{Error, Result};

/// Returns true if the failure is a second row under one unique key.
pub fn is_duplicate(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

/// The number of tries of a transaction that keeps meeting deadlocks.
const TRIES: usize = 5;

/// Runs a transaction again when the database chose it as the victim of a deadlock: nothing of it
/// has happened then.
pub async fn again_after_deadlock<T, F: Future<Output = Result<T>>>(
    run: impl Fn() -> F,
) -> Result<T> {
    for _ in 1..TRIES {
        match run().await {
            Err(error) if is_deadlock(&error) => tracing::info!("deadlock; once more"),
            outcome => return outcome,
        }
    }
    run().await
}

fn is_deadlock(error: &Error) -> bool {
    let Error::Unavailable { cause, .. } = error else { return false };
    let database = cause
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error);
    // SQLSTATE 40001: "serialization failure", which MySQL says of deadlocks (error 1213) only.
    database.is_some_and(|error| error.code().as_deref() == Some("40001"))
}
