//! The system that the demo talks to: one that runs, or a `local run` of its own.

use std::{
    collections::VecDeque,
    path::Path,
    process::Stdio,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use running_system::RunningSystem;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::{
    console,
    system::{Error, find_running},
};

/// The longest time of a start: the first one makes the database and its tables.
const START_LIMIT: Duration = Duration::from_mins(3);
/// The pause between two looks at whether it is ready.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The lines that are shown when it does not start.
const LAST_LINES: usize = 15;

/// A running system.
pub struct DemoSystem {
    pub origin: String,
    /// The process, if the demo has started it.
    child: Option<ChildSystem>,
}

struct ChildSystem {
    process: Child,
    output: OutputBuffer,
}

/// The lines that the child writes: kept while the progress bar has the terminal, shown afterwards.
#[derive(Clone, Default)]
struct OutputBuffer {
    last_lines: Arc<Mutex<VecDeque<String>>>,
    is_shown: Arc<AtomicBool>,
}

impl DemoSystem {
    /// Takes a system elsewhere, of which nothing but its address is known.
    pub fn at(address: &str) -> Result<Self, Error> {
        match reqwest::Url::parse(address) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                Ok(Self { origin: url.origin().ascii_serialization(), child: None })
            }
            _ => Err(Error::new(format!("{address} is no address: https://HOST."))),
        }
    }

    /// Finds the system that runs on the data folder, or starts one.
    pub async fn find_or_start(data: &Path, port: u16) -> Result<Self, Error> {
        if let Ok(running) = find_running(data) {
            return Ok(Self { origin: running.origin, child: None });
        }
        console::line("Starting the system …");
        let mut child = ChildSystem::start(data, port)?;
        match child.wait_until_ready(data).await {
            Ok(running) => Ok(Self { origin: running.origin, child: Some(child) }),
            Err(what) => {
                child.stop().await;
                Err(Error::new(format!("The system {what}. It said:\n{}", child.output.text())))
            }
        }
    }

    /// Stops the system if the demo has started it.
    pub async fn stop(&mut self) {
        if let Some(child) = &mut self.child {
            child.stop().await;
        }
    }

    /// Keeps a system that the demo has started until it exits, or Ctrl-C.
    pub async fn stay(&mut self) {
        let Some(child) = &mut self.child else { return };
        console::line("The system keeps running; Ctrl-C stops it.");
        child.output.is_shown.store(true, Ordering::Relaxed);
        tokio::select! {
            _ = child.process.wait() => return,
            _ = tokio::signal::ctrl_c() => {}
        }
        child.stop().await;
    }
}

impl ChildSystem {
    fn start(data: &Path, port: u16) -> Result<Self, Error> {
        let failed = |cause: std::io::Error| {
            Error::new(format!("`local run` could not be started: {cause}."))
        };
        let mut process = Command::new(std::env::current_exe().map_err(failed)?)
            .args(["run", "--port", &port.to_string(), "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let output = OutputBuffer::default();
        if let Some(stdout) = process.stdout.take() {
            tokio::spawn(output.clone().collect(stdout));
        }
        if let Some(stderr) = process.stderr.take() {
            tokio::spawn(output.clone().collect(stderr));
        }
        Ok(Self { process, output })
    }

    /// Waits for the description of this very process; the error says what happened instead.
    async fn wait_until_ready(&mut self, data: &Path) -> Result<RunningSystem, String> {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            if let Ok(running) = find_running(data)
                && Some(running.pid) == self.process.id()
            {
                return Ok(running);
            }
            match self.process.try_wait() {
                Ok(None) if Instant::now() < deadline => sleep(POLL_INTERVAL).await,
                Ok(None) => {
                    return Err(format!("was not ready within {} s", START_LIMIT.as_secs()));
                }
                Ok(Some(status)) => return Err(format!("ended ({status})")),
                Err(cause) => return Err(format!("was lost ({cause})")),
            }
        }
    }

    async fn stop(&mut self) {
        // Not waited for yet, so the id is still this child's.
        if let Some(id) = self.process.id()
            && let Ok(id) = i32::try_from(id)
            && let Some(pid) = Pid::from_raw(id)
        {
            // Already gone is what was wanted.
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.process.wait().await;
    }
}

impl OutputBuffer {
    /// Takes the lines of a pipe until it ends.
    async fn collect(self, pipe: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if self.is_shown.load(Ordering::Relaxed) {
                console::line(&line);
                continue;
            }
            let mut last_lines = self
                .last_lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if last_lines.len() == LAST_LINES {
                last_lines.pop_front();
            }
            last_lines.push_back(line);
        }
    }

    /// Returns the last lines, indented.
    fn text(&self) -> String {
        let last_lines = self
            .last_lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut indented = Vec::new();
        for line in last_lines.iter() {
            indented.push(format!("  {line}"));
        }
        indented.join("\n")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test
mod tests {
    use super::*;

    #[test]
    fn an_address_is_that_of_a_service() {
        let origin = |address| DemoSystem::at(address).map(|system| system.origin);
        assert_eq!(origin("https://photos.example/").unwrap(), "https://photos.example");
        assert_eq!(origin("http://127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080");
        for address in ["photos.example", "s3://bucket", ""] {
            let error = origin(address).unwrap_err().to_string();
            assert!(error.contains("no address"), "{address}: {error}");
        }
    }
}
