//! Statistics: `OWNER#user` / `STATISTICS`, one item that a read gets, and the query of the warehouse that it is
//! computed of.

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
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        let found = get.set_key(Some(key(of_owner(owner), STATISTICS))).send().await.of("hot")?.item;
        found.map(|item| text(&item, "view").map(str::to_owned)).transpose()
    }

    /// Puts an owner's, unless newer ones are there.
    pub async fn put(&self, owner: UserId, statistics: &Statistics) -> Result<()> {
        let as_of = statistics.as_of.ok_or_else(|| Error::internal("statistics of no moment"))?.micros();
        let view = serde_json::to_string(statistics).map_err(Error::internal)?;
        let item = item(of_owner(owner), STATISTICS, [("as_of", n(as_of)), ("view", s(view))]);
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk) OR as_of < :as_of");
        let put = put.expression_attribute_values(":as_of", n(as_of)).send().await;
        match put.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }
}

/// A step of the roll-up: a message of its queue. Steps follow each other through the users of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The format's version.
    pub v: u32,
    /// Names the roll-up, so that the next one's questions are others.
    pub run: Uuid,
    /// The cluster of accounts.
    pub cluster: usize,
    /// The last user that is done.
    pub after: Option<UserId>,
    /// How often these users were begun anew.
    pub attempt: u32,
    /// What was asked of the warehouse; `None` before that.
    pub asked: Option<Asked>,
}

/// What was asked of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Of whom.
    pub owners: Vec<UserId>,
    /// Of which jobs' rows.
    pub loaded: Vec<Uuid>,
    /// The statement; `None` when these jobs are none.
    pub statement: Option<Statement>,
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
        Ok(Self { client: aws_sdk_sqs::Client::new(env.sdk()), url: env.get("STATISTICS_QUEUE_URL")? })
    }

    /// Sends a step that is to be taken in so many seconds, at most 900.
    pub async fn send(&self, step: &Step, seconds: i32) -> Result<()> {
        let body = serde_json::to_string(step).map_err(Error::internal)?;
        let send = self.client.send_message().queue_url(&self.url).delay_seconds(seconds).message_body(body);
        send.send().await.of("statistics queue").map(drop)
    }
}

/// The query of the warehouse for tallies of these owners, from rows that these archive jobs have brought: those
/// that MySQL's share does not count. Sorted by owner. `None`: there can be no rows.
pub fn tallies_of(owners: &[UserId], jobs: &[Uuid]) -> Option<String> {
    let list =
        |ids: &mut dyn Iterator<Item = Uuid>| ids.map(|id| format!("'{}'", id.simple())).collect::<Vec<_>>().join(", ");
    if owners.is_empty() || jobs.is_empty() {
        return None;
    }
    let (owners, jobs) = (list(&mut owners.iter().map(|owner| owner.uuid())), list(&mut jobs.iter().copied()));
    let [added, removed] = [Deed::Added, Deed::Removed].map(Deed::action);
    let [commented, favoured, unfavoured] = [Deed::Commented, Deed::Favoured, Deed::Unfavoured].map(Deed::action);
    // Photos count with their bytes: an attempt that failed has none. Of the rest, what others did counts.
    Some(format!(
        "SELECT owner_id, TO_CHAR(at, 'YYYY-MM') AS month, action, \
         NULLIF(JSON_EXTRACT_PATH_TEXT(context, 'camera'), '') AS camera, COUNT(*) AS n, \
         SUM(CAST(COALESCE(NULLIF(JSON_EXTRACT_PATH_TEXT(context, 'bytes'), ''), '0') AS BIGINT)) AS bytes \
         FROM activity WHERE owner_id IN ({owners}) AND job IN ({jobs}) \
         AND ((action IN ('{added}', '{removed}') AND NULLIF(JSON_EXTRACT_PATH_TEXT(context, 'bytes'), '') IS NOT NULL) \
         OR (action IN ('{commented}', '{favoured}', '{unfavoured}') AND actor_id <> owner_id)) \
         GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    ))
}

/// A row of that query: whose it is, and what it says.
pub fn tally(row: &[Cell]) -> Result<(UserId, Tally)> {
    let text = |column: usize| row.get(column).and_then(Cell::text);
    let whole = |column: usize| row.get(column).and_then(Cell::whole::<u64>);
    let read = || {
        let owner = UserId::from_uuid(Uuid::try_parse(text(0)?).ok()?);
        let (month, deed) = (text(1)?.parse().ok()?, text(2)?.parse().ok()?);
        Some((owner, Tally { month, deed, camera: text(3).map(str::to_owned), count: whole(4)?, bytes: whole(5)? }))
    };
    read().ok_or_else(|| Error::internal(format!("a row of tallies that cannot be read: {row:?}")))
}
