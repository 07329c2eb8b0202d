//! What the renditions worker asks and tells.

use sqlx::{MySqlConnection, Row};

use super::{Library, lock_owner, outbox, photos};
use crate::{
    domain::{
        AlbumId, Moment, PhotoId, Sha256,
        view::{RenditionView, Status},
    },
    error::{Of, Result},
    stores::{Original, mysql::again_after_deadlock, projection::Change},
};

const PHOTO_OF_UPLOAD: &str = "SELECT * FROM photos WHERE id = ? AND owner_id = ? AND attempt = ?";
const BEGIN: &str = "\
    UPDATE photos SET status = 'processing', updated_at = ?, version = version + 1 \
    WHERE id = ? AND attempt = ? AND status = 'pending'";
const FAIL: &str = "\
    UPDATE photos SET status = 'failed', error_code = ?, updated_at = ?, version = version + 1 \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";
const READY: &str = "\
    UPDATE photos SET status = 'ready', error_code = NULL, width = ?, height = ?, taken_at = COALESCE(?, taken_at), \
                      taken_offset = ?, camera_make = ?, camera_model = ?, lens = ?, latitude = ?, longitude = ?, \
                      placeholder = ?, renditions = ?, updated_at = ?, version = version + 1 \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";
const VERSION: &str = "SELECT version FROM photos WHERE id = ?";
const MOVE_ENTRIES: &str = "UPDATE entries SET taken_at = ? WHERE photo_id = ?";
pub(super) const ALBUMS_WITHOUT_COVER: &str = "\
    SELECT a.id, a.version FROM entries e JOIN albums a ON a.id = e.album_id \
    WHERE e.photo_id = ? AND a.cover_photo IS NULL AND a.deleted_at IS NULL";
const SET_COVER: &str = "UPDATE albums SET cover_photo = ?, updated_at = ?, version = version + 1 WHERE id = ?";

/// A photo whose bytes have arrived.
#[derive(Debug)]
pub struct Work {
    /// The sum that its bytes must have.
    pub sha256: Sha256,
    /// What changed by beginning.
    pub changes: Vec<Change>,
}

/// What the worker found out about a photo.
#[derive(Debug)]
pub enum Outcome {
    /// Its renditions are there.
    Ready(Box<Rendered>),
    /// No renditions can be made; a stable code.
    Failed(&'static str),
}

/// A photo's facts and renditions.
#[derive(Debug, Default)]
pub struct Rendered {
    /// Width in pixels when upright.
    pub width: u32,
    /// Height in pixels when upright.
    pub height: u32,
    /// When it was taken.
    pub taken_at: Option<Moment>,
    /// Minutes east of UTC where it was taken.
    pub taken_offset: Option<i16>,
    /// The camera's maker.
    pub camera_make: Option<String>,
    /// The camera's model.
    pub camera_model: Option<String>,
    /// The lens.
    pub lens: Option<String>,
    /// Latitude and longitude in degrees.
    pub place: Option<(f64, f64)>,
    /// The ThumbHash.
    pub placeholder: Vec<u8>,
    /// The renditions, stored.
    pub renditions: Vec<RenditionView>,
}

impl Library {
    /// Notes that this upload has arrived. `None` when there is nothing to do: the photo is ready
    /// or failed, has been sent again under another key, or is gone.
    pub async fn begin_rendering(&self, upload: &Original) -> Result<Option<Work>> {
        again_after_deadlock(|| self.try_begin(upload)).await
    }

