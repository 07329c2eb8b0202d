//! Refusals of engines, as AWS words them.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::Fault;
use crate::calls::AwsService;

/// The namespace of `DynamoDB`'s errors.
const VERSION: &str = "com.amazonaws.dynamodb.v20120810#";

/// Returns an engine's refusal of an operation.
pub(super) fn refusal(service: AwsService, fault: Fault, operation: &str) -> Response<Body> {
    match (service, fault) {
        (AwsService::S3, Fault::Unavailable) => {
            s3_refusal(StatusCode::SERVICE_UNAVAILABLE, "SlowDown")
        }
        (AwsService::S3, _) => s3_refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        (_, Fault::Unavailable) => json_answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &json!({"__type": "ServiceUnavailable", "message": "A fault was injected."}),
        ),
        (_, Fault::Throttled) => json_answer(StatusCode::BAD_REQUEST, &throttled(operation)),
        (_, _) => json_answer(
            StatusCode::INTERNAL_SERVER_ERROR,
            &json!({"__type": "InternalServerError", "message": "A fault was injected."}),
        ),
    }
}

/// Returns `DynamoDB`'s answer when a partition has no units left.
fn throttled(operation: &str) -> Value {
    if operation == "TransactWriteItems" {
        return json!({
            "__type": format!("{VERSION}TransactionCanceledException"),
            "Message": "Transaction cancelled [ThrottlingError]",
            "CancellationReasons": [{"Code": "ThrottlingError"}],
        });
    }
    json!({
        "__type": format!("{VERSION}ProvisionedThroughputExceededException"),
        "message": "The level of configured provisioned throughput for the table was exceeded.",
    })
}

fn s3_refusal(status: StatusCode, code: &str) -> Response<Body> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code>\
         <Message>A fault was injected.</Message></Error>"
    );
    answer(status, "application/xml", text)
}

/// Returns an answer in JSON.
pub(super) fn json_answer(status: StatusCode, said: &Value) -> Response<Body> {
    answer(status, "application/x-amz-json-1.0", said.to_string())
}

fn answer(status: StatusCode, content_type: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttled_transaction_is_cancelled() {
        let whole = throttled("PutItem").to_string();
        assert!(whole.contains("ProvisionedThroughputExceededException"), "{whole}");
        let cancelled = throttled("TransactWriteItems").to_string();
        assert!(cancelled.contains("ThrottlingError"), "{cancelled}");
    }

    #[test]
    fn each_service_is_refused_by_its_own_status() {
        let status = |service, fault| refusal(service, fault, "").status().as_u16();
        assert_eq!(status(AwsService::S3, Fault::Unavailable), 503);
        assert_eq!(status(AwsService::Sqs, Fault::Unavailable), 503);
        assert_eq!(status(AwsService::Sqs, Fault::InternalError), 500);
        assert_eq!(status(AwsService::DynamoDb, Fault::Throttled), 400);
    }
}
