//! The log of submitted statements and their outcomes, in the warehouse's own file: an outcome is
//! written in the transaction of the statement, so that the log knows of all that has happened, and
//! of nothing else.

use std::time::{SystemTime, UNIX_EPOCH};

use duckdb::{Connection, OptionalExt, Row, params, types::Type};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// The seconds for which a token names its statement.
/// <https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html>
const TOKEN_LIFETIME: f64 = 8.0 * 3600.0;
/// The seconds for which a statement and its rows can be asked for.
/// <https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html>
const STATEMENT_LIFETIME: f64 = 24.0 * 3600.0;

const SCHEMA: &str = "
    CREATE SCHEMA IF NOT EXISTS data_api;
    CREATE SEQUENCE IF NOT EXISTS data_api.submitted;
    CREATE TABLE IF NOT EXISTS data_api.migrations (file VARCHAR, sum VARCHAR);
    CREATE TABLE IF NOT EXISTS data_api.statements (
      seq BIGINT, id VARCHAR, token VARCHAR, request VARCHAR, status VARCHAR, error VARCHAR,
      parts VARCHAR, created DOUBLE, updated DOUBLE
    );";

const RESUBMIT_STARTED: &str =
    "UPDATE data_api.statements SET status = 'SUBMITTED' WHERE status = 'STARTED'";
const CREATED_BEFORE: &str = "
    SELECT id, request, status, error, parts, created, updated
    FROM data_api.statements WHERE created < ?";
const DELETE: &str = "DELETE FROM data_api.statements WHERE id = ?";
const INSERT: &str = "
    INSERT INTO data_api.statements
    VALUES (nextval('data_api.submitted'), ?, ?, ?, 'SUBMITTED', NULL, '[]', ?, ?)";
const BY_TOKEN: &str = "
    SELECT id, request, status, error, parts, created, updated
    FROM data_api.statements WHERE token = ? AND created > ? ORDER BY seq LIMIT 1";
const BY_ID: &str = "
    SELECT id, request, status, error, parts, created, updated
    FROM data_api.statements WHERE id = ? AND created > ?";
const OLDEST_SUBMITTED: &str = "
    SELECT id, request, status, error, parts, created, updated
    FROM data_api.statements WHERE status = 'SUBMITTED' ORDER BY seq LIMIT 1";
const UPDATE: &str = "
    UPDATE data_api.statements SET status = ?, error = ?, parts = ?, updated = ? WHERE id = ?";

/// A request of one statement, or of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRequest {
    /// The statements, in order.
    pub sqls: Vec<String>,
    /// They came as a batch, even of one: its rows are asked for by sub-statement.
    pub batch: bool,
    /// Names and values.
    pub parameters: Vec<(String, String)>,
}

/// The result of one statement of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementResult {
    /// Rows that it returned or changed.
    pub rows: u64,
    /// Names and types of its columns; `None` for a statement that returns no rows.
    pub columns: Option<Vec<(String, String)>>,
}

/// A line of the log.
#[derive(Clone, Debug)]
pub struct StatementRecord {
    /// The id that the Data API gives to it.
    pub id: Uuid,
    /// The request.
    pub request: StatementRequest,
    /// `SUBMITTED`, `STARTED`, `FINISHED`, `FAILED` or `ABORTED`.
    pub status: String,
    /// The reason for which it failed.
    pub error: Option<String>,
    /// One for each statement, once it is finished.
    pub parts: Vec<StatementResult>,
    /// Seconds since 1970.
    pub created: f64,
    /// Seconds since 1970.
    pub updated: f64,
}

impl StatementRecord {
    /// Returns the table that keeps the rows of a sub-statement, counted from 1.
    pub fn result_table(&self, number: usize) -> String {
        format!("data_api.result_{}_{number}", self.id.simple())
    }

    fn from_row(row: &Row<'_>) -> duckdb::Result<Self> {
        let id: String = row.get("id")?;
        Ok(Self {
            id: Uuid::try_parse(&id).map_err(|_| unreadable("id"))?,
            request: from_json(row, "request")?,
            status: row.get("status")?,
            error: row.get("error")?,
            parts: from_json(row, "parts")?,
            created: row.get("created")?,
            updated: row.get("updated")?,
        })
    }
}

fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> duckdb::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| unreadable(column))
}

/// Makes the error of a column that was not written by this module.
fn unreadable(column: &str) -> duckdb::Error {
    duckdb::Error::InvalidColumnType(0, column.to_owned(), Type::Text)
}

/// Returns the seconds since 1970.
fn now() -> f64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since_epoch.as_secs_f64()
}

/// Makes the log, submits again what a process that was killed had started, and deletes statements
/// whose time is over.
pub fn open(db: &Connection) -> duckdb::Result<()> {
    db.execute_batch(SCHEMA)?;
    // Nothing that had been started was committed.
    db.execute(RESUBMIT_STARTED, [])?;
    let newest_expired = now() - STATEMENT_LIFETIME;
    let mut statement = db.prepare(CREATED_BEFORE)?;
    let mut expired = Vec::new();
    for record in statement.query_map([newest_expired], StatementRecord::from_row)? {
        expired.push(record?);
    }
    for record in expired {
        for number in 1..=record.parts.len() {
            db.execute_batch(&format!("DROP TABLE IF EXISTS {}", record.result_table(number)))?;
        }
        db.execute(DELETE, [record.id.to_string()])?;
    }
    Ok(())
}

/// Adds a request.
pub fn add(
    db: &Connection,
    request: &StatementRequest,
    token: Option<&str>,
) -> duckdb::Result<StatementRecord> {
    let id = Uuid::now_v7();
    let created = now();
    let text = serde_json::to_string(request).unwrap_or_default();
    db.execute(INSERT, params![id.to_string(), token, text, created, created])?;
    Ok(StatementRecord {
        id,
        request: request.clone(),
        status: "SUBMITTED".to_owned(),
        error: None,
        parts: Vec::new(),
        created,
        updated: created,
    })
}

/// Returns the statement that a token names.
pub fn find_by_token(db: &Connection, token: &str) -> duckdb::Result<Option<StatementRecord>> {
    let oldest = now() - TOKEN_LIFETIME;
    db.query_row(BY_TOKEN, params![token, oldest], StatementRecord::from_row)
        .optional()
}

/// Returns the statement with this id.
pub fn find(db: &Connection, id: Uuid) -> duckdb::Result<Option<StatementRecord>> {
    let oldest = now() - STATEMENT_LIFETIME;
    db.query_row(BY_ID, params![id.to_string(), oldest], StatementRecord::from_row)
        .optional()
}

/// Starts the oldest statement that waits, and returns it.
pub fn start_next(db: &Connection) -> duckdb::Result<Option<StatementRecord>> {
    let next = db
        .query_row(OLDEST_SUBMITTED, [], StatementRecord::from_row)
        .optional()?;
    if let Some(record) = &next {
        update(db, record.id, "STARTED", None, &[])?;
    }
    Ok(next)
}

/// Sets the status of a statement.
pub fn update(
    db: &Connection,
    id: Uuid,
    status: &str,
    error: Option<&str>,
    parts: &[StatementResult],
) -> duckdb::Result<()> {
    let parts = serde_json::to_string(parts).unwrap_or_default();
    db.execute(UPDATE, params![status, error, parts, now(), id.to_string()])?;
    Ok(())
}
