//! The albums that are looked at.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use futures::stream::{self, StreamExt, TryStreamExt};
use running_system::RunningSystem;
use shared::{
    domain::{AlbumId, Shard, UserId},
    error::Cause,
    stores::{Hot, Located},
};

use crate::{
    dynamodb,
    reads::{head, photo},
};

/// Albums that are there. At 16,000 looks a second the one after them has 27, or 490 units of the
/// 3,000 of a partition, photo by photo.
const ASKED: u32 = 64;

/// Photos of an album: more than a page.
const PHOTOS: u16 = 60;

/// Newer than the photos as they are made.
const FIRST_VERSION: u32 = 100;

/// Requests at the same time, while they are made.
const AT_ONCE: usize = 8;

/// The albums at the head of the list.
pub struct Albums {
    /// By rank, each with a photo that changes.
    ranked: Vec<(AlbumId, Located)>,
    /// The newest version of any photo.
    version: AtomicU32,
}

impl Albums {
    /// Makes them, as the code that projects does.
    pub async fn make(system: &RunningSystem, albums: u32) -> Result<Self, Cause> {
        let table = system.variable("HOT_TABLE")?.to_owned();
        let hot = Hot::new(dynamodb::client(system)?, table);
        let owner = UserId::new(Shard::random());
        let mut made = Vec::new();
        for _ in 0..albums.min(ASKED) {
            made.push(album(&hot, owner).await?);
        }
        Ok(Self { ranked: made, version: AtomicU32::new(FIRST_VERSION) })
    }

    /// Returns the album of this rank, counted from 0, and its photo that changes; `None` for one
    /// that is not asked.
    pub fn ranked(&self, rank: usize) -> Option<(AlbumId, &Located)> {
        self.ranked
            .get(rank)
            .map(|(album, changing)| (*album, changing))
    }

    /// Returns a version that is newer than all others.
    pub fn next_version(&self) -> u32 {
        self.version.fetch_add(1, Relaxed)
    }
}

async fn album(hot: &Hot, owner: UserId) -> Result<(AlbumId, Located), Cause> {
    let album = AlbumId::new(owner.shard());
    hot.put_head(&head(owner, album)).await?;
    let photos: Vec<Located> = (0..PHOTOS)
        .map(|number| photo(owner, album, number))
        .collect();
    stream::iter(&photos)
        .map(|photo| hot.put_photo(photo))
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    let newest = photos
        .into_iter()
        .next_back()
        .ok_or("an album without photos")?;
    // Its page, which each design finds as it left it.
    hot.album(album, "50".parse().map_err(|_| "no limit")?)
        .await?;
    Ok((album, newest))
}
