//! Parts that routes which answer with photos have in common.

use super::{Call, Reply};
use crate::{
    domain::{
        AlbumId, Folder, PhotoId, UserId,
        view::{PhotoWithMedia, array},
    },
    error::{Error, Result},
    stores::{Located, MediaSigner, PhotoPage, Projector},
};

/// A page of the photos of this album as the API answers it: `items` and `next`.
pub fn page_json(call: &Call<'_>, album: AlbumId, page: &PhotoPage) -> Result<String> {
    list_json(call, &format!("/v1/albums/{album}/photos"), page)
}

/// A page of the list at this path as the API answers it.
pub fn list_json(call: &Call<'_>, list: &str, page: &PhotoPage) -> Result<String> {
    let next = page
        .next
        .as_ref()
        .map(|key| call.cursor_of(list, key))
        .transpose()?;
    let next = serde_json::to_string(&next).map_err(Error::internal)?;
    Ok(format!(r#"{{"items":{},"next":{next}}}"#, array(&page.views)))
}

/// Returns what opens the images of the owner whose folder this is, as the API answers it.
pub fn media_json(media: &MediaSigner, folder: Folder) -> Result<String> {
    serde_json::to_string(&media.open(folder)).map_err(Error::internal)
}

/// Returns what a write answers with: the photo as its newest row has it, and as the caller may see
/// it.
///
/// # Errors
/// [`Error::NotFound`] when it is gone.
pub async fn newest(
    projector: &Projector,
    media: &MediaSigner,
    id: PhotoId,
    caller: UserId,
) -> Result<Reply> {
    let found = projector.library.photo(id).await?;
    let (photo, owner, _) = found.ok_or(Error::NotFound { what: "photo" })?;
    let photo = projector
        .library
        .with_visible_reactions(caller, owner.user, photo)
        .await?;
    let version = photo.version;
    Ok(Reply::ok(&PhotoWithMedia { media: media.open(owner.folder), photo }).versioned(version))
}

/// The photo in the path, if the caller may see it: its owner, and whoever may see an album that
/// it stands in. These see in its view what is said in their albums.
///
/// # Errors
/// [`Error::NotFound`] for everyone else.
pub async fn visible(call: &Call<'_>, projector: &Projector) -> Result<Located> {
    let id = call.id("photo")?;
    let (caller, found) = tokio::try_join!(call.caller(), projector.hot.photo(id))?;
    let found = match found {
        None => projector.photo(id).await?,
        found => found,
    };
    let mut photo = found.ok_or(Error::NotFound { what: "photo" })?;
    if photo.owner == caller.user {
        return Ok(photo);
    }
    let heads =
        futures::future::try_join_all(photo.albums.iter().map(|album| projector.hot.head(*album)))
            .await?;
    let own = heads
        .iter()
        .flatten()
        .filter(|head| head.role_of(caller.user).is_some());
    let albums: Vec<_> = own.map(|head| head.album).collect();
    if albums.is_empty() {
        return Err(Error::NotFound { what: "photo" });
    }
    photo.view = photo.view_for_member_of(&albums)?;
    Ok(photo)
}
