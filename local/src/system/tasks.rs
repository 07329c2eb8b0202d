//! The tasks of a running system: servers and event sources.

use std::{net::SocketAddr, panic::AssertUnwindSafe, time::Duration};

use axum::Router;
use futures::FutureExt;
use tokio::{
    net::TcpListener,
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::Error;
use crate::{console, dynamodb::DynamoDbServer};

/// The time that requests in flight have to end when the system stops.
const GRACE: Duration = Duration::from_secs(3);

/// The pause before an event source that panicked begins anew.
const RESTART_PAUSE: Duration = Duration::from_millis(200);

/// Servers and event sources.
pub(super) struct SystemTasks {
    event_sources: TaskTracker,
    stop_event_sources: CancellationToken,
    servers: TaskTracker,
    stop_servers: CancellationToken,
    failure_sender: mpsc::Sender<String>,
    failures: mpsc::Receiver<String>,
}

impl SystemTasks {
    pub fn new() -> Self {
        let (failure_sender, failures) = mpsc::channel(8);
        Self {
            event_sources: TaskTracker::new(),
            stop_event_sources: CancellationToken::new(),
            servers: TaskTracker::new(),
            stop_servers: CancellationToken::new(),
            failure_sender,
            failures,
        }
    }

    /// Serves HTTP until the system stops.
    pub fn serve(&self, name: &'static str, listener: TcpListener, router: Router) {
        let stop = self.stop_servers.clone().cancelled_owned();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server = axum::serve(listener, service).with_graceful_shutdown(stop);
        self.watch_server(name, async move { server.await.map_err(|error| error.to_string()) });
    }

    /// Serves DynamoDB until the system stops.
    pub fn serve_dynamodb(&self, listener: TcpListener, dynamodb: DynamoDbServer) {
        let stop = self.stop_servers.clone().cancelled_owned();
        let server = dynamodb.serve(listener, stop);
        self.watch_server(
            "DynamoDB",
            async move { server.await.map_err(|error| error.to_string()) },
        );
    }

    /// Runs a task until the servers are stopped.
    pub fn run_beside_servers(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop_servers.clone();
        self.servers
            .spawn(async move { stop.run_until_cancelled(task).await });
    }

    /// Runs a server, and reports a failure if it ends before the system stops.
    fn watch_server(
        &self,
        name: &'static str,
        server: impl Future<Output = Result<(), String>> + Send + 'static,
    ) {
        let failure_sender = self.failure_sender.clone();
        let stop = self.stop_servers.clone();
        self.servers.spawn(async move {
            let ended = AssertUnwindSafe(server).catch_unwind().await;
            if stop.is_cancelled() {
                return;
            }
            let reason = match ended {
                Ok(Ok(())) => "its listener was closed".to_owned(),
                Ok(Err(error)) => error,
                Err(_) => "it panicked".to_owned(),
            };
            // Nobody listens once the system stops.
            let _ = failure_sender.send(format!("{name} ended: {reason}")).await;
        });
    }

    /// Runs an event source until [`SystemTasks::stop_event_sources`]. One that panics begins
    /// anew.
    pub fn run_event_source<F>(&self, name: String, begin: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.event_sources.spawn(async move {
            while AssertUnwindSafe(begin()).catch_unwind().await.is_err() {
                console::problem(&format!("What calls {name} panicked, and begins anew."));
                sleep(RESTART_PAUSE).await;
            }
        });
    }

    /// Returns the token that is cancelled when event sources are to end.
    pub fn event_sources_stop(&self) -> CancellationToken {
        self.stop_event_sources.clone()
    }

    /// Resolves when a server ended by itself.
    pub async fn failed(&mut self) -> Error {
        match self.failures.recv().await {
            Some(failure) => Error::new(failure),
            None => Error::new("a server ended"),
        }
    }

    /// Asks the event sources to end; what they run may go on.
    pub fn stop_event_sources(&self) {
        self.stop_event_sources.cancel();
    }

    /// Ends the rest. What does not end in time is dropped with its connections.
    pub async fn stop(self) {
        self.event_sources.close();
        // Given back messages need the queues, so event sources end before servers.
        let _ = timeout(GRACE, self.event_sources.wait()).await;
        self.stop_servers.cancel();
        self.servers.close();
        let _ = timeout(GRACE, self.servers.wait()).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn an_event_source_that_panics_begins_anew() {
        let tasks = SystemTasks::new();
        let begun = Arc::new(AtomicU32::new(0));
        let counter = begun.clone();
        tasks.run_event_source("Echo".to_owned(), move || {
            let number = counter.fetch_add(1, Ordering::Relaxed);
            async move { assert!(number > 1, "the first two panic") }
        });
        tasks.stop().await;
        assert_eq!(begun.load(Ordering::Relaxed), 3);
    }
}
