//! The queue of archive jobs that are to be carried on.

use serde::{Deserialize, Serialize};

use super::{message::VersionedMessage, sender::Sender};
use crate::{domain::ArchiveId, env::Env, error::Result};

/// Asks for an archive job to be carried on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ArchiveJobMessage {
    /// The job.
    pub job: ArchiveId,
}

impl VersionedMessage for ArchiveJobMessage {
    const QUEUE: &'static str = "archive queue";
    const URL_VARIABLE: &'static str = "ARCHIVE_QUEUE_URL";
    const VERSION: u32 = 1;
}

/// The archive queue.
pub struct ArchiveQueue(Sender<ArchiveJobMessage>);

impl ArchiveQueue {
    /// Returns the queue `ARCHIVE_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Sender::connect(env).map(Self)
    }

    /// Has this job worked on, in so many seconds. Sent twice, the second finds nothing to do, or
    /// somebody at it.
    pub async fn send(&self, job: ArchiveId, delay_seconds: i32) -> Result<()> {
        self.0.send(&ArchiveJobMessage { job }, delay_seconds).await
    }
}
