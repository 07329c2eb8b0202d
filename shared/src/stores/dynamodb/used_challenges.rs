//! Challenges of passkeys that were used: `CHALLENGE#hash` / `~`.
//!
//! A challenge is sealed, so it is written down only once it comes back signed. One conditional
//! write uses it, and says by which request: a request that is repeated under its `Idempotency-Key`
//! finds its own mark and goes on. It is kept for longer than the challenge is good.

use aws_sdk_dynamodb::Client;

use super::item::{key, n, s};
use crate::{
    domain::Moment,
    env::Env,
    error::{Of, Result},
};

/// Seconds for which a challenge is remembered that is good no more: clocks differ.
const KEPT: i64 = 3600;

/// The challenges.
pub struct UsedChallenges {
    client: Client,
    table: String,
}

impl UsedChallenges {
    /// The challenges in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Uses the challenge with this hash, which is good until then, in the request of this name.
    /// Returns false if another request has used it.
    pub async fn use_up(&self, hash: &str, until: Moment, request: &str) -> Result<bool> {
        let used = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(format!("CHALLENGE#{hash}"), "~")))
            .update_expression("SET spent = :request, #ttl = :ttl")
            .condition_expression("attribute_not_exists(spent) OR spent = :request")
            .expression_attribute_names("#ttl", "ttl")
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":ttl", n(until.plus(KEPT).epoch()))
            .send()
            .await;
        match used.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok(true),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(false),
            Err(error) => Err(error).of("hot"),
        }
    }
}
