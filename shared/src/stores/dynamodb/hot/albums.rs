//! Albums: heads, and lists of photos.

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, KeysAndAttributes},
};
use futures::future::try_join_all;

use super::{
    Hot, PhotoPage, PhotoViews, cut, folder, is_tombstone, of_album,
    page_key::{PageKey, PageSize},
    photos, tombstone,
};
use crate::{
    domain::{
        AlbumId, Folder, Limit, PhotoKey, UserId,
        view::{Role, with_members},
    },
    error::{Error, Of, Result},
    stores::dynamodb::item::{HotItem, key, number, parsed, s, text},
};

pub(super) const HEAD: &str = "~HEAD";

/// The most items that one `BatchGetItem` takes.
const BATCH: usize = 100;

/// The number of times that keys are asked for again that a batch has left out.
const TRIES: usize = 5;

/// An album's head. That of an album in the trash has no members, so that nobody may see it.
#[derive(Clone, Debug)]
pub struct AlbumHead {
    /// The album.
    pub album: AlbumId,
    /// Its owner.
    pub owner: UserId,
    /// The folder of the owner's images.
    pub folder: Folder,
    /// The users who may see it, the owner included.
    pub members: Vec<(UserId, Role)>,
    /// The version of the row that this is.
    pub version: u32,
    /// The JSON that the API answers with, but for the role.
    pub view: String,
    /// Bytes of the view that are for guests.
    pub shown: usize,
    /// Number of photos that guests see; `None` of a head that was put before they were counted,
    /// whose view has another number among what is for guests.
    pub ready: Option<u32>,
}

impl AlbumHead {
    /// Returns the role of `user` in the album; `None` for a stranger.
    pub fn role_of(&self, user: UserId) -> Option<Role> {
        self.members
            .iter()
            .find(|(member, _)| *member == user)
            .map(|(_, role)| *role)
    }

    /// Returns the album as guests see it; `None` in the trash.
    pub fn for_guests(&self) -> Option<String> {
        if self.members.is_empty() {
            return None;
        }
        let album = cut(&self.view, self.shown)?;
        match self.ready {
            Some(ready) => Some(with_members(&album, &[("photo_count", &ready.to_string())])),
            None => Some(album),
        }
    }
}

/// The readers of a list of photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Users who may see the album.
    Members,
    /// Whoever has the link of a share: photos that are ready, in part.
    Guests {
        /// True if they see where photos were taken.
        places: bool,
    },
}

impl Hot {
    /// An album's head and its newest photos: one request.
    pub async fn album(
        &self,
        album: AlbumId,
        limit: Limit,
    ) -> Result<(Option<AlbumHead>, PhotoPage)> {
        self.album_for(Audience::Members, album, limit).await
    }

    /// An album's photos after this key, and its head: two requests, sent at the same time.
    pub async fn photos_after(
        &self,
        album: AlbumId,
        after: PhotoKey,
        limit: Limit,
    ) -> Result<(Option<AlbumHead>, PhotoPage)> {
        self.photos_after_for(Audience::Members, album, after, limit)
            .await
    }

    /// As [`Hot::album`]. Guests' pages may be short of the limit, because photos that are not
    /// ready are left out.
    pub async fn album_for(
        &self,
        who: Audience,
        album: AlbumId,
        limit: Limit,
    ) -> Result<(Option<AlbumHead>, PhotoPage)> {
        match PageSize::of(limit) {
            Some(size) => self.newest_page(PageKey { album, who, size }, limit).await,
            None => self.listed(who, album, limit).await,
        }
    }

    /// An album's head and its newest photos, read one by one.
    pub(super) async fn listed(
        &self,
        who: Audience,
        album: AlbumId,
        limit: Limit,
    ) -> Result<(Option<AlbumHead>, PhotoPage)> {
        let query = self.query(album).limit(i32::from(limit.get()) + 1);
        let found = query.send().await.of("hot")?;
        let (heads, photos): (Vec<&HotItem>, Vec<&HotItem>) = found
            .items()
            .iter()
            .partition(|i| text(i, "sk").is_ok_and(|sk| sk == HEAD));
        let head = heads
            .first()
            .filter(|item| !is_tombstone(item))
            .map(|item| head(album, item))
            .transpose()?;
        Ok((head, page(who, &photos, found.last_evaluated_key())?))
    }

