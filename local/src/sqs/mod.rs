//! SQS on SQLite: the queue semantics that the functions rely on, over the AWS JSON protocol and in
//! process.
//!
//! Messages survive a restart, and a power cut up to the last few commits (`synchronous = NORMAL`).
//! A long poll sleeps until a message arrives or becomes visible. Left out: FIFO queues, policies,
//! tags, the quota of messages in flight.

mod error;
mod message;
mod moves;
mod protocol;
mod receipt;
mod settings;
mod store;
mod transfer;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{sync::Notify, time::Instant};

pub use error::{Code, Error, Result};
pub use message::{Attribute, MessageAttributes};
use message::{Outgoing, md5_of};
use store::{Received, Store};

/// A message as a consumer receives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The id it was given when it was sent.
    pub id: String,
    /// What deletes it, or changes its visibility, after this receive.
    pub receipt_handle: String,
    /// The text that was sent.
    pub body: String,
    /// MD5 of the body, in hexadecimal.
    pub md5_of_body: String,
    /// `ApproximateReceiveCount`, `SentTimestamp`, `ApproximateFirstReceiveTimestamp`, `SenderId`;
    /// times in milliseconds.
    pub attributes: BTreeMap<String, String>,
    /// As sent.
    pub message_attributes: MessageAttributes,
}

/// All queues of one SQLite file. Clones share them.
#[derive(Debug, Clone)]
pub struct Server {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Mutex<Store>,
    origin: OnceLock<String>,
    arrived: Notify,
}

impl Server {
    /// Opens the queues in `path`, or creates the file.
    pub fn open(path: &Path) -> Result<Self> {
        let store = Mutex::new(Store::open(path)?);
        Ok(Self {
            shared: Arc::new(Shared { store, origin: OnceLock::new(), arrived: Notify::new() }),
        })
    }

    /// Says under which origin (`http://127.0.0.1:PORT`, no slash at the end) the router is served; queue URLs begin with it.
    /// To be called once, before the first request; later calls change nothing.
    pub fn set_origin(&self, origin: &str) {
        self.shared.origin.get_or_init(|| origin.to_owned());
    }

    /// `POST /`, the AWS JSON 1.0 protocol (`X-Amz-Target: AmazonSQS.*`).
    pub fn router(&self) -> axum::Router {
        protocol::router(self.clone())
    }

    /// `<origin>/000000000000/<name>`, whether or not the queue exists.
    pub fn queue_url(&self, name: &str) -> String {
        let origin = self.shared.origin.get().map_or("", String::as_str);
        format!("{origin}/{}/{name}", settings::ACCOUNT)
    }

    /// `arn:aws:sqs:us-east-1:000000000000:<name>`, for a `RedrivePolicy`.
    pub fn queue_arn(&self, name: &str) -> String {
        settings::arn(name)
    }

    /// Creates the queue, or gives the one there these attributes (as `SetQueueAttributes` would):
    /// what a template says holds after every start. Attribute values are strings as in the API
    /// (`{"VisibilityTimeout": "60", "RedrivePolicy": "{…}"}`). A dead-letter queue must be
    /// there before the queue that names it.
    pub async fn ensure_queue(
        &self,
        name: &str,
        attributes: &BTreeMap<String, String>,
    ) -> Result<()> {
        let (name, attributes) = (name.to_owned(), attributes.clone());
        self.with(move |store| match store.find(&name)? {
            Some(_) => store.configure(&name, attributes, now()),
            None => store.create(&name, attributes, now()),
        })
        .await
    }

    /// Sends one message; returns its id.
    pub async fn send(&self, queue: &str, body: &str) -> Result<String> {
        self.send_message(queue, Outgoing { message_body: body.to_owned(), ..Outgoing::default() })
            .await
    }

    async fn send_message(&self, queue: &str, message: Outgoing) -> Result<String> {
        let queue = queue.to_owned();
        let sent = self.with(move |store| {
            let queue = store.queue(&queue)?;
            message.check(queue.settings.number("MaximumMessageSize"))?;
            store.send(&queue, &message, now())
        });
        let id = sent.await?;
        self.shared.arrived.notify_waiters();
        Ok(id)
    }

