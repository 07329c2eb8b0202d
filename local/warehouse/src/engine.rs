//! DuckDB in Redshift's place: one thread runs what was submitted, in order, each request in a
//! transaction of its own together with its line in the book.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use duckdb::{Config, Connection, InterruptHandle, params_from_iter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    book::{self, Part, Record, Request},
    copy,
    dialect::{self, Work},
    objects,
};

/// Rows that one page has.
const PAGE: usize = 1000;
/// Between two looks at whether what was held may go on.
const HELD: Duration = Duration::from_millis(20);

/// Where the warehouse keeps and finds things.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its file.
    pub file: PathBuf,
    /// The folders of the buckets.
    pub buckets: PathBuf,
    /// While this file is there, no statement goes on; if there is a text in it, they fail with
    /// it. For tests.
    pub hold: PathBuf,
}

/// Why the warehouse is not there.
#[derive(Debug, thiserror::Error)]
#[error("the warehouse in {} failed: {why}", file.display())]
pub struct Error {
    file: PathBuf,
    why: String,
}

/// The warehouse. Clones share it.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    wake: SyncSender<()>,
}

struct Shared {
    settings: Settings,
    book: Mutex<Connection>,
    running: Mutex<Option<Running>>,
}

/// What runs, and how it is stopped.
struct Running {
    id: Uuid,
    handle: Arc<InterruptHandle>,
    cancelled: bool,
}

/// A page of rows: columns as text.
pub struct Page {
    /// `None` for NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// Where the next begins.
    pub next: Option<usize>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // DuckDB rolls back what was open, so that a panic leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    /// Opens the warehouse or makes it, applies migrations, and goes on with what had been
    /// submitted.
    pub fn open(settings: Settings, migrations: &Path) -> Result<Self, Error> {
        let file = settings.file.clone();
        let failed = |why: String| Error { file: file.clone(), why };
        let db = connect(&settings.file).map_err(|why| failed(why.to_string()))?;
        book::open(&db).map_err(|why| failed(why.to_string()))?;
        migrate(&db, migrations).map_err(failed)?;
        let (wake, woken) = sync_channel(1);
        let shared = Arc::new(Shared { settings, book: Mutex::new(db), running: Mutex::default() });
        let runner = shared.clone();
        thread::spawn(move || runner.run_all(&woken));
        let engine = Self { shared, wake };
        engine.wake();
        Ok(engine)
    }

    fn wake(&self) {
        // Full means that it is going to look anyway.
        let _ = self.wake.try_send(());
    }

    /// Takes a request; the one that had the same token before, if there was one. `None`: that one
    /// was another.
    pub fn submit(&self, request: &Request, token: Option<&str>) -> duckdb::Result<Option<Record>> {
        let book = lock(&self.shared.book);
        if let Some(token) = token
            && let Some(known) = book::of_token(&book, token)?
        {
            return Ok((known.request == *request).then_some(known));
        }
        let added = book::add(&book, request, token)?;
        drop(book);
        self.wake();
        Ok(Some(added))
    }

    /// A statement that is not forgotten.
    pub fn find(&self, id: Uuid) -> duckdb::Result<Option<Record>> {
        book::find(&lock(&self.shared.book), id)
    }

    /// Rows of a part of a finished statement.
    pub fn page(&self, record: &Record, part: usize, from: usize) -> duckdb::Result<Page> {
        let book = lock(&self.shared.book);
        let columns = record
            .parts
            .get(part - 1)
            .and_then(|part| part.columns.as_ref())
            .map_or(0, Vec::len);
        let table = record.table(part);
        let sql = format!(
            "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {table} ORDER BY rowid LIMIT {PAGE} OFFSET {from}"
        );
        let mut statement = book.prepare(&sql)?;
        let rows =
            statement.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        let rows = rows.collect::<duckdb::Result<Vec<_>>>()?;
        Ok(Page { next: (rows.len() == PAGE).then_some(from + PAGE), rows })
    }

    /// Stops a statement; whether there was something to stop.
    pub fn cancel(&self, id: Uuid) -> duckdb::Result<bool> {
        // The book is held, so that none starts in between.
        let book = lock(&self.shared.book);
        if let Some(running) = lock(&self.shared.running)
            .as_mut()
            .filter(|running| running.id == id)
        {
            running.cancelled = true;
            running.handle.interrupt();
            return Ok(true);
        }
        let waits = book::find(&book, id)?.is_some_and(|record| record.status == "SUBMITTED");
        if waits {
            book::set(&book, id, "ABORTED", Some("ERROR: cancelled"), &[])?;
        }
        Ok(waits)
    }
}

impl Shared {
    fn run_all(&self, woken: &Receiver<()>) {
        while woken.recv().is_ok() {
            while let Some((record, session)) = self.start_next() {
                self.run(&record, &session);
            }
        }
    }

    /// The next, and a session for it: its temporary tables end with it.
    fn start_next(&self) -> Option<(Record, Connection)> {
        let book = lock(&self.book);
        let next = book::start_next(&book).and_then(|next| Ok((next, book.try_clone()?)));
        let (record, session) = next
            .inspect_err(|why| tracing::error!(%why, "the book cannot be read"))
            .ok()?;
        let record = record?;
        let handle = session.interrupt_handle();
        *lock(&self.running) = Some(Running { id: record.id, handle, cancelled: false });
        Some((record, session))
    }

