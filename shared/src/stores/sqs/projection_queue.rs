//! Messages on their way to the projection queue.

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use serde_json::{Value, json};

use crate::{
    domain::Change,
    env::Env,
    error::{Error, Of, Result},
};

/// The most messages that SQS takes in one request.
const AT_ONCE: usize = 10;

/// The projection queue, as its sender sees it.
pub struct ProjectionQueue {
    client: Client,
    url: String,
}

impl ProjectionQueue {
    /// The queue `PROJECTION_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            client: Client::new(env.sdk_beyond_the_network()),
            url: env.get("PROJECTION_QUEUE_URL")?,
        })
    }

    /// Sends these.
    ///
    /// # Errors
    /// When any was not taken; those that were will come twice.
    pub async fn send(&self, changes: &[Change]) -> Result<()> {
        for some in changes.chunks(AT_ONCE) {
            let entries = some
                .iter()
                .enumerate()
                .map(entry)
                .collect::<Result<Vec<_>>>()?;
            let batch = self
                .client
                .send_message_batch()
                .queue_url(&self.url)
                .set_entries(Some(entries));
            let failed = batch.send().await.of("projection queue")?.failed;
            if let Some(first) = failed.into_iter().next() {
                return Err(first.message.unwrap_or(first.code)).of("projection queue");
            }
        }
        Ok(())
    }
}

fn entry((number, change): (usize, &Change)) -> Result<SendMessageBatchRequestEntry> {
    let mut body = serde_json::to_value(change).map_err(Error::internal)?;
    if let Value::Object(body) = &mut body {
        body.insert("v".to_owned(), json!(1));
    }
    let entry = SendMessageBatchRequestEntry::builder()
        .id(number.to_string())
        .message_body(body.to_string());
    entry.build().map_err(Error::internal)
}
