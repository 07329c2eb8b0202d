//! The server's own count of what it does.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sqlx::{Connection, MySqlConnection, Row, raw_sql};
use tokio::{sync::Mutex, time::timeout};

/// The longest wait for an answer.
const LIMIT: Duration = Duration::from_secs(2);

const STATUS: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN \
                      ('Questions', 'Threads_connected', 'Threads_running', \
                      'Innodb_row_lock_current_waits')";
const MOST_CONNECTIONS: &str = "SHOW GLOBAL VARIABLES LIKE 'max_connections'";

/// Work of a server: what it does, and has done since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DatabaseStatus {
    /// Statements since its start.
    pub statements: u64,
    /// Connections.
    pub connections: u64,
    /// The most connections that it takes.
    pub most_connections: u64,
    /// Connections on which a statement runs.
    pub running: u64,
    /// Statements that wait for a row's lock.
    pub waiting_for_locks: u64,
}

/// Asks a server for its status, over a connection that it keeps. Clones share it.
#[derive(Clone, Debug)]
pub struct StatusReader {
    url: Arc<str>,
    connection: Arc<Mutex<Option<MySqlConnection>>>,
}

impl StatusReader {
    /// Makes a reader of the server at this URL.
    pub fn new(url: &str) -> Self {
        Self { url: url.into(), connection: Arc::default() }
    }

    /// Returns the status; `None` while the server does not answer.
    pub async fn read(&self) -> Option<DatabaseStatus> {
        let mut kept = self.connection.lock().await;
        // Taken out, so that one that fails or hangs is not used again.
        let connection = kept.take();
        let (connection, status) = timeout(LIMIT, self.ask(connection)).await.ok()?.ok()?;
        *kept = Some(connection);
        Some(status)
    }

    async fn ask(
        &self,
        connection: Option<MySqlConnection>,
    ) -> Result<(MySqlConnection, DatabaseStatus), sqlx::Error> {
        let mut connection = match connection {
            Some(connection) => connection,
            None => MySqlConnection::connect(&self.url).await?,
        };
        let mut values = HashMap::new();
        for statement in [STATUS, MOST_CONNECTIONS] {
            for row in raw_sql(statement).fetch_all(&mut connection).await? {
                let name: String = row.try_get(0)?;
                let value: String = row.try_get(1)?;
                values.insert(name.to_ascii_lowercase(), value.parse().unwrap_or(0));
            }
        }
        let value = |name: &str| values.get(name).copied().unwrap_or(0);
        let status = DatabaseStatus {
            statements: value("questions"),
            connections: value("threads_connected"),
            most_connections: value("max_connections"),
            running: value("threads_running"),
            waiting_for_locks: value("innodb_row_lock_current_waits"),
        };
        Ok((connection, status))
    }
}
