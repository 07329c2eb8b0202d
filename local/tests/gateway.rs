//! The gateway with a real function process behind it.

#![allow(clippy::unwrap_used)] // a test may stop where it is

mod support;

use std::{net::SocketAddr, path::Path, time::Duration};

use local::{
    gateway::{self, GatewayConfig},
    host::Host,
    template::{ApiCors, HttpApi, Route, Template, Throttle, Trigger},
};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};

struct Site {
    host: Host,
    origin: String,
    client: Client,
    _web: tempfile::TempDir,
}

impl Site {
    /// A page, and some routes.
    fn open() -> Self {
        let route = |method: &str, path: &str| {
            Trigger::Http(Route { method: method.into(), path: path.into() })
        };
        let triggers = vec![
            route("ANY", "/v1/do/{do}"),
            route("GET", "/v1/limited"),
            route("GET", "/openapi.json"),
            route("PATCH", "/v1/albums/{album}"),
            route("GET", "/v1/albums/{album}"),
            route("GET", "/v1/albums/shared-with-me"),
            route("PUT", "/v1/photos/{photo}/tags/{tag}"),
        ];
        let function = support::function(Duration::from_secs(20), triggers);
        let (host, _) = support::host(function.clone(), |_| {});
        let web = tempfile::tempdir().unwrap();
        std::fs::write(web.path().join("index.html"), "<p>page").unwrap();
        std::fs::write(web.path().join("openapi.json"), "not this one").unwrap();
        let throttle = Throttle { rate: 0.001, burst: 1.0 };
        let cors = ApiCors {
            allow_origins: vec!["https://a.example".into()],
            allow_methods: ["GET", "PUT", "PATCH"].map(str::to_owned).into(),
            allow_headers: vec!["content-type".into(), "if-match".into()],
            expose_headers: vec!["etag".into()],
            ..ApiCors::default()
        };
        let template = Template {
            functions: vec![function],
            api: HttpApi {
                cors: Some(cors),
                route_throttles: [("GET /v1/limited".to_owned(), throttle)].into(),
                ..HttpApi::default()
            },
            web_headers: vec![("x-frame-options".into(), "DENY".into())],
            ..Template::default()
        };
        let origin = serve(&template, host.clone(), web.path());
        Self { host, origin, client: Client::new(), _web: web }
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Response {
        self.client
            .request(method, format!("{}{path}", self.origin))
            .body(body)
            .send()
            .await
            .unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, Vec::new()).await
    }

    /// Status and JSON of an answer.
    async fn json(&self, path: &str) -> (u16, Value) {
        let answer = self.get(path).await;
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn close(self) {
        self.host.stop().await;
    }
}

fn serve(template: &Template, host: Host, web: &Path) -> String {
    let listener = local::dynamodb::listen(0).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let config = GatewayConfig {
        web: web.into(),
        origin: origin.clone(),
        integration_limit: Some(Duration::from_secs(2)),
    };
    let router = gateway::router(template, host, None, config);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    origin
}

#[tokio::test]
async fn a_request_reaches_its_function_and_the_answer_the_caller() {
    let site = Site::open();
    let answer = site.get("/v1/do/echo?x=1").await;
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("apigw-requestid"));
    assert_eq!(answer.headers()["x-frame-options"], "DENY");
    let event = answer.json::<Value>().await.unwrap()["event"].clone();
    assert_eq!(event["routeKey"], "ANY /v1/do/{do}");
    assert_eq!(
        (&event["rawQueryString"], &event["pathParameters"]["do"]),
        (&json!("x=1"), &json!("echo"))
    );
    assert_eq!(event["requestContext"]["http"]["sourceIp"], "127.0.0.1");
    let tea = site
        .send(Method::PUT, "/v1/do/teapot", b"water".to_vec())
        .await;
    assert_eq!((tea.status().as_u16(), &tea.headers()["x-kind"]), (418, &"tea".parse().unwrap()));
    assert_eq!(tea.headers().get_all("set-cookie").iter().count(), 2);
    site.close().await;
}

#[tokio::test]
async fn a_route_outside_v1_hides_the_file_of_its_name() {
    let site = Site::open();
    assert_eq!(site.json("/openapi.json?x=1").await.1["event"]["routeKey"], "GET /openapi.json");
    let missing = site.send(Method::POST, "/openapi.json", Vec::new()).await;
    assert_eq!(
        (missing.status().as_u16(), missing.json().await.unwrap()),
        (404, json!({ "message": "Not Found" }))
    );
    site.close().await;
}

#[tokio::test]
async fn the_most_specific_route_of_the_method_is_taken_with_its_parameters_decoded() {
    let site = Site::open();
    let event = async |method: Method, path: &str| {
        site.send(method, path, Vec::new())
            .await
            .json::<Value>()
            .await
            .unwrap()["event"]
            .clone()
    };
    let shared = event(Method::GET, "/v1/albums/shared-with-me").await;
    assert_eq!(
        (&shared["routeKey"], shared.get("pathParameters")),
        (&json!("GET /v1/albums/shared-with-me"), None)
    );
    let patched = event(Method::PATCH, "/v1/albums/shared-with-me").await;
    assert_eq!(patched["routeKey"], "PATCH /v1/albums/{album}");
    assert_eq!(patched["requestContext"]["http"]["method"], "PATCH");
    let tagged = event(Method::PUT, "/v1/photos/ana%40example.org/tags/%C3%A9t%C3%A9%20%25").await;
    assert_eq!(tagged["pathParameters"], json!({ "photo": "ana@example.org", "tag": "été %" }));
    assert_eq!(tagged["rawPath"], "/v1/photos/ana@example.org/tags/été %");
    // API Gateway decodes before it matches.
    assert_eq!(
        site.send(Method::PUT, "/v1/photos/p/tags/a%2Fb", Vec::new())
            .await
            .status(),
        404
    );
    site.close().await;
}

