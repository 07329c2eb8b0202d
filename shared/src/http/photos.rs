//! Parts that routes which answer with photos have in common.

use super::{Call, Reply};
use crate::{
    domain::{
        AlbumId, Folder, GAP, PhotoId, UserId,
        view::{PhotoWithMedia, array},
    },
    error::{Error, Result},
    stores::{Located, MediaSigner, PhotoPage, PhotoViews, Projector},
};

/// A page of the photos of this album as the API answers it: `items` and `next`.
pub fn page_json(call: &Call<'_>, album: AlbumId, page: &PhotoPage) -> Result<String> {
    list_json(call, &format!("/v1/albums/{album}/photos"), page)
}

/// A page of the list that is asked for as the API answers it.
pub fn own_list_json(call: &Call<'_>, page: &PhotoPage) -> Result<String> {
    list_json(call, call.list(), page)
}

/// A page of the list at this path as the API answers it; with a gap for views that are packed,
/// which [`reply`] fills.
pub fn list_json(call: &Call<'_>, list: &str, page: &PhotoPage) -> Result<String> {
    let cursor = match &page.next {
        Some(key) => Some(call.cursor_of(list, key)?),
        None => None,
    };
    let next = serde_json::to_string(&cursor).map_err(Error::internal)?;
    let items = match &page.views {
        PhotoViews::Each(views) => array(views),
        PhotoViews::Packed(_) => GAP.to_string(),
    };
    Ok(format!(r#"{{"items":{items},"next":{next}}}"#))
}

/// An answer of this text, in which a page of photos stands.
pub fn reply(json: String, page: PhotoPage) -> Reply {
    match page.views {
        PhotoViews::Each(_) => Reply::ok_raw(json),
        PhotoViews::Packed(views) => Reply::ok_around(&json, views),
    }
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
    let (stored, owner) = found.ok_or(Error::NotFound { what: "photo" })?;
    let photo = projector
        .library
        .with_visible_reactions(caller, owner.user, stored)
        .await?;
    let version = photo.version;
    let answer = PhotoWithMedia { media: media.open(owner.folder), photo };
    Ok(Reply::ok(&answer).versioned(version))
}

/// The photo in the path, if the caller may see it: its owner, and whoever may see an album that
/// it stands in. These see in its view what is said in their albums.
///
/// # Errors
/// [`Error::NotFound`] for everyone else.
pub async fn visible(call: &Call<'_>, projector: &Projector) -> Result<Located> {
    let id = call.id("photo")?;
    let (caller, projected) = tokio::try_join!(call.caller(), projector.hot.photo(id))?;
    let found = match projected {
        Some(photo) => Some(photo),
        None => projector.photo(id).await?,
    };
    let mut photo = found.ok_or(Error::NotFound { what: "photo" })?;
    if photo.owner == caller.user {
        return Ok(photo);
    }
    let shared_albums = albums_seen_by(caller.user, &photo, projector).await?;
    if shared_albums.is_empty() {
        return Err(Error::NotFound { what: "photo" });
    }
    photo.view = photo.view_for_member_of(&shared_albums)?;
    Ok(photo)
}

/// Returns those of the photo's albums that this user may see.
async fn albums_seen_by(
    user: UserId,
    photo: &Located,
    projector: &Projector,
) -> Result<Vec<AlbumId>> {
    let reads = photo.albums.iter().map(|album| projector.hot.head(*album));
    let heads = futures::future::try_join_all(reads).await?;
    let mut seen = Vec::new();
    for head in heads.into_iter().flatten() {
        if head.role_of(user).is_some() {
            seen.push(head.album);
        }
    }
    Ok(seen)
}
