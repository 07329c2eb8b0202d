//! The function host: real binaries behind the real Lambda Runtime API.
//!
//! Each execution environment is a process of its own that asks for one invocation at a time. The
//! first call starts one, calls at the same time start more, idle ones are stopped, and one whose
//! executable was built again is replaced before its next call.

mod asynchronous;
mod environment;
mod lambda_api;
mod mailbox;
mod outcome;
mod pool;
mod runtime_api;

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::template::Function;
use mailbox::Mailbox;
pub use outcome::{Outcome, REQUEST_LIMIT, RESPONSE_LIMIT};
use pool::Pool;

/// How the host runs its functions.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the executables.
    pub binaries: PathBuf,
    /// What every function finds in its environment besides Lambda's and the template's variables.
    pub environment: BTreeMap<String, String>,
    /// Where the Runtime API is reached, as `http://127.0.0.1:PORT`.
    pub origin: String,
    /// Environments a function may have when it reserves no concurrency. On AWS it could have a
    /// thousand; here a call over the limit waits for its turn.
    pub environments: u32,
    /// How long an environment may be idle.
    pub idle: Duration,
    /// Idle environments, of all functions together; the one that was idle longest goes first.
    pub kept: usize,
    /// How long an environment may take from its start to its first request for work.
    pub start: Duration,
    /// How long an event whose function failed waits before each further try.
    pub retries: Vec<Duration>,
    /// Who hears of every line that a function writes, if anybody does.
    pub lines: Option<UnboundedSender<Line>>,
}

/// A line that a function has written.
#[derive(Clone, Debug)]
pub struct Line {
    /// The log group of the function.
    pub group: Arc<str>,
    /// The stream of the environment.
    pub stream: Arc<str>,
    /// The line without its end.
    pub text: String,
}

impl Settings {
    /// Defaults for executables in `binaries` and a Runtime API at `origin`.
    pub fn new(binaries: PathBuf, origin: String) -> Self {
        Self {
            binaries,
            environment: BTreeMap::new(),
            origin,
            environments: 8,
            idle: Duration::from_mins(5),
            // One for every function and some for the busy ones; a debug build takes about 21 MB.
            kept: 80,
            // Lambda allows 10 s; a loaded laptop with debug builds needs more.
            start: Duration::from_secs(30),
            retries: asynchronous::RETRIES.into(),
            lines: None,
        }
    }
}

/// All functions of the template. Clones share them.
#[derive(Clone)]
pub struct Host(Arc<Shared>);

struct Shared {
    settings: Settings,
    pools: BTreeMap<String, Pool>,
    /// Environments by the first segment of their Runtime API's path.
    mailboxes: Mutex<HashMap<String, Arc<Mailbox>>>,
    stop: CancellationToken,
    /// Every task that holds a process.
    tasks: TaskTracker,
}

impl Host {
    /// A host without processes; they start with the first calls.
    pub fn new(functions: &[Function], settings: Settings) -> Self {
        let pools = functions
            .iter()
            .map(|function| {
                (function.name.clone(), Pool::new(function.clone(), settings.environments))
            })
            .collect();
        let shared = Arc::new(Shared {
            settings,
            pools,
            mailboxes: Mutex::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        tokio::spawn(pool::stop_idle(Arc::downgrade(&shared)));
        Self(shared)
    }

    /// The Runtime API of the environments and the Invoke API of Lambda.
    pub fn router(&self) -> axum::Router {
        runtime_api::router(self.clone()).merge(lambda_api::router(self.clone()))
    }

    /// All functions, by physical name.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.0.pools.values().map(|pool| &pool.function)
    }

    /// The function with this physical name, ARN, logical id or binary name.
    pub fn find(&self, name: &str) -> Option<&Function> {
        let name = name
            .strip_prefix("arn:aws:lambda:")
            .and_then(|arn| arn.split(':').nth(3))
            .unwrap_or(name);
        self.functions().find(|function| {
            [&function.name, &function.id, &function.binary].contains(&&name.to_owned())
        })
    }

    /// Calls a function by its physical name and waits for the outcome. The invocation goes on
    /// when the caller stops waiting, as on AWS.
    pub async fn invoke(&self, name: &str, payload: Bytes) -> Outcome {
        self.run(name, payload, Uuid::new_v4().to_string()).await
    }

    async fn run(&self, name: &str, payload: Bytes, request_id: String) -> Outcome {
        if payload.len() > REQUEST_LIMIT {
            return Outcome::RequestTooLarge;
        }
        if self.0.stop.is_cancelled() || !self.0.pools.contains_key(name) {
            return Outcome::Throttled;
        }
        let (shared, name) = (self.0.clone(), name.to_owned());
        let task = self.0.tasks.spawn(async move {
            shared.pools[&name]
                .invoke(&shared, payload, &request_id)
                .await
        });
        task.await
            .unwrap_or_else(|error| Outcome::host_error(&error.to_string()))
    }

    /// Ends every process and waits until they are gone. Calls in flight answer with an error.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}
