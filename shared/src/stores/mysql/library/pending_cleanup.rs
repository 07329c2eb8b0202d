//! Pending cleanup: what is left to be done for albums and photos whose rows are gone. A list that
//! outlives whoever works on it. Its table is called `remains`, and keeps that name: only this
//! folder reads it.

use sqlx::{Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{database::Library, uploads::UploadInParts};
use crate::{
    domain::{AlbumId, Change, PhotoId, UserId},
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const PENDING_CLEANUPS: &str =
    "SELECT id, owner_id, kind, version FROM remains WHERE id > ? ORDER BY id LIMIT ?";
const FORGET: &str = "DELETE FROM remains WHERE id = ?";
const UPLOADS_OF_PHOTO: &str = "SELECT * FROM uploads WHERE photo_id = ?";
const FORGET_UPLOADS: &str = "DELETE FROM uploads WHERE photo_id = ?";
const MEMBERS_ONCE: &str =
    "SELECT user_id FROM members WHERE album_id = ? AND role IS NULL AND told >= version";
const FORGET_MEMBERSHIP: &str =
    "DELETE FROM memberships WHERE user_id = ? AND album_id = ? AND role IS NULL";
pub(super) const FORGET_MEMBER: &str =
    "DELETE FROM members WHERE album_id = ? AND user_id = ? AND role IS NULL";

/// The rest of an album or photo whose row is gone.
#[derive(Clone, Copy, Debug)]
pub struct PendingCleanup {
    /// The owner that it had.
    pub owner: UserId,
    /// The album or photo.
    pub subject: CleanupSubject,
    /// The version that it went at.
    pub version: u32,
}

/// Of what something is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanupSubject {
    /// An album.
    Album(AlbumId),
    /// A photo.
    Photo(PhotoId),
}

from_row!(PendingCleanup { owner: "owner_id", subject: (subject), version });

fn subject(row: &MySqlRow) -> sqlx::Result<CleanupSubject> {
    let kind: String = row.try_get("kind")?;
    match kind.as_str() {
        "album" => Ok(CleanupSubject::Album(row.try_get("id")?)),
        "photo" => Ok(CleanupSubject::Photo(row.try_get("id")?)),
        other => {
            let why = format!("a pending cleanup of the unknown kind {other}");
            Err(sqlx::Error::Decode(why.into()))
        }
    }
}

impl PendingCleanup {
    /// The change that projects the tombstone.
    pub fn change(&self) -> Change {
        match self.subject {
            CleanupSubject::Album(id) => Change::Album { id, version: self.version },
            CleanupSubject::Photo(id) => Change::Photo { id, version: self.version },
        }
    }

    pub(super) fn uuid(&self) -> Uuid {
        match self.subject {
            CleanupSubject::Album(id) => id.uuid(),
            CleanupSubject::Photo(id) => id.uuid(),
        }
    }

    /// The pending cleanup that a change of a transaction has left: of an album or photo that went
    /// in it.
    pub fn of(owner: UserId, change: &Change) -> Option<Self> {
        let (subject, version) = match change {
            Change::Album { id, version } => (CleanupSubject::Album(*id), *version),
            Change::Photo { id, version } => (CleanupSubject::Photo(*id), *version),
            Change::Share { .. } | Change::Activity(_) => return None,
        };
        Some(Self { owner, subject, version })
    }
}

impl Library {
    /// Returns the pending cleanups of this cluster, after `after`.
    pub async fn pending_cleanups(
        &self,
        cluster: usize,
        after: Option<&PendingCleanup>,
        limit: u32,
    ) -> Result<Vec<PendingCleanup>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        sqlx::query_as(PENDING_CLEANUPS)
            .bind(after.map_or(Uuid::nil(), PendingCleanup::uuid))
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")
    }

    /// Forgets a pending cleanup: nothing is left.
    pub async fn forget_pending_cleanup(&self, cleanup: &PendingCleanup) -> Result<()> {
        let writer = self.db.writer(cleanup.change().shard())?;
        sqlx::query(FORGET)
            .bind(cleanup.uuid())
            .execute(writer)
            .await
            .of("library")?;
        Ok(())
    }

    /// The uploads in parts that a photo has had.
    pub async fn uploads_of_photo(&self, photo: PhotoId) -> Result<Vec<UploadInParts>> {
        sqlx::query_as(UPLOADS_OF_PHOTO)
            .bind(photo.uuid())
            .fetch_all(self.db.writer(photo.shard())?)
            .await
            .of("library")
    }

    /// Forgets them: S3 has.
    pub async fn forget_uploads_of_photo(&self, photo: PhotoId) -> Result<()> {
        sqlx::query(FORGET_UPLOADS)
            .bind(photo.uuid())
            .execute(self.db.writer(photo.shard())?)
            .await
            .of("library")?;
        Ok(())
    }

    /// Forgets who was a member of an album that is gone, on their shards first: whoever dies
    /// between finds the row on the album's shard again. To be called when all have been told.
    pub async fn forget_members(&self, album: AlbumId) -> Result<()> {
        let here = self.db.writer(album.shard())?;
        let users: Vec<UserId> = sqlx::query_scalar(MEMBERS_ONCE)
            .bind(album.uuid())
            .fetch_all(here)
            .await
            .of("library")?;
        for user in users {
            let there = self.db.writer(user.shard())?;
            sqlx::query(FORGET_MEMBERSHIP)
                .bind(user.uuid())
                .bind(album.uuid())
                .execute(there)
                .await
                .of("library")?;
            sqlx::query(FORGET_MEMBER)
                .bind(album.uuid())
                .bind(user.uuid())
                .execute(here)
                .await
                .of("library")?;
        }
        Ok(())
    }
}
