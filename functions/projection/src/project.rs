//! `project`: projects albums and photos that the relay found waiting, and adds rows of activity.
//!
//! A message says what changed, not how: the row is read again, and the hot table refuses what is
//! older than what it has. A row of activity is in its message, with the id that it is kept under.
//! So a message may come twice, late or out of order.

use async_trait::async_trait;
use shared::{
    Result,
    domain::Change,
    queue::{QueueMessage, Worker},
    stores::Projector,
};

/// The worker and what it needs.
pub struct Project {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Worker for Project {
    fn name(&self) -> &'static str {
        "project"
    }

    async fn work(&self, message: QueueMessage<'_>) -> Result<()> {
        let change: Change = message.read()?;
        self.projector.project(&change).await
    }
}
