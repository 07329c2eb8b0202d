//! `relay-outbox`: on a schedule, sends what waits in the outboxes to the projection queue.
//!
//! A row is deleted once its message is in the queue: dying between the two sends it twice, which
//! the queue's worker does not mind.

use async_trait::async_trait;
use shared::{
    Result,
    domain::Moment,
    runtime::Job,
    stores::{Library, Outgoing},
};

/// Requests project what they commit within this many seconds; what is younger is theirs.
const GRACE: i64 = 10;

/// Rows a query takes; a multiple of the ten messages that SQS takes at once.
const BATCH: u32 = 200;

/// Rows of one cluster in one run; the rest waits for the next.
const MOST: usize = 20_000;

/// The job and what it needs.
pub struct RelayOutbox {
    /// Where the outboxes are.
    pub library: Library,
    /// The projection queue.
    pub queue: Outgoing,
}

#[async_trait]
impl Job for RelayOutbox {
    /// Empties every outbox of what waits in it.
    async fn run(&self) -> Result<()> {
        for cluster in 0..self.library.clusters() {
            let sent = self.relay(cluster).await?;
            if sent > 0 {
                tracing::warn!(cluster, sent, "changes that their requests had not projected");
            }
        }
        Ok(())
    }
}

impl RelayOutbox {
    async fn relay(&self, cluster: usize) -> Result<usize> {
        let before = Moment::now().plus(-GRACE);
        let (mut after, mut sent) = (0, 0);
        while sent < MOST {
            let waiting = self.library.waiting(cluster, before, after, BATCH).await?;
            let Some(last) = waiting.last() else { break };
            after = last.id;
            let changes: Vec<_> = waiting.iter().map(|row| row.change).collect();
            self.queue.send(&changes).await?;
            let rows: Vec<_> = waiting.iter().map(|row| row.id).collect();
            self.library.forget(cluster, &rows).await?;
            sent += rows.len();
        }
        Ok(sent)
    }
}
