//! Asynchronous invocations: their attempts, and their end.

use std::{path::Path, time::Duration};

use bytes::Bytes;
use local::{
    host::{Host, InvocationOutcome},
    template::Function,
};
use serde_json::json;

use super::{call, function, host};

/// Returns an event that fails until it was tried so often. Each attempt adds its request id to the
/// file.
fn failing_event(file: &Path, attempts: u32) -> Bytes {
    let event = json!({ "do": "note", "file": file, "lines": attempts });
    Bytes::from(event.to_string())
}

/// Sends such an event and waits until nothing more is done about it; returns the request ids of
/// its attempts.
async fn attempts(host: &Host, until: u32) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines");
    host.send("albumen-Echo", failing_event(&file, until))
        .await
        .unwrap();
    let noted = std::fs::read_to_string(file).unwrap();
    noted.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn an_event_that_fails_is_tried_twice_more_under_its_request_id() {
    let host = host(function(Duration::from_secs(20)), |settings| {
        settings.retry_pauses = vec![Duration::ZERO; 2];
    });
    assert_eq!(attempts(&host, 1).await.len(), 1);
    assert_eq!(attempts(&host, 2).await.len(), 2);
    let all = attempts(&host, 100).await;
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all.iter().all(|id| *id == all[0]), "{all:?}");
    host.stop().await;
}

#[tokio::test]
async fn an_event_that_is_throttled_waits_for_its_turn() {
    let limited = Function { reserved: Some(1), ..function(Duration::from_secs(20)) };
    let host = host(limited, |_| {});
    let busy = call(&host, json!({ "do": "sleep", "milliseconds": 500 }));
    let (busy_outcome, attempts) = tokio::join!(busy, attempts(&host, 1));
    assert!(matches!(busy_outcome, InvocationOutcome::Answer(_)), "{busy_outcome:?}");
    assert_eq!(attempts.len(), 1);
    host.stop().await;
}

#[tokio::test]
async fn events_that_wait_do_not_hold_up_the_end() {
    let host = host(function(Duration::from_secs(20)), |_| {});
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lines");
    let sent = host.send("albumen-Echo", failing_event(&file, 100));
    let first_attempt = async {
        while !file.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), first_attempt)
        .await
        .expect("the first attempt");
    // The second is due in a minute.
    tokio::time::timeout(Duration::from_secs(30), host.stop())
        .await
        .expect("the end");
    sent.await.unwrap();
}
