//! Counts round trips: stands before DynamoDB and holds every answer until nothing more is asked.
//!
//! What is asked while others are held was sent without waiting for them: it is the same trip.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, sync::Notify, time::timeout};

/// Nothing more is asked when it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(250);

#[derive(Default)]
struct Seen {
    /// The operations of each trip that has ended.
    trips: Vec<Vec<String>>,
    /// Those that are held.
    held: Vec<String>,
}

/// The counter.
#[derive(Clone)]
pub struct RoundTrips {
    /// The address that it listens at.
    pub endpoint: String,
    to: String,
    http: reqwest::Client,
    seen: Arc<Mutex<Seen>>,
    asked: Arc<Notify>,
    go: Arc<Notify>,
}

impl RoundTrips {
    /// Starts one before this endpoint.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn before(endpoint: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let waves = Self {
            endpoint: format!("http://{address}"),
            to: endpoint.to_owned(),
            http: reqwest::Client::new(),
            seen: Arc::default(),
            asked: Arc::default(),
            go: Arc::default(),
        };
        tokio::spawn(waves.clone().release());
        let app = Router::new().fallback(pass).with_state(waves.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        waves
    }

    /// The operations of each round trip since this was last asked.
    pub fn trips(&self) -> Vec<Vec<String>> {
        std::mem::take(
            &mut self
                .seen
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .trips,
        )
    }

    async fn release(self) {
        loop {
            self.asked.notified().await;
            while timeout(QUIET, self.asked.notified()).await.is_ok() {}
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let mut trip = std::mem::take(&mut seen.held);
            trip.sort();
            seen.trips.push(trip);
            drop(seen);
            self.go.notify_waiters();
        }
    }
}

async fn pass(State(waves): State<RoundTrips>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers
        .get("x-amz-target")
        .and_then(|t| t.to_str().ok())
        .unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    // Listening for the release begins before the request counts as held.
    let go = waves.go.notified();
    tokio::pin!(go);
    go.as_mut().enable();
    waves
        .seen
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .held
        .push(operation);
    waves.asked.notify_one();
    let mut request = waves.http.post(&waves.to).body(body);
    for (name, value) in &headers {
        // The signature covers the host that the function asked, which the local engine does not
        // mind.
        if name != "content-length" {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await;
    go.await;
    match answer {
        Ok(answer) => (answer.status(), answer.bytes().await.unwrap_or_default()).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
