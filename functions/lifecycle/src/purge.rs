//! How a photo or album goes for good; the trash and the deletion of accounts have it in common.
//!
//! First the rows, in their owner's transaction, then the projection, then the objects. The other
//! way round, a death in between would leave a photo without its bytes, which its owner can still
//! take out of the trash. The transaction that deletes the rows notes in `remains` what is left:
//! objects, uploads in parts, the projection, the members' rows on other shards. That note is
//! deleted last, so whatever dies here leaves it, and the next run does all of it again: deleting
//! what is gone already does no harm, and a tombstone is refused where a newer one stands.

use shared::{
    Result,
    domain::{AlbumId, PhotoId, UserId},
    stores::{
        Originals, Projector, Renditions,
        library::{Left, Reach, Remains},
    },
};

/// The stores that hold something of a photo or album.
pub struct Purge {
    /// The library and its projection.
    pub projector: Projector,
    /// What was uploaded.
    pub originals: Originals,
    /// Images.
    pub renditions: Renditions,
}

impl Purge {
    /// Ends a photo; its bytes, `None` when it is not within reach.
    pub async fn photo(&self, id: PhotoId, owner: UserId, reach: Reach) -> Result<Option<u64>> {
        let Some((bytes, changes)) = self.projector.library.purge_photo(id, owner, reach).await?
        else {
            return Ok(None);
        };
        let (left, others): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .partition(|change| Remains::of(owner, change).is_some());
        self.projector.settle(&others).await;
        for remains in left.iter().filter_map(|change| Remains::of(owner, change)) {
            self.remains(&remains).await?;
        }
        Ok(Some(bytes))
    }

    /// Ends an album; `false` when it is not within reach. Its photos stay.
    pub async fn album(&self, id: AlbumId, owner: UserId, reach: Reach) -> Result<bool> {
        while let Some((changes, gone)) =
            self.projector.library.purge_album(id, owner, reach).await?
        {
            if !gone {
                self.projector.settle(&changes).await;
                continue;
            }
            // The shares first: a link must not outlive its album in the hot table.
            let (left, shares): (Vec<_>, Vec<_>) = changes
                .iter()
                .partition(|change| Remains::of(owner, change).is_some());
            for share in shares {
                self.projector.project(share).await?;
            }
            for remains in left
                .into_iter()
                .filter_map(|change| Remains::of(owner, change))
            {
                self.remains(&remains).await?;
            }
            return Ok(true);
        }
        Ok(false)
    }

    /// Does what is left of something whose rows are gone.
    pub async fn remains(&self, remains: &Remains) -> Result<()> {
        // First, so that nobody is shown what has lost its images.
        self.projector.project(&remains.change()).await?;
        match remains.left {
            Left::Photo(photo) => self.photo_remains(remains.owner, photo).await?,
            // The projection has told them.
            Left::Album(album) => self.projector.library.forget_members(album).await?,
        }
        self.projector.library.forget_remains(remains).await
    }

    async fn photo_remains(&self, owner: UserId, photo: PhotoId) -> Result<()> {
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
