//! Photos that are on their way for too long, and uploads in parts that nobody ends.

use uuid::Uuid;

use super::{database::Library, uploads::UploadInParts};
use crate::{
    domain::{Moment, Original, view::Status},
    error::{Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const UNFINISHED: &str = "\
    SELECT id AS photo_id, owner_id, folder, attempt, status, updated_at \
    FROM photos FORCE INDEX (photos_unfinished) \
    WHERE status = ? AND updated_at <= ? AND updated_at >= ? AND (updated_at > ? OR id > ?) \
    ORDER BY updated_at, id LIMIT ?";
pub(super) const OLD_UPLOADS: &str = "\
    SELECT * FROM uploads FORCE INDEX (uploads_by_age) \
    WHERE created_at <= ? AND created_at >= ? AND (created_at > ? OR id > ?) \
    ORDER BY created_at, id LIMIT ?";
const FORGET_UPLOAD: &str = "DELETE FROM uploads WHERE id = ? AND s3_upload = ?";

/// A photo that is `pending` or `processing`.
#[derive(Clone, Copy, Debug)]
pub struct Unfinished {
    /// The upload that it awaits, or that is worked on.
    pub upload: Original,
    /// Its status.
    pub status: Status,
    /// The moment of its last change.
    pub updated_at: Moment,
}

from_row!(Unfinished { upload: _, status, updated_at });

/// An upload in parts and when it was begun.
struct OldUpload {
    created_at: Moment,
    upload: UploadInParts,
}

from_row!(OldUpload { created_at, upload: _ });

impl Library {
    /// Photos of this cluster with this status that have not changed since `before`, the oldest
    /// first, after `after`.
    pub async fn unfinished(
        &self,
        cluster: usize,
        status: Status,
        before: Moment,
        after: Option<Unfinished>,
        limit: u32,
    ) -> Result<Vec<Unfinished>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let at = after.map_or(Moment::FIRST, |after| after.updated_at);
        let last = after.map_or(Uuid::nil(), |after| after.upload.photo.uuid());
        sqlx::query_as(UNFINISHED)
            .bind(status.word())
            .bind(before.utc())
            .bind(at.utc())
            .bind(at.utc())
            .bind(last)
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")
    }

    /// Uploads in parts that were begun before `before`, the oldest first, after `after`.
    pub async fn old_uploads(
        &self,
        cluster: usize,
        before: Moment,
        after: Option<&(Moment, UploadInParts)>,
        limit: u32,
    ) -> Result<Vec<(Moment, UploadInParts)>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let at = after.map_or(Moment::FIRST, |(at, _)| *at);
        let last = after.map_or(Uuid::nil(), |(_, upload)| upload.id.uuid());
        let old: Vec<OldUpload> = sqlx::query_as(OLD_UPLOADS)
            .bind(before.utc())
            .bind(at.utc())
            .bind(at.utc())
            .bind(last)
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")?;
        Ok(old
            .into_iter()
            .map(|old| (old.created_at, old.upload))
            .collect())
    }

    /// Forgets an upload that S3 has forgotten, unless it has another one of S3's since.
    pub async fn forget_upload(&self, upload: &UploadInParts) -> Result<()> {
        sqlx::query(FORGET_UPLOAD)
            .bind(upload.id.uuid())
            .bind(&upload.s3_upload)
            .execute(self.db.writer(upload.id.shard())?)
            .await
            .of("library")?;
        Ok(())
    }
}
