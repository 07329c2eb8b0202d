//! A user who goes for good: what they had, and what they have left on other people's shards.

use sqlx::{MySqlConnection, MySqlPool};
use uuid::Uuid;

use super::{
    database::Library,
    favourites::DELETE_FAVOURITE,
    members::REMOVE_MEMBER,
    owner_transaction::OwnerTransaction,
    pending_cleanup::{FORGET_MEMBER, PendingCleanup},
};
use crate::{
    domain::{AccountCounts, AlbumId, Change, CommentId, Moment, PhotoId, Shard, ShareId, UserId},
    error::{Of, Result},
    stores::mysql::{batch::Batch, conflicts::again_after_deadlock},
};

const ALBUMS_OWNED: &str =
    "SELECT COUNT(*) FROM albums FORCE INDEX (albums_of_owner) WHERE owner_id = ?";
const SHARES_OWNED: &str =
    "SELECT COUNT(*) FROM shares FORCE INDEX (shares_of_owner) WHERE owner_id = ?";
const MEMBERSHIPS_HELD: &str =
    "SELECT COUNT(*) FROM memberships WHERE user_id = ? AND role IS NOT NULL";
const COMMENTS_WRITTEN: &str = "SELECT COUNT(*) FROM comments WHERE author_id = ?";
const FAVOURITES_MARKED: &str = "SELECT COUNT(*) FROM favourites WHERE user_id = ?";
pub(super) const PENDING_CLEANUPS_OF_OWNER: &str = "\
    SELECT id, owner_id, kind, version FROM remains FORCE INDEX (remains_of_owner) \
    WHERE owner_id = ? AND id > ? ORDER BY id LIMIT ?";
const FIND_OWNER_OF_ALBUM: &str = "SET @owner = (SELECT owner_id FROM albums WHERE id = ?)";
pub(super) const FIND_OWNER_OF_PHOTO: &str =
    "SET @owner = (SELECT owner_id FROM photos WHERE id = ?)";

const FORGET_MEMBERSHIP: &str = "DELETE FROM memberships WHERE user_id = ? AND album_id = ?";
const DELETE_COMMENT: &str = "DELETE FROM comments WHERE id = ? AND author_id = ?";
const LESS_COMMENTS: &str =
    "UPDATE photos SET comments = comments - LEAST(comments, 1) WHERE id = ?";
const LESS_FAVOURITES: &str =
    "UPDATE photos SET favourites = favourites - LEAST(favourites, 1) WHERE id = ?";
/// Of albums that are gone, too.
pub(super) const SHARES_OF_OWNER: &str = "\
    SELECT id FROM shares FORCE INDEX (shares_of_owner) \
    WHERE owner_id = ? AND id > ? ORDER BY id LIMIT ?";
pub(super) const OPEN_SHARES_OF_OWNER: &str = "\
    SELECT id, version FROM shares FORCE INDEX (shares_of_owner) \
    WHERE owner_id = ? AND id > ? AND revoked_at IS NULL ORDER BY id LIMIT ?";
const REVOKE_SHARE: &str = "\
    UPDATE shares SET revoked_at = ?, version = version + 1 \
    WHERE id = ? AND owner_id = ? AND revoked_at IS NULL";
const DELETE_SHARE: &str = "DELETE FROM shares WHERE id = ? AND owner_id = ?";
/// Some rows at a time: a transaction of all would hold its locks for long.
const OF_OWNER: [&str; 7] = [
    "DELETE FROM changes WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM months WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM map_cells WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM tags WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM search_index WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM invitations WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM owners WHERE user_id = ?",
];

/// A comment or a mark that is taken from a photo: the statement that deletes it, by its id and its
/// user's, and the one that counts one less.
struct Erasure {
    delete: &'static str,
    id: Uuid,
    count_less: &'static str,
}

