//! SQS on SQLite: the queue semantics that the functions rely on, over the AWS JSON protocol and in
//! process.
//!
//! Messages survive a restart, and a power cut up to the last few commits (`synchronous = NORMAL`).
//! A long poll sleeps until a message arrives or becomes visible. Left out: FIFO queues, policies,
//! tags, the quota of messages in flight.

mod backlog;
mod batch_operations;
mod error;
mod message;
mod message_operations;
mod message_store;
mod move_tasks;
mod protocol;
mod queue_operations;
mod receipt;
mod settings;
mod store;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{sync::Notify, time::Instant};

pub use backlog::Backlog;
pub use error::{Error, ErrorCode, Result};
pub use message::{MessageAttribute, MessageAttributes};
use message::{NewMessage, md5_of};
use message_store::ReceivedMessage;
use settings::QueueAttributes;
use store::QueueStore;

/// A message as a consumer receives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The id it was given when it was sent.
    pub id: String,
    /// The handle that deletes it, or changes its visibility, after this receive.
    pub receipt_handle: String,
    /// The text that was sent.
    pub body: String,
    /// MD5 of the body, in hexadecimal.
    pub md5_of_body: String,
    /// `ApproximateReceiveCount`, `SentTimestamp`, `ApproximateFirstReceiveTimestamp`, `SenderId`;
    /// times in milliseconds since 1970.
    pub attributes: BTreeMap<String, String>,
    /// The sender's attributes.
    pub message_attributes: MessageAttributes,
}

/// All queues of one SQLite file. Clones share them.
#[derive(Debug, Clone)]
pub struct SqsServer {
    shared: Arc<SqsState>,
}

#[derive(Debug)]
struct SqsState {
    store: Mutex<QueueStore>,
    origin: OnceLock<String>,
    arrived: Notify,
}

