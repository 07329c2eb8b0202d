//! The operations on batches of messages: each entry succeeds or fails by itself.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html>

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    SqsServer,
    error::{Error, ErrorCode, Result},
    message::NewMessage,
    message_operations::{ReceiptRequest, change_visibility, delete_message, send_result},
    protocol::queue_name_in_url,
    settings::MAX_BYTES,
};

/// The most entries of a batch.
const MAX_ENTRIES: usize = 10;

/// A request of a batch operation.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BatchRequest<T> {
    #[serde(default)]
    queue_url: String,
    #[serde(default = "Vec::new")]
    entries: Vec<BatchEntry<T>>,
}

#[derive(Deserialize)]
struct BatchEntry<T> {
    #[serde(rename = "Id")]
    id: String,
    #[serde(flatten)]
    content: T,
}

impl<T> BatchRequest<T> {
    fn check(&self) -> Result<()> {
        if self.entries.is_empty() {
            return Err(Error::new(
                ErrorCode::EmptyBatchRequest,
                "There should be at least one entry in the request.",
            ));
        }
        if self.entries.len() > MAX_ENTRIES {
            return Err(Error::new(
                ErrorCode::TooManyEntriesInBatchRequest,
                "Maximum number of entries per request are 10.",
            ));
        }
        for entry in &self.entries {
            check_entry_id(&entry.id)?;
        }
        let mut ids = HashSet::new();
        for entry in &self.entries {
            if !ids.insert(&entry.id) {
                return Err(Error::new(
                    ErrorCode::BatchEntryIdsNotDistinct,
                    "Two or more batch entries have the same Id.",
                ));
            }
        }
        Ok(())
    }
}

fn check_entry_id(id: &str) -> Result<()> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if id.is_empty() || id.len() > 80 || !id.chars().all(is_allowed) {
        return Err(Error::new(
            ErrorCode::InvalidBatchEntryId,
            "A batch entry id can only contain alphanumeric characters, hyphens and \
             underscores. It can be at most 80 letters long.",
        ));
    }
    Ok(())
}

/// The answer to a batch: the results of its entries so far.
#[derive(Default)]
struct BatchResult {
    successful: Vec<Value>,
    failed: Vec<Value>,
}

impl BatchResult {
    fn add(&mut self, id: String, result: Result<Map<String, Value>>) {
        match result {
            Ok(mut entry) => {
                entry.insert("Id".to_owned(), id.into());
                self.successful.push(Value::Object(entry));
            }
            Err(error) => self.failed.push(json!({
                "Id": id,
                "SenderFault": error.code.is_sender_fault(),
                "Code": error.code.query(),
                "Message": error.message,
            })),
        }
    }

    fn json(self) -> Value {
        json!({ "Successful": self.successful, "Failed": self.failed })
    }
}

/// Refuses a queue that does not exist: SQS says so before it looks at the entries.
async fn check_queue(server: &SqsServer, name: &str) -> Result<()> {
    let name = name.to_owned();
    server.with_store(move |store| store.queue(&name)).await?;
    Ok(())
}

pub async fn send_batch(server: &SqsServer, request: BatchRequest<NewMessage>) -> Result<Value> {
    let queue = queue_name_in_url(&request.queue_url)?;
    check_queue(server, &queue).await?;
    request.check()?;
    let size: usize = request
        .entries
        .iter()
        .map(|entry| entry.content.size())
        .sum();
    if size > MAX_BYTES {
        return Err(Error::new(
            ErrorCode::BatchRequestTooLong,
            format!("Batch requests cannot be longer than {MAX_BYTES} bytes."),
        ));
    }
    let mut results = BatchResult::default();
    for entry in request.entries {
        let message = entry.content;
        let sent = server.send_message(&queue, message.clone()).await;
        results.add(entry.id, sent.map(|id| send_result(&id, &message)));
    }
    Ok(results.json())
}

pub async fn delete_batch(
    server: &SqsServer,
    request: BatchRequest<ReceiptRequest>,
) -> Result<Value> {
    check_queue(server, &queue_name_in_url(&request.queue_url)?).await?;
    request.check()?;
    let mut results = BatchResult::default();
    for entry in request.entries {
        let receipt = ReceiptRequest { queue_url: request.queue_url.clone(), ..entry.content };
        let deleted = delete_message(server, receipt).await;
        results.add(entry.id, deleted.map(|_| Map::new()));
    }
    Ok(results.json())
}

pub async fn change_visibility_batch(
    server: &SqsServer,
    request: BatchRequest<ReceiptRequest>,
) -> Result<Value> {
    check_queue(server, &queue_name_in_url(&request.queue_url)?).await?;
    request.check()?;
    let mut results = BatchResult::default();
    for entry in request.entries {
        let receipt = ReceiptRequest { queue_url: request.queue_url.clone(), ..entry.content };
        let changed = change_visibility(server, receipt).await;
        results.add(entry.id, changed.map(|_| Map::new()));
    }
    Ok(results.json())
}
