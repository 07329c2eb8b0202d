//! An album as it is to be, its writers and its readers.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    time::Duration,
};

use futures::future::join_all;
use serde_json::{Value, json};
use shared::{
    domain::{
        AlbumId, Folder, Limit, LocalTime, PhotoId, PhotoKey, Shard, UserId,
        guests::GuestViewLengths, view::Role,
    },
    stores::{AlbumHead, Audience, Hot, Located},
};
use tokio::time::timeout;

/// Photos that change while they are read; they are newer than all others.
const CHANGING: usize = 4;

/// Versions of each of them.
const VERSIONS: u32 = 7;

/// Writers at the same time, and readers, each with so many requests.
const AT_ONCE: u64 = 3;
const REQUESTS: u64 = 14;

/// Numbers that look random, the same for a seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        // Knuth's constants for a linear congruential generator of 64 bits.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A version of a photo.
#[derive(Clone, Copy, Debug)]
struct Version {
    second: i64,
    is_in_album: bool,
    is_ready: bool,
}

impl Version {
    fn is_seen_by(self, who: Audience) -> bool {
        self.is_in_album && (who == Audience::Members || self.is_ready)
    }
}

/// A photo: its versions, the newest whose writing began, and the newest of which a writer was told
/// that it was written.
struct Photo {
    id: PhotoId,
    versions: Vec<Version>,
    begun: AtomicU32,
    told: AtomicU32,
}

impl Photo {
    /// Returns a version; the one before the first stands nowhere.
    fn version(&self, number: u32) -> Version {
        let before = Version { second: 0, is_in_album: false, is_ready: false };
        let at = (number as usize).checked_sub(1);
        at.map_or(before, |at| self.versions[at])
    }
}

/// The album.
pub struct Album {
    /// Its id.
    pub id: AlbumId,
    owner: UserId,
    photos: Vec<Photo>,
    table: Hot,
    seed: u64,
}

impl Album {
    /// Makes an album; that of an odd seed has more photos than a page of fifty holds.
    pub async fn new(table: Hot, seed: u64) -> Self {
        let shard = Shard::random();
        let mut numbers = Numbers(seed);
        let constant = if seed.is_multiple_of(2) { 3 } else { 52 };
        let mut photos = Vec::new();
        for at in 0..CHANGING + constant {
            let count = if at < CHANGING { VERSIONS } else { 1 };
            let newest = if at < CHANGING { 1000 } else { 0 };
            let versions = (0..count).map(|_| Version {
                second: newest + i64::try_from(numbers.below(500)).expect("a second"),
                is_in_album: at >= CHANGING || numbers.below(3) > 0,
                is_ready: numbers.below(3) > 0,
            });
            photos.push(Photo {
                id: PhotoId::new(shard),
                versions: versions.collect(),
                begun: AtomicU32::new(0),
                told: AtomicU32::new(0),
            });
        }
        let album =
            Self { id: AlbumId::new(shard), owner: UserId::new(shard), photos, table, seed };
        album.table.put_head(&album.head()).await.expect("a head");
        for photo in &album.photos[CHANGING..] {
            album.writes(&album.table, photo, 1).await;
        }
        album
    }

    fn head(&self) -> AlbumHead {
        AlbumHead {
            album: self.id,
            owner: self.owner,
            folder: Folder::kept(None, self.owner),
            members: vec![(self.owner, Role::Owner)],
            version: 1,
            view: json!({"id": self.id}).to_string(),
            shown: 0,
            ready: None,
        }
    }

    /// Writers put versions in any order, some twice, and some die; readers read meanwhile, each
    /// writer and reader with a table of its own, as processes have.
    pub async fn is_written_and_read_by_many(&self, table: impl Fn() -> Hot) {
        let writers = (0..AT_ONCE).map(|number| self.writer(table(), number));
        let readers = (0..AT_ONCE).map(|number| self.reader(table(), number));
        tokio::join!(join_all(writers), join_all(readers));
    }

    async fn writer(&self, table: Hot, number: u64) {
        let mut numbers = Numbers(self.seed * 1000 + number);
        // One of them builds anew what is there.
        let table = if number == 0 { table.anew() } else { table };
        for step in 0..REQUESTS {
            let at = usize::try_from(numbers.below(CHANGING as u64)).expect("a place");
            let newest = 1 + step * u64::from(VERSIONS - 1) / REQUESTS;
            let late = numbers.below(3).min(newest - 1);
            let version = u32::try_from(newest - late).expect("a version");
            let photo = &self.photos[at];
            if numbers.below(3) == 0 {
                let lives = Duration::from_micros(numbers.below(9000));
                // What was written when it dies stays so.
                let _dies = timeout(lives, self.writes(&table, photo, version)).await;
            } else {
                self.writes(&table, photo, version).await;
            }
        }
    }

