//! A user who goes for good: what they had, and what they have left on other people's shards.

use sqlx::{MySqlConnection, Row};
use uuid::Uuid;

use super::{
    database::Library,
    owner_transaction::OwnerTransaction,
    pending_cleanup::{self, PendingCleanup},
};
use crate::{
    domain::{AccountCounts, AlbumId, Change, CommentId, Moment, PhotoId, ShareId, UserId},
    error::{Of, Result},
    stores::mysql::failures::again_after_deadlock,
};

const OWNED: [&str; 3] = [
    "SELECT COUNT(*) FROM albums FORCE INDEX (albums_of_owner) WHERE owner_id = ?",
    "SELECT COUNT(*) FROM shares FORCE INDEX (shares_of_owner) WHERE owner_id = ?",
    "SELECT COUNT(*) FROM memberships WHERE user_id = ? AND role IS NOT NULL",
];
const WRITTEN: [&str; 2] = [
    "SELECT COUNT(*) FROM comments WHERE author_id = ?",
    "SELECT COUNT(*) FROM favourites WHERE user_id = ?",
];
pub(super) const PENDING_CLEANUPS_OF_OWNER: &str = "\
    SELECT id, owner_id, kind, version FROM remains FORCE INDEX (remains_of_owner) WHERE owner_id = ? AND id > ? \
    ORDER BY id LIMIT ?";
const OWNER_OF_ALBUM: &str = "SELECT owner_id FROM albums WHERE id = ?";
pub(super) const OWNER_OF_PHOTO: &str = "SELECT owner_id FROM photos WHERE id = ?";
const NO_MEMBER: &str = "\
    UPDATE members SET role = NULL, version = version + 1 WHERE album_id = ? AND user_id = ? AND role IS NOT NULL";
const FORGET_MEMBER: &str =
    "DELETE FROM members WHERE album_id = ? AND user_id = ? AND role IS NULL";
const FORGET_MEMBERSHIP: &str = "DELETE FROM memberships WHERE user_id = ? AND album_id = ?";
const DELETE_COMMENT: &str = "DELETE FROM comments WHERE id = ? AND author_id = ?";
const LESS_COMMENTS: &str =
    "UPDATE photos SET comments = comments - LEAST(comments, 1) WHERE id = ?";
const DELETE_FAVOURITE: &str = "DELETE FROM favourites WHERE photo_id = ? AND user_id = ?";
const LESS_FAVOURITES: &str =
    "UPDATE photos SET favourites = favourites - LEAST(favourites, 1) WHERE id = ?";
/// Of albums that are gone, too.
pub(super) const SHARES_OF_OWNER: &str = "SELECT id FROM shares FORCE INDEX (shares_of_owner) WHERE owner_id = ? AND id > ? ORDER BY id LIMIT ?";
pub(super) const OPEN_SHARES_OF_OWNER: &str = "\
    SELECT id, version FROM shares FORCE INDEX (shares_of_owner) \
    WHERE owner_id = ? AND id > ? AND revoked_at IS NULL ORDER BY id LIMIT ?";
const REVOKE_SHARE: &str = "\
    UPDATE shares SET revoked_at = ?, version = version + 1 WHERE id = ? AND owner_id = ? AND revoked_at IS NULL";
const DELETE_SHARE: &str = "DELETE FROM shares WHERE id = ? AND owner_id = ?";
/// Some rows at a time: a transaction of all would hold its locks for long.
const OF_OWNER: [&str; 4] = [
    "DELETE FROM changes WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM months WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM tags WHERE owner_id = ? LIMIT 1000",
    "DELETE FROM owners WHERE user_id = ?",
];

impl Library {
    /// What a user has.
    pub async fn count_all(&self, user: UserId) -> Result<AccountCounts> {
        let usage = self.usage(user).await?;
        let here = self.db.writer(user.shard())?;
        let mut owned = [0; 3];
        for (sql, count) in OWNED.into_iter().zip(&mut owned) {
            *count = number(
                sqlx::query_scalar(sql)
                    .bind(user.uuid())
                    .fetch_one(here)
                    .await
                    .of("library")?,
            );
        }
        let mut written = [0; 2];
        for writer in self.db.writers() {
            for (sql, count) in WRITTEN.into_iter().zip(&mut written) {
                *count += number(
                    sqlx::query_scalar(sql)
                        .bind(user.uuid())
                        .fetch_one(writer)
                        .await
                        .of("library")?,
                );
            }
        }
        let ([albums, shares, memberships], [comments, favourites]) = (owned, written);
        let (photos, bytes) = (u64::from(usage.photos), usage.bytes);
        Ok(AccountCounts {
            albums,
            photos,
            bytes,
            shares,
            memberships,
            comments,
            favourites,
            ..AccountCounts::default()
        })
    }

    /// What is left to be done of what this owner had, after `after`.
    pub async fn pending_cleanups_of(
        &self,
        owner: UserId,
        after: Option<&PendingCleanup>,
        limit: u32,
    ) -> Result<Vec<PendingCleanup>> {
        let after = after.map_or(Uuid::nil(), PendingCleanup::uuid);
        let query = sqlx::query(PENDING_CLEANUPS_OF_OWNER)
            .bind(owner.uuid())
            .bind(after)
            .bind(limit);
        let rows = query
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        rows.iter().map(pending_cleanup::read).collect()
    }

