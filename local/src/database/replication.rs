//! The statements that rule a replica: whom it follows, how far behind, and until when.
//!
//! `START`, `STOP`, `RESET` and `SHOW REPLICA` are understood by MariaDB from 10.5 and by MySQL from
//! 8.0.22 on; what is followed each says in words of its own.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, Row, mysql::MySqlRow, raw_sql};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout},
};

use super::{
    Error,
    files::DatabaseFiles,
    installation::Engine,
    process::POLL_INTERVAL,
    role::{FIRST_LOG, REPLICATION_USER},
};

/// The time in which a replica must answer, and in which it must be connected to the writer.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// The rule over a replica. Clones share it.
#[derive(Clone, Debug)]
pub struct Replication(Arc<State>);

#[derive(Debug)]
struct State {
    engine: Engine,
    url: String,
    /// The lag in seconds. Locked while statements are sent that belong together.
    lag: Mutex<u32>,
}

/// The place in its own log up to which a replica has applied what it has.
struct AppliedUntil {
    file: String,
    position: u64,
}

impl Replication {
    /// The rule over the replica of this folder, to be this many seconds behind.
    pub fn of(files: &DatabaseFiles, lag: u32) -> Self {
        let engine = files.installation().engine;
        Self(Arc::new(State { engine, url: files.replication_url(), lag: Mutex::new(lag) }))
    }

    /// Has the replica follow the log of a writer that listens on this port of loopback, from its
    /// beginning, and waits until it is connected.
    pub async fn follow(&self, port: u16, password: &str) -> Result<(), Error> {
        let lag = self.0.lag.lock().await;
        let mut replica = self.connect().await?;
        let settings = [
            ("HOST", "'127.0.0.1'".to_owned()),
            ("PORT", port.to_string()),
            ("USER", format!("'{REPLICATION_USER}'")),
            ("PASSWORD", format!("'{password}'")),
            ("LOG_FILE", format!("'{FIRST_LOG}'")),
            ("LOG_POS", "4".to_owned()),
            ("CONNECT_RETRY", "1".to_owned()),
            ("DELAY", lag.to_string()),
        ];
        let mut change = self.change_source(&settings);
        if self.0.engine == Engine::MariaDb {
            change.push_str(", MASTER_USE_GTID = no");
        }
        send(&mut replica, &change).await?;
        send(&mut replica, "START REPLICA").await?;
        wait_until_connected(&mut replica).await
    }

    /// Has the replica be this many seconds behind from now on.
    pub async fn set_lag(&self, seconds: u32) -> Result<(), Error> {
        let mut lag = self.0.lag.lock().await;
        let mut replica = self.connect().await?;
        self.delay(&mut replica, seconds).await?;
        send(&mut replica, "START REPLICA").await?;
        *lag = seconds;
        Ok(())
    }

    /// Has the replica apply at once all that it has received, then follow nobody any more.
    pub async fn apply_everything(&self) -> Result<(), Error> {
        let _lag = self.0.lag.lock().await;
        let mut replica = self.connect().await?;
        self.delay(&mut replica, 0).await?;
        send(&mut replica, "START REPLICA SQL_THREAD").await?;
        wait_until_applied(&mut replica).await?;
        send(&mut replica, "STOP REPLICA").await?;
        send(&mut replica, "RESET REPLICA ALL").await
    }

    /// Returns the lag, and how many seconds the replica is behind by its own account.
    pub async fn report(&self) -> Result<Value, Error> {
        let lag = *self.0.lag.lock().await;
        let mut replica = self.connect().await?;
        let status = status(&mut replica).await?;
        let behind: Option<u64> = either(&status, "Seconds_Behind_Master", "Seconds_Behind_Source");
        Ok(json!({"lag": lag, "seconds_behind": behind}))
    }

