//! The beginning and the end of a photo's rendering.

use super::{
    account_deletion::FIND_OWNER_OF_PHOTO,
    database::Library,
    editing::end_photo,
    owner_transaction::OwnerTransaction,
    photo_row::Photo,
    rendered_photo::{RenderedPhoto, RenderingOutcome, set_ready},
    senders::Sender,
    tags,
    unfinished::Unfinished,
};
use crate::{
    domain::{AlbumId, Change, FailureCode, Folder, Original, Sha256, view::Status},
    error::{Of, Result},
    stores::mysql::{batch::Batch, conflicts::again_after_deadlock},
};

const PHOTO_OF_UPLOAD: &str = "SELECT * FROM photos WHERE id = ? AND owner_id = @owner";
const BEGIN: &str = "\
    UPDATE photos SET status = 'processing', accepted = TRUE \
    WHERE id = ? AND attempt = ? AND status = 'pending'";
/// One that was set failed, and counts, stays counted until it is sure that no bytes of it are
/// kept.
const FAIL: &str = "\
    UPDATE photos SET status = 'failed', error_code = ?, counts = counts AND ? \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";
const GIVE_BYTES_BACK: &str = "UPDATE owners SET bytes = bytes - LEAST(bytes, ?) WHERE user_id = ?";
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

    async fn try_begin(&self, upload: &Original) -> Result<UploadArrival> {
        let Some((mut transaction, found, _)) = self.begin_upload_transaction(upload).await? else {
            return Ok(UploadArrival::Unknown);
        };
        let photo = match found {
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
        begin(&mut transaction, &photo);
        Ok(UploadArrival::Work(RenderingWork {
            sha256: photo.sha256,
            bytes: photo.bytes,
            folder: transaction.folder,
            changes: transaction.commit().await?,
        }))
    }

    /// A transaction of whoever owns the photo that this is an upload of, if it is there, with the
    /// photo and those of its albums that have no cover.
    pub(super) async fn begin_upload_transaction(
        &self,
        upload: &Original,
    ) -> Result<Option<(OwnerTransaction, Option<Photo>, Vec<AlbumId>)>> {
        let id = upload.photo.uuid();
        let mut find_owner = Batch::default();
        find_owner.add(FIND_OWNER_OF_PHOTO, &[&id]);
        let mut read = Batch::default();
        read.add(PHOTO_OF_UPLOAD, &[&id]);
        read.add(ALBUMS_WITHOUT_COVER, &[&id]);
        let shard = upload.photo.shard();
        let begun = self.begin_transaction_of(shard, find_owner, &read).await?;
        let Some((transaction, mut answers)) = begun else { return Ok(None) };
        let photo = answers
            .next()
            .and_then(|answer| answer.row())
            .of("library")?;
        let coverless = answers
            .next()
            .and_then(|answer| answer.column())
            .of("library")?;
        Ok(Some((transaction, photo, coverless)))
    }

    async fn try_give_up(&self, seen: &Unfinished) -> Result<Vec<Change>> {
        let upload = &seen.upload;
        let Some((mut transaction, found, _)) = self.begin_upload_transaction(upload).await? else {
            return Ok(Vec::new());
        };
        let photo = match found {
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
        let Some((mut transaction, found, coverless)) =
            self.begin_upload_transaction(upload).await?
        else {
            return Ok(Vec::new());
        };
        let photo = match found {
            Some(photo) if photo.attempt == upload.attempt => photo,
            _ => return transaction.commit().await,
        };
        match outcome {
            RenderingOutcome::Failed(code) => fail(&mut transaction, &photo, *code).await,
            RenderingOutcome::Ready(rendered) => {
                ready(&mut transaction, &photo, rendered, coverless).await
            }
        }
        .of("library")?;
        transaction.commit().await
    }
}

fn begin(transaction: &mut OwnerTransaction, photo: &Photo) {
    transaction.skip_activity(); // the one that ends it leaves a row
    // Guests see it neither before nor after.
    if photo.view.status == Status::Pending {
        let id = photo.view.id;
        transaction.defer(BEGIN, &[&id.uuid(), &photo.attempt]);
        transaction.mark_photo_annotated(id);
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

/// Writes what was found out about the photo, unless it is ready or failed.
async fn ready(
    transaction: &mut OwnerTransaction,
    photo: &Photo,
    rendered: &RenderedPhoto,
    coverless: Vec<AlbumId>,
) -> sqlx::Result<()> {
    let id = photo.view.id;
    if !matches!(photo.view.status, Status::Pending | Status::Processing) {
        return Ok(());
    }
    tags::add_tags_of_file(transaction, id, &rendered.tags).await?;
    set_ready(transaction, photo, rendered)?;
    // Without a date of its own it stays where its announcement has put it.
    if rendered.taken_at.is_some() {
        transaction.move_entries(id);
    }
    // One that was ready before has been counted.
    if photo.view.width.is_none() {
        transaction.add_fact("bytes", photo.bytes);
    }
    if let Some(camera) = rendered.camera() {
        transaction.add_fact("camera", camera);
    }
    for album in coverless {
        transaction.choose_cover_at_commit(album);
        transaction.mark_album_changed(album);
    }
    transaction.mark_photo_changed(id);
    Ok(())
}
