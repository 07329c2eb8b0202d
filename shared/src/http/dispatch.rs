//! From request to response: what is the same for every route.

use http::{HeaderValue, StatusCode, header};
use lambda_http::{Body, RequestExt, Response, request::RequestContext};
use serde_json::json;
use tracing::Instrument;

use super::{Call, Gate, Problem, Reply, Route, Spec, finish, replay};
use crate::{
    activity,
    error::{Error, Result, guard},
    stores::seconds_until_awake,
    telemetry::Measure,
};

/// Answers one request by this route. Never fails: a failure is a response too.
pub async fn dispatch(
    route: &dyn Route,
    spec: &Spec,
    gate: &Gate,
    request: lambda_http::Request,
) -> Response<Body> {
    let measure = Measure::start();
    let id = request_id(&request);
    let span = tracing::info_span!("request", request_id = %id, route = %spec.name());
    let call = Call::new(request, gate, spec);
    let outcome = activity::during(route.action(), &id, admit_and_answer(route, &call))
        .instrument(span.clone())
        .await;
    let reply = span.in_scope(|| finished(outcome, &call, &id));
    let status = reply.status.as_u16();
    measure.finish(&spec.name(), status >= 500, json!({"status": status, "request_id": id}));
    finish::respond(reply, &id)
}

/// API Gateway's id, which its access log has, too; else Lambda's; else one of our own.
fn request_id(request: &lambda_http::Request) -> String {
    if let Some(RequestContext::ApiGatewayV2(context)) = request.request_context_ref()
        && let Some(id) = &context.request_id
        && !id.is_empty()
    {
        return id.clone();
    }
    match request.lambda_context_ref() {
        Some(context) if !context.request_id.is_empty() => context.request_id.clone(),
        _ => uuid::Uuid::now_v7().to_string(),
    }
}

/// Checks the way that the request came, its caller and its limits, then lets the route answer.
async fn admit_and_answer(route: &dyn Route, call: &Call<'_>) -> Result<Reply> {
    let spec = call.spec();
    call.gate().edge().check(call.headers())?;
    call.gate().check_site(call.request())?;
    if spec.overlaps {
        let outcome = guard(route.handle(call)).await;
        // It may have finished first, or failed: neither says who may know.
        call.caller().await?;
        return outcome;
    }
    let counted_for = if spec.access.takes_session() {
        let caller = call.caller().await?;
        activity::by(caller.user);
        caller.user.to_string()
    } else {
        call.address()
    };
    if let Some(policy) = spec.policy {
        call.limit(policy, &counted_for).await?;
    }
    replay::answer(route, call).await
}

/// Turns the outcome into the answer that is sent: with its headers, compressed, no longer than
/// may be.
fn finished(outcome: Result<Reply>, call: &Call<'_>, id: &str) -> Reply {
    let asked = call.headers();
    let reply = match outcome {
        Ok(reply) => finish::cacheable(reply, call.request().method(), asked),
        Err(error) => refuse(error, id),
    };
    let limited = finish::limited(reply, &call.rate_limits());
    let compressed = finish::compressed(limited, asked);
    match compressed.and_then(finish::bounded) {
        Ok(bounded) => bounded,
        Err(error) => refuse(error, id),
    }
}

/// Turns a failure into its answer, and writes it into the log.
fn refuse(error: Error, id: &str) -> Reply {
    match &error {
        Error::Unavailable { .. } | Error::Internal(_) => {
            tracing::error!(error = error.chain(), "failed");
        }
        _ => tracing::info!(error = error.chain(), "refused"),
    }
    let retry_after = seconds_until_retry(&error);
    let problem = Problem::of(error, id);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = Reply::json(status, &problem).uncached();
    reply
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = retry_after {
        return reply.with(header::RETRY_AFTER, &seconds.to_string());
    }
    if status == StatusCode::UNAUTHORIZED {
        return reply.with(header::WWW_AUTHENTICATE, "Bearer realm=\"albumen\"");
    }
    reply
}

/// Returns the seconds after which it is worth to ask again; `None` when time changes nothing.
fn seconds_until_retry(error: &Error) -> Option<u32> {
    match error {
        Error::TooMany { after, .. } | Error::TooManyToday { after, .. } => Some(*after),
        Error::TooManyOpen { .. } => Some(60),
        Error::InFlight => Some(2),
        Error::Unavailable { .. } => Some(seconds_until_awake(error).unwrap_or(2)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Doc;

    #[test]
    fn a_fault_never_explains_itself() {
        let reply = refuse(Error::internal("secret detail"), "id-1");
        let text = String::from_utf8(reply.body).expect("text");
        assert!(text.contains("id-1") && !text.contains("secret"), "{text}");
    }

    struct Fails(fn() -> Result<Reply>);

    #[async_trait::async_trait]
    impl Route for Fails {
        fn spec() -> Spec {
            Spec::get("/v1/x")
        }

        fn doc() -> Doc {
            Doc::new("Fails")
        }

        async fn handle(&self, _: &Call<'_>) -> Result<Reply> {
            (self.0)()
        }
    }

    async fn answer(outcome: fn() -> Result<Reply>, spec: Spec) -> (u16, String) {
        let request = http::Request::get("/v1/x")
            .body(Body::Empty)
            .expect("a request");
        let gate = Gate::without_sessions("https://albumen.example");
        let response = Box::pin(dispatch(&Fails(outcome), &spec, &gate, request)).await;
        let id = response.headers()["x-request-id"]
            .to_str()
            .expect("text")
            .to_owned();
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
