//! `$binary`: on a schedule, …
//!
//! Safe to be killed at any line and to be run twice: …

use async_trait::async_trait;
use shared::{Result, runtime::ScheduledJob, stores::Library};

/// The job and what it needs.
pub struct $Name {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl ScheduledJob for $Name {
    async fn run(&self) -> Result<()> {
        todo!("work with self.library")
    }
}
