//! From where somebody has logged in: `USER#id` / `NETWORK#sum`, for 90 days.
//!
//! The sum is keyed and is of the user, too: the table tells neither an address nor who have one in
//! common.

use aws_sdk_dynamodb::Client;

use super::item::{item, key, n, number, s, text};
use crate::{
    domain::{Moment, UserId},
    env::Env,
    error::{Of, Result},
};

/// Seconds for which one is known after a log-in: 90 days.
const LASTS: i64 = 90 * 24 * 3600;

/// The networks.
pub struct KnownNetworks {
    client: Client,
    table: String,
}

fn pk(user: UserId) -> String {
    format!("USER#{user}")
}

fn sk(sum: &str) -> String {
    format!("NETWORK#{sum}")
}

impl KnownNetworks {
    /// The networks in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Returns whether this user has logged in from the network with this sum.
    pub async fn knows(&self, user: UserId, sum: &str) -> Result<bool> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true);
        let found = get
            .set_key(Some(key(pk(user), &sk(sum))))
            .send()
            .await
            .of("hot")?;
        let ttl = found
            .item()
            .and_then(|item| number::<i64>(item, "ttl").ok());
        Ok(ttl.is_some_and(|ttl| ttl > Moment::now().epoch()))
    }

    /// Remembers that this user has just logged in from there.
    pub async fn remember(&self, user: UserId, sum: &str) -> Result<()> {
        let ttl = Moment::now().plus(LASTS).epoch();
        let put = self.client.put_item().table_name(&self.table);
        put.set_item(Some(item(pk(user), &sk(sum), [("ttl", n(ttl))])))
            .send()
            .await
            .of("hot")
            .map(drop)
    }

    /// Forgets all of this user's.
    pub async fn forget(&self, user: UserId) -> Result<()> {
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true);
            let query = query.key_condition_expression("pk = :pk AND begins_with(sk, :networks)");
            let query = query.expression_attribute_values(":pk", s(pk(user)));
            let query = query.expression_attribute_values(":networks", s("NETWORK#"));
            let items = query
                .limit(100)
                .send()
                .await
                .of("hot")?
                .items
                .unwrap_or_default();
            if items.is_empty() {
                return Ok(());
            }
            for item in items {
                let delete = self.client.delete_item().table_name(&self.table);
                delete
                    .set_key(Some(key(pk(user), text(&item, "sk")?)))
                    .send()
                    .await
                    .of("hot")?;
            }
        }
    }
}
