//! Queue workers: a worker is one message and one method; nothing is dropped.
//!
//! A message whose work fails is reported to SQS as failed, alone, and comes again after its
//! visibility time-out, until the queue's redrive policy puts it among the dead letters.

use async_trait::async_trait;
use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use serde_json::json;
use tracing::Instrument;

use crate::{
    activity,
    error::{Error, Result, guard},
    stores::{VersionedMessage, message},
    telemetry::Measure,
};

/// One message.
pub struct QueueMessage<'a> {
    sqs: &'a SqsMessage,
}

impl<'a> QueueMessage<'a> {
    /// The message of this SQS record.
    pub fn new(sqs: &'a SqsMessage) -> Self {
        Self { sqs }
    }

    /// Its body.
    pub fn body(&self) -> &'a str {
        self.sqs.body.as_deref().unwrap_or_default()
    }

    /// Reads it as a message of this queue.
    ///
    /// # Errors
    /// [`Error::Internal`] for another version of the format than the one that is sent.
    pub fn read<M: VersionedMessage>(&self) -> Result<M> {
        message::from_body(self.body())
    }

    /// Reads it as a message of this queue; `None` for an older version of the format.
    ///
    /// # Errors
    /// As [`QueueMessage::read`], for a newer one.
    pub fn read_unless_older<M: VersionedMessage>(&self) -> Result<Option<M>> {
        message::from_body_unless_older(self.body())
    }

    /// Returns how often it has been received, this time included.
    pub fn receives(&self) -> u32 {
        let count = self.sqs.attributes.get("ApproximateReceiveCount");
        count.and_then(|count| count.parse().ok()).unwrap_or(1)
    }
}

/// The work on each message of a queue.
#[async_trait]
pub trait Worker: Send + Sync {
    /// The worker's name in logs and metrics.
    fn name(&self) -> &'static str;

    /// Does one message's work. An error sends the message back to the queue.
    async fn work(&self, message: QueueMessage<'_>) -> Result<()>;
}

/// Does a batch, message by message, and says which failed. A panic fails its message alone.
pub async fn work(worker: &dyn Worker, batch: &SqsEvent) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for sqs in &batch.records {
        let id = sqs.message_id.clone().unwrap_or_default();
        let message = QueueMessage::new(sqs);
        let (measure, receives) = (Measure::start(), message.receives());
        let span = tracing::info_span!("message", worker = worker.name(), message_id = %id);
        let work = activity::during(worker.name(), &id, guard(worker.work(message)));
        let outcome = work.instrument(span.clone()).await;
        if let Err(error) = &outcome {
            span.in_scope(|| log(error));
            let mut failure = BatchItemFailure::default();
            failure.item_identifier.clone_from(&id);
            response.batch_item_failures.push(failure);
        }
        measure.finish(
            worker.name(),
            outcome.is_err(),
            json!({"message_id": id, "receives": receives}),
        );
    }
    response
}

fn log(error: &Error) {
    tracing::error!(error = error.chain(), "failed; the message goes back to the queue");
}
