//! The process of an execution environment.

use std::{
    collections::BTreeMap,
    process::{ExitStatus, Stdio},
    time::SystemTime,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::HostSettings;
use crate::template::Function;

/// Starts the executable of a function, or the command that stands in its place, with these
/// variables and no others.
pub(super) fn spawn(
    settings: &HostSettings,
    function: &Function,
    variables: BTreeMap<String, String>,
) -> std::io::Result<Child> {
    command(settings, function)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Ctrl-C in the terminal is for the host, which then ends its children in order.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

fn command(settings: &HostSettings, function: &Function) -> Command {
    match settings.commands.get(&function.id) {
        Some(line) => {
            let mut command = Command::new("/bin/sh");
            command.arg("-c").arg(line);
            command
        }
        None => Command::new(settings.binaries.join(&function.binary)),
    }
}

/// Returns the time at which the executable of a function was built; `None` for a command.
pub(super) fn built_at(settings: &HostSettings, function: &Function) -> Option<SystemTime> {
    if settings.commands.contains_key(&function.id) {
        return None;
    }
    let path = settings.binaries.join(&function.binary);
    path.metadata().ok()?.modified().ok()
}

/// Waits for the process, which is killed when `kill` is cancelled; returns its exit status.
pub(super) async fn wait(mut child: Child, kill: &CancellationToken) -> String {
    let status = tokio::select! {
        status = child.wait() => status,
        () = kill.cancelled() => {
            kill_group(&child);
            // Fails only when the process is gone already.
            let _ = child.start_kill();
            child.wait().await
        }
    };
    match status {
        Ok(status) => describe(status),
        Err(error) => error.to_string(),
    }
}

/// Kills all that the process has started: a command's shell may wait for the program that it has
/// started instead of becoming it.
fn kill_group(child: &Child) {
    let pid = child
        .id()
        .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let Some(pid) = pid {
        // Fails only when nobody is left of the group.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// Returns `exit status 101` or `signal: killed`, as Lambda writes it.
fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal: {signal}"),
        (None, None) => status.to_string(),
    }
}
