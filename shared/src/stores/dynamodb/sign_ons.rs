//! Sign-ons that have been used: `SIGNON#sum of its secret` / `~`.
//!
//! Nothing is kept of a sign-on that is only begun. The provider's answer to it is taken by one
//! conditional put, so it is taken once; what the provider has proven opens one session, by one
//! conditional write that says in which request: a request that is repeated under its
//! `Idempotency-Key` finds its own mark and goes on. One whose link has ended on the way is marked
//! as nobody's, so that a repetition does not go on.

use aws_sdk_dynamodb::Client;

use super::item::{item, key, n, s};
use crate::{
    domain::Moment,
    env::Env,
    error::{Of, Result},
};

/// Seconds for which one is remembered: longer than browser and page may take together.
const KEPT: i64 = 3600;

/// The request of a sign-on that no request goes on with. Names of requests are sums.
const NOBODY: &str = "nobody";

/// The sign-ons.
pub struct SignOns {
    client: Client,
    table: String,
}

fn pk(name: &str) -> String {
    format!("SIGNON#{name}")
}

impl SignOns {
    /// The sign-ons in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Takes the answer to the sign-on of this name. Returns false if one was taken before.
    pub async fn answer(&self, name: &str) -> Result<bool> {
        let ttl = Moment::now().plus(KEPT).epoch();
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(pk(name), "~", [("ttl", n(ttl))])))
            .condition_expression("attribute_not_exists(pk)");
        match put.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok(true),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(false),
            Err(error) => Err(error).of("hot"),
        }
    }

    /// Opens a session by the sign-on of this name, in the request of this name. Returns false if
    /// another request did before, or its answer never came.
    pub async fn spend(&self, name: &str, request: &str) -> Result<bool> {
        let spent = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(pk(name), "~")))
            .update_expression("SET spent = :request")
            .condition_expression(
                "attribute_exists(pk) AND (attribute_not_exists(spent) OR spent = :request)",
            )
            .expression_attribute_values(":request", s(request));
        match spent.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok(true),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(false),
            Err(error) => Err(error).of("hot"),
        }
    }

    /// Ends the sign-on of this name: no request opens a session by it from now on. One that is
    /// forgotten already opens none.
    pub async fn end(&self, name: &str) -> Result<()> {
        let ended = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(pk(name), "~")))
            .update_expression("SET spent = :nobody")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":nobody", s(NOBODY));
        match ended.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }
}
