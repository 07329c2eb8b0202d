//! What was submitted and what became of it, in the warehouse's own file: a statement's outcome is
//! written in the transaction of the statement, so that nothing has happened that the book does not
//! know, and the reverse.

use std::time::{SystemTime, UNIX_EPOCH};

use duckdb::{Connection, OptionalExt, Row, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long a token names its statement.
const TOKEN_LASTS: f64 = 8.0 * 3600.0;
/// How long a statement and its rows can be asked for.
const STATEMENT_LASTS: f64 = 24.0 * 3600.0;

const SCHEMA: &str = "
    CREATE SCHEMA IF NOT EXISTS data_api;
    CREATE SEQUENCE IF NOT EXISTS data_api.submitted;
    CREATE TABLE IF NOT EXISTS data_api.migrations (file VARCHAR, sum VARCHAR);
    CREATE TABLE IF NOT EXISTS data_api.statements (
      seq BIGINT, id VARCHAR, token VARCHAR, request VARCHAR, status VARCHAR, error VARCHAR, parts VARCHAR,
      created DOUBLE, updated DOUBLE
    );";

const COLUMNS: &str = "id, request, status, error, parts, created, updated";

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The statements, in order.
    pub sqls: Vec<String>,
    /// Whether they came as a batch, even of one: its rows are asked for by part.
    pub batch: bool,
    /// Names and values.
    pub parameters: Vec<(String, String)>,
}

/// What one statement of a request came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Rows that it returned or changed.
    pub rows: u64,
    /// Names and types of its columns; `None` for what returns no rows.
    pub columns: Option<Vec<(String, String)>>,
}

/// A line of the book.
#[derive(Clone, Debug)]
pub struct Record {
    /// What the Data API calls it.
    pub id: Uuid,
    /// What was asked for.
    pub request: Request,
    /// `SUBMITTED`, `STARTED`, `FINISHED`, `FAILED` or `ABORTED`.
    pub status: String,
    /// Why it failed.
    pub error: Option<String>,
    /// One for each statement, once it is finished.
    pub parts: Vec<Part>,
    /// Seconds since 1970.
    pub created: f64,
    /// The same.
    pub updated: f64,
}

impl Record {
    /// The table that keeps the rows of a part, counted from 1.
    pub fn table(&self, part: usize) -> String {
        format!("data_api.result_{}_{part}", self.id.simple())
    }
}

/// Seconds since 1970.
pub fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}

/// Makes the book, takes up what a process that ended had left, and forgets what is over.
pub fn open(db: &Connection) -> duckdb::Result<()> {
    db.execute_batch(SCHEMA)?;
    // Nothing of what had been started was committed.
    db.execute("UPDATE data_api.statements SET status = 'SUBMITTED' WHERE status = 'STARTED'", [])?;
    let old = now() - STATEMENT_LASTS;
    let mut statement =
        db.prepare(&format!("SELECT {COLUMNS} FROM data_api.statements WHERE created < ?"))?;
    let records = statement
        .query_map([old], read)?
        .collect::<duckdb::Result<Vec<_>>>()?;
    for record in records {
        for part in 1..=record.parts.len() {
            db.execute_batch(&format!("DROP TABLE IF EXISTS {}", record.table(part)))?;
        }
        db.execute("DELETE FROM data_api.statements WHERE id = ?", [record.id.to_string()])?;
    }
    Ok(())
}

/// Writes down a request.
pub fn add(db: &Connection, request: &Request, token: Option<&str>) -> duckdb::Result<Record> {
    let (id, at) = (Uuid::now_v7(), now());
    let text = serde_json::to_string(request).unwrap_or_default();
    db.execute(
        "INSERT INTO data_api.statements
         VALUES (nextval('data_api.submitted'), ?, ?, ?, 'SUBMITTED', NULL, '[]', ?, ?)",
        params![id.to_string(), token, text, at, at],
    )?;
    let status = "SUBMITTED".to_owned();
    Ok(Record {
        id,
        request: request.clone(),
        status,
        error: None,
        parts: Vec::new(),
        created: at,
        updated: at,
    })
}

/// The statement that a token names.
pub fn of_token(db: &Connection, token: &str) -> duckdb::Result<Option<Record>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM data_api.statements WHERE token = ? AND created > ? ORDER BY seq LIMIT 1"
    );
    db.query_row(&sql, params![token, now() - TOKEN_LASTS], read)
        .optional()
}

/// A statement.
pub fn find(db: &Connection, id: Uuid) -> duckdb::Result<Option<Record>> {
    let sql = format!("SELECT {COLUMNS} FROM data_api.statements WHERE id = ? AND created > ?");
    db.query_row(&sql, params![id.to_string(), now() - STATEMENT_LASTS], read)
        .optional()
}

/// The oldest that waits; it has started now.
pub fn start_next(db: &Connection) -> duckdb::Result<Option<Record>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM data_api.statements WHERE status = 'SUBMITTED' ORDER BY seq LIMIT 1"
    );
    let next = db.query_row(&sql, [], read).optional()?;
    if let Some(record) = &next {
        set(db, record.id, "STARTED", None, &[])?;
    }
    Ok(next)
}

/// Notes how far a statement is.
pub fn set(
    db: &Connection,
    id: Uuid,
    status: &str,
    error: Option<&str>,
    parts: &[Part],
) -> duckdb::Result<()> {
    let parts = serde_json::to_string(parts).unwrap_or_default();
    db.execute(
        "UPDATE data_api.statements SET status = ?, error = ?, parts = ?, updated = ? WHERE id = ?",
        params![status, error, parts, now(), id.to_string()],
    )?;
    Ok(())
}

fn read(row: &Row<'_>) -> duckdb::Result<Record> {
    let (id, request, parts): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(4)?);
    // What stands there was written above.
    let unreadable = |column| {
        duckdb::Error::InvalidColumnType(column, "data_api".into(), duckdb::types::Type::Text)
    };
    Ok(Record {
        id: Uuid::try_parse(&id).map_err(|_| unreadable(0))?,
        request: serde_json::from_str(&request).map_err(|_| unreadable(1))?,
        status: row.get(2)?,
        error: row.get(3)?,
        parts: serde_json::from_str(&parts).map_err(|_| unreadable(4))?,
        created: row.get(5)?,
        updated: row.get(6)?,
    })
}
