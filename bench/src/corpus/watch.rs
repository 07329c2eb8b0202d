//! Looks at a file in a process whose memory and time are watched.

use std::{
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use shared::error::Cause;
use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
    time::sleep,
};

use super::look::Seen;
use crate::machine::{on_one_cpu, peak_memory};

/// The time between two looks at a process's memory. What it takes and gives back in between is
/// seen, too: the kernel keeps the peak, and the last look comes before the process has ended.
const INTERVAL: Duration = Duration::from_millis(2);

/// The bounds of a process.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most memory, in bytes.
    pub memory: u64,
    /// The most time on the wall.
    pub time: Duration,
}

/// The outcome of a file, with what it cost.
#[derive(Debug)]
pub struct Watched {
    /// The outcome.
    pub outcome: Outcome,
    /// Time on the wall, the start of the process included.
    pub time: Duration,
    /// The most memory that was seen, in bytes.
    pub peak: u64,
}

/// The outcome of a file.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// The process ended as it should.
    Ended(Seen),
    /// The process panicked, aborted or broke.
    Broke(String),
    /// The process took more memory than it may, and was ended.
    TooMuchMemory,
    /// The process took longer than it may, and was ended.
    TooSlow,
}

impl Outcome {
    /// Says whether it is what no file may bring about.
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Broke(_) | Self::TooMuchMemory | Self::TooSlow)
    }
}

/// Looks at a file in a process of its own; a rendition is written to `keep`.
///
/// # Errors
/// When no process can be started; whatever happens in it is an [`Outcome`].
pub async fn look_at(file: &Path, bounds: Bounds, keep: Option<&Path>) -> Result<Watched, Cause> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("look");
    if let Some(keep) = keep {
        command.arg("--keep").arg(keep);
    }
    command
        .arg("--")
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let (mut child, started) = on_one_cpu(command)?;
    let mut stdout = child.stdout.take().ok_or("no output")?;
    let mut stderr = child.stderr.take().ok_or("no output")?;
    let mut said = Vec::new();
    let mut complained = Vec::new();
    let mut watched_peak = 0;
    let over = {
        let reads = async {
            tokio::join!(stdout.read_to_end(&mut said), stderr.read_to_end(&mut complained))
        };
        // Both ends are closed when the process ends, and not before.
        tokio::select! {
            _ = reads => None,
            over = exceeds(&child, started, bounds, &mut watched_peak) => Some(over),
        }
    };
    let time = started.elapsed();
    child.start_kill().ok();
    let status = child.wait().await?;
    let peak = watched_peak.max(own_peak(&said));
    let outcome = match over {
        _ if peak > bounds.memory => Outcome::TooMuchMemory,
        Some(over) => over,
        None => outcome(status, &said, &complained),
    };
    Ok(Watched { outcome, time, peak })
}

/// Returns when a bound is broken, and never otherwise.
async fn exceeds(child: &Child, started: Instant, bounds: Bounds, peak: &mut u64) -> Outcome {
    loop {
        let memory = child.id().and_then(|id| peak_memory(&id.to_string()).ok());
        *peak = (*peak).max(memory.unwrap_or(0));
        if *peak > bounds.memory {
            return Outcome::TooMuchMemory;
        }
        if started.elapsed() > bounds.time {
            return Outcome::TooSlow;
        }
        sleep(INTERVAL).await;
    }
}

/// Returns the peak that a process printed of itself, on its second line, in bytes; 0 where it did
/// not.
fn own_peak(said: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(said);
    let line = text.lines().nth(1).unwrap_or_default();
    line.trim().parse().unwrap_or(0)
}

/// Returns the outcome of a process that ended within its bounds.
fn outcome(status: ExitStatus, said: &[u8], complained: &[u8]) -> Outcome {
    let complaint = first_words(complained);
    if let Some(signal) = status.signal() {
        return Outcome::Broke(format!("ended by signal {signal}: {complaint}"));
    }
    let text = String::from_utf8_lossy(said);
    match serde_json::from_str(text.lines().next().unwrap_or_default()) {
        Ok(seen) if status.success() => Outcome::Ended(seen),
        _ => Outcome::Broke(format!("{status}: {complaint}")),
    }
}

/// Returns the first 40 words of what a process complained of, as a table can show them.
fn first_words(complained: &[u8]) -> String {
    let text = String::from_utf8_lossy(complained);
    let words: Vec<_> = text.split_whitespace().take(40).collect();
    words.join(" ").replace('|', "¦")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_and_an_abort_are_faults_and_a_refusal_is_none() {
        let refused = br#"{"Refused":{"format":null,"code":"empty","why":"the file is empty"}}"#;
        let judge = |status, said: &[u8]| {
            outcome(ExitStatus::from_raw(status), said, b"thread 'main' panicked")
        };
        assert!(!judge(0, refused).is_fault());
        let panicked = judge(101 << 8, b"");
        assert_eq!(panicked, Outcome::Broke("exit status: 101: thread 'main' panicked".to_owned()));
        for (status, said) in [(6, &b""[..]), (11, b""), (0, b""), (101 << 8, refused)] {
            assert!(judge(status, said).is_fault(), "{status}");
        }
        assert_eq!(own_peak(b"{}\n4711\n"), 4711);
        assert_eq!(own_peak(b"{}"), 0);
    }
}
