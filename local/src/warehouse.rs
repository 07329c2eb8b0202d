//! The warehouse as a child process, in the place of Redshift: the binary of `local/warehouse`,
//! which is linked with DuckDB. A process of its own, so that everything else builds, starts and is
//! measured without that library.
//!
//! It inherits its listener, which stays open here: no port is taken between two processes, and
//! requests that come before it is ready, or between its end and its next start, wait. Nothing is
//! lost when it is killed: what was running is rolled back and begins again.

use std::{
    fs::{self, OpenOptions},
    io,
    net::{SocketAddr, TcpListener},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    time::timeout,
};

use crate::keeping::Engine;

/// Its name beside the functions.
pub const BINARY: &str = "warehouse";

/// How long a start may take, migrations included.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Why there is no warehouse, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

/// Where things are.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The binary.
    pub program: PathBuf,
    /// Its folder; made when missing.
    pub folder: PathBuf,
    /// The folder of the buckets, for `COPY`.
    pub buckets: PathBuf,
    /// Its migrations.
    pub migrations: PathBuf,
    /// The only workgroup.
    pub workgroup: String,
    /// The only database.
    pub database: String,
}

/// A running warehouse.
#[derive(Debug)]
pub struct Server {
    settings: Settings,
    listener: TcpListener,
    address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts it on a listener and waits until it answers.
    ///
    /// # Errors
    /// It ended, or did not answer within a minute; its log says why.
    pub async fn start(
        settings: Settings,
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
                ended = self.child.wait() => Err(format!("ended ({})", status(ended))),
                // The listener takes the request at once; it is answered when the warehouse is there.
                answer = reqwest::get(url) => answer.map_err(|cause| cause.to_string()),
            }
        });
        match ready
            .await
            .unwrap_or_else(|_| Err("did not answer".to_owned()))
        {
            Ok(_) => Ok(()),
            Err(why) => Err(self.failure(&why)),
        }
    }

    /// The file that holds its statements while it is there.
    pub fn hold(&self) -> PathBuf {
        hold(&self.settings.folder)
    }

    /// Ends it and waits.
    pub async fn stop(mut self) {
        // Gone already is as good.
        let _ = self.child.kill().await;
    }

    fn failure(&self, what: &str) -> Error {
        let folder = &self.settings.folder;
        let log = fs::read_to_string(log(folder)).unwrap_or_default();
        let last = log.lines().last().unwrap_or("its log is empty");
        Error(format!("the warehouse {what}: {last} (more in {})", log_name(folder)))
    }
}

impl Engine for Server {
    const NAME: &'static str = "The warehouse";
    type Error = Error;

    async fn died(&mut self) -> Error {
        let ended = self.child.wait().await;
        self.failure(&format!("ended by itself ({})", status(ended)))
    }

    async fn start_again(&mut self) -> Result<(), Error> {
        // Of one that has not answered in time; gone already is as good.
        let _ = self.child.kill().await;
        self.child = spawn(&self.settings, &self.listener).map_err(not_started)?;
        self.wait_until_ready().await
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` calls it")]
fn not_started(cause: io::Error) -> Error {
    Error(format!("the warehouse could not be started: {cause}"))
}

fn spawn(settings: &Settings, listener: &TcpListener) -> io::Result<Child> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(log(&settings.folder))?;
    Command::new(&settings.program)
        .arg("--file")
        .arg(settings.folder.join("warehouse.duckdb"))
        .arg("--buckets")
        .arg(&settings.buckets)
        .arg("--migrations")
        .arg(&settings.migrations)
        .arg("--hold")
        .arg(hold(&settings.folder))
        .args(["--workgroup", &settings.workgroup, "--database", &settings.database])
        .stdin(Stdio::from(OwnedFd::from(listener.try_clone()?)))
        .stdout(log.try_clone()?)
        .stderr(log)
        // So that Ctrl-C in the terminal reaches us alone and the order of stopping is ours.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

fn status(ended: io::Result<std::process::ExitStatus>) -> String {
    ended.map_or_else(|cause| cause.to_string(), |status| status.to_string())
}

fn hold(folder: &Path) -> PathBuf {
    folder.join("hold")
}

fn log(folder: &Path) -> PathBuf {
    folder.join("warehouse.log")
}

fn log_name(folder: &Path) -> String {
    log(folder).display().to_string()
}
