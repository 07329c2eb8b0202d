//! MariaDB as a child process, in the place of Aurora MySQL.

use std::path::Path;

/// Why the database is not there, in one sentence with the remedy.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

/// A running `mariadbd` with a data folder of its own, reachable by a Unix socket only.
pub struct Server {}

impl Server {
    /// Starts `mariadbd` on `data_dir` (made and filled at the first start) and waits until it answers. The databases
    /// `accounts_0`, `library_0` and `library_1` exist afterwards. Ends a `mariadbd` that a killed run left on this folder.
    pub async fn start(_data_dir: &Path) -> Result<Self, Error> {
        todo!()
    }

    /// Applies `<migrations>/accounts` and `<migrations>/library` to their databases.
    pub async fn migrate(&self, _migrations: &Path) -> Result<(), Error> {
        todo!()
    }

    /// `mysql://…` for sqlx, with the socket; holds the password.
    pub fn url(&self, _database: &str) -> String {
        todo!()
    }

    /// The Unix socket.
    pub fn socket(&self) -> &Path {
        todo!()
    }

    /// Resolves when `mariadbd` ends by itself, to one sentence on why; for the supervisor's `select!`.
    pub async fn died(&mut self) -> Error {
        todo!()
    }

    /// Stops it and waits: SIGTERM, and SIGKILL after 20 seconds. Dropping without this kills it.
    pub async fn stop(self) {
        todo!()
    }
}
