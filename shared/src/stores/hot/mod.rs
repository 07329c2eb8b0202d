//! What must answer in one request: a projection of the library, kept in DynamoDB.
//!
//! An album is one partition: its photos under `PHOTO#taken_at#photo`, its head under `~HEAD`,
//! which sorts after them, so that one descending query returns the head and the newest photos.
//! A photo's locator, `PHOTO#id`, knows in which albums and under which keys its views stand. A
//! share, `SHARE#hash of its token`, knows its album and what it allows.
//!
//! Writes may arrive twice, late or out of order; an older one never wins. Heads and shares are put
//! on condition that their version is newer. A photo's views move when its date changes, so they are
//! written in one transaction with its locator, on condition that the locator is still the one
//! that was read: what stood under old keys is deleted with it, and nothing can bring it back.

mod albums;
mod photos;
mod shares;

use aws_sdk_dynamodb::Client;

pub use albums::{Audience, Head, PhotoKey, PhotoPage};
pub use photos::{Located, Place};

use super::item::{Item, key, n};
use crate::{
    domain::{AlbumId, PhotoId},
    env::Env,
    error::{Of, Result},
};

/// The hot table.
pub struct Hot {
    client: Client,
    table: String,
}

fn of_album(album: AlbumId) -> String {
    format!("ALBUM#{album}")
}

fn of_photo(photo: PhotoId) -> String {
    format!("PHOTO#{photo}")
}

impl Hot {
    /// The table `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self::new(Client::new(env.sdk()), env.get("HOT_TABLE")?))
    }

    /// The table of this name, behind this client.
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }

    /// Whether the table answers.
    pub async fn check(&self) -> Result<()> {
        self.get("HEALTH".to_owned(), "~").await.map(drop)
    }

    async fn get(&self, pk: String, sk: &str) -> Result<Option<Item>> {
        let get = self.client.get_item().table_name(&self.table).consistent_read(true);
        Ok(get.set_key(Some(key(pk, sk))).send().await.of("hot")?.item)
    }

    /// Puts an item, unless a newer one is there.
    async fn put_newer(&self, item: Item, version: u32) -> Result<()> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        let put = put.condition_expression("attribute_not_exists(pk) OR version < :v");
        match put.expression_attribute_values(":v", n(version)).send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }
}
