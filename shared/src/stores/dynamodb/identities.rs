//! The users that identities at providers belong to: `IDENTITY#sum of provider and subject` / `~`.
//!
//! Nobody knows on which shard the account of an identity is. So the item is what leads from the
//! identity to the account, and no more: the account's row has the last word. It is put after the
//! row, and whoever has put it looks at the row again, so the end of an account finds every item of
//! its own by its rows; one that leads to an account without such a row, or to none, is replaced.
//! The sum is keyed: the table tells nobody's name at a provider.

use aws_sdk_dynamodb::Client;

use super::item::{item, key, parsed, s};
use crate::{
    domain::UserId,
    env::Env,
    error::{Of, Result},
};

/// The identities.
pub struct Identities {
    client: Client,
    table: String,
}

fn pk(sum: &str) -> String {
    format!("IDENTITY#{sum}")
}

impl Identities {
    /// The identities in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Returns the user that the identity with this sum leads to.
    pub async fn find(&self, sum: &str) -> Result<Option<UserId>> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true)
            .set_key(Some(key(pk(sum), "~")))
            .send()
            .await
            .of("hot")?;
        found.item().map(|item| parsed(item, "user")).transpose()
    }

    /// Has the identity with this sum lead to this user, whose row says so.
    pub async fn bind(&self, sum: &str, user: UserId) -> Result<()> {
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(pk(sum), "~", [("user", s(user.to_string()))])))
            .send()
            .await
            .of("hot")
            .map(drop)
    }

    /// Has the identity with this sum lead to this user no more.
    pub async fn release(&self, sum: &str, user: UserId) -> Result<()> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key(pk(sum), "~")))
            .condition_expression("#user = :user")
            .expression_attribute_names("#user", "user")
            .expression_attribute_values(":user", s(user.to_string()));
        match delete.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }
}
