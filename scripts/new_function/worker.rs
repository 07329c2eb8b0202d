//! `$binary`: …
//!
//! Safe to be killed at any line and to be run twice: …

use async_trait::async_trait;
use shared::{
    Result,
    queue::{QueueMessage, Worker},
    stores::Library,
};

/// The worker and what it needs.
pub struct $Name {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Worker for $Name {
    fn name(&self) -> &'static str {
        "$binary"
    }

    async fn work(&self, message: QueueMessage<'_>) -> Result<()> {
        todo!("read {} by message.read(), and work on it with self.library", message.body())
    }
}
