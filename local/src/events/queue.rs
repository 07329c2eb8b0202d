//! SQS → function: batches, partial failures and concurrency as Lambda's event source mapping has
//! them.
//!
//! A message that was handled is deleted. One that failed, or whose function failed, is left: it
//! comes back when its visibility time-out ends, and goes to the dead letters when it came too
//! often.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    console,
    faults::{DueFault, Fault, Faults, Point},
    host::{Host, InvocationOutcome},
    sqs::{self, Message, SqsServer},
    template::{QueueSource, REGION},
};

/// Invocations at the same time if the mapping sets no maximum: Lambda begins with five.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html>
const DEFAULT_CONCURRENCY: u32 = 5;
/// The most messages of one receive.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>
const RECEIVE_LIMIT: usize = 10;
/// The longest wait of one receive. Not longer, because one that is broken off could lose sight of
/// messages it had received, and stopping should be quick.
const WAIT: Duration = Duration::from_secs(1);

/// Feeds the function of a mapping from its queue until `stop`.
pub async fn poll_queue(mapping: Arc<EventSourceMapping>, stop: CancellationToken) {
    let concurrency = mapping
        .source
        .maximum_concurrency
        .unwrap_or(DEFAULT_CONCURRENCY);
    let permits = Arc::new(Semaphore::new(concurrency as usize));
    let running = TaskTracker::new();
    while !stop.is_cancelled() {
        let permit = tokio::select! {
            permit = permits.clone().acquire_owned() => permit,
            () = stop.cancelled() => break,
        };
        let batch = mapping.receive_batch(&stop).await;
        if batch.is_empty() {
            continue;
        }
        let mapping = mapping.clone();
        let stop = stop.clone();
        running.spawn(async move {
            mapping.invoke(batch, &stop).await;
            drop(permit);
        });
    }
    running.close();
    running.wait().await;
}

/// A queue, and the function that reads it.
pub struct EventSourceMapping {
    queues: SqsServer,
    host: Host,
    /// Physical name of the function.
    function: String,
    source: QueueSource,
    /// Name of the queue.
    queue: String,
    faults: Option<Faults>,
}

/// A batch after its invocation.
#[derive(Default)]
struct HandledBatch {
    /// The messages to delete.
    handled: Vec<Message>,
    /// The messages that must come again.
    failed: Vec<Message>,
}

impl EventSourceMapping {
    /// Maps a queue to a function, by its physical name.
    pub fn new(
        queues: SqsServer,
        host: Host,
        function: String,
        source: QueueSource,
        faults: Option<Faults>,
    ) -> Self {
        let queue = sqs::queue_name(&source.queue_arn).to_owned();
        Self { queues, host, function, source, queue, faults }
    }

    /// Receives the next batch: empty when nothing came.
    async fn receive_batch(&self, stop: &CancellationToken) -> Vec<Message> {
        let size = self.source.batch_size.max(1) as usize;
        let mut batch = self.receive(size, WAIT).await;
        let deadline = Instant::now() + self.source.window;
        while !batch.is_empty() && batch.len() < size && !stop.is_cancelled() {
            let left = deadline.saturating_duration_since(Instant::now());
            let more = self.receive(size - batch.len(), left.min(WAIT)).await;
            if more.is_empty() && left.is_zero() {
                break;
            }
            batch.extend(more);
        }
        batch
    }

    async fn receive(&self, limit: usize, wait: Duration) -> Vec<Message> {
        let limit = limit.min(RECEIVE_LIMIT);
        match self.queues.receive(&self.queue, limit, wait).await {
            Ok(messages) => messages,
            Err(error) => {
                console::problem(&format!("the queue {} cannot be read: {error}", self.queue));
                tokio::time::sleep(WAIT).await;
                Vec::new()
            }
        }
    }

