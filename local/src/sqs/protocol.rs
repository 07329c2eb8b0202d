//! The AWS JSON 1.0 protocol: one `POST /` whose header `X-Amz-Target` names the operation.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Server,
    error::{Code, Error, Result},
    now,
    settings::{Attributes, MAX_BYTES},
    store::Store,
    transfer::{
        change_visibility, delete_message, receipt_batch, receive_message, send_batch, send_message,
    },
};

// A batch of ten may escape every character in JSON.
const BODY_LIMIT: usize = 8 * MAX_BYTES;

pub fn router(server: Server) -> Router {
    Router::new()
        .route("/", post(answer))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(server)
}

async fn answer(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let outcome = match target.strip_prefix("AmazonSQS.") {
        Some(operation) => dispatch(&server, operation, &body).await,
        None => Err(Error::new(
            Code::InvalidAction,
            "The header X-Amz-Target names no operation of AmazonSQS.",
        )),
    };
    let common = [
        (CONTENT_TYPE, "application/x-amz-json-1.0".to_owned()),
        (HeaderName::from_static("x-amzn-requestid"), Uuid::now_v7().to_string()),
    ];
    match outcome {
        Ok(value) => (common, value.to_string()).into_response(),
        Err(error) => {
            let (status, fault) = if error.code.is_sender() {
                (StatusCode::BAD_REQUEST, "Sender")
            } else {
                (StatusCode::INTERNAL_SERVER_ERROR, "Receiver")
            };
            let query = [(
                HeaderName::from_static("x-amzn-query-error"),
                format!("{};{fault}", error.code.query()),
            )];
            let body = json!({"__type": format!("com.amazonaws.sqs#{}", error.code.shape()), "message": error.message});
            (status, common, query, body.to_string()).into_response()
        }
    }
}

async fn dispatch(server: &Server, operation: &str, body: &[u8]) -> Result<Value> {
    match operation {
        "CreateQueue" => create_queue(server, parse(body)?).await,
        "GetQueueUrl" => get_queue_url(server, parse(body)?).await,
        "ListQueues" => list_queues(server, parse(body)?).await,
        "DeleteQueue" => on_queue(server, parse(body)?, Store::drop_queue).await,
        "PurgeQueue" => on_queue(server, parse(body)?, Store::purge).await,
        "GetQueueAttributes" => get_queue_attributes(server, parse(body)?).await,
        "SetQueueAttributes" => set_queue_attributes(server, parse(body)?).await,
        "ListDeadLetterSourceQueues" => list_sources(server, parse(body)?).await,
        "SendMessage" => send_message(server, parse(body)?, parse(body)?).await,
        "SendMessageBatch" => send_batch(server, parse(body)?).await,
        "ReceiveMessage" => receive_message(server, parse(body)?).await,
        "DeleteMessage" => delete_message(server, parse(body)?).await,
        "DeleteMessageBatch" => receipt_batch(server, parse(body)?, false).await,
        "ChangeMessageVisibility" => change_visibility(server, parse(body)?).await,
        "ChangeMessageVisibilityBatch" => receipt_batch(server, parse(body)?, true).await,
        "StartMessageMoveTask" => start_move(server, parse(body)?).await,
        "ListMessageMoveTasks" => list_moves(server, parse(body)?).await,
        "CancelMessageMoveTask" => {
            Err(Error::new(Code::ResourceNotFound, "No task with this handle is running."))
        }
        other => Err(Error::new(
            Code::UnsupportedOperation,
            format!("{other} is not available locally."),
        )),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|cause| {
        Error::new(Code::InvalidParameterValue, format!("The request cannot be read: {cause}."))
    })
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct QueueCall {
    queue_url: String,
    queue_name: String,
    queue_name_prefix: String,
    attributes: Attributes,
    attribute_names: Vec<String>,
}

impl QueueCall {
    /// The queue that the call is for.
    pub fn name(&self) -> Result<String> {
        name_of(&self.queue_url)
    }
}

/// The queue's name in its URL. The host is not looked at: the port changes from run to run, and a
/// client may keep the URL.
pub fn name_of(url: &str) -> Result<String> {
    if url.is_empty() {
        return Err(Error::missing("QueueUrl"));
    }
    Ok(url.rsplit('/').next().unwrap_or_default().to_owned())
}

async fn create_queue(server: &Server, call: QueueCall) -> Result<Value> {
    let url = server.queue_url(&call.queue_name);
    server
        .with(move |store| store.create(&call.queue_name, call.attributes, now()))
        .await?;
    Ok(json!({ "QueueUrl": url }))
}

async fn get_queue_url(server: &Server, call: QueueCall) -> Result<Value> {
    let queue = server
        .with(move |store| store.queue(&call.queue_name))
        .await?;
    Ok(json!({ "QueueUrl": server.queue_url(&queue.name) }))
}

async fn list_queues(server: &Server, call: QueueCall) -> Result<Value> {
    let queues = server.with(|store| store.queues()).await?;
    let urls: Vec<_> = queues
        .iter()
        .filter(|queue| queue.name.starts_with(&call.queue_name_prefix))
        .map(|queue| server.queue_url(&queue.name))
        .collect();
    Ok(json!({ "QueueUrls": urls }))
}

async fn on_queue(
    server: &Server,
    call: QueueCall,
    work: fn(&Store, &str) -> Result<()>,
) -> Result<Value> {
    let name = call.name()?;
    server.with(move |store| work(store, &name)).await?;
    Ok(json!({}))
}

async fn get_queue_attributes(server: &Server, call: QueueCall) -> Result<Value> {
    let mut all = server.attributes(&call.name()?).await?;
    if !call.attribute_names.iter().any(|name| name == "All") {
        all.retain(|name, _| call.attribute_names.contains(name));
    }
    Ok(json!({ "Attributes": all }))
}

async fn set_queue_attributes(server: &Server, call: QueueCall) -> Result<Value> {
    let name = call.name()?;
    server
        .with(move |store| store.configure(&name, call.attributes, now()))
        .await?;
    Ok(json!({}))
}

async fn list_sources(server: &Server, call: QueueCall) -> Result<Value> {
    let name = call.name()?;
    let sources = server
        .with(move |store| store.sources(&store.queue(&name)?.name))
        .await?;
    let urls: Vec<_> = sources
        .iter()
        .map(|queue| server.queue_url(&queue.name))
        .collect();
    Ok(json!({ "queueUrls": urls }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MoveCall {
    source_arn: String,
    destination_arn: Option<String>,
    max_results: Option<i64>,
}

async fn start_move(server: &Server, call: MoveCall) -> Result<Value> {
    let handle = server
        .with(move |store| {
            store.start_move(&call.source_arn, call.destination_arn.as_deref(), now())
        })
        .await?;
    server.shared.arrived.notify_waiters();
    Ok(json!({ "TaskHandle": handle }))
}

async fn list_moves(server: &Server, call: MoveCall) -> Result<Value> {
    let limit = call.max_results.unwrap_or(1).clamp(1, 10);
    let results = server
        .with(move |store| store.moves(&call.source_arn, limit))
        .await?;
    Ok(json!({ "Results": results }))
}
