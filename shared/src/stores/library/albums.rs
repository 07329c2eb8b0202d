//! Albums.

use sqlx::{Row, mysql::MySqlRow};

use super::{Library, moment};
use crate::{
    domain::{
        AlbumId, Limit, Moment, Page, PhotoId, UserId,
        view::{AlbumInList, AlbumView, CoverView, Role},
    },
    error::{Of, Result},
    stores::{library::photos, mysql::again_after_deadlock, projection::Change},
};

/// Version 0, which the turn raises to 1.
const INSERT_ALBUM: &str = "\
    INSERT IGNORE INTO albums (id, owner_id, title, description, created_at, updated_at, version) \
    VALUES (?, ?, ?, ?, ?, ?, 0)";
const ALBUM_BY_ID: &str = "\
    SELECT a.id, a.owner_id, a.title, a.description, a.photo_count, a.created_at, a.updated_at, a.version, \
           c.id AS cover, c.placeholder, c.renditions \
    FROM albums a LEFT JOIN photos c ON c.id = a.cover_photo \
    WHERE a.id = ? AND a.deleted_at IS NULL";
/// Newest first: an album's id begins with the time it was made. The index is named because the primary key has the same
/// order, and would be read through everybody's albums.
pub(super) const ALBUMS_OF_OWNER: &str = "\
    SELECT a.id, a.owner_id, a.title, a.description, a.photo_count, a.created_at, a.updated_at, a.version, \
           c.id AS cover, c.placeholder, c.renditions \
    FROM albums a FORCE INDEX (albums_of_owner) LEFT JOIN photos c ON c.id = a.cover_photo \
    WHERE a.owner_id = ? AND a.deleted_at IS NULL AND a.id < ? ORDER BY a.id DESC LIMIT ?";

/// An album to be made.
#[derive(Debug)]
pub struct NewAlbum {
    /// Its id, on its owner's shard.
    pub id: AlbumId,
    /// Whose it is.
    pub owner: UserId,
    /// Its title.
    pub title: crate::domain::Title,
    /// What it is about.
    pub description: Option<crate::domain::Description>,
}

impl Library {
    /// Makes an album; one that has this id is left as it is.
    pub async fn create_album(&self, new: &NewAlbum) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_create(new)).await
    }

    async fn try_create(&self, new: &NewAlbum) -> Result<Vec<Change>> {
        let (id, now) = (new.id, Moment::now());
        let mut turn = self.turn(new.owner, id.shard()).await?;
        let insert = sqlx::query(INSERT_ALBUM).bind(id.uuid()).bind(new.owner.uuid());
        let insert = insert.bind(new.title.as_str()).bind(new.description.as_ref().map_or("", |d| d.as_str()));
        let made = insert.bind(now.utc()).bind(now.utc()).execute(turn.db()).await.of("library")?;
        if made.rows_affected() > 0 {
            turn.album_changed(id);
        }
        turn.commit().await
    }

    /// The album as its newest row has it; `None` when there is none.
    pub async fn album(&self, id: AlbumId) -> Result<Option<AlbumView>> {
        let row = sqlx::query(ALBUM_BY_ID).bind(id.uuid()).fetch_optional(self.db.writer(id.shard())?).await;
        row.of("library")?.as_ref().map(view).transpose().of("library")
    }

    /// The albums that are this user's own, newest first, after `before`.
    pub async fn albums_of(
        &self,
        owner: UserId,
        before: Option<AlbumId>,
        limit: Limit,
    ) -> Result<Page<AlbumView, AlbumId>> {
        let before = before.map_or(uuid::Uuid::max(), AlbumId::uuid);
        let query = sqlx::query(ALBUMS_OF_OWNER).bind(owner.uuid()).bind(before).bind(u32::from(limit.get()) + 1);
        // The writer: a caller expects the album that was just made.
        let rows = query.fetch_all(self.db.writer(owner.shard())?).await.of("library")?;
        let albums = rows.iter().map(view).collect::<sqlx::Result<_>>().of("library")?;
        Ok(Page::cut(albums, limit, |album: &AlbumView| album.id))
    }
}

/// The album as its owner's lists show it.
pub(super) fn own(album: AlbumView) -> AlbumInList {
    AlbumInList { role: Role::Owner, album }
}

pub(super) fn view(row: &MySqlRow) -> sqlx::Result<AlbumView> {
    let cover = row.try_get::<Option<uuid::Uuid>, _>("cover")?.map(|photo| {
        Ok::<_, sqlx::Error>(CoverView {
            photo: PhotoId::from_uuid(photo),
            placeholder: photos::placeholder(row)?,
            renditions: photos::renditions(row)?,
        })
    });
    Ok(AlbumView {
        id: AlbumId::from_uuid(row.try_get("id")?),
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        owner: UserId::from_uuid(row.try_get("owner_id")?),
        photo_count: row.try_get("photo_count")?,
        cover: cover.transpose()?,
        created_at: moment(row, "created_at")?,
        updated_at: moment(row, "updated_at")?,
        version: row.try_get("version")?,
    })
}
