//! Lambda's Invoke API, as the SDKs and `local invoke` use it.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use super::{function, support};

fn invoke(origin: &str, name: &str) -> RequestBuilder {
    Client::new().post(format!("{origin}/2015-03-31/functions/{name}/invocations"))
}

#[tokio::test]
async fn calls_are_answered_as_lambda_answers_them() {
    let (host, origin) = support::host(function(Duration::from_secs(20)), |_| {});
    let call = async |name: &str, body: &'static str| {
        let request = invoke(&origin, name).body(body);
        request.send().await.unwrap()
    };
    let good = call("Echo", r#"{"a":1}"#).await;
    assert_eq!(good.status(), 200);
    assert_eq!(good.headers().get("x-amz-function-error"), None);
    assert_eq!(good.json::<Value>().await.unwrap()["event"]["a"], 1);
    let failed = call("echo-function", r#"{"do":"fail"}"#).await;
    assert_eq!(failed.status(), 200);
    assert_eq!(failed.headers()["x-amz-function-error"], "Unhandled");
    let unknown = call("Nobody", "{}").await;
    assert_eq!(unknown.status(), 404);
    assert_eq!(unknown.headers()["x-amzn-errortype"], "ResourceNotFoundException");
    let no_json = call("Echo", "{").await;
    assert_eq!(no_json.status(), 400);
    host.stop().await;
}

#[tokio::test]
async fn an_event_is_accepted_and_has_less_room_than_a_call() {
    let (host, origin) = support::host(function(Duration::from_secs(20)), |_| {});
    let event = || invoke(&origin, "Echo").header("x-amz-invocation-type", "Event");
    let accepted = event().body("{}").send().await.unwrap();
    assert_eq!(accepted.status(), 202);
    assert_eq!(accepted.text().await.unwrap(), "");
    let over_one_mebibyte = format!("\"{}\"", "x".repeat(1024 * 1024));
    let refused = event().body(over_one_mebibyte).send().await.unwrap();
    assert_eq!(refused.status(), 413);
    host.stop().await;
}
