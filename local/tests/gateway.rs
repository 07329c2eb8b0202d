//! The gateway with a real function process behind it.

#![allow(clippy::unwrap_used)] // a test may stop where it is

mod support;

use std::time::Duration;

use local::{
    gateway::{self, GatewayConfig},
    host::Host,
    template::{ApiCors, HttpApi, Route, Template, Throttle, Trigger},
};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

const GZIPPED: &[u8] = b"\x1f\x8b\x08\x00\xff";

/// A gateway with a page and some routes of one function.
struct TestSite {
    host: Host,
    origin: String,
    _web: tempfile::TempDir,
}

fn template() -> Template {
    let mut triggers = Vec::new();
    for (method, path) in [
        ("ANY", "/v1/do/{do}"),
        ("GET", "/v1/limited"),
        ("GET", "/openapi.json"),
        ("PATCH", "/v1/albums/{album}"),
        ("GET", "/v1/albums/{album}"),
        ("GET", "/v1/albums/shared-with-me"),
        ("PUT", "/v1/photos/{photo}/tags/{tag}"),
    ] {
        triggers.push(Trigger::Http(Route { method: method.into(), path: path.into() }));
    }
    let throttle = Throttle { rate: 0.001, burst: 1.0 };
    let cors = ApiCors {
        allow_origins: vec!["https://a.example".into()],
        allow_methods: ["GET", "PUT", "PATCH"].map(str::to_owned).into(),
        allow_headers: vec!["content-type".into(), "if-match".into()],
        expose_headers: vec!["etag".into()],
        ..ApiCors::default()
    };
    Template {
        functions: vec![support::function(Duration::from_secs(20), triggers)],
        api: HttpApi {
            cors: Some(cors),
            route_throttles: [("GET /v1/limited".to_owned(), throttle)].into(),
            ..HttpApi::default()
        },
        web_headers: vec![("x-frame-options".into(), "DENY".into())],
        ..Template::default()
    }
}

impl TestSite {
    fn open() -> Self {
        let template = template();
        let (host, _) = support::host_of(&template.functions, |_| {});
        let web = tempfile::tempdir().unwrap();
        std::fs::write(web.path().join("index.html"), "<p>page").unwrap();
        std::fs::write(web.path().join("openapi.json"), "not this one").unwrap();
        let (listener, origin) = support::free_port();
        let config = GatewayConfig {
            web: web.path().into(),
            origin: origin.clone(),
            integration_limit: Some(Duration::from_secs(5)),
        };
        let gateway = gateway::router(&template, host.clone(), None, config);
        support::serve_gateway(listener, gateway);
        Self { host, origin, _web: web }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        Client::new().request(method, format!("{}{path}", self.origin))
    }

    async fn send(&self, method: Method, path: &str) -> Response {
        self.request(method, path).send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path).await
    }

    async fn status(&self, method: Method, path: &str) -> u16 {
        self.send(method, path).await.status().as_u16()
    }

    /// Returns status and JSON of the response to a `GET`.
    async fn json(&self, path: &str) -> (u16, Value) {
        let response = self.get(path).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Returns the event that the function gets of a request.
    async fn event(&self, method: Method, path: &str) -> Value {
        event_of(self.send(method, path).await).await
    }

    async fn close(self) {
        self.host.stop().await;
    }
}

/// Returns the event in a response of the function.
async fn event_of(response: Response) -> Value {
    let mut answer: Value = response.json().await.unwrap();
    answer["event"].take()
}

/// Returns status and JSON of API Gateway's own error.
fn api_error(status: u16, message: &str) -> (u16, Value) {
    (status, json!({ "message": message }))
}

#[tokio::test]
async fn a_request_reaches_its_function_and_the_answer_the_caller() {
    let site = TestSite::open();
    let response = site.get("/v1/do/echo?x=1").await;
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("apigw-requestid"));
    assert_eq!(response.headers()["x-frame-options"], "DENY");
    let event = event_of(response).await;
    assert_eq!(event["routeKey"], "ANY /v1/do/{do}");
    assert_eq!(event["rawQueryString"], "x=1");
    assert_eq!(event["pathParameters"]["do"], "echo");
    assert_eq!(event["requestContext"]["http"]["sourceIp"], "127.0.0.1");
    let teapot = site
        .request(Method::PUT, "/v1/do/teapot")
        .body("water")
        .send()
        .await
        .unwrap();
    assert_eq!(teapot.status(), 418);
    assert_eq!(teapot.headers()["x-kind"], "tea");
    assert_eq!(teapot.headers().get_all("set-cookie").iter().count(), 2);
    site.close().await;
}

#[tokio::test]
async fn a_route_outside_v1_hides_the_file_of_its_name() {
    let site = TestSite::open();
    let event = site.event(Method::GET, "/openapi.json?x=1").await;
    assert_eq!(event["routeKey"], "GET /openapi.json");
    let posted = site.send(Method::POST, "/openapi.json").await;
    assert_eq!(posted.status(), 404);
    assert_eq!(posted.json::<Value>().await.unwrap(), json!({ "message": "Not Found" }));
    site.close().await;
}

#[tokio::test]
async fn the_most_specific_route_of_the_method_is_chosen() {
    let site = TestSite::open();
    let shared = site.event(Method::GET, "/v1/albums/shared-with-me").await;
    assert_eq!(shared["routeKey"], "GET /v1/albums/shared-with-me");
    assert_eq!(shared.get("pathParameters"), None);
    let patched = site.event(Method::PATCH, "/v1/albums/shared-with-me").await;
    assert_eq!(patched["routeKey"], "PATCH /v1/albums/{album}");
    assert_eq!(patched["requestContext"]["http"]["method"], "PATCH");
    site.close().await;
}

