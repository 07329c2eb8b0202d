//! Queues that feed a real function process.

#![allow(clippy::unwrap_used)] // a test may stop where it is

mod support;

use std::{collections::BTreeMap, path::Path, time::Duration};

use local::{
    events,
    host::Host,
    s3, sqs,
    template::{Bucket, Notification, QueueSource},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// A queue whose messages come again after a second and are given up after the second time.
struct Fed {
    queues: sqs::SqsServer,
    host: Host,
    stop: CancellationToken,
    poller: tokio::task::JoinHandle<()>,
}

impl Fed {
    async fn start(folder: &Path) -> Self {
        let queues = sqs::SqsServer::open(&folder.join("queues.sqlite")).unwrap();
        queues.set_origin("http://127.0.0.1:1");
        queues.ensure_queue("dead", &BTreeMap::new()).await.unwrap();
        let redrive =
            json!({ "deadLetterTargetArn": queues.queue_arn("dead"), "maxReceiveCount": 2 })
                .to_string();
        let attributes = [
            ("VisibilityTimeout".to_owned(), "1".to_owned()),
            ("RedrivePolicy".to_owned(), redrive),
        ];
        queues
            .ensure_queue("work", &attributes.into())
            .await
            .unwrap();
        let (host, _) =
            support::host(support::function(Duration::from_secs(20), Vec::new()), |_| {});
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
        let poll = events::poll_queue(
            queues.clone(),
            host.clone(),
            "albumen-Echo".into(),
            source,
            stop.clone(),
        );
        Self { queues, host, stop, poller: tokio::spawn(poll) }
    }

    /// Waits until the queue holds this many messages, visible or not.
    async fn holds(&self, queue: &str, count: u32) {
        let reached = async {
            loop {
                let attributes = self.queues.attributes(queue).await.unwrap();
                let number = |name: &str| attributes[name].parse::<u32>().unwrap();
                let all = number("ApproximateNumberOfMessages")
                    + number("ApproximateNumberOfMessagesNotVisible");
                if all == count {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let reached = tokio::time::timeout(Duration::from_secs(20), reached).await;
        reached.unwrap_or_else(|_| panic!("{queue} never held {count} messages"));
    }

    async fn stop(self) {
        self.stop.cancel();
        self.host.stop().await;
        self.poller.await.unwrap();
    }
}

#[tokio::test]
async fn what_succeeds_is_deleted_and_what_keeps_failing_goes_to_the_dead_letters() {
    let folder = tempfile::tempdir().unwrap();
    let fed = Fed::start(folder.path()).await;
    for body in ["one", "fail", "two"] {
        fed.queues.send("work", body).await.unwrap();
    }
    fed.holds("dead", 1).await;
    fed.holds("work", 0).await;
    let dead = fed
        .queues
        .receive("dead", 10, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(
        dead.iter()
            .map(|message| message.body.as_str())
            .collect::<Vec<_>>(),
        ["fail"]
    );
    fed.stop().await;
}

#[tokio::test]
async fn a_crash_leaves_the_messages() {
    let folder = tempfile::tempdir().unwrap();
    let fed = Fed::start(folder.path()).await;
    fed.queues.send("work", "crash").await.unwrap();
    fed.holds("dead", 1).await;
    fed.queues.send("work", "after").await.unwrap();
    fed.holds("work", 0).await;
    fed.holds("dead", 1).await;
    fed.stop().await;
}

#[tokio::test]
async fn a_new_object_becomes_a_message_where_the_rule_wants_it() {
    let folder = tempfile::tempdir().unwrap();
    let queues = sqs::SqsServer::open(&folder.path().join("queues.sqlite")).unwrap();
    queues.set_origin("http://127.0.0.1:1");
    queues
        .ensure_queue("uploads", &BTreeMap::new())
        .await
        .unwrap();
    let rule = Notification {
        event: "s3:ObjectCreated:*".into(),
        queue_arn: queues.queue_arn("uploads"),
        prefix: "originals/".into(),
        suffix: String::new(),
    };
    let bucket = Bucket {
        id: "Originals".into(),
        name: "photos".into(),
        cors: Vec::new(),
        notifications: vec![rule],
    };
    let created = events::object_created_hook(&[bucket], queues.clone());
    let object = |bucket: &str, key: &str| s3::ObjectCreated {
        bucket: bucket.into(),
        key: key.into(),
        size: 3,
        etag: "e".into(),
        event: s3::CreationEvent::Put,
    };
    for new in [
        object("photos", "originals/a b"),
        object("photos", "other/a"),
        object("else", "originals/a"),
    ] {
        created(new).await;
    }
    let messages = queues.receive("uploads", 10, Duration::ZERO).await.unwrap();
    assert_eq!(messages.len(), 1);
    let event: Value = serde_json::from_str(&messages[0].body).unwrap();
    assert_eq!(event["Records"][0]["s3"]["object"]["key"], "originals/a+b");
}