impl Library {
    /// Counts all that a user has.
    pub async fn count_all(&self, user: UserId) -> Result<AccountCounts> {
        let usage = self.storage(user).await?.usage;
        let here = self.db.writer(user.shard())?;
        let mut counts = AccountCounts {
            photos: u64::from(usage.photos),
            bytes: usage.bytes,
            albums: count(here, ALBUMS_OWNED, user).await?,
            shares: count(here, SHARES_OWNED, user).await?,
            memberships: count(here, MEMBERSHIPS_HELD, user).await?,
            ..AccountCounts::default()
        };
        for writer in self.db.writers() {
            counts.comments += count(writer, COMMENTS_WRITTEN, user).await?;
            counts.favourites += count(writer, FAVOURITES_MARKED, user).await?;
        }
        Ok(counts)
    }

    /// Returns the pending cleanups of what this owner had, after `after`.
    pub async fn pending_cleanups_of(
        &self,
        owner: UserId,
        after: Option<&PendingCleanup>,
        limit: u32,
    ) -> Result<Vec<PendingCleanup>> {
        sqlx::query_as(PENDING_CLEANUPS_OF_OWNER)
            .bind(owner.uuid())
            .bind(after.map_or(Uuid::nil(), PendingCleanup::uuid))
            .bind(limit)
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")
    }

    /// Ends shares of this owner, at most `limit`; nothing when there are none.
    pub async fn revoke_shares_of(&self, owner: UserId, limit: u32) -> Result<Vec<Change>> {
        let writer = self.db.writer(owner.shard())?;
        let mut db = writer.acquire().await.of("library")?;
        let open = open_shares(&mut db, owner, limit).await.of("library")?;
        drop(db);
        // A transaction makes the owner's row where there is none.
        if open.is_empty() {
            return Ok(Vec::new());
        }
        again_after_deadlock(|| self.try_revoke_shares_of(owner, limit)).await
    }

    async fn try_revoke_shares_of(&self, owner: UserId, limit: u32) -> Result<Vec<Change>> {
        let mut transaction = self.begin_owner_transaction(owner, owner.shard()).await?;
        let open = open_shares(transaction.db(), owner, limit)
            .await
            .of("library")?;
        for (id, version) in open {
            sqlx::query(REVOKE_SHARE)
                .bind(Moment::now().utc())
                .bind(id.uuid())
                .bind(owner.uuid())
                .execute(transaction.db())
                .await
                .of("library")?;
            transaction.mark_changed(Change::Share { id, version: version + 1 });
        }
        transaction.commit().await
    }

