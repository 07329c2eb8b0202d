//! Messages in SQLite: sent, received, hidden, deleted, expired.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{
    error::{Error, ErrorCode, Result},
    message::{MessageAttributes, NewMessage},
    receipt::ReceiptHandle,
    settings::{self, MAX_VISIBILITY},
    store::{QueueStore, StoredQueue, json},
};

const COUNT_MESSAGES: &str = "
    SELECT count(*) FILTER (WHERE visible_at <= ?2) AS visible,
           count(*) FILTER (WHERE visible_at > ?2 AND receives = 0) AS delayed,
           count(*) FILTER (WHERE visible_at > ?2 AND receives > 0) AS in_flight
    FROM messages WHERE queue = ?1";
const INSERT_MESSAGE: &str = "
    INSERT INTO messages (queue, id, body, attributes, system, sent, visible_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const NEXT_VISIBLE: &str =
    "SELECT min(visible_at) FROM messages WHERE queue = ?1 AND visible_at > ?2";
const VISIBLE_MESSAGES: &str = "
    SELECT seq, id, body, attributes, system, sent, receives, first_receipt, source FROM messages
    WHERE queue = ?1 AND visible_at <= ?2 ORDER BY visible_at, seq LIMIT ?3";
const RECEIVE_MESSAGE: &str = "
    UPDATE messages SET visible_at = ?2, receives = ?3, first_receipt = ?4, received = ?5,
           receipt = ?6
    WHERE seq = ?1";
const MOVE_DEAD_LETTERS: &str = "
    UPDATE messages SET queue = ?2, visible_at = ?5, receives = 0, first_receipt = NULL,
           receipt = NULL, source = ?4
    WHERE queue = ?1 AND visible_at <= ?5 AND receives >= ?3";
const DELETE_RECEIVED: &str = "DELETE FROM messages WHERE seq = ?1 AND receipt = ?2";
const VISIBILITY_OF_RECEIVED: &str =
    "SELECT visible_at, received FROM messages WHERE seq = ?1 AND receipt = ?2";
const SET_VISIBILITY: &str = "UPDATE messages SET visible_at = ?2 WHERE seq = ?1";
const DELETE_EXPIRED: &str = "DELETE FROM messages WHERE queue = ?1 AND sent <= ?2";

/// The numbers of a queue's messages.
#[derive(Debug, Clone, Copy)]
pub struct MessageCounts {
    pub visible: i64,
    pub delayed: i64,
    pub in_flight: i64,
}

/// A message as it was just received.
#[derive(Debug, Clone)]
pub struct ReceivedMessage {
    pub id: String,
    pub receipt_handle: String,
    pub body: String,
    pub attributes: MessageAttributes,
    pub system: MessageAttributes,
    pub sent: i64,
    pub receives: i64,
    pub first_receipt: i64,
    /// ARN of the queue that it was taken from as a dead letter.
    pub source: Option<String>,
}

/// The result of a receive.
#[derive(Debug)]
pub struct ReceiveResult {
    pub messages: Vec<ReceivedMessage>,
    /// The time at which the next message becomes visible by itself, if one will.
    pub next_visible: Option<i64>,
    /// Messages went to a dead-letter queue.
    pub redriven: bool,
}

impl QueueStore {
    /// Counts the messages of a queue.
    pub fn counts(&self, queue: &StoredQueue, now: i64) -> Result<MessageCounts> {
        self.delete_expired(queue, now)?;
        let mut statement = self.db.prepare_cached(COUNT_MESSAGES)?;
        let counts = statement.query_row(params![queue.id, now], |row| {
            Ok(MessageCounts {
                visible: row.get("visible")?,
                delayed: row.get("delayed")?,
                in_flight: row.get("in_flight")?,
            })
        })?;
        Ok(counts)
    }

    /// Stores a message that was checked; returns its id.
    pub fn send(&self, queue: &StoredQueue, message: &NewMessage, now: i64) -> Result<String> {
        let id = Uuid::now_v7().to_string();
        let delay_seconds = match message.delay_seconds {
            Some(seconds) => seconds,
            None => queue.settings.number("DelaySeconds"),
        };
        self.db.prepare_cached(INSERT_MESSAGE)?.execute(params![
            queue.id,
            id,
            message.message_body,
            json(&message.message_attributes)?,
            json(&message.message_system_attributes)?,
            now,
            now + delay_seconds * 1_000,
        ])?;
        Ok(id)
    }

    /// Receives up to `max` visible messages and hides them for `visibility` seconds (the queue's,
    /// if `None`).
    pub fn receive(
        &mut self,
        name: &str,
        max: usize,
        visibility: Option<i64>,
        now: i64,
    ) -> Result<ReceiveResult> {
        let queue = self.queue(name)?;
        self.delete_expired(&queue, now)?;
        let hidden_seconds = match visibility {
            Some(seconds) => seconds,
            None => queue.settings.number("VisibilityTimeout"),
        };
        let mut dead_letter_queue = None;
        if let Some(policy) = queue.settings.redrive_policy()
            && let Some(target) = self.find(&policy.target)?
        {
            dead_letter_queue = Some((target.id, policy.max_receives));
        }
        let transaction = self.db.transaction()?;
        let mut redriven = false;
        if let Some((target, max_receives)) = dead_letter_queue {
            redriven = move_dead_letters(&transaction, &queue, target, max_receives, now)? > 0;
        }
        let hide_until = now + hidden_seconds * 1_000;
        let messages = receive_visible(&transaction, &queue, max, hide_until, now)?;
        let next_visible = transaction
            .prepare_cached(NEXT_VISIBLE)?
            .query_row(params![queue.id, now], |row| row.get(0))?;
        transaction.commit()?;
        Ok(ReceiveResult { messages, next_visible, redriven })
    }

    /// Deletes a message, if the receipt is of its latest receive.
    pub fn delete(&self, queue: &StoredQueue, receipt_handle: &str) -> Result<()> {
        let receipt = ReceiptHandle::parse(receipt_handle, queue.id)?;
        self.db
            .prepare_cached(DELETE_RECEIVED)?
            .execute(params![receipt.seq, receipt.nonce])?;
        Ok(())
    }

    /// Hides a message in flight for `seconds` from now.
    pub fn change_visibility(
        &self,
        queue: &StoredQueue,
        receipt_handle: &str,
        seconds: i64,
        now: i64,
    ) -> Result<()> {
        let refuse = |reason: &str| Err(Error::invalid("VisibilityTimeout", seconds, reason));
        if !(0..=MAX_VISIBILITY).contains(&seconds) {
            return refuse("Must be between 0 and 43200.");
        }
        let receipt = ReceiptHandle::parse(receipt_handle, queue.id)?;
        let Some((visible_at, received)) = self.visibility(&receipt)? else {
            return Err(Error::invalid(
                "ReceiptHandle",
                receipt_handle,
                "Message does not exist or is not available for visibility timeout change.",
            ));
        };
        if visible_at <= now {
            return Err(Error::new(
                ErrorCode::MessageNotInflight,
                "The specified message isn't in flight.",
            ));
        }
        let hide_until = now + seconds * 1_000;
        if hide_until > received + MAX_VISIBILITY * 1_000 {
            return refuse(
                "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
            );
        }
        self.db
            .prepare_cached(SET_VISIBILITY)?
            .execute(params![receipt.seq, hide_until])?;
        Ok(())
    }

    /// Returns the time until which a received message is hidden, and the time of its receive.
    fn visibility(&self, receipt: &ReceiptHandle) -> Result<Option<(i64, i64)>> {
        let mut statement = self.db.prepare_cached(VISIBILITY_OF_RECEIVED)?;
        let visibility = statement
            .query_row(params![receipt.seq, receipt.nonce], |row| {
                Ok((row.get("visible_at")?, row.get("received")?))
            })
            .optional()?;
        Ok(visibility)
    }

    /// Deletes the messages whose retention is over. It counts from when the message was first
    /// sent, also in a dead-letter queue.
    fn delete_expired(&self, queue: &StoredQueue, now: i64) -> Result<()> {
        let newest_expired = now - queue.settings.number("MessageRetentionPeriod") * 1_000;
        self.db
            .prepare_cached(DELETE_EXPIRED)?
            .execute(params![queue.id, newest_expired])?;
        Ok(())
    }
}

/// Moves messages that were received too often and are visible again to the dead-letter queue;
/// returns their number.
fn move_dead_letters(
    db: &Connection,
    queue: &StoredQueue,
    target: i64,
    max_receives: i64,
    now: i64,
) -> Result<usize> {
    let source = settings::arn(&queue.name);
    let moved = db.prepare_cached(MOVE_DEAD_LETTERS)?.execute(params![
        queue.id,
        target,
        max_receives,
        source,
        now
    ])?;
    Ok(moved)
}

/// Receives the messages that have been visible for longest, and hides them.
fn receive_visible(
    db: &Connection,
    queue: &StoredQueue,
    max: usize,
    hide_until: i64,
    now: i64,
) -> Result<Vec<ReceivedMessage>> {
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    let mut select = db.prepare_cached(VISIBLE_MESSAGES)?;
    let mut update = db.prepare_cached(RECEIVE_MESSAGE)?;
    let mut found = Vec::new();
    for row in select.query_map(params![queue.id, now, limit], |row| from_row(row, now))? {
        found.push(row?);
    }
    let mut messages = Vec::new();
    for (seq, mut message) in found {
        let receipt = ReceiptHandle { seq, nonce: Uuid::now_v7().simple().to_string() };
        update.execute(params![
            seq,
            hide_until,
            message.receives,
            message.first_receipt,
            now,
            receipt.nonce
        ])?;
        message.receipt_handle = receipt.encode(queue.id);
        messages.push(message);
    }
    Ok(messages)
}

/// Reads a message that is being received, and its key.
fn from_row(row: &Row<'_>, now: i64) -> rusqlite::Result<(i64, ReceivedMessage)> {
    let earlier_receives: i64 = row.get("receives")?;
    let first_receipt: Option<i64> = row.get("first_receipt")?;
    let message = ReceivedMessage {
        id: row.get("id")?,
        receipt_handle: String::new(),
        body: row.get("body")?,
        attributes: attributes(row, "attributes")?,
        system: attributes(row, "system")?,
        sent: row.get("sent")?,
        receives: earlier_receives + 1,
        first_receipt: first_receipt.unwrap_or(now),
        source: row.get("source")?,
    };
    Ok((row.get("seq")?, message))
}

fn attributes(row: &Row<'_>, column: &str) -> rusqlite::Result<MessageAttributes> {
    let text: String = row.get(column)?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}
