//! Messages: their attributes, their delay, and the wait for them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_sqs::{
    Client,
    primitives::Blob,
    types::{Message, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName},
};
use tokio::time::{Instant, timeout};

use super::{TestQueue, bodies, system_attribute};

fn text_attribute(data_type: &str, value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder()
        .data_type(data_type)
        .string_value(value)
        .build()
        .unwrap()
}

pub async fn attributes(client: &Client) {
    let queue = TestQueue::create(client, "attributes", &[]).await;
    let bytes = MessageAttributeValue::builder()
        .data_type("Binary")
        .binary_value(Blob::new([0_u8, 255, 7]))
        .build()
        .unwrap();
    let sent = queue
        .send_call("Grüße, 写真")
        .message_attributes("colour", text_attribute("String", "green"))
        .message_attributes("count", text_attribute("Number.int", "12"))
        .message_attributes("raw", bytes.clone())
        .send()
        .await
        .unwrap();
    // By Python's hashlib over the documented encoding.
    assert_eq!(sent.md5_of_message_body(), Some("def4377bb06c1aedca9f9b963e0b0620"));
    assert_eq!(sent.md5_of_message_attributes(), Some("c663c982b2284e0e172316c3e85768b7"));

    let received = queue.receive(10, 0).await;
    let [message] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.body(), Some("Grüße, 写真"));
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    assert_eq!(message.md5_of_message_attributes(), sent.md5_of_message_attributes());
    let attributes = message.message_attributes().unwrap();
    assert_eq!(attributes["colour"].string_value(), Some("green"));
    assert_eq!(attributes["count"].data_type(), "Number.int");
    assert_eq!(attributes["raw"], bytes);
    check_system_attributes(message);
    queue.delete(message).await;
    assert_eq!(queue.in_flight().await, "0");
}

/// Checks the count and the times, in milliseconds since 1970, of a message that was just received.
fn check_system_attributes(message: &Message) {
    let receive_count = MessageSystemAttributeName::ApproximateReceiveCount;
    assert_eq!(system_attribute(message, &receive_count), "1");
    let time = |name| system_attribute(message, &name).parse::<u128>().unwrap();
    let sent = time(MessageSystemAttributeName::SentTimestamp);
    let first_received = time(MessageSystemAttributeName::ApproximateFirstReceiveTimestamp);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = now.as_millis();
    assert!(now - 60_000 < sent && sent <= first_received, "{sent} {first_received} {now}");
    assert!(first_received <= now + 1_000, "{first_received} {now}");
}

pub async fn delay(client: &Client) {
    let queue = TestQueue::create(client, "delay", &[]).await;
    let started = Instant::now();
    queue
        .send_call("late")
        .delay_seconds(1)
        .send()
        .await
        .unwrap();
    assert!(queue.is_empty().await);
    let delayed = queue
        .attribute(QueueAttributeName::ApproximateNumberOfMessagesDelayed)
        .await;
    assert_eq!(delayed, "1");
    assert_eq!(bodies(&queue.receive(1, 10).await), ["late"]);
    let elapsed = started.elapsed();
    assert!(Duration::from_millis(900) < elapsed, "{elapsed:?}");
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
}

pub async fn long_poll(client: &Client) {
    let wait = QueueAttributeName::ReceiveMessageWaitTimeSeconds;
    let queue = TestQueue::create(client, "poll", &[(wait, "1")]).await;
    let started = Instant::now();
    let received = client
        .receive_message()
        .queue_url(&queue.url)
        .send()
        .await
        .unwrap();
    assert!(received.messages().is_empty());
    assert!(started.elapsed() > Duration::from_millis(900), "the queue's own wait holds");

    let waiting = tokio::spawn({
        let client = client.clone();
        let url = queue.url.clone();
        async move { TestQueue { client: &client, url }.receive(1, 20).await }
    });
    let sent_at = Instant::now();
    queue.send("now").await;
    let received = timeout(Duration::from_secs(15), waiting).await;
    let messages = received.expect("it wakes before its time").unwrap();
    assert_eq!(bodies(&messages), ["now"]);
    assert!(sent_at.elapsed() < Duration::from_secs(5));
}

pub async fn purge(client: &Client) {
    let queue = TestQueue::create(client, "purge", &[]).await;
    queue.send("a").await;
    queue.send("b").await;
    assert_eq!(queue.receive(1, 0).await.len(), 1);
    client
        .purge_queue()
        .queue_url(&queue.url)
        .send()
        .await
        .unwrap();
    assert_eq!(queue.visible().await, "0");
    assert_eq!(queue.in_flight().await, "0");
}
