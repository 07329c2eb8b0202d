//! Processes, as the tests look at them.

use std::{fs, time::Duration};

use rustix::process::{Pid, test_kill_process};
use tokio::time::{Instant, sleep};

pub fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
}

/// Returns whether the process runs. One that has exited but was not waited for still has its id;
/// its state says so.
pub fn is_running(id: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    test_kill_process(pid(id)).is_ok() && !state.contains(") Z ")
}

/// Returns the shell among the children of a process: the watchdog of its database.
pub fn watchdog_of(parent: u32) -> Option<u32> {
    for entry in fs::read_dir("/proc").unwrap() {
        let name = entry.unwrap().file_name();
        let Ok(id) = name.to_string_lossy().parse::<u32>() else { continue };
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let is_shell = status.starts_with("Name:\tsh\n");
        let is_child = status.contains(&format!("\nPPid:\t{parent}\n"));
        if is_shell && is_child && is_running(id) {
            return Some(id);
        }
    }
    None
}

pub async fn wait_for_end(id: u32) {
    let started = Instant::now();
    while is_running(id) {
        assert!(started.elapsed() < Duration::from_secs(30), "{id} is still there");
        sleep(Duration::from_millis(50)).await;
    }
}
