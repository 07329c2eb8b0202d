//! From request to response: what is the same for every route.

use http::{HeaderValue, Method, StatusCode, header};
use lambda_http::{Body, RequestExt, Response, request::RequestContext};
use serde_json::json;
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{Access, Call, Gate, Problem, Reply, Route, Spec};
use crate::{
    error::{Error, Result, guard},
    telemetry::Measure,
};

/// Answers one request by this route. Never fails: a failure is a response too.
pub async fn dispatch(route: &dyn Route, gate: &Gate, request: lambda_http::Request) -> Response<Body> {
    let measure = Measure::start();
    let (spec, id) = (route.spec(), request_id(&request));
    let method = request.method().clone();
    let matches = request.headers().get(header::IF_NONE_MATCH).cloned();
    let span = tracing::info_span!("request", request_id = %id, route = %spec.name());
    let outcome = run(route, &spec, gate, request).instrument(span.clone()).await;
    let reply = match outcome {
        Ok(reply) => finish(reply, &method, matches.as_ref()),
        Err(error) => span.in_scope(|| refuse(error, &id)),
    };
    let status = reply.status.as_u16();
    measure.finish(&spec.name(), status >= 500, json!({"status": status, "request_id": id}));
    respond(reply, &id)
}

/// API Gateway's id, which its access log has, too; else Lambda's.
fn request_id(request: &lambda_http::Request) -> String {
    let gateway = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let lambda = || request.lambda_context_ref().map(|context| context.request_id.clone());
    let given = gateway.or_else(lambda).filter(|id| !id.is_empty());
    given.unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
}

async fn run(route: &dyn Route, spec: &Spec, gate: &Gate, request: lambda_http::Request) -> Result<Reply> {
    gate.check_site(&request)?;
    let call = Call::new(request, gate);
    let signed_in = spec.access == Access::SignedIn;
    if signed_in && !spec.overlaps {
        call.caller().await?;
    }
    let outcome = guard(route.handle(&call)).await;
    if signed_in {
        // An overlapping route may have finished first, or failed: neither says who may know.
        call.caller().await?;
    }
    outcome
}

fn refuse(error: Error, id: &str) -> Reply {
    match &error {
        Error::Unavailable { .. } | Error::Internal(_) => tracing::error!(error = error.chain(), "failed"),
        _ => tracing::info!(error = error.chain(), "refused"),
    }
    let problem = Problem::of(error, id);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = Reply::json(status, &problem).uncached();
    reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    match status {
        StatusCode::SERVICE_UNAVAILABLE => reply.with(header::RETRY_AFTER, "2"),
        StatusCode::UNAUTHORIZED => reply.with(header::WWW_AUTHENTICATE, "Bearer realm=\"albumen\""),
        _ => reply,
    }
}

/// Adds what every good answer has; a GET whose `ETag` the caller has is a 304 without a body.
fn finish(reply: Reply, method: &Method, matches: Option<&HeaderValue>) -> Reply {
    let kept = reply.headers.contains_key(header::CACHE_CONTROL);
    let reply = if kept { reply } else { reply.with(header::CACHE_CONTROL, "private, no-cache") };
    if *method != Method::GET || reply.status != StatusCode::OK {
        return reply;
    }
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&reply.body)[..12]));
    let known = matches.and_then(|m| m.to_str().ok()).is_some_and(|m| lists(m, &tag));
    let reply = reply.with(header::ETAG, &tag);
    if known { Reply { status: StatusCode::NOT_MODIFIED, body: Vec::new(), ..reply } } else { reply }
}

/// RFC 9110, section 13.1.2: a list of tags, compared weakly, or `*`.
fn lists(header: &str, tag: &str) -> bool {
    header.split(',').map(str::trim).any(|t| t == "*" || t.strip_prefix("W/").unwrap_or(t) == tag)
}

fn respond(reply: Reply, id: &str) -> Response<Body> {
    let reply = reply.with(http::HeaderName::from_static("x-request-id"), id);
    let body = match String::from_utf8(reply.body) {
        Ok(text) if text.is_empty() => Body::Empty,
        Ok(text) => Body::Text(text),
        Err(bytes) => Body::Binary(bytes.into_bytes()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tag_is_not_sent_again() {
        let first = finish(Reply::ok(&json!({"a": 1})), &Method::GET, None);
        let tag = first.headers[header::ETAG].clone();
        let second = finish(Reply::ok(&json!({"a": 1})), &Method::GET, Some(&tag));
        assert_eq!((second.status, second.body.len()), (StatusCode::NOT_MODIFIED, 0));
        let changed = finish(Reply::ok(&json!({"a": 2})), &Method::GET, Some(&tag));
        assert_eq!(changed.status, StatusCode::OK);
        assert!(lists("W/\"x\", \"y\"", "\"y\"") && !lists("\"x\"", "\"y\""));
    }

    #[test]
    fn a_fault_never_explains_itself() {
        let reply = refuse(Error::internal("secret detail"), "id-1");
        let text = String::from_utf8(reply.body).expect("text");
        assert!(text.contains("id-1") && !text.contains("secret"), "{text}");
    }

    struct Fails(fn() -> Result<Reply>, Spec);

    #[async_trait::async_trait]
    impl Route for Fails {
        fn spec(&self) -> Spec {
            self.1.clone()
        }

        async fn handle(&self, _: &Call<'_>) -> Result<Reply> {
            (self.0)()
        }
    }

    async fn answer(outcome: fn() -> Result<Reply>, spec: Spec) -> (u16, String) {
        let request = http::Request::get("/v1/x").body(Body::Empty).expect("a request");
        let gate = Gate::without_sessions("https://albumen.example");
        let response = dispatch(&Fails(outcome, spec), &gate, request).await;
        let id = response.headers()["x-request-id"].to_str().expect("text").to_owned();
        let body = String::from_utf8(response.body().to_vec()).expect("text");
        assert!(body.contains(&id), "the problem names the request: {body}");
        (response.status().as_u16(), body)
    }

    #[tokio::test]
    async fn a_panic_is_a_500_with_the_request_s_id() {
        let (status, body) = answer(|| panic!("secret detail"), Spec::get("/v1/x").open()).await;
        assert_eq!(status, 500);
        assert!(body.contains("/problems/internal") && !body.contains("secret"), "{body}");
    }

    #[tokio::test]
    async fn an_overlapping_route_s_answer_is_kept_from_who_is_not_admitted() {
        let secrets: [fn() -> Result<Reply>; 2] =
            [|| Ok(Reply::ok(&json!({"secret": 1}))), || Err(Error::NotFound { what: "album" })];
        for outcome in secrets {
            let (status, body) = answer(outcome, Spec::get("/v1/x").overlapping()).await;
            assert_eq!(status, 401, "{body}");
        }
    }
}
