//! Purges: photos and albums that go for good, with all rows that belong to them.
//!
//! A photo goes in one transaction of its owner, an album in several: first what stands in it, some
//! photos at a time, because each of them is to be projected without it; then its row, with the
//! shares, which are revoked, the invitations, and the members, who are none any more. The
//! transaction that deletes a row notes the pending cleanup, so that what stands in other stores is
//! found however this ends.

use super::{
    database::Library, entries::DELETE_ENTRY, owner_transaction::OwnerTransaction, shares,
};
use crate::{
    domain::{AlbumId, Change, Moment, PhotoId, ShareId, UserId},
    error::{Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

const PHOTO: &str = "\
    SELECT version, bytes, counts, counted_in, width IS NOT NULL AS was_ready FROM photos \
    WHERE id = ? AND owner_id = ? AND (? OR deleted_at <= ?)";
const ALBUM: &str =
    "SELECT version FROM albums WHERE id = ? AND owner_id = ? AND (? OR deleted_at <= ?)";
pub(super) const PHOTOS_OF_ALBUM: &str = "\
    SELECT photo_id FROM entries FORCE INDEX (PRIMARY) \
    WHERE album_id = ? ORDER BY photo_id LIMIT ?";

/// Photos that have left an album in which something was said of them.
pub(super) const SPOKEN_OF_IN_ALBUM: &str = "\
    SELECT DISTINCT photo_id FROM comments FORCE INDEX (comments_of_album) \
    WHERE album_id = ? ORDER BY photo_id LIMIT ?";
/// Comments of an album that goes are the photo's owner's alone.
const LEAVE_COMMENTS: &str =
    "UPDATE comments SET album_id = NULL WHERE photo_id = ? AND album_id = ?";

/// All that hangs on a photo. Its uploads stay until S3 has forgotten them.
const OF_PHOTO: [&str; 5] = [
    "DELETE FROM comments WHERE photo_id = ?",
    "DELETE FROM favourites WHERE photo_id = ?",
    "DELETE FROM tags WHERE photo_id = ?",
    "DELETE FROM entries WHERE photo_id = ?",
    "DELETE FROM photos WHERE id = ?",
];
const LESS_KEPT: &str = "\
    UPDATE owners SET photos = photos - LEAST(photos, 1), bytes = bytes - LEAST(bytes, ?) \
    WHERE user_id = ?";
const LESS_IN_MONTH: &str =
    "UPDATE months SET photos = photos - 1 WHERE owner_id = ? AND month = ? AND photos > 0";

const SHARES_LEFT: &str =
    "SELECT id, version FROM shares WHERE album_id = ? AND revoked_at IS NULL";

const NO_MEMBERS: &str = "\
    UPDATE members SET role = NULL, version = version + 1 WHERE album_id = ? AND role IS NOT NULL";
const NO_INVITATIONS: &str = "DELETE FROM invitations WHERE album_id = ?";
const DELETE_ALBUM: &str = "DELETE FROM albums WHERE id = ?";

/// Photos of an album that leave it in one transaction.
const AT_ONCE: u32 = 100;

/// The photos and albums that may go.
#[derive(Clone, Copy, Debug)]
pub enum PurgeScope {
    /// Those that have been in the trash since before this moment.
    Trash(Moment),
    /// Anything.
    All,
}

impl PurgeScope {
    fn binds(self) -> (bool, time::PrimitiveDateTime) {
        match self {
            Self::Trash(before) => (false, before.utc()),
            Self::All => (true, Moment::FIRST.utc()),
        }
    }
}

/// A photo that is to be deleted.
struct PurgedPhoto {
    version: u32,
    bytes: u64,
    counts: bool,
    counted_in: Option<String>,
    was_ready: bool,
}

from_row!(PurgedPhoto { version, bytes, counts, counted_in, was_ready });

impl Library {
    /// Deletes a photo of this owner with all that hangs on it, if it is within the scope; its
    /// bytes. One that has been taken out of the trash meanwhile stays.
    pub async fn purge_photo(
        &self,
        id: PhotoId,
        owner: UserId,
        scope: PurgeScope,
    ) -> Result<Option<(u64, Vec<Change>)>> {
        again_after_deadlock(|| self.try_purge_photo(id, owner, scope)).await
    }

    async fn try_purge_photo(
        &self,
        id: PhotoId,
        owner: UserId,
        scope: PurgeScope,
    ) -> Result<Option<(u64, Vec<Change>)>> {
        let mut transaction = self.begin_owner_transaction(owner, id.shard()).await?;
        let deleted = delete_photo(&mut transaction, id, scope)
            .await
            .of("library")?;
        let Some(bytes) = deleted else { return Ok(None) };
        transaction.set_subject("photo", id.uuid());
        record(&mut transaction, scope);
        Ok(Some((bytes, transaction.commit().await?)))
    }

    /// Does a part of an album's purge: takes some photos out of it or, when it is empty, deletes
    /// it; what changed, and whether it is gone. `None` when there is no such album within
    /// the scope.
    pub async fn purge_album(
        &self,
        id: AlbumId,
        owner: UserId,
        scope: PurgeScope,
    ) -> Result<Option<(Vec<Change>, bool)>> {
        again_after_deadlock(|| self.try_purge_album(id, owner, scope)).await
    }

    async fn try_purge_album(
        &self,
        id: AlbumId,
        owner: UserId,
        scope: PurgeScope,
    ) -> Result<Option<(Vec<Change>, bool)>> {
        let mut transaction = self.begin_owner_transaction(owner, id.shard()).await?;
        let (all, before) = scope.binds();
        let version: Option<u32> = sqlx::query_scalar(ALBUM)
            .bind(id.uuid())
            .bind(owner.uuid())
            .bind(all)
            .bind(before)
            .fetch_optional(transaction.db())
            .await
            .of("library")?;
        let Some(version) = version else { return Ok(None) };
        let gone = !take_out(&mut transaction, id).await.of("library")?;
        if gone {
            delete_album(&mut transaction, id, version)
                .await
                .of("library")?;
            transaction.set_subject("album", id.uuid());
            record(&mut transaction, scope);
        } else {
            transaction.skip_activity();
        }
        Ok(Some((transaction.commit().await?, gone)))
    }
}

/// Of what ends with its owner no row of activity is left: those that there are go, too.
fn record(transaction: &mut OwnerTransaction, scope: PurgeScope) {
    if matches!(scope, PurgeScope::All) {
        transaction.skip_activity();
    }
}

/// Deletes a photo's rows, if it is within the scope; its bytes in its owner's usage. What counts
/// it must have been told.
pub(super) async fn delete_photo(
    transaction: &mut OwnerTransaction,
    id: PhotoId,
    scope: PurgeScope,
) -> sqlx::Result<Option<u64>> {
    let (all, before) = scope.binds();
    let owner = transaction.owner.uuid();
    let photo: Option<PurgedPhoto> = sqlx::query_as(PHOTO)
        .bind(id.uuid())
        .bind(owner)
        .bind(all)
        .bind(before)
        .fetch_optional(transaction.db())
        .await?;
    let Some(photo) = photo else { return Ok(None) };
    let bytes = if photo.counts { photo.bytes } else { 0 };
    // Statistics count what goes if they have counted that it came.
    if photo.was_ready {
        transaction.add_fact("bytes", bytes);
    }
    transaction.forget_photo(id).await?;
    for sql in OF_PHOTO {
        sqlx::query(sql)
            .bind(id.uuid())
            .execute(transaction.db())
            .await?;
    }
    sqlx::query(LESS_KEPT)
        .bind(bytes)
        .bind(owner)
        .execute(transaction.db())
        .await?;
    if let Some(month) = photo.counted_in {
        sqlx::query(LESS_IN_MONTH)
            .bind(owner)
            .bind(month)
            .execute(transaction.db())
            .await?;
    }
    transaction.mark_deleted(Change::Photo { id, version: photo.version + 1 });
    Ok(Some(bytes))
}

/// Takes photos out of an album that goes, or what was said in it of those that have left it;
/// `false` when there is none of either. They stay with their owner.
async fn take_out(transaction: &mut OwnerTransaction, album: AlbumId) -> sqlx::Result<bool> {
    let mut photos: Vec<PhotoId> = sqlx::query_scalar(PHOTOS_OF_ALBUM)
        .bind(album.uuid())
        .bind(AT_ONCE)
        .fetch_all(transaction.db())
        .await?;
    if photos.is_empty() {
        photos = sqlx::query_scalar(SPOKEN_OF_IN_ALBUM)
            .bind(album.uuid())
            .bind(AT_ONCE)
            .fetch_all(transaction.db())
            .await?;
    }
    for photo in &photos {
        sqlx::query(LEAVE_COMMENTS)
            .bind(photo.uuid())
            .bind(album.uuid())
            .execute(transaction.db())
            .await?;
        sqlx::query(DELETE_ENTRY)
            .bind(album.uuid())
            .bind(photo.uuid())
            .execute(transaction.db())
            .await?;
        transaction.mark_photo_changed(*photo);
    }
    Ok(!photos.is_empty())
}

async fn delete_album(
    transaction: &mut OwnerTransaction,
    id: AlbumId,
    version: u32,
) -> sqlx::Result<()> {
    let shares: Vec<(ShareId, u32)> = sqlx::query_as(SHARES_LEFT)
        .bind(id.uuid())
        .fetch_all(transaction.db())
        .await?;
    for (share, version) in shares {
        sqlx::query(shares::REVOKE)
            .bind(Moment::now().utc())
            .bind(share.uuid())
            .execute(transaction.db())
            .await?;
        transaction.mark_changed(Change::Share { id: share, version: version + 1 });
    }
    for sql in [NO_MEMBERS, NO_INVITATIONS, DELETE_ALBUM] {
        sqlx::query(sql)
            .bind(id.uuid())
            .execute(transaction.db())
            .await?;
    }
    transaction.mark_deleted(Change::Album { id, version: version + 1 });
    Ok(())
}
