//! One execution environment: a process, its variables, its output and its end.

use std::{
    collections::BTreeMap,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use time::OffsetDateTime;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::{mpsc::UnboundedSender, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Line, Outcome, Shared,
    mailbox::{Answer, Delivery, Mailbox, lock},
};
use crate::{
    console,
    template::{Function, REGION, function_arn},
};

/// A running function process.
pub(super) struct Environment {
    mailbox: Arc<Mailbox>,
    kill: CancellationToken,
    /// How the process ended, once it did.
    exited: watch::Receiver<Option<String>>,
    /// When the executable was built that runs here.
    built: Option<SystemTime>,
    /// Since when it waits for work.
    pub idle_since: Instant,
}

/// Whether an environment took an invocation.
pub(super) enum Run {
    /// It did; `reuse` says whether it may get another.
    Done { outcome: Outcome, reuse: bool },
    /// The process had ended since its last invocation: nothing was run.
    Gone,
}

impl Environment {
    /// Starts a process for `function`.
    pub fn start(shared: &Arc<Shared>, function: &Function) -> std::io::Result<Self> {
        let id = Uuid::new_v4().simple().to_string();
        let path = shared.settings.binaries.join(&function.binary);
        let mailbox = Arc::new(Mailbox::new());
        // Before the process can ask for work, which under load is sooner than this goes on.
        lock(&shared.mailboxes).insert(id.clone(), mailbox.clone());
        let spawned = Command::new(&path)
            .env_clear()
            .envs(variables(shared, function, &id))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C in the terminal is for the host, which then ends its children in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn();
        let mut child = spawned.inspect_err(|_| drop(lock(&shared.mailboxes).remove(&id)))?;
        let log = Log::of(shared, function, &id);
        print_lines(&log, child.stdout.take());
        print_lines(&log, child.stderr.take());
        let kill = shared.stop.child_token();
        let (sender, exited) = watch::channel(None);
        let (owner, token) = (shared.clone(), kill.clone());
        shared.tasks.spawn(async move {
            let how = wait(child, token).await;
            lock(&owner.mailboxes).remove(&id);
            sender.send_replace(Some(how));
        });
        Ok(Self { mailbox, kill, exited, built: built(&path), idle_since: Instant::now() })
    }

    /// Whether it can take another invocation: alive, and not built again since.
    pub fn usable(&self, shared: &Shared, function: &Function) -> bool {
        let current = built(&shared.settings.binaries.join(&function.binary));
        self.exited.borrow().is_none() && (current.is_none() || current == self.built)
    }

    /// Ends the process.
    pub fn kill(&self) {
        self.kill.cancel();
    }

    /// Runs one invocation.
    pub async fn run(
        &self,
        shared: &Shared,
        function: &Function,
        payload: Bytes,
        request_id: &str,
        fresh: bool,
    ) -> Run {
        if fresh && let Some(outcome) = self.failed_start(shared, request_id).await {
            self.kill();
            return Run::Done { outcome, reuse: false };
        }
        if self.exited.borrow().is_some() {
            return Run::Gone;
        }
        let deadline = SystemTime::now() + function.timeout;
        let delivery = Delivery {
            request_id: request_id.to_owned(),
            payload,
            deadline: deadline
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_millis(),
            function_arn: function_arn(&function.name),
        };
        let answer = self.mailbox.send(delivery).await;
        let outcome = tokio::select! {
            biased;
            answer = timeout(function.timeout, answer) => match answer {
                Ok(Ok(Answer::Response(body))) => return Run::Done { outcome: Outcome::Answer(body), reuse: true },
                Ok(Ok(Answer::Error(body))) => return Run::Done { outcome: Outcome::Failed(body), reuse: true },
                Ok(Ok(Answer::TooLarge)) => Outcome::response_too_large(),
                Ok(Err(_)) => Outcome::host_error("the environment was lost"),
                Err(_) => Outcome::timed_out(request_id, function.timeout.as_secs_f64()),
            },
            _ = self.exit() => {
                // It ended by itself after its last answer, so this call was not its fault.
                if self.mailbox.unfetched() {
                    return Run::Gone;
                }
                Outcome::exited(request_id, &self.exit().await)
            }
        };
        self.kill();
        Run::Done { outcome, reuse: false }
    }

    /// Waits for the first request for work; says what happened instead.
    async fn failed_start(&self, shared: &Shared, request_id: &str) -> Option<Outcome> {
        let limit: Duration = shared.settings.start;
        let outcome = tokio::select! {
            biased;
            started = timeout(limit, self.mailbox.ready()) => match started {
                Ok(()) => return None,
                Err(_) => Outcome::timed_out(request_id, limit.as_secs_f64()),
            },
            how = self.exit() => Outcome::exited(request_id, &how),
        };
        Some(self.mailbox.init_error().map_or(outcome, Outcome::Failed))
    }

    async fn exit(&self) -> String {
        let mut exited = self.exited.clone();
        match exited.wait_for(Option::is_some).await {
            Ok(how) => how.clone().unwrap_or_default(),
            Err(_) => "the host stops".into(),
        }
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.kill.cancel();
    }
}

async fn wait(mut child: Child, kill: CancellationToken) -> String {
    let status = tokio::select! {
        status = child.wait() => status,
        () = kill.cancelled() => {
            // Fails only when the process is gone already.
            let _ = child.start_kill();
            child.wait().await
        }
    };
    status.map_or_else(|error| error.to_string(), describe)
}

/// `exit status 101`, `signal: killed`: as Lambda writes it.
fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal: {signal}"),
        (None, None) => status.to_string(),
    }
}

