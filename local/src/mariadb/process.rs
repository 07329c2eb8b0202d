//! The server's process: started, watched and ended.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
    process::Stdio,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, ChildStdin, Command},
    time::{Instant, sleep, timeout},
};

use super::{
    Error,
    engine::{Engine, Maker},
    files::{Files, UNFINISHED},
    settings,
};

/// How long a start may take: a crash recovery on a slow disk included.
pub const START_LIMIT: Duration = Duration::from_mins(1);
/// Between two looks at whether it is up, or gone.
pub const POLL: Duration = Duration::from_millis(30);
// Before another try to have it watched.
const WATCH_AGAIN: Duration = Duration::from_secs(1);
// The server writes its pages out first.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A running server and the shell that ends it should this process be killed.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    pid: u32,
    watcher: Watcher,
}

impl Daemon {
    pub fn spawn(files: &Files) -> Result<Self, Error> {
        let engine = files.engine();
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(files.log());
        let log = log.map_err(|cause| Error::io("write", &files.log(), &cause))?;
        let failed = |cause: io::Error| {
            Error(format!("{} could not be started: {cause}", engine.program.display()))
        };
        let child = command(&engine.program, files)
            .args(engine.options())
            .args(settings::options())
            .arg(option("--tmpdir", &files.temporary()))
            .arg(option("--datadir", &files.tables()))
            .arg(option("--socket", files.socket()))
            .arg(option("--pid-file", &files.pid_file()))
            .arg(option("--init-file", &files.init()))
            .stdout(log.try_clone().map_err(failed)?)
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let pid = child.id().ok_or_else(|| files.failure("ended at once"))?;
        let watcher = Watcher::start(pid);
        let watcher = watcher.map_err(|cause| {
            Error(format!("no shell could be started to watch {}: {cause}", engine.maker))
        })?;
        Ok(Self { child, pid, watcher })
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits for it to end by itself. Its watcher is replaced when that ends first.
    pub async fn ended(&mut self) -> String {
        let status = loop {
            tokio::select! {
                status = self.child.wait() => break status,
                () = self.watcher.ended() => self.watch_again().await,
            }
        };
        // At once, because the id may soon be another's.
        self.watcher.dismiss().await;
        match status {
            Ok(status) => status.to_string(),
            Err(cause) => cause.to_string(),
        }
    }

    async fn watch_again(&mut self) {
        match Watcher::start(self.pid) {
            Ok(watcher) => self.watcher = watcher,
            Err(cause) => {
                tracing::warn!(%cause, "nothing watches the database");
                sleep(WATCH_AGAIN).await;
            }
        }
    }

    /// Ends it, if it has not ended, and waits.
    pub async fn end(&mut self) {
        self.watcher.dismiss().await;
        // Not waited for yet, so the id is still this child's even if it has ended.
        if self.child.id().is_some() {
            signal(self.pid, Signal::TERM);
        }
        if timeout(STOP_LIMIT, self.child.wait()).await.is_err() {
            tracing::warn!(pid = self.pid, "the database did not stop in time and is killed");
            let _ = self.child.kill().await;
        }
    }
}

// Asked before it is ready, a server does not end; so after twenty seconds it is no longer asked.
const WATCH: &str = r#"read line && exit
kill -TERM "$0"
for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 1; kill -0 "$0" || exit; done
kill -KILL "$0""#;

/// A shell that waits for a line. When this process is killed the pipe closes without one, and the
/// shell ends the server in its stead.
#[derive(Debug)]
struct Watcher {
    shell: Child,
    // Apart from the shell, because waiting for a child closes its pipe.
    pipe: Option<ChildStdin>,
}

impl Watcher {
    fn start(pid: u32) -> io::Result<Self> {
        let mut shell = Command::new("sh")
            .args(["-c", WATCH, &pid.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let pipe = shell.stdin.take();
        Ok(Self { shell, pipe })
    }

    async fn ended(&mut self) {
        // However it ended, it is gone.
        let _ = self.shell.wait().await;
    }

    /// Tells it that there is nothing left to end, and waits until it is gone.
    async fn dismiss(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            let _ = pipe.write_all(b"\n").await;
        }
        self.ended().await;
    }
}

// In a process group of its own, so that Ctrl-C in the terminal reaches us alone and the order of
// stopping is ours.
fn command(program: &Path, files: &Files) -> Command {
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

fn option(name: &str, path: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from(name);
    option.push("=");
    option.push(path);
    option
}

/// Makes the server's own tables, unless they are there. Interrupted, it starts over the next time.
pub async fn install(files: &Files) -> Result<(), Error> {
    if files.tables().is_dir() {
        return Ok(());
    }
    let engine = files.engine();
    let unfinished = files.root().join(UNFINISHED);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)
            .map_err(|cause| Error::io("remove", &unfinished, &cause))?;
    }
    // MariaDB's script does not stand spaces in the path.
    let failed = |cause: io::Error| Error::io("name a shorter way to", &unfinished, &cause);
    let way = tempfile::Builder::new()
        .prefix("albumen-")
        .tempdir()
        .map_err(failed)?;
    let short = way.path().join("data");
    std::os::unix::fs::symlink(files.root(), &short).map_err(failed)?;
    let mut command = installer(engine, files)?;
    let output = command
        .arg(option("--datadir", &short.join(UNFINISHED)))
        // A server that starts clears such a folder of the others' temporary tables, so no two may
        // share one.
        .arg(option("--tmpdir", way.path()))
        .output()
        .await
        .map_err(|cause| Error(format!("the tables of {engine} could not be made: {cause}")))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        fs::write(files.log(), said).map_err(|cause| Error::io("write", &files.log(), &cause))?;
        return Err(files.failure(&format!("could not make its tables ({})", output.status)));
    }
    fs::rename(&unfinished, files.tables())
        .map_err(|cause| Error::io("finish", &unfinished, &cause))
}

