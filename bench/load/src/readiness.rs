//! The photos of a new album, as they become ready.

use client::{
    AlbumId, Client, PhotoId,
    types::{self, Rendition, Status},
};

use crate::{
    Cause,
    library::{Image, Newest, Photo},
};

/// A photo that was sent.
pub struct SentPhoto {
    /// Its id.
    pub id: PhotoId,
    /// A word of its caption.
    pub word: &'static str,
}

/// Returns those of an album's photos that were sent and are ready, the newest first.
///
/// # Errors
/// A photo that failed.
pub async fn ready_photos(
    client: &Client,
    album: &AlbumId,
    sent: &[SentPhoto],
) -> Result<Vec<Photo>, Cause> {
    let mut photos = Vec::new();
    for photo in all_photos(client, album).await? {
        match photo.status {
            Status::Failed => return Err("a photo of the library failed".into()),
            Status::Ready => {}
            _ => continue,
        }
        let Some(known) = sent.iter().find(|known| known.id == photo.id) else { continue };
        photos.push(Photo {
            id: photo.id.to_string(),
            word: known.word,
            images: images(&photo.renditions)?,
            version: Newest::default(),
        });
    }
    Ok(photos)
}

fn images(renditions: &[Rendition]) -> Result<Vec<Image>, Cause> {
    let mut images = Vec::new();
    for rendition in renditions {
        let bytes = usize::try_from(rendition.bytes)?;
        images.push(Image { path: rendition.url.clone(), bytes });
    }
    if images.is_empty() {
        return Err("a photo that is ready has no renditions".into());
    }
    Ok(images)
}

async fn all_photos(client: &Client, album: &AlbumId) -> Result<Vec<types::Photo>, Cause> {
    let mut photos = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = client.photos(album, cursor.as_deref()).await?;
        photos.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(photos),
        }
    }
}
