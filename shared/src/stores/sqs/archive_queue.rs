//! The messages that carry an archive job on.

use serde_json::json;

use crate::{
    domain::ArchiveId,
    env::Env,
    error::{Of, Result},
};

/// The queue of archive jobs, as its senders see it.
pub struct ArchiveQueue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl ArchiveQueue {
    /// The queue `ARCHIVE_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            client: aws_sdk_sqs::Client::new(env.sdk_beyond_the_network()),
            url: env.get("ARCHIVE_QUEUE_URL")?,
        })
    }

    /// Has this job worked on, in so many seconds. Sent twice, the second finds nothing to do, or
    /// somebody at it.
    pub async fn send(&self, job: ArchiveId, seconds: i32) -> Result<()> {
        let send = self
            .client
            .send_message()
            .queue_url(&self.url)
            .delay_seconds(seconds);
        send.message_body(json!({"v": 1, "job": job}).to_string())
            .send()
            .await
            .of("archive queue")
            .map(drop)
    }
}
