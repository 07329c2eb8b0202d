//! Limits of requests in a time: a token bucket an item, in the hot table.
//!
//! The bucket is kept as the moment at which it will be full again (GCRA, the "virtual scheduling"
//! form of the leaky bucket, ITU-T I.371 annex A): one number, which one conditional write moves,
//! so that any number of requests at once take no token twice.
//!
//! A bucket that is full later than a window from now was filled by a process whose clock is ahead.
//! It is begun anew: else that one request would have its caller wait for as long as the clock is
//! wrong.

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure},
};

use super::item::{key, n, number};
use crate::{
    domain::{Moment, Policy},
    env::Env,
    error::{Of, Result},
};

/// The time, in microseconds, by which the clocks of two processes are apart when nothing is wrong.
const CLOCKS_APART: i64 = 1_000_000;
/// The number of tries for a bucket that others begin at the same instant.
const TRIES: usize = 5;

/// The rest of a limit when a request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimitState {
    /// The limit's name.
    pub policy: &'static str,
    /// Requests in the window.
    pub quota: u32,
    /// The window's length in seconds.
    pub window: u32,
    /// Requests that are left.
    pub left: u32,
    /// Seconds until all are there again.
    pub full_in: u32,
    /// Seconds until the next is there; `None` when this one was taken.
    pub wait: Option<u32>,
}

impl RateLimitState {
    /// Seconds in which the next is there, whatever was taken before.
    pub fn longest_wait(&self) -> u32 {
        self.window.div_ceil(self.quota.max(1))
    }
}

/// The buckets.
pub struct RateLimits {
    client: Client,
    table: String,
}

impl RateLimits {
    /// The buckets in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Takes a token of `who`'s bucket, which has `quota` in the policy's window.
    pub async fn take(&self, policy: Policy, quota: u32, who: &str) -> Result<RateLimitState> {
        let bucket = Bucket::of(policy, quota, who);
        let now = Moment::now().micros();
        for _ in 0..TRIES {
            let seen = match self.add(&bucket, now).await? {
                Ok(full) => return Ok(bucket.state(now, full, None)),
                Err(seen) => seen,
            };
            if let Some(full) = seen.filter(|full| bucket.is_in_use(*full, now)) {
                let wait = seconds(full + bucket.step - bucket.window - now).max(1);
                return Ok(bucket.state(now, full, Some(wait)));
            }
            let full = now + bucket.step;
            if self.begin(&bucket, now, full, seen).await? {
                return Ok(bucket.state(now, full, None));
            }
        }
        Err(format!("the bucket of {} kept being begun anew", policy.name())).of("hot")
    }

    /// Forgets how often `who` did anything.
    pub async fn forget(&self, who: &str) -> Result<()> {
        for policy in [
            Policy::Writes,
            Policy::LogIn,
            Policy::LookUp,
            Policy::Invitations,
            Policy::SignUpInvitations,
        ] {
            let pk = format!("RATE#{}#{who}", policy.name());
            let delete = self
                .client
                .delete_item()
                .table_name(&self.table)
                .set_key(Some(key(pk, "~")));
            delete.send().await.of("hot")?;
        }
        Ok(())
    }

    /// Moves the moment at which a bucket that is in use is full, unless it is empty: the moment;
    /// else what was there.
    async fn add(&self, bucket: &Bucket, now: i64) -> Result<Result<i64, Option<i64>>> {
        let update = self
            .update(&bucket.pk)
            .update_expression("SET full_at = full_at + :step, #ttl = :ttl");
        let update = update.condition_expression("full_at >= :now AND full_at <= :most");
        let update = update.expression_attribute_values(":step", n(bucket.step));
        let update = update.expression_attribute_values(":now", n(now));
        let most = now + bucket.window - bucket.step;
        let update = update.expression_attribute_values(":most", n(most));
        let update = update.expression_attribute_values(":ttl", n(bucket.ttl(now)));
        let update = update.return_values(ReturnValue::UpdatedNew);
        let update = update
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(updated) => number(&updated.attributes.unwrap_or_default(), "full_at").map(Ok),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(other)) => {
                Ok(Err(number(&other.item.unwrap_or_default(), "full_at").ok()))
            }
            Err(error) => Err(error).of("hot"),
        }
    }

    /// Begins a bucket that is full, or not there, or `seen` to be full at a time that is none;
    /// `false` when another request was first.
    async fn begin(&self, bucket: &Bucket, now: i64, full: i64, seen: Option<i64>) -> Result<bool> {
        let update = self
            .update(&bucket.pk)
            .update_expression("SET full_at = :full, #ttl = :ttl");
        let update = update.condition_expression(
            "attribute_not_exists(full_at) OR full_at < :now OR full_at = :seen",
        );
        let update = update.expression_attribute_values(":full", n(full));
        let update = update.expression_attribute_values(":now", n(now));
        // Before 1970, so none, where nothing was seen.
        let update = update.expression_attribute_values(":seen", n(seen.unwrap_or(-1)));
        let update = update.expression_attribute_values(":ttl", n(bucket.ttl(now)));
        match update.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok(true),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(false),
            Err(error) => Err(error).of("hot"),
        }
    }

    fn update(&self, pk: &str) -> UpdateItemFluentBuilder {
        let update = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(pk.to_owned(), "~")));
        update.expression_attribute_names("#ttl", "ttl")
    }
}

/// A bucket, in microseconds.
struct Bucket {
    policy: Policy,
    quota: u32,
    pk: String,
    /// The time in which it fills.
    window: i64,
    /// The time in which a token comes.
    step: i64,
}

impl Bucket {
    fn of(policy: Policy, quota: u32, who: &str) -> Self {
        let window = i64::from(policy.window()) * 1_000_000;
        let pk = format!("RATE#{}#{who}", policy.name());
        Self { policy, quota, pk, window, step: window / i64::from(quota.max(1)) }
    }

    /// Returns whether a bucket that is full at `full` lacks tokens: not before now, and not later
    /// than an empty one could be, but for clocks that are a little apart.
    fn is_in_use(&self, full: i64, now: i64) -> bool {
        full >= now && full <= now + self.window + CLOCKS_APART
    }

    /// The second after which nobody needs it.
    fn ttl(&self, now: i64) -> i64 {
        (now + self.window) / 1_000_000 + 60
    }

    fn state(&self, now: i64, full: i64, wait: Option<u32>) -> RateLimitState {
        let left = match wait {
            Some(_) => 0,
            None => (now + self.window - full).max(0) / self.step,
        };
        RateLimitState {
            policy: self.policy.name(),
            quota: self.quota,
            window: self.policy.window(),
            left: u32::try_from(left).unwrap_or(0),
            full_in: seconds(full - now),
            wait,
        }
    }
}

fn seconds(micros: i64) -> u32 {
    u32::try_from(micros.max(0).div_euclid(1_000_000) + i64::from(micros.rem_euclid(1_000_000) > 0))
        .unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_a_clock_ahead_has_filled_is_not_in_use() {
        let bucket = Bucket::of(Policy::Writes, 60, "ana");
        let now = Moment::now().micros();
        assert!(!bucket.is_in_use(now - 1, now), "full by now");
        assert!(bucket.is_in_use(now, now));
        assert!(bucket.is_in_use(now + bucket.window, now), "empty");
        let in_five_minutes = now + 300 * 1_000_000;
        assert!(!bucket.is_in_use(in_five_minutes + bucket.step, now), "by a clock ahead");
    }
}
