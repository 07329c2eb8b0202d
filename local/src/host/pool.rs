//! The environments of one function.

use std::{
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{sync::Semaphore, time::timeout};

use super::{
    Outcome, Shared,
    environment::{Environment, Run},
    mailbox::lock,
};
use crate::{console, template::Function};

/// How long a call may wait for a free environment: API Gateway's own patience.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often idle environments are looked for.
const SWEEP: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    pub function: Function,
    /// A permit for each environment that may run at the same time.
    permits: Semaphore,
    /// Waiting environments, the one used last at the end.
    idle: Mutex<Vec<Environment>>,
}

impl Pool {
    pub fn new(function: Function, environments: u32) -> Self {
        let permits = function.reserved.unwrap_or(environments).min(environments);
        Self { function, permits: Semaphore::new(permits as usize), idle: Mutex::default() }
    }

    /// Runs one invocation in a free environment, or in a new one.
    pub async fn invoke(&self, shared: &Arc<Shared>, payload: Bytes, request_id: &str) -> Outcome {
        // Reserved concurrency throttles at once; the limit of this machine only makes wait.
        let permit = match self.function.reserved {
            Some(_) => self.permits.try_acquire().ok(),
            None => timeout(PATIENCE, self.permits.acquire())
                .await
                .ok()
                .and_then(Result::ok),
        };
        let Some(_permit) = permit else { return Outcome::Throttled };
        while !shared.stop.is_cancelled() {
            let (environment, fresh) = match self.waiting(shared) {
                Some(environment) => (environment, false),
                None => match Environment::start(shared, &self.function) {
                    Ok(environment) => (environment, true),
                    Err(error) => {
                        let what = format!("{} cannot be started: {error}", self.function.binary);
                        console::function_line(&self.function.binary, &what);
                        return Outcome::host_error(&what);
                    }
                },
            };
            match environment
                .run(shared, &self.function, payload.clone(), request_id, fresh)
                .await
            {
                Run::Gone => {}
                Run::Done { outcome, reuse } => {
                    self.report(&outcome);
                    if reuse {
                        self.keep(environment);
                        limit_idle(shared);
                    }
                    return outcome;
                }
            }
        }
        Outcome::Throttled
    }

    fn waiting(&self, shared: &Shared) -> Option<Environment> {
        let mut idle = lock(&self.idle);
        // What is dropped here is killed.
        idle.retain(|environment| environment.usable(shared, &self.function));
        idle.pop()
    }

    fn keep(&self, mut environment: Environment) {
        environment.idle_since = Instant::now();
        lock(&self.idle).push(environment);
    }

    fn report(&self, outcome: &Outcome) {
        if let Outcome::Failed(error) = outcome {
            console::function_line(&self.function.binary, &String::from_utf8_lossy(error));
        }
    }
}

/// Stops the environment that was idle longest, when there are too many.
fn limit_idle(shared: &Shared) {
    let all = || shared.pools.values();
    let count: usize = all().map(|pool| lock(&pool.idle).len()).sum();
    if count <= shared.settings.kept {
        return;
    }
    let since = |pool: &&Pool| {
        lock(&pool.idle)
            .first()
            .map(|environment| environment.idle_since)
    };
    let oldest = all().filter(|pool| since(pool).is_some()).min_by_key(since);
    let Some(pool) = oldest else { return };
    let mut idle = lock(&pool.idle);
    // Another call may have taken it since.
    if !idle.is_empty() {
        idle.remove(0);
    }
}

/// Stops environments that had no work for long, for as long as the host lives.
pub(super) async fn stop_idle(shared: Weak<Shared>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(shared) = shared.upgrade() else { return };
        let limit = shared.settings.idle;
        for pool in shared.pools.values() {
            lock(&pool.idle).retain(|environment| environment.idle_since.elapsed() < limit);
        }
    }
}
