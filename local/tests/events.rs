//! Queues that feed a real function process, and objects that become messages.

#![allow(clippy::unwrap_used)] // a test may stop where it is

mod support;

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use local::{
    events::{self, EventSourceMapping},
    host::Host,
    s3::{CreationEvent, ObjectCreated},
    sqs::SqsServer,
    template::{Bucket, Notification, QueueSource},
};
use serde_json::{Value, json};
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

fn open_queues(folder: &Path) -> SqsServer {
    let queues = SqsServer::open(&folder.join("queues.sqlite")).unwrap();
    queues.set_origin("http://127.0.0.1:1");
    queues
}

/// A queue that feeds a function. Its messages come again after a second and are given up after the
/// second time.
struct FedFunction {
    queues: SqsServer,
    host: Host,
    stop: CancellationToken,
    poller: JoinHandle<()>,
}

impl FedFunction {
    async fn start(folder: &Path) -> Self {
        let queues = open_queues(folder);
        make_queues(&queues).await;
        let function = support::function(Duration::from_secs(20), Vec::new());
        let (host, _) = support::host(function, |_| {});
        // The first call starts a process, which may take longer than a message is invisible.
        host.invoke("albumen-Echo", "{}".into()).await;
        let source = QueueSource {
            queue_arn: queues.queue_arn("work"),
            batch_size: 10,
            window: Duration::ZERO,
            maximum_concurrency: Some(1),
            partial_failures: true,
        };
        let stop = CancellationToken::new();
        let function = "albumen-Echo".to_owned();
        let mapping = EventSourceMapping::new(queues.clone(), host.clone(), function, source, None);
        let poller = tokio::spawn(events::poll_queue(Arc::new(mapping), stop.clone()));
        Self { queues, host, stop, poller }
    }

    async fn send(&self, body: &str) {
        self.queues.send("work", body).await.unwrap();
    }

    /// Waits until the queue holds this many messages, visible or not.
    async fn wait_for_count(&self, queue: &str, count: u32) {
        let reached = async {
            while message_count(&self.queues, queue).await != count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = timeout(Duration::from_secs(20), reached).await;
        assert!(waited.is_ok(), "{queue} never held {count} messages");
    }

    async fn stop(self) {
        self.stop.cancel();
        self.host.stop().await;
        self.poller.await.unwrap();
    }
}

/// Makes the queues `work` and `dead`.
async fn make_queues(queues: &SqsServer) {
    queues.ensure_queue("dead", &BTreeMap::new()).await.unwrap();
    let policy = json!({"deadLetterTargetArn": queues.queue_arn("dead"), "maxReceiveCount": 2});
    let attributes = BTreeMap::from([
        ("VisibilityTimeout".to_owned(), "1".to_owned()),
        ("RedrivePolicy".to_owned(), policy.to_string()),
    ]);
    queues.ensure_queue("work", &attributes).await.unwrap();
}

async fn message_count(queues: &SqsServer, queue: &str) -> u32 {
    let attributes = queues.attributes(queue).await.unwrap();
    let number = |name: &str| attributes[name].parse::<u32>().unwrap();
    number("ApproximateNumberOfMessages") + number("ApproximateNumberOfMessagesNotVisible")
}

#[tokio::test]
async fn handled_messages_are_deleted_and_those_that_keep_failing_go_to_the_dead_letters() {
    let folder = tempfile::tempdir().unwrap();
    let fed = FedFunction::start(folder.path()).await;
    for body in ["one", "fail", "two"] {
        fed.send(body).await;
    }
    fed.wait_for_count("dead", 1).await;
    fed.wait_for_count("work", 0).await;
    let dead = fed
        .queues
        .receive("dead", 10, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].body, "fail");
    fed.stop().await;
}

#[tokio::test]
async fn a_crash_leaves_the_messages() {
    let folder = tempfile::tempdir().unwrap();
    let fed = FedFunction::start(folder.path()).await;
    fed.send("crash").await;
    fed.wait_for_count("dead", 1).await;
    fed.send("after").await;
    fed.wait_for_count("work", 0).await;
    fed.wait_for_count("dead", 1).await;
    fed.stop().await;
}

#[tokio::test]
async fn a_new_object_becomes_a_message_if_a_notification_asks_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let queues = open_queues(folder.path());
    queues
        .ensure_queue("uploads", &BTreeMap::new())
        .await
        .unwrap();
    let notification = Notification {
        event: "s3:ObjectCreated:*".into(),
        queue_arn: queues.queue_arn("uploads"),
        prefix: "originals/".into(),
        suffix: String::new(),
    };
    let bucket = Bucket {
        id: "Originals".into(),
        name: "photos".into(),
        cors: Vec::new(),
        notifications: vec![notification],
    };
    let hook = events::object_created_hook(&[bucket], queues.clone());
    for (bucket, key) in
        [("photos", "originals/a b"), ("photos", "other/a"), ("else", "originals/a")]
    {
        hook(ObjectCreated {
            bucket: bucket.into(),
            key: key.into(),
            size: 3,
            etag: "e".into(),
            event: CreationEvent::Put,
        })
        .await;
    }
    let messages = queues.receive("uploads", 10, Duration::ZERO).await.unwrap();
    assert_eq!(messages.len(), 1);
    let event: Value = serde_json::from_str(&messages[0].body).unwrap();
    assert_eq!(event["Records"][0]["s3"]["object"]["key"], "originals/a+b");
}
