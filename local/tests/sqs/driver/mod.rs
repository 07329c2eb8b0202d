//! The behaviour of SQS that the system relies on. Every implementation is asked by the same
//! client, so nothing here is ours alone.

mod batches;
mod dead_letters;
mod errors;
mod messages;
mod queues;
mod visibility;

use std::collections::HashMap;

use aws_sdk_sqs::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::send_message::builders::SendMessageFluentBuilder,
    types::{
        Message, MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
    },
};

/// Asks for everything that both implementations must do.
pub async fn everything(client: &Client) {
    queues::lifecycle(client).await;
    messages::attributes(client).await;
    messages::delay(client).await;
    messages::long_poll(client).await;
    messages::purge(client).await;
    batches::entries_fail_by_themselves(client).await;
    batches::limits(client).await;
    visibility::hidden_and_back(client).await;
    dead_letters::redrive(client).await;
}

/// Asks for what our server alone does: dead letters go back, and errors have the very codes.
pub async fn ours_alone(client: &Client) {
    dead_letters::moving_back(client).await;
    errors::message_errors(client).await;
    errors::parameter_errors(client).await;
    errors::receipt_handles(client).await;
}

/// A queue and a client of it.
struct TestQueue<'a> {
    client: &'a Client,
    url: String,
}

impl<'a> TestQueue<'a> {
    async fn create(
        client: &'a Client,
        name: &str,
        attributes: &[(QueueAttributeName, &str)],
    ) -> Self {
        let mut values = HashMap::new();
        for (name, value) in attributes {
            values.insert(name.clone(), (*value).to_owned());
        }
        let created = client
            .create_queue()
            .queue_name(name)
            .set_attributes(Some(values))
            .send()
            .await
            .unwrap();
        Self { client, url: created.queue_url.unwrap() }
    }

    async fn attribute(&self, name: QueueAttributeName) -> String {
        let all = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(QueueAttributeName::All)
            .send()
            .await
            .unwrap();
        all.attributes.unwrap()[&name].clone()
    }

    /// Returns the number of messages that can be received.
    async fn visible(&self) -> String {
        self.attribute(QueueAttributeName::ApproximateNumberOfMessages)
            .await
    }

    /// Returns the number of messages that were received and not deleted.
    async fn in_flight(&self) -> String {
        self.attribute(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)
            .await
    }

    fn send_call(&self, body: &str) -> SendMessageFluentBuilder {
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
    }

    async fn send(&self, body: &str) {
        self.send_call(body).send().await.unwrap();
    }

    /// Sends a message that is refused as too large.
    async fn send_too_large(&self, size: usize) {
        let refused = self.send_call(&"x".repeat(size)).send().await.unwrap_err();
        assert_eq!(code(&refused), "InvalidParameterValue");
    }

    /// Receives up to `max` messages, and waits so many seconds for the first.
    async fn receive(&self, max: i32, wait_seconds: i32) -> Vec<Message> {
        let received = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(max)
            .wait_time_seconds(wait_seconds)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await
            .unwrap();
        received.messages.unwrap_or_default()
    }

    /// Receives the one message that there is, at once.
    async fn receive_one(&self) -> Message {
        let mut received = self.receive(1, 0).await;
        received.pop().expect("a message")
    }

    async fn is_empty(&self) -> bool {
        self.receive(1, 0).await.is_empty()
    }

    async fn delete(&self, message: &Message) {
        self.client
            .delete_message()
            .queue_url(&self.url)
            .receipt_handle(message.receipt_handle().unwrap())
            .send()
            .await
            .unwrap();
    }

    async fn change_visibility(&self, message: &Message, seconds: i32) {
        self.client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(message.receipt_handle().unwrap())
            .visibility_timeout(seconds)
            .send()
            .await
            .unwrap();
    }
}

/// Returns the bodies of messages, in order of their text.
fn bodies(messages: &[Message]) -> Vec<&str> {
    let mut bodies = Vec::new();
    for message in messages {
        bodies.push(message.body().unwrap());
    }
    bodies.sort_unstable();
    bodies
}

/// Returns a system attribute of a received message.
fn system_attribute(message: &Message, name: &MessageSystemAttributeName) -> String {
    message.attributes().unwrap()[name].clone()
}

/// Returns an entry of a batch of messages.
fn entry(id: &str, body: &str) -> SendMessageBatchRequestEntry {
    SendMessageBatchRequestEntry::builder()
        .id(id)
        .message_body(body)
        .build()
        .unwrap()
}

/// Returns the code of an error.
fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> &str {
    match error.as_service_error() {
        Some(error) => error.code().unwrap_or("none"),
        None => "no answer",
    }
}
