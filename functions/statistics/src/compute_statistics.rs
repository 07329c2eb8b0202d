//! `compute-statistics`: takes a step of the roll-up: a hundred users' statistics, from the warehouse and from MySQL.
//!
//! A step asks the warehouse, and sends itself on with the statement's id; while that runs, the message is sent again
//! with a delay, so that nothing waits in a function. Then the rest is counted in MySQL, and the users' items are
//! written; the next step is sent last. A step that comes twice asks under the same token, so it is given the same
//! statement, and writes the same again: an item is put on condition that it is newer than what is there. A step that
//! dies is taken again by the queue.

use std::collections::HashMap;

use async_trait::async_trait;
use futures::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};
use shared::{
    Result,
    domain::{
        Moment, UserId,
        statistics::{Statistics, Tally},
    },
    error::Error,
    queue::{Message, Worker},
    stores::{
        Accounts, Activities, Progress, StatisticsItems, Steps, Views, Warehouse,
        statistics::{Asked, Step, tallies_of, tally},
    },
};

/// Users of a step.
const USERS: u32 = 100;
/// Items that are written at once.
const AT_ONCE: usize = 10;
/// Seconds between two looks at a statement, at least and at most.
const LOOKS: (u32, u32) = (2, 60);
/// How often users are begun anew before somebody must look.
const ATTEMPTS: u32 = 20;

/// The worker and what it needs.
pub struct ComputeStatistics {
    /// Who has an account.
    pub accounts: Accounts,
    /// The rows in MySQL.
    pub activities: Activities,
    /// The others; `None` where there is no warehouse.
    pub warehouse: Option<Warehouse>,
    /// How often albums are seen.
    pub views: Views,
    /// What is written.
    pub items: StatisticsItems,
    /// The queue of steps.
    pub steps: Steps,
}

#[async_trait]
impl Worker for ComputeStatistics {
    fn name(&self) -> &'static str {
        "compute-statistics"
    }

    async fn work(&self, message: Message<'_>) -> Result<()> {
        let step: Step = serde_json::from_str(message.body()).map_err(Error::internal)?;
        match (step.v, &step.asked) {
            (1, None) => self.ask(step).await,
            (1, Some(asked)) => self.look(&step, asked).await,
            (other, _) => Err(Error::internal(format!("a step of the unknown version {other}"))),
        }
    }
}

impl ComputeStatistics {
    /// Asks the warehouse about the next users, if there are any.
    async fn ask(&self, step: Step) -> Result<()> {
        let owners = self.accounts.users_after(step.cluster, step.after, USERS).await?;
        if owners.is_empty() {
            return Ok(());
        }
        let loaded = self.activities.loaded().await?;
        let statement = match (tallies_of(&owners, &loaded), &self.warehouse) {
            (Some(query), Some(warehouse)) => {
                let token = token(&step, &query);
                Some(warehouse.submit(&[query], &[], &token).await?)
            }
            (Some(_), None) => return Err(Error::internal("rows were loaded, and there is no warehouse")),
            (None, _) => None,
        };
        let asked = Asked { owners, loaded, statement, polls: 0 };
        if asked.statement.is_none() {
            return self.look(&step, &asked).await;
        }
        self.steps.send(&Step { asked: Some(asked), ..step }, seconds(0)).await
    }

    /// Looks whether the warehouse has answered, and if so computes.
    async fn look(&self, step: &Step, asked: &Asked) -> Result<()> {
        let archived = match (&asked.statement, &self.warehouse) {
            (Some(statement), Some(warehouse)) => match warehouse.progress(statement).await? {
                Progress::Running => return self.later(step, asked).await,
                Progress::Failed(why) => {
                    tracing::warn!(why, "the warehouse failed");
                    return self.again(step).await;
                }
                Progress::Finished { .. } => {
                    warehouse.all_rows(statement).await?.iter().map(|row| tally(row)).collect::<Result<Vec<_>>>()?
                }
            },
            _ => Vec::new(),
        };
        // Rows that come from here on are another run's.
        let as_of = Moment::now();
        let Some(recent) = self.activities.tallies(&asked.owners, &asked.loaded).await? else {
            return self.again(step).await;
        };
        let mut tallies = HashMap::<UserId, Vec<Tally>>::new();
        for (owner, tally) in archived.into_iter().chain(recent) {
            tallies.entry(owner).or_default().push(tally);
        }
        let write = |owner: &UserId| self.write(*owner, as_of, tallies.remove(owner).unwrap_or_default());
        let writes: Vec<_> = asked.owners.iter().map(write).collect();
        stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        let after = asked.owners.last().copied();
        self.steps.send(&Step { after, attempt: 0, asked: None, ..step.clone() }, 0).await
    }

    async fn write(&self, owner: UserId, as_of: Moment, tallies: Vec<Tally>) -> Result<()> {
        let seen = self.views.of(owner).await?;
        self.items.put(owner, &Statistics::of(as_of, &tallies, &seen)).await
    }

    async fn later(&self, step: &Step, asked: &Asked) -> Result<()> {
        let asked = Asked { polls: asked.polls + 1, ..asked.clone() };
        let delay = seconds(asked.polls);
        self.steps.send(&Step { asked: Some(asked), ..step.clone() }, delay).await
    }

    /// Begins these users anew: other jobs have loaded their rows by now.
    async fn again(&self, step: &Step) -> Result<()> {
        let attempt = step.attempt + 1;
        if attempt > ATTEMPTS {
            return Err(Error::internal(format!("begun anew {ATTEMPTS} times")));
        }
        self.steps.send(&Step { attempt, asked: None, ..step.clone() }, seconds(attempt)).await
    }
}

/// The same for the same question of the same step, and another for every other.
fn token(step: &Step, query: &str) -> String {
    let Step { run, cluster, after, attempt, .. } = step;
    hex::encode(Sha256::digest(format!("{run} {cluster} {after:?} {attempt} {query}")))
}

/// How long to wait before the next look.
fn seconds(polls: u32) -> i32 {
    let (least, most) = LOOKS;
    i32::try_from((least * (polls + 1)).min(most)).unwrap_or(60)
}
