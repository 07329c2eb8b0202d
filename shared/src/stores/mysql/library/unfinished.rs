//! Photos that are on their way for too long, and uploads in parts that nobody ends.

use sqlx::{Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{
    database::{Library, folder},
    photo_row,
    uploads::{self, UploadInParts},
};
use crate::{
    domain::{Moment, Original, PhotoId, UserId, view::Status},
    error::{Of, Result},
    stores::mysql::rows::moment,
};

pub(super) const UNFINISHED: &str = "\
    SELECT id, owner_id, folder, attempt, status, updated_at FROM photos FORCE INDEX (photos_unfinished) \
    WHERE status = ? AND updated_at <= ? AND updated_at >= ? AND (updated_at > ? OR id > ?) \
    ORDER BY updated_at, id LIMIT ?";
pub(super) const OLD_UPLOADS: &str = "\
    SELECT * FROM uploads FORCE INDEX (uploads_by_age) \
    WHERE created_at <= ? AND created_at >= ? AND (created_at > ? OR id > ?) ORDER BY created_at, id LIMIT ?";
const FORGET_UPLOAD: &str = "DELETE FROM uploads WHERE id = ? AND s3_upload = ?";

/// A photo that is `pending` or `processing`.
#[derive(Clone, Copy, Debug)]
pub struct Unfinished {
    /// The upload that it awaits, or that is worked on.
    pub upload: Original,
    /// How far it is.
    pub status: Status,
    /// When it changed last.
    pub updated_at: Moment,
}

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
        let (at, last) =
            after.map_or((Moment::FIRST, Uuid::nil()), |a| (a.updated_at, a.upload.photo.uuid()));
        let query = sqlx::query(UNFINISHED)
            .bind(status.word())
            .bind(before.utc())
            .bind(at.utc())
            .bind(at.utc());
        let rows = query
            .bind(last)
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")?;
        rows.iter()
            .map(read)
            .collect::<sqlx::Result<_>>()
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
        let (at, last) =
            after.map_or((Moment::FIRST, Uuid::nil()), |(at, upload)| (*at, upload.id.uuid()));
        let query = sqlx::query(OLD_UPLOADS)
            .bind(before.utc())
            .bind(at.utc())
            .bind(at.utc())
            .bind(last)
            .bind(limit);
        let old = |row: &MySqlRow| -> sqlx::Result<_> {
            Ok((moment(row, "created_at")?, uploads::read(row)?))
        };
        query
            .fetch_all(writer)
            .await
            .of("library")?
            .iter()
            .map(old)
            .collect::<sqlx::Result<_>>()
            .of("library")
    }

    /// Forgets an upload that S3 has forgotten, unless it has another one of S3's since.
    pub async fn forget_upload(&self, upload: &UploadInParts) -> Result<()> {
        let forget = sqlx::query(FORGET_UPLOAD)
            .bind(upload.id.uuid())
            .bind(&upload.s3_upload);
        forget
            .execute(self.db.writer(upload.id.shard())?)
            .await
            .of("library")
            .map(drop)
    }
}

fn read(row: &MySqlRow) -> sqlx::Result<Unfinished> {
    let (owner, photo) =
        (UserId::from_uuid(row.try_get("owner_id")?), PhotoId::from_uuid(row.try_get("id")?));
    let upload = Original { folder: folder(row, owner)?, photo, attempt: row.try_get("attempt")? };
    Ok(Unfinished {
        upload,
        status: photo_row::status(row)?,
        updated_at: moment(row, "updated_at")?,
    })
}
