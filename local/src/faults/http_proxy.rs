//! A proxy before an engine that speaks HTTP.

use std::{io, net::SocketAddr, sync::Arc};

use axum::body::{Body, Bytes, to_bytes};
use http::{HeaderMap, Request, Response, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};

use super::{
    DueFault, Fault, Faults, Point, partial_batch,
    refusals::{json_answer, refusal},
    request_time,
};
use crate::calls::AwsService;

/// Headers of one connection, which say nothing to the next.
const OF_A_CONNECTION: [header::HeaderName; 4] =
    [header::CONNECTION, header::TRANSFER_ENCODING, header::EXPECT, header::TE];

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut")]
struct CutConnection;

struct HttpProxy {
    http: reqwest::Client,
    server: SocketAddr,
    service: AwsService,
    faults: Faults,
}

/// Passes requests on to `server`, but for those with which a fault is due, until it is dropped.
pub async fn fault_proxy(
    listener: TcpListener,
    server: SocketAddr,
    service: AwsService,
    faults: Faults,
) {
    let builder = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    let http = match builder.build() {
        Ok(http) => http,
        Err(cause) => return tracing::error!(%cause, "no proxy stands before {service:?}"),
    };
    let proxy = Arc::new(HttpProxy { http, server, service, faults });
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(serve(proxy.clone(), stream))),
            Err(cause) => tracing::warn!(%cause, "a connection could not be taken"),
        }
    }
}

/// Serves a connection until either side ends it.
async fn serve(proxy: Arc<HttpProxy>, stream: TcpStream) {
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request: Request<Incoming>| {
        let proxy = proxy.clone();
        async move { proxy.answer(request.map(Body::new)).await }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // An error is that the connection was cut, which is what it is for.
    drop(connection.await);
}

impl HttpProxy {
    /// Answers a request; an error cuts the connection.
    async fn answer(&self, request: Request<Body>) -> Result<Response<Body>, CutConnection> {
        let operation = operation(request.headers()).to_owned();
        let is_s3 = self.service == AwsService::S3;
        if !is_s3
            && let Some(refused) =
                request_time::refusal(request.headers(), time::OffsetDateTime::now_utc())
        {
            read(request.into_body()).await?;
            return Ok(refused);
        }
        if partial_batch::can_be_divided(&operation)
            && let Some(due) = self.faults.choose(Point::DynamoDbBatch)
        {
            return self.answer_part(request, due.fault).await;
        }
        let point = match self.service {
            AwsService::DynamoDb => Point::DynamoDb,
            AwsService::Sqs => Point::Sqs,
            _ => Point::S3,
        };
        let Some(DueFault { fault, pause }) = self.faults.choose(point) else {
            return self.pass_on(request).await;
        };
        match fault {
            Fault::LostRequest => Err(CutConnection),
            Fault::LostAnswer => {
                let answer = self.pass_on(request).await?;
                read(answer.into_body()).await?;
                Err(CutConnection)
            }
            Fault::InternalError | Fault::Unavailable | Fault::Throttled => {
                // Read, because a client that still sends may not look for an answer.
                read(request.into_body()).await?;
                Ok(refusal(self.service, fault, &operation))
            }
            _ => {
                sleep(pause).await;
                self.pass_on(request).await
            }
        }
    }

    /// Asks the table for the first part of a batch, and adds the rest to its answer as unprocessed.
    async fn answer_part(
        &self,
        request: Request<Body>,
        fault: Fault,
    ) -> Result<Response<Body>, CutConnection> {
        let operation = operation(request.headers()).to_owned();
        let (mut parts, body) = request.into_parts();
        let mut asked = json_of(&read(body).await?);
        let is_divided = fault == Fault::PartialBatch;
        let Some(rest) = partial_batch::divide(&mut asked).filter(|_| is_divided) else {
            return Ok(refusal(self.service, Fault::Throttled, &operation));
        };
        parts.headers.remove(header::CONTENT_LENGTH);
        let answer = self
            .send(parts, Some(reqwest::Body::from(asked.to_string())))
            .await?;
        let (status, bytes) = (answer.status(), answer.bytes().await.map_err(cut)?);
        let mut said = json_of(&bytes);
        if status.is_success() {
            said[partial_batch::unprocessed_member(&operation)] = rest;
        }
        Ok(json_answer(status, &said))
    }

    /// Passes a request on as it comes, and the answer back.
    async fn pass_on(&self, request: Request<Body>) -> Result<Response<Body>, CutConnection> {
        let (parts, body) = request.into_parts();
        let has_body = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING]
            .iter()
            .any(|name| parts.headers.contains_key(name));
        let body = has_body.then(|| reqwest::Body::wrap_stream(body.into_data_stream()));
        let answer = self.send(parts, body).await?;
        let mut passed = Response::builder().status(answer.status());
        if let Some(headers) = passed.headers_mut() {
            *headers = end_to_end(answer.headers());
        }
        passed
            .body(Body::from_stream(answer.bytes_stream()))
            .map_err(cut)
    }

    async fn send(
        &self,
        parts: http::request::Parts,
        body: Option<reqwest::Body>,
    ) -> Result<reqwest::Response, CutConnection> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let url = format!("http://{}{path}", self.server);
        let mut request = self
            .http
            .request(parts.method, url)
            .headers(end_to_end(&parts.headers));
        if let Some(body) = body {
            request = request.body(body);
        }
        request.send().await.map_err(cut)
    }
}

