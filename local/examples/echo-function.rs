//! A Lambda function that does what its event asks: the tests of host, gateway and queues run it.
//!
//! The wish is `do` in the event, `{do}` in the path of a request, or the body of a message.

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
    if let Some(messages) = event["Records"].as_array() {
        return Ok(batch(messages));
    }
    let wish = event["do"]
        .as_str()
        .or(event["pathParameters"]["do"].as_str())
        .unwrap_or("echo");
    match wish {
        "fail" => Err("asked to fail".into()),
        "note" => note(&event, &context.request_id),
        "crash" => std::process::exit(7),
        "grow" => grow().await,
        "large" => Ok(json!("x".repeat(7 * 1024 * 1024))),
        "environment" => Ok(std::env::vars()
            .map(|(name, value)| (name, json!(value)))
            .collect()),
        "broken" => Ok(json!({ "statusCode": 42 })),
        "bytes" => Ok(json!({
            "statusCode": 200,
            "headers": { "content-type": "application/json", "content-encoding": "gzip" },
            "body": "H4sIAP8=",
            "isBase64Encoded": true,
        })),
        "teapot" => Ok(
            json!({ "statusCode": 418, "headers": { "x-kind": "tea" }, "cookies": ["a=1", "b=2"] }),
        ),
        "sleep" => {
            tokio::time::sleep(Duration::from_millis(
                event["milliseconds"].as_u64().unwrap_or(60_000),
            ))
            .await;
            Ok(json!({ "pid": std::process::id(), "deadline": context.deadline }))
        }
        _ => Ok(json!({ "pid": std::process::id(), "event": event, "deadline": context.deadline })),
    }
}

/// Takes more and more memory, without an end.
async fn grow() -> Result<Value, Error> {
    let mut held = Vec::new();
    loop {
        held.push(vec![1_u8; 8 << 20]);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Fails the messages that say so, and dies of the one that asks for it.
fn batch(messages: &[Value]) -> Value {
    if messages.iter().any(|message| message["body"] == "crash") {
        std::process::exit(7);
    }
    let failed = messages.iter().filter(|message| message["body"] == "fail");
    let failed: Vec<_> = failed
        .map(|message| json!({ "itemIdentifier": message["messageId"] }))
        .collect();
    json!({ "batchItemFailures": failed })
}

/// Writes a line to a file, and fails until there are as many as asked for.
fn note(event: &Value, request_id: &str) -> Result<Value, Error> {
    let path = event["file"].as_str().unwrap_or_default();
    let noted = std::fs::read_to_string(path).unwrap_or_default() + request_id + "\n";
    std::fs::write(path, &noted)?;
    let enough = event["lines"].as_u64().unwrap_or(0);
    if (noted.lines().count() as u64) < enough {
        Err("too few lines".into())
    } else {
        Ok(json!({}))
    }
}
