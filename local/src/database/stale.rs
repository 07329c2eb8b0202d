//! A server that a killed run has left on the folder.

use std::{fs, path::Path};

use rustix::process::{Signal, test_kill_process};
use tokio::time::{Instant, sleep};

use super::{
    Error,
    files::DatabaseFiles,
    process::{POLL_INTERVAL, STOP_LIMIT, path_option, raw_pid, send_signal},
};

/// Ends the server that a killed run left on this folder, if there is one. The folder's lock is
/// held, so no living run has it.
pub async fn end_stale_server(files: &DatabaseFiles) -> Result<(), Error> {
    let Some(pid) = read_pid(&files.pid_file()) else { return Ok(()) };
    let tables = files.tables();
    for signal in [Signal::TERM, Signal::KILL] {
        if !serves(pid, &tables) {
            return Ok(());
        }
        tracing::warn!(pid, "a database that a killed run left is ended");
        send_signal(pid, signal);
        let deadline = Instant::now() + STOP_LIMIT;
        while Instant::now() < deadline && serves(pid, &tables) {
            sleep(POLL_INTERVAL).await;
        }
    }
    if serves(pid, &tables) {
        return Err(Error(format!(
            "process {pid} of an earlier run does not end: end it, then start again"
        )));
    }
    Ok(())
}

fn read_pid(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// Returns whether the process is a server on this very folder: ids are used again.
fn serves(pid: u32, tables: &Path) -> bool {
    let is_alive = raw_pid(pid).is_some_and(|pid| test_kill_process(pid).is_ok());
    if !is_alive {
        return false;
    }
    let data_dir = path_option("--datadir", tables);
    match command_line(pid) {
        Some(command_line) => contains(&command_line, data_dir.as_encoded_bytes()),
        None => false,
    }
}

fn command_line(pid: u32) -> Option<Vec<u8>> {
    if Path::new("/proc/self/cmdline").exists() {
        return fs::read(format!("/proc/{pid}/cmdline")).ok();
    }
    let output = std::process::Command::new("ps")
        .args(["-ww", "-o", "args=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    Some(output.stdout)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
