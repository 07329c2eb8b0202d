//! Statistics: `OWNER#user` / `STATISTICS`, one item that a read gets, and the query of the
//! warehouse that it is computed of.

use aws_sdk_dynamodb::Client;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Cell, Statement,
    item::{item, key, n, s, text},
};
use crate::{
    domain::{
        UserId,
        statistics::{Deed, Statistics, Tally},
    },
    env::Env,
    error::{Error, Of, Result},
};

const STATISTICS: &str = "STATISTICS";

/// The items.
pub struct StatisticsItems {
    client: Client,
    table: String,
}

fn of_owner(owner: UserId) -> String {
    format!("OWNER#{owner}")
}

impl StatisticsItems {
    /// The table `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// An owner's, as JSON; `None` before they were computed.
    pub async fn find(&self, owner: UserId) -> Result<Option<String>> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true);
        let found = get
            .set_key(Some(key(of_owner(owner), STATISTICS)))
            .send()
            .await
            .of("hot")?
            .item;
        found
            .map(|item| text(&item, "view").map(str::to_owned))
            .transpose()
    }

    /// Puts an owner's, unless newer ones are there.
    pub async fn put(&self, owner: UserId, statistics: &Statistics) -> Result<()> {
        let as_of = statistics
            .as_of
            .ok_or_else(|| Error::internal("statistics of no moment"))?
            .micros();
        let view = serde_json::to_string(statistics).map_err(Error::internal)?;
        let item = item(of_owner(owner), STATISTICS, [("as_of", n(as_of)), ("view", s(view))]);
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk) OR as_of < :as_of");
        let put = put
            .expression_attribute_values(":as_of", n(as_of))
            .send()
            .await;
        match put.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }
}

/// A step of the roll-up: a message of its queue. One for each cluster of accounts divides it, and
/// sends one for each range of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The format's version.
    pub v: u32,
    /// Names the roll-up, so that the next one's questions are others.
    pub run: Uuid,
    /// The cluster of accounts.
    pub cluster: usize,
    /// Number of times that it was begun anew.
    #[serde(default)]
    pub attempt: u32,
    /// Of whom; `None` for the step that divides the cluster.
    #[serde(default)]
    pub users: Option<Users>,
    /// The jobs whose rows the warehouse has counted, and MySQL's share is not to; `None` before
    /// they are known.
    #[serde(default)]
    pub loaded: Option<Vec<Uuid>>,
    /// What was asked of the warehouse; `None` before that.
    #[serde(default)]
    pub asked: Option<Asked>,
}

/// The format's version that is sent today.
pub const STEP: u32 = 2;

/// Users that follow each other by their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Users {
    /// The last one before them.
    pub after: Option<UserId>,
    /// The last of them; `None` for whoever comes after the others.
    pub last: Option<UserId>,
}

/// What was asked of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The statement; `None` when nothing was to be asked.
    pub statement: Option<Statement>,
    /// The part of it that has the tallies, counted from 1; `None` when it has one part.
    pub part: Option<usize>,
    /// How often it was found running.
    pub polls: u32,
}

/// The queue of steps.
pub struct Steps {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl Steps {
    /// The queue `STATISTICS_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            client: aws_sdk_sqs::Client::new(env.sdk_beyond_the_network()),
            url: env.get("STATISTICS_QUEUE_URL")?,
        })
    }

    /// Sends a step that is to be taken in so many seconds, at most 900.
    pub async fn send(&self, step: &Step, seconds: i32) -> Result<()> {
        let body = serde_json::to_string(step).map_err(Error::internal)?;
        let send = self
            .client
            .send_message()
            .queue_url(&self.url)
            .delay_seconds(seconds)
            .message_body(body);
        send.send().await.of("statistics queue").map(drop)
    }
}

/// Has the warehouse count the rows of these jobs, each job once: what is counted does not change.
/// In one transaction.
pub fn tally_jobs(jobs: &[Uuid]) -> [String; 2] {
    let [added, removed] = [Deed::Added, Deed::Removed].map(Deed::action);
    let [commented, favoured, unfavoured] =
        [Deed::Commented, Deed::Favoured, Deed::Unfavoured].map(Deed::action);
    let fresh = format!(
        "job IN ({}) AND job NOT IN (SELECT job FROM tallies WHERE owner_id = '')",
        list(jobs)
    );
    // Photos count with their bytes: an attempt that failed has none. Of the rest, what others did
    // counts.
    let tallies = format!(
        "INSERT INTO tallies \
         SELECT job, owner_id, TO_CHAR(at, 'YYYY-MM') AS month, action, \
         COALESCE(JSON_EXTRACT_PATH_TEXT(context, 'camera'), '') AS camera, COUNT(*) AS n, \
         SUM(CAST(COALESCE(NULLIF(JSON_EXTRACT_PATH_TEXT(context, 'bytes'), ''), '0') AS BIGINT)) AS bytes \
         FROM activity WHERE {fresh} \
         AND ((action IN ('{added}', '{removed}') AND NULLIF(JSON_EXTRACT_PATH_TEXT(context, 'bytes'), '') IS NOT NULL) \
         OR (action IN ('{commented}', '{favoured}', '{unfavoured}') AND actor_id <> owner_id)) \
         GROUP BY 1, 2, 3, 4, 5"
    );
    let counted = format!(
        "INSERT INTO tallies SELECT DISTINCT job, '', '', '', '', 0, 0 FROM activity WHERE {fresh}"
    );
    [tallies, counted]
}

/// The query of the warehouse for tallies of these users, from rows that these jobs have brought:
/// those that MySQL's share does not count. Sorted by owner.
pub fn tallies_between(users: Users, jobs: &[Uuid]) -> String {
    let id = |user: UserId| user.uuid().simple().to_string();
    // Ids are hexadecimal: nothing comes after `g`, and what is counted has an id.
    let (after, last) =
        (users.after.map_or(String::new(), id), users.last.map_or_else(|| "g".to_owned(), id));
    format!(
        "SELECT owner_id, month, action, NULLIF(camera, '') AS camera, SUM(n) AS n, SUM(bytes) AS bytes \
         FROM (SELECT DISTINCT job, owner_id, month, action, camera, n, bytes FROM tallies \
         WHERE owner_id > '{after}' AND owner_id <= '{last}' AND job IN ({})) AS counted \
         GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        list(jobs)
    )
}

fn list(jobs: &[Uuid]) -> String {
    jobs.iter()
        .map(|job| format!("'{}'", job.simple()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A row of [`tallies_between`]: whose it is, and what it says.
pub fn tally(row: &[Cell]) -> Result<(UserId, Tally)> {
    let text = |column: usize| row.get(column).and_then(Cell::text);
    let whole = |column: usize| row.get(column).and_then(Cell::whole::<u64>);
    let read = || {
        let owner = UserId::from_uuid(Uuid::try_parse(text(0)?).ok()?);
        let (month, deed) = (text(1)?.parse().ok()?, text(2)?.parse().ok()?);
        Some((
            owner,
            Tally {
                month,
                deed,
                camera: text(3).map(str::to_owned),
                count: whole(4)?,
                bytes: whole(5)?,
            },
        ))
    };
    read().ok_or_else(|| Error::internal(format!("a row of tallies that cannot be read: {row:?}")))
}
