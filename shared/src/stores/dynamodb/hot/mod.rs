//! Answers of one request: a projection of the library, kept in DynamoDB.
//!
//! An album is one partition: its photos under `PHOTO#local time#photo`, its head under `~HEAD`,
//! which sorts after them, so that one descending query returns the head and the newest photos.
//! A photo's locator, `PHOTO#id`, knows in which albums and under which keys its views stand. A
//! share, `SHARE#hash of its token`, knows its album and what it allows.
//!
//! Writes may arrive twice, late or out of order; an older one never wins. Heads and shares are put
//! on condition that their version is newer. A photo's views move when its date changes, so they
//! are written in one transaction with its locator, on condition that the locator is still the one
//! that was read: what stood under old keys is deleted with it, and nothing can bring it back.
//!
//! The newest photos of an album are read as one item, a page: [`pages`].
//!
//! Albums and photos that are gone leave a tombstone, an item with the version of their end and
//! nothing else, far longer than any projection is late. Readers take it for a missing item.

mod albums;
mod heads;
mod left_albums;
mod page_item;
mod page_key;
mod page_memory;
mod pages;
#[cfg(test)]
mod pages_protocol;
mod photo_page;
mod photos;
mod shares;

use aws_sdk_dynamodb::{Client, types::AttributeValue};

pub use albums::{AlbumHead, Audience};
pub use page_memory::{Page, PageMemory};
pub use photo_page::{PhotoPage, PhotoViews};
pub use photos::Located;

use super::{
    item::{HotItem, item, key, n, parsed},
    lately::Lately,
};
use crate::{
    domain::{AlbumId, Folder, Moment, PhotoId, UserId, sharing::Share},
    env::Env,
    error::{Of, Result},
};
use page_key::PageKey;

/// Seconds for which a tombstone stays: 90 days.
const TOMB_STAYS: i64 = 90 * 24 * 3600;

/// The hot table.
pub struct Hot {
    client: Client,
    table: String,
    /// True if an item of the same version is put again.
    anew: bool,
    /// Pages that this process has had.
    memory: PageMemory<PageKey>,
    /// Things that guests are shown again and again.
    lately: GuestReadings,
}

/// Things that guests were shown within the last second.
#[derive(Default)]
struct GuestReadings {
    shares: Lately<String, Share>,
    pages: Lately<PageKey, (AlbumHead, Page)>,
}

/// The tombstone of something that is gone for good.
fn tombstone(pk: String, sk: &str, version: u32) -> HotItem {
    let ttl = Moment::now().plus(TOMB_STAYS).epoch();
    item(pk, sk, [("gone", AttributeValue::Bool(true)), ("version", n(version)), ("ttl", n(ttl))])
}

fn is_tombstone(item: &HotItem) -> bool {
    item.contains_key("gone")
}

/// The folder that an item names; items of before there were folders name none.
fn folder(item: &HotItem, owner: UserId) -> Result<Folder> {
    if item.contains_key("folder") { parsed(item, "folder") } else { Ok(Folder::kept(None, owner)) }
}

fn of_album(album: AlbumId) -> String {
    format!("ALBUM#{album}")
}

fn of_photo(photo: PhotoId) -> String {
    format!("PHOTO#{photo}")
}

/// An object of the members that stand in the first bytes of this one.
fn cut(view: &str, bytes: usize) -> Option<String> {
    let members = view.get(..bytes)?;
    Some(format!("{members}}}"))
}

impl Hot {
    /// The table `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self::new(Client::new(env.sdk()), env.get("HOT_TABLE")?))
    }

    /// The table of this name, behind this client.
    pub fn new(client: Client, table: String) -> Self {
        Self {
            client,
            table,
            anew: false,
            memory: PageMemory::default(),
            lately: GuestReadings::default(),
        }
    }

    /// The table for what builds it anew: what is there in the same version is replaced, too.
    #[must_use]
    pub fn anew(self) -> Self {
        Self { anew: true, ..self }
    }

    /// Returns true if the table answers.
    pub async fn check(&self) -> Result<()> {
        self.get("HEALTH".to_owned(), "~").await.map(drop)
    }

    async fn get(&self, pk: String, sk: &str) -> Result<Option<HotItem>> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true);
        Ok(get.set_key(Some(key(pk, sk))).send().await.of("hot")?.item)
    }

    /// Puts an item, unless a newer one is there.
    async fn put_newer(&self, item: HotItem, version: u32) -> Result<()> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        let newer = if self.anew { "version <= :v" } else { "version < :v" };
        let put = put.condition_expression(format!("attribute_not_exists(pk) OR {newer}"));
        match put
            .expression_attribute_values(":v", n(version))
            .send()
            .await
            .map_err(aws_sdk_dynamodb::Error::from)
        {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }
}
