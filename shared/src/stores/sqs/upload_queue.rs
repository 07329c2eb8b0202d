//! The queue of uploads that have arrived. S3 sends to it, and so does who wants an original worked
//! on again: in S3's own form, which has S3's version. Photos that are ready and are to be rendered
//! anew have a message of our own.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    message::{VersionedMessage, to_body},
    sender::Queue,
};
use crate::{
    domain::{Moment, Original},
    env::Env,
    error::Result,
};

/// Asks for new renditions of a photo that is ready.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RerenderMessage {
    /// The key of the photo's original.
    pub rerender: String,
}

impl VersionedMessage for RerenderMessage {
    const QUEUE: &'static str = "upload queue";
    const URL_VARIABLE: &'static str = "UPLOADS_QUEUE_URL";
    const VERSION: u32 = 1;
}

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

    /// Asks for new renditions of a photo that is ready. Asked twice, the worker finds them there.
    pub async fn request_rerendering(&self, original: &Original) -> Result<()> {
        let message = RerenderMessage { rerender: original.key() };
        self.0.send(to_body(&message)?, 0).await
    }

    /// Returns the number of messages that wait for a worker. SQS is about a minute late with it.
    pub async fn count_waiting(&self) -> Result<u64> {
        self.0.count_waiting().await
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
