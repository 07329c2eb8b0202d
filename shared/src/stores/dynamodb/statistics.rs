//! Statistics: `OWNER#user` / `STATISTICS`, one item that a read gets.

use aws_sdk_dynamodb::Client;

use super::item::{item, key, n, s, text};
use crate::{
    domain::{UserId, statistics::Statistics},
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