    /// Takes a user out of an album's members, whoever asks. Nothing when they are none, or the
    /// album is gone.
    pub async fn end_membership(&self, album: AlbumId, user: UserId) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_end_membership(album, user)).await
    }

    async fn try_end_membership(&self, album: AlbumId, user: UserId) -> Result<Vec<Change>> {
        let begun = self
            .begin_transaction_of_owner(FIND_OWNER_OF_ALBUM, album.uuid(), album.shard())
            .await?;
        let Some(mut transaction) = begun else { return Ok(Vec::new()) };
        let removed = sqlx::query(REMOVE_MEMBER)
            .bind(Moment::now().utc())
            .bind(album.uuid())
            .bind(user.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        if removed.rows_affected() > 0 {
            transaction.mark_album_changed(album);
        }
        transaction.commit().await
    }

    /// Forgets on both sides that a user was a member of an album once. The member's side last: by
    /// it the next try finds the album.
    pub async fn forget_member(&self, album: AlbumId, user: UserId) -> Result<()> {
        sqlx::query(FORGET_MEMBER)
            .bind(album.uuid())
            .bind(user.uuid())
            .execute(self.db.writer(album.shard())?)
            .await
            .of("library")?;
        sqlx::query(FORGET_MEMBERSHIP)
            .bind(user.uuid())
            .bind(album.uuid())
            .execute(self.db.writer(user.shard())?)
            .await
            .of("library")?;
        Ok(())
    }

    /// Deletes a comment of this author's, wherever the photo is by now.
    pub async fn erase_comment(
        &self,
        id: CommentId,
        photo: PhotoId,
        author: UserId,
    ) -> Result<Vec<Change>> {
        let comment = Erasure { delete: DELETE_COMMENT, id: id.uuid(), count_less: LESS_COMMENTS };
        again_after_deadlock(|| self.try_erase(photo, &comment, author)).await
    }

    /// Deletes a user's mark on a photo, wherever that is by now.
    pub async fn erase_favourite(&self, photo: PhotoId, user: UserId) -> Result<Vec<Change>> {
        let mark =
            Erasure { delete: DELETE_FAVOURITE, id: photo.uuid(), count_less: LESS_FAVOURITES };
        again_after_deadlock(|| self.try_erase(photo, &mark, user)).await
    }

    async fn try_erase(
        &self,
        photo: PhotoId,
        erasure: &Erasure,
        user: UserId,
    ) -> Result<Vec<Change>> {
        let begun = self
            .begin_transaction_of_owner(FIND_OWNER_OF_PHOTO, photo.uuid(), photo.shard())
            .await?;
        let Some(mut transaction) = begun else { return Ok(Vec::new()) };
        let deleted = sqlx::query(erasure.delete)
            .bind(erasure.id)
            .bind(user.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        if deleted.rows_affected() > 0 {
            sqlx::query(erasure.count_less)
                .bind(photo.uuid())
                .execute(transaction.db())
                .await
                .of("library")?;
            transaction.mark_photo_annotated(photo);
        }
        transaction.commit().await
    }

    /// A transaction of whoever owns this, if it is there.
    pub(super) async fn begin_transaction_of_owner(
        &self,
        find_owner: &'static str,
        id: Uuid,
        shard: Shard,
    ) -> Result<Option<OwnerTransaction>> {
        let mut find = Batch::default();
        find.add(find_owner, &[&id]);
        let begun = self
            .begin_transaction_of(shard, find, &Batch::default())
            .await?;
        Ok(begun.map(|(transaction, _)| transaction))
    }

    /// Shares of this owner, those that have ended included, after `after`.
    pub async fn shares_of_owner(
        &self,
        owner: UserId,
        after: Option<ShareId>,
        limit: u32,
    ) -> Result<Vec<ShareId>> {
        sqlx::query_scalar(SHARES_OF_OWNER)
            .bind(owner.uuid())
            .bind(after.map_or(Uuid::nil(), ShareId::uuid))
            .bind(limit)
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")
    }

    /// Deletes the row of a share of this owner's.
    pub async fn erase_share(&self, id: ShareId, owner: UserId) -> Result<()> {
        sqlx::query(DELETE_SHARE)
            .bind(id.uuid())
            .bind(owner.uuid())
            .execute(self.db.writer(id.shard())?)
            .await
            .of("library")?;
        Ok(())
    }

    /// Deletes what is kept of an owner beside photos and albums, which must be gone.
    pub async fn erase_owner(&self, owner: UserId) -> Result<()> {
        let writer = self.db.writer(owner.shard())?;
        for sql in OF_OWNER {
            loop {
                let deleted = sqlx::query(sql)
                    .bind(owner.uuid())
                    .execute(writer)
                    .await
                    .of("library")?;
                if deleted.rows_affected() < 1000 {
                    break;
                }
            }
        }
        Ok(())
    }
}

async fn open_shares(
    db: &mut MySqlConnection,
    owner: UserId,
    limit: u32,
) -> sqlx::Result<Vec<(ShareId, u32)>> {
    sqlx::query_as(OPEN_SHARES_OF_OWNER)
        .bind(owner.uuid())
        .bind(Uuid::nil())
        .bind(limit)
        .fetch_all(db)
        .await
}

async fn count(cluster: &MySqlPool, sql: &'static str, user: UserId) -> Result<u64> {
    let count: i64 = sqlx::query_scalar(sql)
        .bind(user.uuid())
        .fetch_one(cluster)
        .await
        .of("library")?;
    Ok(u64::try_from(count).unwrap_or(0))
}
