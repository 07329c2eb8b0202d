//! One origin for page, API and renditions, as CloudFront and API Gateway make it on AWS.
//!
//! `/media/` is the bucket's, `/v1/` and every path with a route are the API's, and the rest is the
//! page's. A route is for its method alone: `HEAD` on one for `GET` is answered with 404, as API
//! Gateway does; on page and renditions it works.

mod cors;
mod media;
mod payload;
#[cfg(test)]
mod payload_tests;
mod responses;
mod routes;
mod signature;
mod throttle;
mod web;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, Response, StatusCode, header, request::Parts},
};
use bytes::Bytes;
use time::OffsetDateTime;
use tokio::time::timeout;

pub use media::MediaOrigin;
pub use signature::TrustedKey;

use crate::{
    host::{Host, InvocationOutcome},
    template::{HttpApi, Template},
};
use routes::{RouteMatch, Routes};
use throttle::Throttles;

/// The most bytes of a request: API Gateway's limit of 10 MB.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const BODY_LIMIT: usize = 10 * 1024 * 1024;
/// The longest time that API Gateway waits for a function.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html>
const INTEGRATION_LIMIT: Duration = Duration::from_secs(30);
/// The header of a response that has the request's id.
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// The page and the origin of the gateway.
pub struct GatewayConfig {
    /// Folder of the page.
    pub web: PathBuf,
    /// The origin that people open, such as `http://localhost:8080`.
    pub origin: String,
    /// The longest time to wait for a function; `None` for API Gateway's 30 seconds.
    pub integration_limit: Option<Duration>,
}

struct Gateway {
    config: GatewayConfig,
    host: Host,
    media: Option<MediaOrigin>,
    api: HttpApi,
    routes: Routes,
    throttles: Throttles,
    /// The headers of every response, by the response headers policy.
    policy_headers: Vec<(HeaderName, String)>,
}

/// Returns the gateway as a service that knows its peers' addresses
/// (`into_make_service_with_connect_info::<SocketAddr>()`).
pub fn router(
    template: &Template,
    host: Host,
    media: Option<MediaOrigin>,
    config: GatewayConfig,
) -> Router {
    let mut policy_headers = Vec::new();
    for (name, value) in &template.web_headers {
        if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
            policy_headers.push((name, value.clone()));
        }
    }
    let gateway = Gateway {
        routes: Routes::new(&template.functions),
        throttles: Throttles::new(template.api.clone()),
        api: template.api.clone(),
        policy_headers,
        config,
        host,
        media,
    };
    Router::new().fallback(handle).with_state(Arc::new(gateway))
}

async fn handle(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let mut response = gateway.respond(&parts, body, peer).await;
    for (name, value) in &gateway.policy_headers {
        responses::set(response.headers_mut(), name.clone(), value);
    }
    response
}

impl Gateway {
    /// Chooses between renditions, API and page by the path.
    async fn respond(&self, parts: &Parts, body: Body, peer: SocketAddr) -> Response<Body> {
        let path = parts.uri.path();
        if let Some(media) = &self.media
            && path.starts_with("/media/")
        {
            let query = parts.uri.query().unwrap_or_default();
            return media
                .serve(&parts.method, path, query, &parts.headers)
                .await;
        }
        if path.starts_with("/v1/") || self.routes.has(path) {
            return self.api(parts, body, peer).await;
        }
        if let Some(redirect) = web::redirect(&self.config.origin, path, &parts.headers) {
            return redirect;
        }
        web::serve(&self.config.web, &parts.method, path, &parts.headers).await
    }

    /// Answers as API Gateway: a preflight by itself, another request by its function.
    async fn api(&self, parts: &Parts, body: Body, peer: SocketAddr) -> Response<Body> {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let cors = self.api.cors.as_ref();
        let preflight = cors::preflight(cors, &parts.method, &parts.headers);
        let mut response = if let Some(preflight) = preflight {
            preflight
        } else {
            let mut response = self.route(parts, body, peer, &id).await;
            cors::add(cors, &parts.headers, response.headers_mut());
            response
        };
        responses::set(response.headers_mut(), REQUEST_ID, &id);
        response
    }

    async fn route(&self, parts: &Parts, body: Body, peer: SocketAddr, id: &str) -> Response<Body> {
        let Some(route) = self.routes.find(parts.method.as_str(), parts.uri.path()) else {
            return responses::message(StatusCode::NOT_FOUND, "Not Found");
        };
        if !self.throttles.admit(&route.route.key(), Instant::now()) {
            return responses::message(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
        }
        let Some(body) = read_body(&parts.headers, body).await else {
            return too_large();
        };
        let request = self.request(parts, &body, peer, id);
        let event = payload::event(&request, &route).to_string();
        self.call(&route, Bytes::from(event)).await
    }

    fn request<'a>(
        &self,
        parts: &'a Parts,
        body: &'a Bytes,
        peer: SocketAddr,
        id: &'a str,
    ) -> payload::GatewayRequest<'a> {
        payload::GatewayRequest {
            id,
            method: &parts.method,
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &parts.headers,
            body,
            source: peer.ip(),
            port: port(&self.config.origin),
            now: OffsetDateTime::now_utc(),
        }
    }

    /// Calls the function of a route, and makes a response of its outcome.
    async fn call(&self, route: &RouteMatch<'_>, event: Bytes) -> Response<Body> {
        let limit = self.config.integration_limit.unwrap_or(INTEGRATION_LIMIT);
        match timeout(limit, self.host.invoke(route.function, event)).await {
            Ok(InvocationOutcome::Answer(answer)) => {
                payload::response(&answer).unwrap_or_else(internal_error)
            }
            Ok(InvocationOutcome::Failed(_)) => internal_error(),
            Ok(InvocationOutcome::RequestTooLarge) => too_large(),
            Ok(InvocationOutcome::Throttled) | Err(_) => unavailable(),
        }
    }
}

fn too_large() -> Response<Body> {
    responses::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
}

/// Makes what API Gateway answers for a function that is throttled, or late. That it may be asked
/// again in a second is this gateway's own: here it is most often the machine that is busy.
fn unavailable() -> Response<Body> {
    let mut response = responses::message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
    responses::set(response.headers_mut(), header::RETRY_AFTER, "1");
    response
}

fn internal_error() -> Response<Body> {
    responses::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// Returns the port of an origin, 80 if it names none.
fn port(origin: &str) -> u16 {
    match origin.rsplit_once(':') {
        Some((_, port)) => port.parse().unwrap_or(80),
        None => 80,
    }
}

/// Reads the whole body; `None` when it is over the limit.
async fn read_body(headers: &HeaderMap, body: Body) -> Option<Bytes> {
    if announced_length(headers) > BODY_LIMIT {
        return None;
    }
    to_bytes(body, BODY_LIMIT).await.ok()
}

/// Returns `Content-Length`, 0 if there is none that can be read.
fn announced_length(headers: &HeaderMap) -> usize {
    let Some(header) = headers.get(header::CONTENT_LENGTH) else { return 0 };
    header.to_str().unwrap_or("0").parse().unwrap_or(0)
}
