//! The progress of an upload in parts.

use shared::{
    Result,
    domain::{
        UploadId, UserId,
        view::{PhotoView, Status},
    },
    stores::{
        ArrivedPart, Library, Originals,
        library::{UploadInParts, WriteAccess},
    },
};

/// An upload and what has arrived of it.
pub struct UploadProgress {
    /// The upload.
    pub upload: UploadInParts,
    /// Its photo.
    pub photo: PhotoView,
    /// The parts that have arrived; none once it is complete.
    pub arrived: Vec<ArrivedPart>,
    /// True if the object is there.
    pub complete: bool,
}

impl UploadProgress {
    /// Asks S3 how far this upload is, for whoever may add to the photo's album. One that S3 has
    /// given up is begun again, so that its id keeps its use: none of its parts has arrived.
    ///
    /// # Errors
    /// Those of [`Library::upload`].
    pub async fn of(
        library: &Library,
        originals: &Originals,
        id: UploadId,
        caller: UserId,
    ) -> Result<Self> {
        let (upload, photo) = library.upload(id, &WriteAccess::editor(caller)).await?;
        if photo.status != Status::Pending {
            return Ok(Self { upload, photo, arrived: Vec::new(), complete: true });
        }
        if let Some(arrived) = originals.arrived_parts(&upload).await? {
            return Ok(Self { upload, photo, arrived, complete: false });
        }
        let complete = originals.has(&upload.original).await?;
        let upload = if complete {
            upload
        } else {
            begin_again(library, originals, &upload, &photo).await?
        };
        Ok(Self { upload, photo, arrived: Vec::new(), complete })
    }

    /// The numbers of the parts that have not arrived whole.
    pub fn missing(&self) -> Vec<u16> {
        let whole = |number| {
            let size = self.upload.bytes_of(number, self.photo.bytes);
            self.arrived
                .iter()
                .any(|part| part.number == number && Some(part.size) == size)
        };
        (1..=self.upload.parts(self.photo.bytes))
            .filter(|number| !whole(*number))
            .collect()
    }
}

async fn begin_again(
    library: &Library,
    originals: &Originals,
    old: &UploadInParts,
    photo: &PhotoView,
) -> Result<UploadInParts> {
    let begun = originals
        .begin_parts(&old.original, &photo.content_type)
        .await?;
    let upload = library.renew_upload(old, &begun).await?;
    if upload.s3_upload != begun {
        originals.give_up_parts(&old.original, &begun).await; // somebody else was first
    }
    Ok(upload)
}
