//! Queues and messages in SQLite. Everything here is synchronous and takes the time as a parameter,
//! in milliseconds.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{
    error::{Code, Error, Result},
    message::{MessageAttributes, Outgoing},
    receipt::Receipt,
    settings::{self, Attributes, MAX_VISIBILITY, Settings},
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

/// A queue as it is in the database.
#[derive(Debug, Clone)]
pub struct Queue {
    pub id: i64,
    pub name: String,
    pub settings: Settings,
    pub created: i64,
    pub modified: i64,
}

/// How many messages a queue has.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    pub visible: i64,
    pub delayed: i64,
    pub in_flight: i64,
}

/// A message as it was just received.
#[derive(Debug, Clone)]
pub struct Received {
    pub id: String,
    pub receipt_handle: String,
    pub body: String,
    pub attributes: MessageAttributes,
    pub system: MessageAttributes,
    pub sent: i64,
    pub receives: i64,
    pub first_receipt: i64,
    pub source: Option<String>,
}

/// The outcome of a receive.
#[derive(Debug)]
pub struct Batch {
    pub messages: Vec<Received>,
    /// When the next message becomes visible by itself, if one will.
    pub next: Option<i64>,
    /// Whether messages went to a dead-letter queue.
    pub redriven: bool,
}

/// The open database.
#[derive(Debug)]
pub struct Store {
    pub(super) db: Connection,
}

impl Store {
    pub fn open(path: &Path) -> Result<Self> {
        let db = Connection::open(path)?;
        db.execute_batch(SCHEMA)?;
        Ok(Self { db })
    }

    pub fn queue(&self, name: &str) -> Result<Queue> {
        self.find(name)?.ok_or_else(|| {
            Error::new(Code::QueueDoesNotExist, "The specified queue does not exist.")
        })
    }

