//! The AWS JSON 1.0 protocol: one `POST /` whose header `X-Amz-Target` names the operation.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html>

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    SqsServer,
    batch_operations::{change_visibility_batch, delete_batch, send_batch},
    error::{Error, ErrorCode, Result},
    message_operations::{change_visibility, delete_message, receive_message, send_message},
    queue_operations::{
        create_queue, delete_queue, get_queue_attributes, get_queue_url,
        list_dead_letter_source_queues, list_message_move_tasks, list_queues, purge_queue,
        set_queue_attributes, start_message_move_task,
    },
    settings::MAX_BYTES,
};

/// The most bytes of a request: a batch may escape every character in JSON.
const BODY_LIMIT: usize = 8 * MAX_BYTES;

pub fn router(server: SqsServer) -> Router {
    Router::new()
        .route("/", post(answer))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(server)
}

async fn answer(State(server): State<SqsServer>, headers: HeaderMap, body: Bytes) -> Response {
    let target = match headers.get("x-amz-target") {
        Some(target) => target.to_str().unwrap_or_default(),
        None => "",
    };
    let result = match target.strip_prefix("AmazonSQS.") {
        Some(operation) => dispatch(&server, operation, &body).await,
        None => Err(Error::new(
            ErrorCode::InvalidAction,
            "The header X-Amz-Target names no operation of AmazonSQS.",
        )),
    };
    let common_headers = [
        (CONTENT_TYPE, "application/x-amz-json-1.0".to_owned()),
        (HeaderName::from_static("x-amzn-requestid"), Uuid::now_v7().to_string()),
    ];
    match result {
        Ok(value) => (common_headers, value.to_string()).into_response(),
        Err(error) => (common_headers, error_response(&error)).into_response(),
    }
}

fn error_response(error: &Error) -> Response {
    let (status, fault) = if error.code.is_sender_fault() {
        (StatusCode::BAD_REQUEST, "Sender")
    } else {
        (StatusCode::INTERNAL_SERVER_ERROR, "Receiver")
    };
    let query_error = [(
        HeaderName::from_static("x-amzn-query-error"),
        format!("{};{fault}", error.code.query()),
    )];
    let body = json!({
        "__type": format!("com.amazonaws.sqs#{}", error.code.shape()),
        "message": error.message,
    });
    (status, query_error, body.to_string()).into_response()
}

async fn dispatch(server: &SqsServer, operation: &str, body: &[u8]) -> Result<Value> {
    match operation {
        "CreateQueue" => create_queue(server, parse(body)?).await,
        "GetQueueUrl" => get_queue_url(server, parse(body)?).await,
        "ListQueues" => list_queues(server, parse(body)?).await,
        "DeleteQueue" => delete_queue(server, parse(body)?).await,
        "PurgeQueue" => purge_queue(server, parse(body)?).await,
        "GetQueueAttributes" => get_queue_attributes(server, parse(body)?).await,
        "SetQueueAttributes" => set_queue_attributes(server, parse(body)?).await,
        "ListDeadLetterSourceQueues" => list_dead_letter_source_queues(server, parse(body)?).await,
        "SendMessage" => send_message(server, parse(body)?, parse(body)?).await,
        "SendMessageBatch" => send_batch(server, parse(body)?).await,
        "ReceiveMessage" => receive_message(server, parse(body)?).await,
        "DeleteMessage" => delete_message(server, parse(body)?).await,
        "DeleteMessageBatch" => delete_batch(server, parse(body)?).await,
        "ChangeMessageVisibility" => change_visibility(server, parse(body)?).await,
        "ChangeMessageVisibilityBatch" => change_visibility_batch(server, parse(body)?).await,
        "StartMessageMoveTask" => start_message_move_task(server, parse(body)?).await,
        "ListMessageMoveTasks" => list_message_move_tasks(server, parse(body)?).await,
        "CancelMessageMoveTask" => {
            Err(Error::new(ErrorCode::ResourceNotFound, "No task with this handle is running."))
        }
        other => Err(Error::new(
            ErrorCode::UnsupportedOperation,
            format!("{other} is not available locally."),
        )),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|cause| {
        Error::new(
            ErrorCode::InvalidParameterValue,
            format!("The request cannot be read: {cause}."),
        )
    })
}

/// Returns the queue's name in its URL. The host is not looked at: the port changes from run to
/// run, and a client may keep the URL.
pub fn queue_name_in_url(url: &str) -> Result<String> {
    if url.is_empty() {
        return Err(Error::missing("QueueUrl"));
    }
    Ok(url.rsplit('/').next().unwrap_or_default().to_owned())
}
