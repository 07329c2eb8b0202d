//! The questions. Every implementation gets them from the same client, so nothing here is ours
//! alone.

use std::{collections::HashMap, time::Duration};

use aws_sdk_sqs::{
    Client,
    error::ProvideErrorMetadata,
    operation::receive_message::ReceiveMessageOutput,
    primitives::Blob,
    types::{
        ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
        MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
        SendMessageBatchRequestEntry,
    },
};
use tokio::time::{Instant, timeout};

/// All that both implementations must do.
pub async fn everything(client: &Client) {
    queues(client).await;
    a_message_and_its_attributes(client).await;
    batches_fail_by_entry(client).await;
    limits(client).await;
    visibility(client).await;
    delay(client).await;
    long_poll(client).await;
    dead_letters(client).await;
    purge(client).await;
}

async fn create(client: &Client, name: &str, attributes: &[(QueueAttributeName, &str)]) -> String {
    let attributes: HashMap<_, _> = attributes
        .iter()
        .map(|(name, value)| (name.clone(), (*value).to_owned()))
        .collect();
    let made = client
        .create_queue()
        .queue_name(name)
        .set_attributes(Some(attributes))
        .send()
        .await
        .unwrap();
    made.queue_url.unwrap()
}

async fn attribute(client: &Client, url: &str, name: QueueAttributeName) -> String {
    let all = client
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(QueueAttributeName::All)
        .send()
        .await
        .unwrap();
    all.attributes.unwrap()[&name].clone()
}

async fn send(client: &Client, url: &str, body: &str) -> String {
    client
        .send_message()
        .queue_url(url)
        .message_body(body)
        .send()
        .await
        .unwrap()
        .message_id
        .unwrap()
}

async fn receive(client: &Client, url: &str, max: i32, wait: i32) -> Vec<Message> {
    let names = MessageSystemAttributeName::All;
    let call = client
        .receive_message()
        .queue_url(url)
        .max_number_of_messages(max)
        .wait_time_seconds(wait);
    let call = call
        .message_system_attribute_names(names)
        .message_attribute_names("All");
    let answer: ReceiveMessageOutput = call.send().await.unwrap();
    answer.messages.unwrap_or_default()
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    let mut bodies: Vec<_> = messages
        .iter()
        .map(|message| message.body().unwrap())
        .collect();
    bodies.sort_unstable();
    bodies
}

async fn queues(client: &Client) {
    let url = create(client, "made", &[(QueueAttributeName::VisibilityTimeout, "45")]).await;
    assert!(url.ends_with("/000000000000/made"), "{url}");
    assert_eq!(
        client
            .get_queue_url()
            .queue_name("made")
            .send()
            .await
            .unwrap()
            .queue_url
            .unwrap(),
        url
    );
    let again = create(client, "made", &[(QueueAttributeName::VisibilityTimeout, "45")]).await;
    assert_eq!(again, url, "the same queue again is no error");
    let other = client
        .create_queue()
        .queue_name("made")
        .attributes(QueueAttributeName::VisibilityTimeout, "46");
    assert!(
        other
            .send()
            .await
            .unwrap_err()
            .into_service_error()
            .is_queue_name_exists()
    );

    let listed = client
        .list_queues()
        .queue_name_prefix("mad")
        .send()
        .await
        .unwrap()
        .queue_urls
        .unwrap();
    assert_eq!(listed, [url.as_str()]);
    assert_eq!(attribute(client, &url, QueueAttributeName::VisibilityTimeout).await, "45");
    assert_eq!(attribute(client, &url, QueueAttributeName::MessageRetentionPeriod).await, "345600");
    let arn = attribute(client, &url, QueueAttributeName::QueueArn).await;
    assert!(arn.starts_with("arn:aws:sqs:") && arn.ends_with(":made"), "{arn}");
    client
        .set_queue_attributes()
        .queue_url(&url)
        .attributes(QueueAttributeName::VisibilityTimeout, "50")
        .send()
        .await
        .unwrap();
    assert_eq!(attribute(client, &url, QueueAttributeName::VisibilityTimeout).await, "50");

    client.delete_queue().queue_url(&url).send().await.unwrap();
    let gone = client
        .get_queue_url()
        .queue_name("made")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(gone.is_queue_does_not_exist(), "{gone:?}");
    let gone = client
        .receive_message()
        .queue_url(&url)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(gone.is_queue_does_not_exist(), "{gone:?}");
    assert_eq!(gone.code(), Some("AWS.SimpleQueueService.NonExistentQueue"));
}

