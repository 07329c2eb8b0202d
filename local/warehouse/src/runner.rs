//! The thread that runs statements, one after the other.

use std::{
    fs,
    sync::{Arc, Mutex, mpsc::Receiver},
    thread,
    time::Duration,
};

use duckdb::{Connection, InterruptHandle, params_from_iter};
use uuid::Uuid;

use crate::{
    copy,
    dialect::{self, Action},
    engine::{EngineSettings, lock},
    objects,
    statement_log::{self, StatementRecord, StatementRequest, StatementResult},
};

/// The pause between two looks at whether held statements may go on.
const HOLD_POLL: Duration = Duration::from_millis(20);

/// The state that the API and the thread share.
pub(crate) struct EngineState {
    settings: EngineSettings,
    /// The connection of the log.
    pub log: Mutex<Connection>,
    running: Mutex<Option<RunningStatement>>,
}

/// The statement that runs, and the handle that stops it.
struct RunningStatement {
    id: Uuid,
    handle: Arc<InterruptHandle>,
    cancelled: bool,
}

/// Runs statements whenever it is woken, until nobody can wake it any more.
pub(crate) fn run_all(state: &EngineState, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        while let Some((record, session)) = state.start_next() {
            state.run(&record, &session);
        }
    }
}

impl EngineState {
    pub fn new(settings: EngineSettings, log: Connection) -> Self {
        Self { settings, log: Mutex::new(log), running: Mutex::default() }
    }

    /// Interrupts the statement if it runs; returns whether it does.
    pub fn interrupt(&self, id: Uuid) -> bool {
        match lock(&self.running).as_mut() {
            Some(running) if running.id == id => {
                running.cancelled = true;
                running.handle.interrupt();
                true
            }
            _ => false,
        }
    }

    /// Starts the next statement, with a session for it: its temporary tables end with it.
    fn start_next(&self) -> Option<(StatementRecord, Connection)> {
        let log = lock(&self.log);
        match start_next(&log) {
            Ok(Some((record, session))) => {
                let handle = session.interrupt_handle();
                let running = RunningStatement { id: record.id, handle, cancelled: false };
                *lock(&self.running) = Some(running);
                Some((record, session))
            }
            Ok(None) => None,
            Err(cause) => {
                tracing::error!(%cause, "the log of statements cannot be read");
                None
            }
        }
    }

    fn run(&self, record: &StatementRecord, session: &Connection) {
        let mut outcome = self.wait_while_held();
        if outcome.is_ok() {
            outcome = self.run_transaction(record, session);
        }
        let finished = lock(&self.running).take();
        let Err(error) = outcome else { return };
        // No open transaction is as good.
        let _ = session.execute_batch("ROLLBACK");
        let was_cancelled = finished.is_some_and(|running| running.cancelled);
        let status = if was_cancelled { "ABORTED" } else { "FAILED" };
        let log = lock(&self.log);
        if let Err(cause) = statement_log::update(&log, record.id, status, Some(&error), &[]) {
            tracing::error!(%cause, id = %record.id, "the log of statements cannot be written");
        }
    }

    /// Waits while statements are held.
    ///
    /// # Errors
    /// The text in the file that holds them, or that the statement was cancelled.
    fn wait_while_held(&self) -> Result<(), String> {
        while let Ok(text) = fs::read_to_string(&self.settings.hold) {
            if !text.trim().is_empty() {
                return Err(format!("ERROR: {}", text.trim()));
            }
            if self.is_cancelled() {
                return Err("ERROR: cancelled".to_owned());
            }
            thread::sleep(HOLD_POLL);
        }
        Ok(())
    }

    fn is_cancelled(&self) -> bool {
        match lock(&self.running).as_ref() {
            Some(running) => running.cancelled,
            None => false,
        }
    }

    /// Runs all statements of a request, and notes that it is finished, in one transaction.
    fn run_transaction(
        &self,
        record: &StatementRecord,
        session: &Connection,
    ) -> Result<(), String> {
        session.execute_batch("BEGIN").map_err(sql_error)?;
        let mut parts = Vec::new();
        for (index, sql) in record.request.sqls.iter().enumerate() {
            let result_table = record.result_table(index + 1);
            parts.push(self.run_statement(&record.request, session, sql, &result_table)?);
        }
        statement_log::update(session, record.id, "FINISHED", None, &parts).map_err(sql_error)?;
        session.execute_batch("COMMIT").map_err(sql_error)
    }

    /// Runs one statement; the rows of a query go to `result_table`.
    fn run_statement(
        &self,
        request: &StatementRequest,
        session: &Connection,
        sql: &str,
        result_table: &str,
    ) -> Result<StatementResult, String> {
        let translation = dialect::translate(sql).map_err(|error| error.to_string())?;
        let mut values = Vec::new();
        for name in &translation.parameters {
            values.push(value(request, name)?);
        }
        match translation.action {
            Action::Change(text) => {
                let rows = session
                    .execute(&text, params_from_iter(values))
                    .map_err(sql_error)?;
                Ok(StatementResult { rows: rows as u64, columns: None })
            }
            Action::Copy(command) => {
                let files = objects::files(&self.settings.buckets, &command)?;
                let rows = copy::load(session, &command.table, &files)?;
                Ok(StatementResult { rows, columns: None })
            }
            Action::Nothing => Ok(StatementResult { rows: 0, columns: None }),
            Action::Query(text) => {
                let create = format!("CREATE TABLE {result_table} AS {text}");
                let rows = session
                    .execute(&create, params_from_iter(values))
                    .map_err(sql_error)?;
                let columns = columns(session, result_table).map_err(sql_error)?;
                Ok(StatementResult { rows: rows as u64, columns: Some(columns) })
            }
        }
    }
}

fn start_next(log: &Connection) -> duckdb::Result<Option<(StatementRecord, Connection)>> {
    match statement_log::start_next(log)? {
        Some(record) => Ok(Some((record, log.try_clone()?))),
        None => Ok(None),
    }
}

/// Returns the value of a parameter.
fn value<'a>(request: &'a StatementRequest, name: &str) -> Result<&'a str, String> {
    let mut parameters = request.parameters.iter();
    match parameters.find(|(given, _)| given == name) {
        Some((_, value)) => Ok(value),
        None => Err(format!("ERROR: no value for :{name}")),
    }
}

/// Returns names and types of a table's columns.
fn columns(session: &Connection, table: &str) -> duckdb::Result<Vec<(String, String)>> {
    let mut statement = session.prepare(&format!("DESCRIBE {table}"))?;
    let mut columns = Vec::new();
    for column in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        columns.push(column?);
    }
    Ok(columns)
}

/// Makes the text of a failed statement.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` calls it")]
pub(crate) fn sql_error(cause: duckdb::Error) -> String {
    format!("ERROR: {cause}")
}
