//! SQS → function: batches, partial failures and concurrency as Lambda's event source mapping has
//! them.
//!
//! What succeeded is deleted. What failed, or whose function failed, is left: it comes back when
//! its visibility time-out ends, and goes to the dead letters when it came too often.
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
    host::{Host, Outcome},
    sqs::{self, Message},
    template::{QueueSource, REGION},
};

/// Invocations at once when the mapping sets no maximum: what Lambda begins with.
const DEFAULT_CONCURRENCY: u32 = 5;
/// Most messages of one receive.
const RECEIVE_LIMIT: usize = 10;
/// How long one receive waits. Not longer, because one that is broken off could lose sight of
/// messages it had taken, and stopping should be quick.
const WAIT: Duration = Duration::from_secs(1);

/// Feeds the function from its queue until `stop`.
pub async fn poll(
    queues: sqs::Server,
    host: Host,
    function: String,
    source: QueueSource,
    stop: CancellationToken,
) {
    let queue = source
        .queue_arn
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .to_owned();
    let concurrency = source.maximum_concurrency.unwrap_or(DEFAULT_CONCURRENCY);
    let permits = Arc::new(Semaphore::new(concurrency as usize));
    let running = TaskTracker::new();
    let mapping = Arc::new(Mapping { queues, host, function, source, queue });
    while !stop.is_cancelled() {
        let permit = tokio::select! {
            permit = permits.clone().acquire_owned() => permit,
            () = stop.cancelled() => break,
        };
        let batch = mapping.batch(&stop).await;
        if batch.is_empty() {
            continue;
        }
        let (mapping, stop) = (mapping.clone(), stop.clone());
        running.spawn(async move {
            mapping.run(batch, &stop).await;
            drop(permit);
        });
    }
    running.close();
    running.wait().await;
}

struct Mapping {
    queues: sqs::Server,
    host: Host,
    function: String,
    source: QueueSource,
    /// Name of the queue.
    queue: String,
}

impl Mapping {
    /// The next batch; empty when nothing came.
    async fn batch(&self, stop: &CancellationToken) -> Vec<Message> {
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

    async fn receive(&self, most: usize, wait: Duration) -> Vec<Message> {
        match self
            .queues
            .receive(&self.queue, most.min(RECEIVE_LIMIT), wait)
            .await
        {
            Ok(messages) => messages,
            Err(error) => {
                console::problem(&format!("the queue {} cannot be read: {error}", self.queue));
                tokio::time::sleep(WAIT).await;
                Vec::new()
            }
        }
    }

    async fn run(&self, batch: Vec<Message>, stop: &CancellationToken) {
        let event = event(&batch, &self.source.queue_arn);
        let outcome = self
            .host
            .invoke(&self.function, Bytes::from(event.to_string()))
            .await;
        let (done, left) = divide(batch, &outcome, self.source.partial_failures);
        let handles: Vec<_> = done
            .into_iter()
            .map(|message| message.receipt_handle)
            .collect();
        if !handles.is_empty()
            && let Err(error) = self.queues.delete_batch(&self.queue, &handles).await
        {
            console::problem(&format!(
                "messages of {} are not deleted and will come again: {error}",
                self.queue
            ));
        }
        if !left.is_empty() && (stop.is_cancelled() || outcome == Outcome::Throttled) {
            self.give_back(left).await;
        }
    }

    /// The function never had these, or was ended with the system: the next start need not wait.
    async fn give_back(&self, messages: Vec<Message>) {
        for message in messages {
            // Failing only means that the message waits for its time-out.
            let _ = self
                .queues
                .change_visibility(&self.queue, &message.receipt_handle, Duration::ZERO)
                .await;
        }
    }
}

/// What may be deleted and what must come again.
fn divide(
    batch: Vec<Message>,
    outcome: &Outcome,
    partial_failures: bool,
) -> (Vec<Message>, Vec<Message>) {
    let Outcome::Answer(answer) = outcome else { return (Vec::new(), batch) };
    if !partial_failures {
        return (batch, Vec::new());
    }
    match failures(answer, &batch) {
        Some(failed) => batch
            .into_iter()
            .partition(|message| !failed.contains(&message.id)),
        None => (Vec::new(), batch),
    }
}

/// Ids of the failed messages; `None` when the answer is none that Lambda understands, which fails
/// the whole batch.
fn failures(answer: &[u8], batch: &[Message]) -> Option<BTreeSet<String>> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    match &answer["batchItemFailures"] {
        Value::Null => Some(BTreeSet::new()),
        Value::Array(items) => items
            .iter()
            .map(|item| item["itemIdentifier"].as_str().map(str::to_owned))
            .map(|id| id.filter(|id| batch.iter().any(|message| message.id == *id)))
            .collect(),
        _ => None,
    }
}

fn event(batch: &[Message], arn: &str) -> Value {
    let records: Vec<_> = batch.iter().map(|message| record(message, arn)).collect();
    json!({ "Records": records })
}

fn record(message: &Message, arn: &str) -> Value {
    let attributes: Map<String, Value> = message
        .message_attributes
        .iter()
        .map(|(name, attribute)| {
            let value = json!({
                "stringValue": attribute.string_value,
                "binaryValue": attribute.binary_value,
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": attribute.data_type,
            });
            (name.clone(), value)
        })
        .collect();
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
        let outcome = Outcome::Answer(Bytes::from(answer.to_string()));
        let (done, left) = divide(vec![message("a"), message("b")], &outcome, partial);
        let ids = |messages: Vec<Message>| messages.into_iter().map(|message| message.id).collect();
        (ids(done), ids(left))
    }

    #[test]
    fn only_what_succeeded_is_deleted() {
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
        for outcome in [Outcome::Failed(Bytes::new()), Outcome::Throttled, Outcome::RequestTooLarge]
        {
            let (done, left) = divide(vec![message("a")], &outcome, true);
            assert_eq!((done.len(), left.len()), (0, 1), "{outcome:?}");
        }
    }

    #[test]
    fn the_event_is_one_that_the_sdk_reads() {
        let event: SqsEvent =
            serde_json::from_value(event(&[message("a")], "arn:aws:sqs:us-east-1:000000000000:q"))
                .unwrap();
        let record = &event.records[0];
        assert_eq!(record.message_id.as_deref(), Some("a"));
        assert_eq!(
            record.event_source_arn.as_deref(),
            Some("arn:aws:sqs:us-east-1:000000000000:q")
        );
        assert_eq!(record.attributes["ApproximateReceiveCount"], "1");
    }
}
