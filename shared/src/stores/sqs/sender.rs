//! The one sender that every queue has, typed by its message.

use std::marker::PhantomData;

use aws_sdk_sqs::{
    Client,
    types::{QueueAttributeName, SendMessageBatchRequestEntry},
};

use super::message::{VersionedMessage, to_body};
use crate::{
    env::Env,
    error::{Error, Of, Result},
};

/// The most messages that SQS takes in one request.
const BATCH: usize = 10;

/// Sends messages of one type to their queue.
pub struct Sender<M> {
    queue: Queue,
    message: PhantomData<fn(M)>,
}

impl<M: VersionedMessage> Sender<M> {
    /// Returns a sender to the queue that [`VersionedMessage::URL_VARIABLE`] leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        let queue = Queue::connect(env, M::QUEUE, M::URL_VARIABLE)?;
        Ok(Self { queue, message: PhantomData })
    }

    /// Sends a message that is to be received in so many seconds, at most 900.
    pub async fn send(&self, message: &M, delay_seconds: i32) -> Result<()> {
        self.queue.send(to_body(message)?, delay_seconds).await
    }

    /// Sends these messages.
    ///
    /// # Errors
    /// [`Error::Unavailable`](crate::Error::Unavailable) when any was not taken; those that were
    /// will come twice.
    pub async fn send_all(&self, messages: &[M]) -> Result<()> {
        for batch in messages.chunks(BATCH) {
            let bodies: Vec<String> = batch.iter().map(to_body).collect::<Result<_>>()?;
            self.queue.send_batch(bodies).await?;
        }
        Ok(())
    }
}

/// A queue, as one sees it who sends texts to it.
pub struct Queue {
    client: Client,
    url: String,
    /// Its name in errors.
    name: &'static str,
}

impl Queue {
    /// Returns the queue whose URL the variable `url_variable` has.
    pub fn connect(env: &Env, name: &'static str, url_variable: &'static str) -> Result<Self> {
        let client = Client::new(env.sdk_beyond_the_network());
        Ok(Self { client, url: env.get(url_variable)?, name })
    }

    /// Sends a text that is to be received in so many seconds, at most 900.
    pub async fn send(&self, body: String, delay_seconds: i32) -> Result<()> {
        let delay = (delay_seconds > 0).then_some(delay_seconds);
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
            .set_delay_seconds(delay)
            .send()
            .await
            .of(self.name)?;
        Ok(())
    }

    /// Returns the number of messages that wait to be received, as SQS knows it.
    pub async fn count_waiting(&self) -> Result<u64> {
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
            .send()
            .await
            .of(self.name)?;
        let attributes = answer.attributes.unwrap_or_default();
        match attributes.get(&QueueAttributeName::ApproximateNumberOfMessages) {
            Some(number) => number.parse().map_err(Error::internal),
            None => {
                Err(Error::internal(format!("the {} does not say what waits in it", self.name)))
            }
        }
    }

    /// Sends up to ten texts in one request.
    async fn send_batch(&self, bodies: Vec<String>) -> Result<()> {
        let mut entries = Vec::new();
        for (number, body) in bodies.into_iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(number.to_string())
                .message_body(body);
            entries.push(entry.build().map_err(Error::internal)?);
        }
        let sent = self
            .client
            .send_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries))
            .send()
            .await
            .of(self.name)?;
        match sent.failed.into_iter().next() {
            None => Ok(()),
            Some(first) => Err(first.message.unwrap_or(first.code)).of(self.name),
        }
    }
}