async fn a_message_and_its_attributes(client: &Client) {
    let url = create(client, "attributes", &[]).await;
    let text = |kind: &str, value: &str| {
        MessageAttributeValue::builder()
            .data_type(kind)
            .string_value(value)
            .build()
            .unwrap()
    };
    let bytes = MessageAttributeValue::builder()
        .data_type("Binary")
        .binary_value(Blob::new([0_u8, 255, 7]))
        .build()
        .unwrap();
    let sent = client
        .send_message()
        .queue_url(&url)
        .message_body("Grüße, 写真")
        .message_attributes("colour", text("String", "green"))
        .message_attributes("count", text("Number.int", "12"))
        .message_attributes("raw", bytes.clone())
        .send()
        .await
        .unwrap();
    // By Python's hashlib over the documented encoding.
    assert_eq!(sent.md5_of_message_body(), Some("def4377bb06c1aedca9f9b963e0b0620"));
    assert_eq!(sent.md5_of_message_attributes(), Some("c663c982b2284e0e172316c3e85768b7"));

    let received = receive(client, &url, 10, 0).await;
    let [message] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.body(), Some("Grüße, 写真"));
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    assert_eq!(message.md5_of_message_attributes(), sent.md5_of_message_attributes());
    let attributes = message.message_attributes().unwrap();
    assert_eq!(attributes["colour"].string_value(), Some("green"));
    assert_eq!(attributes["count"].data_type(), "Number.int");
    assert_eq!(attributes["raw"], bytes);
    let system = message.attributes().unwrap();
    assert_eq!(system[&MessageSystemAttributeName::ApproximateReceiveCount], "1");
    let time = |name: MessageSystemAttributeName| system[&name].parse::<u128>().unwrap();
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis();
    let (sent, first) = (
        time(MessageSystemAttributeName::SentTimestamp),
        time(MessageSystemAttributeName::ApproximateFirstReceiveTimestamp),
    );
    assert!(now - 60_000 < sent && sent <= first && first <= now + 1_000, "{sent} {first} {now}");

    client
        .delete_message()
        .queue_url(&url)
        .receipt_handle(message.receipt_handle().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(
        attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await,
        "0"
    );
}

fn entry(id: &str, body: &str) -> SendMessageBatchRequestEntry {
    SendMessageBatchRequestEntry::builder()
        .id(id)
        .message_body(body)
        .build()
        .unwrap()
}

async fn batches_fail_by_entry(client: &Client) {
    let url = create(client, "batches", &[(QueueAttributeName::MaximumMessageSize, "1024")]).await;
    let good = (0..9).map(|n| entry(&format!("e{n}"), &format!("b{n}")));
    let large = entry("large", &"x".repeat(1_025));
    let sent = client
        .send_message_batch()
        .queue_url(&url)
        .set_entries(Some(good.chain([large]).collect()))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.successful().len(), 9);
    assert_eq!(
        sent.failed()
            .iter()
            .map(|failed| (failed.id(), failed.sender_fault()))
            .collect::<Vec<_>>(),
        [("large", true)]
    );

    let received = receive(client, &url, 10, 0).await;
    assert_eq!(bodies(&received), ["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"]);
    let mut hide = Vec::new();
    for (n, message) in received.iter().enumerate() {
        let handle = if n == 0 { "made up" } else { message.receipt_handle().unwrap() };
        let change = ChangeMessageVisibilityBatchRequestEntry::builder()
            .id(format!("h{n}"))
            .receipt_handle(handle);
        hide.push(change.visibility_timeout(600).build().unwrap());
    }
    let hidden = client
        .change_message_visibility_batch()
        .queue_url(&url)
        .set_entries(Some(hide))
        .send()
        .await
        .unwrap();
    assert_eq!((hidden.successful().len(), hidden.failed().len()), (8, 1));
    assert_eq!(hidden.failed()[0].id(), "h0");

    let delete = received.iter().enumerate().map(|(n, message)| {
        let handle = if n == 3 { "made up" } else { message.receipt_handle().unwrap() };
        DeleteMessageBatchRequestEntry::builder()
            .id(format!("d{n}"))
            .receipt_handle(handle)
            .build()
            .unwrap()
    });
    let deleted = client
        .delete_message_batch()
        .queue_url(&url)
        .set_entries(Some(delete.collect()))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (deleted.successful().len(), deleted.failed().len()),
        (8, 1),
        "one bad handle fails alone"
    );
    assert_eq!(deleted.failed()[0].id(), "d3");
    assert_eq!(
        attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await,
        "1"
    );
}

async fn too_large(client: &Client, url: &str, size: usize) {
    let sent = client
        .send_message()
        .queue_url(url)
        .message_body("x".repeat(size))
        .send()
        .await;
    let error = sent.unwrap_err().into_service_error();
    assert_eq!(error.code(), Some("InvalidParameterValue"), "{error:?}");
}

