//! The albums that an address has been invited into: `INVITED#sum of the address` / `album`.
//!
//! An invitation's row stands on its album's shard, and nobody knows on which shard the account of
//! its invitee is, or will be. So the item is what leads from the address to the row, and no more:
//! the row has the last word. It is put before the row is written, and says for which sending; it is
//! forgotten when that is found to have ended. One without a row leads nowhere, and goes by TTL as
//! the invitation's time is over.

use aws_sdk_dynamodb::Client;

use super::item::{item, key, n, parsed, s};
use crate::{
    domain::{AlbumId, Moment, SendingId},
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

    /// Notes that the address with this sum is about to be invited into an album by this sending,
    /// until then.
    pub async fn note(
        &self,
        invitee: &str,
        album: AlbumId,
        sending: SendingId,
        until: Moment,
    ) -> Result<()> {
        let attributes = [
            ("album", s(album.to_string())),
            ("sending", s(sending.to_string())),
            ("ttl", n(until.epoch())),
        ];
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

    /// Forgets a sending to the address with this sum, which has ended. One that is about to be
    /// written stays.
    pub async fn forget_sending(
        &self,
        invitee: &str,
        album: AlbumId,
        sending: SendingId,
    ) -> Result<()> {
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key(pk(invitee), &album.to_string())))
            .condition_expression("sending = :sending")
            .expression_attribute_values(":sending", s(sending.to_string()));
        match delete.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
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
