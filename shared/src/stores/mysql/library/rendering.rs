//! What the renditions worker asks and tells, and who makes it work again.

use sqlx::Row;

use super::{
    access::WriteAccess,
    account_deletion::OWNER_OF_PHOTO,
    database::Library,
    editing::end_photo,
    owner_transaction::OwnerTransaction,
    photo_row::{self, Photo},
    senders::Sender,
    tags,
    unfinished::Unfinished,
};
use crate::{
    domain::{
        AlbumId, Caption, Change, FailureCode, Folder, Moment, Original, PhotoId, Sha256, Tag,
        view::{RenditionView, Status},
    },
    error::{Error, Of, Result},
    stores::mysql::failures::again_after_deadlock,
};

const PHOTO_OF_UPLOAD: &str = "SELECT * FROM photos WHERE id = ? AND owner_id = ?";
const BEGIN: &str = "\
    UPDATE photos SET status = 'processing', accepted = TRUE \
    WHERE id = ? AND attempt = ? AND status = 'pending'";
/// One that was set failed, and counts, stays counted until it is sure that no bytes of it are
/// kept.
const FAIL: &str = "\
    UPDATE photos SET status = 'failed', error_code = ?, counts = counts AND ? \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";
/// Values that a person has set stay. The zone is the date's: a file without a date has none to
/// say.
const READY: &str = "\
    UPDATE photos SET status = 'ready', error_code = NULL, width = ?, height = ?, \
                      taken_at = IF(taken_edited, taken_at, COALESCE(?, taken_at)), \
                      taken_offset = IF(taken_edited OR ?, taken_offset, ?), \
                      camera_make = ?, camera_model = ?, lens = ?, \
                      latitude = IF(place_edited, latitude, ?), longitude = IF(place_edited, longitude, ?), \
                      caption = IF(caption_edited OR caption <> '', caption, ?), placeholder = ?, renditions = ?, \
                      found_type = ? \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";
const GIVE_BYTES_BACK: &str = "UPDATE owners SET bytes = bytes - LEAST(bytes, ?) WHERE user_id = ?";
const REPROCESS: &str = "\
    UPDATE photos SET status = 'pending', error_code = NULL \
    WHERE id = ? AND attempt = ? AND status = 'failed' AND error_code = 'processing_failed'";
/// Nothing of one that was ready before: it is counted once.
const BYTES_OF_NEW: &str = "SELECT bytes FROM photos WHERE id = ? AND width IS NULL";
pub(super) const ALBUMS_WITHOUT_COVER: &str = "\
    SELECT a.id FROM entries e JOIN albums a ON a.id = e.album_id \
    WHERE e.photo_id = ? AND a.cover_photo IS NULL";

/// The work that an object which has arrived asks for.
#[derive(Debug)]
pub enum UploadArrival {
    /// To make renditions of it.
    Work(RenderingWork),
    /// Nothing: the photo is ready or failed.
    Settled,
    /// To delete it: it is of an earlier attempt, came when it was given up, or from whom it is not
    /// taken.
    Unwanted(Vec<Change>),
    /// There is no such photo: to delete it if the photo was ended on purpose.
    Unknown,
}

/// A photo whose bytes have arrived.
#[derive(Debug)]
pub struct RenderingWork {
    /// The sum that its bytes must have.
    pub sha256: Sha256,
    /// The number of bytes that there must be.
    pub bytes: u64,
    /// The folder of its images: one signature opens all images of an owner.
    pub folder: Folder,
    /// What changed by beginning.
    pub changes: Vec<Change>,
}

/// What the worker found out about a photo.
#[derive(Debug)]
pub enum RenderingOutcome {
    /// Its renditions are there.
    Ready(Box<RenderedPhoto>),
    /// No renditions can be made.
    Failed(FailureCode),
}

/// A photo's facts and renditions.
#[derive(Debug, Default)]
pub struct RenderedPhoto {
    /// The media type that its bytes have.
    pub media_type: &'static str,
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
    /// The caption, by the file.
    pub caption: Option<Caption>,
    /// Its keywords, by the file.
    pub tags: Vec<Tag>,
    /// The ThumbHash.
    pub placeholder: Vec<u8>,
    /// The renditions, stored.
    pub renditions: Vec<RenditionView>,
}

impl Library {
    /// Notes that this upload has arrived, and asks once more whether who sends it may; what to do
    /// with its object.
    pub async fn begin_rendering(&self, upload: &Original) -> Result<UploadArrival> {
        again_after_deadlock(|| self.try_begin(upload)).await
    }

