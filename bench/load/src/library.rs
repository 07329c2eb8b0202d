//! The library that a run uses: people, their albums, and the photos in them.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use chance::Zipf;

use crate::feed::Feed;

/// The exponent of the law by which albums, and photos of an album, are looked at.
pub const EXPONENT: f64 = 1.1;
/// The photos of a page: that which the service keeps whole.
pub const PAGE: usize = 50;

/// Everything that a run uses.
pub struct Library {
    /// The people.
    pub people: Vec<Person>,
    /// The albums, the one that is looked at most first.
    pub albums: Vec<Album>,
    law: Zipf,
}

/// Somebody who is signed in.
pub struct Person {
    /// The secret of their session.
    pub token: String,
    feed: Mutex<Feed>,
}

/// An album with photos that are ready.
pub struct Album {
    /// Its id.
    pub id: String,
    /// Its owner, as a place in [`Library::people`].
    pub owner: usize,
    /// The secret of its link.
    pub link: String,
    /// Its photos, the one that is looked at most first.
    pub photos: Vec<Photo>,
    /// The newest version that anybody was told.
    pub version: Newest,
    /// The latest cursor of its second page.
    pub cursors: Latest,
    /// The same, of guests.
    pub guest_cursors: Latest,
    /// The latest query that opens its images to members.
    pub media: Latest,
    /// The latest query that opens its images to guests.
    pub guest_media: Latest,
    law: Zipf,
}

/// A photo that is ready.
#[derive(Debug)]
pub struct Photo {
    /// Its id.
    pub id: String,
    /// A word of its caption.
    pub word: &'static str,
    /// Its renditions.
    pub images: Vec<Image>,
    /// The newest version that anybody was told.
    pub version: Newest,
}

/// A rendition.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its path, without the query that opens it.
    pub path: String,
    /// Its size in bytes.
    pub bytes: usize,
}

/// The newest version that anybody was told of something.
#[derive(Debug, Default)]
pub struct Newest(AtomicU64);

impl Newest {
    /// Returns the version.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// Notes a version that somebody was told.
    pub fn note(&self, version: u64) {
        self.0.fetch_max(version, Relaxed);
    }
}

/// The latest of something that answers bring along.
#[derive(Debug, Default)]
pub struct Latest(Mutex<Option<String>>);

impl Latest {
    /// Returns it, if there was one.
    pub fn get(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes it.
    pub fn note(&self, text: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }
}

impl Library {
    /// Creates a library. Each album has a photo.
    pub fn new(people: Vec<Person>, albums: Vec<Album>) -> Self {
        let law = law(albums.len());
        Self { people, albums, law }
    }

    /// Returns the album of a number between 0 and 1.
    pub fn album(&self, number: f64) -> &Album {
        let rank = self.law.rank(number);
        &self.albums[rank.min(self.albums.len() - 1)]
    }

    /// Returns the number of photos.
    pub fn photos(&self) -> usize {
        self.albums.iter().map(|album| album.photos.len()).sum()
    }
}

impl Album {
    /// Creates an album, of which nothing has been read.
    pub fn new(id: String, owner: usize, link: String, photos: Vec<Photo>) -> Self {
        let law = law(photos.len());
        Self {
            id,
            owner,
            link,
            photos,
            version: Newest::default(),
            cursors: Latest::default(),
            guest_cursors: Latest::default(),
            media: Latest::default(),
            guest_media: Latest::default(),
            law,
        }
    }

    /// Returns the photo of a number between 0 and 1.
    pub fn photo(&self, number: f64) -> &Photo {
        let rank = self.law.rank(number);
        &self.photos[rank.min(self.photos.len() - 1)]
    }

    /// Returns the least number of photos that its first page has.
    pub fn on_first_page(&self) -> usize {
        self.photos.len().min(PAGE)
    }
}

impl Person {
    /// Creates somebody who has read the feed of changes up to a cursor.
    pub fn new(token: String, cursor: String) -> Self {
        Self { token, feed: Mutex::new(Feed::at(cursor)) }
    }

    /// Returns their place in the feed of changes.
    pub fn feed(&self) -> MutexGuard<'_, Feed> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn law(ranks: usize) -> Zipf {
    Zipf::new(u32::try_from(ranks).unwrap_or(u32::MAX), EXPONENT)
}

#[cfg(test)]
mod tests {
    use chance::Random;

    use super::*;

    fn album(name: &str, photos: usize) -> Album {
        let photo = |at: usize| Photo {
            id: format!("{name}-{at}"),
            word: "lake",
            images: Vec::new(),
            version: Newest::default(),
        };
        let photos = (0..photos).map(photo).collect();
        Album::new(name.to_owned(), 0, String::new(), photos)
    }

    #[test]
    fn the_first_album_and_its_first_photo_are_looked_at_most() {
        let albums = vec![album("a", 100), album("b", 100), album("c", 100)];
        let library = Library::new(Vec::new(), albums);
        let mut random = Random::new(9);
        let mut albums = 0;
        let mut photos = 0;
        for _ in 0..10_000 {
            let album = library.album(random.unit());
            albums += i32::from(album.id == "a");
            photos += i32::from(album.photo(random.unit()).id.ends_with("-0"));
        }
        // One over the sums of all weights: 1 + 2^-1.1 + 3^-1.1, and 4.28 of a hundred.
        assert!((5_550..5_850).contains(&albums), "{albums}");
        assert!((2_200..2_500).contains(&photos), "{photos}");
        assert_eq!(library.photos(), 300);
    }

    #[test]
    fn the_ends_of_chance_are_in_the_library() {
        let library = Library::new(Vec::new(), vec![album("a", 2), album("b", 2)]);
        for number in [0.0, 0.999_999_999, 1.0] {
            library.album(number).photo(number);
        }
    }

    #[test]
    fn a_version_is_never_taken_back() {
        let newest = Newest::default();
        newest.note(4);
        newest.note(3);
        assert_eq!(newest.get(), 4);
    }
}
