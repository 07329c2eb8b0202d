//! Uploads in parts: which upload of S3 is that of a photo.
//!
//! A row is one statement: the first for a photo's attempt stands, and whoever comes second reads
//! it back. When S3 has given an upload up, the row gets another one on condition that it still
//! names the old.

use schemars::JsonSchema;
use serde::Serialize;

use super::{access::WriteAccess, database::Library, photo_row::Photo};
use crate::{
    domain::{Moment, Original, PhotoId, UploadId, view::PhotoView},
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

const INSERT_UPLOAD: &str = "\
    INSERT IGNORE INTO uploads (id, photo_id, owner_id, attempt, \
                                s3_upload, part_bytes, created_at, folder) \
    SELECT ?, id, owner_id, ?, ?, ?, ?, folder FROM photos WHERE id = ?";
const UPLOAD_OF_PHOTO: &str = "SELECT * FROM uploads WHERE photo_id = ? AND attempt = ?";
const UPLOAD_BY_ID: &str = "SELECT * FROM uploads WHERE id = ?";
const REPLACE: &str =
    "UPDATE uploads SET s3_upload = ?, created_at = ? WHERE id = ? AND s3_upload = ?";

/// An upload in parts.
#[derive(Clone, Debug)]
pub struct UploadInParts {
    /// Its id in the API.
    pub id: UploadId,
    /// The object that it makes.
    pub original: Original,
    /// The id that S3 gave it.
    pub s3_upload: String,
    /// Bytes of every part but the last.
    pub part_size: u32,
}

from_row!(UploadInParts { id, original: _, s3_upload, part_size: "part_bytes" });

// The object that a row of `uploads` is about.
from_row!(Original { folder: _, photo: "photo_id", attempt });

/// An upload in parts as the API shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "UploadInParts")]
pub struct UploadView {
    /// The upload.
    pub id: UploadId,
    /// The photo.
    pub photo: PhotoId,
    /// Bytes of the whole file.
    pub size: u64,
    /// Bytes of every part but the last, which has the rest.
    pub part_size: u32,
    /// Number of parts.
    pub parts: u16,
}

impl UploadInParts {
    /// The upload of a file of so many bytes, as the API shows it.
    pub fn view(&self, size: u64) -> UploadView {
        UploadView {
            id: self.id,
            photo: self.original.photo,
            size,
            part_size: self.part_size,
            parts: self.parts(size),
        }
    }

    /// Returns the number of parts of a file of so many bytes.
    pub fn parts(&self, size: u64) -> u16 {
        u16::try_from(size.div_ceil(u64::from(self.part_size))).unwrap_or(u16::MAX)
    }

    /// Bytes of the part with this number, of a file of so many bytes; `None` when it has no such
    /// part.
    pub fn bytes_of(&self, number: u16, size: u64) -> Option<u64> {
        let before = u64::from(number.checked_sub(1)?) * u64::from(self.part_size);
        (before < size).then(|| (size - before).min(u64::from(self.part_size)))
    }
}

impl Library {
    /// The upload in parts of this object, if it has one.
    pub async fn upload_of(&self, original: &Original) -> Result<Option<UploadInParts>> {
        sqlx::query_as(UPLOAD_OF_PHOTO)
            .bind(original.photo.uuid())
            .bind(original.attempt)
            .fetch_optional(self.db.writer(original.photo.shard())?)
            .await
            .of("library")
    }

    /// Keeps this upload, or finds the one that its object has.
    pub async fn keep_upload(&self, new: &UploadInParts) -> Result<UploadInParts> {
        again_after_deadlock(|| self.try_keep(new)).await?;
        self.upload_of(&new.original)
            .await?
            .ok_or_else(|| Error::internal("an upload that was kept is not there"))
    }

    async fn try_keep(&self, new: &UploadInParts) -> Result<()> {
        sqlx::query(INSERT_UPLOAD)
            .bind(new.id.uuid())
            .bind(new.original.attempt)
            .bind(&new.s3_upload)
            .bind(new.part_size)
            .bind(Moment::now().utc())
            .bind(new.original.photo.uuid())
            .execute(self.db.writer(new.id.shard())?)
            .await
            .of("library")?;
        Ok(())
    }

    /// Gives the upload another one of S3's, unless somebody else has; what it has since.
    pub async fn renew_upload(
        &self,
        old: &UploadInParts,
        s3_upload: &str,
    ) -> Result<UploadInParts> {
        sqlx::query(REPLACE)
            .bind(s3_upload)
            .bind(Moment::now().utc())
            .bind(old.id.uuid())
            .bind(&old.s3_upload)
            .execute(self.db.writer(old.id.shard())?)
            .await
            .of("library")?;
        self.upload_of(&old.original)
            .await?
            .ok_or(Error::NotFound { what: "upload" })
    }

    /// The upload and its photo, for whoever may add to the photo's album. Once the photo awaits
    /// another upload, it is gone.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAllowed`], [`Error::InTrash`].
    pub async fn upload(
        &self,
        id: UploadId,
        writer: &WriteAccess,
    ) -> Result<(UploadInParts, PhotoView)> {
        const MISSING: Error = Error::NotFound { what: "upload" };
        let upload: UploadInParts = sqlx::query_as(UPLOAD_BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await
            .of("library")?
            .ok_or(MISSING)?;
        match self.find_photo_for(upload.original.photo, writer).await {
            Ok(Photo { attempt, view, .. }) if attempt == upload.original.attempt => {
                Ok((upload, view))
            }
            Ok(_) | Err(Error::NotFound { .. }) => Err(MISSING),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Folder, Shard};

    #[test]
    fn the_parts_of_a_file_are_its_bytes() {
        let shard = Shard::random();
        let original =
            Original { folder: Folder::random(), photo: PhotoId::new(shard), attempt: 1 };
        let upload = UploadInParts {
            id: UploadId::new(shard),
            original,
            s3_upload: "u".to_owned(),
            part_size: 10,
        };
        for size in [1, 9, 10, 11, 20, 95] {
            let parts: Vec<_> = (1..=upload.parts(size))
                .filter_map(|number| upload.bytes_of(number, size))
                .collect();
            assert_eq!(
                (parts.iter().sum::<u64>(), parts.len()),
                (size, usize::from(upload.parts(size)))
            );
            assert_eq!(upload.bytes_of(upload.parts(size) + 1, size), None);
        }
        assert_eq!(upload.bytes_of(0, 5), None);
    }
}
