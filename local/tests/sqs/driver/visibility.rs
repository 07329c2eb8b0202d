//! The visibility time-out of a message.

use std::time::Duration;

use aws_sdk_sqs::{
    Client,
    types::{MessageSystemAttributeName, QueueAttributeName},
};

use super::{TestQueue, system_attribute};

pub async fn hidden_and_back(client: &Client) {
    let timeout = QueueAttributeName::VisibilityTimeout;
    let queue = TestQueue::create(client, "visibility", &[(timeout, "1")]).await;
    queue.send("again").await;
    let first = queue.receive_one().await;
    assert!(queue.is_empty().await, "it is hidden");
    let mut received_again = queue.receive(1, 10).await;
    let second = received_again.pop().expect("it comes back by itself");
    let receive_count = MessageSystemAttributeName::ApproximateReceiveCount;
    assert_eq!(system_attribute(&second, &receive_count), "2");
    let first_received = MessageSystemAttributeName::ApproximateFirstReceiveTimestamp;
    assert_eq!(
        system_attribute(&second, &first_received),
        system_attribute(&first, &first_received)
    );

    queue.change_visibility(&second, 0).await;
    // Given back at once.
    let third = queue.receive_one().await;
    queue.change_visibility(&third, 600).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert!(queue.is_empty().await, "held for longer");
    queue.delete(&third).await;
    assert_eq!(queue.in_flight().await, "0");
}
