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

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::{
    console,
    system::{Error, State},
};

// The first start makes the database and its tables.
const START_WITHIN: Duration = Duration::from_mins(3);
const POLL: Duration = Duration::from_millis(100);
// What is shown when it does not start.
const LAST_LINES: usize = 15;

/// A running system.
pub struct Attached {
    pub origin: String,
    own: Option<Own>,
}

struct Own {
    child: Child,
    lines: Lines,
}

// What the child writes: kept while the progress bar has the terminal, shown afterwards.
#[derive(Clone, Default)]
struct Lines {
    last: Arc<Mutex<VecDeque<String>>>,
    show: Arc<AtomicBool>,
}

impl Attached {
    /// A system elsewhere, of which nothing but its address is known.
    pub fn at(address: &str) -> Result<Self, Error> {
        let url = reqwest::Url::parse(address)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| Error::new(format!("{address} is no address: https://HOST.")))?;
        Ok(Self { origin: url.origin().ascii_serialization(), own: None })
    }

    pub async fn find_or_start(data: &Path, port: u16) -> Result<Self, Error> {
        if let Ok(state) = State::read(data) {
            return Ok(Self { origin: state.origin, own: None });
        }
        console::line("Starting the system …");
        let own = Own::start(data, port)?;
        own.wait(data).await
    }

    /// Stops the system if it is ours.
    pub async fn stop(&mut self) {
        if let Some(own) = &mut self.own {
            own.stop().await;
        }
    }

    /// Keeps a system of ours until it ends, or Ctrl-C.
    pub async fn stay(&mut self) {
        let Some(own) = &mut self.own else { return };
        console::line("The system keeps running; Ctrl-C stops it.");
        own.lines.show.store(true, Ordering::Relaxed);
        tokio::select! {
            _ = own.child.wait() => return,
            _ = tokio::signal::ctrl_c() => {}
        }
        own.stop().await;
    }
}

impl Own {
    fn start(data: &Path, port: u16) -> Result<Self, Error> {
        let failed = |cause: std::io::Error| {
            Error::new(format!("`local run` could not be started: {cause}."))
        };
        let mut child = Command::new(std::env::current_exe().map_err(failed)?)
            .args(["run", "--port", &port.to_string(), "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let lines = Lines::default();
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            tokio::spawn(lines.clone().keep(out));
            tokio::spawn(lines.clone().keep(err));
        }
        Ok(Self { child, lines })
    }

    async fn wait(mut self, data: &Path) -> Result<Attached, Error> {
        let deadline = Instant::now() + START_WITHIN;
        loop {
            let state = State::read(data)
                .ok()
                .filter(|state| Some(state.pid) == self.child.id());
            if let Some(state) = state {
                return Ok(Attached { origin: state.origin, own: Some(self) });
            }
            let what = match self.child.try_wait() {
                Ok(None) if Instant::now() < deadline => None,
                Ok(None) => Some(format!("was not ready within {} s", START_WITHIN.as_secs())),
                Ok(Some(status)) => Some(format!("ended ({status})")),
                Err(cause) => Some(format!("was lost ({cause})")),
            };
            if let Some(what) = what {
                self.stop().await;
                return Err(Error::new(format!(
                    "The system {what}. It said:\n{}",
                    self.lines.text()
                )));
            }
            sleep(POLL).await;
        }
    }

    async fn stop(&mut self) {
        // Not waited for yet, so the id is still this child's.
        let id = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        if let Some(id) = id {
            // Already gone is what was wanted.
            let _ = kill_process(id, Signal::TERM);
        }
        let _ = self.child.wait().await;
    }
}

impl Lines {
    async fn keep(self, pipe: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if self.show.load(Ordering::Relaxed) {
                console::line(&line);
                continue;
            }
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.len() == LAST_LINES {
                last.pop_front();
            }
            last.push_back(line);
        }
    }

    fn text(&self) -> String {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.iter()
            .map(|line| format!("  {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test
mod tests {
    use super::*;

    #[test]
    fn an_address_is_that_of_a_service() {
        let at = |address| Attached::at(address).map(|found| found.origin);
        assert_eq!(at("https://photos.example/").unwrap(), "https://photos.example");
        assert_eq!(at("http://127.0.0.1:8080").unwrap(), "http://127.0.0.1:8080");
        for address in ["photos.example", "s3://bucket", ""] {
            assert!(at(address).unwrap_err().to_string().contains("no address"), "{address}");
        }
    }
}
