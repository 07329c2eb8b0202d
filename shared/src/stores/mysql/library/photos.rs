//! Photos as their newest rows have them, and back from the trash.

use super::{database::Library, owner_transaction::OwnerTransaction, photo_row::Photo};
use crate::{
    domain::{
        Folder, Original, PhotoId, UserId,
        view::{PhotoView, Status},
    },
    error::{Error, Of, Result},
};

pub(super) const PHOTO_BY_ID: &str = "SELECT * FROM photos WHERE id = ?";
const TAKE_OUT_OF_TRASH: &str = "UPDATE photos SET deleted_at = NULL WHERE id = ?";

/// The owner of something.
#[derive(Clone, Copy, Debug)]
pub struct FolderOwner {
    /// Their id.
    pub user: UserId,
    /// The folder of their objects.
    pub folder: Folder,
}

impl Library {
    /// The photo's newest row.
    pub(super) async fn row(&self, id: PhotoId) -> Result<Option<Photo>> {
        sqlx::query_as(PHOTO_BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await
            .of("library")
    }

    /// The photo as its newest row has it, and whose it is.
    pub async fn photo(&self, id: PhotoId) -> Result<Option<(PhotoView, FolderOwner)>> {
        let Some(photo) = self.row(id).await? else { return Ok(None) };
        let owner = FolderOwner { user: photo.owner, folder: photo.folder };
        Ok(Some((photo.view, owner)))
    }

    /// Returns where the photo's bytes are, and a name for its file.
    ///
    /// # Errors
    /// [`Error::NotUploaded`] when none are kept.
    pub async fn original(&self, id: PhotoId, owner: UserId) -> Result<(Original, String)> {
        const MISSING: Error = Error::NotFound { what: "photo" };
        let photo = self.row(id).await?.ok_or(MISSING)?;
        if photo.owner != owner {
            return Err(MISSING);
        }
        if photo.view.status == Status::Pending || !photo.counts {
            return Err(Error::NotUploaded);
        }
        Ok((photo.original(), photo.file_name()))
    }
}

/// Takes a photo out of the trash, back to the albums that it stood in.
pub(super) async fn take_out_of_trash(
    transaction: &mut OwnerTransaction,
    id: PhotoId,
) -> sqlx::Result<()> {
    sqlx::query(TAKE_OUT_OF_TRASH)
        .bind(id.uuid())
        .execute(transaction.db())
        .await?;
    for album in transaction.albums_of(id).await? {
        transaction.count_in(album).await?;
    }
    transaction.mark_photo_changed(id);
    Ok(())
}
