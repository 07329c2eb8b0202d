//! `relay-outbox`: on a schedule, sends what waits in the outboxes to the projection queue.
//!
//! A row is deleted once its message is in the queue: dying between the two sends it twice, which
//! the queue's worker does not mind.

use async_trait::async_trait;
use shared::{
    Result,
    domain::Moment,
    runtime::ScheduledJob,
    stores::{Accounts, Library, Outbox, ProjectionQueue},
};

/// Requests settle what they commit within this many seconds; what is younger is theirs. What is
/// younger than now, by as much, was noted by a process whose clock is ahead, and is sent: twice, if
/// its request settles it as well.
const GRACE: i64 = 10;

/// Rows a query takes; a multiple of the ten messages that SQS takes at once.
const BATCH: u32 = 200;

/// Rows of one cluster in one run; the rest waits for the next.
const MOST: usize = 20_000;

/// The job and what it needs.
pub struct RelayOutbox {
    /// The library, with its outboxes.
    pub library: Library,
    /// Accounts, with theirs.
    pub accounts: Accounts,
    /// The projection queue.
    pub projection_queue: ProjectionQueue,
}

#[async_trait]
impl ScheduledJob for RelayOutbox {
    /// Empties every outbox of what waits in it.
    async fn run(&self) -> Result<()> {
        for outbox in [self.library.outbox(), self.accounts.outbox()] {
            for cluster in 0..outbox.clusters() {
                let sent = self.relay(&outbox, cluster).await?;
                if sent > 0 {
                    tracing::warn!(cluster, sent, "changes that their requests had not settled");
                }
            }
        }
        Ok(())
    }
}

impl RelayOutbox {
    async fn relay(&self, outbox: &Outbox<'_>, cluster: usize) -> Result<usize> {
        let now = Moment::now();
        let before = now.plus(-GRACE);
        let ahead = now.plus(GRACE);
        let (mut after, mut sent) = (0, 0);
        while sent < MOST {
            let waiting = outbox.waiting(cluster, before, ahead, after, BATCH).await?;
            let Some(last) = waiting.last() else { break };
            after = last.id;
            let (rows, changes): (Vec<_>, Vec<_>) =
                waiting.into_iter().map(|row| (row.id, row.change)).unzip();
            self.projection_queue.send(&changes).await?;
            outbox.forget(cluster, &rows).await?;
            sent += rows.len();
        }
        Ok(sent)
    }
}
