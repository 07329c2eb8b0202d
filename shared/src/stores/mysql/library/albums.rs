//! Albums.

use sqlx::{Row, mysql::MySqlRow};

use super::{
    access::WriteAccess,
    database::{Library, folder},
    photo_row,
};
use crate::{
    domain::{
        AlbumId, Change, Description, Folder, Limit, Moment, Page, PhotoId, TRASH_DAYS, Title,
        UserId,
        view::{AlbumInList, AlbumView, CoverView, Role},
    },
    error::{Error, Of, Result},
    stores::mysql::{failures::again_after_deadlock, rows::moment},
};

/// Version 0, which the transaction raises to 1.
const INSERT_ALBUM: &str = "\
    INSERT IGNORE INTO albums (id, owner_id, title, description, created_at, updated_at, version) \
    VALUES (?, ?, ?, ?, ?, ?, 0)";
const ALBUM_BY_ID: &str = "\
    SELECT a.id, a.owner_id, a.title, a.description, a.photo_count, a.ready_count, a.created_at, a.updated_at, \
           a.version, a.deleted_at IS NOT NULL AS trashed, c.id AS cover, c.placeholder, c.renditions, o.folder \
    FROM albums a LEFT JOIN photos c ON c.id = a.cover_photo LEFT JOIN owners o ON o.user_id = a.owner_id \
    WHERE a.id = ?";
const EDIT: &str = "\
    UPDATE albums SET title = COALESCE(?, title), description = COALESCE(?, description) WHERE id = ?";
const SET_COVER: &str = "UPDATE albums SET cover_photo = ? WHERE id = ?";
const CAN_BE_COVER: &str = "\
    SELECT EXISTS (SELECT 1 FROM entries e JOIN photos p ON p.id = e.photo_id \
                   WHERE e.album_id = ? AND e.photo_id = ? AND p.status = 'ready' AND p.deleted_at IS NULL)";
const IS_DUE: &str = "SELECT deleted_at <= ? FROM albums WHERE id = ?";
const TRASH: &str = "UPDATE albums SET deleted_at = ? WHERE id = ?";
/// Newest first: an album's id begins with the time it was made. The index is named because the
/// primary key has the same order, and would be read through everybody's albums.
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
    pub title: Title,
    /// What it is about.
    pub description: Option<Description>,
}

/// What an album's owner changes about it; `None` keeps what is there.
#[derive(Debug, Default)]
pub struct EditedAlbum {
    /// Its title.
    pub title: Option<Title>,
    /// What it is about.
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
    /// Whether it is in the trash.
    pub trashed: bool,
    /// The folder of its owner's objects.
    pub folder: Folder,
}

impl Library {
    /// Makes an album; one that has this id is left as it is.
    pub async fn create_album(&self, new: &NewAlbum) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_create(new)).await
    }

    async fn try_create(&self, new: &NewAlbum) -> Result<Vec<Change>> {
        let (id, now) = (new.id, Moment::now());
        let mut transaction = self.begin_owner_transaction(new.owner, id.shard()).await?;
        let insert = sqlx::query(INSERT_ALBUM)
            .bind(id.uuid())
            .bind(new.owner.uuid());
        let insert = insert
            .bind(new.title.as_str())
            .bind(new.description.as_ref().map_or("", |d| d.as_str()));
        let made = insert
            .bind(now.utc())
            .bind(now.utc())
            .execute(transaction.db())
            .await
            .of("library")?;
        if made.rows_affected() > 0 {
            transaction.mark_album_changed(id);
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
            let can = sqlx::query_scalar(CAN_BE_COVER)
                .bind(id.uuid())
                .bind(photo.uuid())
                .fetch_one(transaction.db())
                .await;
            if !can.of("library")? {
                return Err(Error::field("cover", "must be a photo of this album that is ready"));
            }
        }
        let edit = sqlx::query(EDIT).bind(edited.title.as_ref().map(Title::as_str));
        let edit = edit
            .bind(edited.description.as_ref().map(Description::as_str))
            .bind(id.uuid());
        edit.execute(transaction.db()).await.of("library")?;
        if let Some(cover) = edited.cover {
            let set = sqlx::query(SET_COVER)
                .bind(cover.map(PhotoId::uuid))
                .bind(id.uuid());
            set.execute(transaction.db()).await.of("library")?;
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
        again_after_deadlock(|| async {
            let (mut transaction, _) = self.begin_album_transaction(id, writer).await?;
            let trash = sqlx::query(TRASH).bind(Moment::now().utc()).bind(id.uuid());
            trash.execute(transaction.db()).await.of("library")?;
            transaction.mark_album_changed(id);
            transaction.commit().await
        })
        .await
    }

    /// Takes an album out of the trash; one that is not there stays as it is.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::NotFound`], too, once its time in the
    /// trash is over, because its purge, which takes more than one transaction, may have begun.
    pub async fn restore_album(&self, id: AlbumId, writer: &WriteAccess) -> Result<Vec<Change>> {
        again_after_deadlock(|| async {
            let (mut transaction, album) = self.begin_any_album_transaction(id, writer).await?;
            if album.trashed {
                let due = Moment::now().plus(-TRASH_DAYS * 24 * 60 * 60);
                let over = sqlx::query_scalar(IS_DUE)
                    .bind(due.utc())
                    .bind(id.uuid())
                    .fetch_one(transaction.db())
                    .await;
                if over.of("library")? {
                    return Err(Error::NotFound { what: "album" });
                }
                let restore = sqlx::query(TRASH)
                    .bind(None::<time::OffsetDateTime>)
                    .bind(id.uuid());
                restore.execute(transaction.db()).await.of("library")?;
                transaction.mark_album_changed(id);
            }
            transaction.commit().await
        })
        .await
    }

    /// The album as its newest row has it; `None` when there is none, or it is in the trash.
    pub async fn album(&self, id: AlbumId) -> Result<Option<AlbumView>> {
        Ok(self
            .album_state(id)
            .await?
            .filter(|album| !album.trashed)
            .map(|album| album.view))
    }

    /// The album as its newest row has it, in the trash or not.
    pub async fn album_state(&self, id: AlbumId) -> Result<Option<AlbumState>> {
        let row = sqlx::query(ALBUM_BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await;
        let state = |row: &MySqlRow| -> sqlx::Result<_> {
            let view = view(row)?;
            let folder = folder(row, view.owner)?;
            Ok(AlbumState {
                view,
                ready: row.try_get("ready_count")?,
                trashed: row.try_get("trashed")?,
                folder,
            })
        };
        row.of("library")?
            .as_ref()
            .map(state)
            .transpose()
            .of("library")
    }

    /// The albums that are this user's own, newest first, after `before`.
    pub async fn albums_of(
        &self,
        owner: UserId,
        before: Option<AlbumId>,
        limit: Limit,
    ) -> Result<Page<AlbumView, AlbumId>> {
        let before = before.map_or(uuid::Uuid::max(), AlbumId::uuid);
        let query = sqlx::query(ALBUMS_OF_OWNER)
            .bind(owner.uuid())
            .bind(before)
            .bind(u32::from(limit.get()) + 1);
        // The writer: a caller expects the album that was just made.
        let rows = query
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        let albums = rows
            .iter()
            .map(view)
            .collect::<sqlx::Result<_>>()
            .of("library")?;
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
            placeholder: photo_row::placeholder(row)?,
            renditions: photo_row::renditions(row)?,
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
