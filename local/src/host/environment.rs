//! One execution environment: a process, and the invocations that it runs one after the other.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use tokio::{sync::watch, time::timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    HostState, InvocationOutcome,
    logs::{LogWriter, forward_lines},
    mailbox::{FunctionAnswer, Invocation, Mailbox},
    memory,
    process::{built_at, spawn, wait},
    runtime_api,
    variables::variables,
};
use crate::{
    dynamodb::listen,
    faults::{Faults, Point},
    template::{Function, function_arn},
};

/// The part of a fault's pause after which a process is killed: invocations are shorter than that.
const KILLED_SOONER: u32 = 5;

/// The exit status of a process that Lambda has killed for its memory.
const OUT_OF_MEMORY: &str = "signal: killed";

/// A running function process.
pub(super) struct Environment {
    mailbox: Arc<Mailbox>,
    kill: CancellationToken,
    /// The process's id.
    process: Option<u32>,
    /// The exit status of the process, once it has exited.
    exit_status: watch::Receiver<Option<String>>,
    /// The time at which the executable was built that runs here.
    built_at: Option<SystemTime>,
    /// True if a fault has given the process a wrong clock.
    has_wrong_clock: bool,
    /// The time since which it waits for work.
    pub idle_since: Instant,
}

/// The result of a run in an environment.
pub(super) enum RunResult {
    /// The environment took the invocation, and with `reuse` it may get another.
    Done { outcome: InvocationOutcome, reuse: bool },
    /// The process had exited since its last invocation: nothing was run.
    Gone,
}

impl Environment {
    /// Starts a process for `function`.
    pub fn start(host: &Arc<HostState>, function: &Function) -> std::io::Result<Self> {
        let id = Uuid::new_v4().simple().to_string();
        let mailbox = Arc::new(Mailbox::new());
        // It listens before the process can ask for work.
        let listener = listen(0)?;
        let mut environment = variables(host, function, &id, listener.local_addr()?);
        let faults = host.settings.faults.as_ref();
        let wrong_clock = faults
            .map_or_else(Vec::new, |faults| faults.variables_of_clock(&host.settings.binaries));
        let has_wrong_clock = !wrong_clock.is_empty();
        environment.extend(wrong_clock);
        let mut child = spawn(&host.settings, function, environment)?;
        let process = child.id();
        let log = LogWriter::new(host, function, &id);
        if let Some(stdout) = child.stdout.take() {
            forward_lines(stdout, log.clone());
        }
        if let Some(stderr) = child.stderr.take() {
            forward_lines(stderr, log);
        }
        let kill = host.stop.child_token();
        let kill_of_server = kill.clone();
        let server = runtime_api::serve(listener, mailbox.clone());
        host.tasks
            .spawn(async move { kill_of_server.run_until_cancelled(server).await });
        let (exit_sender, exit_status) = watch::channel(None);
        let kill_of_child = kill.clone();
        host.tasks.spawn(async move {
            let status = wait(child, &kill_of_child).await;
            // One that exits by itself needs its port no more, either.
            kill_of_child.cancel();
            exit_sender.send_replace(Some(status));
        });
        Ok(Self {
            mailbox,
            kill,
            process,
            exit_status,
            built_at: built_at(&host.settings, function),
            has_wrong_clock,
            idle_since: Instant::now(),
        })
    }

    /// Returns whether it can take another invocation: it runs, its executable was not built again
    /// since, and if its clock is wrong, the faults have not ended: they would go on with it.
    pub fn is_usable(&self, host: &HostState, function: &Function) -> bool {
        if self.exit_status.borrow().is_some() {
            return false;
        }
        let faults = host.settings.faults.as_ref();
        if self.has_wrong_clock && !faults.is_some_and(Faults::has_wrong_clocks) {
            return false;
        }
        let current = built_at(&host.settings, function);
        current.is_none() || current == self.built_at
    }

    /// Ends the process.
    pub fn kill(&self) {
        self.kill.cancel();
    }

