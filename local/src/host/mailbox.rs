//! Where an environment fetches its invocation and leaves its answer.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};

/// One invocation on its way to an environment.
#[derive(Debug)]
pub(super) struct Delivery {
    pub request_id: String,
    pub payload: Bytes,
    /// Milliseconds since 1970.
    pub deadline: u128,
    pub function_arn: String,
}

/// What the environment said.
#[derive(Debug)]
pub(super) enum Answer {
    Response(Bytes),
    Error(Bytes),
    TooLarge,
}

/// Both ends of the conversation with one environment.
#[derive(Debug)]
pub(super) struct Mailbox {
    sender: mpsc::Sender<Delivery>,
    receiver: tokio::sync::Mutex<mpsc::Receiver<Delivery>>,
    /// The invocation that was sent and not answered yet.
    pending: Mutex<Option<(String, oneshot::Sender<Answer>)>>,
    ready: watch::Sender<bool>,
    init_error: Mutex<Option<Bytes>>,
}

impl Mailbox {
    pub fn new() -> Self {
        // One at a time: nothing is sent before the answer to the last.
        let (sender, receiver) = mpsc::channel(1);
        Self {
            sender,
            receiver: receiver.into(),
            pending: Mutex::default(),
            ready: watch::Sender::new(false),
            init_error: Mutex::default(),
        }
    }

    /// Sends an invocation; the receiver yields the answer.
    pub async fn send(&self, delivery: Delivery) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        *lock(&self.pending) = Some((delivery.request_id.clone(), sender));
        // Fails only without a receiver, which lives as long as this.
        let _ = self.sender.send(delivery).await;
        receiver
    }

    /// The environment asks for work.
    pub async fn next(&self) -> Option<Delivery> {
        self.ready.send_replace(true);
        self.receiver.lock().await.recv().await
    }

    /// The environment answers. False when nobody waits for an answer to this request.
    pub fn answer(&self, request_id: &str, answer: Answer) -> bool {
        let mut pending = lock(&self.pending);
        match pending.take() {
            Some((id, sender)) if id == request_id => sender.send(answer).is_ok(),
            other => {
                *pending = other;
                false
            }
        }
    }

    /// Whether the last invocation is still here: the environment never saw it.
    pub fn unfetched(&self) -> bool {
        self.sender.capacity() == 0
    }

    /// The environment could not start.
    pub fn fail_init(&self, error: Bytes) {
        *lock(&self.init_error) = Some(error);
    }

    /// What the environment said about why it could not start.
    pub fn init_error(&self) -> Option<Bytes> {
        lock(&self.init_error).clone()
    }

    /// Resolves once the environment asked for work for the first time.
    pub async fn ready(&self) {
        let _ = self.ready.subscribe().wait_for(|ready| *ready).await;
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
