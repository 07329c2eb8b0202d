//! People who add photos.

use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::{Arrival, Traffic};
use crate::{
    answers::{Announced, AnnouncedPhoto, Photo, PhotoPage, Upload},
    api::{Answer, fresh_number},
    library::{Album, PAGE, Person},
    outcome::{Failure, Outcome},
    route::Route,
};

/// The longest wait for a photo to be ready.
const READY_LIMIT: Duration = Duration::from_mins(1);
/// The shortest pause between two looks at a photo that is on its way.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
/// The longest one: else those who wait would become a load of their own.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Announces a photo, finds it in the album, sends its bytes, and waits until it is ready.
pub async fn upload(
    traffic: &Traffic,
    arrival: &Arrival,
    intended: Instant,
    permit: OwnedSemaphorePermit,
) {
    let album = traffic.library.album(arrival.album);
    let owner = &traffic.library.people[album.owner];
    let word = album.photo(arrival.photo).word;
    let bytes = traffic.pictures.numbered(fresh_number());
    let announced = announce(traffic, intended, album, owner, &bytes, word).await;
    let Some((photo, upload)) = announced else { return };
    owner.feed().acknowledged(&photo.id);
    find(traffic, album, owner, &photo).await;
    if send(traffic, upload, bytes).await {
        drop(permit);
        wait_until_ready(traffic, owner, &photo.id).await;
    }
}

async fn announce(
    traffic: &Traffic,
    intended: Instant,
    album: &Album,
    owner: &Person,
    bytes: &Bytes,
    word: &str,
) -> Option<(AnnouncedPhoto, Upload)> {
    let path = format!("/v1/albums/{}/photos", album.id);
    let body = json!({
        "name": "load.jpg",
        "size": bytes.len(),
        "content_type": "image/jpeg",
        "sha256": hex::encode(Sha256::digest(bytes)),
        "caption": format!("Under load, {word}"),
    });
    let request = traffic
        .api
        .post(Route::CreatePhoto, intended, &path, &owner.token, &body);
    traffic.api.ask(request, is_announced).await
}

fn is_announced(answer: &Answer) -> Result<(AnnouncedPhoto, Upload), Failure> {
    let announced: Announced = answer.json()?;
    match announced.upload {
        Some(upload) => Ok((announced.photo, upload)),
        None => Err(Failure::Wrong("a new photo whose bytes are not asked for")),
    }
}

/// Reads the album's newest photos, of which the announced one has to be one.
async fn find(traffic: &Traffic, album: &Album, owner: &Person, photo: &AnnouncedPhoto) {
    let path = format!("/v1/albums/{}/photos?limit={PAGE}", album.id);
    let request = traffic
        .api
        .get(Route::ListPhotos, Instant::now(), &path, Some(&owner.token));
    let check = |answer: &Answer| has_photo(answer, photo);
    traffic.api.ask(request, check).await;
}

/// Checks that a page has a photo, unless all that it has is newer.
fn has_photo(answer: &Answer, photo: &AnnouncedPhoto) -> Result<(), Failure> {
    let page: PhotoPage = answer.json()?;
    let is_there = page.items.iter().any(|item| item.id == photo.id);
    let ends_newer = match page.items.last() {
        Some(last) => page.next.is_some() && last.taken_at > photo.taken_at,
        None => false,
    };
    if is_there || ends_newer {
        Ok(())
    } else {
        Err(Failure::Wrong("an album without the photo just announced"))
    }
}

/// Sends the bytes; returns true if they were taken.
async fn send(traffic: &Traffic, upload: Upload, bytes: Bytes) -> bool {
    let headers: Vec<(String, String)> = upload.headers.into_iter().collect();
    let request = traffic
        .api
        .put_original(Instant::now(), &upload.url, &headers, bytes);
    traffic.api.ask(request, |_| Ok(())).await.is_some()
}

/// Looks at a photo again and again until it is ready.
async fn wait_until_ready(traffic: &Traffic, owner: &Person, id: &str) {
    let sent = Instant::now();
    traffic.api.recorder.offer(Route::Ready, sent);
    let outcome = loop {
        let pause = sent.elapsed() / 8;
        tokio::time::sleep(pause.clamp(SHORTEST_PAUSE, LONGEST_PAUSE)).await;
        let status = status(traffic, owner, id).await;
        match status.as_deref() {
            Some("ready") => break Outcome::Right,
            Some("failed") => break Outcome::Failed(Failure::Wrong("a photo that failed")),
            _ if sent.elapsed() > READY_LIMIT => break Outcome::Failed(Failure::Silent),
            _ => {}
        }
    };
    traffic.api.recorder.end(Route::Ready, sent, sent, outcome);
}

async fn status(traffic: &Traffic, owner: &Person, id: &str) -> Option<String> {
    let path = format!("/v1/photos/{id}");
    let request = traffic
        .api
        .get(Route::GetPhoto, Instant::now(), &path, Some(&owner.token));
    let check = |answer: &Answer| {
        let photo: Photo = answer.json()?;
        if photo.id == id {
            Ok(photo.status)
        } else {
            Err(Failure::Wrong("another photo than was asked for"))
        }
    };
    traffic.api.ask(request, check).await
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn page(items: &[(&str, &str)], next: Option<&str>) -> Answer {
        let mut list = Vec::new();
        for (id, taken_at) in items {
            list.push(json!({"id": id, "taken_at": taken_at, "caption": ""}));
        }
        let body = json!({"items": list, "next": next, "media": {"query": "q"}});
        let body = Bytes::from(body.to_string());
        Answer { status: 200, headers: HeaderMap::new(), body }
    }

    #[test]
    fn an_announced_photo_is_on_the_first_page_unless_that_is_full_of_newer_ones() {
        let photo = AnnouncedPhoto { id: "b".to_owned(), taken_at: "2026-01-02".to_owned() };
        let newer = ("a", "2026-01-03");
        let own = ("b", "2026-01-02");
        let older = ("c", "2026-01-01");
        assert_eq!(has_photo(&page(&[newer, own, older], None), &photo), Ok(()));
        assert_eq!(has_photo(&page(&[newer], Some("next")), &photo), Ok(()));
        assert!(has_photo(&page(&[newer], None), &photo).is_err());
        assert!(has_photo(&page(&[newer, older], Some("next")), &photo).is_err());
        assert!(has_photo(&page(&[], None), &photo).is_err());
    }
}
