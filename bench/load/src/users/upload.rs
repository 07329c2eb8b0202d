//! People who add photos.

use std::time::{Duration, Instant};

use bytes::Bytes;
use chance::Random;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::{Arrival, Traffic};
use crate::{
    answers::{Announced, AnnouncedPhoto, Photo, PhotoPage, Upload},
    api::{Answer, Request, fresh_number},
    library::{Album, PAGE, Person},
    outcome::{Failure, Outcome},
    route::Route,
};

/// The shortest pause between two looks at a photo that is on its way.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause before an announcement that was refused is made again, besides what the refusal
/// asks for.
const LONGEST_RETRY_PAUSE: Duration = Duration::from_secs(16);

/// The time that somebody takes for a photo.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// The longest wait for a turn to announce it; none for somebody who does not come again.
    turn: Option<Duration>,
    /// The longest wait until it is ready.
    ready: Duration,
    /// The longest pause between two looks: else those who wait would become a load of their own.
    longest_pause: Duration,
}

/// Somebody who adds a photo now and then.
const ORDINARY: Patience =
    Patience { turn: None, ready: Duration::from_mins(1), longest_pause: Duration::from_secs(2) };
/// One of many who add photos at once, and know that it takes a while.
const PATIENT: Patience = Patience {
    turn: Some(Duration::from_mins(5)),
    ready: Duration::from_mins(5),
    longest_pause: Duration::from_secs(10),
};

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
    let patience = if arrival.is_patient { PATIENT } else { ORDINARY };
    let announcement = Announcement { album, owner, word, bytes: &bytes };
    let announced = announcement.make(traffic, intended, patience.turn).await;
    let Some((photo, upload)) = announced else { return };
    owner.feed().acknowledged(&photo.id);
    find(traffic, album, owner, &photo).await;
    if send(traffic, upload, bytes).await {
        drop(permit);
        wait_until_ready(traffic, owner, &photo.id, patience).await;
    }
}

/// A photo that is to be announced.
struct Announcement<'a> {
    album: &'a Album,
    owner: &'a Person,
    word: &'a str,
    bytes: &'a Bytes,
}

impl Announcement<'_> {
    /// Announces the photo; for so long again, if it is refused and told when to come again.
    async fn make(
        &self,
        traffic: &Traffic,
        intended: Instant,
        limit: Option<Duration>,
    ) -> Option<(AnnouncedPhoto, Upload)> {
        let mut due = intended;
        let mut longest = Duration::from_secs(1);
        loop {
            let request = self.request(traffic, due);
            let asked_for = match traffic.api.attempt(request, is_announced).await {
                Ok(announced) => return Some(announced),
                Err(pause) => pause?,
            };
            // Spread, so that those who were refused together do not come together again.
            let pause = asked_for + longest.mul_f64(a_part());
            longest = LONGEST_RETRY_PAUSE.min(2 * longest);
            if intended.elapsed() + pause > limit? {
                return None;
            }
            tokio::time::sleep(pause).await;
            due = Instant::now();
        }
    }

    fn request(&self, traffic: &Traffic, due: Instant) -> Request {
        let path = format!("/v1/albums/{}/photos", self.album.id);
        let body = json!({
            "name": "load.jpg",
            "size": self.bytes.len(),
            "content_type": "image/jpeg",
            "sha256": hex::encode(Sha256::digest(self.bytes)),
            "caption": format!("Under load, {}", self.word),
        });
        let token = &self.owner.token;
        traffic
            .api
            .post(Route::CreatePhoto, due, &path, token, &body)
    }
}

/// Returns a number between 0 and 1.
fn a_part() -> f64 {
    Random::new(fresh_number()).unit()
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
async fn wait_until_ready(traffic: &Traffic, owner: &Person, id: &str, patience: Patience) {
    let sent = Instant::now();
    traffic.api.recorder.offer(Route::Ready, sent);
    let outcome = loop {
        let pause = sent.elapsed() / 8;
        tokio::time::sleep(pause.clamp(SHORTEST_PAUSE, patience.longest_pause)).await;
        let status = status(traffic, owner, id).await;
        match status.as_deref() {
            Some("ready") => break Outcome::Right,
            Some("failed") => break Outcome::Failed(Failure::Wrong("a photo that failed")),
            _ if sent.elapsed() > patience.ready => break Outcome::Failed(Failure::Silent),
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
