//! The library of a run, made through the public API before anything is measured.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::Bytes;
use client::{
    AlbumId, Client, Token,
    types::{Announcement, NewAlbum, NewSession, NewShare, NewUser, Sending},
};
use futures::{StreamExt, TryStreamExt, stream};
use sha2::{Digest, Sha256};

use crate::{
    Cause, answers,
    api::fresh_number,
    library::{Album, Library, PAGE, Person, Photo},
    pictures::Pictures,
    readiness::{SentPhoto, ready_photos},
};

/// Photos that are sent at the same time.
const AT_ONCE: usize = 8;
/// People who sign up at the same time: each takes a processor's fifth of a second.
const SIGNING_UP: usize = 2;
/// The pause between two looks at photos that are on their way.
const PAUSE: Duration = Duration::from_millis(500);
/// Words of captions. None of them is in the name of a file.
const WORDS: [&str; 12] = [
    "lake", "ferry", "harbour", "mountain", "orchard", "lantern", "castle", "meadow", "bridge",
    "garden", "winter", "sunrise",
];
/// A password that nobody guesses.
const PASSWORD: &str = "a quiet orange lighthouse";

/// The size of a library.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// People.
    pub people: usize,
    /// Albums.
    pub albums: usize,
    /// Photos in all albums.
    pub photos: usize,
}

/// The owners of the library.
#[derive(Clone, Debug)]
pub enum Owners {
    /// People who sign up for it.
    New,
    /// The owner of a key.
    Key(String),
}

/// Somebody while the library is made.
struct Maker {
    client: Client,
    token: String,
}

/// Makes the library.
pub struct Preparation {
    /// The service's origin.
    pub origin: String,
    /// The client that sends bytes.
    pub http: reqwest::Client,
    /// Pictures.
    pub pictures: Arc<Pictures>,
    /// Photos that are ready so far.
    pub ready: AtomicUsize,
}

impl Preparation {
    /// Makes a library of a size within a time.
    ///
    /// # Errors
    /// Refusals of the service, and a library that is not made in time.
    pub async fn within(
        &self,
        limit: Duration,
        owners: &Owners,
        size: Size,
    ) -> Result<Library, Cause> {
        match tokio::time::timeout(limit, self.make(owners, size)).await {
            Ok(made) => made,
            Err(_) => Err(format!(
                "of {} photos only {} were ready after {} s: fewer --photos, or more \
                 --prepare-seconds",
                size.photos,
                self.ready.load(Relaxed),
                limit.as_secs(),
            )
            .into()),
        }
    }

    async fn make(&self, owners: &Owners, size: Size) -> Result<Library, Cause> {
        let makers = self.makers(owners, size.people).await?;
        let mut albums = Vec::new();
        for number in 0..size.albums {
            let first = size.photos * number / size.albums;
            let end = size.photos * (number + 1) / size.albums;
            albums.push(self.album(&makers, number, end - first).await?);
        }
        let mut people = Vec::new();
        for maker in makers {
            let cursor = end_of_feed(&maker.client).await?;
            people.push(Person::new(maker.token, cursor));
        }
        Ok(Library::new(people, albums))
    }

    async fn makers(&self, owners: &Owners, people: usize) -> Result<Vec<Maker>, Cause> {
        match owners {
            Owners::Key(key) => {
                let client = Client::new(&self.origin)?.with_token(Token::new(key.clone()));
                Ok(vec![Maker { client, token: key.clone() }])
            }
            Owners::New => {
                let signing_up = (0..people).map(|_| self.sign_up());
                stream::iter(signing_up)
                    .buffered(SIGNING_UP)
                    .try_collect()
                    .await
            }
        }
    }

