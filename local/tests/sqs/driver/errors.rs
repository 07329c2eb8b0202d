//! Errors by the very code, and the limits at their real size.

use aws_sdk_sqs::{Client, types::QueueAttributeName};

use super::{TestQueue, code, entry};

/// Messages that are too long, and one whose text is none that SQS takes.
pub async fn message_errors(client: &Client) {
    let queue = TestQueue::create(client, "message-errors", &[]).await;
    queue.send(&"x".repeat(1_048_576)).await;
    queue.send_too_large(1_048_577).await;
    let halves = ["a", "b"].map(|id| entry(id, &"x".repeat(600_000)));
    let too_long = client
        .send_message_batch()
        .queue_url(&queue.url)
        .set_entries(Some(halves.to_vec()))
        .send()
        .await
        .unwrap_err();
    assert!(too_long.into_service_error().is_batch_request_too_long());
    let bad_text = queue.send_call("\u{0}").send().await.unwrap_err();
    assert!(bad_text.into_service_error().is_invalid_message_contents());
}

/// Parameters that are none.
pub async fn parameter_errors(client: &Client) {
    let queue = TestQueue::create(client, "parameter-errors", &[]).await;
    let bad_handle = client
        .delete_message()
        .queue_url(&queue.url)
        .receipt_handle("made up")
        .send()
        .await
        .unwrap_err();
    assert!(
        bad_handle
            .into_service_error()
            .is_receipt_handle_is_invalid()
    );
    let bad_name = client
        .set_queue_attributes()
        .queue_url(&queue.url)
        .attributes(QueueAttributeName::from("Unheard"), "1")
        .send()
        .await
        .unwrap_err();
    assert!(bad_name.into_service_error().is_invalid_attribute_name());
    let bad_number = client
        .receive_message()
        .queue_url(&queue.url)
        .max_number_of_messages(11)
        .send()
        .await
        .unwrap_err();
    assert_eq!(code(&bad_number), "InvalidParameterValue");
}

/// A receipt handle is good for one receive.
pub async fn receipt_handles(client: &Client) {
    let queue = TestQueue::create(client, "handles", &[]).await;
    queue.send("received twice").await;
    let first = queue.receive_one().await;
    queue.change_visibility(&first, 0).await;
    let not_in_flight = client
        .change_message_visibility()
        .queue_url(&queue.url)
        .receipt_handle(first.receipt_handle().unwrap())
        .visibility_timeout(9)
        .send()
        .await
        .unwrap_err();
    assert!(not_in_flight.into_service_error().is_message_not_inflight());
    let second = queue.receive_one().await;
    queue.delete(&first).await;
    assert_eq!(queue.in_flight().await, "1", "an earlier receive's handle deletes nothing");
    // The second time there is nothing left to delete, which is no error.
    queue.delete(&second).await;
    queue.delete(&second).await;
    assert_eq!(queue.in_flight().await, "0");
}
