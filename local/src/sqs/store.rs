//! Queues in SQLite; [`super::message_store`] has their messages. Everything here is synchronous
//! and takes the time as a parameter, in milliseconds since 1970.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    error::{Error, ErrorCode, Result},
    settings::{self, QueueAttributes, QueueSettings},
};

// `visible_at` is when the message can be received (again); `receipt` the proof of the latest
// receive; `source` the queue that it was taken from as a dead letter.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS queues (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        attributes TEXT NOT NULL,
        created INTEGER NOT NULL,
        modified INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS messages (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        queue INTEGER NOT NULL REFERENCES queues ON DELETE CASCADE,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        attributes TEXT NOT NULL,
        system TEXT NOT NULL,
        sent INTEGER NOT NULL,
        visible_at INTEGER NOT NULL,
        receives INTEGER NOT NULL DEFAULT 0,
        first_receipt INTEGER,
        received INTEGER,
        receipt TEXT,
        source TEXT
    );
    CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visible_at, seq);
    CREATE INDEX IF NOT EXISTS messages_by_age ON messages (queue, sent);
    CREATE TABLE IF NOT EXISTS moves (
        handle TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        destination TEXT,
        started INTEGER NOT NULL,
        to_move INTEGER NOT NULL,
        moved INTEGER NOT NULL,
        failure TEXT
    );";

const QUEUE_BY_NAME: &str =
    "SELECT id, name, attributes, created, modified FROM queues WHERE name = ?1";
const QUEUES_BY_NAME: &str =
    "SELECT id, name, attributes, created, modified FROM queues ORDER BY name";
const INSERT_QUEUE: &str =
    "INSERT INTO queues (name, attributes, created, modified) VALUES (?1, ?2, ?3, ?3)";
const UPDATE_QUEUE: &str = "UPDATE queues SET attributes = ?2, modified = ?3 WHERE id = ?1";
const DELETE_QUEUE: &str = "DELETE FROM queues WHERE id = ?1";
const DELETE_MESSAGES: &str = "DELETE FROM messages WHERE queue = ?1";

/// A queue as it is in the database.
#[derive(Debug, Clone)]
pub struct StoredQueue {
    pub id: i64,
    pub name: String,
    pub settings: QueueSettings,
    pub created: i64,
    pub modified: i64,
}

impl StoredQueue {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let attributes: String = row.get("attributes")?;
        let settings = QueueSettings(serde_json::from_str(&attributes).unwrap_or_default());
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            settings,
            created: row.get("created")?,
            modified: row.get("modified")?,
        })
    }
}

/// The open database.
#[derive(Debug)]
pub struct QueueStore {
    pub(super) db: Connection,
}

impl QueueStore {
    /// Opens the database in `path`, or creates the file.
    pub fn open(path: &Path) -> Result<Self> {
        let db = Connection::open(path)?;
        db.execute_batch(SCHEMA)?;
        Ok(Self { db })
    }

    /// Returns the queue, or SQS's error when it is not there.
    pub fn queue(&self, name: &str) -> Result<StoredQueue> {
        self.find(name)?.ok_or_else(|| {
            Error::new(ErrorCode::QueueDoesNotExist, "The specified queue does not exist.")
        })
    }

    /// Returns the queue if it is there.
    pub fn find(&self, name: &str) -> Result<Option<StoredQueue>> {
        let mut statement = self.db.prepare_cached(QUEUE_BY_NAME)?;
        let queue = statement
            .query_row([name], StoredQueue::from_row)
            .optional()?;
        Ok(queue)
    }

    /// Returns all queues, by name.
    pub fn queues(&self) -> Result<Vec<StoredQueue>> {
        let mut statement = self.db.prepare_cached(QUEUES_BY_NAME)?;
        let mut queues = Vec::new();
        for queue in statement.query_map([], StoredQueue::from_row)? {
            queues.push(queue?);
        }
        Ok(queues)
    }

    /// Creates the queue. One that is there is fine if its attributes are those of the request.
    pub fn create(&self, name: &str, attributes: QueueAttributes, now: i64) -> Result<()> {
        settings::check_name(name)?;
        settings::check(&attributes)?;
        if let Some(existing) = self.find(name)? {
            return check_same(&existing, &attributes);
        }
        let mut settings = QueueSettings::default();
        settings.merge(attributes);
        self.check_redrive_target(&settings)?;
        self.db
            .prepare_cached(INSERT_QUEUE)?
            .execute(params![name, json(&settings.0)?, now])?;
        Ok(())
    }

    /// Takes over new values of a queue's attributes; an empty one removes the attribute.
    pub fn configure(&self, name: &str, attributes: QueueAttributes, now: i64) -> Result<()> {
        settings::check(&attributes)?;
        let mut queue = self.queue(name)?;
        queue.settings.merge(attributes);
        self.check_redrive_target(&queue.settings)?;
        self.db.prepare_cached(UPDATE_QUEUE)?.execute(params![
            queue.id,
            json(&queue.settings.0)?,
            now
        ])?;
        Ok(())
    }

    fn check_redrive_target(&self, settings: &QueueSettings) -> Result<()> {
        let Some(policy) = settings.redrive_policy() else { return Ok(()) };
        if self.find(&policy.target)?.is_none() {
            return Err(Error::invalid(
                "RedrivePolicy",
                policy.target,
                "Dead letter target does not exist.",
            ));
        }
        Ok(())
    }

    /// Deletes the queue with all its messages.
    pub fn drop_queue(&self, name: &str) -> Result<()> {
        let queue = self.queue(name)?;
        self.db.prepare_cached(DELETE_QUEUE)?.execute([queue.id])?;
        Ok(())
    }

    /// Deletes all messages of the queue.
    pub fn purge(&self, name: &str) -> Result<()> {
        let queue = self.queue(name)?;
        self.db
            .prepare_cached(DELETE_MESSAGES)?
            .execute([queue.id])?;
        Ok(())
    }
}

/// Refuses attributes that differ from those of the queue that is there.
fn check_same(existing: &StoredQueue, attributes: &QueueAttributes) -> Result<()> {
    let current = existing.settings.with_defaults();
    for (name, value) in attributes {
        if !value.is_empty() && current.get(name) != Some(value) {
            return Err(Error::new(
                ErrorCode::QueueNameExists,
                "A queue already exists with the same name and a different value for an attribute.",
            ));
        }
    }
    Ok(())
}

/// Encodes a value for a column.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}
