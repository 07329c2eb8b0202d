//! The API over HTTP: what functions ask for all the time is answered here, the rest by dynoxide's
//! own server.
//!
//! That server does not say what units a request takes, and a proxy before it would cost more than
//! what it counts. Here the units are added up. Whatever is not answered here, a refusal above all, is
//! asked once more of that server, which words it as DynamoDB does: an operation that was refused has
//! changed nothing. A request that no SDK sends, because a field has another type, may be taken here.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use dynoxide::{
    Database,
    actions::{
        batch_get_item::BatchGetItemRequest, batch_write_item::BatchWriteItemRequest,
        delete_item::DeleteItemRequest, get_item::GetItemRequest, put_item::PutItemRequest,
        query::QueryRequest, scan::ScanRequest, transact_get_items::TransactGetItemsRequest,
        transact_write_items::TransactWriteItemsRequest, update_item::UpdateItemRequest,
    },
    types::ConsumedCapacity,
};
use uuid::Uuid;

use super::units::{Units, Use};

/// The most bytes of a request, as of DynamoDB's.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// The type of requests and answers.
const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
/// The beginning of an operation's name in `X-Amz-Target`.
const TARGET: &str = "DynamoDB_20120810.";
/// The header that names the operation.
const TARGET_HEADER: &str = "x-amz-target";

/// The API, and the server that it falls back on.
#[derive(Clone)]
pub(super) struct Api {
    pub tables: Database,
    pub units: Units,
    /// The origin of dynoxide's own server.
    pub engine: String,
    pub http: reqwest::Client,
}

impl Api {
    /// Returns the API as a service.
    pub fn router(self) -> Router {
        Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self)
    }

    /// Runs an operation; `None` if it is none of those that are run here, or is refused.
    fn run(&self, operation: &str, body: &[u8]) -> Option<Vec<u8>> {
        // Runs one kind of request, with its units counted whether or not the caller asks for them.
        macro_rules! run {
            ($request:ty, $method:ident, $kind:expr) => {{
                let mut request: $request = serde_json::from_slice(body).ok()?;
                let is_asked_for = asks_for_units(request.return_consumed_capacity.as_deref());
                if !is_asked_for {
                    request.return_consumed_capacity = Some("TOTAL".to_owned());
                }
                let mut response = self.tables.$method(request).ok()?;
                if let Some(consumed) = &response.consumed_capacity {
                    self.units.add($kind, consumed.units());
                }
                if !is_asked_for {
                    response.consumed_capacity = None;
                }
                serde_json::to_vec(&response).ok()
            }};
        }
        match operation {
            "GetItem" => run!(GetItemRequest, get_item, Use::Read),
            "Query" => run!(QueryRequest, query, Use::Read),
            "Scan" => run!(ScanRequest, scan, Use::Read),
            "BatchGetItem" => run!(BatchGetItemRequest, batch_get_item, Use::Read),
            "TransactGetItems" => run!(TransactGetItemsRequest, transact_get_items, Use::Read),
            "PutItem" => run!(PutItemRequest, put_item, Use::Written),
            "UpdateItem" => run!(UpdateItemRequest, update_item, Use::Written),
            "DeleteItem" => run!(DeleteItemRequest, delete_item, Use::Written),
            "BatchWriteItem" => run!(BatchWriteItemRequest, batch_write_item, Use::Written),
            "TransactWriteItems" => {
                run!(TransactWriteItemsRequest, transact_write_items, Use::Written)
            }
            _ => None,
        }
    }

    /// Asks dynoxide's own server.
    async fn ask_engine(&self, method: Method, headers: &HeaderMap, body: Bytes) -> Response {
        let mut request = self.http.request(method, &self.engine).body(body);
        for (name, value) in headers {
            if ![header::HOST, header::CONTENT_LENGTH, header::CONNECTION].contains(name) {
                request = request.header(name, value);
            }
        }
        match request.send().await {
            Ok(answer) => passed_on(answer).await,
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        }
    }
}

async fn answer(
    State(api): State<Api>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(operation) = operation(&method, &headers)
        && let Some(text) = api.run(operation, &body)
    {
        let id = Uuid::new_v4().simple().to_string();
        return ([("content-type", CONTENT_TYPE), ("x-amzn-requestid", &id)], text).into_response();
    }
    api.ask_engine(method, &headers, body).await
}

/// Returns the operation of a signed request.
fn operation<'a>(method: &Method, headers: &'a HeaderMap) -> Option<&'a str> {
    let content_type = headers.get(header::CONTENT_TYPE)?.as_bytes();
    let is_signed = headers.contains_key(header::AUTHORIZATION);
    if method != Method::POST || content_type != CONTENT_TYPE.as_bytes() || !is_signed {
        return None;
    }
    headers
        .get(TARGET_HEADER)?
        .to_str()
        .ok()?
        .strip_prefix(TARGET)
}

/// Returns whether a request asks for the units that it takes.
fn asks_for_units(mode: Option<&str>) -> bool {
    !matches!(mode, None | Some("NONE"))
}

async fn passed_on(answer: reqwest::Response) -> Response {
    let status = answer.status();
    let headers = answer.headers().clone();
    let Ok(body) = answer.bytes().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in &headers {
        // The server that sends it frames it anew.
        if ![header::TRANSFER_ENCODING, header::CONNECTION].contains(name) {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// The capacity taken of one table, or of several.
trait Consumed {
    fn units(&self) -> f64;
}

impl Consumed for ConsumedCapacity {
    fn units(&self) -> f64 {
        self.capacity_units
    }
}

impl Consumed for Vec<ConsumedCapacity> {
    fn units(&self) -> f64 {
        self.iter().map(|each| each.capacity_units).sum()
    }
}
