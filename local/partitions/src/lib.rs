//! The limits of DynamoDB's partitions, before a DynamoDB that has none.
//!
//! A partition serves [3,000 units of reading and 1,000 of writing a
//! second](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html)
//! and refuses what is asked beyond that. Here each partition key has a partition of its own, which
//! is what DynamoDB comes to where a key is hot. A second is not the clock's: whoever measures says
//! when the next one begins, so that a slow machine refuses what a fast one refuses.
//!
//! Units are what the DynamoDB behind says that a request has consumed; those of a transaction are
//! divided among its items. A partition whose units of this second are spent refuses, and one that
//! is a unit short serves the whole request, as DynamoDB's may.

mod keys;
mod ledger;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
    serve::ListenerExt,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use keys::Request;
use ledger::{Kind, Ledger};
pub use ledger::{Limits, Served};

const VERSION: &str = "com.amazonaws.dynamodb.v20120810#";

/// Passes requests on, as far as their partitions bear them; ends when dropped.
pub struct Partitions {
    /// The origin at which it listens.
    pub origin: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    http: reqwest::Client,
    dynamodb: String,
    ledger: Mutex<Ledger>,
}

impl Shared {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Partitions {
    /// Listens, before the DynamoDB at this address.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn open(dynamodb: &str, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            http: reqwest::Client::new(),
            dynamodb: dynamodb.to_owned(),
            ledger: Mutex::new(Ledger::new(limits)),
        });
        let router = Router::new()
            .route("/", post(pass))
            .with_state(shared.clone());
        let listener = listener.tap_io(|tcp| drop(tcp.set_nodelay(true)));
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { origin, shared, server })
    }

    /// Begins the next second: all partitions have their units again.
    pub fn next_second(&self) {
        self.shared.ledger().next_second();
    }

    /// Returns what was served and refused since the last call.
    pub fn take(&self) -> Served {
        self.shared.ledger().take()
    }
}

impl Drop for Partitions {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let Ok(mut asked) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let request = Request::of(operation, &asked);
    if !shared.ledger().admits(&request) {
        return refused(operation);
    }
    asked["ReturnConsumedCapacity"] = json!("TOTAL");
    match forward(&shared, &headers, &asked).await {
        Ok((status, answer)) => {
            let said = serde_json::from_slice(&answer).unwrap_or_default();
            let units = consumed(&request, status, &said);
            shared.ledger().serve(&request, units);
            (status, [("content-type", "application/x-amz-json-1.0")], answer).into_response()
        }
        Err(failure) => (StatusCode::BAD_GATEWAY, failure.to_string()).into_response(),
    }
}

/// Sends what was changed: it no longer has the length and the signature that the caller gave it,
/// which the local engine does not mind.
async fn forward(
    shared: &Shared,
    headers: &HeaderMap,
    asked: &Value,
) -> Result<(StatusCode, Bytes), reqwest::Error> {
    let mut request = shared.http.post(&shared.dynamodb).body(asked.to_string());
    for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await?;
    Ok((answer.status(), answer.bytes().await?))
}

/// Returns the units that the DynamoDB behind says it has consumed. It does not say so of a write
/// that it refuses, which counts all the same: a unit of each item.
fn consumed(request: &Request, status: StatusCode, answer: &Value) -> f64 {
    if !status.is_success() {
        let refused = request.kind == Kind::Write && status == StatusCode::BAD_REQUEST;
        return if refused { request.items() } else { 0.0 };
    }
    let capacity = &answer["ConsumedCapacity"];
    let tables = capacity
        .as_array()
        .map_or(std::slice::from_ref(capacity), Vec::as_slice);
    tables
        .iter()
        .filter_map(|table| table["CapacityUnits"].as_f64())
        .sum()
}

/// DynamoDB's answer when a partition has no units left.
fn refused(operation: &str) -> Response {
    let answer = if operation == "TransactWriteItems" {
        json!({
            "__type": format!("{VERSION}TransactionCanceledException"),
            "Message": "Transaction cancelled [ThrottlingError]",
            "CancellationReasons": [{"Code": "ThrottlingError"}],
        })
    } else {
        json!({
            "__type": format!("{VERSION}ProvisionedThroughputExceededException"),
            "message": "The level of configured provisioned throughput for the table was exceeded.",
        })
    };
    let headers = [("content-type", "application/x-amz-json-1.0")];
    (StatusCode::BAD_REQUEST, headers, answer.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_consumed_is_what_dynamodb_says_or_a_unit_of_each_refused_item() {
        let put = json!({"Item": {"pk": {"S": "a"}}});
        let put = Request::of("PutItem", &put);
        let one = json!({"ConsumedCapacity": {"CapacityUnits": 2.0}});
        let two = json!({"ConsumedCapacity": [{"CapacityUnits": 2.0}, {"CapacityUnits": 0.5}]});
        let units = |status, answer: &Value| consumed(&put, status, answer);
        assert!((units(StatusCode::OK, &one) - 2.0).abs() < 1e-9);
        assert!((units(StatusCode::OK, &two) - 2.5).abs() < 1e-9);
        assert!((units(StatusCode::BAD_REQUEST, &json!({})) - 1.0).abs() < 1e-9);
        assert!(units(StatusCode::BAD_GATEWAY, &json!({})).abs() < 1e-9);
    }
}
