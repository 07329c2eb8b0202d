//! One process of a function: started, called, measured, ended.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read, Seek, SeekFrom},
    process::Stdio,
    time::{Duration, Instant},
};

use bytes::Bytes;
use shared::error::Cause;
use tokio::{
    process::{Child, Command},
    time::timeout,
};

use crate::machine::{on_one_cpu, peak_memory, processor_time};

use super::{
    PATIENCE,
    runtime_api::{Event, RuntimeApi},
    runtimes::Runtime,
};

/// Bytes of a failed process's log that are shown.
const LOG: u64 = 4000;

/// A running process of a function.
pub struct Process {
    /// The instant at which its start began.
    pub started: Instant,
    child: Child,
    id: u32,
    api: RuntimeApi,
    /// True once it waits for work.
    waits: bool,
    log: File,
}

/// One invocation.
pub struct Call {
    /// The instant at which the process was given it.
    pub handed_out: Instant,
    /// The instant at which its answer had arrived.
    pub answered: Instant,
    /// The answer.
    pub answer: Bytes,
}

impl Process {
    /// Starts a process with these variables and Lambda's own, on one CPU.
    pub async fn start(
        runtime: &Runtime,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Cause> {
        Self::start_by(runtime, environment, on_one_cpu).await
    }

    /// The same, on any CPU.
    pub async fn start_anywhere(
        runtime: &Runtime,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Cause> {
        Self::start_by(runtime, environment, |mut command| Ok((command.spawn()?, Instant::now())))
            .await
    }

    async fn start_by(
        runtime: &Runtime,
        environment: &BTreeMap<String, String>,
        spawn: impl FnOnce(Command) -> Result<(Child, Instant), Cause>,
    ) -> Result<Self, Cause> {
        let api = RuntimeApi::open().await?;
        let log = tempfile::tempfile()?;
        let mut command = Command::new(&runtime.program);
        command
            .args(&runtime.arguments)
            .env_clear()
            .envs(environment)
            .envs(lambda(&api))
            .envs(runtime.variables());
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .kill_on_drop(true);
        if let Some(folder) = &runtime.folder {
            command.current_dir(folder);
        }
        let (child, started) = spawn(command)?;
        let id = child.id().ok_or("ended at once")?;
        Ok(Self { started, child, id, api, waits: false, log })
    }

    /// Has it answer this event.
    pub async fn call(&mut self, event: &str) -> Result<Call, Cause> {
        self.waiting().await?;
        let handed_out = Instant::now();
        self.waits = false;
        self.api.hand_out(event).await?;
        match self.event().await? {
            Event::Answered { at, body } => Ok(Call { handed_out, answered: at, answer: body }),
            Event::Failed(why) => Err(format!("failed: {}", String::from_utf8_lossy(&why)).into()),
            Event::Asked => Err("asked for work before it had answered".into()),
        }
    }

    /// Processor time that it has used, of all its threads, once it waits for work.
    pub async fn cpu(&mut self) -> Result<Duration, Cause> {
        self.waiting().await?;
        processor_time(&self.id.to_string())
    }

    /// The most memory that it has had at once, in bytes.
    pub fn peak_memory(&self) -> Result<u64, Cause> {
        peak_memory(&self.id.to_string())
    }

    /// Ends it; the last of what it wrote.
    pub async fn end(mut self) -> Result<String, Cause> {
        self.child.kill().await?;
        let length = self.log.seek(SeekFrom::End(0))?;
        self.log.seek(SeekFrom::Start(length.saturating_sub(LOG)))?;
        let mut text = Vec::new();
        self.log.read_to_end(&mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    async fn waiting(&mut self) -> Result<(), Cause> {
        if !self.waits {
            match self.event().await? {
                Event::Asked => self.waits = true,
                Event::Answered { .. } => return Err("answered what nobody had asked".into()),
                Event::Failed(why) => {
                    return Err(format!("failed: {}", String::from_utf8_lossy(&why)).into());
                }
            }
        }
        Ok(())
    }

    async fn event(&mut self) -> Result<Event, Cause> {
        tokio::select! {
            biased;
            event = timeout(PATIENCE, self.api.event()) => {
                event.map_err(|_| "said nothing for too long")?
            }
            status = self.child.wait() => Err(format!("ended: {}", status?).into()),
        }
    }
}

/// The variables that Lambda sets.
fn lambda(api: &RuntimeApi) -> [(&'static str, String); 10] {
    [
        ("AWS_EXECUTION_ENV", "AWS_Lambda_bench".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", "GetAlbum".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/GetAlbum".to_owned()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "[$LATEST]bench".to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", api.address.to_string()),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin".to_owned()),
        ("TZ", ":UTC".to_owned()),
    ]
}
