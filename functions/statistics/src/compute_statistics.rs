//! `compute-statistics`: takes a step of the roll-up: a range of users' statistics, from the
//! warehouse and from MySQL.
//!
//! The first step of a cluster notes which archive jobs have loaded their rows, has the warehouse
//! count those that it has not counted yet, all users' at once, and sends a step for each range of
//! users. Such a step asks the warehouse for what it has counted of them; while that runs, the
//! message is sent again with a delay, so that nothing waits in a function. Then the rest is
//! counted in MySQL, and the users' items are written.
//!
//! A step that comes twice asks under the same token, so it is given the same statement, and writes
//! the same again: an item is put on condition that it is newer than what is there. A step that
//! dies is taken again by the queue.

use std::collections::HashMap;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};
use shared::{
    Result,
    domain::{
        Moment, UserId, UserRange,
        statistics::{Statistics, Tally},
    },
    error::Error,
    queue::{QueueMessage, Worker},
    stores::{
        Accounts, Activities, AlbumViews, StatementProgress, StatisticsItems, StatisticsQueue,
        StatisticsStep, Warehouse, WarehouseQuery,
        tallies::{tallies_between, tally, tally_jobs},
    },
};
use uuid::Uuid;

/// Users of a step.
const USERS: u32 = 5000;
/// Items that are written at once, and steps that are sent.
const AT_ONCE: usize = 32;
/// Seconds between two looks at a statement, at least and at most.
const LOOKS: (u32, u32) = (2, 60);
/// Attempts at a range of users before somebody must look.
const ATTEMPTS: u32 = 20;

/// The worker and what it needs.
pub struct ComputeStatistics {
    /// The accounts.
    pub accounts: Accounts,
    /// The rows in MySQL.
    pub activities: Activities,
    /// The others; `None` where there is no warehouse.
    pub warehouse: Option<Warehouse>,
    /// The views of albums.
    pub views: AlbumViews,
    /// The items that are written.
    pub items: StatisticsItems,
    /// The queue of steps.
    pub statistics_queue: StatisticsQueue,
}

#[async_trait]
impl Worker for ComputeStatistics {
    fn name(&self) -> &'static str {
        "compute-statistics"
    }

    async fn work(&self, message: QueueMessage<'_>) -> Result<()> {
        let Some(step) = message.read_unless_older::<StatisticsStep>()? else {
            // The next day's roll-up has these users.
            return Ok(());
        };
        match (&step.asked, &step.loaded) {
            (Some(asked), Some(loaded)) => self.look(&step, asked, loaded).await,
            _ => self.ask(step).await,
        }
    }
}

impl ComputeStatistics {
    /// Asks the warehouse, if it has rows at all.
    async fn ask(&self, step: StatisticsStep) -> Result<()> {
        let counted = step.loaded.clone();
        let loaded = match &counted {
            Some(loaded) => loaded.clone(),
            None => self.activities.loaded().await?,
        };
        let asked = match (loaded.is_empty(), &self.warehouse) {
            (true, _) => WarehouseQuery { statement: None, part: None, polls: 0 },
            (false, Some(warehouse)) => {
                submit(warehouse, &step, counted.is_some(), &loaded).await?
            }
            (false, None) => {
                return Err(Error::internal("rows were loaded, and there is no warehouse"));
            }
        };
        let step = StatisticsStep { loaded: Some(loaded.clone()), ..step };
        if asked.statement.is_none() {
            return self.look(&step, &asked, &loaded).await;
        }
        self.statistics_queue
            .send(&StatisticsStep { asked: Some(asked), ..step }, seconds(0))
            .await
    }

    /// Looks whether the warehouse has answered, and if so goes on.
    async fn look(
        &self,
        step: &StatisticsStep,
        asked: &WarehouseQuery,
        loaded: &[Uuid],
    ) -> Result<()> {
        let mut archived = Vec::new();
        if let (Some(statement), Some(warehouse)) = (&asked.statement, &self.warehouse) {
            match warehouse.progress(statement).await? {
                StatementProgress::Running => return self.later(step, asked).await,
                StatementProgress::Failed(why) => {
                    tracing::warn!(why, "the warehouse failed");
                    return self.again(step).await;
                }
                StatementProgress::Finished { .. } if step.users.is_some() => {
                    let part = asked
                        .part
                        .map_or_else(|| statement.clone(), |part| statement.part(part));
                    let rows = warehouse.all_rows(&part).await?;
                    archived = rows
                        .iter()
                        .map(|row| tally(row))
                        .collect::<Result<Vec<_>>>()?;
                }
                StatementProgress::Finished { .. } => {}
            }
        }
        match step.users {
            Some(users) => self.compute(step, users, loaded, archived).await,
            None => self.divide(step).await,
        }
    }

