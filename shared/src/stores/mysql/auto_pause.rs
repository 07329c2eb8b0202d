//! A database that goes to sleep when nobody has a connection to it, as Aurora's does where its
//! least capacity is none.
//!
//! An environment that is frozen between requests keeps its connections, and so would keep the
//! database awake for as long as the server is patient. So no connection outlives the request that
//! opened it. Who asks first wakes the database, which takes [15 seconds, or 30 after a
//! day](https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html).

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sqlx::MySqlPool;

use crate::error::Error;

/// The time that a connection is waited for: most of what API Gateway and CloudFront wait for an
/// answer.
pub(super) const WAKES: Duration = Duration::from_secs(20);

/// Seconds after which it is awake that was not after [`WAKES`].
const RETRY_AFTER: u32 = 15;

/// For how long connections are waited for that are on their way back to their pool.
const RETURNING: Duration = Duration::from_secs(1);

/// The pools of databases that sleep. A function has one for each database that it knows.
static POOLS: Mutex<Vec<MySqlPool>> = Mutex::new(Vec::new());

fn pools() -> MutexGuard<'static, Vec<MySqlPool>> {
    POOLS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on [`close_connections`] closes the connections of this pool.
pub(super) fn watch(pool: &MySqlPool) {
    pools().push(pool.clone());
}

/// Closes every connection to databases that sleep. To be called after each request, while there is
/// time.
pub async fn close_connections() {
    let all = pools().clone();
    for pool in all {
        let since = Instant::now();
        while pool.size() > 0 && since.elapsed() < RETURNING {
            match pool.try_acquire() {
                Some(connection) => {
                    // What cannot be closed is gone already.
                    if let Err(error) = connection.close().await {
                        tracing::debug!(%error, "a connection was closed by the server");
                    }
                }
                None => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
    }
}

/// Connections to databases that sleep.
pub fn open_connections() -> u32 {
    pools().iter().map(MySqlPool::size).sum()
}

/// Seconds after which a request may be repeated that failed because a database was asleep; `None`
/// if something else was the cause.
pub fn seconds_until_awake(error: &Error) -> Option<u32> {
    let Error::Unavailable { cause, .. } = error else { return None };
    let timed_out = matches!(cause.downcast_ref::<sqlx::Error>(), Some(sqlx::Error::PoolTimedOut));
    (timed_out && !pools().is_empty()).then_some(RETRY_AFTER)
}