    /// Sets the photo ready or failed, unless it is one of the two: the first outcome stands.
    pub async fn finish_rendering(
        &self,
        upload: &Original,
        outcome: &RenderingOutcome,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_finish(upload, outcome)).await
    }

    /// Gives up a photo whose bytes are not there, if it is still what it was when S3 was asked for
    /// them: one whose work has begun since has bytes. One that guests announced is gone: of a
    /// link that anybody may have, announcements would be left for ever.
    pub async fn give_up(&self, seen: &Unfinished) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_give_up(seen)).await
    }

    /// The upload that would be worked on again.
    ///
    /// # Errors
    /// [`Error::AlreadyReady`], [`Error::FailsAgain`], and the refusals of the photo's transaction.
    pub async fn find_upload_to_reprocess(
        &self,
        id: PhotoId,
        writer: &WriteAccess,
    ) -> Result<Original> {
        let photo = self.find_photo_for(id, writer).await?;
        check_reprocess(&photo)?;
        Ok(photo.original())
    }

    /// Sets a failed photo `pending` again, under the key that it was sent to. One that is on its
    /// way stays as it is.
    ///
    /// # Errors
    /// As [`Library::to_reprocess`].
    pub async fn reprocess(&self, upload: &Original, writer: &WriteAccess) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_reprocess(upload, writer)).await
    }

    async fn try_reprocess(&self, upload: &Original, writer: &WriteAccess) -> Result<Vec<Change>> {
        let (mut transaction, photo) = self.begin_photo_transaction(upload.photo, writer).await?;
        check_reprocess(&photo)?;
        let reprocess = sqlx::query(REPROCESS)
            .bind(upload.photo.uuid())
            .bind(upload.attempt);
        if reprocess
            .execute(transaction.db())
            .await
            .of("library")?
            .rows_affected()
            > 0
        {
            transaction.mark_photo_changed(upload.photo);
        }
        transaction.commit().await
    }

    async fn try_begin(&self, upload: &Original) -> Result<UploadArrival> {
        let Some(mut transaction) = self.begin_upload_transaction(upload).await? else {
            return Ok(UploadArrival::Unknown);
        };
        let photo = photo_of(&mut transaction, upload).await.of("library")?;
        let Some(photo) = photo.filter(|photo| photo.folder == upload.folder) else {
            return Ok(UploadArrival::Unknown);
        };
        let given_up = photo.view.status == Status::Failed && !photo.counts;
        if photo.attempt != upload.attempt || given_up {
            return Ok(UploadArrival::Unwanted(Vec::new()));
        }
        if !matches!(photo.view.status, Status::Pending | Status::Processing) {
            return Ok(UploadArrival::Settled);
        }
        if !photo.accepted
            && !transaction
                .may_still_send(upload.photo, photo.sender)
                .await
                .of("library")?
        {
            fail(&mut transaction, upload, FailureCode::NotAllowed)
                .await
                .of("library")?;
            return Ok(UploadArrival::Unwanted(transaction.commit().await?));
        }
        transaction.skip_activity(); // how it ends is
        let begin = sqlx::query(BEGIN)
            .bind(upload.photo.uuid())
            .bind(upload.attempt);
        if begin
            .execute(transaction.db())
            .await
            .of("library")?
            .rows_affected()
            > 0
        {
            transaction.mark_photo_changed(upload.photo);
        }
        let folder = transaction.folder;
        Ok(UploadArrival::Work(RenderingWork {
            sha256: photo.sha256,
            bytes: photo.bytes,
            folder,
            changes: transaction.commit().await?,
        }))
    }

    /// A transaction of whoever owns the photo that this is an upload of, if it is there.
    pub(super) async fn begin_upload_transaction(
        &self,
        upload: &Original,
    ) -> Result<Option<OwnerTransaction>> {
        self.begin_transaction_of_owner(OWNER_OF_PHOTO, upload.photo.uuid(), upload.photo.shard())
            .await
    }

    async fn try_give_up(&self, seen: &Unfinished) -> Result<Vec<Change>> {
        let upload = &seen.upload;
        let Some(mut transaction) = self.begin_upload_transaction(upload).await? else {
            return Ok(Vec::new());
        };
        let photo = photo_of(&mut transaction, upload).await.of("library")?;
        let as_seen =
            |photo: &Photo| photo.attempt == upload.attempt && photo.view.status == seen.status;
        let Some(photo) = photo.filter(as_seen) else { return Ok(Vec::new()) };
        match photo.sender {
            Sender::Guest(_) if !photo.accepted => end_photo(&mut transaction, &photo).await,
            _ => fail(&mut transaction, upload, FailureCode::NeverArrived).await,
        }
        .of("library")?;
        transaction.commit().await
    }

    async fn try_finish(
        &self,
        upload: &Original,
        outcome: &RenderingOutcome,
    ) -> Result<Vec<Change>> {
        let Some(mut transaction) = self.begin_upload_transaction(upload).await? else {
            return Ok(Vec::new());
        };
        match outcome {
            RenderingOutcome::Failed(code) => fail(&mut transaction, upload, *code).await,
            RenderingOutcome::Ready(rendered) => ready(&mut transaction, upload, rendered).await,
        }
        .of("library")?;
        transaction.commit().await
    }
}

