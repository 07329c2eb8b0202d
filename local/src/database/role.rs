//! The part that a server has in replication, and the options and users that it takes.
//!
//! A writer that a replica follows keeps a log of what it commits, and answers a commit when the
//! replica has it in a log of its own, too: the replication is semi-synchronous, as long as the
//! replica answers within a second. A server that is alone keeps no such log, because that would
//! cost each commit a write more.

use std::{fmt::Write as _, fs, io, path::Path};

use super::installation::Engine;

/// The user that a replica signs in as, and that it is ruled by.
pub const REPLICATION_USER: &str = "replication";

/// The first file of a log of what was committed.
pub const FIRST_LOG: &str = "binlog.000001";
/// The beginning of the names of its files.
const LOG: &str = "binlog.";
const LOG_INDEX: &str = "binlog.index";

/// Options of a server that keeps the log: whole rows, whatever the statement was.
const LOG_OPTIONS: [&str; 4] =
    ["--log-bin=binlog", "--server-id=1", "--binlog-format=ROW", "--sync-binlog=0"];

/// Options of a replica. A transaction that it had applied when it was killed may be given to it
/// again: rows are written over then.
const REPLICA_OPTIONS: [&str; 6] = [
    "--skip-log-bin",
    "--server-id=2",
    "--read-only",
    "--relay-log=relay",
    "--relay-log-recovery=ON",
    "--loose-slave-exec-mode=IDEMPOTENT",
];

/// The part of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// There is no other server.
    Alone,
    /// The writer, which a replica follows.
    Writer,
    /// The replica.
    Replica,
}

impl Role {
    /// Returns the options of a server on these tables.
    pub fn options(self, engine: Engine, tables: &Path) -> Vec<&'static str> {
        match self {
            // What was being committed when a writer was killed is settled by its log.
            Self::Alone if has_log(tables) => LOG_OPTIONS.to_vec(),
            Self::Alone => vec!["--skip-log-bin"],
            Self::Writer => [&LOG_OPTIONS, semi_synchronous_writer(engine)].concat(),
            Self::Replica => [&REPLICA_OPTIONS, semi_synchronous_replica(engine)].concat(),
        }
    }

    /// Returns the statements that make the users of replication, one a line; `identified` is how
    /// they sign in. They stand in no log.
    pub fn user_statements(self, identified: &str) -> String {
        let user = REPLICATION_USER;
        let mut sql =
            format!("SET SESSION sql_log_bin = 0;\nDROP USER IF EXISTS {user}@localhost;\n");
        let rights = match self {
            Self::Alone => return sql,
            Self::Writer => "REPLICATION SLAVE",
            // It is ruled from here, and its socket is in a folder of ours.
            Self::Replica => "ALL",
        };
        // Writing to a string does not fail.
        let _ = writeln!(sql, "CREATE USER {user}@localhost {identified};");
        let _ = writeln!(sql, "GRANT {rights} ON *.* TO {user}@localhost;");
        sql
    }
}

fn semi_synchronous_writer(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::MariaDb => &[
            "--rpl-semi-sync-master-enabled=ON",
            "--rpl-semi-sync-master-timeout=1000",
            "--rpl-semi-sync-master-wait-point=AFTER_SYNC",
        ],
        Engine::MySql => &[
            "--plugin-load-add=semisync_source.so",
            "--loose-rpl-semi-sync-source-enabled=ON",
            "--loose-rpl-semi-sync-source-timeout=1000",
        ],
    }
}

fn semi_synchronous_replica(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::MariaDb => &["--rpl-semi-sync-slave-enabled=ON"],
        // One thread, so that what it says of itself is so of all that it has read.
        Engine::MySql => &[
            "--plugin-load-add=semisync_replica.so",
            "--loose-rpl-semi-sync-replica-enabled=ON",
            "--loose-replica-parallel-workers=0",
        ],
    }
}

/// Returns whether the tables have a log of what was committed: those of a writer that runs, or
/// that was killed.
pub fn has_log(tables: &Path) -> bool {
    tables.join(LOG_INDEX).is_file()
}

/// Removes the log of a writer that has ended in order: nothing is left to be settled by it.
pub fn remove_log(tables: &Path) -> io::Result<()> {
    for entry in fs::read_dir(tables)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with(LOG) && name != LOG_INDEX {
            fs::remove_file(entry.path())?;
        }
    }
    // Last, because it says that there is a log.
    match fs::remove_file(tables.join(LOG_INDEX)) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}