    /// Calls the function with a batch, and deletes the messages that it has handled.
    async fn invoke(&self, batch: Vec<Message>, stop: &CancellationToken) {
        let event = event(&batch, &self.source.queue_arn).to_string();
        let outcome = self.hand_over(Bytes::from(event)).await;
        let is_throttled = outcome == InvocationOutcome::Throttled;
        let HandledBatch { handled, failed } =
            divide(batch, &outcome, self.source.partial_failures);
        self.delete(&handled).await;
        // The function never had these, or was ended with the system: the next start need not wait.
        if stop.is_cancelled() || is_throttled {
            self.make_visible(&failed).await;
        }
    }

    /// Calls the function with an event: late or twice at the same time if such a fault is due. SQS
    /// promises neither an order nor that a message comes once.
    async fn hand_over(&self, event: Bytes) -> InvocationOutcome {
        let due = self
            .faults
            .as_ref()
            .and_then(|faults| faults.choose(Point::Delivery));
        match due {
            Some(DueFault { fault: Fault::DoubledMessages, .. }) => {
                self.hand_over_twice(event).await
            }
            Some(DueFault { pause, .. }) => {
                tokio::time::sleep(pause).await;
                self.host.invoke(&self.function, event).await
            }
            None => self.host.invoke(&self.function, event).await,
        }
    }

    /// Calls the function twice with an event: at the same time, unless that could take more of its
    /// reserved concurrency than the mapping may use, and have others throttled.
    async fn hand_over_twice(&self, event: Bytes) -> InvocationOutcome {
        let function = self.host.find(&self.function);
        let first = self.host.invoke(&self.function, event.clone());
        let second = self.host.invoke(&self.function, event);
        if function.is_some_and(|function| function.reserved.is_some()) {
            let outcome = first.await;
            second.await;
            return outcome;
        }
        let (outcome, _) = tokio::join!(first, second);
        outcome
    }

    async fn delete(&self, messages: &[Message]) {
        if messages.is_empty() {
            return;
        }
        let mut handles = Vec::new();
        for message in messages {
            handles.push(message.receipt_handle.clone());
        }
        if let Err(error) = self.queues.delete_batch(&self.queue, &handles).await {
            console::problem(&format!(
                "messages of {} are not deleted and will come again: {error}",
                self.queue
            ));
        }
    }

    async fn make_visible(&self, messages: &[Message]) {
        for message in messages {
            // Failing only means that the message waits for its time-out.
            let _ = self
                .queues
                .change_visibility(&self.queue, &message.receipt_handle, Duration::ZERO)
                .await;
        }
    }
}

/// Divides a batch by the outcome of its invocation.
fn divide(
    batch: Vec<Message>,
    outcome: &InvocationOutcome,
    partial_failures: bool,
) -> HandledBatch {
    let InvocationOutcome::Answer(answer) = outcome else {
        return HandledBatch { failed: batch, ..HandledBatch::default() };
    };
    if !partial_failures {
        return HandledBatch { handled: batch, ..HandledBatch::default() };
    }
    let Some(failed_ids) = failed_ids(answer, &batch) else {
        return HandledBatch { failed: batch, ..HandledBatch::default() };
    };
    let is_handled = |message: &Message| !failed_ids.contains(&message.id);
    let (handled, failed) = batch.into_iter().partition(is_handled);
    HandledBatch { handled, failed }
}

/// Returns the ids of the failed messages; `None` when the answer is none that Lambda understands,
/// which fails the whole batch.
fn failed_ids(answer: &[u8], batch: &[Message]) -> Option<BTreeSet<String>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let items = match &answer["batchItemFailures"] {
        Value::Null => return Some(BTreeSet::new()),
        Value::Array(items) => items,
        _ => return None,
    };
    let mut ids = BTreeSet::new();
    for item in items {
        let id = item["itemIdentifier"].as_str()?;
        if !batch.iter().any(|message| message.id == id) {
            return None;
        }
        ids.insert(id.to_owned());
    }
    Some(ids)
}