async fn limits(client: &Client) {
    let url = create(client, "limits", &[(QueueAttributeName::MaximumMessageSize, "1024")]).await;
    send(client, &url, &"x".repeat(1_024)).await;
    too_large(client, &url, 1_025).await;
    let many = (0..11).map(|n| entry(&format!("e{n}"), "b")).collect();
    let many = client
        .send_message_batch()
        .queue_url(&url)
        .set_entries(Some(many))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(many.is_too_many_entries_in_batch_request(), "{many:?}");
    let twice = client
        .send_message_batch()
        .queue_url(&url)
        .entries(entry("same", "a"))
        .entries(entry("same", "b"));
    let twice = twice.send().await.unwrap_err().into_service_error();
    assert!(twice.is_batch_entry_ids_not_distinct(), "{twice:?}");
    let empty = client
        .send_message_batch()
        .queue_url(&url)
        .set_entries(Some(Vec::new()))
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(empty.is_empty_batch_request(), "{empty:?}");
}

async fn visibility(client: &Client) {
    let url = create(client, "visibility", &[(QueueAttributeName::VisibilityTimeout, "1")]).await;
    send(client, &url, "again").await;
    let first = receive(client, &url, 1, 0).await;
    assert_eq!(first.len(), 1);
    assert!(receive(client, &url, 1, 0).await.is_empty(), "it is hidden");
    let second = receive(client, &url, 1, 10).await;
    assert_eq!(second.len(), 1, "and comes back by itself");
    assert_eq!(
        second[0].attributes().unwrap()[&MessageSystemAttributeName::ApproximateReceiveCount],
        "2"
    );
    let first_received = |message: &Message| {
        message.attributes().unwrap()[&MessageSystemAttributeName::ApproximateFirstReceiveTimestamp]
            .clone()
    };
    assert_eq!(first_received(&second[0]), first_received(&first[0]));

    let handle = second[0].receipt_handle().unwrap();
    client
        .change_message_visibility()
        .queue_url(&url)
        .receipt_handle(handle)
        .visibility_timeout(0)
        .send()
        .await
        .unwrap();
    let third = receive(client, &url, 1, 0).await;
    assert_eq!(third.len(), 1, "given back at once");
    let handle = third[0].receipt_handle().unwrap();
    client
        .change_message_visibility()
        .queue_url(&url)
        .receipt_handle(handle)
        .visibility_timeout(600)
        .send()
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert!(receive(client, &url, 1, 0).await.is_empty(), "held for longer");
    client
        .delete_message()
        .queue_url(&url)
        .receipt_handle(handle)
        .send()
        .await
        .unwrap();
    assert_eq!(
        attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await,
        "0"
    );
}

async fn delay(client: &Client) {
    let url = create(client, "delay", &[]).await;
    let begun = Instant::now();
    client
        .send_message()
        .queue_url(&url)
        .message_body("late")
        .delay_seconds(1)
        .send()
        .await
        .unwrap();
    assert!(receive(client, &url, 1, 0).await.is_empty());
    assert_eq!(
        attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessagesDelayed).await,
        "1"
    );
    assert_eq!(bodies(&receive(client, &url, 1, 10).await), ["late"]);
    let took = begun.elapsed();
    assert!(Duration::from_millis(900) < took && took < Duration::from_secs(5), "{took:?}");
}

async fn long_poll(client: &Client) {
    let url =
        create(client, "poll", &[(QueueAttributeName::ReceiveMessageWaitTimeSeconds, "1")]).await;
    let begun = Instant::now();
    let none = client
        .receive_message()
        .queue_url(&url)
        .send()
        .await
        .unwrap();
    assert!(none.messages.is_none_or(|messages| messages.is_empty()));
    assert!(begun.elapsed() > Duration::from_millis(900), "the queue's own wait holds");

    let waiting = tokio::spawn({
        let (client, url) = (client.clone(), url.clone());
        async move { receive(&client, &url, 1, 20).await }
    });
    let begun = Instant::now();
    send(client, &url, "now").await;
    let received = timeout(Duration::from_secs(15), waiting)
        .await
        .expect("it wakes before its time")
        .unwrap();
    assert_eq!(bodies(&received), ["now"]);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// A queue and its dead letters, with one in them.
async fn poisoned(client: &Client, name: &str) -> (String, String) {
    let dead = create(client, &format!("{name}-dead"), &[]).await;
    let arn = attribute(client, &dead, QueueAttributeName::QueueArn).await;
    let policy = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"2"}}"#);
    let settings = [
        (QueueAttributeName::VisibilityTimeout, "0"),
        (QueueAttributeName::RedrivePolicy, policy.as_str()),
    ];
    let url = create(client, name, &settings).await;
    send(client, &url, "poison").await;
    for _ in 0..2 {
        assert_eq!(bodies(&receive(client, &url, 1, 0).await), ["poison"]);
    }
    assert!(receive(client, &url, 1, 0).await.is_empty(), "twice is enough");
    (url, dead)
}

