//! A counter between a function and DynamoDB, which is asked to say what each request counts.

use std::{
    mem,
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
use shared::error::Cause;
use tokio::{net::TcpListener, task::JoinHandle};

/// The use of DynamoDB in some time.
#[derive(Debug, Default, PartialEq)]
pub struct Used {
    /// Waits: requests that run at the same time count once.
    pub trips: u64,
    /// Units of reading.
    pub read: f64,
    /// Units of writing.
    pub written: f64,
}

/// Passes requests on and counts them; ends when dropped.
pub struct Table {
    /// The origin at which it listens.
    pub origin: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    http: reqwest::Client,
    dynamodb: String,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    used: Used,
    /// Requests that run.
    running: u32,
}

impl Book {
    fn begins(&mut self) {
        self.used.trips += u64::from(self.running == 0);
        self.running += 1;
    }

    fn ends(&mut self) {
        self.running -= 1;
    }
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Listens, before the DynamoDB at this address.
    pub async fn open(dynamodb: &str) -> Result<Self, Cause> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let (http, dynamodb, book) =
            (reqwest::Client::new(), dynamodb.to_owned(), Mutex::default());
        let shared = Arc::new(Shared { http, dynamodb, book });
        let router = Router::new()
            .route("/", post(pass))
            .with_state(shared.clone());
        let listener = listener.tap_io(|tcp| drop(tcp.set_nodelay(true)));
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { origin, shared, server })
    }

    /// Returns the use since the last call.
    pub fn take(&self) -> Used {
        mem::take(&mut self.shared.book().used)
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    shared.book().begins();
    let asked = ask(&shared, &headers, &body).await;
    shared.book().ends();
    match asked {
        Ok(response) => response,
        Err(failure) => (StatusCode::BAD_GATEWAY, failure.to_string()).into_response(),
    }
}

async fn ask(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Response, Cause> {
    let mut body: Value = serde_json::from_slice(body)?;
    body["ReturnConsumedCapacity"] = json!("TOTAL");
    // What is changed no longer has the length and the signature that the function gave it; nobody
    // checks them here.
    let mut request = shared.http.post(&shared.dynamodb).body(body.to_string());
    for name in ["x-amz-target", "content-type", "authorization", "x-amz-date"] {
        request = request.header(name, headers.get(name).ok_or_else(|| format!("no {name}"))?);
    }
    let answer = request.send().await?;
    let status = answer.status();
    let answer = answer.bytes().await?;
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    let said = serde_json::from_slice(&answer).unwrap_or_default();
    count(&mut shared.book().used, target, &said);
    Ok((status, [("content-type", "application/x-amz-json-1.0")], answer).into_response())
}

fn count(used: &mut Used, target: &str, answer: &Value) {
    let capacity = &answer["ConsumedCapacity"];
    let several = capacity
        .as_array()
        .map_or(std::slice::from_ref(capacity), Vec::as_slice);
    let units: f64 = several
        .iter()
        .filter_map(|each| each["CapacityUnits"].as_f64())
        .sum();
    let operation = target.rsplit('.').next().unwrap_or_default();
    if operation.contains("Get") || operation == "Query" || operation == "Scan" {
        used.read += units;
    } else {
        used.written += units;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_of_reading_or_of_writing() {
        let mut used = Used::default();
        count(
            &mut used,
            "DynamoDB_20120810.Query",
            &json!({"ConsumedCapacity": {"CapacityUnits": 5.5}}),
        );
        count(
            &mut used,
            "DynamoDB_20120810.BatchGetItem",
            &json!({"ConsumedCapacity": [{"CapacityUnits": 1.0}]}),
        );
        count(
            &mut used,
            "DynamoDB_20120810.UpdateItem",
            &json!({"ConsumedCapacity": {"CapacityUnits": 2.0}}),
        );
        count(&mut used, "DynamoDB_20120810.PutItem", &json!({"message": "refused"}));
        assert_eq!(used, Used { trips: 0, read: 6.5, written: 2.0 });
    }

    #[test]
    fn requests_at_the_same_time_are_waited_for_once() {
        let mut book = Book::default();
        for step in "++--+-+-".chars() {
            if step == '+' { book.begins() } else { book.ends() }
        }
        assert_eq!((book.used.trips, book.running), (3, 0));
    }
}