/// Makes the event of a batch.
fn event(batch: &[Message], arn: &str) -> Value {
    let records: Vec<_> = batch.iter().map(|message| record(message, arn)).collect();
    json!({ "Records": records })
}

fn record(message: &Message, arn: &str) -> Value {
    let mut attributes = Map::new();
    for (name, attribute) in &message.message_attributes {
        let value = json!({
            "stringValue": attribute.string_value,
            "binaryValue": attribute.binary_value,
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": attribute.data_type,
        });
        attributes.insert(name.clone(), value);
    }
    json!({
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": message.attributes,
        "messageAttributes": attributes,
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    })
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::sqs::SqsEvent;

    use super::*;

    fn message(id: &str) -> Message {
        Message {
            id: id.into(),
            receipt_handle: format!("receipt-{id}"),
            body: "{}".into(),
            md5_of_body: "99914b932bd37a50b983c5e7c90ae93b".into(),
            attributes: [("ApproximateReceiveCount".into(), "1".into())].into(),
            message_attributes: sqs::MessageAttributes::default(),
        }
    }

    fn divided(answer: &Value, partial: bool) -> (Vec<String>, Vec<String>) {
        let outcome = InvocationOutcome::Answer(Bytes::from(answer.to_string()));
        let divided = divide(vec![message("a"), message("b")], &outcome, partial);
        (ids(&divided.handled), ids(&divided.failed))
    }

    fn ids(messages: &[Message]) -> Vec<String> {
        messages.iter().map(|message| message.id.clone()).collect()
    }

    #[test]
    fn only_handled_messages_are_deleted() {
        let failed_b = json!({ "batchItemFailures": [{ "itemIdentifier": "b" }] });
        assert_eq!(divided(&failed_b, true), (vec!["a".into()], vec!["b".into()]));
        let both = (vec!["a".to_owned(), "b".to_owned()], Vec::new());
        assert_eq!(divided(&failed_b, false), both);
        for success in [
            json!(null),
            json!({}),
            json!({ "batchItemFailures": [] }),
            json!({ "batchItemFailures": null }),
        ] {
            assert_eq!(divided(&success, true), both, "{success}");
        }
    }

    #[test]
    fn an_answer_that_is_not_understood_fails_the_batch() {
        let none = (Vec::new(), vec!["a".to_owned(), "b".to_owned()]);
        for broken in [
            json!({ "batchItemFailures": [{ "itemIdentifier": "" }] }),
            json!({ "batchItemFailures": [{ "itemIdentifier": null }] }),
            json!({ "batchItemFailures": [{ "id": "a" }] }),
            json!({ "batchItemFailures": [{ "itemIdentifier": "unknown" }] }),
            json!({ "batchItemFailures": "a" }),
        ] {
            assert_eq!(divided(&broken, true), none, "{broken}");
        }
    }

    #[test]
    fn a_failed_call_leaves_all() {
        for outcome in [
            InvocationOutcome::Failed(Bytes::new()),
            InvocationOutcome::Throttled,
            InvocationOutcome::RequestTooLarge,
        ] {
            let divided = divide(vec![message("a")], &outcome, true);
            assert_eq!((divided.handled.len(), divided.failed.len()), (0, 1), "{outcome:?}");
        }
    }

    #[test]
    fn the_event_is_one_that_the_sdk_reads() {
        let event = event(&[message("a")], "arn:aws:sqs:us-east-1:000000000000:q");
        let parsed: SqsEvent = serde_json::from_value(event).unwrap();
        let record = &parsed.records[0];
        assert_eq!(record.message_id.as_deref(), Some("a"));
        assert_eq!(
            record.event_source_arn.as_deref(),
            Some("arn:aws:sqs:us-east-1:000000000000:q")
        );
        assert_eq!(record.attributes["ApproximateReceiveCount"], "1");
    }
}
