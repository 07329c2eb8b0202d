//! Access of writers: an owner's transaction is begun only for someone who may do what it is for.
//!
//! The role is read twice: before the transaction, to learn whose row to wait for, and in the
//! transaction, because a member may have been removed meanwhile.

use sqlx::MySqlConnection;

use super::{database::Library, owner_transaction::OwnerTransaction, photo_row::Photo};
use crate::{
    domain::{AlbumId, Moment, PhotoId, UserId, view::Role},
    error::{Error, Of, Result},
    stores::mysql::rows::from_row,
};

const ALBUM_FOR: &str = "\
    SELECT a.owner_id, a.version, a.created_at, a.deleted_at IS NOT NULL AS trashed, m.role \
    FROM albums a LEFT JOIN members m ON m.album_id = a.id AND m.user_id = ? \
    WHERE a.id = ? AND (a.owner_id = ? OR (m.role IS NOT NULL AND a.deleted_at IS NULL))";
/// `MIN`, because `editor` stands before `viewer`.
const PHOTO_FOR: &str = "\
    SELECT p.*, (SELECT MIN(m.role) FROM entries e \
                 JOIN albums a ON a.id = e.album_id AND a.deleted_at IS NULL \
                 JOIN members m ON m.album_id = e.album_id AND m.user_id = ? \
                 WHERE e.photo_id = p.id) AS role \
    FROM photos p WHERE p.id = ?";

/// The writer, the least role that the write takes, and the version that the writer has seen.
#[derive(Clone, Copy, Debug)]
pub struct WriteAccess {
    /// The caller.
    pub user: UserId,
    /// The least role that may do it.
    pub least: Role,
    /// The version that the caller has seen, by `If-Match`; `None` when that does not matter.
    pub seen: Option<u32>,
}

impl WriteAccess {
    /// The owner alone.
    pub fn owner(user: UserId) -> Self {
        Self { user, least: Role::Owner, seen: None }
    }

    /// The owner and editors.
    pub fn editor(user: UserId) -> Self {
        Self { user, least: Role::Editor, seen: None }
    }

    /// Whoever may see it.
    pub fn viewer(user: UserId) -> Self {
        Self { user, least: Role::Viewer, seen: None }
    }

    /// Returns the access of a writer who has seen this version, and wants no other to be changed.
    #[must_use]
    pub fn having_seen(self, seen: Option<u32>) -> Self {
        Self { seen, ..self }
    }

    /// Refuses a role that may not.
    pub(super) fn check_role(&self, role: Role) -> Result<()> {
        if role.may(self.least) {
            Ok(())
        } else {
            Err(Error::NotAllowed { needs: self.least.word() })
        }
    }

    fn check(&self, role: Role, version: u32) -> Result<()> {
        self.check_role(role)?;
        match self.seen {
            Some(seen) if seen != version => Err(Error::Changed),
            _ => Ok(()),
        }
    }
}

/// An album as a transaction finds it.
pub(super) struct AlbumRow {
    pub owner: UserId,
    /// The caller's.
    pub role: Role,
    pub version: u32,
    pub created_at: Moment,
    pub trashed: bool,
}

/// An album, and the role that the caller has as a member.
struct AlbumOfMember {
    owner_id: UserId,
    role: Option<Role>,
    version: u32,
    created_at: Moment,
    trashed: bool,
}

from_row!(AlbumOfMember { owner_id, role, version, created_at, trashed });

/// A photo, and the role that the caller has as a member of its albums.
struct PhotoOfMember {
    photo: Photo,
    role: Option<Role>,
}

from_row!(PhotoOfMember { photo: _, role });

impl Library {
    /// A transaction of the album's owner, for a caller who may. An album in the trash is not
    /// there.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAllowed`], [`Error::Changed`].
    pub(super) async fn begin_album_transaction(
        &self,
        id: AlbumId,
        writer: &WriteAccess,
    ) -> Result<(OwnerTransaction, AlbumRow)> {
        let (transaction, album) = self.begin_any_album_transaction(id, writer).await?;
        if album.trashed {
            Err(Error::NotFound { what: "album" })
        } else {
            Ok((transaction, album))
        }
    }

    /// The same, for an album that may be in the trash.
    pub(super) async fn begin_any_album_transaction(
        &self,
        id: AlbumId,
        writer: &WriteAccess,
    ) -> Result<(OwnerTransaction, AlbumRow)> {
        let mut db = self.db.writer(id.shard())?.acquire().await.of("library")?;
        let owner = album_for(&mut db, id, writer.user).await?.owner;
        drop(db);
        let mut transaction = self
            .begin_transaction_of_known_owner(owner, id.shard())
            .await?;
        let album = album_for(transaction.db(), id, writer.user).await?;
        writer.check(album.role, album.version)?;
        Ok((transaction, album))
    }

    /// The album for a caller who may, read from the writer, without a transaction: for reads.
    ///
    /// # Errors
    /// As [`Library::begin_album_transaction`].
    pub(super) async fn find_album_for(
        &self,
        id: AlbumId,
        writer: &WriteAccess,
    ) -> Result<AlbumRow> {
        let mut db = self.db.writer(id.shard())?.acquire().await.of("library")?;
        let album = album_for(&mut db, id, writer.user).await?;
        writer.check(album.role, album.version)?;
        if album.trashed { Err(Error::NotFound { what: "album" }) } else { Ok(album) }
    }

