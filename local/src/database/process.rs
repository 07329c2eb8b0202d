//! The server's process: started, watched and ended.

use std::{
    ffi::OsString,
    fs::OpenOptions,
    io,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    process::{Child, Command},
    time::{sleep, timeout},
};

use super::{Error, files::DatabaseFiles, settings, watchdog::Watchdog};

/// The longest time that a start may take: a crash recovery on a slow disk included.
pub const START_LIMIT: Duration = Duration::from_mins(1);
/// The pause between two looks at whether the server is ready, or gone.
pub const POLL_INTERVAL: Duration = Duration::from_millis(30);
/// The longest time that a stop may take: the server writes its pages out first.
pub const STOP_LIMIT: Duration = Duration::from_secs(20);
/// The pause before another attempt to start a watchdog.
const WATCHDOG_PAUSE: Duration = Duration::from_secs(1);

/// A running server and the watchdog that ends it should this process be killed.
#[derive(Debug)]
pub struct DatabaseProcess {
    child: Child,
    pid: u32,
    watchdog: Watchdog,
}

impl DatabaseProcess {
    /// Starts the server on its files.
    pub fn spawn(files: &DatabaseFiles) -> Result<Self, Error> {
        let installation = files.installation();
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(files.log())
            .map_err(|cause| Error::io("write", &files.log(), &cause))?;
        let failed = |cause: io::Error| {
            Error(format!("{} could not be started: {cause}", installation.program.display()))
        };
        let child = command(&installation.program, files)
            .args(installation.options())
            .args(files.role_options())
            .args(settings::options())
            .arg(path_option("--tmpdir", &files.temporary()))
            .arg(path_option("--datadir", &files.tables()))
            .arg(path_option("--socket", files.socket()))
            .arg(path_option("--pid-file", &files.pid_file()))
            .arg(path_option("--init-file", &files.init_file()))
            .stdout(log.try_clone().map_err(failed)?)
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let pid = child.id().ok_or_else(|| files.failure("ended at once"))?;
        let watchdog = Watchdog::start(pid).map_err(|cause| {
            Error(format!("no shell could be started to watch {}: {cause}", installation.engine))
        })?;
        Ok(Self { child, pid, watchdog })
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Resolves to its exit status once it has exited by itself. Its watchdog is replaced when that
    /// exits first.
    pub async fn exited(&mut self) -> String {
        let status = self.wait_and_keep_watched().await;
        // At once, because the id may soon be another's.
        self.watchdog.dismiss().await;
        match status {
            Ok(status) => status.to_string(),
            Err(cause) => cause.to_string(),
        }
    }

    async fn wait_and_keep_watched(&mut self) -> io::Result<ExitStatus> {
        loop {
            tokio::select! {
                status = self.child.wait() => return status,
                () = self.watchdog.exited() => self.replace_watchdog().await,
            }
        }
    }

    async fn replace_watchdog(&mut self) {
        match Watchdog::start(self.pid) {
            Ok(watchdog) => self.watchdog = watchdog,
            Err(cause) => {
                tracing::warn!(%cause, "nothing watches the database");
                sleep(WATCHDOG_PAUSE).await;
            }
        }
    }

    /// Ends it, if it has not exited, and waits; returns whether it has ended in order.
    pub async fn end(&mut self) -> bool {
        self.watchdog.dismiss().await;
        // Not waited for yet, so the id is still this child's even if it has exited.
        if self.child.id().is_some() {
            send_signal(self.pid, Signal::TERM);
        }
        let Ok(ended) = timeout(STOP_LIMIT, self.child.wait()).await else {
            tracing::warn!(pid = self.pid, "the database did not stop in time and is killed");
            let _ = self.child.kill().await;
            return false;
        };
        ended.is_ok_and(|status| status.success())
    }
}

/// Returns the beginning of a command of the server. Its process has a group of its own, so that
/// Ctrl-C in the terminal reaches us alone and the order of stopping is ours.
pub fn command(program: &Path, files: &DatabaseFiles) -> Command {
    let mut command = Command::new(program);
    command
        .arg("--no-defaults")
        .stdin(Stdio::null())
        .process_group(0)
        .kill_on_drop(true);
    if files.owner_is_root() {
        command.arg("--user=root");
    }
    command
}

/// Returns `NAME=PATH`.
pub fn path_option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push("=");
    option.push(path);
    option
}

/// Sends a signal to a process, if it is still there.
pub fn send_signal(pid: u32, signal: Signal) {
    if let Some(pid) = raw_pid(pid) {
        // Already gone is what was wanted.
        let _ = kill_process(pid, signal);
    }
}

/// Returns the id as system calls take it.
pub fn raw_pid(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}
