//! The warehouse as a child process, in the place of Redshift: the binary of `local/warehouse`,
//! which is linked with DuckDB. A process of its own, so that everything else builds, starts and is
//! measured without that library.
//!
//! It inherits its listener, which stays open here: no port is taken between two processes, and
//! requests that come before it is ready, or between its end and its next start, wait. Nothing is
//! lost when it is killed: a transaction that was running is rolled back and begins again.

use std::{
    fs::{self, OpenOptions},
    io,
    net::{SocketAddr, TcpListener},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    time::timeout,
};

use crate::supervision::SupervisedProcess;

/// The name of the binary, beside those of the functions.
pub const BINARY: &str = "warehouse";

/// The longest time that a start may take, migrations included.
const START_LIMIT: Duration = Duration::from_mins(1);

/// The reason for which there is no warehouse, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

/// The binary, the files and the names of the warehouse.
#[derive(Clone, Debug)]
pub struct WarehouseSettings {
    /// The binary.
    pub program: PathBuf,
    /// Its folder; made when missing.
    pub folder: PathBuf,
    /// The folder of the buckets, for `COPY`.
    pub buckets: PathBuf,
    /// The folder of its migrations.
    pub migrations: PathBuf,
    /// The only workgroup.
    pub workgroup: String,
    /// The only database.
    pub database: String,
}

/// A running warehouse.
#[derive(Debug)]
pub struct WarehouseServer {
    settings: WarehouseSettings,
    listener: TcpListener,
    address: SocketAddr,
    child: Child,
}

impl WarehouseServer {
    /// Starts the warehouse on a listener and waits until it answers.
    ///
    /// # Errors
    /// It exited, or did not answer within a minute; its log has the reason.
    pub async fn start(
        settings: WarehouseSettings,
        listener: tokio::net::TcpListener,
    ) -> Result<Self, Error> {
        fs::create_dir_all(&settings.folder).map_err(not_started)?;
        let address = listener.local_addr().map_err(not_started)?;
        let listener = listener.into_std().map_err(not_started)?;
        let child = spawn(&settings, &listener).map_err(not_started)?;
        let mut server = Self { settings, listener, address, child };
        server.wait_until_ready().await?;
        Ok(server)
    }

    async fn wait_until_ready(&mut self) -> Result<(), Error> {
        let url = format!("http://{}/", self.address);
        let ready = timeout(START_LIMIT, async {
            tokio::select! {
                exit = self.child.wait() => Err(format!("ended ({})", describe(exit))),
                // The listener takes the request at once; it is answered when the warehouse is
                // ready.
                answer = reqwest::get(url) => answer.map_err(|cause| cause.to_string()),
            }
        });
        match ready.await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(reason)) => Err(self.failure(&reason)),
            Err(_) => Err(self.failure("did not answer")),
        }
    }

    /// Ends the process and waits.
    pub async fn stop(mut self) {
        // Gone already is as good.
        let _ = self.child.kill().await;
    }

    /// Makes an error of what happened and of the last line of the log.
    fn failure(&self, what: &str) -> Error {
        let log_file = log_file(&self.settings.folder);
        let log = fs::read_to_string(&log_file).unwrap_or_default();
        let last_line = log.lines().last().unwrap_or("its log is empty");
        Error(format!("the warehouse {what}: {last_line} (more in {})", log_file.display()))
    }
}

impl SupervisedProcess for WarehouseServer {
    const NAME: &'static str = "The warehouse";
    type Error = Error;

    async fn exited(&mut self) -> Error {
        let exit = self.child.wait().await;
        self.failure(&format!("ended by itself ({})", describe(exit)))
    }

    async fn restart(&mut self) -> Result<(), Error> {
        // One that has not answered in time may still run; gone already is as good.
        let _ = self.child.kill().await;
        self.child = spawn(&self.settings, &self.listener).map_err(not_started)?;
        self.wait_until_ready().await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` calls it")]
fn not_started(cause: io::Error) -> Error {
    Error(format!("the warehouse could not be started: {cause}"))
}

fn spawn(settings: &WarehouseSettings, listener: &TcpListener) -> io::Result<Child> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(log_file(&settings.folder))?;
    Command::new(&settings.program)
        .arg("--file")
        .arg(settings.folder.join("warehouse.duckdb"))
        .arg("--buckets")
        .arg(&settings.buckets)
        .arg("--migrations")
        .arg(&settings.migrations)
        .arg("--hold")
        .arg(hold_file(&settings.folder))
        .args(["--workgroup", &settings.workgroup, "--database", &settings.database])
        .stdin(Stdio::from(OwnedFd::from(listener.try_clone()?)))
        .stdout(log.try_clone()?)
        .stderr(log)
        // So that Ctrl-C in the terminal reaches us alone and the order of stopping is ours.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

fn describe(exit: io::Result<ExitStatus>) -> String {
    match exit {
        Ok(status) => status.to_string(),
        Err(cause) => cause.to_string(),
    }
}

fn hold_file(folder: &Path) -> PathBuf {
    folder.join("hold")
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("warehouse.log")
}
