//! A person who writes and reads, one thing after the other, and keeps the journal of it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chance::Random;
use load::{Pictures, fresh_number};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    api::{Answered, Api, Ask},
    journal::{Expected, Journal, Key, Kind},
    uploads::Upload,
};

/// The longest pause between two actions.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// The most albums of a person.
const MOST_ALBUMS: usize = 6;
/// The tags that photos get.
const TAGS: [&str; 6] = ["lake", "ferry", "castle", "meadow", "winter", "night"];
/// The places where photos were taken, in degrees: some beside each other.
const PLACES: [(f64, f64); 4] = [(45.98, 9.26), (45.9801, 9.2601), (46.0, 9.3), (-33.9, 18.4)];

/// Something that a person does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    CreateAlbum,
    Upload,
    Place,
    Comment,
    DeleteComment,
    Favourite,
    Tag,
    Locate,
    DeletePhoto,
    ReadAlbum,
    ReadPhoto,
    ReadChanges,
}

/// Actions, and how often each is done beside the others.
const ACTIONS: [(Action, u32); 12] = [
    (Action::CreateAlbum, 4),
    (Action::Upload, 18),
    (Action::Place, 5),
    (Action::Comment, 12),
    (Action::DeleteComment, 3),
    (Action::Favourite, 10),
    (Action::Tag, 10),
    (Action::Locate, 8),
    (Action::DeletePhoto, 4),
    (Action::ReadAlbum, 18),
    (Action::ReadPhoto, 10),
    (Action::ReadChanges, 6),
];

/// A person.
pub struct User {
    /// The API.
    pub api: Arc<Api>,
    /// Pictures to be sent.
    pub pictures: Arc<Pictures>,
    /// Their id.
    pub id: String,
    /// The secret of their session.
    pub token: String,
    /// Decides what they do.
    pub random: Random,
    /// The journal.
    pub journal: Journal,
    /// Their albums.
    pub albums: Vec<String>,
    /// Their photos whose bytes have been taken, and that are not in the trash: id, and the key in
    /// the journal.
    pub photos: Vec<(String, Key)>,
    /// Their comments: id, and the key in the journal.
    pub comments: Vec<(String, Key)>,
    /// Photos of which it is not known that their bytes were taken.
    pub unfinished: Vec<Upload>,
}

impl User {
    /// Does one thing after the other until a time.
    pub async fn live(&mut self, until: Instant) {
        while Instant::now() < until {
            let action = self.next_action();
            self.act(action).await;
            sleep(LONGEST_PAUSE.mul_f64(self.random.unit())).await;
        }
    }

    fn next_action(&mut self) -> Action {
        let all: u32 = ACTIONS.iter().map(|(_, weight)| weight).sum();
        let mut left = self.random.unit() * f64::from(all);
        for (action, weight) in ACTIONS {
            left -= f64::from(weight);
            if left < 0.0 {
                return action;
            }
        }
        Action::ReadAlbum
    }

    async fn act(&mut self, action: Action) {
        match action {
            Action::CreateAlbum => self.create_album().await,
            Action::Upload => self.upload().await,
            Action::Place => self.place().await,
            Action::Comment => self.comment().await,
            Action::DeleteComment => self.delete_comment().await,
            Action::Favourite => self.favourite().await,
            Action::Tag => self.tag().await,
            Action::Locate => self.locate().await,
            Action::DeletePhoto => self.delete_photo().await,
            Action::ReadAlbum => self.read_album().await,
            Action::ReadPhoto => self.read_photo().await,
            Action::ReadChanges => self.read_changes().await,
        }
    }

    async fn create_album(&mut self) {
        if self.albums.len() >= MOST_ALBUMS {
            return;
        }
        let title = format!("Album {:016x}", fresh_number());
        let key = Key::new(Kind::Album, &self.id, &title);
        let ask = Ask::new(Method::POST, "/v1/albums", &self.token).with(json!({"title": title}));
        let answered = self.api.ask(&ask).await;
        if let Some(id) = self.noted(answered, key, Expected::Once) {
            self.albums.push(id);
        }
    }

    async fn upload(&mut self) {
        let Some(album) = self.some_album() else { return };
        let upload = Upload { album, number: fresh_number() };
        self.begin_upload(upload).await;
    }

    /// Puts a photo into one more album.
    async fn place(&mut self) {
        let (Some(album), Some(photo)) = (self.some_album(), self.some_photo()) else { return };
        let path = format!("/v1/albums/{album}/photos/{photo}");
        let key = Key::new(Kind::Placement, album, photo);
        self.write(Method::PUT, path, key, Expected::Once).await;
    }

    async fn comment(&mut self) {
        let Some(photo) = self.some_photo() else { return };
        let text = format!("What a view, {:016x}!", fresh_number());
        let key = Key::new(Kind::Comment, &photo, &text);
        let Some(album) = self.album_of(&photo) else { return };
        let path = format!("/v1/photos/{photo}/comments");
        let ask =
            Ask::new(Method::POST, path, &self.token).with(json!({"text": text, "album": album}));
        let answered = self.api.ask(&ask).await;
        if let Some(id) = self.noted(answered, key.clone(), Expected::Once) {
            self.comments.push((id, key));
        }
    }

