//! The operations on queues, and message move tasks.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    SqsServer, error::Result, now, protocol::queue_name_in_url, settings::QueueAttributes,
    store::QueueStore,
};

/// The fields of the requests about one queue, or about all.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct QueueRequest {
    queue_url: String,
    queue_name: String,
    queue_name_prefix: String,
    attributes: QueueAttributes,
    attribute_names: Vec<String>,
}

impl QueueRequest {
    /// Returns the name of the queue in the request's URL.
    pub fn name(&self) -> Result<String> {
        queue_name_in_url(&self.queue_url)
    }
}

pub async fn create_queue(server: &SqsServer, request: QueueRequest) -> Result<Value> {
    let url = server.queue_url(&request.queue_name);
    server
        .with_store(move |store| store.create(&request.queue_name, request.attributes, now()))
        .await?;
    Ok(json!({ "QueueUrl": url }))
}

pub async fn get_queue_url(server: &SqsServer, request: QueueRequest) -> Result<Value> {
    let queue = server
        .with_store(move |store| store.queue(&request.queue_name))
        .await?;
    Ok(json!({ "QueueUrl": server.queue_url(&queue.name) }))
}

pub async fn list_queues(server: &SqsServer, request: QueueRequest) -> Result<Value> {
    let mut urls = Vec::new();
    for queue in server.with_store(|store| store.queues()).await? {
        if queue.name.starts_with(&request.queue_name_prefix) {
            urls.push(server.queue_url(&queue.name));
        }
    }
    Ok(json!({ "QueueUrls": urls }))
}

pub async fn delete_queue(server: &SqsServer, request: QueueRequest) -> Result<Value> {
    change_queue(server, &request, QueueStore::drop_queue).await
}

pub async fn purge_queue(server: &SqsServer, request: QueueRequest) -> Result<Value> {
    change_queue(server, &request, QueueStore::purge).await
}

async fn change_queue(
    server: &SqsServer,
    request: &QueueRequest,
    change: fn(&QueueStore, &str) -> Result<()>,
) -> Result<Value> {
    let name = request.name()?;
    server.with_store(move |store| change(store, &name)).await?;
    Ok(json!({}))
}

pub async fn get_queue_attributes(server: &SqsServer, request: QueueRequest) -> Result<Value> {
    let mut attributes = server.attributes(&request.name()?).await?;
    let wants_all = request.attribute_names.iter().any(|name| name == "All");
    if !wants_all {
        attributes.retain(|name, _| request.attribute_names.contains(name));
    }
    Ok(json!({ "Attributes": attributes }))
}

pub async fn set_queue_attributes(server: &SqsServer, request: QueueRequest) -> Result<Value> {
    let name = request.name()?;
    server
        .with_store(move |store| store.configure(&name, request.attributes, now()))
        .await?;
    Ok(json!({}))
}

pub async fn list_dead_letter_source_queues(
    server: &SqsServer,
    request: QueueRequest,
) -> Result<Value> {
    let name = request.name()?;
    let sources = server
        .with_store(move |store| {
            let queue = store.queue(&name)?;
            store.sources(&queue.name)
        })
        .await?;
    let mut urls = Vec::new();
    for queue in sources {
        urls.push(server.queue_url(&queue.name));
    }
    Ok(json!({ "queueUrls": urls }))
}

/// The fields of the requests about message move tasks.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MoveTaskRequest {
    source_arn: String,
    destination_arn: Option<String>,
    max_results: Option<i64>,
}

pub async fn start_message_move_task(
    server: &SqsServer,
    request: MoveTaskRequest,
) -> Result<Value> {
    let handle = server
        .with_store(move |store| {
            let destination = request.destination_arn.as_deref();
            store.start_move(&request.source_arn, destination, now())
        })
        .await?;
    server.wake_receivers();
    Ok(json!({ "TaskHandle": handle }))
}

pub async fn list_message_move_tasks(
    server: &SqsServer,
    request: MoveTaskRequest,
) -> Result<Value> {
    let limit = request.max_results.unwrap_or(1).clamp(1, 10);
    let tasks = server
        .with_store(move |store| store.move_tasks(&request.source_arn, limit))
        .await?;
    Ok(json!({ "Results": tasks }))
}
