//! A function in this process, to be asked as API Gateway asks it: with settings of a test's own,
//! and killed at any point.

use lambda_http::{Body, Context, RequestExt, Response};
use reqwest::header::HeaderMap;
use serde_json::{Map, Value, json};
use shared::{
    env::Env,
    http::{Gate, Route, dispatch},
};

/// A request of a browser.
#[derive(Clone, Default)]
pub struct BrowserRequest {
    /// Its query parameters.
    pub query: Vec<(String, String)>,
    /// Its cookies: pairs with `; ` between them.
    pub cookies: String,
    /// Its body.
    pub body: Option<Value>,
    /// Its `Idempotency-Key`.
    pub key: Option<String>,
}

/// A function in this process.
pub struct Function<R> {
    /// The route.
    pub route: R,
    /// The environment of its gate.
    pub env: Env,
}

impl<R: Route> Function<R> {
    /// Answers a request. What it claims under its `Idempotency-Key` has ended by the next one.
    ///
    /// # Panics
    /// When the request is none.
    pub async fn ask(&self, asked: &BrowserRequest) -> FunctionResponse {
        let mut context = Context::default();
        context.deadline = 1;
        let event = event::<R>(asked).to_string();
        let request = lambda_http::request::from_str(&event).expect("a request");
        let spec = R::spec();
        let gate = Gate::open(&self.env, &spec).expect("a gate");
        let request = request.with_lambda_context(context);
        let response = Box::pin(dispatch(&self.route, &spec, &gate, request)).await;
        FunctionResponse(response)
    }
}

fn event<R: Route>(asked: &BrowserRequest) -> Value {
    let spec = R::spec();
    let mut headers = Map::new();
    headers.insert("cookie".to_owned(), asked.cookies.as_str().into());
    headers.insert("sec-fetch-site".to_owned(), "same-origin".into());
    headers.insert("content-type".to_owned(), "application/json".into());
    if let Some(key) = &asked.key {
        headers.insert("idempotency-key".to_owned(), key.as_str().into());
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&asked.query)
        .finish();
    json!({
        "version": "2.0", "routeKey": spec.name(), "rawPath": spec.path, "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "http": {
                "method": spec.method.as_str(), "path": spec.path, "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
            },
            "requestId": "r", "stage": "$default", "timeEpoch": 0,
        },
        "body": asked.body.as_ref().map(Value::to_string),
        "isBase64Encoded": false,
    })
}

/// The answer of a function.
pub struct FunctionResponse(pub Response<Body>);

impl FunctionResponse {
    /// The status.
    pub fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The body; `null` when it is not JSON.
    pub fn body(&self) -> Value {
        serde_json::from_slice(self.0.body()).unwrap_or_default()
    }

    /// The body, of an answer with this status.
    ///
    /// # Panics
    /// When the status is another.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status(), status, "{}", self.body());
        self.body()
    }

    /// The last part of the problem's type, of an answer with this status.
    ///
    /// # Panics
    /// When the answer is another.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        let body = self.expect(status);
        let kind = body["type"].as_str().expect("a problem");
        kind.trim_start_matches("/problems/").to_owned()
    }

    /// Returns the pair of the cookie of this name that the answer sets; its attributes, too.
    ///
    /// # Panics
    /// When it sets none.
    #[track_caller]
    pub fn cookie(&self, name: &str) -> (String, String) {
        for cookie in self.headers().get_all("set-cookie") {
            let text = cookie.to_str().expect("text");
            let (pair, attributes) = text.split_once(';').expect("attributes");
            if pair.starts_with(&format!("{name}=")) {
                return (pair.to_owned(), attributes.trim().to_owned());
            }
        }
        panic!("sets no cookie {name}: {:?}", self.headers());
    }
}