#[tokio::test]
async fn bytes_pass_in_both_directions() {
    let site = Site::open();
    let request = site
        .client
        .patch(format!("{}/v1/albums/a", site.origin))
        .header("content-encoding", "gzip");
    let request = request
        .header("content-type", "application/json")
        .body(&b"\x1f\x8b\x08\x00\xff"[..]);
    let event = request.send().await.unwrap().json::<Value>().await.unwrap()["event"].clone();
    assert_eq!((&event["isBase64Encoded"], &event["body"]), (&json!(true), &json!("H4sIAP8=")));
    let answer = site.get("/v1/do/bytes").await;
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers()["content-length"], "5");
    assert_eq!(&answer.bytes().await.unwrap()[..], b"\x1f\x8b\x08\x00\xff");
    site.close().await;
}

#[tokio::test]
async fn head_is_a_method_like_any_other() {
    let site = Site::open();
    assert_eq!(
        site.send(Method::HEAD, "/v1/albums/a", Vec::new())
            .await
            .status(),
        404,
        "the route is for GET"
    );
    let any = site.send(Method::HEAD, "/v1/do/teapot", Vec::new()).await;
    assert_eq!((any.status().as_u16(), &any.headers()["x-kind"]), (418, &"tea".parse().unwrap()));
    let page = site.send(Method::HEAD, "/", Vec::new()).await;
    assert_eq!(
        (page.status().as_u16(), &page.headers()["content-length"]),
        (200, &"7".parse().unwrap())
    );
    site.close().await;
}

#[tokio::test]
async fn failures_are_answered_as_api_gateway_does() {
    let site = Site::open();
    for wish in ["fail", "crash", "broken", "large"] {
        let (status, body) = site.json(&format!("/v1/do/{wish}")).await;
        assert_eq!((status, body), (500, json!({ "message": "Internal Server Error" })), "{wish}");
    }
    let unavailable = (503, json!({ "message": "Service Unavailable" }));
    assert_eq!(site.json("/v1/do/sleep").await, unavailable, "over the integration's limit");
    let missing = (404, json!({ "message": "Not Found" }));
    assert_eq!(site.json("/v1/nothing").await, missing);
    assert_eq!(
        site.send(Method::HEAD, "/v1/limited", Vec::new())
            .await
            .status(),
        404
    );
    assert_eq!(
        site.send(Method::OPTIONS, "/v1/limited", Vec::new())
            .await
            .status(),
        404
    );
    site.close().await;
}

#[tokio::test]
async fn bodies_over_the_limits_are_refused() {
    let site = Site::open();
    // 5 MiB pass, but not as base64 within an event of at most 6 MiB.
    for (bytes, kind, status) in
        [(5 << 20, "text/plain", 200), (5 << 20, "image/jpeg", 413), (7 << 20, "text/plain", 413)]
    {
        let request = site
            .client
            .post(format!("{}/v1/do/echo", site.origin))
            .header("content-type", kind);
        let answer = request.body(vec![b'x'; bytes]).send().await.unwrap();
        assert_eq!(answer.status(), status, "{bytes} {kind}");
    }
    let huge = site
        .client
        .post(format!("{}/v1/do/echo", site.origin))
        .header("expect", "100-continue");
    let answer = huge.body(vec![b'x'; (10 << 20) + 1]).send().await;
    // The refusal may come before the body was sent, which some clients take for a broken
    // connection.
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status() == 413));
    site.close().await;
}

#[tokio::test]
async fn a_route_has_its_throttle() {
    let site = Site::open();
    assert_eq!(site.json("/v1/limited").await.0, 200);
    assert_eq!(site.json("/v1/limited").await, (429, json!({ "message": "Too Many Requests" })));
    assert_eq!(site.json("/v1/do/echo").await.0, 200);
    site.close().await;
}

#[tokio::test]
async fn cors_follows_the_template() {
    let site = Site::open();
    let url = format!("{}/v1/albums/a", site.origin);
    let preflight = async |origin: &str, method: &str| {
        let request = site
            .client
            .request(Method::OPTIONS, &url)
            .header("origin", origin);
        let request = request.header("access-control-request-headers", "if-match");
        request
            .header("access-control-request-method", method)
            .send()
            .await
            .unwrap()
    };
    for method in ["PATCH", "PUT"] {
        let answer = preflight("https://a.example", method).await;
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.headers()["access-control-allow-origin"], "https://a.example");
        assert_eq!(answer.headers()["access-control-allow-methods"], "GET,PUT,PATCH");
        assert_eq!(answer.headers()["access-control-allow-headers"], "content-type,if-match");
    }
    let other = preflight("https://b.example", "PATCH").await;
    assert!(!other.headers().contains_key("access-control-allow-origin"));
    let sent = site
        .client
        .patch(&url)
        .header("origin", "https://a.example")
        .send()
        .await
        .unwrap();
    assert_eq!(sent.headers()["access-control-allow-origin"], "https://a.example");
    assert_eq!(sent.headers()["access-control-expose-headers"], "etag");
    site.close().await;
}

#[tokio::test]
async fn the_page_is_at_the_root() {
    let site = Site::open();
    let page = site.get("/").await;
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    assert_eq!(page.text().await.unwrap(), "<p>page");
    assert_eq!(site.get("/nothing.js").await.status(), 404);
    assert_eq!(site.send(Method::POST, "/", Vec::new()).await.status(), 405);
    site.close().await;
}
