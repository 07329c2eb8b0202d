//! New renditions of photos that are ready: of another size, or by a better encoder.
//!
//! A photo stays ready, and shows the renditions that it has, until others are there in their
//! place. What a person or the file has said of it stays as it is.

use super::{
    account_deletion::FIND_OWNER_OF_PHOTO, database::Library, photo_row::Photo,
    rendered_photo::RenderedPhoto, rendering::RenderingWork,
};
use crate::{
    domain::{AlbumId, Change, Original, view::Status},
    error::{Error, Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

const REPLACE_RENDITIONS: &str = "\
    UPDATE photos SET renditions = ?, placeholder = ?, width = ?, height = ? \
    WHERE id = ? AND owner_id = ? AND attempt = ? AND status = 'ready'";
const RENDER_AGAIN: &str =
    "UPDATE photos SET status = 'pending' WHERE id = ? AND attempt = ? AND status = 'ready'";
/// The albums that show the photo's renditions as their own.
pub(super) const ALBUMS_WITH_COVER: &str = "\
    SELECT a.id FROM entries e JOIN albums a ON a.id = e.album_id \
    WHERE e.photo_id = ? AND a.cover_photo = e.photo_id";

impl Library {
    /// Returns the work of rendering a photo anew; `None` if it is not ready, or no longer of this
    /// upload.
    pub async fn find_rerendering(&self, original: &Original) -> Result<Option<RenderingWork>> {
        let Some((transaction, found, _)) = self.begin_upload_transaction(original).await? else {
            return Ok(None);
        };
        let Some(photo) = found.filter(|photo| is_ready(photo, original)) else { return Ok(None) };
        let work = RenderingWork {
            sha256: photo.sha256,
            bytes: photo.bytes,
            folder: transaction.folder,
            changes: Vec::new(),
        };
        Ok(Some(work))
    }

    /// Puts these renditions in the place of those that the photo has. Nothing changes if it has
    /// them already, or is not ready any more.
    pub async fn replace_renditions(
        &self,
        original: &Original,
        rendered: &RenderedPhoto,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_replace(original, rendered)).await
    }

    async fn try_replace(
        &self,
        original: &Original,
        rendered: &RenderedPhoto,
    ) -> Result<Vec<Change>> {
        let begun = self.begin_upload_transaction(original).await?;
        let Some((mut transaction, found, _)) = begun else { return Ok(Vec::new()) };
        let Some(photo) = found.filter(|photo| is_ready(photo, original)) else {
            return Ok(Vec::new());
        };
        if photo.view.renditions == rendered.renditions {
            return Ok(Vec::new());
        }
        // Nobody has done anything to the photo.
        transaction.skip_activity();
        let renditions = serde_json::to_string(&rendered.renditions).map_err(Error::internal)?;
        sqlx::query(REPLACE_RENDITIONS)
            .bind(renditions)
            .bind(&rendered.placeholder)
            .bind(rendered.width)
            .bind(rendered.height)
            .bind(original.photo.uuid())
            .bind(transaction.owner.uuid())
            .bind(original.attempt)
            .execute(transaction.db())
            .await
            .of("library")?;
        transaction.mark_photo_changed(original.photo);
        let albums: Vec<uuid::Uuid> = sqlx::query_scalar(ALBUMS_WITH_COVER)
            .bind(original.photo.uuid())
            .fetch_all(transaction.db())
            .await
            .of("library")?;
        for album in albums {
            transaction.mark_album_changed(AlbumId::from_uuid(album));
        }
        transaction.commit().await
    }

    /// Has a photo that is ready made ready again, because its images are not there.
    pub async fn render_again(&self, original: &Original) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_render_again(original)).await
    }

    async fn try_render_again(&self, original: &Original) -> Result<Vec<Change>> {
        let photo = original.photo;
        let begun = self
            .begin_transaction_of_owner(FIND_OWNER_OF_PHOTO, photo.uuid(), photo.shard())
            .await?;
        let Some(mut transaction) = begun else { return Ok(Vec::new()) };
        let again = sqlx::query(RENDER_AGAIN)
            .bind(photo.uuid())
            .bind(original.attempt)
            .execute(transaction.db())
            .await
            .of("library")?;
        if again.rows_affected() > 0 {
            transaction.mark_photo_changed(photo);
        }
        transaction.commit().await
    }
}

/// Returns true if the photo is ready, and of this upload.
fn is_ready(photo: &Photo, original: &Original) -> bool {
    photo.view.status == Status::Ready && photo.original() == *original
}