    async fn sign_up(&self) -> Result<Maker, Cause> {
        let client = Client::new(&self.origin)?;
        let email = format!("load-{:x}@example.org", fresh_number());
        let user = NewUser { name: "Load", email: &email, password: PASSWORD };
        client.sign_up(&user).await?;
        let session = NewSession { email: &email, password: PASSWORD, name: "Load", code: None };
        let token = client
            .log_in(&session)
            .await?
            .token
            .ok_or("a session without a token")?;
        let client = client.with_token(Token::new(token.clone()));
        Ok(Maker { client, token })
    }

    /// Makes an album with photos that are ready, and a link.
    async fn album(&self, makers: &[Maker], number: usize, photos: usize) -> Result<Album, Cause> {
        let owner = number % makers.len();
        let client = &makers[owner].client;
        let title = format!("Load {}", number + 1);
        let album = client
            .create_album(&NewAlbum { title: &title, description: None })
            .await?;
        let share = NewShare::default();
        let link = client.create_share(&album.id, &share).await?.token;
        let sending = (0..photos).map(|at| self.send(client, &album.id, at));
        let sent: Vec<SentPhoto> = stream::iter(sending)
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let photos = self.wait_until_ready(client, &album.id, &sent).await?;
        let album = Album::new(album.id.to_string(), owner, link, photos);
        read(client, &Client::new(&self.origin)?, &album).await?;
        Ok(album)
    }

    /// Announces a photo and sends its bytes.
    async fn send(&self, client: &Client, album: &AlbumId, at: usize) -> Result<SentPhoto, Cause> {
        let bytes = self.pictures.numbered(fresh_number());
        let word = WORDS[at % WORDS.len()];
        let caption = format!("The {word} on day {at}");
        let announcement = Announcement {
            name: &format!("{at}.jpg"),
            size: bytes.len() as u64,
            content_type: "image/jpeg",
            sha256: &hex::encode(Sha256::digest(&bytes)),
            caption: Some(&caption),
            taken_at: None,
            multipart: Some(false),
        };
        let announced = client.announce(album, &announcement).await?;
        match announced.upload {
            Some(Sending::Whole(upload)) => self.put(&upload.url, &upload.headers, bytes).await?,
            _ => return Err("a new photo whose bytes are not asked for in one piece".into()),
        }
        Ok(SentPhoto { id: announced.photo.id, word })
    }

    async fn put(
        &self,
        url: &str,
        headers: &std::collections::BTreeMap<String, String>,
        bytes: Bytes,
    ) -> Result<(), Cause> {
        let mut request = self.http.put(url).body(bytes);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.send().await?.error_for_status()?;
        Ok(())
    }

    async fn wait_until_ready(
        &self,
        client: &Client,
        album: &AlbumId,
        sent: &[SentPhoto],
    ) -> Result<Vec<Photo>, Cause> {
        let before = self.ready.load(Relaxed);
        loop {
            let photos = ready_photos(client, album, sent).await?;
            self.ready.store(before + photos.len(), Relaxed);
            if photos.len() == sent.len() {
                return Ok(photos);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Reads an album as its owner and as a guest, for the cursors and queries that looks need.
async fn read(member: &Client, guest: &Client, album: &Album) -> Result<(), Cause> {
    let path = format!("/v1/albums/{}?limit={PAGE}", album.id);
    let seen: answers::Album = member.get(&path).await?;
    album.version.note(seen.version);
    album.cursors.note(seen.photos.next);
    album.media.note(Some(seen.media.query));
    let path = format!("/v1/shared/{}?limit={PAGE}", album.link);
    let seen: answers::SharedAlbum = guest.get(&path).await?;
    album.guest_cursors.note(seen.photos.next);
    album.guest_media.note(Some(seen.media.query));
    Ok(())
}

/// Reads somebody's feed of changes to its end; returns the cursor there.
async fn end_of_feed(client: &Client) -> Result<String, Cause> {
    let mut changes = client.changes(None).await?;
    while changes.more {
        changes = client.changes(Some(&changes.next)).await?;
    }
    Ok(changes.next)
}