    async fn connect(&self) -> Result<MySqlConnection, Error> {
        match timeout(CONNECT_LIMIT, MySqlConnection::connect(&self.0.url)).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(cause)) => Err(failed(&cause.to_string())),
            Err(_) => Err(failed("the replica does not answer")),
        }
    }

    /// Stops the replica and sets how far it is behind; it keeps what it has received.
    async fn delay(&self, replica: &mut MySqlConnection, seconds: u32) -> Result<(), Error> {
        send(replica, "STOP REPLICA").await?;
        let applied = applied_until(replica).await?;
        let mut change = self.change_source(&[("DELAY", seconds.to_string())]);
        let AppliedUntil { file, position } = applied;
        // Without these, what was received and not applied would be thrown away.
        let _ = write!(change, ", RELAY_LOG_FILE = '{file}', RELAY_LOG_POS = {position}");
        send(replica, &change).await
    }

    fn change_source(&self, settings: &[(&str, String)]) -> String {
        let (statement, prefix) = match self.0.engine {
            Engine::MariaDb => ("CHANGE MASTER TO", "MASTER"),
            Engine::MySql => ("CHANGE REPLICATION SOURCE TO", "SOURCE"),
        };
        let mut parts = Vec::new();
        for (name, value) in settings {
            parts.push(format!("{prefix}_{name} = {value}"));
        }
        format!("{statement} {}", parts.join(", "))
    }
}

async fn send(replica: &mut MySqlConnection, statement: &str) -> Result<(), Error> {
    let sent = raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(replica)
        .await;
    sent.map(drop).map_err(|cause| failed(&cause.to_string()))
}

async fn status(replica: &mut MySqlConnection) -> Result<MySqlRow, Error> {
    let status = raw_sql("SHOW REPLICA STATUS").fetch_one(replica).await;
    status.map_err(|cause| failed(&cause.to_string()))
}

async fn applied_until(replica: &mut MySqlConnection) -> Result<AppliedUntil, Error> {
    let status = status(replica).await?;
    let file = status.try_get_unchecked("Relay_Log_File");
    let position = status.try_get_unchecked("Relay_Log_Pos");
    match (file, position) {
        (Ok(file), Ok(position)) => Ok(AppliedUntil { file, position }),
        _ => Err(failed("it does not say what it has applied")),
    }
}

async fn wait_until_connected(replica: &mut MySqlConnection) -> Result<(), Error> {
    let deadline = Instant::now() + CONNECT_LIMIT;
    loop {
        let status = status(replica).await?;
        let is_connected: Option<String> =
            either(&status, "Slave_IO_Running", "Replica_IO_Running");
        if is_connected.is_some_and(|word| word == "Yes") {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(failed(&text(&status, "Last_IO_Error")));
        }
        sleep(POLL_INTERVAL).await;
    }
}

async fn wait_until_applied(replica: &mut MySqlConnection) -> Result<(), Error> {
    loop {
        let status = status(replica).await?;
        let state: Option<String> =
            either(&status, "Slave_SQL_Running_State", "Replica_SQL_Running_State");
        if state.is_some_and(|state| state.contains("has read all relay log")) {
            return Ok(());
        }
        let error = text(&status, "Last_SQL_Error");
        if !error.is_empty() {
            return Err(failed(&format!("it has not applied everything: {error}")));
        }
        sleep(POLL_INTERVAL).await;
    }
}

/// Reads a column that the two engines call otherwise.
fn either<'r, T>(row: &'r MySqlRow, of_mariadb: &str, of_mysql: &str) -> Option<T>
where
    Option<T>: sqlx::Decode<'r, sqlx::MySql>,
{
    let value = row.try_get_unchecked(of_mariadb);
    value
        .or_else(|_| row.try_get_unchecked(of_mysql))
        .ok()
        .flatten()
}

fn text(row: &MySqlRow, column: &str) -> String {
    row.try_get_unchecked(column).unwrap_or_default()
}

fn failed(what: &str) -> Error {
    Error(format!("the replication failed: {what}"))
}