    /// Refuses whoever does not own this album, which is not in the trash: for what is not to be
    /// worked on for anybody else.
    ///
    /// # Errors
    /// As [`Library::begin_album_transaction`].
    pub async fn check_owner(&self, id: AlbumId, user: UserId) -> Result<()> {
        self.find_album_for(id, &WriteAccess::owner(user))
            .await
            .map(drop)
    }

    /// The same for whoever may not see it.
    ///
    /// # Errors
    /// As [`Library::begin_album_transaction`].
    pub async fn check_viewer(&self, id: AlbumId, user: UserId) -> Result<()> {
        self.find_album_for(id, &WriteAccess::viewer(user))
            .await
            .map(drop)
    }

    /// A transaction of the photo's owner, for a caller who may: the owner, or a member of an album
    /// that it stands in. Only its owner sees a photo in the trash.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAllowed`], [`Error::Changed`],
    /// [`Error::InTrash`].
    pub(super) async fn begin_photo_transaction(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
    ) -> Result<(OwnerTransaction, Photo)> {
        let (transaction, photo) = self.begin_any_photo_transaction(id, writer).await?;
        if photo.view.deleted_at.is_some() { Err(Error::InTrash) } else { Ok((transaction, photo)) }
    }

    /// The same, for a photo that may be in the trash.
    pub(super) async fn begin_any_photo_transaction(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
    ) -> Result<(OwnerTransaction, Photo)> {
        let mut db = self.db.writer(id.shard())?.acquire().await.of("library")?;
        let (photo, _) = photo_for(&mut db, id, writer.user).await?;
        drop(db);
        let mut transaction = self
            .begin_transaction_of_known_owner(photo.owner, id.shard())
            .await?;
        let photo = any_photo_in(&mut transaction, id, writer).await?;
        Ok((transaction, photo))
    }

    /// Returns the role of this user in the album, which is not in the trash.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers.
    pub(super) async fn album_role(&self, id: AlbumId, user: UserId) -> Result<Role> {
        let mut db = self.db.writer(id.shard())?.acquire().await.of("library")?;
        let album = album_for(&mut db, id, user).await?;
        if album.trashed { Err(Error::NotFound { what: "album" }) } else { Ok(album.role) }
    }

    /// The photo, which is not in the trash, read from the writer for a caller who may do what it
    /// is read for.
    ///
    /// # Errors
    /// As [`Library::begin_photo_transaction`].
    pub(super) async fn find_photo_for(&self, id: PhotoId, writer: &WriteAccess) -> Result<Photo> {
        let mut db = self.db.writer(id.shard())?.acquire().await.of("library")?;
        let (photo, role) = photo_for(&mut db, id, writer.user).await?;
        writer.check(role, photo.view.version)?;
        if photo.view.deleted_at.is_some() { Err(Error::InTrash) } else { Ok(photo) }
    }

    /// The photo and what this user may do with it, read from the writer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers.
    pub async fn photo_role(&self, id: PhotoId, user: UserId) -> Result<Role> {
        let mut db = self.db.writer(id.shard())?.acquire().await.of("library")?;
        Ok(photo_for(&mut db, id, user).await?.1)
    }
}

/// The photo in a transaction of its owner, for a caller who may; it may be in the trash.
async fn any_photo_in(
    transaction: &mut OwnerTransaction,
    id: PhotoId,
    writer: &WriteAccess,
) -> Result<Photo> {
    let (photo, role) = photo_for(transaction.db(), id, writer.user).await?;
    writer.check(role, photo.view.version)?;
    Ok(photo)
}

/// The photo in a transaction of its owner, for a caller who may.
pub(super) async fn photo_in(
    transaction: &mut OwnerTransaction,
    id: PhotoId,
    writer: &WriteAccess,
) -> Result<Photo> {
    let photo = any_photo_in(transaction, id, writer).await?;
    if photo.view.deleted_at.is_some() { Err(Error::InTrash) } else { Ok(photo) }
}

async fn album_for(db: &mut MySqlConnection, id: AlbumId, user: UserId) -> Result<AlbumRow> {
    let album: AlbumOfMember = sqlx::query_as(ALBUM_FOR)
        .bind(user.uuid())
        .bind(id.uuid())
        .bind(user.uuid())
        .fetch_optional(db)
        .await
        .of("library")?
        .ok_or(Error::NotFound { what: "album" })?;
    let role =
        if album.owner_id == user { Role::Owner } else { album.role.unwrap_or(Role::Viewer) };
    Ok(AlbumRow {
        owner: album.owner_id,
        role,
        version: album.version,
        created_at: album.created_at,
        trashed: album.trashed,
    })
}

async fn photo_for(db: &mut MySqlConnection, id: PhotoId, user: UserId) -> Result<(Photo, Role)> {
    const MISSING: Error = Error::NotFound { what: "photo" };
    let PhotoOfMember { photo, role } = sqlx::query_as(PHOTO_FOR)
        .bind(user.uuid())
        .bind(id.uuid())
        .fetch_optional(db)
        .await
        .of("library")?
        .ok_or(MISSING)?;
    if photo.owner == user {
        return Ok((photo, Role::Owner));
    }
    match role {
        Some(role) if photo.view.deleted_at.is_none() => Ok((photo, role)),
        _ => Err(MISSING),
    }
}
