//! The operations on messages: one at a time and in batches.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Server,
    error::{Code, Error, Result},
    message::{MessageAttributes, Outgoing, md5_of, md5_of_attributes},
    protocol::{QueueCall, name_of},
    settings::{MAX_BYTES, MAX_VISIBILITY},
    store::Received,
};

// What SQS says about a message it took.
fn receipt_of(id: &str, message: &Outgoing) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("MessageId".to_owned(), id.into());
    answer.insert("MD5OfMessageBody".to_owned(), md5_of(&message.message_body).into());
    let sums = [
        ("MD5OfMessageAttributes", md5_of_attributes(&message.message_attributes)),
        ("MD5OfMessageSystemAttributes", md5_of_attributes(&message.message_system_attributes)),
    ];
    answer.extend(
        sums.into_iter()
            .filter_map(|(name, sum)| Some((name.to_owned(), sum?.into()))),
    );
    answer
}

pub async fn send_message(server: &Server, call: QueueCall, message: Outgoing) -> Result<Value> {
    let id = server.send_message(&call.name()?, message.clone()).await?;
    Ok(Value::Object(receipt_of(&id, &message)))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BatchCall<T> {
    #[serde(default)]
    queue_url: String,
    #[serde(default = "Vec::new")]
    entries: Vec<Entry<T>>,
}

#[derive(Deserialize)]
struct Entry<T> {
    #[serde(rename = "Id")]
    id: String,
    #[serde(flatten)]
    content: T,
}

impl<T> BatchCall<T> {
    fn check(&self) -> Result<()> {
        if self.entries.is_empty() {
            return Err(Error::new(
                Code::EmptyBatchRequest,
                "There should be at least one entry in the request.",
            ));
        }
        if self.entries.len() > 10 {
            return Err(Error::new(
                Code::TooManyEntriesInBatchRequest,
                "Maximum number of entries per request are 10.",
            ));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self
            .entries
            .iter()
            .any(|entry| entry.id.is_empty() || entry.id.len() > 80 || !entry.id.chars().all(fits))
        {
            let rule = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.";
            return Err(Error::new(Code::InvalidBatchEntryId, rule));
        }
        let ids: HashSet<_> = self.entries.iter().map(|entry| &entry.id).collect();
        if ids.len() < self.entries.len() {
            return Err(Error::new(
                Code::BatchEntryIdsNotDistinct,
                "Two or more batch entries have the same Id.",
            ));
        }
        Ok(())
    }
}

// Each entry succeeds or fails by itself.
fn batch_answer(outcomes: impl IntoIterator<Item = (String, Result<Map<String, Value>>)>) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (id, outcome) in outcomes {
        match outcome {
            Ok(mut entry) => {
                entry.insert("Id".to_owned(), id.into());
                successful.push(Value::Object(entry));
            }
            Err(error) => {
                let (code, fault) = (error.code.query(), error.code.is_sender());
                failed.push(
                    json!({"Id": id, "SenderFault": fault, "Code": code, "Message": error.message}),
                );
            }
        }
    }
    json!({ "Successful": successful, "Failed": failed })
}

// A queue that is not there is told before what is wrong with the batch.
async fn must_exist(server: &Server, name: &str) -> Result<()> {
    let name = name.to_owned();
    server.with(move |store| store.queue(&name)).await.map(drop)
}

pub async fn send_batch(server: &Server, call: BatchCall<Outgoing>) -> Result<Value> {
    let name = name_of(&call.queue_url)?;
    must_exist(server, &name).await?;
    call.check()?;
    if call
        .entries
        .iter()
        .map(|entry| entry.content.size())
        .sum::<usize>()
        > MAX_BYTES
    {
        return Err(Error::new(
            Code::BatchRequestTooLong,
            format!("Batch requests cannot be longer than {MAX_BYTES} bytes."),
        ));
    }
    let mut outcomes = Vec::new();
    for entry in call.entries {
        let sent = server.send_message(&name, entry.content.clone()).await;
        outcomes.push((entry.id, sent.map(|id| receipt_of(&id, &entry.content))));
    }
    Ok(batch_answer(outcomes))
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReceiveCall {
    queue_url: String,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    attribute_names: Vec<String>,
    message_system_attribute_names: Vec<String>,
    message_attribute_names: Vec<String>,
}

pub async fn receive_message(server: &Server, call: ReceiveCall) -> Result<Value> {
    let within = |name: &str, value: i64, least: i64, most: i64| {
        let reason = format!("Must be between {least} and {most}, if provided.");
        if (least..=most).contains(&value) {
            Ok(value)
        } else {
            Err(Error::invalid(name, value, &reason))
        }
    };
    let name = name_of(&call.queue_url)?;
    let max = within("MaxNumberOfMessages", call.max_number_of_messages.unwrap_or(1), 1, 10)?;
    let visibility = call
        .visibility_timeout
        .map(|seconds| within("VisibilityTimeout", seconds, 0, MAX_VISIBILITY))
        .transpose()?;
    let queue = server
        .with({
            let name = name.clone();
            move |store| store.queue(&name)
        })
        .await?;
    let wait = call
        .wait_time_seconds
        .unwrap_or_else(|| queue.settings.number("ReceiveMessageWaitTimeSeconds"));
    let wait = within("WaitTimeSeconds", wait, 0, 20)?;
    let wait = Duration::from_secs(u64::try_from(wait).unwrap_or(0));
    let received = server
        .poll(&name, usize::try_from(max).unwrap_or(1), visibility, wait)
        .await?;
    if received.is_empty() {
        return Ok(json!({}));
    }
    let messages: Vec<_> = received
        .into_iter()
        .map(|message| message_json(message, &call))
        .collect();
    Ok(json!({ "Messages": messages }))
}

fn message_json(message: Received, call: &ReceiveCall) -> Value {
    let wants = |name: &str| {
        let mut names = call
            .attribute_names
            .iter()
            .chain(&call.message_system_attribute_names);
        names.any(|wanted| wanted == "All" || wanted == name)
    };
    let mut system = system_attributes(&message);
    system.retain(|name, _| wants(name));
    let mut attributes = message.attributes;
    attributes.retain(|name, _| {
        call.message_attribute_names
            .iter()
            .any(|wanted| names_attribute(wanted, name))
    });
    let mut answer = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt_handle,
        "MD5OfBody": md5_of(&message.body),
        "Body": message.body,
    });
    if !system.is_empty() {
        answer["Attributes"] = json!(system);
    }
    if let Some(sum) = md5_of_attributes(&attributes) {
        answer["MD5OfMessageAttributes"] = sum.into();
        answer["MessageAttributes"] = json!(attributes);
    }
    answer
}