    pub fn find(&self, name: &str) -> Result<Option<Queue>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, name, attributes, created, modified FROM queues WHERE name = ?1",
        )?;
        Ok(statement.query_row([name], queue_of).optional()?)
    }

    pub fn queues(&self) -> Result<Vec<Queue>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, name, attributes, created, modified FROM queues ORDER BY name",
        )?;
        Ok(statement
            .query_map([], queue_of)?
            .collect::<rusqlite::Result<_>>()?)
    }

    /// Creates the queue. One that is there is fine if it has the attributes asked for.
    pub fn create(&self, name: &str, attributes: Attributes, now: i64) -> Result<()> {
        settings::check_name(name)?;
        settings::check(&attributes)?;
        if let Some(queue) = self.find(name)? {
            let all = queue.settings.all();
            let differs = attributes
                .iter()
                .any(|(name, value)| !value.is_empty() && all.get(name) != Some(value));
            let message =
                "A queue already exists with the same name and a different value for an attribute.";
            return if differs { Err(Error::new(Code::QueueNameExists, message)) } else { Ok(()) };
        }
        let mut settings = Settings::default();
        settings.merge(attributes);
        self.check_target(&settings)?;
        let sql =
            "INSERT INTO queues (name, attributes, created, modified) VALUES (?1, ?2, ?3, ?3)";
        self.db
            .prepare_cached(sql)?
            .execute(params![name, json(&settings.0)?, now])?;
        Ok(())
    }

    pub fn configure(&self, name: &str, attributes: Attributes, now: i64) -> Result<()> {
        settings::check(&attributes)?;
        let mut queue = self.queue(name)?;
        queue.settings.merge(attributes);
        self.check_target(&queue.settings)?;
        let sql = "UPDATE queues SET attributes = ?2, modified = ?3 WHERE id = ?1";
        self.db
            .prepare_cached(sql)?
            .execute(params![queue.id, json(&queue.settings.0)?, now])?;
        Ok(())
    }

    fn check_target(&self, settings: &Settings) -> Result<()> {
        match settings.redrive() {
            Some(redrive) if self.find(&redrive.target)?.is_none() => Err(Error::invalid(
                "RedrivePolicy",
                redrive.target,
                "Dead letter target does not exist.",
            )),
            _ => Ok(()),
        }
    }

    /// Deletes the queue with all its messages.
    pub fn drop_queue(&self, name: &str) -> Result<()> {
        let queue = self.queue(name)?;
        self.db
            .prepare_cached("DELETE FROM queues WHERE id = ?1")?
            .execute([queue.id])?;
        Ok(())
    }

    pub fn purge(&self, name: &str) -> Result<()> {
        let queue = self.queue(name)?;
        self.db
            .prepare_cached("DELETE FROM messages WHERE queue = ?1")?
            .execute([queue.id])?;
        Ok(())
    }

    pub fn counts(&self, queue: &Queue, now: i64) -> Result<Counts> {
        self.expire(queue, now)?;
        let sql =
            "SELECT count(*) FILTER (WHERE visible_at <= ?2), count(*) FILTER (WHERE visible_at > ?2 AND receives = 0),
                          count(*) FILTER (WHERE visible_at > ?2 AND receives > 0) FROM messages WHERE queue = ?1";
        let counts = |row: &Row<'_>| {
            Ok(Counts { visible: row.get(0)?, delayed: row.get(1)?, in_flight: row.get(2)? })
        };
        Ok(self
            .db
            .prepare_cached(sql)?
            .query_row(params![queue.id, now], counts)?)
    }

    /// Stores a message that was checked; returns its id.
    pub fn send(&self, queue: &Queue, message: &Outgoing, now: i64) -> Result<String> {
        let id = Uuid::now_v7().to_string();
        let delay = message
            .delay_seconds
            .unwrap_or_else(|| queue.settings.number("DelaySeconds"));
        let sql = "INSERT INTO messages (queue, id, body, attributes, system, sent, visible_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.db.prepare_cached(sql)?.execute(params![
            queue.id,
            id,
            message.message_body,
            json(&message.message_attributes)?,
            json(&message.message_system_attributes)?,
            now,
            now + delay * 1_000,
        ])?;
        Ok(id)
    }

    /// Takes up to `max` visible messages and hides them for `visibility` seconds (the queue's, if
    /// `None`).
    pub fn receive(
        &mut self,
        name: &str,
        max: usize,
        visibility: Option<i64>,
        now: i64,
    ) -> Result<Batch> {
        let queue = self.queue(name)?;
        self.expire(&queue, now)?;
        let hide_until =
            now + visibility.unwrap_or_else(|| queue.settings.number("VisibilityTimeout")) * 1_000;
        let redrive = match queue.settings.redrive() {
            Some(redrive) => self
                .find(&redrive.target)?
                .map(|target| (target.id, redrive.max_receives)),
            None => None,
        };
        let transaction = self.db.transaction()?;
        let redriven = match redrive {
            Some((target, max_receives)) => bury(&transaction, &queue, target, max_receives, now)?,
            None => 0,
        };
        let messages = take(&transaction, &queue, max, hide_until, now)?;
        let next = "SELECT min(visible_at) FROM messages WHERE queue = ?1 AND visible_at > ?2";
        let next = transaction
            .prepare_cached(next)?
            .query_row(params![queue.id, now], |row| row.get(0))?;
        transaction.commit()?;
        Ok(Batch { messages, next, redriven: redriven > 0 })
    }

    /// Deletes a message, if the receipt is of its latest receive.
    pub fn delete(&self, queue: &Queue, receipt_handle: &str) -> Result<()> {
        let receipt = Receipt::parse(receipt_handle, queue.id)?;
        self.db
            .prepare_cached("DELETE FROM messages WHERE seq = ?1 AND receipt = ?2")?
            .execute(params![receipt.seq, receipt.nonce])?;
        Ok(())
    }

    /// Hides a message in flight for `seconds` from now.
    pub fn change_visibility(
        &self,
        queue: &Queue,
        receipt_handle: &str,
        seconds: i64,
        now: i64,
    ) -> Result<()> {
        let refuse = |reason: &str| Error::invalid("VisibilityTimeout", seconds, reason);
        if !(0..=MAX_VISIBILITY).contains(&seconds) {
            return Err(refuse("Must be between 0 and 43200."));
        }
        let receipt = Receipt::parse(receipt_handle, queue.id)?;
        let sql = "SELECT visible_at, received FROM messages WHERE seq = ?1 AND receipt = ?2";
        let found: Option<(i64, i64)> = self
            .db
            .prepare_cached(sql)?
            .query_row(params![receipt.seq, receipt.nonce], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((visible_at, received)) = found else {
            return Err(Error::invalid(
                "ReceiptHandle",
                receipt_handle,
                "Message does not exist or is not available for visibility timeout change.",
            ));
        };
        if visible_at <= now {
            return Err(Error::new(
                Code::MessageNotInflight,
                "The specified message isn't in flight.",
            ));
        }
        if now + seconds * 1_000 > received + MAX_VISIBILITY * 1_000 {
            return Err(refuse(
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
            ));
        }
        self.db
            .prepare_cached("UPDATE messages SET visible_at = ?2 WHERE seq = ?1")?
            .execute(params![receipt.seq, now + seconds * 1_000])?;
        Ok(())
    }

    // Retention counts from when the message was first sent, also in a dead-letter queue.
    fn expire(&self, queue: &Queue, now: i64) -> Result<()> {
        let oldest = now - queue.settings.number("MessageRetentionPeriod") * 1_000;
        self.db
            .prepare_cached("DELETE FROM messages WHERE queue = ?1 AND sent <= ?2")?
            .execute(params![queue.id, oldest])?;
        Ok(())
    }
}