/// Returns the queue's name in an ARN.
pub fn queue_name(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

impl SqsServer {
    /// Opens the queues in `path`, or creates the file.
    pub fn open(path: &Path) -> Result<Self> {
        let state = SqsState {
            store: Mutex::new(QueueStore::open(path)?),
            origin: OnceLock::new(),
            arrived: Notify::new(),
        };
        Ok(Self { shared: Arc::new(state) })
    }

    /// Sets the origin (`http://127.0.0.1:PORT`, no slash at the end) at which the router is
    /// served; queue URLs begin with it. To be called once, before the first request; later calls
    /// change nothing.
    pub fn set_origin(&self, origin: &str) {
        self.shared.origin.get_or_init(|| origin.to_owned());
    }

    /// Returns the API: `POST /`, the AWS JSON 1.0 protocol (`X-Amz-Target: AmazonSQS.*`).
    pub fn router(&self) -> axum::Router {
        protocol::router(self.clone())
    }

    /// Returns `<origin>/000000000000/<name>`, also for a queue that does not exist.
    pub fn queue_url(&self, name: &str) -> String {
        let origin = self.shared.origin.get().map_or("", String::as_str);
        format!("{origin}/{}/{name}", settings::ACCOUNT)
    }

    /// Returns `arn:aws:sqs:us-east-1:000000000000:<name>`, for a `RedrivePolicy`.
    pub fn queue_arn(&self, name: &str) -> String {
        settings::arn(name)
    }

    /// Creates the queue, or gives the one there these attributes (as `SetQueueAttributes` would),
    /// so that the template holds after every start. Attribute values are strings as in the API
    /// (`{"VisibilityTimeout": "60", "RedrivePolicy": "{…}"}`). A dead-letter queue must be
    /// there before the queue that names it.
    pub async fn ensure_queue(&self, name: &str, attributes: &QueueAttributes) -> Result<()> {
        let name = name.to_owned();
        let attributes = attributes.clone();
        self.with_store(move |store| match store.find(&name)? {
            Some(_) => store.configure(&name, attributes, now()),
            None => store.create(&name, attributes, now()),
        })
        .await
    }

    /// Sends one message; returns its id.
    pub async fn send(&self, queue: &str, body: &str) -> Result<String> {
        let message = NewMessage { message_body: body.to_owned(), ..NewMessage::default() };
        self.send_message(queue, message).await
    }

    async fn send_message(&self, queue: &str, message: NewMessage) -> Result<String> {
        let queue = queue.to_owned();
        let id = self
            .with_store(move |store| {
                let queue = store.queue(&queue)?;
                message.check(queue.settings.number("MaximumMessageSize"))?;
                store.send(&queue, &message, now())
            })
            .await?;
        self.wake_receivers();
        Ok(id)
    }

    /// Receives up to `max` (1 to 10) visible messages; waits up to `wait` for the first to arrive.
    pub async fn receive(&self, queue: &str, max: usize, wait: Duration) -> Result<Vec<Message>> {
        let mut messages = Vec::new();
        for received in self.poll(queue, max, None, wait).await? {
            messages.push(Message::from(received));
        }
        Ok(messages)
    }

    async fn poll(
        &self,
        queue: &str,
        max: usize,
        visibility: Option<i64>,
        wait: Duration,
    ) -> Result<Vec<ReceivedMessage>> {
        let deadline = Instant::now() + wait;
        loop {
            // Listening begins before looking, so that a message that arrives in between is not
            // missed.
            let mut arrived = std::pin::pin!(self.shared.arrived.notified());
            arrived.as_mut().enable();
            let name = queue.to_owned();
            let result = self
                .with_store(move |store| store.receive(&name, max, visibility, now()))
                .await?;
            if result.redriven {
                self.wake_receivers();
            }
            if !result.messages.is_empty() || Instant::now() >= deadline {
                return Ok(result.messages);
            }
            let mut wake = deadline;
            if let Some(next_visible) = result.next_visible {
                let milliseconds = u64::try_from(next_visible - now()).unwrap_or(0);
                wake = deadline.min(Instant::now() + Duration::from_millis(milliseconds));
            }
            tokio::select! {
                () = arrived => {}
                () = tokio::time::sleep_until(wake) => {}
            }
        }
    }

    /// Deletes messages by receipt handle; one that is already gone counts as deleted, as in SQS. A
    /// handle that is none is an error, after the others were deleted.
    pub async fn delete_batch(&self, queue: &str, receipt_handles: &[String]) -> Result<()> {
        let queue = queue.to_owned();
        let handles = receipt_handles.to_vec();
        self.with_store(move |store| {
            let queue = store.queue(&queue)?;
            let mut first_failure = Ok(());
            for handle in &handles {
                let deleted = store.delete(&queue, handle);
                if first_failure.is_ok() {
                    first_failure = deleted;
                }
            }
            first_failure
        })
        .await
    }

    /// Makes a received message visible again after `timeout`; zero gives it back at once.
    pub async fn change_visibility(
        &self,
        queue: &str,
        receipt_handle: &str,
        timeout: Duration,
    ) -> Result<()> {
        let seconds = i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX);
        self.hide(queue, receipt_handle, seconds).await
    }

    async fn hide(&self, queue: &str, receipt_handle: &str, seconds: i64) -> Result<()> {
        let queue = queue.to_owned();
        let handle = receipt_handle.to_owned();
        self.with_store(move |store| {
            let queue = store.queue(&queue)?;
            store.change_visibility(&queue, &handle, seconds, now())
        })
        .await?;
        self.wake_receivers();
        Ok(())
    }

    /// Returns all attributes of the queue, such as `ApproximateNumberOfMessages` and
    /// `VisibilityTimeout`.
    pub async fn attributes(&self, queue: &str) -> Result<QueueAttributes> {
        let name = queue.to_owned();
        self.with_store(move |store| {
            let queue = store.queue(&name)?;
            let counts = store.counts(&queue, now())?;
            let mut attributes = queue.settings.with_defaults();
            for (name, number) in [
                ("ApproximateNumberOfMessages", counts.visible),
                ("ApproximateNumberOfMessagesDelayed", counts.delayed),
                ("ApproximateNumberOfMessagesNotVisible", counts.in_flight),
                ("CreatedTimestamp", queue.created / 1_000),
                ("LastModifiedTimestamp", queue.modified / 1_000),
            ] {
                attributes.insert(name.to_owned(), number.to_string());
            }
            attributes.insert("QueueArn".to_owned(), settings::arn(&queue.name));
            Ok(attributes)
        })
        .await
    }

    fn wake_receivers(&self) {
        self.shared.arrived.notify_waiters();
    }

    /// Works on the store beside the runtime's workers, because SQLite calls block.
    async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut QueueStore) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shared = self.shared.clone();
        let task = tokio::task::spawn_blocking(move || {
            // A panic elsewhere leaves no half-done change behind: SQLite rolls open transactions
            // back.
            let mut store = shared.store.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut store)
        });
        task.await.map_err(Error::internal)?
    }
}

impl From<ReceivedMessage> for Message {
    fn from(received: ReceivedMessage) -> Self {
        Self {
            attributes: message_operations::system_attributes(&received),
            md5_of_body: md5_of(&received.body),
            id: received.id,
            receipt_handle: received.receipt_handle,
            body: received.body,
            message_attributes: received.attributes,
        }
    }
}

/// Returns the milliseconds since 1970.
fn now() -> i64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
