//! Messages that an original has arrived, in S3's own form: for originals that are to be worked on
//! again.

use aws_sdk_sqs::Client;
use serde_json::json;

use crate::{
    domain::{Moment, Original},
    env::Env,
    error::{Of, Result},
};

/// The upload queue, as a sender sees it.
pub struct UploadQueue {
    client: Client,
    url: String,
}

impl UploadQueue {
    /// The queue `UPLOADS_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            client: Client::new(env.sdk_beyond_the_network()),
            url: env.get("UPLOADS_QUEUE_URL")?,
        })
    }

    /// Tells of this object as S3 does when it arrives. Told twice, the worker finds nothing to do.
    pub async fn tell(&self, original: &Original) -> Result<()> {
        let send = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_body(event(original));
        send.send().await.of("upload queue").map(drop)
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>,
/// with what the worker reads.
fn event(original: &Original) -> String {
    json!({"Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventTime": Moment::now(),
        "eventName": "ObjectCreated:Put",
        "userIdentity": {},
        "requestParameters": {},
        "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"ownerIdentity": {}},
            "object": {"key": original.key()},
        },
    }]})
    .to_string()
}
