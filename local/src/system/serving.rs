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
use crate::{console, dynamodb};

/// How long requests in flight may take to end when the system stops.
const GRACE: Duration = Duration::from_secs(3);

/// Before an event source that panicked begins anew.
const PAUSE: Duration = Duration::from_millis(200);

/// Servers and event sources.
pub(super) struct Serving {
    sources: TaskTracker,
    stop_sources: CancellationToken,
    servers: TaskTracker,
    stop_servers: CancellationToken,
    failures: mpsc::Receiver<String>,
    report: mpsc::Sender<String>,
}

impl Serving {
    pub fn new() -> Self {
        let (report, failures) = mpsc::channel(8);
        Self {
            sources: TaskTracker::new(),
            stop_sources: CancellationToken::new(),
            servers: TaskTracker::new(),
            stop_servers: CancellationToken::new(),
            failures,
            report,
        }
    }

    /// Serves HTTP until the end.
    pub fn serve(&mut self, name: &'static str, listener: TcpListener, router: Router) {
        let stop = self.stop_servers.clone().cancelled_owned();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server = axum::serve(listener, service).with_graceful_shutdown(stop);
        self.supervise(name, async move { server.await.map_err(|error| error.to_string()) });
    }

    /// Serves DynamoDB until the end.
    pub fn serve_tables(&mut self, listener: TcpListener, tables: dynamodb::Server) {
        let stop = self.stop_servers.clone().cancelled_owned();
        let server = tables.serve(listener, stop);
        self.supervise("DynamoDB", async move { server.await.map_err(|error| error.to_string()) });
    }

    /// Runs what stands before a server as long as servers run.
    pub fn beside(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop_servers.clone();
        self.servers
            .spawn(async move { stop.run_until_cancelled(task).await });
    }

    fn supervise(
        &self,
        name: &'static str,
        server: impl Future<Output = Result<(), String>> + Send + 'static,
    ) {
        let (report, stop) = (self.report.clone(), self.stop_servers.clone());
        self.servers.spawn(async move {
            let panicked = |_| Err("it panicked".to_owned());
            let result = AssertUnwindSafe(server)
                .catch_unwind()
                .await
                .unwrap_or_else(panicked);
            if !stop.is_cancelled() {
                let why = result
                    .err()
                    .unwrap_or_else(|| "its listener was closed".into());
                // Nobody listens once the system stops.
                let _ = report.send(format!("{name} ended: {why}")).await;
            }
        });
    }

    /// Runs an event source until [`Serving::stop_sources`]. One that panics begins anew.
    pub fn source<F>(&self, name: String, begin: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.sources.spawn(async move {
            while AssertUnwindSafe(begin()).catch_unwind().await.is_err() {
                console::problem(&format!("What calls {name} panicked, and begins anew."));
                sleep(PAUSE).await;
            }
        });
    }

    pub fn sources_stop(&self) -> CancellationToken {
        self.stop_sources.clone()
    }

    /// Resolves when a server ended by itself.
    pub async fn failed(&mut self) -> Error {
        let text = self.failures.recv().await;
        Error::new(text.unwrap_or_else(|| "a server ended".into()))
    }

    /// Asks the event sources to end; what they run may go on.
    pub fn stop_sources(&self) {
        self.stop_sources.cancel();
    }

    /// Ends the rest. What does not end in time is dropped with its connections.
    pub async fn stop(self) {
        self.sources.close();
        // Given back messages need the queues, so sources end before servers.
        let _ = timeout(GRACE, self.sources.wait()).await;
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
    async fn a_source_that_panics_begins_anew() {
        let serving = Serving::new();
        let begun = Arc::new(AtomicU32::new(0));
        let counter = begun.clone();
        serving.source("Echo".to_owned(), move || {
            let number = counter.fetch_add(1, Ordering::Relaxed);
            async move { assert!(number > 1, "the first two panic") }
        });
        serving.stop().await;
        assert_eq!(begun.load(Ordering::Relaxed), 3);
    }
}
