//! Message move tasks: dead letters go back to the queues that they came from. SQS does it over
//! time; here it is done when the call returns.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html>

use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    error::{Error, ErrorCode, Result},
    settings,
    store::{QueueStore, StoredQueue},
};

// A dead letter's source is the ARN of the queue that it came from.
const WAITING: &str = "
    SELECT m.seq, coalesce(?3, q.id) AS target FROM messages m
    LEFT JOIN queues q ON m.source = 'arn:aws:sqs:' || ?4 || ':' || ?5 || ':' || q.name
    WHERE m.queue = ?1 AND m.visible_at <= ?2";
const REQUEUE: &str = "
    UPDATE messages SET queue = ?2, id = ?3, sent = ?4, visible_at = ?4, receives = 0,
           first_receipt = NULL, receipt = NULL, source = NULL
    WHERE seq = ?1";
const INSERT_TASK: &str = "
    INSERT INTO moves (handle, source, destination, started, to_move, moved, failure)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const NEWEST_TASKS: &str = "
    SELECT handle, source, destination, started, to_move, moved, failure FROM moves
    WHERE source = ?1 ORDER BY started DESC, handle DESC LIMIT ?2";

/// A dead letter that can be moved, and the id of the queue that it goes to, if that is known.
struct WaitingMessage {
    seq: i64,
    target: Option<i64>,
}

impl QueueStore {
    /// Returns the queues whose dead letters go to `name`.
    pub fn sources(&self, name: &str) -> Result<Vec<StoredQueue>> {
        let mut sources = Vec::new();
        for queue in self.queues()? {
            if let Some(policy) = queue.settings.redrive_policy()
                && policy.target == name
            {
                sources.push(queue);
            }
        }
        Ok(sources)
    }

    /// Moves every message of the dead-letter queue that is not in flight: to `destination`, or
    /// each to the queue it came from. Moved messages are new ones, with a new id, as in SQS.
    /// Returns the task's handle.
    pub fn start_move(
        &mut self,
        source_arn: &str,
        destination_arn: Option<&str>,
        now: i64,
    ) -> Result<String> {
        let source = self.queue_by_arn(source_arn)?;
        if self.sources(&source.name)?.is_empty() {
            return Err(Error::invalid(
                "SourceArn",
                source_arn,
                "Source queue must be configured as a Dead Letter Queue.",
            ));
        }
        let destination = match destination_arn {
            Some(arn) => Some(self.queue_by_arn(arn)?),
            None => None,
        };
        let transaction = self.db.transaction()?;
        let waiting = waiting(&transaction, &source, destination.as_ref(), now)?;
        let moved = requeue(&transaction, &waiting, now)?;
        let mut failure = None;
        if moved < waiting.len() {
            failure = Some("CouldNotDetermineMessageSource");
        }
        let handle = Uuid::now_v7().to_string();
        transaction.execute(
            INSERT_TASK,
            params![
                handle,
                source_arn,
                destination.map(|queue| settings::arn(&queue.name)),
                now,
                as_integer(waiting.len()),
                as_integer(moved),
                failure
            ],
        )?;
        transaction.commit()?;
        Ok(handle)
    }

    /// Returns the latest tasks that moved messages out of the queue, newest first.
    pub fn move_tasks(&self, source_arn: &str, limit: i64) -> Result<Vec<Value>> {
        self.queue_by_arn(source_arn)?;
        let mut statement = self.db.prepare_cached(NEWEST_TASKS)?;
        let mut tasks = Vec::new();
        for task in statement.query_map(params![source_arn, limit], task_json)? {
            tasks.push(task?);
        }
        Ok(tasks)
    }

    fn queue_by_arn(&self, arn: &str) -> Result<StoredQueue> {
        if let Some(name) = settings::name_in_arn(arn)
            && let Some(queue) = self.find(name)?
        {
            return Ok(queue);
        }
        Err(Error::new(
            ErrorCode::ResourceNotFound,
            "The resource that you specified for the ARN doesn't exist.",
        ))
    }
}

fn waiting(
    db: &Connection,
    source: &StoredQueue,
    destination: Option<&StoredQueue>,
    now: i64,
) -> Result<Vec<WaitingMessage>> {
    let destination_id = destination.map(|queue| queue.id);
    let parameters = params![source.id, now, destination_id, settings::REGION, settings::ACCOUNT];
    let mut statement = db.prepare_cached(WAITING)?;
    let rows = statement.query_map(parameters, |row| {
        Ok(WaitingMessage { seq: row.get("seq")?, target: row.get("target")? })
    })?;
    let mut messages = Vec::new();
    for message in rows {
        messages.push(message?);
    }
    Ok(messages)
}

/// Moves the messages whose target is known; returns their number.
fn requeue(db: &Connection, waiting: &[WaitingMessage], now: i64) -> Result<usize> {
    let mut statement = db.prepare_cached(REQUEUE)?;
    let mut moved = 0;
    for message in waiting {
        if let Some(target) = message.target {
            let new_id = Uuid::now_v7().to_string();
            moved += statement.execute(params![message.seq, target, new_id, now])?;
        }
    }
    Ok(moved)
}

/// Reads a task as `ListMessageMoveTasks` answers it.
fn task_json(row: &Row<'_>) -> rusqlite::Result<Value> {
    let failure: Option<String> = row.get("failure")?;
    let destination: Option<String> = row.get("destination")?;
    let mut task = json!({
        "TaskHandle": row.get::<_, String>("handle")?,
        "Status": if failure.is_some() { "FAILED" } else { "COMPLETED" },
        "SourceArn": row.get::<_, String>("source")?,
        "StartedTimestamp": row.get::<_, i64>("started")?,
        "ApproximateNumberOfMessagesToMove": row.get::<_, i64>("to_move")?,
        "ApproximateNumberOfMessagesMoved": row.get::<_, i64>("moved")?,
    });
    if let Some(arn) = destination {
        task["DestinationArn"] = arn.into();
    }
    if let Some(reason) = failure {
        task["FailureReason"] = reason.into();
    }
    Ok(task)
}

fn as_integer(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
