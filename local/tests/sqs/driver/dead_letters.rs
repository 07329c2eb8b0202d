//! Dead letters: messages that were received too often, and their way back.

use aws_sdk_sqs::{Client, types::QueueAttributeName};

use super::{TestQueue, bodies};

/// A queue and its dead letters, with one in them.
struct Poisoned<'a> {
    queue: TestQueue<'a>,
    dead_letters: TestQueue<'a>,
}

impl<'a> Poisoned<'a> {
    async fn create(client: &'a Client, name: &str) -> Self {
        let dead_letters = TestQueue::create(client, &format!("{name}-dead"), &[]).await;
        let arn = dead_letters.attribute(QueueAttributeName::QueueArn).await;
        let policy = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"2"}}"#);
        let attributes = [
            (QueueAttributeName::VisibilityTimeout, "0"),
            (QueueAttributeName::RedrivePolicy, policy.as_str()),
        ];
        let queue = TestQueue::create(client, name, &attributes).await;
        queue.send("poison").await;
        for _ in 0..2 {
            assert_eq!(bodies(&queue.receive(1, 0).await), ["poison"]);
        }
        assert!(queue.is_empty().await, "twice is enough");
        Self { queue, dead_letters }
    }
}

pub async fn redrive(client: &Client) {
    let poisoned = Poisoned::create(client, "redrive").await;
    assert_eq!(poisoned.queue.visible().await, "0");
    assert_eq!(bodies(&poisoned.dead_letters.receive(1, 5).await), ["poison"]);
}

pub async fn moving_back(client: &Client) {
    let Poisoned { queue, dead_letters } = Poisoned::create(client, "moves").await;
    let source = dead_letters.attribute(QueueAttributeName::QueueArn).await;
    let listed = client
        .list_dead_letter_source_queues()
        .queue_url(&dead_letters.url)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.queue_urls(), [queue.url.as_str()]);
    client
        .start_message_move_task()
        .source_arn(&source)
        .send()
        .await
        .unwrap();
    assert_eq!(bodies(&queue.receive(1, 5).await), ["poison"]);
    assert_eq!(dead_letters.visible().await, "0");
    let tasks = client
        .list_message_move_tasks()
        .source_arn(&source)
        .send()
        .await
        .unwrap();
    let [task] = tasks.results() else { panic!("{tasks:?}") };
    assert_eq!(task.status(), Some("COMPLETED"));
    assert_eq!(task.approximate_number_of_messages_moved(), 1);
    let of_no_dead_letters = client
        .start_message_move_task()
        .source_arn(queue.attribute(QueueAttributeName::QueueArn).await)
        .send()
        .await;
    assert!(of_no_dead_letters.is_err());
}
