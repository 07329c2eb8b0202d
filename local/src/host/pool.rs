//! The environments of one function.

use std::{
    io,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::{
    HostState, InvocationOutcome,
    environment::{Environment, RunResult},
    mailbox::lock,
};
use crate::{console, template::Function};

/// The longest time that a call waits for a free environment: API Gateway's limit of an
/// integration.
const MAX_QUEUE_WAIT: Duration = Duration::from_secs(30);
/// The most calls that wait for an environment for each that may run. Under more load than the
/// machine carries a longer queue would make all calls late, and none of them served sooner.
const WAITING_PER_ENVIRONMENT: usize = 8;
/// The pause between two looks at idle environments.
const IDLE_CHECK_INTERVAL: Duration = Duration::from_secs(10);

/// The environments of a function at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvironmentCounts {
    /// The most that may run at the same time.
    pub limit: usize,
    /// Those that are at work.
    pub at_work: usize,
    /// Calls that wait for one.
    pub waiting: usize,
}

pub(super) struct EnvironmentPool {
    pub function: Function,
    /// A permit for each environment that may run at the same time.
    permits: Semaphore,
    limit: usize,
    /// The most calls that wait for a permit.
    max_waiting: usize,
    waiting: AtomicUsize,
    /// Idle environments, the one used last at the end.
    idle: Mutex<Vec<Environment>>,
}

impl EnvironmentPool {
    pub fn new(function: Function, max_environments: u32) -> Self {
        let permits = match function.reserved {
            Some(reserved) => reserved.min(max_environments),
            None => max_environments,
        };
        let permits = permits as usize;
        Self {
            function,
            permits: Semaphore::new(permits),
            limit: permits,
            max_waiting: permits * WAITING_PER_ENVIRONMENT,
            waiting: AtomicUsize::new(0),
            idle: Mutex::default(),
        }
    }

    /// Counts the environments, and who waits for one.
    pub fn counts(&self) -> EnvironmentCounts {
        EnvironmentCounts {
            limit: self.limit,
            at_work: self.limit.saturating_sub(self.permits.available_permits()),
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// Runs one invocation in a free environment, or in a new one.
    pub async fn invoke(
        &self,
        host: &Arc<HostState>,
        payload: Bytes,
        request_id: &str,
    ) -> InvocationOutcome {
        let Some(_permit) = self.permit().await else { return InvocationOutcome::Throttled };
        while !host.stop.is_cancelled() {
            let (environment, fresh) = match self.environment(host) {
                Ok(found) => found,
                Err(error) => {
                    let what = format!("{} cannot be started: {error}", self.function.binary);
                    console::function_line(&self.function.binary, &what);
                    return InvocationOutcome::host_error(&what);
                }
            };
            let result = environment
                .run(host, &self.function, payload.clone(), request_id, fresh)
                .await;
            if let RunResult::Done { outcome, reuse } = result {
                self.report(&outcome);
                if reuse {
                    self.return_idle(environment);
                    limit_idle(host);
                }
                return outcome;
            }
        }
        InvocationOutcome::Throttled
    }

    /// Takes a permit. Reserved concurrency throttles at once; the limit of this machine makes wait,
    /// and throttles when too many wait already.
    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Some(permit);
        }
        if self.function.reserved.is_some() {
            return None;
        }
        let _place = WaitingPlace::take(&self.waiting, self.max_waiting)?;
        match timeout(MAX_QUEUE_WAIT, self.permits.acquire()).await {
            Ok(permit) => permit.ok(),
            Err(_) => None,
        }
    }

    /// Returns an idle environment, or a new one and `true`.
    fn environment(&self, host: &Arc<HostState>) -> io::Result<(Environment, bool)> {
        match self.take_idle(host) {
            Some(environment) => Ok((environment, false)),
            None => Ok((Environment::start(host, &self.function)?, true)),
        }
    }

    fn take_idle(&self, host: &HostState) -> Option<Environment> {
        let mut idle = lock(&self.idle);
        // Only the one that is taken is looked at, because a look asks the file system. One that
        // cannot be used is killed when it is dropped here.
        while let Some(environment) = idle.pop() {
            if environment.is_usable(host, &self.function) {
                return Some(environment);
            }
        }
        None
    }

    fn return_idle(&self, mut environment: Environment) {
        environment.idle_since = Instant::now();
        lock(&self.idle).push(environment);
    }

    /// Returns the time since which the pool's first environment is idle.
    fn longest_idle_since(&self) -> Option<Instant> {
        let idle = lock(&self.idle);
        Some(idle.first()?.idle_since)
    }

    fn report(&self, outcome: &InvocationOutcome) {
        if let InvocationOutcome::Failed(error) = outcome {
            console::function_line(&self.function.binary, &String::from_utf8_lossy(error));
        }
    }
}

/// A place among the calls that wait, given back when it is dropped.
struct WaitingPlace<'a>(&'a AtomicUsize);

impl<'a> WaitingPlace<'a> {
    /// Takes a place, unless as many as `most` are taken.
    fn take(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let place = Self(waiting);
        // The place is given back by its drop, whether it was the last or one too many.
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        (before < most).then_some(place)
    }
}

impl Drop for WaitingPlace<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Stops the environment that was idle longest, when there are too many.
fn limit_idle(host: &HostState) {
    let mut count = 0;
    let mut longest_idle: Option<(Instant, &EnvironmentPool)> = None;
    for pool in host.pools.values() {
        count += lock(&pool.idle).len();
        let Some(since) = pool.longest_idle_since() else { continue };
        if longest_idle.is_none_or(|(longest_since, _)| since < longest_since) {
            longest_idle = Some((since, pool));
        }
    }
    if count <= host.settings.max_idle {
        return;
    }
    let Some((_, pool)) = longest_idle else { return };
    let mut idle = lock(&pool.idle);
    // Another call may have taken it since.
    if !idle.is_empty() {
        idle.remove(0);
    }
}

/// Stops environments that had no work for long, for as long as the host lives.
pub(super) async fn stop_idle(host: Weak<HostState>) {
    loop {
        tokio::time::sleep(IDLE_CHECK_INTERVAL).await;
        let Some(host) = host.upgrade() else { return };
        let limit = host.settings.idle_limit;
        for pool in host.pools.values() {
            lock(&pool.idle).retain(|environment| environment.idle_since.elapsed() < limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_wait_than_there_are_places() {
        let waiting = AtomicUsize::new(0);
        let first = WaitingPlace::take(&waiting, 2);
        let second = WaitingPlace::take(&waiting, 2);
        assert!(first.is_some() && second.is_some());
        assert!(WaitingPlace::take(&waiting, 2).is_none());
        assert_eq!(waiting.load(Ordering::Relaxed), 2, "who was refused holds none");
        drop(first);
        assert!(WaitingPlace::take(&waiting, 2).is_some());
    }
}
