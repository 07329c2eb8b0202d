//! The behaviour of SQS that the system relies on, asked by the AWS SDK: of our server, and of
//! another implementation for comparison.

#![allow(clippy::unwrap_used)] // a test may stop where it is

#[path = "sqs/driver/mod.rs"]
mod driver;
#[path = "sqs/ministack.rs"]
mod ministack;

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_sqs::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use local::{
    dynamodb::listen,
    sqs::{ErrorCode, Message, SqsServer},
};
use tempfile::TempDir;
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout},
};

fn client(endpoint: &str) -> Client {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(endpoint)
        .build();
    Client::from_conf(config)
}

fn serve(server: &SqsServer) -> String {
    let listener = listen(0).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    server.set_origin(&origin);
    let router = server.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    origin
}

fn open(folder: &TempDir) -> SqsServer {
    SqsServer::open(&folder.path().join("queues.db")).unwrap()
}

async fn receive(server: &SqsServer, queue: &str, max: usize) -> Vec<Message> {
    server.receive(queue, max, Duration::ZERO).await.unwrap()
}

fn visibility_timeout(seconds: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("VisibilityTimeout".to_owned(), seconds.to_owned())])
}

#[tokio::test(flavor = "multi_thread")]
async fn our_server_does_what_the_driver_asks() {
    let folder = TempDir::new().unwrap();
    let server = open(&folder);
    let endpoint = serve(&server);
    driver::everything(&client(&endpoint)).await;
    driver::ours_alone(&client(&endpoint)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_implementation_does_what_the_driver_asks() {
    let Some(ministack) = ministack::start().await else { return };
    driver::everything(&client(&ministack.endpoint)).await;
}

#[tokio::test]
async fn messages_survive_a_restart() {
    let folder = TempDir::new().unwrap();
    let before = open(&folder);
    before
        .ensure_queue("kept", &visibility_timeout("60"))
        .await
        .unwrap();
    let oldest_id = before.send("kept", "deleted").await.unwrap();
    before.send("kept", "in flight").await.unwrap();
    before.send("kept", "waiting").await.unwrap();
    let oldest = receive(&before, "kept", 1).await;
    assert_eq!(oldest[0].id, oldest_id, "the oldest comes first");
    before
        .delete_batch("kept", &[oldest[0].receipt_handle.clone()])
        .await
        .unwrap();
    receive(&before, "kept", 1).await;
    drop(before);

    let after = open(&folder);
    let attributes = after.attributes("kept").await.unwrap();
    assert_eq!(attributes["VisibilityTimeout"], "60");
    assert_eq!(attributes["ApproximateNumberOfMessagesNotVisible"], "1");
    let left = receive(&after, "kept", 10).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].body, "waiting");
}

#[tokio::test]
async fn ensuring_a_queue_again_changes_its_attributes() {
    let folder = TempDir::new().unwrap();
    let server = open(&folder);
    for seconds in ["10", "20"] {
        server
            .ensure_queue("changed", &visibility_timeout(seconds))
            .await
            .unwrap();
    }
    let attributes = server.attributes("changed").await.unwrap();
    assert_eq!(attributes["VisibilityTimeout"], "20");
    let dead_letters = server.queue_arn("not-there");
    let policy = format!(r#"{{"deadLetterTargetArn":"{dead_letters}","maxReceiveCount":3}}"#);
    let refused = server
        .ensure_queue("changed", &BTreeMap::from([("RedrivePolicy".to_owned(), policy)]))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidParameterValue);
}

/// Waits for messages in a task of its own.
fn wait_for_messages(server: &SqsServer) -> JoinHandle<Vec<Message>> {
    let server = server.clone();
    tokio::spawn(async move {
        server
            .receive("woken", 10, Duration::from_mins(1))
            .await
            .unwrap()
    })
}

async fn woken(waiting: JoinHandle<Vec<Message>>) -> Vec<Message> {
    let received = timeout(Duration::from_secs(10), waiting).await;
    received.expect("it wakes").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_receive_in_process_wakes_when_a_message_arrives() {
    let folder = TempDir::new().unwrap();
    let server = open(&folder);
    server
        .ensure_queue("woken", &BTreeMap::new())
        .await
        .unwrap();
    let waiting = wait_for_messages(&server);
    let started = Instant::now();
    server.send("woken", "wake").await.unwrap();
    let received = woken(waiting).await;
    assert_eq!(received[0].body, "wake");
    assert!(started.elapsed() < Duration::from_secs(5));

    // Given back at once, it wakes the next one too.
    let waiting_again = wait_for_messages(&server);
    server
        .change_visibility("woken", &received[0].receipt_handle, Duration::ZERO)
        .await
        .unwrap();
    let received_again = woken(waiting_again).await;
    assert_eq!(received_again[0].attributes["ApproximateReceiveCount"], "2");
}