    /// Ends shares of this owner, at most `limit`; nothing when there are none.
    pub async fn revoke_shares_of(&self, owner: UserId, limit: u32) -> Result<Vec<Change>> {
        let mut db = self
            .db
            .writer(owner.shard())?
            .acquire()
            .await
            .of("library")?;
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
        for (id, version) in open_shares(transaction.db(), owner, limit)
            .await
            .of("library")?
        {
            let revoke = sqlx::query(REVOKE_SHARE)
                .bind(Moment::now().utc())
                .bind(id)
                .bind(owner.uuid());
            revoke.execute(transaction.db()).await.of("library")?;
            transaction
                .mark_changed(Change::Share { id: ShareId::from_uuid(id), version: version + 1 });
        }
        transaction.commit().await
    }

    /// Takes a user out of an album's members, whoever asks. Nothing when they are none, or the
    /// album is gone.
    pub async fn end_membership(&self, album: AlbumId, user: UserId) -> Result<Vec<Change>> {
        again_after_deadlock(|| async {
            let Some(mut transaction) = self
                .begin_transaction_of_owner(OWNER_OF_ALBUM, album.uuid(), album.shard())
                .await?
            else {
                return Ok(Vec::new());
            };
            let none = sqlx::query(NO_MEMBER).bind(album.uuid()).bind(user.uuid());
            if none
                .execute(transaction.db())
                .await
                .of("library")?
                .rows_affected()
                > 0
            {
                transaction.mark_album_changed(album);
            }
            transaction.commit().await
        })
        .await
    }

    /// Forgets on both sides that a user was a member of an album once. The member's side last: by
    /// it the next try finds the album.
    pub async fn forget_member(&self, album: AlbumId, user: UserId) -> Result<()> {
        let member = sqlx::query(FORGET_MEMBER)
            .bind(album.uuid())
            .bind(user.uuid());
        member
            .execute(self.db.writer(album.shard())?)
            .await
            .of("library")?;
        let membership = sqlx::query(FORGET_MEMBERSHIP)
            .bind(user.uuid())
            .bind(album.uuid());
        membership
            .execute(self.db.writer(user.shard())?)
            .await
            .of("library")
            .map(drop)
    }

    /// Deletes a comment of this author's, wherever the photo is by now.
    pub async fn erase_comment(
        &self,
        id: CommentId,
        photo: PhotoId,
        author: UserId,
    ) -> Result<Vec<Change>> {
        self.erase(photo, (DELETE_COMMENT, id.uuid(), LESS_COMMENTS), author)
            .await
    }

    /// Deletes a user's mark on a photo, wherever that is by now.
    pub async fn erase_favourite(&self, photo: PhotoId, user: UserId) -> Result<Vec<Change>> {
        self.erase(photo, (DELETE_FAVOURITE, photo.uuid(), LESS_FAVOURITES), user)
            .await
    }

    async fn erase(
        &self,
        photo: PhotoId,
        (delete, id, less): (&'static str, Uuid, &'static str),
        user: UserId,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| async {
            let Some(mut transaction) = self
                .begin_transaction_of_owner(OWNER_OF_PHOTO, photo.uuid(), photo.shard())
                .await?
            else {
                return Ok(Vec::new());
            };
            let deleted = sqlx::query(delete)
                .bind(id)
                .bind(user.uuid())
                .execute(transaction.db())
                .await
                .of("library")?;
            if deleted.rows_affected() > 0 {
                sqlx::query(less)
                    .bind(photo.uuid())
                    .execute(transaction.db())
                    .await
                    .of("library")?;
                transaction.mark_photo_changed(photo);
            }
            transaction.commit().await
        })
        .await
    }

    /// A transaction of whoever owns this, if it is there.
    pub(super) async fn begin_transaction_of_owner(
        &self,
        owner: &'static str,
        id: Uuid,
        shard: crate::domain::Shard,
    ) -> Result<Option<OwnerTransaction>> {
        let row = sqlx::query(owner)
            .bind(id)
            .fetch_optional(self.db.writer(shard)?)
            .await
            .of("library")?;
        let Some(row) = row else { return Ok(None) };
        let owner = UserId::from_uuid(row.try_get("owner_id").of("library")?);
        Ok(Some(self.begin_owner_transaction(owner, shard).await?))
    }

    /// Shares of this owner, those that have ended included, after `after`.
    pub async fn shares_of_owner(
        &self,
        owner: UserId,
        after: Option<ShareId>,
        limit: u32,
    ) -> Result<Vec<ShareId>> {
        let after = after.map_or(Uuid::nil(), ShareId::uuid);
        let query = sqlx::query_scalar(SHARES_OF_OWNER)
            .bind(owner.uuid())
            .bind(after)
            .bind(limit);
        let ids = query
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        Ok(ids.into_iter().map(ShareId::from_uuid).collect())
    }

    /// Deletes the row of a share of this owner's.
    pub async fn erase_share(&self, id: ShareId, owner: UserId) -> Result<()> {
        let delete = sqlx::query(DELETE_SHARE).bind(id.uuid()).bind(owner.uuid());
        delete
            .execute(self.db.writer(id.shard())?)
            .await
            .of("library")
            .map(drop)
    }

    /// Deletes what is kept of an owner beside photos and albums, which must be gone.
    pub async fn erase_owner(&self, owner: UserId) -> Result<()> {
        for sql in OF_OWNER {
            loop {
                let delete = sqlx::query(sql).bind(owner.uuid());
                let deleted = delete
                    .execute(self.db.writer(owner.shard())?)
                    .await
                    .of("library")?
                    .rows_affected();
                if deleted < 1000 {
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
) -> sqlx::Result<Vec<(Uuid, u32)>> {
    let query = sqlx::query_as(OPEN_SHARES_OF_OWNER)
        .bind(owner.uuid())
        .bind(Uuid::nil());
    query.bind(limit).fetch_all(db).await
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
