//! The photos of a part: each one's bytes, and beside them what Albumen knows of it.
//!
//! Of a file that was found to be no photo only the latter: others may have sent it, and whoever
//! opens the export takes all of it for photos.

use futures::{StreamExt, stream};
use serde::Serialize;
use shared::{
    Result,
    domain::{
        AlbumId, Limit, UserId,
        view::{PhotoView, Status},
    },
    error::Error,
    stores::{
        Library, ObjectStream, Originals,
        library::{AfterPhoto, OwnPhoto},
    },
};

use crate::{names, part::PartWriter};

/// Photos of one part at most, however small: what a part keeps of each is in memory until it is
/// whole.
const MOST: u32 = 2_000;

/// Photos that are asked for at once.
const PAGE: &str = "100";

/// Originals that are asked for before they are needed.
const AHEAD: usize = 4;

/// The facts of a photo that stand beside its bytes.
#[derive(Serialize)]
struct Beside<'a> {
    /// The path of the bytes; `null` when they have not arrived, or are no photo that can be read.
    file: Option<&'a str>,
    albums: &'a [AlbumId],
    photo: &'a PhotoView,
}

/// The source of the photos of an export.
pub struct Pictures<'a> {
    pub library: &'a Library,
    pub originals: &'a Originals,
    pub owner: UserId,
    /// Bytes of a part at most.
    pub limit: u64,
}

/// The photos that a part has got.
pub struct FilledPhotos {
    /// Their number.
    pub photos: u32,
    /// The last one.
    pub after: Option<AfterPhoto>,
    /// True if there are no more.
    pub last: bool,
}

impl Pictures<'_> {
    /// Puts photos into the part, from the one after `after` on, until it is full or there are no
    /// more.
    pub async fn fill(
        &self,
        part: &mut PartWriter<'_>,
        after: Option<AfterPhoto>,
    ) -> Result<FilledPhotos> {
        let mut taken = FilledPhotos { photos: 0, after, last: false };
        let limit: Limit = PAGE.parse().map_err(Error::internal)?;
        loop {
            let page = self
                .library
                .photos_by_sum(self.owner, taken.after, limit)
                .await?;
            let opened = stream::iter(page.items)
                .map(|photo| async move { (self.open(&photo).await, photo) });
            let mut opened = std::pin::pin!(opened.buffered(AHEAD));
            while let Some((bytes, photo)) = opened.next().await {
                let full = taken.photos >= MOST || part.bytes() + photo.view.bytes > self.limit;
                // One photo fits always.
                if full && taken.photos > 0 {
                    return Ok(taken);
                }
                put(part, &photo, bytes?).await?;
                taken.photos += 1;
                taken.after = Some(photo.place());
            }
            if page.next.is_none() {
                return Ok(FilledPhotos { last: true, ..taken });
            }
        }
    }

    /// The photo's bytes, if they have arrived, have not been found to be none of a photo, and are
    /// still there.
    async fn open(&self, photo: &OwnPhoto) -> Result<Option<ObjectStream>> {
        let was_read = photo.view.width.is_some();
        if photo.view.status == Status::Failed && !was_read {
            return Ok(None);
        }
        match self.originals.open(&photo.original).await {
            Ok(incoming) => Ok(Some(incoming)),
            Err(Error::NotUploaded) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

async fn put(
    part: &mut PartWriter<'_>,
    photo: &OwnPhoto,
    bytes: Option<ObjectStream>,
) -> Result<()> {
    let view = &photo.view;
    let key = view.key();
    let path = names::photo(key, &photo.file_name);
    let there = bytes.is_some();
    if let Some(incoming) = bytes {
        let sum = part.file(&path, key.taken, incoming).await?;
        if sum != photo.sha256 {
            tracing::error!(photo = %view.id, "an original is not what was announced");
        }
    }
    let file = there.then_some(path.as_str());
    let beside = Beside { file, albums: &photo.albums, photo: view };
    part.json(&format!("{path}.json"), key.taken, &beside).await
}
