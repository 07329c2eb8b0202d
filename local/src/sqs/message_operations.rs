//! The operations on one message, and `ReceiveMessage`.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html>

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    SqsServer,
    error::{Error, Result},
    message::{NewMessage, md5_of, md5_of_attributes},
    message_store::ReceivedMessage,
    protocol::queue_name_in_url,
    queue_operations::QueueRequest,
    settings::MAX_VISIBILITY,
};

pub async fn send_message(
    server: &SqsServer,
    request: QueueRequest,
    message: NewMessage,
) -> Result<Value> {
    let id = server
        .send_message(&request.name()?, message.clone())
        .await?;
    Ok(Value::Object(send_result(&id, &message)))
}

/// Makes the answer to a message that was sent: its id and the MD5s of its parts.
pub fn send_result(id: &str, message: &NewMessage) -> Map<String, Value> {
    let mut result = Map::new();
    result.insert("MessageId".to_owned(), id.into());
    result.insert("MD5OfMessageBody".to_owned(), md5_of(&message.message_body).into());
    if let Some(sum) = md5_of_attributes(&message.message_attributes) {
        result.insert("MD5OfMessageAttributes".to_owned(), sum.into());
    }
    if let Some(sum) = md5_of_attributes(&message.message_system_attributes) {
        result.insert("MD5OfMessageSystemAttributes".to_owned(), sum.into());
    }
    result
}

/// The fields of `ReceiveMessage`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReceiveRequest {
    queue_url: String,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    attribute_names: Vec<String>,
    message_system_attribute_names: Vec<String>,
    message_attribute_names: Vec<String>,
}

pub async fn receive_message(server: &SqsServer, request: ReceiveRequest) -> Result<Value> {
    let name = queue_name_in_url(&request.queue_url)?;
    let max = request.max_number_of_messages.unwrap_or(1);
    check_range("MaxNumberOfMessages", max, 1, 10)?;
    if let Some(seconds) = request.visibility_timeout {
        check_range("VisibilityTimeout", seconds, 0, MAX_VISIBILITY)?;
    }
    let wait_seconds = wait_seconds(server, &name, &request).await?;
    check_range("WaitTimeSeconds", wait_seconds, 0, 20)?;
    let max = usize::try_from(max).unwrap_or(1);
    let wait = Duration::from_secs(u64::try_from(wait_seconds).unwrap_or(0));
    let received = server
        .poll(&name, max, request.visibility_timeout, wait)
        .await?;
    if received.is_empty() {
        return Ok(json!({}));
    }
    let mut messages = Vec::new();
    for message in received {
        messages.push(message_json(message, &request));
    }
    Ok(json!({ "Messages": messages }))
}

fn check_range(name: &str, value: i64, min: i64, max: i64) -> Result<()> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    let reason = format!("Must be between {min} and {max}, if provided.");
    Err(Error::invalid(name, value, &reason))
}

/// Returns the request's wait, or the queue's.
async fn wait_seconds(server: &SqsServer, name: &str, request: &ReceiveRequest) -> Result<i64> {
    let name = name.to_owned();
    let queue = server.with_store(move |store| store.queue(&name)).await?;
    match request.wait_time_seconds {
        Some(seconds) => Ok(seconds),
        None => Ok(queue.settings.number("ReceiveMessageWaitTimeSeconds")),
    }
}

/// Makes the JSON of a message, with the attributes that the request names.
fn message_json(message: ReceivedMessage, request: &ReceiveRequest) -> Value {
    let mut system = system_attributes(&message);
    system.retain(|name, _| request.wants_system_attribute(name));
    let mut attributes = message.attributes;
    attributes.retain(|name, _| request.wants_message_attribute(name));
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

impl ReceiveRequest {
    fn wants_system_attribute(&self, name: &str) -> bool {
        let mut wanted = self
            .attribute_names
            .iter()
            .chain(&self.message_system_attribute_names);
        wanted.any(|wanted| wanted == "All" || wanted == name)
    }

    fn wants_message_attribute(&self, name: &str) -> bool {
        self.message_attribute_names
            .iter()
            .any(|wanted| names_attribute(wanted, name))
    }
}

/// Returns whether `wanted` names the attribute: `All`, `.*`, `prefix.*` or the name itself.
fn names_attribute(wanted: &str, name: &str) -> bool {
    if wanted == "All" || wanted == name {
        return true;
    }
    match wanted.strip_suffix(".*") {
        Some(prefix) => name.starts_with(prefix),
        None => false,
    }
}

/// Returns the system attributes of a received message; times in milliseconds since 1970.
pub fn system_attributes(message: &ReceivedMessage) -> BTreeMap<String, String> {
    let mut system = BTreeMap::new();
    let mut insert = |name: &str, value: String| system.insert(name.to_owned(), value);
    insert("ApproximateFirstReceiveTimestamp", message.first_receipt.to_string());
    insert("ApproximateReceiveCount", message.receives.to_string());
    insert("SenderId", "AIDALOCAL".to_owned());
    insert("SentTimestamp", message.sent.to_string());
    if let Some(arn) = &message.source {
        insert("DeadLetterQueueSourceArn", arn.clone());
    }
    if let Some(header) = message.system.get("AWSTraceHeader")
        && let Some(value) = &header.string_value
    {
        insert("AWSTraceHeader", value.clone());
    }
    system
}

/// The fields of the requests about one received message.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReceiptRequest {
    pub queue_url: String,
    pub receipt_handle: String,
    pub visibility_timeout: Option<i64>,
}

pub async fn delete_message(server: &SqsServer, request: ReceiptRequest) -> Result<Value> {
    let queue = queue_name_in_url(&request.queue_url)?;
    server
        .delete_batch(&queue, &[request.receipt_handle])
        .await?;
    Ok(json!({}))
}

pub async fn change_visibility(server: &SqsServer, request: ReceiptRequest) -> Result<Value> {
    let Some(seconds) = request.visibility_timeout else {
        return Err(Error::missing("VisibilityTimeout"));
    };
    let queue = queue_name_in_url(&request.queue_url)?;
    server
        .hide(&queue, &request.receipt_handle, seconds)
        .await?;
    Ok(json!({}))
}