    /// As [`Hot::photos_after`], for this audience.
    pub async fn photos_after_for(
        &self,
        who: Audience,
        album: AlbumId,
        after: PhotoKey,
        limit: Limit,
    ) -> Result<(Option<AlbumHead>, PhotoPage)> {
        let query = self
            .query(album)
            .set_exclusive_start_key(Some(key(of_album(album), &photos::sk(after))));
        let query = async { query.limit(i32::from(limit.get())).send().await.of("hot") };
        let (head, found) = tokio::try_join!(self.head(album), query)?;
        let photos: Vec<_> = found.items().iter().collect();
        Ok((head, page(who, &photos, found.last_evaluated_key())?))
    }

    fn query(&self, album: AlbumId) -> QueryFluentBuilder {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .scan_index_forward(false);
        query
            .key_condition_expression("pk = :album")
            .expression_attribute_values(":album", s(of_album(album)))
    }

    /// An album's head.
    pub async fn head(&self, album: AlbumId) -> Result<Option<AlbumHead>> {
        let found = self
            .get(of_album(album), HEAD)
            .await?
            .filter(|item| !is_tombstone(item));
        found.map(|item| head(album, &item)).transpose()
    }

    /// The heads of these albums, in no order: one request for each hundred, sent at the same time.
    pub async fn heads(&self, albums: &[AlbumId]) -> Result<Vec<AlbumHead>> {
        let batches = albums
            .chunks(BATCH)
            .map(|albums| self.batch_of_heads(albums));
        Ok(try_join_all(batches).await?.into_iter().flatten().collect())
    }

    async fn batch_of_heads(&self, albums: &[AlbumId]) -> Result<Vec<AlbumHead>> {
        let mut keys: Vec<_> = albums
            .iter()
            .map(|album| key(of_album(*album), HEAD))
            .collect();
        let mut heads = Vec::new();
        for _ in 0..TRIES {
            let ask = KeysAndAttributes::builder()
                .consistent_read(true)
                .set_keys(Some(keys))
                .build()
                .of("hot")?;
            let found = self
                .client
                .batch_get_item()
                .request_items(&self.table, ask)
                .send()
                .await
                .of("hot")?;
            let items = found
                .responses
                .unwrap_or_default()
                .remove(&self.table)
                .unwrap_or_default();
            for item in items.iter().filter(|item| !is_tombstone(item)) {
                heads.push(head(album_of(item)?, item)?);
            }
            // What is over 16 MB, or what the table was too busy for, is left for another request.
            let mut left: HashMap<_, _> = found.unprocessed_keys.unwrap_or_default();
            keys = left
                .remove(&self.table)
                .map(|left| left.keys)
                .unwrap_or_default();
            if keys.is_empty() {
                return Ok(heads);
            }
        }
        Err("heads were left unread again and again").of("hot")
    }

    /// Puts a tombstone in the place of an album's head, unless something newer is there.
    /// The album's pages go after it: nobody puts one beside a tombstone.
    pub async fn bury_album(&self, album: AlbumId, version: u32) -> Result<()> {
        self.put_newer(tombstone(of_album(album), HEAD, version), version)
            .await?;
        self.delete_pages(album).await
    }
}

fn album_of(item: &HotItem) -> Result<AlbumId> {
    let album = text(item, "pk")?
        .strip_prefix("ALBUM#")
        .and_then(|album| album.parse().ok());
    album.ok_or_else(|| Error::internal("a head that is no album's"))
}

pub(super) fn head(album: AlbumId, item: &HotItem) -> Result<AlbumHead> {
    let members = item.get("members").and_then(|members| members.as_m().ok());
    let members = members.ok_or_else(|| Error::internal("a head without members"))?;
    let read = |(user, role): (&String, &AttributeValue)| {
        Some((user.parse().ok()?, role.as_s().ok()?.parse().ok()?))
    };
    let owner = parsed(item, "owner")?;
    Ok(AlbumHead {
        album,
        owner,
        folder: folder(item, owner)?,
        members: members.iter().filter_map(read).collect(),
        version: number(item, "version")?,
        view: text(item, "view")?.to_owned(),
        shown: number(item, "shown")?,
        ready: item
            .get("ready")
            .map(|_| number(item, "ready"))
            .transpose()?,
    })
}

fn page(who: Audience, photos: &[&HotItem], last: Option<&HotItem>) -> Result<PhotoPage> {
    let views = views_for(who, photos)?;
    let next = last.map(photos::key_of).transpose()?;
    Ok(PhotoPage { views: PhotoViews::Each(views), next })
}

/// Returns the views of these photos that an audience sees.
pub(super) fn views_for(who: Audience, photos: &[&HotItem]) -> Result<Vec<String>> {
    let view = |item: &&HotItem| match who {
        Audience::Members => Some(text(item, "view").map(str::to_owned)),
        Audience::Guests { places } => photos::for_guests(item, places),
    };
    photos.iter().filter_map(view).collect()
}
