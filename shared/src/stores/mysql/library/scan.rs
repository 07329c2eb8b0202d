//! Every row of a cluster, in the order of its id: for what looks at all of them.

use std::collections::HashMap;

use sqlx::{FromRow, MySql, QueryBuilder, mysql::MySqlRow};
use uuid::Uuid;

use super::{database::Library, photo_row::Photo};
use crate::{
    domain::{AlbumId, Change, Moment, Original, PhotoId, ShareId, view::Status},
    error::{Of, Result},
};

pub(super) const EVERY_ALBUM: &str =
    "SELECT id, version FROM albums WHERE id > ? ORDER BY id LIMIT ?";
pub(super) const EVERY_PHOTO: &str =
    "SELECT id, version FROM photos WHERE id > ? ORDER BY id LIMIT ?";
pub(super) const EVERY_SHARE: &str =
    "SELECT id, version FROM shares WHERE id > ? ORDER BY id LIMIT ?";
pub(super) const PHOTOS_AFTER: &str = "SELECT * FROM photos WHERE id > ? ORDER BY id LIMIT ?";

/// The kinds of rows that are projected, in the order in which they are scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScannedKind {
    /// Albums.
    Albums,
    /// Photos.
    Photos,
    /// Shares.
    Shares,
}

/// A photo as a sweep sees it.
#[derive(Clone, Debug)]
pub struct ScannedPhoto {
    /// Its upload.
    pub original: Original,
    /// Its status.
    pub status: Status,
    /// True if its bytes are in its owner's usage.
    pub counts: bool,
    /// The keys of its renditions.
    pub renditions: Vec<String>,
    /// The moment of its last change.
    pub updated_at: Moment,
}

impl ScannedPhoto {
    /// Returns whether it was given up: an object of its upload is kept by nobody.
    pub fn is_given_up(&self) -> bool {
        self.status == Status::Failed && !self.counts
    }
}

impl Library {
    /// Rows of this cluster after `after`, as changes to what they are.
    pub async fn scan(
        &self,
        cluster: usize,
        what: ScannedKind,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<Change>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        let sql = match what {
            ScannedKind::Albums => EVERY_ALBUM,
            ScannedKind::Photos => EVERY_PHOTO,
            ScannedKind::Shares => EVERY_SHARE,
        };
        let rows: Vec<(Uuid, u32)> = sqlx::query_as(sql)
            .bind(after)
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")?;
        let change = |(id, version)| match what {
            ScannedKind::Albums => Change::Album { id: AlbumId::from_uuid(id), version },
            ScannedKind::Photos => Change::Photo { id: PhotoId::from_uuid(id), version },
            ScannedKind::Shares => Change::Share { id: ShareId::from_uuid(id), version },
        };
        Ok(rows.into_iter().map(change).collect())
    }

    /// Photos of this cluster after `after`.
    pub async fn scan_photos(
        &self,
        cluster: usize,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<ScannedPhoto>> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(Vec::new()) };
        sqlx::query_as(PHOTOS_AFTER)
            .bind(after)
            .bind(limit)
            .fetch_all(writer)
            .await
            .of("library")
    }

    /// Those of these photos that there are, by their ids.
    pub async fn scanned_photos(
        &self,
        photos: &[PhotoId],
    ) -> Result<HashMap<PhotoId, ScannedPhoto>> {
        let mut found = HashMap::new();
        // Not a reader: one that lags would make a new photo look like one that is gone.
        for (writer, photos) in self
            .db
            .writers_of(photos.iter().copied(), |photo| photo.shard())
        {
            let mut query = QueryBuilder::<MySql>::new("SELECT * FROM photos WHERE id IN (");
            let mut ids = query.separated(", ");
            for photo in photos {
                ids.push_bind(photo.uuid());
            }
            query.push(")");
            let photos = query.build_query_as::<ScannedPhoto>();
            for photo in photos.fetch_all(writer).await.of("library")? {
                found.insert(photo.original.photo, photo);
            }
        }
        Ok(found)
    }
}

impl FromRow<'_, MySqlRow> for ScannedPhoto {
    fn from_row(row: &MySqlRow) -> sqlx::Result<Self> {
        let photo = Photo::from_row(row)?;
        let mut renditions = Vec::new();
        for rendition in &photo.view.renditions {
            renditions.push(rendition.url.trim_start_matches('/').to_owned());
        }
        Ok(Self {
            original: photo.original(),
            status: photo.view.status,
            counts: photo.counts,
            renditions,
            updated_at: photo.view.updated_at,
        })
    }
}
