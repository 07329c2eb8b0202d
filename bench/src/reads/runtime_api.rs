//! The Lambda Runtime API for one process, and the times at which it is used.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt,
};
use bytes::Bytes;
use serde_json::{Value, json};
use shared::error::Cause;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    task::JoinHandle,
};

/// An act of the process.
pub enum Event {
    /// Asked for work.
    Asked,
    /// Answered.
    Answered {
        /// The instant at which the last byte had arrived.
        at: Instant,
        /// The response to API Gateway.
        body: Bytes,
    },
    /// Said that it cannot.
    Failed(Bytes),
}

/// A Runtime API on a port of its own; ends when dropped.
pub struct RuntimeApi {
    /// The address at which it listens.
    pub address: SocketAddr,
    events: mpsc::Receiver<Event>,
    work: mpsc::Sender<String>,
    server: JoinHandle<()>,
}

struct Shared {
    events: mpsc::Sender<Event>,
    work: Mutex<mpsc::Receiver<String>>,
}

impl RuntimeApi {
    /// Listens.
    pub async fn open() -> Result<Self, Cause> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (said, events) = mpsc::channel(4);
        let (work, waiting) = mpsc::channel(1);
        let router = router(Arc::new(Shared { events: said, work: waiting.into() }));
        // Nagle's algorithm would hold small packets back for milliseconds.
        let listener = listener.tap_io(|tcp| drop(tcp.set_nodelay(true)));
        let server = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { address, events, work, server })
    }

    /// Waits for the next act of the process.
    pub async fn event(&mut self) -> Result<Event, Cause> {
        Ok(self.events.recv().await.ok_or("the Runtime API ended")?)
    }

    /// Gives work to the process that has asked for it.
    pub async fn hand_out(&self, event: &str) -> Result<(), Cause> {
        Ok(self.work.send(event.to_owned()).await?)
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{request}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{request}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(error))
        .with_state(shared)
}

async fn next(State(shared): State<Arc<Shared>>) -> Response {
    let mut work = shared.work.lock().await;
    // Both fail only when nobody measures any more.
    drop(shared.events.send(Event::Asked).await);
    let Some(event) = work.recv().await else { return StatusCode::GONE.into_response() };
    let deadline = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        + super::PATIENCE;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", "5f0b3c1e-8e5c-4a53-9f0e-6d2f1c7b9a10".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:GetAlbum".to_owned(),
        ),
    ];
    (headers.map(|(name, value)| (HeaderName::from_static(name), value)), event).into_response()
}

async fn response(State(shared): State<Arc<Shared>>, body: Bytes) -> (StatusCode, Json<Value>) {
    let at = Instant::now();
    drop(shared.events.send(Event::Answered { at, body }).await);
    (StatusCode::ACCEPTED, Json(json!({"status": "OK"})))
}

async fn error(State(shared): State<Arc<Shared>>, body: Bytes) -> (StatusCode, Json<Value>) {
    drop(shared.events.send(Event::Failed(body)).await);
    (StatusCode::ACCEPTED, Json(json!({"status": "OK"})))
}