    /// Runs one invocation; `fresh` if it is the first.
    pub async fn run(
        &self,
        host: &HostState,
        function: &Function,
        payload: Bytes,
        request_id: &str,
        fresh: bool,
    ) -> RunResult {
        if fresh && let Some(outcome) = self.failed_start(host, request_id).await {
            self.kill();
            return RunResult::Done { outcome, reuse: false };
        }
        if self.exit_status.borrow().is_some() {
            return RunResult::Gone;
        }
        self.kill_if_due(host);
        let invocation = invocation(function, payload, request_id);
        let result = self.answer(function, invocation, request_id).await;
        if !matches!(result, RunResult::Done { reuse: true, .. }) {
            self.kill();
        }
        result
    }

    /// Has the process killed soon, if such a fault is due: most often while it works.
    fn kill_if_due(&self, host: &HostState) {
        let Some(faults) = &host.settings.faults else { return };
        let Some(due) = faults.choose(Point::Invocation) else { return };
        let kill = self.kill.clone();
        tokio::spawn(async move {
            tokio::time::sleep(due.pause / KILLED_SOONER).await;
            kill.cancel();
        });
    }

    /// Sends an invocation and waits for its answer, its time-out, the end of its memory, or that of
    /// the process.
    async fn answer(
        &self,
        function: &Function,
        invocation: Invocation,
        request_id: &str,
    ) -> RunResult {
        let answer = self.mailbox.send(invocation).await;
        let outcome = tokio::select! {
            biased;
            answer = timeout(function.timeout, answer) => match answer {
                Ok(Ok(FunctionAnswer::Response(body))) => {
                    let outcome = InvocationOutcome::Answer(body);
                    return RunResult::Done { outcome, reuse: true };
                }
                Ok(Ok(FunctionAnswer::Error(body))) => {
                    let outcome = InvocationOutcome::Failed(body);
                    return RunResult::Done { outcome, reuse: true };
                }
                Ok(Ok(FunctionAnswer::TooLarge)) => InvocationOutcome::response_too_large(),
                Ok(Err(_)) => InvocationOutcome::host_error("the environment was lost"),
                Err(_) => InvocationOutcome::timed_out(request_id, function.timeout),
            },
            status = self.exited() => {
                // It exited by itself after its last answer, so this call was not its fault.
                if self.mailbox.unfetched() {
                    return RunResult::Gone;
                }
                InvocationOutcome::exited(request_id, &status)
            }
            () = memory::exhausted(self.process, function.memory) => {
                InvocationOutcome::exited(request_id, OUT_OF_MEMORY)
            }
        };
        RunResult::Done { outcome, reuse: false }
    }

    /// Waits for the first request for work; returns the outcome if it does not come.
    async fn failed_start(&self, host: &HostState, request_id: &str) -> Option<InvocationOutcome> {
        let limit: Duration = host.settings.start_limit;
        let outcome = tokio::select! {
            biased;
            started = timeout(limit, self.mailbox.ready()) => match started {
                Ok(()) => return None,
                Err(_) => InvocationOutcome::timed_out(request_id, limit),
            },
            status = self.exited() => InvocationOutcome::exited(request_id, &status),
        };
        match self.mailbox.init_error() {
            Some(error) => Some(InvocationOutcome::Failed(error)),
            None => Some(outcome),
        }
    }

    /// Resolves to the exit status once the process has exited.
    async fn exited(&self) -> String {
        let mut exit_status = self.exit_status.clone();
        match exit_status.wait_for(Option::is_some).await {
            Ok(status) => status.clone().unwrap_or_default(),
            Err(_) => "the host stops".into(),
        }
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.kill.cancel();
    }
}

fn invocation(function: &Function, payload: Bytes, request_id: &str) -> Invocation {
    let deadline = SystemTime::now() + function.timeout;
    let since_epoch = deadline.duration_since(UNIX_EPOCH).unwrap_or_default();
    Invocation {
        request_id: request_id.to_owned(),
        payload,
        deadline: since_epoch.as_millis(),
        function_arn: function_arn(&function.name),
    }
}