// Moves what was received too often and is visible again to the dead-letter queue.
fn bury(db: &Connection, queue: &Queue, target: i64, max_receives: i64, now: i64) -> Result<usize> {
    let sql = "UPDATE messages SET queue = ?2, visible_at = ?5, receives = 0, first_receipt = NULL, receipt = NULL, source = ?4
               WHERE queue = ?1 AND visible_at <= ?5 AND receives >= ?3";
    Ok(db.prepare_cached(sql)?.execute(params![
        queue.id,
        target,
        max_receives,
        settings::arn(&queue.name),
        now
    ])?)
}

fn take(
    db: &Connection,
    queue: &Queue,
    max: usize,
    hide_until: i64,
    now: i64,
) -> Result<Vec<Received>> {
    let sql = "SELECT seq, id, body, attributes, system, sent, receives, first_receipt, source FROM messages
               WHERE queue = ?1 AND visible_at <= ?2 ORDER BY visible_at, seq LIMIT ?3";
    let mut found = db.prepare_cached(sql)?;
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    let rows = found.query_map(params![queue.id, now, limit], |row| {
        Ok((row.get::<_, i64>(0)?, received_of(row, now)?))
    })?;
    let mut messages: Vec<(i64, Received)> = rows.collect::<rusqlite::Result<_>>()?;
    let sql = "UPDATE messages SET visible_at = ?2, receives = ?3, first_receipt = ?4, received = ?5, receipt = ?6 WHERE seq = ?1";
    let mut hide = db.prepare_cached(sql)?;
    for (seq, message) in &mut messages {
        let receipt = Receipt { seq: *seq, nonce: Uuid::now_v7().simple().to_string() };
        hide.execute(params![
            *seq,
            hide_until,
            message.receives,
            message.first_receipt,
            now,
            receipt.nonce
        ])?;
        message.receipt_handle = receipt.handle(queue.id);
    }
    Ok(messages.into_iter().map(|(_, message)| message).collect())
}

fn queue_of(row: &Row<'_>) -> rusqlite::Result<Queue> {
    let attributes: String = row.get(2)?;
    let settings = Settings(serde_json::from_str(&attributes).unwrap_or_default());
    Ok(Queue {
        id: row.get(0)?,
        name: row.get(1)?,
        settings,
        created: row.get(3)?,
        modified: row.get(4)?,
    })
}

fn received_of(row: &Row<'_>, now: i64) -> rusqlite::Result<Received> {
    let attributes = |index| {
        Ok::<_, rusqlite::Error>(
            serde_json::from_str(&row.get::<_, String>(index)?).unwrap_or_default(),
        )
    };
    Ok(Received {
        id: row.get(1)?,
        receipt_handle: String::new(),
        body: row.get(2)?,
        attributes: attributes(3)?,
        system: attributes(4)?,
        sent: row.get(5)?,
        receives: row.get::<_, i64>(6)? + 1,
        first_receipt: row.get::<_, Option<i64>>(7)?.unwrap_or(now),
        source: row.get(8)?,
    })
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}
