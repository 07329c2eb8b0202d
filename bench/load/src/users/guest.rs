//! Guests, who have a link.

use std::time::Instant;

use super::{Arrival, Traffic, chosen, image, look::read_page, step};
use crate::{
    answers,
    api::Answer,
    library::{Album, PAGE},
    outcome::Failure,
    route::Route,
};

/// The steps of a guest, and the part of all that each is.
pub const STEPS: [(Route, f64); 3] =
    [(Route::GetSharedAlbum, 0.45), (Route::ListSharedPhotos, 0.15), (Route::Image, 0.40)];

/// Looks once.
pub async fn look(traffic: &Traffic, arrival: &Arrival, intended: Instant) {
    let album = traffic.library.album(arrival.album);
    match step(&STEPS, arrival.choice) {
        Route::GetSharedAlbum => open(traffic, intended, album).await,
        Route::ListSharedPhotos => turn_page(traffic, intended, album).await,
        _ => {
            let photo = album.photo(arrival.photo);
            let rendition = &photo.images[chosen(photo.images.len(), arrival.person)];
            image(traffic, intended, rendition, album.guest_media.get()).await;
        }
    }
}

async fn open(traffic: &Traffic, intended: Instant, album: &Album) {
    let path = format!("/v1/shared/{}?limit={PAGE}", album.link);
    let request = traffic
        .api
        .get(Route::GetSharedAlbum, intended, &path, None);
    let check = |answer: &Answer| is_album(answer, album);
    if let Some(answer) = traffic.api.ask(request, check).await {
        album.guest_cursors.note(answer.photos.next);
        album.guest_media.note(Some(answer.media.query));
    }
}

/// Checks an album. Photos that are on their way stand on the page and are left out for guests, so
/// that a page may be shorter than it is for members.
fn is_album(answer: &Answer, album: &Album) -> Result<answers::SharedAlbum, Failure> {
    let found: answers::SharedAlbum = answer.json()?;
    if found.id != album.id {
        return Err(Failure::Wrong("another album than the link's"));
    }
    if found.photos.items.is_empty() && found.photos.next.is_none() {
        return Err(Failure::Wrong("a shared album without photos"));
    }
    Ok(found)
}

/// Checks a page. While many photos are on their way, nothing may be left of it but where to go on.
fn is_page(answer: &Answer) -> Result<(), Failure> {
    let page = read_page(answer)?;
    if page.items.is_empty() && page.next.is_none() {
        return Err(Failure::Wrong("a last page without photos"));
    }
    Ok(())
}

async fn turn_page(traffic: &Traffic, intended: Instant, album: &Album) {
    let mut path = format!("/v1/shared/{}/photos?limit={PAGE}", album.link);
    if let Some(cursor) = album.guest_cursors.get() {
        path = format!("{path}&cursor={cursor}");
    }
    let request = traffic
        .api
        .get(Route::ListSharedPhotos, intended, &path, None);
    traffic.api.ask(request, is_page).await;
}
