//! The meeting point of the host and one environment: there the environment fetches its invocation
//! and leaves its answer.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};

/// One invocation on its way to an environment.
#[derive(Debug)]
pub(super) struct Invocation {
    pub request_id: String,
    pub payload: Bytes,
    /// Milliseconds since 1970.
    pub deadline: u128,
    pub function_arn: String,
}

/// The environment's answer to an invocation.
#[derive(Debug)]
pub(super) enum FunctionAnswer {
    Response(Bytes),
    Error(Bytes),
    TooLarge,
}

/// Both ends of the conversation with one environment.
#[derive(Debug)]
pub(super) struct Mailbox {
    sender: mpsc::Sender<Invocation>,
    receiver: tokio::sync::Mutex<mpsc::Receiver<Invocation>>,
    /// The invocation that was sent and not answered yet.
    pending: Mutex<Option<PendingInvocation>>,
    ready: watch::Sender<bool>,
    init_error: Mutex<Option<Bytes>>,
}

#[derive(Debug)]
struct PendingInvocation {
    request_id: String,
    answer: oneshot::Sender<FunctionAnswer>,
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
    pub async fn send(&self, invocation: Invocation) -> oneshot::Receiver<FunctionAnswer> {
        let (sender, receiver) = oneshot::channel();
        *lock(&self.pending) =
            Some(PendingInvocation { request_id: invocation.request_id.clone(), answer: sender });
        // Fails only without a receiver, which lives as long as this.
        let _ = self.sender.send(invocation).await;
        receiver
    }

    /// Waits for the next invocation; the environment is ready from now on.
    pub async fn next(&self) -> Option<Invocation> {
        self.ready.send_replace(true);
        self.receiver.lock().await.recv().await
    }

    /// Delivers an answer. Returns false when nobody waits for one to this request.
    pub fn answer(&self, request_id: &str, answer: FunctionAnswer) -> bool {
        let mut pending = lock(&self.pending);
        match pending.take() {
            Some(invocation) if invocation.request_id == request_id => {
                invocation.answer.send(answer).is_ok()
            }
            other => {
                *pending = other;
                false
            }
        }
    }

    /// Returns whether the last invocation is still here: then the environment never saw it.
    pub fn unfetched(&self) -> bool {
        self.sender.capacity() == 0
    }

    /// Notes the error with which the environment could not start.
    pub fn fail_init(&self, error: Bytes) {
        *lock(&self.init_error) = Some(error);
    }

    /// Returns the error with which the environment could not start, if it has reported one.
    pub fn init_error(&self) -> Option<Bytes> {
        lock(&self.init_error).clone()
    }

    /// Resolves once the environment has asked for work for the first time.
    pub async fn ready(&self) {
        let _ = self.ready.subscribe().wait_for(|ready| *ready).await;
    }
}

/// Locks a mutex, also after a panic of another holder.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
