//! People who look: at an album, at further pages of it, at a photo, at an image.

use std::time::Instant;

use super::{Arrival, Traffic, chosen, image, step};
use crate::{
    answers,
    api::Answer,
    library::{Album, PAGE, Person, Photo},
    outcome::Failure,
    route::Route,
};

/// The steps of a look, and the part of all that each is. A page brings dozens of images, most of
/// which a browser or the edge has already.
pub const STEPS: [(Route, f64); 4] = [
    (Route::GetAlbum, 0.35),
    (Route::ListPhotos, 0.10),
    (Route::GetPhoto, 0.15),
    (Route::Image, 0.40),
];

/// Looks once.
pub async fn look(traffic: &Traffic, arrival: &Arrival, intended: Instant) {
    let album = traffic.library.album(arrival.album);
    let photo = album.photo(arrival.photo);
    let person = &traffic.library.people[album.owner];
    match step(&STEPS, arrival.choice) {
        Route::GetAlbum => open_album(traffic, intended, album, person).await,
        Route::ListPhotos => turn_page(traffic, intended, album, person).await,
        Route::GetPhoto => open_photo(traffic, intended, photo, person).await,
        _ => {
            let rendition = &photo.images[chosen(photo.images.len(), arrival.person)];
            image(traffic, intended, rendition, album.media.get()).await;
        }
    }
}

/// Opens an album.
pub async fn open(traffic: &Traffic, arrival: &Arrival, intended: Instant) {
    let album = traffic.library.album(arrival.album);
    let person = &traffic.library.people[album.owner];
    open_album(traffic, intended, album, person).await;
}

async fn open_album(traffic: &Traffic, intended: Instant, album: &Album, person: &Person) {
    let path = format!("/v1/albums/{}?limit={PAGE}", album.id);
    let request = traffic
        .api
        .get(Route::GetAlbum, intended, &path, Some(&person.token));
    let told = album.version.get();
    let check = |answer: &Answer| is_album(answer, album, told);
    if let Some(answer) = traffic.api.ask(request, check).await {
        album.version.note(answer.version);
        album.cursors.note(answer.photos.next);
        album.media.note(Some(answer.media.query));
    }
}

fn is_album(answer: &Answer, album: &Album, told: u64) -> Result<answers::Album, Failure> {
    let found: answers::Album = answer.json()?;
    if found.id != album.id {
        return Err(Failure::Wrong("another album than was asked for"));
    }
    if found.version < told {
        return Err(Failure::Wrong("an older album than somebody was told of"));
    }
    if found.photos.items.len() < album.on_first_page() {
        return Err(Failure::Wrong("an album without some of its photos"));
    }
    Ok(found)
}

async fn turn_page(traffic: &Traffic, intended: Instant, album: &Album, person: &Person) {
    let mut path = format!("/v1/albums/{}/photos?limit={PAGE}", album.id);
    if let Some(cursor) = album.cursors.get() {
        path = format!("{path}&cursor={cursor}");
    }
    let request = traffic
        .api
        .get(Route::ListPhotos, intended, &path, Some(&person.token));
    traffic.api.ask(request, is_page).await;
}

/// Checks a page behind the first, or the first of an album that has no other.
fn is_page(answer: &Answer) -> Result<(), Failure> {
    if read_page(answer)?.items.is_empty() {
        return Err(Failure::Wrong("a page without photos"));
    }
    Ok(())
}

/// Reads a page of photos, for members or for guests.
pub fn read_page(answer: &Answer) -> Result<answers::PhotoPage, Failure> {
    let page: answers::PhotoPage = answer.json()?;
    if page.items.len() > PAGE {
        return Err(Failure::Wrong("a page with more photos than were asked for"));
    }
    if page.media.query.is_empty() {
        return Err(Failure::Wrong("a page whose images cannot be opened"));
    }
    Ok(page)
}

async fn open_photo(traffic: &Traffic, intended: Instant, photo: &Photo, person: &Person) {
    let path = format!("/v1/photos/{}", photo.id);
    let request = traffic
        .api
        .get(Route::GetPhoto, intended, &path, Some(&person.token));
    let told = photo.version.get();
    let check = |answer: &Answer| is_photo(answer, photo, told);
    if let Some(version) = traffic.api.ask(request, check).await {
        photo.version.note(version);
    }
}

fn is_photo(answer: &Answer, photo: &Photo, told: u64) -> Result<u64, Failure> {
    let found: answers::Photo = answer.json()?;
    if found.id != photo.id {
        return Err(Failure::Wrong("another photo than was asked for"));
    }
    if found.status != "ready" {
        return Err(Failure::Wrong("a photo that is not ready any more"));
    }
    if found.version < told {
        return Err(Failure::Wrong("an older photo than somebody was told of"));
    }
    if found.media.query.is_empty() {
        return Err(Failure::Wrong("a photo whose images cannot be opened"));
    }
    Ok(found.version)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::library::Newest;

    fn answer(body: &serde_json::Value) -> Answer {
        Answer { status: 200, headers: HeaderMap::new(), body: Bytes::from(body.to_string()) }
    }

    fn photo(id: &str) -> Photo {
        Photo { id: id.to_owned(), word: "lake", images: Vec::new(), version: Newest::default() }
    }

    #[test]
    fn an_album_is_the_one_that_was_asked_for_whole_and_not_older() {
        let album = Album::new("a".to_owned(), 0, String::new(), vec![photo("p")]);
        let body = |id: &str, version: u64, photos: usize| {
            let items = vec![json!({"id": "p", "taken_at": "", "caption": ""}); photos];
            let photos = json!({"items": items, "next": null});
            json!({"id": id, "version": version, "photos": photos, "media": {"query": "q"}})
        };
        assert!(is_album(&answer(&body("a", 4, 1)), &album, 4).is_ok());
        for wrong in [body("b", 4, 1), body("a", 3, 1), body("a", 4, 0)] {
            assert!(is_album(&answer(&wrong), &album, 4).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_photo_is_the_one_that_was_asked_for_ready_and_not_older() {
        let body = |id: &str, status: &str, version: u64| json!({"id": id, "status": status, "version": version, "media": {"query": "q"}});
        assert_eq!(is_photo(&answer(&body("p", "ready", 2)), &photo("p"), 2), Ok(2));
        for wrong in [body("q", "ready", 2), body("p", "failed", 2), body("p", "ready", 1)] {
            assert!(is_photo(&answer(&wrong), &photo("p"), 2).is_err(), "{wrong}");
        }
    }
}