    async fn writes(&self, table: &Hot, photo: &Photo, version: u32) {
        photo.begun.fetch_max(version, SeqCst);
        table
            .put_photo(&self.located(photo, version))
            .await
            .expect("a projection");
        photo.told.fetch_max(version, SeqCst);
    }

    fn located(&self, photo: &Photo, number: u32) -> Located {
        let version = photo.version(number);
        let guests = format!(r#"{{"id":"{}","version":{number}"#, photo.id);
        let with_place = format!(r#"{guests},"place":1"#);
        let lengths =
            GuestViewLengths { without_place: guests.len(), with_place: with_place.len() };
        Located {
            key: PhotoKey {
                taken: LocalTime::from_micros(version.second * 1_000_000),
                photo: photo.id,
            },
            owner: self.owner,
            folder: Folder::kept(None, self.owner),
            albums: if version.is_in_album { vec![self.id] } else { Vec::new() },
            version: number,
            view: format!(r#"{with_place},"rest":1}}"#),
            in_albums: BTreeMap::new(),
            said: BTreeMap::new(),
            shown: if version.is_ready { Some(lengths) } else { None },
        }
    }

    async fn reader(&self, table: Hot, number: u64) {
        let mut numbers = Numbers(self.seed * 1000 + 500 + number);
        for _ in 0..REQUESTS {
            let who = match numbers.below(4) {
                0 => Audience::Guests { places: numbers.below(2) == 0 },
                _ => Audience::Members,
            };
            let photos = if numbers.below(2) == 0 { "50" } else { "100" };
            self.is_read(&table, who, photos.parse().expect("a limit"))
                .await;
        }
    }

    async fn is_read(&self, table: &Hot, who: Audience, limit: Limit) {
        let told: Vec<u32> = self
            .photos
            .iter()
            .map(|photo| photo.told.load(SeqCst))
            .collect();
        let shown = self.shown(table, who, limit).await;
        for (photo, told) in self.photos[..CHANGING].iter().zip(told) {
            let begun = photo.begun.load(SeqCst);
            let may_be = match shown.get(&photo.id.to_string()) {
                Some(version) => {
                    (told..=begun).contains(version) && photo.version(*version).is_seen_by(who)
                }
                None => (told..=begun).any(|version| !photo.version(version).is_seen_by(who)),
            };
            assert!(
                may_be,
                "seed {}: {who:?} were told of {told}, {begun} had begun, and of {shown:?} {} is \
                 too old: {:?}",
                self.seed, photo.id, photo.versions
            );
        }
    }

    /// Returns the photos of a page, and which version is shown of each.
    async fn shown(&self, table: &Hot, who: Audience, limit: Limit) -> BTreeMap<String, u32> {
        let (head, page) = table
            .album_for(who, self.id, limit)
            .await
            .expect("an answer");
        assert!(head.is_some());
        let views: Vec<Value> =
            serde_json::from_str(&page.views.json().expect("views")).expect("JSON");
        let mut shown = BTreeMap::new();
        for view in views {
            let id = view["id"].as_str().expect("an id").to_owned();
            let version = view["version"].as_u64().expect("a version");
            let version = u32::try_from(version).expect("a version");
            assert_eq!(shown.insert(id, version), None, "a photo is shown once");
        }
        shown
    }

    /// Writes again what has begun, as the relay does: all of it has arrived then.
    pub async fn settles(&self) {
        for photo in &self.photos[..CHANGING] {
            let newest = photo.begun.load(SeqCst);
            if newest > 0 {
                self.writes(&self.table, photo, newest).await;
            }
        }
    }

    /// Holds a page against all that was written.
    pub async fn is_read_as_it_is(&self, table: &Hot, who: Audience, limit: Limit) {
        let mut stands = BTreeMap::new();
        for photo in &self.photos {
            let number = photo.told.load(SeqCst);
            let version = photo.version(number);
            if version.is_in_album {
                stands.insert((version.second, photo.id), (number, version));
            }
        }
        let mut wanted = BTreeMap::new();
        let newest = stands.iter().rev().take(usize::from(limit.get()));
        for ((_, photo), (number, version)) in newest {
            if version.is_seen_by(who) {
                wanted.insert(photo.to_string(), *number);
            }
        }
        assert_eq!(self.shown(table, who, limit).await, wanted, "seed {}", self.seed);
    }
}
