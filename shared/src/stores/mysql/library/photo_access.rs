//! Photos for callers who may: transactions of their owners, and reads.

use sqlx::MySqlConnection;

use super::{
    access::WriteAccess, database::Library, owner_transaction::OwnerTransaction, photo_row::Photo,
};
use crate::{
    domain::{PhotoId, UserId, view::Role},
    error::{Error, Of, Result},
    stores::mysql::{
        batch::{Answers, Batch},
        rows::from_row,
    },
};

/// `MIN`, because `editor` stands before `viewer`.
const PHOTO_FOR: &str = "\
    SELECT p.*, (SELECT MIN(m.role) FROM entries e \
                 JOIN albums a ON a.id = e.album_id AND a.deleted_at IS NULL \
                 JOIN members m ON m.album_id = e.album_id AND m.user_id = ? \
                 WHERE e.photo_id = p.id) AS role \
    FROM photos p WHERE p.id = ?";

/// The owner of a photo that the caller sees: whose row the transaction waits for.
const FIND_OWNER_OF_PHOTO: &str = "\
    SET @owner = (SELECT p.owner_id FROM photos p \
                  WHERE p.id = ? AND (p.owner_id = ? \
                        OR EXISTS (SELECT 1 FROM entries e \
                                   JOIN members m ON m.album_id = e.album_id \
                                        AND m.user_id = ? AND m.role IS NOT NULL \
                                   WHERE e.photo_id = p.id)))";

const MISSING: Error = Error::NotFound { what: "photo" };

/// A photo, and the role that the caller has as a member of its albums.
struct PhotoOfMember {
    photo: Photo,
    role: Option<Role>,
}

from_row!(PhotoOfMember { photo: _, role });

impl Library {
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
        let nothing = Batch::default();
        let (transaction, photo, _) = self
            .begin_photo_transaction_reading(id, writer, &nothing)
            .await?;
        Ok((transaction, photo))
    }

    /// The same, with the answers to statements that read more in the transaction.
    pub(super) async fn begin_photo_transaction_reading(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
        more: &Batch,
    ) -> Result<(OwnerTransaction, Photo, Answers)> {
        let begun = self.begin_any(id, writer, more).await?;
        if begun.1.view.deleted_at.is_some() { Err(Error::InTrash) } else { Ok(begun) }
    }

    /// A transaction of the photo's owner, for a photo that may be in the trash.
    pub(super) async fn begin_any_photo_transaction(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
    ) -> Result<(OwnerTransaction, Photo)> {
        let (transaction, photo, _) = self.begin_any(id, writer, &Batch::default()).await?;
        Ok((transaction, photo))
    }

    async fn begin_any(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
        more: &Batch,
    ) -> Result<(OwnerTransaction, Photo, Answers)> {
        let user = writer.user.uuid();
        let mut find_owner = Batch::default();
        find_owner.add(FIND_OWNER_OF_PHOTO, &[&id.uuid(), &user, &user]);
        let mut read = Batch::default();
        read.add(PHOTO_FOR, &[&user, &id.uuid()]);
        read.append(more);
        let begun = self
            .begin_transaction_of(id.shard(), find_owner, &read)
            .await?;
        let Some((transaction, mut answers)) = begun else { return Err(MISSING) };
        let found = answers
            .next()
            .and_then(|answer| answer.row())
            .of("library")?;
        let (photo, role) = photo_of_member(found, writer.user)?;
        writer.check(role, photo.view.version)?;
        Ok((transaction, photo, answers))
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

/// The photo in a transaction of its owner, for a caller who may.
pub(super) async fn photo_in(
    transaction: &mut OwnerTransaction,
    id: PhotoId,
    writer: &WriteAccess,
) -> Result<Photo> {
    let (photo, role) = photo_for(transaction.db(), id, writer.user).await?;
    writer.check(role, photo.view.version)?;
    if photo.view.deleted_at.is_some() { Err(Error::InTrash) } else { Ok(photo) }
}

async fn photo_for(db: &mut MySqlConnection, id: PhotoId, user: UserId) -> Result<(Photo, Role)> {
    let found = sqlx::query_as(PHOTO_FOR)
        .bind(user.uuid())
        .bind(id.uuid())
        .fetch_optional(db)
        .await
        .of("library")?;
    photo_of_member(found, user)
}

/// The photo that was found for this user, and what they may do with it.
///
/// # Errors
/// [`Error::NotFound`] when none was, or the user may not see it.
fn photo_of_member(found: Option<PhotoOfMember>, user: UserId) -> Result<(Photo, Role)> {
    let PhotoOfMember { photo, role } = found.ok_or(MISSING)?;
    if photo.owner == user {
        return Ok((photo, Role::Owner));
    }
    match role {
        Some(role) if photo.view.deleted_at.is_none() => Ok((photo, role)),
        _ => Err(MISSING),
    }
}