    /// Sends a step for each range of the cluster's users.
    async fn divide(&self, step: &StatisticsStep) -> Result<()> {
        let ranges = self.accounts.ranges(step.cluster, USERS).await?;
        let send = |users: UserRange| {
            let step =
                StatisticsStep { attempt: 0, users: Some(users), asked: None, ..step.clone() };
            async move { self.statistics_queue.send(&step, 0).await }
        };
        stream::iter(ranges)
            .map(send)
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    /// Counts the rest in MySQL, and writes what both come to.
    async fn compute(
        &self,
        step: &StatisticsStep,
        users: UserRange,
        loaded: &[Uuid],
        archived: Vec<(UserId, Tally)>,
    ) -> Result<()> {
        // Rows that come from here on are another run's.
        let as_of = Moment::now();
        let Some(recent) = self.activities.tallies(users, loaded).await? else {
            return self.again(step).await;
        };
        let mut tallies = HashMap::<UserId, Vec<Tally>>::new();
        for (owner, tally) in archived.into_iter().chain(recent) {
            tallies.entry(owner).or_default().push(tally);
        }
        let owners = self.accounts.users_between(step.cluster, users).await?;
        let write =
            |owner: UserId| self.write(owner, as_of, tallies.remove(&owner).unwrap_or_default());
        let writes: Vec<_> = owners.into_iter().map(write).collect();
        stream::iter(writes)
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    async fn write(&self, owner: UserId, as_of: Moment, tallies: Vec<Tally>) -> Result<()> {
        let seen = self.views.of(owner).await?;
        self.items
            .put(owner, &Statistics::of(as_of, &tallies, &seen))
            .await
    }

    async fn later(&self, step: &StatisticsStep, asked: &WarehouseQuery) -> Result<()> {
        let delay = seconds(asked.polls);
        let asked = WarehouseQuery { polls: asked.polls + 1, ..asked.clone() };
        self.statistics_queue
            .send(&StatisticsStep { asked: Some(asked), ..step.clone() }, delay)
            .await
    }

    /// Begins these users anew: other jobs have loaded their rows by now.
    async fn again(&self, step: &StatisticsStep) -> Result<()> {
        let attempt = step.attempt + 1;
        if attempt > ATTEMPTS {
            return Err(Error::internal(format!("begun anew {ATTEMPTS} times")));
        }
        self.statistics_queue
            .send(
                &StatisticsStep { attempt, loaded: None, asked: None, ..step.clone() },
                seconds(attempt),
            )
            .await
    }
}

/// Submits what this step asks. What was not counted is counted in the same transaction.
async fn submit(
    warehouse: &Warehouse,
    step: &StatisticsStep,
    counted: bool,
    loaded: &[Uuid],
) -> Result<WarehouseQuery> {
    let mut sql = Vec::new();
    if !counted {
        sql.extend(tally_jobs(loaded));
    }
    sql.extend(step.users.map(|users| tallies_between(users, loaded)));
    if sql.is_empty() {
        return Ok(WarehouseQuery { statement: None, part: None, polls: 0 });
    }
    let statement = warehouse.submit(&sql, &[], &token(step, &sql)).await?;
    Ok(WarehouseQuery {
        statement: Some(statement),
        part: Some(sql.len()).filter(|parts| *parts > 1),
        polls: 0,
    })
}

/// The same for the same question of the same step, and another for every other.
fn token(step: &StatisticsStep, sql: &[String]) -> String {
    let StatisticsStep { run, cluster, users, attempt, .. } = step;
    hex::encode(Sha256::digest(format!("{run} {cluster} {users:?} {attempt} {sql:?}")))
}

/// Returns the seconds to wait before the next look.
fn seconds(polls: u32) -> i32 {
    let (least, most) = LOOKS;
    i32::try_from((least * (polls + 1)).min(most)).unwrap_or(60)
}
