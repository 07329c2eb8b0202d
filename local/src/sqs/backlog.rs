//! Messages that wait in the queues: how many, and for how long.

use std::collections::{HashMap, HashSet};

use super::{Result, SqsServer, now, store::QueueStore};

const BACKLOGS: &str =
    "SELECT queue, count(*) AS messages, min(sent) AS oldest FROM messages GROUP BY queue";

/// The messages in a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Backlog {
    /// The queue's name.
    pub queue: String,
    /// True for a queue that takes what others have given up.
    pub holds_dead_letters: bool,
    /// Its messages, those that are being worked on among them.
    pub messages: i64,
    /// The age of the oldest of them in seconds, 0 without any: SQS's
    /// `ApproximateAgeOfOldestMessage`, with those that were received three times in vain.
    pub oldest_seconds: f64,
}

impl SqsServer {
    /// Returns what is in each queue, by name.
    pub async fn backlogs(&self) -> Result<Vec<Backlog>> {
        self.with_store(|store| {
            let queues = store.queues()?;
            let mut dead_letter_queues = HashSet::new();
            for queue in &queues {
                if let Some(policy) = queue.settings.redrive_policy() {
                    dead_letter_queues.insert(policy.target);
                }
            }
            let by_queue = store.backlogs()?;
            let mut backlogs = Vec::new();
            for queue in queues {
                let (messages, oldest_seconds) = match by_queue.get(&queue.id) {
                    Some((messages, oldest)) => (*messages, seconds_since(*oldest)),
                    None => (0, 0.0),
                };
                backlogs.push(Backlog {
                    holds_dead_letters: dead_letter_queues.contains(&queue.name),
                    queue: queue.name,
                    messages,
                    oldest_seconds,
                });
            }
            Ok(backlogs)
        })
        .await
    }
}

impl QueueStore {
    /// Returns the number of messages, and the time at which the oldest was sent, of each queue that
    /// has any, by its id.
    fn backlogs(&self) -> Result<HashMap<i64, (i64, i64)>> {
        let mut statement = self.db.prepare_cached(BACKLOGS)?;
        let rows = statement.query_map([], |row| {
            Ok((row.get("queue")?, (row.get("messages")?, row.get("oldest")?)))
        })?;
        let mut backlogs = HashMap::new();
        for row in rows {
            let (queue, backlog) = row?;
            backlogs.insert(queue, backlog);
        }
        Ok(backlogs)
    }
}

/// Returns the seconds since a moment in milliseconds since 1970.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of days")]
fn seconds_since(moment: i64) -> f64 {
    (now() - moment).max(0) as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_backlog_is_what_nobody_has_deleted() {
        let folder = tempfile::tempdir().expect("a folder");
        let sqs = SqsServer::open(&folder.path().join("queues")).expect("queues");
        sqs.ensure_queue("dead", &[].into()).await.expect("a queue");
        let policy = serde_json::json!({
            "deadLetterTargetArn": sqs.queue_arn("dead"),
            "maxReceiveCount": "3",
        });
        let attributes = [("RedrivePolicy".to_owned(), policy.to_string())];
        sqs.ensure_queue("work", &attributes.into())
            .await
            .expect("a queue");
        sqs.send("work", "first").await.expect("sent");
        sqs.send("work", "second").await.expect("sent");
        let taken = sqs
            .receive("work", 1, std::time::Duration::ZERO)
            .await
            .expect("a message");
        assert_eq!(
            messages(&sqs).await,
            [("dead".to_owned(), true, 0), ("work".to_owned(), false, 2)]
        );
        let handles: Vec<_> = taken.into_iter().map(|each| each.receipt_handle).collect();
        sqs.delete_batch("work", &handles).await.expect("deleted");
        assert_eq!(messages(&sqs).await[1].2, 1);
    }

    async fn messages(sqs: &SqsServer) -> Vec<(String, bool, i64)> {
        let mut all = Vec::new();
        for backlog in sqs.backlogs().await.expect("backlogs") {
            assert!((0.0..60.0).contains(&backlog.oldest_seconds), "{backlog:?}");
            all.push((backlog.queue, backlog.holds_dead_letters, backlog.messages));
        }
        all
    }
}
