//! Batches: each entry succeeds or fails by itself, and they have limits.

use aws_sdk_sqs::{
    Client,
    types::{
        ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
        QueueAttributeName,
    },
};

use super::{TestQueue, bodies, entry};

pub async fn entries_fail_by_themselves(client: &Client) {
    let max_size = QueueAttributeName::MaximumMessageSize;
    let queue = TestQueue::create(client, "batches", &[(max_size, "1024")]).await;
    send(&queue).await;
    let received = queue.receive(10, 0).await;
    assert_eq!(bodies(&received), ["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"]);
    hide(&queue, &received).await;
    delete(&queue, &received).await;
    assert_eq!(queue.in_flight().await, "1");
}

/// Sends nine messages, and one that is too large.
async fn send(queue: &TestQueue<'_>) {
    let mut entries = vec![entry("large", &"x".repeat(1_025))];
    for number in 0..9 {
        entries.push(entry(&format!("e{number}"), &format!("b{number}")));
    }
    let sent = queue
        .client
        .send_message_batch()
        .queue_url(&queue.url)
        .set_entries(Some(entries))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.successful().len(), 9);
    let [failed] = sent.failed() else { panic!("{sent:?}") };
    assert_eq!((failed.id(), failed.sender_fault()), ("large", true));
}

/// Hides all messages, of the first with a handle that is none.
async fn hide(queue: &TestQueue<'_>, messages: &[Message]) {
    let mut entries = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        let handle = if number == 0 { "made up" } else { message.receipt_handle().unwrap() };
        let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
            .id(format!("h{number}"))
            .receipt_handle(handle)
            .visibility_timeout(600)
            .build();
        entries.push(entry.unwrap());
    }
    let hidden = queue
        .client
        .change_message_visibility_batch()
        .queue_url(&queue.url)
        .set_entries(Some(entries))
        .send()
        .await
        .unwrap();
    assert_eq!((hidden.successful().len(), hidden.failed().len()), (8, 1));
    assert_eq!(hidden.failed()[0].id(), "h0");
}

/// Deletes all messages, of the fourth with a handle that is none.
async fn delete(queue: &TestQueue<'_>, messages: &[Message]) {
    let mut entries = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        let handle = if number == 3 { "made up" } else { message.receipt_handle().unwrap() };
        let entry = DeleteMessageBatchRequestEntry::builder()
            .id(format!("d{number}"))
            .receipt_handle(handle)
            .build();
        entries.push(entry.unwrap());
    }
    let deleted = queue
        .client
        .delete_message_batch()
        .queue_url(&queue.url)
        .set_entries(Some(entries))
        .send()
        .await
        .unwrap();
    let counts = (deleted.successful().len(), deleted.failed().len());
    assert_eq!(counts, (8, 1), "one bad handle fails alone");
    assert_eq!(deleted.failed()[0].id(), "d3");
}

pub async fn limits(client: &Client) {
    let max_size = QueueAttributeName::MaximumMessageSize;
    let queue = TestQueue::create(client, "limits", &[(max_size, "1024")]).await;
    queue.send(&"x".repeat(1_024)).await;
    queue.send_too_large(1_025).await;
    let batch = || client.send_message_batch().queue_url(&queue.url);
    let mut eleven = Vec::new();
    for number in 0..11 {
        eleven.push(entry(&format!("e{number}"), "b"));
    }
    let too_many = batch().set_entries(Some(eleven)).send().await.unwrap_err();
    assert!(
        too_many
            .into_service_error()
            .is_too_many_entries_in_batch_request()
    );
    let same_id = batch()
        .entries(entry("same", "a"))
        .entries(entry("same", "b"))
        .send()
        .await
        .unwrap_err();
    assert!(
        same_id
            .into_service_error()
            .is_batch_entry_ids_not_distinct()
    );
    let empty = batch()
        .set_entries(Some(Vec::new()))
        .send()
        .await
        .unwrap_err();
    assert!(empty.into_service_error().is_empty_batch_request());
}
