//! How often somebody may do something: a token bucket an item, in the hot table.
//!
//! The bucket is kept as the moment at which it will be full again (GCRA, the "virtual scheduling"
//! form of the leaky bucket, ITU-T I.371 annex A): one number, moved by one conditional write, so
//! that any number of requests at once take no token twice.

use aws_sdk_dynamodb::{Client, types::ReturnValuesOnConditionCheckFailure};

use super::item::{Item, key, n, number};
use crate::{
    domain::Moment,
    env::Env,
    error::{Of, Result},
};

/// A window's length in microseconds: quotas are by the minute.
const WINDOW: i64 = 60_000_000;

/// How often a bucket is tried that others take from at the same instant.
const TRIES: usize = 5;

/// What was left of a limit when a request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The limit's name.
    pub policy: &'static str,
    /// Requests a minute.
    pub quota: u32,
    /// Requests that are left.
    pub left: u32,
    /// Seconds until all are there again.
    pub full_in: u32,
    /// Seconds until the next is there; `None` when this one was taken.
    pub wait: Option<u32>,
}

/// The buckets.
pub struct Limits {
    client: Client,
    table: String,
}

impl Limits {
    /// The buckets in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Takes a token of `who`'s bucket of `quota` a minute.
    pub async fn take(&self, policy: &'static str, quota: u32, who: &str) -> Result<Taken> {
        let (now, step) = (Moment::now().micros(), WINDOW / i64::from(quota.max(1)));
        let pk = format!("RATE#{policy}#{who}");
        let mut seen = None;
        for _ in 0..TRIES {
            let full = match seen {
                Some(full) if full > now + WINDOW - step => break,
                Some(full) if full >= now => full + step,
                _ => now + step,
            };
            match self.put(&pk, seen, full).await? {
                None => return Ok(state(policy, quota, now, full, None)),
                Some(other) => seen = other,
            }
        }
        let full = seen.unwrap_or(now);
        let wait = seconds((full + step - WINDOW - now).max(step.min(1_000_000)));
        Ok(state(policy, quota, now, full, Some(wait)))
    }

    /// Writes `full` where `seen` was; else what was there instead.
    async fn put(&self, pk: &str, seen: Option<i64>, full: i64) -> Result<Option<Option<i64>>> {
        let update = self.client.update_item().table_name(&self.table).set_key(Some(key(pk.to_owned(), "~")));
        let update = update.update_expression("SET full_at = :full, #ttl = :ttl");
        let update = update.expression_attribute_names("#ttl", "ttl");
        let update = update.expression_attribute_values(":full", n(full));
        let update = update.expression_attribute_values(":ttl", n(full / 1_000_000 + 60));
        let update = match seen {
            None => update.condition_expression("attribute_not_exists(full_at)"),
            Some(seen) => update.condition_expression("full_at = :seen").expression_attribute_values(":seen", n(seen)),
        };
        let update = update.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok(None),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(other)) => {
                let empty = Item::new();
                Ok(Some(number::<i64>(other.item().unwrap_or(&empty), "full_at").ok()))
            }
            Err(error) => Err(error).of("hot"),
        }
    }
}

fn state(policy: &'static str, quota: u32, now: i64, full: i64, wait: Option<u32>) -> Taken {
    let step = WINDOW / i64::from(quota.max(1));
    let left = if wait.is_some() { 0 } else { (now + WINDOW - full).max(0) / step };
    Taken { policy, quota, left: u32::try_from(left).unwrap_or(0), full_in: seconds(full - now), wait }
}

fn seconds(micros: i64) -> u32 {
    u32::try_from(micros.max(0).div_euclid(1_000_000) + i64::from(micros.rem_euclid(1_000_000) > 0)).unwrap_or(u32::MAX)
}
