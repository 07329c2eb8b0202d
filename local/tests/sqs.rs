//! What the system relies on in SQS, asked by the AWS SDK: of our server, and of another
//! implementation for comparison.

#![allow(clippy::unwrap_used)] // a test may stop where it is

#[path = "sqs/driver.rs"]
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
    sqs::{ErrorCode, SqsServer},
};
use tempfile::TempDir;
use tokio::time::{Instant, timeout};

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

#[tokio::test(flavor = "multi_thread")]
async fn our_server_does_what_the_driver_asks() {
    let folder = TempDir::new().unwrap();
    let server = SqsServer::open(&folder.path().join("queues.db")).unwrap();
    let endpoint = serve(&server);
    driver::everything(&client(&endpoint)).await;
    driver::moving_back(&client(&endpoint)).await;
    driver::exact_errors(&client(&endpoint)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_implementation_does_what_the_driver_asks() {
    let Some(ministack) = ministack::start().await else { return };
    driver::everything(&client(&ministack.endpoint)).await;
}

#[tokio::test]
async fn messages_survive_a_restart() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("queues.db");
    let sent = {
        let server = SqsServer::open(&path).unwrap();
        server
            .ensure_queue(
                "kept",
                &BTreeMap::from([("VisibilityTimeout".to_owned(), "60".to_owned())]),
            )
            .await
            .unwrap();
        let id = server.send("kept", "still here").await.unwrap();
        server.send("kept", "taken").await.unwrap();
        let first = server.receive("kept", 1, Duration::ZERO).await.unwrap();
        server
            .delete_batch("kept", &[first[0].receipt_handle.clone()])
            .await
            .unwrap();
        assert_eq!(first[0].id, id, "the oldest comes first");
        server.send("kept", "in flight").await.unwrap();
        server.receive("kept", 1, Duration::ZERO).await.unwrap()[0]
            .id
            .clone()
    };
    let server = SqsServer::open(&path).unwrap();
    let attributes = server.attributes("kept").await.unwrap();
    assert_eq!(attributes["VisibilityTimeout"], "60");
    assert_eq!(
        attributes["ApproximateNumberOfMessagesNotVisible"], "1",
        "what was in flight still is"
    );
    let left = server.receive("kept", 10, Duration::ZERO).await.unwrap();
    assert_eq!(
        left.iter()
            .map(|message| message.body.as_str())
            .collect::<Vec<_>>(),
        ["in flight"]
    );
    assert_ne!(left[0].id, sent);
}

#[tokio::test]
async fn ensuring_a_queue_again_changes_its_attributes() {
    let folder = TempDir::new().unwrap();
    let server = SqsServer::open(&folder.path().join("queues.db")).unwrap();
    let with =
        |seconds: &str| BTreeMap::from([("VisibilityTimeout".to_owned(), seconds.to_owned())]);
    server.ensure_queue("changed", &with("10")).await.unwrap();
    server.ensure_queue("changed", &with("20")).await.unwrap();
    assert_eq!(server.attributes("changed").await.unwrap()["VisibilityTimeout"], "20");
    let dead = format!(
        r#"{{"deadLetterTargetArn":"{}","maxReceiveCount":3}}"#,
        server.queue_arn("not-there")
    );
    let refused = server
        .ensure_queue("changed", &BTreeMap::from([("RedrivePolicy".to_owned(), dead)]))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidParameterValue);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_receive_in_process_wakes_when_a_message_arrives() {
    let folder = TempDir::new().unwrap();
    let server = SqsServer::open(&folder.path().join("queues.db")).unwrap();
    server
        .ensure_queue("woken", &BTreeMap::new())
        .await
        .unwrap();
    let waiting = tokio::spawn({
        let server = server.clone();
        async move {
            server
                .receive("woken", 10, Duration::from_mins(1))
                .await
                .unwrap()
        }
    });
    let begun = Instant::now();
    server.send("woken", "wake").await.unwrap();
    let received = timeout(Duration::from_secs(10), waiting)
        .await
        .expect("it wakes")
        .unwrap();
    assert_eq!(received[0].body, "wake");
    assert!(begun.elapsed() < Duration::from_secs(5));

    // Given back at once, it wakes the next one too.
    let waiting = tokio::spawn({
        let server = server.clone();
        async move {
            server
                .receive("woken", 10, Duration::from_mins(1))
                .await
                .unwrap()
        }
    });
    server
        .change_visibility("woken", &received[0].receipt_handle, Duration::ZERO)
        .await
        .unwrap();
    let again = timeout(Duration::from_secs(10), waiting)
        .await
        .expect("it wakes")
        .unwrap();
    assert_eq!(again[0].attributes["ApproximateReceiveCount"], "2");
}
