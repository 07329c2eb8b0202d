//! The queue of what has changed and is to be projected.

use super::{message::VersionedMessage, sender::Sender};
use crate::{domain::Change, env::Env, error::Result};

impl VersionedMessage for Change {
    const QUEUE: &'static str = "projection queue";
    const URL_VARIABLE: &'static str = "PROJECTION_QUEUE_URL";
    const VERSION: u32 = 1;
}

/// The projection queue.
pub struct ProjectionQueue(Sender<Change>);

impl ProjectionQueue {
    /// Returns the queue `PROJECTION_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Sender::connect(env).map(Self)
    }

    /// Sends these changes.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when any was not taken; those that were
    /// will come twice.
    pub async fn send(&self, changes: &[Change]) -> Result<()> {
        self.0.send_all(changes).await
    }
}