    async fn delete_comment(&mut self) {
        let Some(at) = self.place_in(self.comments.len()) else { return };
        let (id, key) = self.comments.swap_remove(at);
        self.write(Method::DELETE, format!("/v1/comments/{id}"), key, Expected::Absent)
            .await;
    }

    async fn favourite(&mut self) {
        let Some(photo) = self.some_photo() else { return };
        let path = format!("/v1/photos/{photo}/favourite");
        let key = Key::new(Kind::Favourite, photo, &self.id);
        let (method, expected) = self.set_or_unset();
        self.write(method, path, key, expected).await;
    }

    async fn tag(&mut self) {
        let Some(photo) = self.some_photo() else { return };
        let tag = TAGS[self.place_in(TAGS.len()).unwrap_or(0)];
        let path = format!("/v1/photos/{photo}/tags/{tag}");
        let key = Key::new(Kind::Tag, photo, tag);
        let (method, expected) = self.set_or_unset();
        self.write(method, path, key, expected).await;
    }

    /// Says where a photo was taken. The journal keeps nothing of it, as the next one may say something else.
    async fn locate(&mut self) {
        let Some(photo) = self.some_photo() else { return };
        let (latitude, longitude) = PLACES[self.place_in(PLACES.len()).unwrap_or(0)];
        let place = json!({"place": {"latitude": latitude, "longitude": longitude}});
        let path = format!("/v1/photos/{photo}");
        let ask = Ask::new(Method::PATCH, path, &self.token).with(place);
        if let Answered::Refused(words) = self.api.ask(&ask).await {
            self.journal.refused(words);
        }
    }

    /// Puts a photo into the trash.
    async fn delete_photo(&mut self) {
        if self.photos.len() < 4 {
            return;
        }
        let Some(at) = self.place_in(self.photos.len()) else { return };
        let (photo, key) = self.photos.swap_remove(at);
        // What is said of it stays, and cannot be deleted while it is there.
        self.comments.retain(|(_, comment)| comment.of != photo);
        self.write(Method::DELETE, format!("/v1/photos/{photo}"), key, Expected::Absent)
            .await;
    }

    async fn read_album(&mut self) {
        let Some(album) = self.some_album() else { return };
        self.read(format!("/v1/albums/{album}?limit=50"), &album)
            .await;
    }

    async fn read_photo(&mut self) {
        let Some(photo) = self.some_photo() else { return };
        self.read(format!("/v1/photos/{photo}"), &photo).await;
    }

    async fn read_changes(&mut self) {
        let ask = Ask::new(Method::GET, "/v1/changes?limit=50", &self.token);
        if let Answered::Refused(words) = self.api.ask(&ask).await {
            self.journal.refused(words);
        }
    }

    /// Reads something that was acknowledged, which has to be there.
    async fn read(&mut self, path: String, id: &str) {
        let ask = Ask::new(Method::GET, path, &self.token);
        match self.api.ask(&ask).await {
            Answered::Done(body) if body["id"] == *id => {}
            Answered::Done(body) => {
                self.journal
                    .refused(format!("{} was answered with {}", ask.path, body["id"]));
            }
            Answered::Refused(words) => self.journal.refused(words),
            Answered::InDoubt => {}
        }
    }

    /// Asks for a write without a body, and notes what became of it.
    async fn write(&mut self, method: Method, path: String, key: Key, expected: Expected) {
        let answered = self.api.ask(&Ask::new(method, path, &self.token)).await;
        self.noted(answered, key, expected);
    }

    /// Notes what became of a write; returns the id that it was answered with.
    pub fn noted(&mut self, answered: Answered, key: Key, expected: Expected) -> Option<String> {
        match answered {
            Answered::Done(body) => {
                self.journal.acknowledge(key, expected);
                id_in(&body)
            }
            Answered::Refused(words) => {
                self.journal.refused(words);
                None
            }
            Answered::InDoubt => {
                self.journal.doubt(key);
                None
            }
        }
    }

    fn set_or_unset(&mut self) -> (Method, Expected) {
        if self.random.unit() < 0.7 {
            (Method::PUT, Expected::Once)
        } else {
            (Method::DELETE, Expected::Absent)
        }
    }

    fn some_album(&mut self) -> Option<String> {
        let at = self.place_in(self.albums.len())?;
        Some(self.albums[at].clone())
    }

    fn some_photo(&mut self) -> Option<String> {
        let at = self.place_in(self.photos.len())?;
        Some(self.photos[at].0.clone())
    }

    /// Returns an album that a photo was acknowledged to stand in.
    fn album_of(&self, photo: &str) -> Option<String> {
        let stands = |(key, expected): &(&Key, &Expected)| {
            key.kind == Kind::Placement && key.name == photo && **expected == Expected::Once
        };
        let found = self.journal.expected.iter().find(stands);
        found.map(|(key, _)| key.of.clone())
    }

    fn place_in(&mut self, count: usize) -> Option<usize> {
        let places = u32::try_from(count).ok().filter(|count| *count > 0)?;
        let place = chance::whole(self.random.unit() * f64::from(places));
        Some(usize::try_from(place).unwrap_or(0).min(count - 1))
    }
}

fn id_in(body: &Value) -> Option<String> {
    body["id"].as_str().map(str::to_owned)
}
