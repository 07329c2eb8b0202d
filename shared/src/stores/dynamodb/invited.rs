//! The albums that an address has been invited into: `INVITED#sum of the address` / `album`.
//!
//! An invitation's row stands on its album's shard, and nobody knows on which shard the account of
//! its invitee is, or will be. So the item is what leads from the address to the row, and no more:
//! the row has the last word. It is put before the row is written; one without a row leads nowhere,
//! and goes by TTL as the invitation's time is over.

use aws_sdk_dynamodb::Client;

use super::item::{item, key, n, parsed, s};
use crate::{
    domain::{AlbumId, Moment},
    env::Env,
    error::{Of, Result},
};

/// Albums that are shown to one who has been invited into more.
const MOST: i32 = 100;

/// The items.
pub struct Invited {
    client: Client,
    table: String,
}

fn pk(invitee: &str) -> String {
    format!("INVITED#{invitee}")
}

impl Invited {
    /// The items in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Notes that the address with this sum is about to be invited into an album, until then.
    pub async fn note(&self, invitee: &str, album: AlbumId, until: Moment) -> Result<()> {
        let attributes = [("album", s(album.to_string())), ("ttl", n(until.epoch()))];
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(pk(invitee), &album.to_string(), attributes)))
            .send()
            .await
            .of("hot")
            .map(drop)
    }

    /// Returns the albums into which the address with this sum may have been invited, at most a
    /// hundred.
    pub async fn albums(&self, invitee: &str) -> Result<Vec<AlbumId>> {
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(pk(invitee)))
            .limit(MOST)
            .send()
            .await
            .of("hot")?;
        let items = found.items.unwrap_or_default();
        items.iter().map(|item| parsed(item, "album")).collect()
    }

    /// Forgets that the address with this sum has been invited into an album.
    pub async fn forget(&self, invitee: &str, album: AlbumId) -> Result<()> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key(pk(invitee), &album.to_string())))
            .send()
            .await
            .of("hot")
            .map(drop)
    }
}
