//! From request to response: what is the same for every route.

use http::{HeaderValue, StatusCode, header};
use lambda_http::{Body, RequestExt, Response, request::RequestContext};
use serde_json::json;
use tracing::Instrument;

use super::{Access, Call, Gate, Problem, Reply, Route, Spec, finish, replay};
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
    let outcome = activity::during(route.action(), &id, run(route, &call))
        .instrument(span.clone())
        .await;
    let asked = call.headers();
    let reply = match outcome {
        Ok(reply) => finish::cacheable(reply, call.request().method(), asked),
        Err(error) => span.in_scope(|| refuse(error, &id)),
    };
    let reply = finish::compressed(finish::limited(reply, &call.taken()), asked);
    let reply = finish::bounded(reply).unwrap_or_else(|error| span.in_scope(|| refuse(error, &id)));
    let status = reply.status.as_u16();
    measure.finish(&spec.name(), status >= 500, json!({"status": status, "request_id": id}));
    finish::respond(reply, &id)
}

/// API Gateway's id, which its access log has, too; else Lambda's.
fn request_id(request: &lambda_http::Request) -> String {
    let gateway = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let lambda = || {
        request
            .lambda_context_ref()
            .map(|context| context.request_id.clone())
    };
    let given = gateway.or_else(lambda).filter(|id| !id.is_empty());
    given.unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
}

async fn run(route: &dyn Route, call: &Call<'_>) -> Result<Reply> {
    let spec = call.spec();
    call.gate().edge().check(call.headers())?;
    call.gate().check_site(call.request())?;
    let signed_in = spec.access == Access::SignedIn;
    if spec.overlaps {
        let outcome = guard(route.handle(call)).await;
        // It may have finished first, or failed: neither says who may know.
        call.caller().await?;
        return outcome;
    }
    let caller = if signed_in { Some(call.caller().await?) } else { None };
    if let Some(caller) = caller {
        activity::by(caller.user);
    }
    if let Some(policy) = spec.policy {
        let who = caller.map_or_else(|| call.address(), |caller| caller.user.to_string());
        call.limit(policy, &who).await?;
    }
    replay::answer(route, call).await
}

fn refuse(error: Error, id: &str) -> Reply {
    match &error {
        Error::Unavailable { .. } | Error::Internal(_) => {
            tracing::error!(error = error.chain(), "failed");
        }
        _ => tracing::info!(error = error.chain(), "refused"),
    }
    let after = match &error {
        Error::TooMany { after, .. } | Error::TooManyToday { after, .. } => Some(*after),
        Error::TooManyOpen { .. } => Some(60),
        Error::InFlight => Some(2),
        Error::Unavailable { .. } => Some(seconds_until_awake(&error).unwrap_or(2)),
        _ => None,
    };
    let problem = Problem::of(error, id);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = Reply::json(status, &problem).uncached();
    reply
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    match (status, after) {
        (_, Some(seconds)) => reply.with(header::RETRY_AFTER, &seconds.to_string()),
        (StatusCode::UNAUTHORIZED, _) => {
            reply.with(header::WWW_AUTHENTICATE, "Bearer realm=\"albumen\"")
        }
        _ => reply,
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
        let response = dispatch(&Fails(outcome), &spec, &gate, request).await;
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
