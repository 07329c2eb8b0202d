//! A Lambda function that does what its event asks: the host's tests run it.

use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::var_os("FAIL_TO_START").is_some() {
        return Err("cannot start".into());
    }
    lambda_runtime::run(service_fn(answer)).await
}

async fn answer(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    match event["do"].as_str().unwrap_or("echo") {
        "fail" => Err("asked to fail".into()),
        "crash" => std::process::exit(7),
        "large" => Ok(json!("x".repeat(7 * 1024 * 1024))),
        "environment" => Ok(std::env::vars().map(|(name, value)| (name, json!(value))).collect()),
        "sleep" => {
            tokio::time::sleep(Duration::from_millis(event["milliseconds"].as_u64().unwrap_or(0))).await;
            Ok(json!({ "pid": std::process::id(), "deadline": context.deadline }))
        }
        _ => Ok(json!({ "pid": std::process::id(), "event": event, "deadline": context.deadline })),
    }
}