/// Returns the command that makes the tables of a server that nobody but root on this machine may
/// enter.
fn installer(engine: &Engine, files: &Files) -> Result<Command, Error> {
    match engine.maker {
        Maker::MariaDb => {
            let mut command = command(&engine.beside("mariadb-install-db")?, files);
            command.args(["--auth-root-authentication-method=socket", "--skip-test-db"]);
            command.args(["--skip-name-resolve", "--innodb-log-file-size=8M"]);
            Ok(command)
        }
        Maker::MySql => {
            let mut command = command(&engine.program, files);
            // Root gets its password at the first start.
            command.args(["--initialize-insecure", "--loose-innodb-redo-log-capacity=16M"]);
            Ok(command)
        }
    }
}

/// Ends the server that a killed run left on this folder, if there is one. The folder's lock is
/// held, so no living run has it.
pub async fn end_stale(files: &Files) -> Result<(), Error> {
    let Some(pid) = fs::read_to_string(files.pid_file())
        .ok()
        .and_then(|text| text.trim().parse::<u32>().ok())
    else {
        return Ok(());
    };
    for (limit, how) in [(STOP_LIMIT, Signal::TERM), (STOP_LIMIT, Signal::KILL)] {
        let deadline = Instant::now() + limit;
        if !serves(pid, &files.tables()) {
            return Ok(());
        }
        tracing::warn!(pid, "a database that a killed run left is ended");
        signal(pid, how);
        while Instant::now() < deadline && serves(pid, &files.tables()) {
            sleep(POLL).await;
        }
    }
    let left = serves(pid, &files.tables());
    if left {
        Err(Error(format!(
            "process {pid} of an earlier run does not end: end it, then start again"
        )))
    } else {
        Ok(())
    }
}

// Whether the process is a server on this very folder: ids are used again.
fn serves(pid: u32, tables: &Path) -> bool {
    let is_alive = i32::try_from(pid)
        .ok()
        .and_then(Pid::from_raw)
        .is_some_and(|pid| test_kill_process(pid).is_ok());
    let ours = option("--datadir", tables);
    is_alive
        && arguments(pid).is_some_and(|arguments| contains(&arguments, ours.as_encoded_bytes()))
}

fn arguments(pid: u32) -> Option<Vec<u8>> {
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

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // Already gone is what was wanted.
        let _ = kill_process(pid, signal);
    }
}
