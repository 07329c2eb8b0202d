//! Deletes photos and albums for good, for the trash and for the deletion of accounts.
//!
//! First the rows, in their owner's transaction, then the projection, then the objects. The other
//! way round, a death in between would leave a photo without its bytes, which its owner can still
//! take out of the trash. The transaction that deletes the rows notes as pending cleanup (the table
//! `remains`) what is left: objects, uploads in parts, the projection, the members' rows on other
//! shards. That note is deleted last, so whatever dies here leaves it, and the next run does all of
//! it again: deleting what is gone already does no harm, and a tombstone is refused where a newer
//! one stands.

use shared::{
    Result,
    domain::{AlbumId, PhotoId, UserId},
    stores::{
        Originals, Projector, Renditions,
        library::{CleanupSubject, PendingCleanup, PurgeScope},
    },
};

/// The stores that hold something of a photo or album.
pub struct Purge {
    /// The library and its projection.
    pub projector: Projector,
    /// The originals.
    pub originals: Originals,
    /// Images.
    pub renditions: Renditions,
}

impl Purge {
    /// Ends a photo; its bytes, `None` when it is not within the scope.
    pub async fn photo(
        &self,
        id: PhotoId,
        owner: UserId,
        scope: PurgeScope,
    ) -> Result<Option<u64>> {
        let Some((bytes, changes)) = self.projector.library.purge_photo(id, owner, scope).await?
        else {
            return Ok(None);
        };
        let (left, others): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .partition(|change| PendingCleanup::of(owner, change).is_some());
        self.projector.settle(&others).await;
        for cleanup in left
            .iter()
            .filter_map(|change| PendingCleanup::of(owner, change))
        {
            self.clean_up(&cleanup).await?;
        }
        Ok(Some(bytes))
    }

    /// Ends an album; `false` when it is not within the scope. Its photos stay.
    pub async fn album(&self, id: AlbumId, owner: UserId, scope: PurgeScope) -> Result<bool> {
        while let Some((changes, gone)) =
            self.projector.library.purge_album(id, owner, scope).await?
        {
            if !gone {
                self.projector.settle(&changes).await;
                continue;
            }
            // The shares first: a link must not outlive its album in the hot table.
            let (left, shares): (Vec<_>, Vec<_>) = changes
                .iter()
                .partition(|change| PendingCleanup::of(owner, change).is_some());
            for share in shares {
                self.projector.project(share).await?;
            }
            for cleanup in left
                .into_iter()
                .filter_map(|change| PendingCleanup::of(owner, change))
            {
                self.clean_up(&cleanup).await?;
            }
            return Ok(true);
        }
        Ok(false)
    }

    /// Does what is left of something whose rows are gone.
    pub async fn clean_up(&self, cleanup: &PendingCleanup) -> Result<()> {
        // First, so that nobody is shown what has lost its images.
        self.projector.project(&cleanup.change()).await?;
        match cleanup.subject {
            CleanupSubject::Photo(photo) => self.clean_up_photo(cleanup.owner, photo).await?,
            // The projection has told them.
            CleanupSubject::Album(album) => self.projector.library.forget_members(album).await?,
        }
        self.projector.library.forget_pending_cleanup(cleanup).await
    }

    async fn clean_up_photo(&self, owner: UserId, photo: PhotoId) -> Result<()> {
        // Uploads before objects: one that is completed meanwhile makes an object.
        for upload in self.projector.library.uploads_of_photo(photo).await? {
            self.originals
                .abort_parts(&upload.original, &upload.s3_upload)
                .await?;
        }
        self.projector
            .library
            .forget_uploads_of_photo(photo)
            .await?;
        let folder = self.projector.library.folder(owner).await?;
        self.originals.clear_photo(folder, photo).await?;
        self.renditions.clear_photo(folder, photo).await?;
        Ok(())
    }
}