    /// Up to `max` (1 to 10) visible messages; waits up to `wait` for the first to arrive.
    pub async fn receive(&self, queue: &str, max: usize, wait: Duration) -> Result<Vec<Message>> {
        Ok(self
            .poll(queue, max, None, wait)
            .await?
            .into_iter()
            .map(Message::from)
            .collect())
    }

    async fn poll(
        &self,
        queue: &str,
        max: usize,
        visibility: Option<i64>,
        wait: Duration,
    ) -> Result<Vec<Received>> {
        let deadline = Instant::now() + wait;
        loop {
            // Listening begins before looking, so that what arrives in between is not missed.
            let mut arrived = std::pin::pin!(self.shared.arrived.notified());
            arrived.as_mut().enable();
            let name = queue.to_owned();
            let batch = self
                .with(move |store| store.receive(&name, max, visibility, now()))
                .await?;
            if batch.redriven {
                self.shared.arrived.notify_waiters();
            }
            if !batch.messages.is_empty() || Instant::now() >= deadline {
                return Ok(batch.messages);
            }
            let visible = batch.next.map(|at| {
                Instant::now() + Duration::from_millis(u64::try_from(at - now()).unwrap_or(0))
            });
            let wake = visible.map_or(deadline, |at| at.min(deadline));
            tokio::select! {
                () = arrived => {}
                () = tokio::time::sleep_until(wake) => {}
            }
        }
    }

    /// Deletes messages by receipt handle; one that is already gone counts as deleted, as in SQS. A
    /// handle that is none is an error, after the others were deleted.
    pub async fn delete_batch(&self, queue: &str, receipt_handles: &[String]) -> Result<()> {
        let (queue, handles) = (queue.to_owned(), receipt_handles.to_vec());
        self.with(move |store| {
            let queue = store.queue(&queue)?;
            handles
                .iter()
                .map(|handle| store.delete(&queue, handle))
                .fold(Ok(()), Result::and)
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
        let (queue, handle) = (queue.to_owned(), receipt_handle.to_owned());
        let changed = self.with(move |store| {
            store.change_visibility(&store.queue(&queue)?, &handle, seconds, now())
        });
        changed.await?;
        self.shared.arrived.notify_waiters();
        Ok(())
    }

    /// All attributes of the queue, such as `ApproximateNumberOfMessages` and `VisibilityTimeout`.
    pub async fn attributes(&self, queue: &str) -> Result<BTreeMap<String, String>> {
        let name = queue.to_owned();
        self.with(move |store| {
            let queue = store.queue(&name)?;
            let counts = store.counts(&queue, now())?;
            let mut all = queue.settings.all();
            let counted = [
                ("ApproximateNumberOfMessages", counts.visible),
                ("ApproximateNumberOfMessagesDelayed", counts.delayed),
                ("ApproximateNumberOfMessagesNotVisible", counts.in_flight),
                ("CreatedTimestamp", queue.created / 1_000),
                ("LastModifiedTimestamp", queue.modified / 1_000),
            ];
            all.extend(counted.map(|(name, number)| (name.to_owned(), number.to_string())));
            all.insert("QueueArn".to_owned(), settings::arn(&queue.name));
            Ok(all)
        })
        .await
    }

    // SQLite calls block, so they run beside the runtime's workers.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let shared = self.shared.clone();
        let done = tokio::task::spawn_blocking(move || {
            // A panic elsewhere leaves no half-done change behind: SQLite rolls open transactions
            // back.
            work(&mut shared.store.lock().unwrap_or_else(PoisonError::into_inner))
        });
        done.await.map_err(Error::internal)?
    }
}

impl From<Received> for Message {
    fn from(received: Received) -> Self {
        Self {
            attributes: transfer::system_attributes(&received),
            md5_of_body: md5_of(&received.body),
            id: received.id,
            receipt_handle: received.receipt_handle,
            body: received.body,
            message_attributes: received.attributes,
        }
    }
}

// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
