//! What goes for good: photos and albums with all rows that belong to them.
//!
//! A photo goes in one transaction of its owner, an album in several: first what stands in it, some
//! photos at a time, because each of them is to be projected without it; then its row, with the
//! shares, which are revoked, and the members, who are none any more. The transaction that deletes
//! a row notes the pending cleanup, so that what stands in other stores is found however this ends.

use sqlx::{Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{database::Library, owner_transaction::OwnerTransaction};
use crate::{
    domain::{AlbumId, Change, Moment, PhotoId, ShareId, UserId},
    error::{Of, Result},
    stores::mysql::{failures::again_after_deadlock, rows::moment},
};

pub(super) const PHOTOS_DUE: &str = "\
    SELECT id, owner_id, deleted_at FROM photos FORCE INDEX (photos_in_trash) \
    WHERE deleted_at <= ? AND deleted_at >= ? AND (deleted_at > ? OR id > ?) ORDER BY deleted_at, id LIMIT ?";
pub(super) const ALBUMS_DUE: &str = "\
    SELECT id, owner_id, deleted_at FROM albums FORCE INDEX (albums_in_trash) \
    WHERE deleted_at <= ? AND deleted_at >= ? AND (deleted_at > ? OR id > ?) ORDER BY deleted_at, id LIMIT ?";
const PHOTO: &str = "\
    SELECT version, bytes, counts, counted_in, width IS NOT NULL FROM photos \
    WHERE id = ? AND owner_id = ? AND (? OR deleted_at <= ?)";
const ALBUM: &str =
    "SELECT version FROM albums WHERE id = ? AND owner_id = ? AND (? OR deleted_at <= ?)";
pub(super) const PHOTOS_OF_ALBUM: &str = "\
    SELECT photo_id FROM entries FORCE INDEX (PRIMARY) WHERE album_id = ? ORDER BY photo_id LIMIT ?";

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
    UPDATE owners SET photos = photos - LEAST(photos, 1), bytes = bytes - LEAST(bytes, ?) WHERE user_id = ?";
const LESS_IN_MONTH: &str =
    "UPDATE months SET photos = photos - 1 WHERE owner_id = ? AND month = ? AND photos > 0";

const DELETE_ENTRY: &str = "DELETE FROM entries WHERE album_id = ? AND photo_id = ?";
const SHARES_LEFT: &str =
    "SELECT id, version FROM shares WHERE album_id = ? AND revoked_at IS NULL";
const REVOKE: &str =
    "UPDATE shares SET revoked_at = ?, version = version + 1 WHERE id = ? AND revoked_at IS NULL";
const NO_MEMBERS: &str = "\
    UPDATE members SET role = NULL, version = version + 1 WHERE album_id = ? AND role IS NOT NULL";
const DELETE_ALBUM: &str = "DELETE FROM albums WHERE id = ?";

/// Photos of an album that leave it in one transaction.
const AT_ONCE: u32 = 100;

/// What may go.
#[derive(Clone, Copy, Debug)]
pub enum PurgeScope {
    /// What has been in the trash since before this moment.
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

/// Something in the trash whose time has come.
#[derive(Clone, Copy, Debug)]
pub struct DueForPurge<T> {
    /// What.
    pub id: T,
    /// Whose.
    pub owner: UserId,
    /// Since when it has been in the trash.
    pub deleted_at: Moment,
}

impl Library {
    /// Photos of this cluster that have been in the trash since before `before`, those longest in
    /// it first, after `after`.
    pub async fn photos_due(
        &self,
        cluster: usize,
        before: Moment,
        after: Option<DueForPurge<PhotoId>>,
        limit: u32,
    ) -> Result<Vec<DueForPurge<PhotoId>>> {
        let after = after.map(|after| (after.deleted_at, after.id.uuid()));
        self.due(cluster, PHOTOS_DUE, PhotoId::from_uuid, (before, after, limit))
            .await
    }

    /// As [`Library::photos_due`], albums.
    pub async fn albums_due(
        &self,
        cluster: usize,
        before: Moment,
        after: Option<DueForPurge<AlbumId>>,
        limit: u32,
    ) -> Result<Vec<DueForPurge<AlbumId>>> {
        let after = after.map(|after| (after.deleted_at, after.id.uuid()));
        self.due(cluster, ALBUMS_DUE, AlbumId::from_uuid, (before, after, limit))
            .await
    }

    async fn due<T>(
        &self,
        cluster: usize,
        sql: &'static str,
        id: impl Fn(Uuid) -> T,
        (before, after, limit): (Moment, Option<(Moment, Uuid)>, u32),
    ) -> Result<Vec<DueForPurge<T>>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let (at, last) = after.unwrap_or((Moment::FIRST, Uuid::nil()));
        let query = sqlx::query(sql)
            .bind(before.utc())
            .bind(at.utc())
            .bind(at.utc())
            .bind(last)
            .bind(limit);
        let due = |row: &MySqlRow| -> sqlx::Result<_> {
            let owner = UserId::from_uuid(row.try_get("owner_id")?);
            Ok(DueForPurge {
                id: id(row.try_get("id")?),
                owner,
                deleted_at: moment(row, "deleted_at")?,
            })
        };
        query
            .fetch_all(writer)
            .await
            .of("library")?
            .iter()
            .map(due)
            .collect::<sqlx::Result<_>>()
            .of("library")
    }

    /// Deletes a photo of this owner with all that hangs on it, if it is within the scope; its
    /// bytes. One that has been taken out of the trash meanwhile stays.
    pub async fn purge_photo(
        &self,
        id: PhotoId,
        owner: UserId,
        scope: PurgeScope,
    ) -> Result<Option<(u64, Vec<Change>)>> {
        again_after_deadlock(|| async {
            let mut transaction = self.begin_owner_transaction(owner, id.shard()).await?;
            let Some(bytes) = delete_photo(&mut transaction, id, scope)
                .await
                .of("library")?
            else {
                return Ok(None);
            };
            transaction.set_subject("photo", id.uuid());
            record(&mut transaction, scope);
            Ok(Some((bytes, transaction.commit().await?)))
        })
        .await
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
        again_after_deadlock(|| async {
            let mut transaction = self.begin_owner_transaction(owner, id.shard()).await?;
            let (all, before) = scope.binds();
            let row = sqlx::query_scalar(ALBUM)
                .bind(id.uuid())
                .bind(owner.uuid())
                .bind(all)
                .bind(before);
            let Some(version) = row.fetch_optional(transaction.db()).await.of("library")? else {
                return Ok(None);
            };
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
        })
        .await
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
    let row = sqlx::query_as::<_, (u32, u64, bool, Option<String>, bool)>(PHOTO)
        .bind(id.uuid())
        .bind(owner);
    let row = row
        .bind(all)
        .bind(before)
        .fetch_optional(transaction.db())
        .await?;
    let Some((version, size, counts, month, was_ready)) = row else { return Ok(None) };
    let bytes = if counts { size } else { 0 };
    // Statistics count what goes if they have counted that it came.
    if was_ready {
        transaction.add_fact("bytes", bytes);
    }
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
    if let Some(month) = month {
        sqlx::query(LESS_IN_MONTH)
            .bind(owner)
            .bind(month)
            .execute(transaction.db())
            .await?;
    }
    transaction.mark_deleted(Change::Photo { id, version: version + 1 });
    Ok(Some(bytes))
}

/// Takes photos out of an album that goes, or what was said in it of those that have left it;
/// `false` when there is none of either. They stay with their owner.
async fn take_out(transaction: &mut OwnerTransaction, album: AlbumId) -> sqlx::Result<bool> {
    let photos = sqlx::query_scalar::<_, Uuid>(PHOTOS_OF_ALBUM)
        .bind(album.uuid())
        .bind(AT_ONCE);
    let mut photos = photos.fetch_all(transaction.db()).await?;
    if photos.is_empty() {
        let spoken_of = sqlx::query_scalar(SPOKEN_OF_IN_ALBUM)
            .bind(album.uuid())
            .bind(AT_ONCE);
        photos = spoken_of.fetch_all(transaction.db()).await?;
    }
    for photo in &photos {
        sqlx::query(LEAVE_COMMENTS)
            .bind(photo)
            .bind(album.uuid())
            .execute(transaction.db())
            .await?;
        sqlx::query(DELETE_ENTRY)
            .bind(album.uuid())
            .bind(photo)
            .execute(transaction.db())
            .await?;
        transaction.mark_photo_changed(PhotoId::from_uuid(*photo));
    }
    Ok(!photos.is_empty())
}

async fn delete_album(
    transaction: &mut OwnerTransaction,
    id: AlbumId,
    version: u32,
) -> sqlx::Result<()> {
    let shares = sqlx::query_as::<_, (Uuid, u32)>(SHARES_LEFT)
        .bind(id.uuid())
        .fetch_all(transaction.db())
        .await?;
    for (share, version) in shares {
        sqlx::query(REVOKE)
            .bind(Moment::now().utc())
            .bind(share)
            .execute(transaction.db())
            .await?;
        transaction
            .mark_changed(Change::Share { id: ShareId::from_uuid(share), version: version + 1 });
    }
    sqlx::query(NO_MEMBERS)
        .bind(id.uuid())
        .execute(transaction.db())
        .await?;
    sqlx::query(DELETE_ALBUM)
        .bind(id.uuid())
        .execute(transaction.db())
        .await?;
    transaction.mark_deleted(Change::Album { id, version: version + 1 });
    Ok(())
}
