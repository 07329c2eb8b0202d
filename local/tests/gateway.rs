//! The gateway with a real function process behind it.

#![allow(clippy::unwrap_used)] // a test may stop where it is

mod support;

use std::{net::SocketAddr, path::Path, time::Duration};

use local::{
    gateway::{self, Config},
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
    /// A page, and the routes `ANY /v1/do/{do}` and `GET /v1/limited`.
    fn open() -> Self {
        let route = |method: &str, path: &str| Trigger::Http(Route { method: method.into(), path: path.into() });
        let triggers = vec![route("ANY", "/v1/do/{do}"), route("GET", "/v1/limited"), route("GET", "/elsewhere")];
        let function = support::function(Duration::from_secs(20), triggers);
        let (host, _) = support::host(function.clone(), |_| {});
        let web = tempfile::tempdir().unwrap();
        std::fs::write(web.path().join("index.html"), "<p>page").unwrap();
        let throttle = Throttle { rate: 0.001, burst: 1.0 };
        let cors = ApiCors { allow_origins: vec!["https://a.example".into()], ..ApiCors::default() };
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
        self.client.request(method, format!("{}{path}", self.origin)).body(body).send().await.unwrap()
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
    let config = Config { web: web.into(), origin: origin.clone(), integration_limit: Some(Duration::from_secs(2)) };
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
    assert_eq!((&event["rawQueryString"], &event["pathParameters"]["do"]), (&json!("x=1"), &json!("echo")));
    assert_eq!(event["requestContext"]["http"]["sourceIp"], "127.0.0.1");
    let tea = site.send(Method::PUT, "/v1/do/teapot", b"water".to_vec()).await;
    assert_eq!((tea.status().as_u16(), &tea.headers()["x-kind"]), (418, &"tea".parse().unwrap()));
    assert_eq!(tea.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(site.json("/elsewhere").await.1["event"]["routeKey"], "GET /elsewhere");
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
    assert_eq!(site.send(Method::HEAD, "/v1/limited", Vec::new()).await.status(), 404);
    assert_eq!(site.send(Method::OPTIONS, "/v1/limited", Vec::new()).await.status(), 404);
    site.close().await;
}

#[tokio::test]
async fn bodies_over_the_limits_are_refused() {
    let site = Site::open();
    // 5 MiB pass, but not as base64 within an event of at most 6 MiB.
    for (bytes, kind, status) in
        [(5 << 20, "text/plain", 200), (5 << 20, "image/jpeg", 413), (7 << 20, "text/plain", 413)]
    {
        let request = site.client.post(format!("{}/v1/do/echo", site.origin)).header("content-type", kind);
        let answer = request.body(vec![b'x'; bytes]).send().await.unwrap();
        assert_eq!(answer.status(), status, "{bytes} {kind}");
    }
    let huge = site.client.post(format!("{}/v1/do/echo", site.origin)).header("expect", "100-continue");
    let answer = huge.body(vec![b'x'; (10 << 20) + 1]).send().await;
    // The refusal may come before the body was sent, which some clients take for a broken connection.
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
    let preflight = site.client.request(Method::OPTIONS, format!("{}/v1/limited", site.origin));
    let preflight = preflight.header("origin", "https://a.example").header("access-control-request-method", "GET");
    let answer = preflight.send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://a.example");
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
