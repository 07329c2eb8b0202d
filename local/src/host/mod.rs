//! The function host: real binaries behind the real Lambda Runtime API.
//!
//! Each execution environment is a process of its own that asks for one invocation at a time. The
//! first call starts one, calls at the same time start more, idle ones are stopped, and one whose
//! executable was built again is replaced before its next call.

mod async_invocation;
mod environment;
mod lambda_api;
mod logs;
mod mailbox;
mod memory;
mod outcome;
mod pool;
mod process;
mod runtime_api;
mod variables;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::{faults::Faults, template::Function};
pub use outcome::{InvocationOutcome, REQUEST_LIMIT, RESPONSE_LIMIT};
pub use pool::EnvironmentCounts;
use pool::EnvironmentPool;

/// The settings of a host.
#[derive(Clone, Debug)]
pub struct HostSettings {
    /// Folder of the executables.
    pub binaries: PathBuf,
    /// Commands that run a function in the place of its executable, by logical id; each is a line
    /// for `sh`.
    pub commands: BTreeMap<String, String>,
    /// Variables of every function besides Lambda's and the template's.
    pub environment: BTreeMap<String, String>,
    /// The most environments of a function that reserves no concurrency. On AWS it could have a
    /// thousand; here a call over the limit waits for its turn.
    pub max_environments: u32,
    /// The longest time that an environment may be idle.
    pub idle_limit: Duration,
    /// The most idle environments of all functions together; the one that was idle longest goes
    /// first.
    pub max_idle: usize,
    /// The longest time from an environment's start to its first request for work.
    pub start_limit: Duration,
    /// The pauses before each further attempt of an event whose function failed.
    pub retry_pauses: Vec<Duration>,
    /// Takes every line that a function writes, if anybody subscribes to them.
    pub lines: Option<UnboundedSender<LogLine>>,
    /// Says which invocations are to be killed.
    pub faults: Option<Faults>,
}

/// A line that a function has written.
#[derive(Clone, Debug)]
pub struct LogLine {
    /// The log group of the function.
    pub group: Arc<str>,
    /// The stream of the environment.
    pub stream: Arc<str>,
    /// The line without its end.
    pub text: String,
}

impl HostSettings {
    /// Returns the defaults for executables in `binaries`.
    pub fn new(binaries: PathBuf) -> Self {
        Self {
            binaries,
            commands: BTreeMap::new(),
            environment: BTreeMap::new(),
            max_environments: 8,
            idle_limit: Duration::from_mins(5),
            // One for every function and some for the busy ones; a debug build takes about 21 MB.
            max_idle: 80,
            // Lambda allows 10 s; a loaded laptop with debug builds needs more.
            // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
            start_limit: Duration::from_secs(30),
            retry_pauses: async_invocation::RETRY_PAUSES.into(),
            lines: None,
            faults: None,
        }
    }
}

/// All functions of the template. Clones share them.
#[derive(Clone)]
pub struct Host(Arc<HostState>);

struct HostState {
    settings: HostSettings,
    /// By the function's physical name.
    pools: BTreeMap<String, EnvironmentPool>,
    stop: CancellationToken,
    /// Every task that holds a process.
    tasks: TaskTracker,
}

impl Host {
    /// Makes a host without processes; they start with the first calls.
    pub fn new(functions: &[Function], settings: HostSettings) -> Self {
        let mut pools = BTreeMap::new();
        for function in functions {
            let pool = EnvironmentPool::new(function.clone(), settings.max_environments);
            pools.insert(function.name.clone(), pool);
        }
        let state = Arc::new(HostState {
            settings,
            pools,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        tokio::spawn(pool::stop_idle(Arc::downgrade(&state)));
        Self(state)
    }

    /// Returns the Invoke API of Lambda.
    pub fn router(&self) -> axum::Router {
        lambda_api::router(self.clone())
    }

    /// Returns all functions, by physical name.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.0.pools.values().map(|pool| &pool.function)
    }

    /// Returns the function with this physical name, ARN, logical id or binary name.
    pub fn find(&self, name_or_arn: &str) -> Option<&Function> {
        let name = match name_or_arn.strip_prefix("arn:aws:lambda:") {
            // The region, the account and `function` stand before the name.
            Some(arn) => arn.split(':').nth(3).unwrap_or(name_or_arn),
            None => name_or_arn,
        };
        self.functions().find(|function| {
            name == function.name || name == function.id || name == function.binary
        })
    }

    /// Counts the environments of each function.
    pub fn environments(&self) -> impl Iterator<Item = (&Function, EnvironmentCounts)> {
        let pools = self.0.pools.values();
        pools.map(|pool| (&pool.function, pool.counts()))
    }

    /// Calls a function by its physical name and waits for the outcome. The invocation goes on
    /// when the caller stops waiting, as on AWS.
    pub async fn invoke(&self, name: &str, payload: Bytes) -> InvocationOutcome {
        self.run(name, payload, Uuid::new_v4().to_string()).await
    }

    async fn run(&self, name: &str, payload: Bytes, request_id: String) -> InvocationOutcome {
        if payload.len() > REQUEST_LIMIT {
            return InvocationOutcome::RequestTooLarge;
        }
        if self.0.stop.is_cancelled() || !self.0.pools.contains_key(name) {
            return InvocationOutcome::Throttled;
        }
        let state = self.0.clone();
        let name = name.to_owned();
        let task = self.0.tasks.spawn(async move {
            let pool = &state.pools[&name];
            pool.invoke(&state, payload, &request_id).await
        });
        match task.await {
            Ok(outcome) => outcome,
            Err(error) => InvocationOutcome::host_error(&error.to_string()),
        }
    }

    /// Ends every process and waits until they are gone. Calls in flight answer with an error.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}
