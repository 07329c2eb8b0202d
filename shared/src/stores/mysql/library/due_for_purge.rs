//! Photos and albums that have been in the trash until their time has come.

use sqlx::{FromRow, MySqlPool, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::database::Library;
use crate::{
    domain::{AlbumId, Moment, PhotoId, UserId},
    error::{Of, Result},
};

pub(super) const PHOTOS_DUE: &str = "\
    SELECT id, owner_id, deleted_at FROM photos FORCE INDEX (photos_in_trash) \
    WHERE deleted_at <= ? AND deleted_at >= ? AND (deleted_at > ? OR id > ?) \
    ORDER BY deleted_at, id LIMIT ?";
pub(super) const ALBUMS_DUE: &str = "\
    SELECT id, owner_id, deleted_at FROM albums FORCE INDEX (albums_in_trash) \
    WHERE deleted_at <= ? AND deleted_at >= ? AND (deleted_at > ? OR id > ?) \
    ORDER BY deleted_at, id LIMIT ?";

/// Something in the trash whose time has come.
#[derive(Clone, Copy, Debug)]
pub struct DueForPurge<T> {
    /// The photo or album.
    pub id: T,
    /// Its owner.
    pub owner: UserId,
    /// Since when it has been in the trash.
    pub deleted_at: Moment,
}

impl<T> FromRow<'_, MySqlRow> for DueForPurge<T>
where
    T: for<'row> sqlx::Decode<'row, sqlx::MySql> + sqlx::Type<sqlx::MySql>,
{
    fn from_row(row: &MySqlRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            owner: row.try_get("owner_id")?,
            deleted_at: row.try_get("deleted_at")?,
        })
    }
}

/// A place in the list of what is due: after what went into the trash at this moment, with this id.
struct PurgePlace {
    deleted_at: Moment,
    id: Uuid,
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
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let after = after.map(|due| PurgePlace { deleted_at: due.deleted_at, id: due.id.uuid() });
        find_due(writer, PHOTOS_DUE, before, after, limit)
            .await
            .of("library")
    }

    /// As [`Library::photos_due`], albums.
    pub async fn albums_due(
        &self,
        cluster: usize,
        before: Moment,
        after: Option<DueForPurge<AlbumId>>,
        limit: u32,
    ) -> Result<Vec<DueForPurge<AlbumId>>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let after = after.map(|due| PurgePlace { deleted_at: due.deleted_at, id: due.id.uuid() });
        find_due(writer, ALBUMS_DUE, before, after, limit)
            .await
            .of("library")
    }
}

async fn find_due<T>(
    cluster: &MySqlPool,
    sql: &'static str,
    before: Moment,
    after: Option<PurgePlace>,
    limit: u32,
) -> sqlx::Result<Vec<DueForPurge<T>>>
where
    DueForPurge<T>: for<'row> FromRow<'row, MySqlRow> + Send + Unpin,
{
    let start = PurgePlace { deleted_at: Moment::FIRST, id: Uuid::nil() };
    let after = after.unwrap_or(start);
    sqlx::query_as(sql)
        .bind(before.utc())
        .bind(after.deleted_at.utc())
        .bind(after.deleted_at.utc())
        .bind(after.id)
        .bind(limit)
        .fetch_all(cluster)
        .await
}