    fn run(&self, record: &Record, session: &Connection) {
        let outcome = self.held().and_then(|()| self.transaction(record, session));
        let cancelled = lock(&self.running)
            .take()
            .is_some_and(|running| running.cancelled);
        let Err(why) = outcome else { return };
        // None open is as good.
        let _ = session.execute_batch("ROLLBACK");
        let status = if cancelled { "ABORTED" } else { "FAILED" };
        if let Err(why) = book::set(&lock(&self.book), record.id, status, Some(&why), &[]) {
            tracing::error!(%why, id = %record.id, "the book cannot be written");
        }
    }

    /// Waits while statements are held.
    fn held(&self) -> Result<(), String> {
        while let Ok(text) = fs::read_to_string(&self.settings.hold) {
            if !text.trim().is_empty() {
                return Err(format!("ERROR: {}", text.trim()));
            }
            if lock(&self.running)
                .as_ref()
                .is_some_and(|running| running.cancelled)
            {
                return Err("ERROR: cancelled".to_owned());
            }
            thread::sleep(HELD);
        }
        Ok(())
    }

    fn transaction(&self, record: &Record, session: &Connection) -> Result<(), String> {
        let said = |why: duckdb::Error| format!("ERROR: {why}");
        session.execute_batch("BEGIN").map_err(said)?;
        let mut parts = Vec::new();
        for (number, sql) in record.request.sqls.iter().enumerate() {
            parts.push(self.statement(record, session, number + 1, sql)?);
        }
        book::set(session, record.id, "FINISHED", None, &parts).map_err(said)?;
        session.execute_batch("COMMIT").map_err(said)
    }

    fn statement(
        &self,
        record: &Record,
        session: &Connection,
        number: usize,
        sql: &str,
    ) -> Result<Part, String> {
        let said = |why: duckdb::Error| format!("ERROR: {why}");
        let translated = dialect::translate(sql).map_err(|refused| refused.to_string())?;
        let mut values = Vec::new();
        for name in &translated.parameters {
            let value = record
                .request
                .parameters
                .iter()
                .find(|(known, _)| known == name);
            values.push(
                value
                    .ok_or_else(|| format!("ERROR: no value for :{name}"))?
                    .1
                    .as_str(),
            );
        }
        match translated.work {
            Work::Change(text) => {
                let rows = session
                    .execute(&text, params_from_iter(values))
                    .map_err(said)?;
                Ok(Part { rows: rows as u64, columns: None })
            }
            Work::Copy(copy) => {
                let files = objects::files(&self.settings.buckets, &copy)?;
                let rows = copy::load(session, &copy.table, &files)?;
                Ok(Part { rows, columns: None })
            }
            Work::Nothing => Ok(Part { rows: 0, columns: None }),
            Work::Rows(text) => {
                let table = record.table(number);
                let made = session
                    .execute(&format!("CREATE TABLE {table} AS {text}"), params_from_iter(values));
                let rows = made.map_err(said)? as u64;
                Ok(Part { rows, columns: Some(columns(session, &table).map_err(said)?) })
            }
        }
    }
}

fn columns(session: &Connection, table: &str) -> duckdb::Result<Vec<(String, String)>> {
    let mut described = session.prepare(&format!("DESCRIBE {table}"))?;
    described
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// As Redshift counts and sorts, and with no more of the machine than a part.
fn connect(file: &Path) -> duckdb::Result<Connection> {
    let config = Config::default().max_memory("512MB")?.threads(2)?;
    let config = config.enable_autoload_extension(false)?;
    let db = Connection::open_with_flags(file, config.with("default_null_order", "postgres")?)?;
    db.execute_batch("SET GLOBAL integer_division = true")?;
    db.execute_batch(dialect::MACROS)?;
    Ok(db)
}

/// Applies each file that has not been, in a transaction of its own. One that was changed since is
/// an error.
fn migrate(db: &Connection, folder: &Path) -> Result<(), String> {
    let said = |why: duckdb::Error| why.to_string();
    let listed = fs::read_dir(folder)
        .map_err(|why| format!("{} cannot be read: {why}", folder.display()))?;
    let mut files: Vec<_> = listed.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    for file in files {
        let sql = fs::read_to_string(&file)
            .map_err(|why| format!("{} cannot be read: {why}", file.display()))?;
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let sum = hex::encode(Sha256::digest(&sql));
        let known = db
            .prepare("SELECT sum FROM data_api.migrations WHERE file = ?")
            .map_err(said)?;
        let known = { known }
            .query_row([&name], |row| row.get::<_, String>(0))
            .ok();
        match known {
            Some(known) if known == sum => continue,
            Some(_) => {
                return Err(format!(
                    "migration {name} was changed after it was applied; `--fresh` starts over"
                ));
            }
            None => {}
        }
        db.execute_batch("BEGIN").map_err(said)?;
        for statement in
            dialect::statements(&sql).map_err(|refused| format!("migration {name}: {refused}"))?
        {
            let translated =
                dialect::translate(&statement).map_err(|refused| format!("{name}: {refused}"))?;
            let Work::Change(text) = translated.work else {
                return Err(format!("migration {name} has a query"));
            };
            db.execute(&text, [])
                .map_err(|why| format!("migration {name}: {why}"))?;
        }
        db.execute("INSERT INTO data_api.migrations VALUES (?, ?)", [&name, &sum])
            .map_err(said)?;
        db.execute_batch("COMMIT").map_err(said)?;
    }
    Ok(())
}
