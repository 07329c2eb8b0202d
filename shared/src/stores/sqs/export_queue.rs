//! The queue of exports that are to be built.

use serde::{Deserialize, Serialize};

use super::{message::VersionedMessage, sender::Sender};
use crate::{domain::ExportId, env::Env, error::Result};

/// Asks for the next part of an export, whichever that is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ExportPartMessage {
    /// The export.
    pub export: ExportId,
}

impl VersionedMessage for ExportPartMessage {
    const QUEUE: &'static str = "export queue";
    const URL_VARIABLE: &'static str = "EXPORTS_QUEUE_URL";
    const VERSION: u32 = 1;
}

/// The export queue.
pub struct ExportQueue(Sender<ExportPartMessage>);

impl ExportQueue {
    /// Returns the queue `EXPORTS_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Sender::connect(env).map(Self)
    }

    /// Asks for the next part of an export. Asked twice, one worker's part counts.
    pub async fn request_next_part(&self, export: ExportId) -> Result<()> {
        self.0.send(&ExportPartMessage { export }, 0).await
    }
}
