//! The queue of exports that are to be built.

use aws_sdk_sqs::Client;
use serde_json::json;

use crate::{
    domain::ExportId,
    env::Env,
    error::{Of, Result},
};

/// The queue, as a sender sees it.
pub struct ExportQueue {
    client: Client,
    url: String,
}

impl ExportQueue {
    /// The queue `EXPORTS_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            client: Client::new(env.sdk_beyond_the_network()),
            url: env.get("EXPORTS_QUEUE_URL")?,
        })
    }

    /// Asks for the next part of an export. Asked twice, one worker's part counts.
    pub async fn ask(&self, export: ExportId) -> Result<()> {
        let body = json!({"v": 1, "export": export}).to_string();
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
            .send()
            .await
            .of("export queue")
            .map(drop)
    }
}