fn built(path: &std::path::Path) -> Option<SystemTime> {
    path.metadata()
        .and_then(|metadata| metadata.modified())
        .ok()
}

/// Where an environment's lines go.
#[derive(Clone)]
struct Log {
    binary: String,
    group: Arc<str>,
    stream: Arc<str>,
    heard: Option<UnboundedSender<Line>>,
}

impl Log {
    fn of(shared: &Shared, function: &Function, id: &str) -> Self {
        Self {
            binary: function.binary.clone(),
            group: function.log_group.as_str().into(),
            stream: stream(function, id).into(),
            heard: shared.settings.lines.clone(),
        }
    }

    fn write(&self, text: &str) {
        console::function_line(&self.binary, text);
        if let Some(heard) = &self.heard {
            // Nobody listens once the system stops.
            let _ = heard.send(Line {
                group: self.group.clone(),
                stream: self.stream.clone(),
                text: text.to_owned(),
            });
        }
    }
}

/// The name of a stream in a log group of several functions.
fn stream(function: &Function, id: &str) -> String {
    format!(
        "{}/{}[$LATEST]{id}",
        OffsetDateTime::now_utc()
            .date()
            .to_string()
            .replace('-', "/"),
        function.name
    )
}

fn print_lines(log: &Log, stream: Option<impl AsyncRead + Send + Unpin + 'static>) {
    let (Some(stream), log) = (stream, log.clone()) else { return };
    tokio::spawn(async move {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line).await, Ok(length) if length > 0) {
            log.write(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    });
}

/// Lambda's own variables, then the host's, then the template's, and the key that its requests are
/// signed with.
fn variables(shared: &Shared, function: &Function, id: &str) -> BTreeMap<String, String> {
    let lambda = [
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023".into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", function.log_group.clone()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", stream(function, id)),
        // With a path the value must say its scheme; the runtime client understands both forms.
        ("AWS_LAMBDA_RUNTIME_API", format!("{}/{id}", shared.settings.origin)),
        ("AWS_REGION", REGION.into()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".into()),
        ("LAMBDA_TASK_ROOT", "/var/task".into()),
        ("LANG", "en_US.UTF-8".into()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin".into()),
        ("TZ", ":UTC".into()),
        ("_HANDLER", "bootstrap".into()),
    ];
    let mut variables: BTreeMap<_, _> = lambda.map(|(name, value)| (name.to_owned(), value)).into();
    variables.extend(shared.settings.environment.clone());
    variables.extend(function.environment.clone());
    // On AWS each has credentials of its own, too: whose a request is shows by its key.
    variables.insert("AWS_ACCESS_KEY_ID".to_owned(), function.id.clone());
    variables
}
