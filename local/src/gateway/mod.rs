//! One origin for page, API and renditions, as CloudFront and API Gateway make it on AWS.
//!
//! `/media/` is the bucket's, `/v1/` and every path with a route are the API's, and the rest is the
//! page's. A route is for its method alone: `HEAD` on one for `GET` is answered with 404, as API
//! Gateway does; on page and renditions it works.

mod answers;
mod cors;
mod media;
mod payload;
#[cfg(test)]
mod payload_tests;
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

pub use media::Media;
pub use signature::TrustedKey;

use crate::{
    host::{Host, Outcome},
    template::{HttpApi, Template},
};
use routes::{Match, Routes};
use throttle::Throttles;

/// Most bytes of a request: API Gateway's limit of 10 MB.
const BODY_LIMIT: usize = 10 * 1024 * 1024;
/// How long API Gateway waits for a function.
const INTEGRATION_LIMIT: Duration = Duration::from_secs(30);
/// The id of a request, in its answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// What the gateway serves.
pub struct Config {
    /// Folder of the page.
    pub web: PathBuf,
    /// Where people open the page, such as `http://localhost:8080`.
    pub origin: String,
    /// How long to wait for a function; `None` for API Gateway's 30 seconds.
    pub integration_limit: Option<Duration>,
}

struct Gateway {
    config: Config,
    host: Host,
    media: Option<Media>,
    api: HttpApi,
    routes: Routes,
    throttles: Throttles,
    /// What every answer carries.
    policy: Vec<(HeaderName, String)>,
}

/// The gateway as a service that knows its peers' addresses
/// (`into_make_service_with_connect_info::<SocketAddr>()`).
pub fn router(template: &Template, host: Host, media: Option<Media>, config: Config) -> Router {
    let policy = template.web_headers.iter();
    let policy =
        policy.filter_map(|(name, value)| Some((web::policy_header(name)?, value.clone())));
    let gateway = Gateway {
        routes: Routes::new(&template.functions),
        throttles: Throttles::new(template.api.clone()),
        api: template.api.clone(),
        policy: policy.collect(),
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
    let path = parts.uri.path();
    let mut response = if let Some(media) = gateway
        .media
        .as_ref()
        .filter(|_| path.starts_with("/media/"))
    {
        media
            .serve(&parts.method, path, parts.uri.query().unwrap_or_default(), &parts.headers)
            .await
    } else if path.starts_with("/v1/") || gateway.routes.has(path) {
        gateway.api(&parts, body, peer).await
    } else if let Some(moved) = web::moved(&gateway.config.origin, path, &parts.headers) {
        moved
    } else {
        web::serve(&gateway.config.web, &parts.method, path, &parts.headers).await
    };
    for (name, value) in &gateway.policy {
        answers::set(response.headers_mut(), name.clone(), value);
    }
    response
}

impl Gateway {
    /// API Gateway's part.
    async fn api(&self, parts: &Parts, body: Body, peer: SocketAddr) -> Response<Body> {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let cors = self.api.cors.as_ref();
        let mut response =
            if let Some(response) = cors::preflight(cors, &parts.method, &parts.headers) {
                response
            } else {
                let mut response = self.routed(parts, body, peer, &id).await;
                cors::add(cors, &parts.headers, response.headers_mut());
                response
            };
        answers::set(response.headers_mut(), REQUEST_ID, &id);
        response
    }

    async fn routed(
        &self,
        parts: &Parts,
        body: Body,
        peer: SocketAddr,
        id: &str,
    ) -> Response<Body> {
        let Some(found) = self.routes.find(parts.method.as_str(), parts.uri.path()) else {
            return answers::message(StatusCode::NOT_FOUND, "Not Found");
        };
        if !self.throttles.admit(&found.route.key(), Instant::now()) {
            return answers::message(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests");
        }
        let Some(body) = whole(&parts.headers, body).await else {
            return answers::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        };
        let event = payload::event(&self.request(parts, &body, peer, id), &found);
        self.call(&found, Bytes::from(event.to_string())).await
    }

    fn request<'a>(
        &self,
        parts: &'a Parts,
        body: &'a Bytes,
        peer: SocketAddr,
        id: &'a str,
    ) -> payload::Request<'a> {
        payload::Request {
            id,
            method: &parts.method,
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            headers: &parts.headers,
            body,
            source: peer.ip(),
            port: self
                .config
                .origin
                .rsplit(':')
                .next()
                .and_then(|port| port.parse().ok())
                .unwrap_or(80),
            now: OffsetDateTime::now_utc(),
        }
    }

    async fn call(&self, found: &Match<'_>, event: Bytes) -> Response<Body> {
        let limit = self.config.integration_limit.unwrap_or(INTEGRATION_LIMIT);
        match timeout(limit, self.host.invoke(found.function, event)).await {
            Ok(Outcome::Answer(answer)) => payload::response(&answer).unwrap_or_else(failed),
            Ok(Outcome::Failed(_)) => failed(),
            Ok(Outcome::RequestTooLarge) => {
                answers::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
            }
            Ok(Outcome::Throttled) | Err(_) => {
                answers::message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
            }
        }
    }
}

fn failed() -> Response<Body> {
    answers::message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// The whole body; `None` when it is over the limit.
async fn whole(headers: &HeaderMap, body: Body) -> Option<Bytes> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT) {
        return None;
    }
    to_bytes(body, BODY_LIMIT).await.ok()
}
