//! MySQL 8 or MariaDB as a child process, in the place of Aurora MySQL.
//!
//! The server is reached by a Unix socket only, with a password that is in a file only its owner
//! reads. Commits survive the end of every process at any moment, but not a power cut in the second
//! after (`innodb-flush-log-at-trx-commit=2`). A [`DatabaseCluster`] may have a second server that
//! follows the first; a port of loopback leads from there to the first one's socket.

mod cluster;
mod files;
mod gate;
mod install;
mod installation;
mod process;
mod replica;
mod replication;
mod role;
mod settings;
mod stale;
mod status;
mod tables;
mod watchdog;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use sqlx::{
    Connection, MySqlConnection,
    migrate::{MigrateError, Migrator},
};
use tokio::time::{Instant, sleep};

use crate::supervision::SupervisedProcess;
pub use cluster::DatabaseCluster;
use files::DatabaseFiles;
use process::{DatabaseProcess, POLL_INTERVAL, START_LIMIT};
pub use replication::Replication;
use role::Role;
pub use status::{DatabaseStatus, StatusReader};

/// Every database of the local system and the folder of its migrations. Two for each that is
/// sharded, so that a query that forgets the shard fails at once.
pub const DATABASES: [(&str, &str); 5] = [
    ("accounts_0", "accounts"),
    ("library_0", "library"),
    ("library_1", "library"),
    ("activity_0", "activity"),
    ("activity_1", "activity"),
];

/// The reason for which the database is not there, in one sentence with the remedy.
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
pub struct DatabaseServer {
    files: DatabaseFiles,
    process: DatabaseProcess,
}

impl DatabaseServer {
    /// Starts a server on `data_dir` (made and filled at the first start) and waits until it
    /// answers. The [`DATABASES`] exist afterwards. Ends a server that a killed run left on
    /// this folder; a folder in use by a living one is an error.
    ///
    /// It is the one that has filled the folder; else the one that the variable `ALBUMEN_MYSQLD`
    /// names; else MySQL 8, if there is one on the `PATH`; else MariaDB.
    pub async fn start(data_dir: &Path) -> Result<Self, Error> {
        Self::start_named(data_dir, std::env::var_os(installation::NAMED).as_deref()).await
    }

    /// As [`DatabaseServer::start`], with this program in the place of the variable's.
    pub async fn start_named(data_dir: &Path, program: Option<&OsStr>) -> Result<Self, Error> {
        let files = DatabaseFiles::open(data_dir, program)?;
        stale::end_stale_server(&files).await?;
        install::make_tables(&files).await?;
        let process = DatabaseProcess::spawn(&files)?;
        let mut server = Self { files, process };
        wait_until_ready(&server.files, &mut server.process).await?;
        Ok(server)
    }

    /// Starts it with a log of what it commits, for a replica: it must have ended.
    async fn start_with_log(&mut self) -> Result<(), Error> {
        self.files.prepare_for(Role::Writer)?;
        self.restart().await
    }

    /// Starts and ends it, so that nothing is left to be settled of what a killed one was doing.
    async fn settle(&mut self) -> Result<(), Error> {
        self.files.prepare_for(Role::Alone)?;
        self.restart().await?;
        if self.end().await { Ok(()) } else { Err(self.files.failure("did not end in order")) }
    }

    /// Ends it; returns whether it has ended in order. It needs no log then.
    async fn end(&mut self) -> bool {
        if !self.process.end().await {
            return false;
        }
        match self.files.remove_log() {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(%error, "a log is left");
                false
            }
        }
    }

    /// Applies `<migrations>/accounts`, `<migrations>/library` and `<migrations>/activity` to their
    /// databases.
    ///
    /// # Errors
    /// A migration that fails, or that was changed after it was applied.
    pub async fn migrate(&self, migrations: &Path) -> Result<(), Error> {
        for (database, folder) in DATABASES {
            let folder = migrations.join(folder);
            self.migrate_database(database, &folder)
                .await
                .map_err(|cause| not_migrated(database, &folder, &cause))?;
        }
        Ok(())
    }

    async fn migrate_database(&self, database: &str, folder: &Path) -> Result<(), MigrateError> {
        let migrator = Migrator::new(folder).await?;
        let mut connection = MySqlConnection::connect(&self.url(database)).await?;
        migrator.run(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }

    /// Returns `mysql://…` for sqlx, with the socket; it holds the password.
    pub fn url(&self, database: &str) -> String {
        self.files.url(database)
    }

    /// Returns the same with the socket of a proxy before the server.
    pub fn proxied_url(&self, database: &str) -> String {
        self.files.url_by(database, &self.proxy_socket())
    }

    /// Returns the path of the socket of a proxy before the server, which nobody listens on unless
    /// there is one. It is shorter than the server's own.
    pub fn proxy_socket(&self) -> PathBuf {
        self.socket().with_file_name("proxy.sock")
    }

    /// Returns the path of the Unix socket.
    pub fn socket(&self) -> &Path {
        self.files.socket()
    }

    /// Returns the server's name and version: `MariaDB 10.11.14`.
    pub fn name(&self) -> String {
        self.files.installation().to_string()
    }

    /// Returns the id of the server's process.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Returns the path of the server's log.
    pub fn log(&self) -> PathBuf {
        self.files.log()
    }

    /// Returns the folder of its files.
    fn root(&self) -> &Path {
        self.files.root()
    }

    /// Returns the password of the user of replication.
    fn replication_password(&self) -> &str {
        self.files.replication_password()
    }

    /// Stops it and waits: SIGTERM, and SIGKILL after 20 seconds. Dropping without this kills it.
    pub async fn stop(mut self) {
        self.end().await;
    }
}

impl SupervisedProcess for DatabaseServer {
    const NAME: &'static str = "The database";
    type Error = Error;

    async fn exited(&mut self) -> Error {
        let exit = self.process.exited().await;
        self.files.failure(&format!("ended by itself ({exit})"))
    }

    /// Starts the server again. Everything that was committed is there again: the log has it.
    async fn restart(&mut self) -> Result<(), Error> {
        // One that has not answered in time may still run.
        self.process.end().await;
        self.process = DatabaseProcess::spawn(&self.files)?;
        wait_until_ready(&self.files, &mut self.process).await
    }
}

/// Waits until a server that has been started on these files answers.
async fn wait_until_ready(
    files: &DatabaseFiles,
    process: &mut DatabaseProcess,
) -> Result<(), Error> {
    let (first_database, _) = DATABASES[0];
    let url = files.url(first_database);
    let deadline = Instant::now() + START_LIMIT;
    loop {
        match MySqlConnection::connect(&url).await {
            Ok(connection) => {
                return connection
                    .close()
                    .await
                    .map_err(|cause| Error(format!("the database hung up: {cause}")));
            }
            Err(cause) if Instant::now() > deadline => {
                let what = format!("did not answer within {START_LIMIT:?} ({cause})");
                return Err(files.failure(&what));
            }
            // Most often: the socket is not there yet.
            Err(_) => {}
        }
        tokio::select! {
            exit = process.exited() => {
                return Err(files.failure(&format!("did not start ({exit})")));
            }
            () = sleep(POLL_INTERVAL) => {}
        }
    }
}

fn not_migrated(database: &str, folder: &Path, cause: &MigrateError) -> Error {
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
}
