//! The queue of steps in which statistics are computed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::UserRange,
    env::Env,
    error::{Error, Of, Result},
    stores::Statement,
};

/// A step of the roll-up: a message of its queue. One for each cluster of accounts divides it, and
/// sends one for each range of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsStep {
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
    pub users: Option<UserRange>,
    /// The jobs whose rows the warehouse has counted, and MySQL's share is not to; `None` before
    /// they are known.
    #[serde(default)]
    pub loaded: Option<Vec<Uuid>>,
    /// What was asked of the warehouse; `None` before that.
    #[serde(default)]
    pub asked: Option<WarehouseQuery>,
}

/// The format's version that is sent today.
pub const STATISTICS_STEP_VERSION: u32 = 2;

/// What was asked of the warehouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarehouseQuery {
    /// The statement; `None` when nothing was to be asked.
    pub statement: Option<Statement>,
    /// The part of it that has the tallies, counted from 1; `None` when it has one part.
    pub part: Option<usize>,
    /// How often it was found running.
    pub polls: u32,
}

/// The queue of steps.
pub struct StatisticsQueue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl StatisticsQueue {
    /// The queue `STATISTICS_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            client: aws_sdk_sqs::Client::new(env.sdk_beyond_the_network()),
            url: env.get("STATISTICS_QUEUE_URL")?,
        })
    }

    /// Sends a step that is to be taken in so many seconds, at most 900.
    pub async fn send(&self, step: &StatisticsStep, seconds: i32) -> Result<()> {
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
