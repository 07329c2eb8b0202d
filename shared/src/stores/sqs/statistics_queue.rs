//! The queue of steps in which statistics are computed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{message::VersionedMessage, sender::Sender};
use crate::{domain::UserRange, env::Env, error::Result, stores::redshift::warehouse::Statement};

/// A step of the roll-up: a message of its queue. One for each cluster of accounts divides it, and
/// sends one for each range of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsStep {
    /// Names the roll-up, so that the next one's questions are others.
    pub run: Uuid,
    /// The cluster of accounts.
    pub cluster: usize,
    /// Number of times that it was begun anew.
    #[serde(default)]
    pub attempt: u32,
    /// Of whom; `None` for the step that divides the cluster.
    #[serde(default)]
    pub users: Option<UserRange>,
    /// The jobs whose rows the warehouse has counted, and MySQL's share is not to; `None` before
    /// they are known.
    #[serde(default)]
    pub loaded: Option<Vec<Uuid>>,
    /// The query of the warehouse that was submitted; `None` before that.
    #[serde(default)]
    pub asked: Option<WarehouseQuery>,
}

impl VersionedMessage for StatisticsStep {
    const QUEUE: &'static str = "statistics queue";
    const URL_VARIABLE: &'static str = "STATISTICS_QUEUE_URL";
    const VERSION: u32 = 2;
}

/// A query that was submitted to the warehouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarehouseQuery {
    /// The statement; `None` when nothing was to be asked.
    pub statement: Option<Statement>,
    /// The part of it that has the tallies, counted from 1; `None` when it has one part.
    pub part: Option<usize>,
    /// The number of times that it was found running.
    pub polls: u32,
}

/// The statistics queue.
pub struct StatisticsQueue(Sender<StatisticsStep>);

impl StatisticsQueue {
    /// Returns the queue `STATISTICS_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Sender::connect(env).map(Self)
    }

    /// Sends a step that is to be taken in so many seconds, at most 900.
    pub async fn send(&self, step: &StatisticsStep, delay_seconds: i32) -> Result<()> {
        self.0.send(step, delay_seconds).await
    }
}