/// Returns the operation that a header of AWS's JSON protocols names; empty for S3.
fn operation(headers: &HeaderMap) -> &str {
    let target = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    target
        .and_then(|target| target.rsplit('.').next())
        .unwrap_or_default()
}

fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    for name in OF_A_CONNECTION {
        kept.remove(name);
    }
    kept
}

async fn read(body: Body) -> Result<Bytes, CutConnection> {
    to_bytes(body, usize::MAX).await.map_err(cut)
}

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn cut<E: Into<Box<dyn std::error::Error + Send + Sync>>>(cause: E) -> CutConnection {
    let cause: io::Error = io::Error::other(cause);
    tracing::debug!(%cause, "a connection ended");
    CutConnection
}

#[cfg(test)]
mod tests {
    use axum::{Router, extract::Request as Asked};

    use super::*;
    use crate::dynamodb::listen;

    async fn echo(asked: Asked) -> String {
        let host = asked.headers()[header::HOST].to_str().map(str::to_owned);
        let path = asked.uri().to_string();
        let body = to_bytes(asked.into_body(), usize::MAX).await;
        format!("{} {path} {}", host.expect("a host"), body.expect("a body").len())
    }

    /// An engine that says what it was asked.
    fn engine() -> SocketAddr {
        let listener = listen(0).expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(echo);
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    fn proxied(service: AwsService, rate: f64) -> (SocketAddr, Faults) {
        let listener = listen(0).expect("a port");
        let address = listener.local_addr().expect("an address");
        let faults = Faults::new(5);
        faults.set_rate(rate);
        let server = engine();
        tokio::spawn(fault_proxy(listener, server, service, faults.clone()));
        (address, faults)
    }

    fn client() -> reqwest::Client {
        reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client")
    }

    #[tokio::test]
    async fn what_no_fault_is_due_for_is_passed_on_as_it_is() {
        let (address, _) = proxied(AwsService::S3, 0.0);
        let url = format!("http://{address}/bucket/a%20b?x=%2F");
        let answer = client().put(&url).body("hello").send().await;
        let text = answer.expect("an answer").text().await.expect("a text");
        assert_eq!(text, format!("{address} /bucket/a%20b?x=%2F 5"));
        let answer = client().get(&url).send().await.expect("an answer");
        let text = answer.text().await.expect("a text");
        assert_eq!(text, format!("{address} /bucket/a%20b?x=%2F 0"));
    }

    #[tokio::test]
    async fn each_fault_is_what_a_client_sees() {
        let (address, _) = proxied(AwsService::S3, 1.0);
        let mut statuses = std::collections::BTreeSet::new();
        let mut cut = 0;
        for _ in 0..25 {
            // Without connections that are kept, a client does not ask again by itself.
            match client().get(format!("http://{address}/")).send().await {
                Ok(answer) => drop(statuses.insert(answer.status().as_u16())),
                Err(_) => cut += 1,
            }
        }
        assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [200, 500, 503]);
        assert!(cut > 3, "{cut}");
    }
}
