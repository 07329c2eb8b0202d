//! Moving dead letters back to where they came from. SQS does it over time; here it is done when
//! the call returns.

use rusqlite::{Connection, Row, params};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    error::{Code, Error, Result},
    settings,
    store::{Queue, Store},
};

impl Store {
    /// The queues whose dead letters go to `name`.
    pub fn sources(&self, name: &str) -> Result<Vec<Queue>> {
        let is_source = |queue: &Queue| {
            queue
                .settings
                .redrive()
                .is_some_and(|redrive| redrive.target == name)
        };
        Ok(self.queues()?.into_iter().filter(is_source).collect())
    }

    /// Moves every message of the dead-letter queue that is not in flight: to `destination`, or
    /// each to the queue it came from. Moved messages are new ones, with a new id, as in SQS.
    /// Returns the task's handle.
    pub fn start_move(
        &mut self,
        source: &str,
        destination: Option<&str>,
        now: i64,
    ) -> Result<String> {
        let dead = self.queue_by_arn(source)?;
        if self.sources(&dead.name)?.is_empty() {
            return Err(Error::invalid(
                "SourceArn",
                source,
                "Source queue must be configured as a Dead Letter Queue.",
            ));
        }
        let destination = destination.map(|arn| self.queue_by_arn(arn)).transpose()?;
        let handle = Uuid::now_v7().to_string();
        let transaction = self.db.transaction()?;
        let sql = "SELECT m.seq, coalesce(?3, q.id) FROM messages m
                   LEFT JOIN queues q ON m.source = 'arn:aws:sqs:' || ?4 || ':' || ?5 || ':' || q.name
                   WHERE m.queue = ?1 AND m.visible_at <= ?2";
        let waiting: Vec<(i64, Option<i64>)> = transaction
            .prepare_cached(sql)?
            .query_map(
                params![
                    dead.id,
                    now,
                    destination.as_ref().map(|queue| queue.id),
                    settings::REGION,
                    settings::ACCOUNT
                ],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?
            .collect::<rusqlite::Result<_>>()?;
        let moved = requeue(&transaction, &waiting, now)?;
        let failure = (moved < waiting.len()).then_some("CouldNotDetermineMessageSource");
        let sql = "INSERT INTO moves (handle, source, destination, started, to_move, moved, failure) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let destination = destination.map(|queue| settings::arn(&queue.name));
        transaction.execute(
            sql,
            params![handle, source, destination, now, count(waiting.len()), count(moved), failure],
        )?;
        transaction.commit()?;
        Ok(handle)
    }

    /// The latest moves out of the queue, newest first.
    pub fn moves(&self, source: &str, limit: i64) -> Result<Vec<Value>> {
        self.queue_by_arn(source)?;
        let sql = "SELECT handle, source, destination, started, to_move, moved, failure FROM moves
                   WHERE source = ?1 ORDER BY started DESC, handle DESC LIMIT ?2";
        let mut statement = self.db.prepare_cached(sql)?;
        Ok(statement
            .query_map(params![source, limit], move_of)?
            .collect::<rusqlite::Result<_>>()?)
    }

    fn queue_by_arn(&self, arn: &str) -> Result<Queue> {
        let missing = || {
            Error::new(
                Code::ResourceNotFound,
                "The resource that you specified for the ARN doesn't exist.",
            )
        };
        let name = settings::name_in_arn(arn).ok_or_else(missing)?;
        self.find(name)?.ok_or_else(missing)
    }
}

fn requeue(db: &Connection, waiting: &[(i64, Option<i64>)], now: i64) -> Result<usize> {
    let sql = "UPDATE messages SET queue = ?2, id = ?3, sent = ?4, visible_at = ?4, receives = 0, first_receipt = NULL, receipt = NULL,
               source = NULL WHERE seq = ?1";
    let mut statement = db.prepare_cached(sql)?;
    let mut moved = 0;
    for (seq, target) in waiting {
        if let Some(target) = target {
            moved += statement.execute(params![seq, target, Uuid::now_v7().to_string(), now])?;
        }
    }
    Ok(moved)
}

fn move_of(row: &Row<'_>) -> rusqlite::Result<Value> {
    let failure: Option<String> = row.get(6)?;
    let mut task = json!({
        "TaskHandle": row.get::<_, String>(0)?,
        "Status": if failure.is_some() { "FAILED" } else { "COMPLETED" },
        "SourceArn": row.get::<_, String>(1)?,
        "StartedTimestamp": row.get::<_, i64>(3)?,
        "ApproximateNumberOfMessagesToMove": row.get::<_, i64>(4)?,
        "ApproximateNumberOfMessagesMoved": row.get::<_, i64>(5)?,
    });
    if let Some(arn) = row.get::<_, Option<String>>(2)? {
        task["DestinationArn"] = arn.into();
    }
    if let Some(reason) = failure {
        task["FailureReason"] = reason.into();
    }
    Ok(task)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
