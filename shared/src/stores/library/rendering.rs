//! What the renditions worker asks and tells, and who makes it work again.

use sqlx::Row;

use super::{Library, access::Writer, photos, tags, turn::Turn};
use crate::{
    domain::{
        AlbumId, Caption, FailureCode, Moment, PhotoId, Sha256, Tag,
        view::{RenditionView, Status},
    },
    error::{Error, Of, Result},
    stores::{Original, mysql::again_after_deadlock, projection::Change},
};

const PHOTO_OF_UPLOAD: &str = "SELECT * FROM photos WHERE id = ? AND owner_id = ? AND attempt = ?";
const BEGIN: &str = "\
    UPDATE photos SET status = 'processing' \
    WHERE id = ? AND attempt = ? AND status = 'pending'";
const FAIL: &str = "\
    UPDATE photos SET status = 'failed', error_code = ? \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";
/// What a person has set stays. The zone is the date's: a file without a date has none to say.
const READY: &str = "\
    UPDATE photos SET status = 'ready', error_code = NULL, width = ?, height = ?, \
                      taken_at = IF(taken_edited, taken_at, COALESCE(?, taken_at)), \
                      taken_offset = IF(taken_edited OR ?, taken_offset, ?), \
                      camera_make = ?, camera_model = ?, lens = ?, \
                      latitude = IF(place_edited, latitude, ?), longitude = IF(place_edited, longitude, ?), \
                      caption = IF(caption_edited OR caption <> '', caption, ?), placeholder = ?, renditions = ? \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";
const REPROCESS: &str = "\
    UPDATE photos SET status = 'pending', error_code = NULL \
    WHERE id = ? AND attempt = ? AND status = 'failed'";
/// Nothing of one that was ready before: it is counted once.
const BYTES_OF_NEW: &str = "SELECT bytes FROM photos WHERE id = ? AND width IS NULL";
pub(super) const ALBUMS_WITHOUT_COVER: &str = "\
    SELECT a.id FROM entries e JOIN albums a ON a.id = e.album_id \
    WHERE e.photo_id = ? AND a.cover_photo IS NULL";

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
    /// No renditions can be made.
    Failed(FailureCode),
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
    /// What it shows, by the file.
    pub caption: Option<Caption>,
    /// Its keywords, by the file.
    pub tags: Vec<Tag>,
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

    /// The upload that would be worked on again.
    ///
    /// # Errors
    /// [`Error::AlreadyReady`], and the refusals of the photo's turn.
    pub async fn to_reprocess(&self, id: PhotoId, writer: &Writer) -> Result<Original> {
        let photo = self.photo_seen(id, writer).await?;
        if photo.view.status == Status::Ready { Err(Error::AlreadyReady) } else { Ok(photo.original()) }
    }

    /// Sets a failed photo `pending` again, under the key that it was sent to. One that is on its way stays as it is.
    ///
    /// # Errors
    /// As [`Library::to_reprocess`].
    pub async fn reprocess(&self, upload: &Original, writer: &Writer) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_reprocess(upload, writer)).await
    }

    async fn try_reprocess(&self, upload: &Original, writer: &Writer) -> Result<Vec<Change>> {
        let (mut turn, photo) = self.photo_turn(upload.photo, writer).await?;
        if photo.view.status == Status::Ready {
            return Err(Error::AlreadyReady);
        }
        let reprocess = sqlx::query(REPROCESS).bind(upload.photo.uuid()).bind(upload.attempt);
        if reprocess.execute(turn.db()).await.of("library")?.rows_affected() > 0 {
            turn.photo_changed(upload.photo);
        }
        turn.commit().await
    }

    async fn try_begin(&self, upload: &Original) -> Result<Option<Work>> {
        let mut turn = self.turn(upload.owner, upload.photo.shard()).await?;
        let row = sqlx::query(PHOTO_OF_UPLOAD).bind(upload.photo.uuid()).bind(upload.owner.uuid()).bind(upload.attempt);
        let row = row.fetch_optional(turn.db()).await.of("library")?;
        let Some(photo) = row.as_ref().map(photos::read).transpose().of("library")? else { return Ok(None) };
        if !matches!(photo.view.status, Status::Pending | Status::Processing) {
            return Ok(None);
        }
        let begin = sqlx::query(BEGIN).bind(upload.photo.uuid()).bind(upload.attempt);
        if begin.execute(turn.db()).await.of("library")?.rows_affected() > 0 {
            turn.photo_changed(upload.photo);
        }
        turn.unrecorded(); // how it ends is
        Ok(Some(Work { sha256: photo.sha256, changes: turn.commit().await? }))
    }

    async fn try_finish(&self, upload: &Original, outcome: &Outcome) -> Result<Vec<Change>> {
        let mut turn = self.turn(upload.owner, upload.photo.shard()).await?;
        match outcome {
            Outcome::Failed(code) => fail(&mut turn, upload, *code).await,
            Outcome::Ready(rendered) => ready(&mut turn, upload, rendered).await,
        }
        .of("library")?;
        turn.commit().await
    }
}

async fn fail(turn: &mut Turn, upload: &Original, code: FailureCode) -> sqlx::Result<()> {
    let fail = sqlx::query(FAIL).bind(code.word()).bind(upload.photo.uuid()).bind(upload.attempt);
    if fail.execute(turn.db()).await?.rows_affected() > 0 {
        turn.fact("error", code.word());
        turn.photo_changed(upload.photo);
    }
    Ok(())
}

async fn ready(turn: &mut Turn, upload: &Original, r: &Rendered) -> sqlx::Result<()> {
    let renditions = serde_json::to_string(&r.renditions).map_err(|e| sqlx::Error::Encode(e.into()))?;
    let taken_at = r.taken_at.map(Moment::utc);
    let bytes: Option<u64> =
        sqlx::query_scalar(BYTES_OF_NEW).bind(upload.photo.uuid()).fetch_optional(turn.db()).await?;
    let query = sqlx::query(READY).bind(r.width).bind(r.height).bind(taken_at);
    let query = query.bind(taken_at.is_none()).bind(r.taken_offset);
    let query = query.bind(&r.camera_make).bind(&r.camera_model).bind(&r.lens);
    let query = query.bind(r.place.map(|p| p.0)).bind(r.place.map(|p| p.1));
    let query = query.bind(r.caption.as_ref().map_or("", Caption::as_str)).bind(&r.placeholder).bind(renditions);
    let query = query.bind(upload.photo.uuid()).bind(upload.attempt);
    if query.execute(turn.db()).await?.rows_affected() == 0 {
        return Ok(());
    }
    turn.move_entries(upload.photo).await?;
    tags::give(turn, upload.photo, &r.tags).await?;
    if let Some(bytes) = bytes {
        turn.fact("bytes", bytes);
    }
    let camera = [&r.camera_make, &r.camera_model].into_iter().flatten().map(String::as_str).collect::<Vec<_>>();
    if !camera.is_empty() {
        turn.fact("camera", camera.join(" "));
    }
    for album in sqlx::query(ALBUMS_WITHOUT_COVER).bind(upload.photo.uuid()).fetch_all(turn.db()).await? {
        let album = AlbumId::from_uuid(album.try_get("id")?);
        turn.choose_cover(album).await?;
        turn.album_changed(album);
    }
    turn.photo_changed(upload.photo);
    Ok(())
}