/// Returns the photo of this upload, if the transaction's owner has it.
pub(super) async fn photo_of(
    transaction: &mut OwnerTransaction,
    upload: &Original,
) -> sqlx::Result<Option<Photo>> {
    let row = sqlx::query(PHOTO_OF_UPLOAD)
        .bind(upload.photo.uuid())
        .bind(transaction.owner.uuid());
    row.fetch_optional(transaction.db())
        .await?
        .as_ref()
        .map(photo_row::read)
        .transpose()
}

/// Only what failed on our side can end otherwise. What is on its way has been asked for already.
fn check_reprocess(photo: &Photo) -> Result<()> {
    let failure = photo.view.error.as_ref().map(|error| error.code);
    match photo.view.status {
        Status::Ready => Err(Error::AlreadyReady),
        Status::Failed if !photo.counts => Err(Error::NotUploaded),
        Status::Failed if failure != Some(FailureCode::ProcessingFailed.word()) => {
            Err(Error::FailsAgain)
        }
        Status::Failed | Status::Pending | Status::Processing => Ok(()),
    }
}

async fn fail(
    transaction: &mut OwnerTransaction,
    upload: &Original,
    code: FailureCode,
) -> sqlx::Result<()> {
    let Some(photo) = photo_of(transaction, upload).await? else { return Ok(()) };
    let kept = code.keeps_bytes();
    let fail = sqlx::query(FAIL)
        .bind(code.word())
        .bind(kept)
        .bind(upload.photo.uuid())
        .bind(upload.attempt);
    if fail.execute(transaction.db()).await?.rows_affected() == 0 {
        return Ok(());
    }
    if !kept {
        let give_back = sqlx::query(GIVE_BYTES_BACK)
            .bind(photo.counted())
            .bind(transaction.owner.uuid());
        give_back.execute(transaction.db()).await?;
    }
    transaction.add_fact("error", code.word());
    transaction.mark_photo_changed(upload.photo);
    Ok(())
}

async fn ready(
    transaction: &mut OwnerTransaction,
    upload: &Original,
    r: &RenderedPhoto,
) -> sqlx::Result<()> {
    let renditions =
        serde_json::to_string(&r.renditions).map_err(|e| sqlx::Error::Encode(e.into()))?;
    let taken_at = r.taken_at.map(Moment::utc);
    let bytes: Option<u64> = sqlx::query_scalar(BYTES_OF_NEW)
        .bind(upload.photo.uuid())
        .fetch_optional(transaction.db())
        .await?;
    let query = sqlx::query(READY)
        .bind(r.width)
        .bind(r.height)
        .bind(taken_at);
    let query = query.bind(taken_at.is_none()).bind(r.taken_offset);
    let query = query
        .bind(&r.camera_make)
        .bind(&r.camera_model)
        .bind(&r.lens);
    let query = query.bind(r.place.map(|p| p.0)).bind(r.place.map(|p| p.1));
    let query = query
        .bind(r.caption.as_ref().map_or("", Caption::as_str))
        .bind(&r.placeholder)
        .bind(renditions);
    let query = query.bind(r.media_type);
    let query = query.bind(upload.photo.uuid()).bind(upload.attempt);
    if query.execute(transaction.db()).await?.rows_affected() == 0 {
        return Ok(());
    }
    transaction.move_entries(upload.photo).await?;
    tags::add_tags_of_file(transaction, upload.photo, &r.tags).await?;
    if let Some(bytes) = bytes {
        transaction.add_fact("bytes", bytes);
    }
    let camera = [&r.camera_make, &r.camera_model]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>();
    if !camera.is_empty() {
        transaction.add_fact("camera", camera.join(" "));
    }
    for album in sqlx::query(ALBUMS_WITHOUT_COVER)
        .bind(upload.photo.uuid())
        .fetch_all(transaction.db())
        .await?
    {
        let album = AlbumId::from_uuid(album.try_get("id")?);
        transaction.choose_cover(album).await?;
        transaction.mark_album_changed(album);
    }
    transaction.mark_photo_changed(upload.photo);
    Ok(())
}
