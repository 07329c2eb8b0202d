//! The wait, once the faults have ended, until everything that was on its way has arrived.

use std::time::{Duration, Instant};

use load::Cause;
use serde::Serialize;
use sqlx::MySqlPool;
use tokio::time::sleep;

use crate::{note, snapshot::waiting_messages, stores::Stores};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);
/// Looks in a row that find nothing, before it is over: between two stores something may be in
/// neither.
const QUIET_LOOKS: u32 = 3;
/// Looks after which the relay is called, which the schedule calls once a minute.
const RELAY_EVERY: u32 = 4;

const OUTBOX_LENGTH: &str = "SELECT COUNT(*) FROM outbox";
const UNSETTLED_PHOTOS: &str =
    "SELECT COUNT(*) FROM photos WHERE status IN ('pending', 'processing')";

/// The things that were on their way at a look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Rows of the outboxes.
    pub outbox: i64,
    /// Messages of the queues.
    pub messages: u64,
    /// Photos that are neither ready nor failed.
    pub photos: i64,
}

/// The outcome of the wait.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Drained {
    /// The seconds that it took.
    pub seconds: f64,
    /// The things that were left at its end: none, unless its time was over.
    pub left: Left,
}

/// Waits until nothing is on its way, at most as long as the limit.
///
/// # Errors
/// A store that does not answer.
pub async fn drain(stores: &Stores, lambda: &str, limit: Duration) -> Result<Drained, Cause> {
    let begun = Instant::now();
    let http = load::connections(lambda)?;
    let mut quiet = 0;
    let mut looks: u32 = 0;
    loop {
        let left = look(stores).await?;
        quiet = if left == Left::default() { quiet + 1 } else { 0 };
        if quiet == QUIET_LOOKS || begun.elapsed() > limit {
            return Ok(Drained { seconds: begun.elapsed().as_secs_f64(), left });
        }
        if looks.is_multiple_of(RELAY_EVERY) {
            note(&format!(
                "Settling: {} rows of outboxes, {} messages, {} photos on their way",
                left.outbox, left.messages, left.photos,
            ));
            let relay = format!("{lambda}/2015-03-31/functions/RelayOutbox/invocations");
            // One that fails is called again.
            drop(http.post(relay).body("{}").send().await);
        }
        looks += 1;
        sleep(PAUSE).await;
    }
}

async fn look(stores: &Stores) -> Result<Left, Cause> {
    let mut left = Left::default();
    for database in stores
        .library_databases
        .iter()
        .chain(&stores.accounts_databases)
    {
        left.outbox += count(database, OUTBOX_LENGTH).await?;
    }
    for database in &stores.library_databases {
        left.photos += count(database, UNSETTLED_PHOTOS).await?;
    }
    for (_, messages) in waiting_messages(stores).await? {
        left.messages += messages;
    }
    Ok(left)
}

async fn count(database: &MySqlPool, sql: &'static str) -> Result<i64, Cause> {
    Ok(sqlx::query_scalar(sql).fetch_one(database).await?)
}
