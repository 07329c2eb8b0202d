//! SQS on SQLite: the queue semantics that the functions rely on, over the AWS JSON protocol and in process.

use std::{collections::BTreeMap, path::Path, time::Duration};

/// Why a queue operation was refused, in SQS's own words.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Error {
    /// The code of the JSON protocol, such as `QueueDoesNotExist`.
    pub code: &'static str,
    /// One sentence for the caller.
    pub message: String,
}

/// The outcome of a queue operation.
pub type Result<T> = std::result::Result<T, Error>;

/// A message as a consumer receives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The id it was given when it was sent.
    pub id: String,
    /// What deletes it, or changes its visibility, after this receive.
    pub receipt_handle: String,
    /// The text that was sent.
    pub body: String,
    /// MD5 of the body, in hexadecimal.
    pub md5_of_body: String,
    /// `ApproximateReceiveCount`, `SentTimestamp`, `ApproximateFirstReceiveTimestamp`, `SenderId`; times in milliseconds.
    pub attributes: BTreeMap<String, String>,
    /// As sent: name to `{"DataType": …, "StringValue" | "BinaryValue": …}`.
    pub message_attributes: serde_json::Map<String, serde_json::Value>,
}

/// All queues of one SQLite file. Clones share them.
#[derive(Debug, Clone)]
pub struct Server {}

impl Server {
    /// Opens the queues in `path`, or creates the file.
    pub fn open(_path: &Path) -> Result<Self> {
        todo!()
    }

    /// Says under which origin (`http://127.0.0.1:PORT`, no slash at the end) the router is served; queue URLs begin with it.
    /// To be called once, before the first request.
    pub fn set_origin(&self, _origin: &str) {
        todo!()
    }

    /// `POST /`, the AWS JSON 1.0 protocol (`X-Amz-Target: AmazonSQS.*`).
    pub fn router(&self) -> axum::Router {
        todo!()
    }

    /// `<origin>/000000000000/<name>`, whether or not the queue exists.
    pub fn queue_url(&self, _name: &str) -> String {
        todo!()
    }

    /// `arn:aws:sqs:us-east-1:000000000000:<name>`, for a `RedrivePolicy`.
    pub fn queue_arn(&self, _name: &str) -> String {
        todo!()
    }

    /// Creates the queue, or gives the one there these attributes (as `SetQueueAttributes` would): what a template says holds
    /// after every start. Attribute values are strings as in the API (`{"VisibilityTimeout": "60", "RedrivePolicy": "{…}"}`).
    pub async fn ensure_queue(&self, _name: &str, _attributes: &BTreeMap<String, String>) -> Result<()> {
        todo!()
    }

    /// Sends one message; returns its id.
    pub async fn send(&self, _queue: &str, _body: &str) -> Result<String> {
        todo!()
    }

    /// Up to `max` (1 to 10) visible messages; waits up to `wait` for the first to arrive.
    pub async fn receive(&self, _queue: &str, _max: usize, _wait: Duration) -> Result<Vec<Message>> {
        todo!()
    }

    /// Deletes messages by receipt handle; one that is already gone counts as deleted, as in SQS.
    pub async fn delete_batch(&self, _queue: &str, _receipt_handles: &[String]) -> Result<()> {
        todo!()
    }

    /// Makes a received message visible again after `timeout`; zero gives it back at once.
    pub async fn change_visibility(&self, _queue: &str, _receipt_handle: &str, _timeout: Duration) -> Result<()> {
        todo!()
    }

    /// What the queue's attribute says, such as `ApproximateNumberOfMessages` or `VisibilityTimeout`.
    pub async fn attributes(&self, _queue: &str) -> Result<BTreeMap<String, String>> {
        todo!()
    }
}