// `All`, `.*`, `prefix.*` or the name itself.
fn names_attribute(wanted: &str, name: &str) -> bool {
    wanted == "All"
        || wanted == name
        || wanted
            .strip_suffix(".*")
            .is_some_and(|prefix| name.starts_with(prefix))
}

/// The system attributes of a received message; times in milliseconds.
pub fn system_attributes(message: &Received) -> BTreeMap<String, String> {
    let mut system = BTreeMap::from([
        ("ApproximateFirstReceiveTimestamp".to_owned(), message.first_receipt.to_string()),
        ("ApproximateReceiveCount".to_owned(), message.receives.to_string()),
        ("SenderId".to_owned(), "AIDALOCAL".to_owned()),
        ("SentTimestamp".to_owned(), message.sent.to_string()),
    ]);
    system.extend(
        message
            .source
            .clone()
            .map(|arn| ("DeadLetterQueueSourceArn".to_owned(), arn)),
    );
    system.extend(trace_header(&message.system).map(|value| ("AWSTraceHeader".to_owned(), value)));
    system
}

fn trace_header(system: &MessageAttributes) -> Option<String> {
    system.get("AWSTraceHeader")?.string_value.clone()
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReceiptCall {
    queue_url: String,
    receipt_handle: String,
    visibility_timeout: Option<i64>,
}

pub async fn delete_message(server: &Server, call: ReceiptCall) -> Result<Value> {
    server
        .delete_batch(&name_of(&call.queue_url)?, &[call.receipt_handle])
        .await?;
    Ok(json!({}))
}

pub async fn change_visibility(server: &Server, call: ReceiptCall) -> Result<Value> {
    let seconds = call
        .visibility_timeout
        .ok_or_else(|| Error::missing("VisibilityTimeout"))?;
    server
        .hide(&name_of(&call.queue_url)?, &call.receipt_handle, seconds)
        .await?;
    Ok(json!({}))
}

pub async fn receipt_batch(
    server: &Server,
    call: BatchCall<ReceiptCall>,
    hide: bool,
) -> Result<Value> {
    let name = name_of(&call.queue_url)?;
    must_exist(server, &name).await?;
    call.check()?;
    let mut outcomes = Vec::new();
    for entry in call.entries {
        let one = ReceiptCall { queue_url: call.queue_url.clone(), ..entry.content };
        let done = if hide {
            change_visibility(server, one).await
        } else {
            delete_message(server, one).await
        };
        outcomes.push((entry.id, done.map(|_| Map::new())));
    }
    Ok(batch_answer(outcomes))
}
