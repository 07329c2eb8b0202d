//! Rendering asked for once more, of a photo that failed on our side.

use super::{access::WriteAccess, database::Library, photo_row::Photo};
use crate::{
    domain::{Change, FailureCode, Original, PhotoId, view::Status},
    error::{Error, Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

const REPROCESS: &str = "\
    UPDATE photos SET status = 'pending', error_code = NULL \
    WHERE id = ? AND attempt = ? AND status = 'failed' AND error_code = 'processing_failed'";

impl Library {
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