    /// Sets the photo ready or failed, unless it is one of the two: the first outcome stands.
    pub async fn finish_rendering(&self, upload: &Original, outcome: &Outcome) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_finish(upload, outcome)).await
    }

    async fn try_begin(&self, upload: &Original) -> Result<Option<Work>> {
        let mut tx = self.db.writer(upload.photo.shard())?.begin().await.of("library")?;
        let row = sqlx::query(PHOTO_OF_UPLOAD).bind(upload.photo.uuid()).bind(upload.owner.uuid()).bind(upload.attempt);
        let row = row.fetch_optional(&mut *tx).await.of("library")?;
        let Some(photo) = row.as_ref().map(photos::read).transpose().of("library")? else { return Ok(None) };
        if !matches!(photo.view.status, Status::Pending | Status::Processing) {
            return Ok(None);
        }
        let begin = sqlx::query(BEGIN).bind(Moment::now().utc()).bind(upload.photo.uuid()).bind(upload.attempt);
        let first = begin.execute(&mut *tx).await.of("library")?.rows_affected() > 0;
        let changes = if first { note_photo(&mut tx, upload.photo).await.of("library")? } else { Vec::new() };
        tx.commit().await.of("library")?;
        Ok(Some(Work { sha256: photo.sha256, changes }))
    }

    async fn try_finish(&self, upload: &Original, outcome: &Outcome) -> Result<Vec<Change>> {
        let mut tx = self.db.writer(upload.photo.shard())?.begin().await.of("library")?;
        lock_owner(&mut tx, upload.owner).await.of("library")?;
        let changes = match outcome {
            Outcome::Failed(code) => fail(&mut tx, upload, code).await,
            Outcome::Ready(rendered) => ready(&mut tx, upload, rendered).await,
        };
        let changes = changes.of("library")?;
        tx.commit().await.of("library")?;
        Ok(changes)
    }
}

async fn fail(tx: &mut MySqlConnection, upload: &Original, code: &str) -> sqlx::Result<Vec<Change>> {
    let fail = sqlx::query(FAIL).bind(code).bind(Moment::now().utc()).bind(upload.photo.uuid()).bind(upload.attempt);
    match fail.execute(&mut *tx).await?.rows_affected() {
        0 => Ok(Vec::new()),
        _ => note_photo(tx, upload.photo).await,
    }
}

async fn ready(tx: &mut MySqlConnection, upload: &Original, r: &Rendered) -> sqlx::Result<Vec<Change>> {
    let renditions = serde_json::to_string(&r.renditions).map_err(|e| sqlx::Error::Encode(e.into()))?;
    let taken_at = r.taken_at.map(Moment::utc);
    let query = sqlx::query(READY).bind(r.width).bind(r.height).bind(taken_at).bind(r.taken_offset);
    let query = query.bind(&r.camera_make).bind(&r.camera_model).bind(&r.lens);
    let query = query.bind(r.place.map(|p| p.0)).bind(r.place.map(|p| p.1)).bind(&r.placeholder).bind(renditions);
    let query = query.bind(Moment::now().utc()).bind(upload.photo.uuid()).bind(upload.attempt);
    if query.execute(&mut *tx).await?.rows_affected() == 0 {
        return Ok(Vec::new());
    }
    if taken_at.is_some() {
        sqlx::query(MOVE_ENTRIES).bind(taken_at).bind(upload.photo.uuid()).execute(&mut *tx).await?;
    }
    let mut changes = cover_albums(tx, upload.photo).await?;
    changes.extend(note_photo(tx, upload.photo).await?);
    Ok(changes)
}

/// Makes the photo the cover of those of its albums that have none.
async fn cover_albums(tx: &mut MySqlConnection, photo: PhotoId) -> sqlx::Result<Vec<Change>> {
    let mut changes = Vec::new();
    for row in sqlx::query(ALBUMS_WITHOUT_COVER).bind(photo.uuid()).fetch_all(&mut *tx).await? {
        let (id, version) = (AlbumId::from_uuid(row.try_get("id")?), row.try_get::<u32, _>("version")? + 1);
        let cover = sqlx::query(SET_COVER).bind(photo.uuid()).bind(Moment::now().utc()).bind(id.uuid());
        cover.execute(&mut *tx).await?;
        changes.push(Change::Album { id, version });
    }
    outbox::note(tx, &changes).await?;
    Ok(changes)
}

async fn note_photo(tx: &mut MySqlConnection, id: PhotoId) -> sqlx::Result<Vec<Change>> {
    let version = sqlx::query_scalar(VERSION).bind(id.uuid()).fetch_one(&mut *tx).await?;
    let changes = vec![Change::Photo { id, version }];
    outbox::note(tx, &changes).await?;
    Ok(changes)
}
