//! DuckDB in Redshift's place: one thread runs the submitted statements, in order, each request in
//! a transaction of its own together with its line in the log.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};

use duckdb::{Config, Connection};
use uuid::Uuid;

use crate::{
    dialect, migrations,
    runner::{EngineState, run_all},
    statement_log::{self, StatementRecord, StatementRequest},
};

/// The rows of one page.
const PAGE_SIZE: usize = 1000;

/// The files of the warehouse.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Its file.
    pub file: PathBuf,
    /// The folders of the buckets.
    pub buckets: PathBuf,
    /// While this file is there, no statement goes on; if there is a text in it, they fail with
    /// it. For tests.
    pub hold: PathBuf,
}

/// The reason for which the warehouse is not there.
#[derive(Debug, thiserror::Error)]
#[error("the warehouse in {} failed: {reason}", file.display())]
pub struct Error {
    file: PathBuf,
    reason: String,
}

/// The warehouse. Clones share it.
#[derive(Clone)]
pub struct WarehouseEngine {
    shared: Arc<EngineState>,
    wake: SyncSender<()>,
}

/// A page of rows: columns as text.
pub struct ResultPage {
    /// `None` for NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// The first row of the next page.
    pub next: Option<usize>,
}

/// Locks a mutex, also after a panic of another holder: DuckDB rolls back transactions that were
/// open, so that nothing is half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl WarehouseEngine {
    /// Opens the warehouse or makes it, applies migrations, and goes on with statements that had
    /// been submitted.
    pub fn open(settings: EngineSettings, migrations: &Path) -> Result<Self, Error> {
        let failed = |reason: String| Error { file: settings.file.clone(), reason };
        let db = connect(&settings.file).map_err(|cause| failed(cause.to_string()))?;
        statement_log::open(&db).map_err(|cause| failed(cause.to_string()))?;
        migrations::apply(&db, migrations).map_err(failed)?;
        let (wake, woken) = sync_channel(1);
        let shared = Arc::new(EngineState::new(settings, db));
        let runner = shared.clone();
        thread::spawn(move || run_all(&runner, &woken));
        let engine = Self { shared, wake };
        engine.wake();
        Ok(engine)
    }

    fn wake(&self) {
        // Full means that it is going to look anyway.
        let _ = self.wake.try_send(());
    }

    /// Submits a request. With a token that was used before, returns the statement that it names;
    /// `None` if that one's request was another.
    pub fn submit(
        &self,
        request: &StatementRequest,
        token: Option<&str>,
    ) -> duckdb::Result<Option<StatementRecord>> {
        let log = lock(&self.shared.log);
        if let Some(token) = token
            && let Some(named) = statement_log::find_by_token(&log, token)?
        {
            return Ok(if named.request == *request { Some(named) } else { None });
        }
        let added = statement_log::add(&log, request, token)?;
        drop(log);
        self.wake();
        Ok(Some(added))
    }

    /// Returns a statement whose time is not over.
    pub fn find(&self, id: Uuid) -> duckdb::Result<Option<StatementRecord>> {
        statement_log::find(&lock(&self.shared.log), id)
    }

    /// Returns rows of a sub-statement of a finished statement, from the row `from` on.
    pub fn page(
        &self,
        record: &StatementRecord,
        number: usize,
        from: usize,
    ) -> duckdb::Result<ResultPage> {
        let column_count = match record.parts.get(number - 1) {
            Some(part) => part.columns.as_ref().map_or(0, Vec::len),
            None => 0,
        };
        let table = record.result_table(number);
        let sql = format!(
            "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {table} ORDER BY rowid \
             LIMIT {PAGE_SIZE} OFFSET {from}"
        );
        let log = lock(&self.shared.log);
        let mut statement = log.prepare(&sql)?;
        let mut found = statement.query([])?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let mut values = Vec::new();
            for column in 0..column_count {
                values.push(row.get(column)?);
            }
            rows.push(values);
        }
        let next = if rows.len() == PAGE_SIZE { Some(from + PAGE_SIZE) } else { None };
        Ok(ResultPage { rows, next })
    }

    /// Stops a statement; returns whether there was something to stop.
    pub fn cancel(&self, id: Uuid) -> duckdb::Result<bool> {
        // The log is locked, so that none starts in between.
        let log = lock(&self.shared.log);
        if self.shared.interrupt(id) {
            return Ok(true);
        }
        let Some(record) = statement_log::find(&log, id)? else { return Ok(false) };
        if record.status != "SUBMITTED" {
            return Ok(false);
        }
        statement_log::update(&log, id, "ABORTED", Some("ERROR: cancelled"), &[])?;
        Ok(true)
    }
}

/// Opens the file, with Redshift's division and order of NULL, and with no more of the machine than
/// a part.
fn connect(file: &Path) -> duckdb::Result<Connection> {
    let config = Config::default()
        .max_memory("512MB")?
        .threads(2)?
        .enable_autoload_extension(false)?
        .with("default_null_order", "postgres")?;
    let db = Connection::open_with_flags(file, config)?;
    db.execute_batch("SET GLOBAL integer_division = true")?;
    db.execute_batch(dialect::MACROS)?;
    Ok(db)
}
