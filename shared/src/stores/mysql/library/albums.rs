//! Albums.

use sqlx::{Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{access::WriteAccess, database::Library, photo_row};
use crate::{
    domain::{
        AlbumId, Change, Description, Folder, Limit, Moment, Page, PhotoId, TRASH_DAYS, Title,
        UserId,
        view::{AlbumInList, AlbumView, CoverView, Role},
    },
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

/// Version 0, which the transaction raises to 1.
const INSERT_ALBUM: &str = "\
    INSERT IGNORE INTO albums (id, owner_id, title, description, created_at, updated_at, version) \
    VALUES (?, ?, ?, ?, ?, ?, 0)";
pub(super) const ALBUM_BY_ID: &str = "\
    SELECT a.id, a.owner_id, a.title, a.description, a.photo_count, a.ready_count, \
           a.created_at, a.updated_at, a.version, a.deleted_at IS NOT NULL AS trashed, \
           c.id AS cover, c.placeholder, c.renditions, o.folder \
    FROM albums a LEFT JOIN photos c ON c.id = a.cover_photo \
    LEFT JOIN owners o ON o.user_id = a.owner_id \
    WHERE a.id = ?";
const EDIT: &str = "\
    UPDATE albums SET title = COALESCE(?, title), description = COALESCE(?, description) \
    WHERE id = ?";
const SET_COVER: &str = "UPDATE albums SET cover_photo = ? WHERE id = ?";
const CAN_BE_COVER: &str = "\
    SELECT EXISTS (SELECT 1 FROM entries e JOIN photos p ON p.id = e.photo_id \
                   WHERE e.album_id = ? AND e.photo_id = ? \
                     AND p.status = 'ready' AND p.deleted_at IS NULL)";
const DELETED_AT: &str = "SELECT deleted_at FROM albums WHERE id = ?";
const TRASH: &str = "UPDATE albums SET deleted_at = ? WHERE id = ?";
/// Newest first: an album's id begins with the time it was made. The index is named because the
/// primary key has the same order, and would be read through everybody's albums.
pub(super) const ALBUMS_OF_OWNER: &str = "\
    SELECT a.id, a.owner_id, a.title, a.description, a.photo_count, \
           a.created_at, a.updated_at, a.version, c.id AS cover, c.placeholder, c.renditions \
    FROM albums a FORCE INDEX (albums_of_owner) LEFT JOIN photos c ON c.id = a.cover_photo \
    WHERE a.owner_id = ? AND a.deleted_at IS NULL AND a.id < ? ORDER BY a.id DESC LIMIT ?";

/// An album to be made.
#[derive(Debug)]
pub struct NewAlbum {
    /// Its id, on its owner's shard.
    pub id: AlbumId,
    /// Its owner.
    pub owner: UserId,
    /// Its title.
    pub title: Title,
    /// Its description.
    pub description: Option<Description>,
}

/// Changes that an album's owner makes to it; `None` keeps what is there.
#[derive(Debug, Default)]
pub struct EditedAlbum {
    /// Its title.
    pub title: Option<Title>,
    /// Its description.
    pub description: Option<Description>,
    /// The photo that is to stand for it; none for the newest.
    pub cover: Option<Option<PhotoId>>,
}

/// An album as its row has it, and whether it is in the trash.
#[derive(Debug)]
pub struct AlbumState {
    /// The album.
    pub view: AlbumView,
    /// Number of its photos that guests see.
    pub ready: u32,
    /// True if it is in the trash.
    pub trashed: bool,
    /// The folder of its owner's objects.
    pub folder: Folder,
}

from_row!(AlbumState { view: _, ready: "ready_count", trashed, folder: _ });

from_row!(AlbumView {
    id,
    title,
    description,
    cover: (cover),
    photo_count,
    owner: "owner_id",
    created_at,
    updated_at,
    version,
});

fn cover(row: &MySqlRow) -> sqlx::Result<Option<CoverView>> {
    let Some(photo) = row.try_get("cover")? else { return Ok(None) };
    let placeholder = photo_row::placeholder(row)?;
    let renditions = photo_row::renditions(row)?;
    Ok(Some(CoverView { photo, placeholder, renditions }))
}

impl Library {
    /// Makes an album; one that has this id is left as it is.
    pub async fn create_album(&self, new: &NewAlbum) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_create(new)).await
    }

    async fn try_create(&self, new: &NewAlbum) -> Result<Vec<Change>> {
        let now = Moment::now().utc();
        let description = new.description.as_ref().map_or("", Description::as_str);
        let mut transaction = self
            .begin_owner_transaction(new.owner, new.id.shard())
            .await?;
        let made = sqlx::query(INSERT_ALBUM)
            .bind(new.id.uuid())
            .bind(new.owner.uuid())
            .bind(new.title.as_str())
            .bind(description)
            .bind(now)
            .bind(now)
            .execute(transaction.db())
            .await
            .of("library")?;
        if made.rows_affected() > 0 {
            transaction.mark_album_changed(new.id);
        }
        transaction.commit().await
    }

    /// Changes an album.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::Invalid`] for a cover that is no ready
    /// photo of it.
    pub async fn edit_album(
        &self,
        id: AlbumId,
        writer: &WriteAccess,
        edited: &EditedAlbum,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_edit_album(id, writer, edited)).await
    }

    async fn try_edit_album(
        &self,
        id: AlbumId,
        writer: &WriteAccess,
        edited: &EditedAlbum,
    ) -> Result<Vec<Change>> {
        let (mut transaction, _) = self.begin_album_transaction(id, writer).await?;
        if let Some(Some(photo)) = edited.cover {
            let can: bool = sqlx::query_scalar(CAN_BE_COVER)
                .bind(id.uuid())
                .bind(photo.uuid())
                .fetch_one(transaction.db())
                .await
                .of("library")?;
            if !can {
                return Err(Error::field("cover", "must be a photo of this album that is ready"));
            }
        }
        sqlx::query(EDIT)
            .bind(edited.title.as_ref().map(Title::as_str))
            .bind(edited.description.as_ref().map(Description::as_str))
            .bind(id.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        if let Some(cover) = edited.cover {
            sqlx::query(SET_COVER)
                .bind(cover.map(PhotoId::uuid))
                .bind(id.uuid())
                .execute(transaction.db())
                .await
                .of("library")?;
            transaction.choose_cover(id).await.of("library")?;
        }
        if edited.title.is_some() || edited.description.is_some() || edited.cover.is_some() {
            transaction.mark_album_changed(id);
        }
        transaction.commit().await
    }

    /// Puts an album into the trash. Its photos stay in it, and where their owner finds them.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::NotFound`], too, when it is there.
    pub async fn trash_album(&self, id: AlbumId, writer: &WriteAccess) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_trash_album(id, writer)).await
    }

    async fn try_trash_album(&self, id: AlbumId, writer: &WriteAccess) -> Result<Vec<Change>> {
        let (mut transaction, _) = self.begin_album_transaction(id, writer).await?;
        sqlx::query(TRASH)
            .bind(Moment::now().utc())
            .bind(id.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        transaction.mark_album_changed(id);
        transaction.commit().await
    }

    /// Takes an album out of the trash; one that is not there stays as it is.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::NotFound`], too, once its time in the
    /// trash is over or the trash was emptied, because its purge, which takes more than one
    /// transaction, may have begun.
    pub async fn restore_album(&self, id: AlbumId, writer: &WriteAccess) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_restore_album(id, writer)).await
    }

    async fn try_restore_album(&self, id: AlbumId, writer: &WriteAccess) -> Result<Vec<Change>> {
        let (mut transaction, album) = self.begin_any_album_transaction(id, writer).await?;
        if !album.trashed {
            return transaction.commit().await;
        }
        let due = Moment::now().plus(-TRASH_DAYS * 24 * 60 * 60);
        let deleted_at: Moment = sqlx::query_scalar(DELETED_AT)
            .bind(id.uuid())
            .fetch_one(transaction.db())
            .await
            .of("library")?;
        if deleted_at <= due || transaction.is_emptied(deleted_at) {
            return Err(Error::NotFound { what: "album" });
        }
        sqlx::query(TRASH)
            .bind(None::<time::PrimitiveDateTime>)
            .bind(id.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        transaction.mark_album_changed(id);
        transaction.commit().await
    }

    /// The album as its newest row has it; `None` when there is none, or it is in the trash.
    pub async fn album(&self, id: AlbumId) -> Result<Option<AlbumView>> {
        let Some(album) = self.album_state(id).await? else { return Ok(None) };
        Ok((!album.trashed).then_some(album.view))
    }

    /// The album as its newest row has it, in the trash or not.
    pub async fn album_state(&self, id: AlbumId) -> Result<Option<AlbumState>> {
        sqlx::query_as(ALBUM_BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await
            .of("library")
    }

    /// The albums that are this user's own, newest first, after `before`.
    pub async fn albums_of(
        &self,
        owner: UserId,
        before: Option<AlbumId>,
        limit: Limit,
    ) -> Result<Page<AlbumView, AlbumId>> {
        let before = before.map_or(Uuid::max(), AlbumId::uuid);
        // The writer: a caller expects the album that was just made.
        let albums = sqlx::query_as(ALBUMS_OF_OWNER)
            .bind(owner.uuid())
            .bind(before)
            .bind(limit.one_more())
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        Ok(Page::cut(albums, limit, |album: &AlbumView| album.id))
    }
}

/// The album as its owner's lists show it.
pub(super) fn own(album: AlbumView) -> AlbumInList {
    AlbumInList { role: Role::Owner, album }
}
