//! The queue of uploads that have arrived. S3 sends to it, and so does who wants an original worked
//! on again: in S3's own form, which has S3's version.

use serde_json::json;

use super::sender::Queue;
use crate::{
    domain::{Moment, Original},
    env::Env,
    error::Result,
};

/// The upload queue.
pub struct UploadQueue(Queue);

impl UploadQueue {
    /// Returns the queue `UPLOADS_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self(Queue::connect(env, "upload queue", "UPLOADS_QUEUE_URL")?))
    }

    /// Reports an original as S3 does when it arrives. Reported twice, the worker finds nothing to
    /// do.
    pub async fn report_arrival(&self, original: &Original) -> Result<()> {
        self.0.send(event(original), 0).await
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