async fn dead_letters(client: &Client) {
    let (url, dead) = poisoned(client, "redrive").await;
    assert_eq!(attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessages).await, "0");
    assert_eq!(bodies(&receive(client, &dead, 1, 5).await), ["poison"]);
}

async fn purge(client: &Client) {
    let url = create(client, "purge", &[]).await;
    send(client, &url, "a").await;
    send(client, &url, "b").await;
    assert_eq!(receive(client, &url, 1, 0).await.len(), 1);
    client.purge_queue().queue_url(&url).send().await.unwrap();
    assert_eq!(attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessages).await, "0");
    assert_eq!(
        attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await,
        "0"
    );
}

/// Dead letters go back to where they came from.
pub async fn moving_back(client: &Client) {
    let (url, dead) = poisoned(client, "moves").await;
    let source = attribute(client, &dead, QueueAttributeName::QueueArn).await;
    let listed = client
        .list_dead_letter_source_queues()
        .queue_url(&dead)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.queue_urls(), [url.as_str()]);
    client
        .start_message_move_task()
        .source_arn(&source)
        .send()
        .await
        .unwrap();
    assert_eq!(bodies(&receive(client, &url, 1, 5).await), ["poison"]);
    assert_eq!(
        attribute(client, &dead, QueueAttributeName::ApproximateNumberOfMessages).await,
        "0"
    );
    let tasks = client
        .list_message_move_tasks()
        .source_arn(&source)
        .send()
        .await
        .unwrap();
    let [task] = tasks.results() else { panic!("{tasks:?}") };
    assert_eq!(
        (task.status(), task.approximate_number_of_messages_moved()),
        (Some("COMPLETED"), 1)
    );
    let arn = attribute(client, &url, QueueAttributeName::QueueArn).await;
    assert!(
        client
            .start_message_move_task()
            .source_arn(arn)
            .send()
            .await
            .is_err(),
        "not a dead-letter queue"
    );
}

/// Errors by the very code, and the limits at their real size.
pub async fn exact_errors(client: &Client) {
    let url = create(client, "errors", &[]).await;
    send(client, &url, &"x".repeat(1_048_576)).await;
    too_large(client, &url, 1_048_577).await;
    let halves = ["a", "b"].map(|id| entry(id, &"x".repeat(600_000)));
    let long = client
        .send_message_batch()
        .queue_url(&url)
        .set_entries(Some(halves.to_vec()))
        .send()
        .await
        .unwrap_err();
    assert!(long.into_service_error().is_batch_request_too_long());
    let text = client
        .send_message()
        .queue_url(&url)
        .message_body("\u{0}")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(text.is_invalid_message_contents(), "{text:?}");
    let handle = client
        .delete_message()
        .queue_url(&url)
        .receipt_handle("made up")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(handle.is_receipt_handle_is_invalid(), "{handle:?}");
    let name = client
        .set_queue_attributes()
        .queue_url(&url)
        .attributes("Unheard".into(), "1")
        .send()
        .await
        .unwrap_err();
    assert!(name.into_service_error().is_invalid_attribute_name());
    let number = client
        .receive_message()
        .queue_url(&url)
        .max_number_of_messages(11)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert_eq!(number.code(), Some("InvalidParameterValue"), "{number:?}");

    let received = receive(client, &url, 1, 0).await;
    let handle = received[0].receipt_handle().unwrap();
    client
        .change_message_visibility()
        .queue_url(&url)
        .receipt_handle(handle)
        .visibility_timeout(0)
        .send()
        .await
        .unwrap();
    let idle = client
        .change_message_visibility()
        .queue_url(&url)
        .receipt_handle(handle)
        .visibility_timeout(9)
        .send()
        .await
        .unwrap_err();
    assert!(idle.into_service_error().is_message_not_inflight());
    let again = receive(client, &url, 1, 0).await;
    client
        .delete_message()
        .queue_url(&url)
        .receipt_handle(handle)
        .send()
        .await
        .unwrap();
    let left =
        attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await;
    assert_eq!(left, "1", "the handle of an earlier receive deletes nothing");
    for _ in 0..2 {
        // The second time there is nothing left to delete, which is no error.
        client
            .delete_message()
            .queue_url(&url)
            .receipt_handle(again[0].receipt_handle().unwrap())
            .send()
            .await
            .unwrap();
    }
    assert_eq!(
        attribute(client, &url, QueueAttributeName::ApproximateNumberOfMessagesNotVisible).await,
        "0"
    );
}
