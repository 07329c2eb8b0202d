//! Processes that are watched until their end.

use std::{
    fs::File,
    io::{Read, Seek},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use shared::error::Cause;

use crate::machine::{peak_memory, processor_time};

/// The pause between two looks: the time of a process is no more exact.
const PAUSE: Duration = Duration::from_millis(1);
/// Looks between two readings of the memory.
const LOOKS: u32 = 5;

/// A process that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its time by the clock.
    pub time: Duration,
    /// Its processor time, without that of its own children.
    pub cpu: Duration,
    /// The most memory that it has had, in bytes.
    pub memory: u64,
    /// Its standard output.
    pub output: String,
}

impl Ended {
    /// Returns the last line of its output.
    pub fn last_line(&self) -> &str {
        self.output.lines().last().unwrap_or_default()
    }
}

/// Runs a command to its end, on a thread of its own.
///
/// # Errors
/// It ends with another code than 0.
pub async fn run(command: Command) -> Result<Ended, Cause> {
    let running = tokio::task::spawn_blocking(move || watch(command).map_err(|e| e.to_string()));
    Ok(running.await??)
}

fn watch(mut command: Command) -> Result<Ended, Cause> {
    let mut output = tempfile::tempfile()?;
    let mut errors = tempfile::tempfile()?;
    command
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(errors.try_clone()?);
    let started = Instant::now();
    let mut child = command.spawn()?;
    let id = child.id().to_string();
    let pid = Pid::from_child(&child);
    // Looked at and left there, so that what it took can be read.
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    let (mut memory, mut looks) = (0, 0_u32);
    while waitid(WaitId::Pid(pid), options)?.is_none() {
        if looks.is_multiple_of(LOOKS) {
            memory = memory.max(peak_memory(&id).unwrap_or(0));
        }
        looks += 1;
        thread::sleep(PAUSE);
    }
    let time = started.elapsed();
    let cpu = processor_time(&id)?;
    if !child.wait()?.success() {
        return Err(format!("{command:?} failed: {}", text(&mut errors)?).into());
    }
    Ok(Ended { time, cpu, memory, output: text(&mut output)? })
}

fn text(file: &mut File) -> Result<String, Cause> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_is_watched_until_its_end() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo first; echo last; sleep 0.1"]);
        let ended = run(command).await.expect("an end");
        assert_eq!(ended.last_line(), "last");
        assert!(ended.time >= Duration::from_millis(100), "{ended:?}");
        assert!(ended.memory > 0, "{ended:?}");
        let mut command = Command::new("sh");
        command.args(["-c", "echo why >&2; exit 3"]);
        let failure = run(command).await.expect_err("a failure").to_string();
        assert!(failure.contains("why"), "{failure}");
    }
}
