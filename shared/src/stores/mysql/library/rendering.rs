//! The beginning and the outcome of a photo's rendering, and how it is asked for again.

use super::{
    access::WriteAccess, account_deletion::OWNER_OF_PHOTO, database::Library, editing::end_photo,
    owner_transaction::OwnerTransaction, photo_row::Photo, senders::Sender, tags,
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
                      latitude = IF(place_edited, latitude, ?), \
                      longitude = IF(place_edited, longitude, ?), \
                      caption = IF(caption_edited OR caption <> '', caption, ?), \
                      placeholder = ?, renditions = ?, found_type = ? \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";
const GIVE_BYTES_BACK: &str = "UPDATE owners SET bytes = bytes - LEAST(bytes, ?) WHERE user_id = ?";
const REPROCESS: &str = "\
    UPDATE photos SET status = 'pending', error_code = NULL \
    WHERE id = ? AND attempt = ? AND status = 'failed' AND error_code = 'processing_failed'";

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
    /// Changes that were made by beginning.
    pub changes: Vec<Change>,
}

/// The outcome of a photo's rendering.
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
    /// The moment at which it was taken.
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

impl RenderedPhoto {
    /// Returns the camera's maker and model as one name.
    fn camera(&self) -> Option<String> {
        match (&self.camera_make, &self.camera_model) {
            (Some(make), Some(model)) => Some(format!("{make} {model}")),
            (Some(name), None) | (None, Some(name)) => Some(name.clone()),
            (None, None) => None,
        }
    }
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
        let reset = sqlx::query(REPROCESS)
            .bind(upload.photo.uuid())
            .bind(upload.attempt)
            .execute(transaction.db())
            .await
            .of("library")?;
        if reset.rows_affected() > 0 {
            transaction.mark_photo_changed(upload.photo);
        }
        transaction.commit().await
    }

    async fn try_begin(&self, upload: &Original) -> Result<UploadArrival> {
        let Some(mut transaction) = self.begin_upload_transaction(upload).await? else {
            return Ok(UploadArrival::Unknown);
        };
        let photo = match photo_of(&mut transaction, upload).await.of("library")? {
            Some(photo) if photo.folder == upload.folder => photo,
            _ => return Ok(UploadArrival::Unknown),
        };
        let given_up = photo.view.status == Status::Failed && !photo.counts;
        if photo.attempt != upload.attempt || given_up {
            return Ok(UploadArrival::Unwanted(Vec::new()));
        }
        if !matches!(photo.view.status, Status::Pending | Status::Processing) {
            return Ok(UploadArrival::Settled);
        }
        let is_accepted = photo.accepted
            || transaction
                .may_still_send(upload.photo, photo.sender)
                .await
                .of("library")?;
        if !is_accepted {
            fail(&mut transaction, &photo, FailureCode::NotAllowed)
                .await
                .of("library")?;
            return Ok(UploadArrival::Unwanted(transaction.commit().await?));
        }
        begin(&mut transaction, upload).await.of("library")?;
        Ok(UploadArrival::Work(RenderingWork {
            sha256: photo.sha256,
            bytes: photo.bytes,
            folder: transaction.folder,
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
        let photo = match photo_of(&mut transaction, upload).await.of("library")? {
            Some(photo) if photo.attempt == upload.attempt && photo.view.status == seen.status => {
                photo
            }
            _ => return Ok(Vec::new()),
        };
        match photo.sender {
            Sender::Guest(_) if !photo.accepted => end_photo(&mut transaction, &photo).await,
            _ => fail(&mut transaction, &photo, FailureCode::NeverArrived).await,
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
        let photo = match photo_of(&mut transaction, upload).await.of("library")? {
            Some(photo) if photo.attempt == upload.attempt => photo,
            _ => return transaction.commit().await,
        };
        match outcome {
            RenderingOutcome::Failed(code) => fail(&mut transaction, &photo, *code).await,
            RenderingOutcome::Ready(rendered) => ready(&mut transaction, &photo, rendered).await,
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
    let owner = transaction.owner.uuid();
    sqlx::query_as(PHOTO_OF_UPLOAD)
        .bind(upload.photo.uuid())
        .bind(owner)
        .fetch_optional(transaction.db())
        .await
}

async fn begin(transaction: &mut OwnerTransaction, upload: &Original) -> sqlx::Result<()> {
    transaction.skip_activity(); // the one that ends it leaves a row
    let begun = sqlx::query(BEGIN)
        .bind(upload.photo.uuid())
        .bind(upload.attempt)
        .execute(transaction.db())
        .await?;
    // Guests see it neither before nor after.
    if begun.rows_affected() > 0 {
        transaction.mark_photo_annotated(upload.photo);
    }
    Ok(())
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
    photo: &Photo,
    code: FailureCode,
) -> sqlx::Result<()> {
    let kept = code.keeps_bytes();
    let failed = sqlx::query(FAIL)
        .bind(code.word())
        .bind(kept)
        .bind(photo.view.id.uuid())
        .bind(photo.attempt)
        .execute(transaction.db())
        .await?;
    if failed.rows_affected() == 0 {
        return Ok(());
    }
    if !kept {
        let owner = transaction.owner.uuid();
        sqlx::query(GIVE_BYTES_BACK)
            .bind(photo.counted())
            .bind(owner)
            .execute(transaction.db())
            .await?;
    }
    transaction.add_fact("error", code.word());
    transaction.mark_photo_changed(photo.view.id);
    Ok(())
}

async fn ready(
    transaction: &mut OwnerTransaction,
    photo: &Photo,
    rendered: &RenderedPhoto,
) -> sqlx::Result<()> {
    let id = photo.view.id;
    if !set_ready(transaction, photo, rendered).await? {
        return Ok(());
    }
    // Without a date of its own it stays where its announcement has put it.
    if rendered.taken_at.is_some() {
        transaction.move_entries(id).await?;
    }
    tags::add_tags_of_file(transaction, id, &rendered.tags).await?;
    // One that was ready before has been counted.
    if photo.view.width.is_none() {
        transaction.add_fact("bytes", photo.bytes);
    }
    if let Some(camera) = rendered.camera() {
        transaction.add_fact("camera", camera);
    }
    let albums: Vec<AlbumId> = sqlx::query_scalar(ALBUMS_WITHOUT_COVER)
        .bind(id.uuid())
        .fetch_all(transaction.db())
        .await?;
    for album in albums {
        transaction.choose_cover(album).await?;
        transaction.mark_album_changed(album);
    }
    transaction.mark_photo_changed(id);
    Ok(())
}

/// Writes what was found out about the photo; `false` when it is ready or failed.
async fn set_ready(
    transaction: &mut OwnerTransaction,
    photo: &Photo,
    rendered: &RenderedPhoto,
) -> sqlx::Result<bool> {
    let renditions = serde_json::to_string(&rendered.renditions)
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    let set = sqlx::query(READY)
        .bind(rendered.width)
        .bind(rendered.height)
        .bind(rendered.taken_at.map(Moment::utc))
        .bind(rendered.taken_at.is_none())
        .bind(rendered.taken_offset)
        .bind(&rendered.camera_make)
        .bind(&rendered.camera_model)
        .bind(&rendered.lens)
        .bind(rendered.place.map(|(latitude, _)| latitude))
        .bind(rendered.place.map(|(_, longitude)| longitude))
        .bind(rendered.caption.as_ref().map_or("", Caption::as_str))
        .bind(&rendered.placeholder)
        .bind(renditions)
        .bind(rendered.media_type)
        .bind(photo.view.id.uuid())
        .bind(photo.attempt)
        .execute(transaction.db())
        .await?;
    Ok(set.rows_affected() > 0)
}
