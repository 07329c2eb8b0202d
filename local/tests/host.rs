//! The function host with a real function process.

#![allow(clippy::unwrap_used)] // a test may stop where it is

#[path = "host/events.rs"]
mod events;
#[path = "host/invoke_api.rs"]
mod invoke_api;
mod support;

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use local::{
    host::{Host, HostSettings, InvocationOutcome},
    template::Function,
};
use serde_json::{Value, json};
use tokio::net::TcpStream;

fn function(timeout: Duration) -> Function {
    support::function(timeout, Vec::new())
}

fn host(function: Function, change: impl FnOnce(&mut HostSettings)) -> Host {
    let (host, _origin) = support::host(function, change);
    host
}

fn plain_host() -> Host {
    host(function(Duration::from_secs(20)), |_| {})
}

async fn call(host: &Host, event: Value) -> InvocationOutcome {
    host.invoke("albumen-Echo", Bytes::from(event.to_string()))
        .await
}

async fn answer(host: &Host, event: Value) -> Value {
    match call(host, event).await {
        InvocationOutcome::Answer(body) => serde_json::from_slice(&body).unwrap(),
        other => panic!("{other:?}"),
    }
}

async fn failure(host: &Host, event: Value) -> Value {
    match call(host, event).await {
        InvocationOutcome::Failed(body) => serde_json::from_slice(&body).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn is_alive(pid: &Value) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

/// Waits until a process is gone.
async fn wait_for_end(pid: &Value, limit: Duration) {
    let gone = async {
        while is_alive(pid) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(limit, gone)
        .await
        .expect("the process ends");
}

#[tokio::test]
async fn one_environment_serves_calls_that_follow_each_other() {
    let host = plain_host();
    let first = answer(&host, json!({ "a": 1 })).await;
    let second = answer(&host, json!({ "a": 2 })).await;
    assert_eq!(first["event"], json!({ "a": 1 }));
    assert_eq!(second["event"], json!({ "a": 2 }));
    assert_eq!(first["pid"], second["pid"]);
    assert!(is_alive(&first["pid"]));
    host.stop().await;
    assert!(!is_alive(&first["pid"]), "the process outlived the host");
}

#[tokio::test]
async fn calls_at_the_same_time_get_environments_of_their_own() {
    let host = plain_host();
    let event = json!({ "do": "sleep", "milliseconds": 500 });
    let (one, two) = tokio::join!(answer(&host, event.clone()), answer(&host, event));
    assert_ne!(one["pid"], two["pid"]);
    host.stop().await;
}

#[tokio::test]
async fn a_call_over_the_limit_waits_for_its_turn() {
    let host = host(function(Duration::from_secs(20)), |settings| settings.max_environments = 1);
    let event = json!({ "do": "sleep", "milliseconds": 100 });
    let (one, two) = tokio::join!(answer(&host, event.clone()), answer(&host, event));
    assert_eq!(one["pid"], two["pid"]);
    host.stop().await;
}

#[tokio::test]
async fn reserved_concurrency_throttles() {
    let limited = Function { reserved: Some(1), ..function(Duration::from_secs(20)) };
    let host = host(limited, |_| {});
    let event = json!({ "do": "sleep", "milliseconds": 500 });
    let (one, two) = tokio::join!(call(&host, event.clone()), call(&host, event));
    assert!(matches!(one, InvocationOutcome::Answer(_)), "{one:?}");
    assert_eq!(two, InvocationOutcome::Throttled);
    host.stop().await;
}

#[tokio::test]
async fn a_crash_is_noticed_at_once_and_the_next_call_starts_anew() {
    let host = plain_host();
    let before = answer(&host, json!({})).await;
    let started = Instant::now();
    let error = failure(&host, json!({ "do": "crash" })).await;
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(error["errorType"], "Runtime.ExitError");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("exit status 7"), "{error}");
    let after = answer(&host, json!({})).await;
    assert_ne!(before["pid"], after["pid"]);
    host.stop().await;
}

#[tokio::test]
async fn a_function_that_takes_more_memory_than_it_has_is_killed() {
    let host = plain_host();
    let before = answer(&host, json!({})).await;
    let error = failure(&host, json!({ "do": "grow" })).await;
    assert_eq!(error["errorType"], "Runtime.ExitError");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("signal: killed"), "{error}");
    wait_for_end(&before["pid"], Duration::from_secs(5)).await;
    answer(&host, json!({})).await;
    host.stop().await;
}

#[tokio::test]
async fn a_call_over_its_time_is_killed() {
    let host = host(function(Duration::from_secs(1)), |_| {});
    let pid = answer(&host, json!({})).await["pid"].clone();
    let error = failure(&host, json!({ "do": "sleep", "milliseconds": 60_000 })).await;
    assert_eq!(error["errorType"], "Sandbox.Timedout");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Task timed out after 1.00 seconds"), "{error}");
    wait_for_end(&pid, Duration::from_secs(5)).await;
    host.stop().await;
}

#[tokio::test]
async fn a_function_that_fails_keeps_its_environment() {
    let host = plain_host();
    let before = answer(&host, json!({})).await;
    let error = failure(&host, json!({ "do": "fail" })).await;
    assert_eq!(error["errorMessage"], "asked to fail");
    assert_eq!(answer(&host, json!({})).await["pid"], before["pid"]);
    host.stop().await;
}

#[tokio::test]
async fn payloads_over_the_limits_are_refused_in_both_directions() {
    let host = plain_host();
    let event = json!({ "filler": "x".repeat(6 * 1024 * 1024) });
    assert_eq!(call(&host, event).await, InvocationOutcome::RequestTooLarge);
    let error = failure(&host, json!({ "do": "large" })).await;
    assert_eq!(error["errorType"], "Function.ResponseSizeTooLarge");
    host.stop().await;
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why() {
    let mut broken = function(Duration::from_secs(20));
    broken
        .environment
        .insert("FAIL_TO_START".into(), "1".into());
    let host = host(broken, |_| {});
    let error = failure(&host, json!({})).await;
    assert_eq!(error["errorType"], "Runtime.ExitError");
    host.stop().await;
}

#[tokio::test]
async fn the_environment_holds_what_lambda_and_the_template_give_and_nothing_else() {
    let host = plain_host();
    let variables = answer(&host, json!({ "do": "environment" })).await;
    assert_eq!(variables["GREETING"], "hello");
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_NAME"], "albumen-Echo");
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256");
    assert_eq!(variables["AWS_ACCESS_KEY_ID"], "Echo");
    assert!(variables.get("HOME").is_none() && variables.get("CARGO").is_none(), "{variables}");
    host.stop().await;
}

#[tokio::test]
async fn each_environment_has_a_runtime_api_of_its_own_host_and_port() {
    let host = plain_host();
    let ask = || answer(&host, json!({ "do": "environment" }));
    let (first, second) = tokio::join!(ask(), ask());
    let address = |variables: &Value| -> SocketAddr {
        let text = variables["AWS_LAMBDA_RUNTIME_API"].as_str().unwrap();
        text.parse().unwrap()
    };
    assert!(address(&first).ip().is_loopback());
    assert_ne!(address(&first), address(&second));
    host.stop().await;
    assert!(TcpStream::connect(address(&first)).await.is_err(), "its port ends with it");
}

#[tokio::test]
async fn a_command_stands_in_the_place_of_an_executable_and_ends_with_all_that_it_started() {
    let program = support::binaries().join(support::BINARY);
    // Something follows, so that the shell waits for the program instead of becoming it.
    let command = format!("GREETING=changed '{}'; true", program.display());
    let host = host(function(Duration::from_secs(20)), |settings| {
        settings.binaries = "/nowhere".into();
        settings.commands = [("Echo".to_owned(), command)].into();
    });
    let variables = answer(&host, json!({ "do": "environment" })).await;
    assert_eq!(variables["GREETING"], "changed");
    let pid = answer(&host, json!({})).await["pid"].clone();
    assert_eq!(answer(&host, json!({})).await["pid"], pid);
    host.stop().await;
    wait_for_end(&pid, Duration::from_secs(5)).await;
}

#[tokio::test]
async fn an_executable_that_was_built_again_is_started_anew() {
    let folder = tempfile::tempdir().unwrap();
    let build = || {
        // As a linker does it: a new file in the place of the one that runs.
        let draft = folder.path().join("draft");
        std::fs::copy(support::binaries().join(support::BINARY), &draft).unwrap();
        std::fs::File::open(&draft)
            .unwrap()
            .set_modified(SystemTime::now())
            .unwrap();
        std::fs::rename(draft, folder.path().join(support::BINARY)).unwrap();
    };
    build();
    let host = host(function(Duration::from_secs(20)), |settings| {
        settings.binaries = folder.path().into();
    });
    let before = answer(&host, json!({})).await;
    assert_eq!(answer(&host, json!({})).await["pid"], before["pid"]);
    build();
    assert_ne!(answer(&host, json!({})).await["pid"], before["pid"]);
    host.stop().await;
}

#[tokio::test]
async fn idle_environments_are_stopped() {
    let host =
        host(function(Duration::from_secs(20)), |settings| settings.idle_limit = Duration::ZERO);
    let pid = answer(&host, json!({})).await["pid"].clone();
    wait_for_end(&pid, Duration::from_secs(30)).await;
    host.stop().await;
}

#[tokio::test]
async fn of_too_many_idle_environments_the_one_that_was_idle_longest_is_stopped() {
    let functions = ["one", "two", "three"]
        .map(|name| Function { name: name.into(), ..function(Duration::from_secs(20)) });
    let (host, _) = support::host_of(&functions, |settings| settings.max_idle = 2);
    let pid = async |name: &str| match host.invoke(name, Bytes::from_static(b"{}")).await {
        InvocationOutcome::Answer(body) => {
            serde_json::from_slice::<Value>(&body).unwrap()["pid"].clone()
        }
        other => panic!("{other:?}"),
    };
    let one = pid("one").await;
    let two = pid("two").await;
    assert_eq!(pid("one").await, one);
    let three = pid("three").await;
    wait_for_end(&two, Duration::from_secs(30)).await;
    assert_eq!(pid("one").await, one);
    assert_eq!(pid("three").await, three);
    host.stop().await;
}
