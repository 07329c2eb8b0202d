//! Queues: created, found, configured and deleted.

use aws_sdk_sqs::{Client, types::QueueAttributeName};

use super::{TestQueue, code};

pub async fn lifecycle(client: &Client) {
    let timeout = QueueAttributeName::VisibilityTimeout;
    let queue = TestQueue::create(client, "made", &[(timeout.clone(), "45")]).await;
    assert!(queue.url.ends_with("/000000000000/made"), "{}", queue.url);
    find_and_list(client, &queue).await;

    let again = TestQueue::create(client, "made", &[(timeout.clone(), "45")]).await;
    assert_eq!(again.url, queue.url, "the same queue again is no error");
    let different = client
        .create_queue()
        .queue_name("made")
        .attributes(timeout.clone(), "46")
        .send()
        .await
        .unwrap_err();
    assert!(different.into_service_error().is_queue_name_exists());

    assert_eq!(queue.attribute(timeout.clone()).await, "45");
    let retention = queue
        .attribute(QueueAttributeName::MessageRetentionPeriod)
        .await;
    assert_eq!(retention, "345600");
    let arn = queue.attribute(QueueAttributeName::QueueArn).await;
    assert!(arn.starts_with("arn:aws:sqs:") && arn.ends_with(":made"), "{arn}");
    client
        .set_queue_attributes()
        .queue_url(&queue.url)
        .attributes(timeout.clone(), "50")
        .send()
        .await
        .unwrap();
    assert_eq!(queue.attribute(timeout).await, "50");
    delete(client, &queue).await;
}

async fn find_and_list(client: &Client, queue: &TestQueue<'_>) {
    let found = client
        .get_queue_url()
        .queue_name("made")
        .send()
        .await
        .unwrap();
    assert_eq!(found.queue_url(), Some(queue.url.as_str()));
    let listed = client
        .list_queues()
        .queue_name_prefix("mad")
        .send()
        .await
        .unwrap();
    assert_eq!(listed.queue_urls(), [queue.url.as_str()]);
}

async fn delete(client: &Client, queue: &TestQueue<'_>) {
    client
        .delete_queue()
        .queue_url(&queue.url)
        .send()
        .await
        .unwrap();
    let by_name = client
        .get_queue_url()
        .queue_name("made")
        .send()
        .await
        .unwrap_err();
    assert!(by_name.into_service_error().is_queue_does_not_exist());
    let by_url = client
        .receive_message()
        .queue_url(&queue.url)
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&by_url), "AWS.SimpleQueueService.NonExistentQueue");
    assert!(by_url.into_service_error().is_queue_does_not_exist());
}
