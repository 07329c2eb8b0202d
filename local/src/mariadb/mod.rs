//! MySQL 8 or MariaDB as a child process, in the place of Aurora MySQL.
//!
//! The server is reached by a Unix socket only, with a password that is in a file only its owner
//! reads. Commits survive the end of every process at any moment, but not a power cut in the second
//! after (`innodb-flush-log-at-trx-commit=2`).

mod engine;
mod files;
mod process;
mod settings;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use sqlx::{
    Connection, MySqlConnection,
    migrate::{MigrateError, Migrator},
};

use crate::keeping;
use files::Files;
use process::Daemon;

/// Every database of the local system and the folder of its migrations. Two for what is sharded, so
/// that a query that forgets the shard fails at once.
pub const DATABASES: [(&str, &str); 5] = [
    ("accounts_0", "accounts"),
    ("library_0", "library"),
    ("library_1", "library"),
    ("activity_0", "activity"),
    ("activity_1", "activity"),
];

/// Why the database is not there, in one sentence with the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Error {
    fn io(what: &str, path: &Path, cause: &std::io::Error) -> Self {
        Self(format!("cannot {what} {}: {cause}", path.display()))
    }
}

/// A running server with a data folder of its own, reachable by a Unix socket only.
#[derive(Debug)]
pub struct Server {
    files: Files,
    daemon: Daemon,
}

impl Server {
    /// Starts a server on `data_dir` (made and filled at the first start) and waits until it
    /// answers. The [`DATABASES`] exist afterwards. Ends a server that a killed run left on
    /// this folder; a folder in use by a living one is an error.
    ///
    /// It is the one that has filled the folder; else the one that the variable `ALBUMEN_MYSQLD`
    /// names; else MySQL 8, if there is one on the `PATH`; else MariaDB.
    pub async fn start(data_dir: &Path) -> Result<Self, Error> {
        Self::start_named(data_dir, std::env::var_os(engine::NAMED).as_deref()).await
    }

    /// As [`Server::start`], with this program in the place of the variable's.
    pub async fn start_named(data_dir: &Path, program: Option<&OsStr>) -> Result<Self, Error> {
        let files = Files::open(data_dir, program)?;
        process::end_stale(&files).await?;
        process::install(&files).await?;
        let daemon = Daemon::spawn(&files)?;
        let mut server = Self { files, daemon };
        server.wait_until_ready().await?;
        Ok(server)
    }

    async fn wait_until_ready(&mut self) -> Result<(), Error> {
        let url = self.url(DATABASES[0].0);
        let deadline = tokio::time::Instant::now() + process::START_LIMIT;
        loop {
            match MySqlConnection::connect(&url).await {
                Ok(connection) => {
                    return connection
                        .close()
                        .await
                        .map_err(|cause| Error(format!("the database hung up: {cause}")));
                }
                Err(cause) if tokio::time::Instant::now() > deadline => {
                    return Err(self.files.failure(&format!(
                        "did not answer within {:?} ({cause})",
                        process::START_LIMIT
                    )));
                }
                // Most often: the socket is not there yet.
                Err(_) => {}
            }
            tokio::select! {
                ended = self.daemon.ended() => return Err(self.files.failure(&format!("did not start ({ended})"))),
                () = tokio::time::sleep(process::POLL) => {}
            }
        }
    }

    /// Applies `<migrations>/accounts`, `<migrations>/library` and `<migrations>/activity` to their
    /// databases.
    pub async fn migrate(&self, migrations: &Path) -> Result<(), Error> {
        for (database, folder) in DATABASES {
            let folder = migrations.join(folder);
            let failed = |cause: MigrateError| {
                let remedy = match cause {
                    MigrateError::VersionMismatch(_)
                    | MigrateError::VersionMissing(_)
                    | MigrateError::Dirty(_) => "; `--fresh` starts over with an empty database",
                    _ => "",
                };
                Error(format!(
                    "the migrations in {} could not be applied to {database}: {cause}{remedy}",
                    folder.display()
                ))
            };
            let migrator = Migrator::new(folder.clone()).await.map_err(failed)?;
            let connecting = MySqlConnection::connect(&self.url(database)).await;
            let mut connection = connecting.map_err(|cause| failed(cause.into()))?;
            migrator.run(&mut connection).await.map_err(failed)?;
            connection
                .close()
                .await
                .map_err(|cause| failed(cause.into()))?;
        }
        Ok(())
    }

    /// `mysql://…` for sqlx, with the socket; holds the password.
    pub fn url(&self, database: &str) -> String {
        self.files.url(database)
    }

    /// The Unix socket.
    pub fn socket(&self) -> &Path {
        self.files.socket()
    }

    /// The server's name and version: `MariaDB 10.11.14`.
    pub fn name(&self) -> String {
        self.files.engine().to_string()
    }

    /// The id of the server's process.
    pub fn pid(&self) -> u32 {
        self.daemon.pid()
    }

    /// Returns the path of the server's log.
    pub fn log(&self) -> PathBuf {
        self.files.log()
    }

    /// Stops it and waits: SIGTERM, and SIGKILL after 20 seconds. Dropping without this kills it.
    pub async fn stop(mut self) {
        self.daemon.end().await;
    }
}

impl keeping::Engine for Server {
    const NAME: &'static str = "The database";
    type Error = Error;

    async fn died(&mut self) -> Error {
        let ended = self.daemon.ended().await;
        self.files.failure(&format!("ended by itself ({ended})"))
    }

    /// Starts the server again. Everything that was committed is there again: the log has it.
    async fn start_again(&mut self) -> Result<(), Error> {
        // Of one that has not answered in time, too.
        self.daemon.end().await;
        self.daemon = Daemon::spawn(&self.files)?;
        self.wait_until_ready().await
    }
}