#[tokio::test]
async fn parameters_are_decoded() {
    let site = TestSite::open();
    let path = "/v1/photos/ana%40example.org/tags/%C3%A9t%C3%A9%20%25";
    let tagged = site.event(Method::PUT, path).await;
    assert_eq!(tagged["pathParameters"], json!({ "photo": "ana@example.org", "tag": "été %" }));
    assert_eq!(tagged["rawPath"], "/v1/photos/ana@example.org/tags/été %");
    // API Gateway decodes before it matches.
    assert_eq!(site.status(Method::PUT, "/v1/photos/p/tags/a%2Fb").await, 404);
    site.close().await;
}

#[tokio::test]
async fn bytes_pass_in_both_directions() {
    let site = TestSite::open();
    let response = site
        .request(Method::PATCH, "/v1/albums/a")
        .header("content-encoding", "gzip")
        .header("content-type", "application/json")
        .body(GZIPPED)
        .send()
        .await
        .unwrap();
    let event = event_of(response).await;
    assert_eq!(event["isBase64Encoded"], true);
    assert_eq!(event["body"], "H4sIAP8=");
    let bytes = site.get("/v1/do/bytes").await;
    assert_eq!(bytes.headers()["content-encoding"], "gzip");
    assert_eq!(bytes.headers()["content-length"], "5");
    assert_eq!(&bytes.bytes().await.unwrap()[..], GZIPPED);
    site.close().await;
}

#[tokio::test]
async fn head_is_a_method_like_any_other() {
    let site = TestSite::open();
    // The route is for GET.
    assert_eq!(site.status(Method::HEAD, "/v1/albums/a").await, 404);
    let of_any_method = site.send(Method::HEAD, "/v1/do/teapot").await;
    assert_eq!(of_any_method.status(), 418);
    assert_eq!(of_any_method.headers()["x-kind"], "tea");
    let page = site.send(Method::HEAD, "/").await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["content-length"], "7");
    site.close().await;
}

#[tokio::test]
async fn failures_are_answered_as_api_gateway_does() {
    let site = TestSite::open();
    for wish in ["fail", "crash", "broken", "large"] {
        let answer = site.json(&format!("/v1/do/{wish}")).await;
        assert_eq!(answer, api_error(500, "Internal Server Error"), "{wish}");
    }
    let too_late = site.json("/v1/do/sleep").await;
    assert_eq!(too_late, api_error(503, "Service Unavailable"));
    let missing = site.json("/v1/nothing").await;
    assert_eq!(missing, api_error(404, "Not Found"));
    for method in [Method::HEAD, Method::OPTIONS] {
        assert_eq!(site.status(method, "/v1/limited").await, 404);
    }
    site.close().await;
}

#[tokio::test]
async fn bodies_over_the_limits_are_refused() {
    let site = TestSite::open();
    // 5 MiB pass, but not as base64 within an event of at most 6 MiB.
    for (size, content_type, status) in
        [(5 << 20, "text/plain", 200), (5 << 20, "image/jpeg", 413), (7 << 20, "text/plain", 413)]
    {
        let response = site
            .request(Method::POST, "/v1/do/echo")
            .header("content-type", content_type)
            .body(vec![b'x'; size])
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{size} {content_type}");
    }
    let over_the_limit = site
        .request(Method::POST, "/v1/do/echo")
        .header("expect", "100-continue")
        .body(vec![b'x'; (10 << 20) + 1])
        .send()
        .await;
    // The refusal may come before the body was sent, which some clients take for a broken
    // connection.
    if let Ok(response) = over_the_limit {
        assert_eq!(response.status(), 413);
    }
    site.close().await;
}

#[tokio::test]
async fn a_route_has_its_throttle() {
    let site = TestSite::open();
    assert_eq!(site.status(Method::GET, "/v1/limited").await, 200);
    assert_eq!(site.json("/v1/limited").await, api_error(429, "Too Many Requests"));
    assert_eq!(site.status(Method::GET, "/v1/do/echo").await, 200);
    site.close().await;
}

async fn preflight(site: &TestSite, origin: &str, method: &str) -> Response {
    site.request(Method::OPTIONS, "/v1/albums/a")
        .header("origin", origin)
        .header("access-control-request-headers", "if-match")
        .header("access-control-request-method", method)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn cors_follows_the_template() {
    let site = TestSite::open();
    for method in ["PATCH", "PUT"] {
        let allowed = preflight(&site, "https://a.example", method).await;
        assert_eq!(allowed.status(), 204);
        let headers = allowed.headers();
        assert_eq!(headers["access-control-allow-origin"], "https://a.example");
        assert_eq!(headers["access-control-allow-methods"], "GET,PUT,PATCH");
        assert_eq!(headers["access-control-allow-headers"], "content-type,if-match");
    }
    let other = preflight(&site, "https://b.example", "PATCH").await;
    assert!(!other.headers().contains_key("access-control-allow-origin"));
    let patched = site
        .request(Method::PATCH, "/v1/albums/a")
        .header("origin", "https://a.example")
        .send()
        .await
        .unwrap();
    assert_eq!(patched.headers()["access-control-allow-origin"], "https://a.example");
    assert_eq!(patched.headers()["access-control-expose-headers"], "etag");
    site.close().await;
}

#[tokio::test]
async fn the_page_is_at_the_root() {
    let site = TestSite::open();
    let page = site.get("/").await;
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    assert_eq!(page.text().await.unwrap(), "<p>page");
    assert_eq!(site.status(Method::GET, "/nothing.js").await, 404);
    assert_eq!(site.status(Method::POST, "/").await, 405);
    site.close().await;
}
