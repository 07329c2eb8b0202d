//! Albums that a photo has left lately: what its locator remembers of them.
//!
//! A projection may die between the transaction that takes a view out of an album and the raising
//! of that album's count. It is repeated, and finds a locator that names the album no more. So the
//! locator remembers the albums that were left for three days: a day is longer than a projection
//! waits to be repeated, and the clocks of two processes may be wrong. Each projection of the photo
//! raises the counts of these, too.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    domain::{AlbumId, Moment},
    stores::dynamodb::item::{HotItem, n, number},
};

/// Seconds for which an album is remembered that was left.
const REMEMBERED: i64 = 3 * 24 * 3600;

const LEFT: &str = "left";

/// The albums, each with the second in which it was left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftAlbums(BTreeMap<AlbumId, i64>);

impl LeftAlbums {
    /// Returns those that a locator remembers.
    pub fn read(locator: &HotItem) -> Self {
        let mut left = BTreeMap::new();
        let albums = locator.get(LEFT).and_then(|albums| albums.as_m().ok());
        if let Some(albums) = albums {
            for name in albums.keys() {
                if let (Ok(album), Ok(second)) = (name.parse(), number(albums, name)) {
                    left.insert(album, second);
                }
            }
        }
        Self(left)
    }

    /// Writes them into a locator; nothing if there are none.
    pub fn write(&self, locator: &mut HotItem) {
        if self.0.is_empty() {
            return;
        }
        let mut albums = HashMap::new();
        for (album, second) in &self.0 {
            albums.insert(album.to_string(), n(second));
        }
        locator.insert(LEFT.to_owned(), AttributeValue::M(albums));
    }

    /// Returns the albums.
    pub fn albums(&self) -> impl Iterator<Item = AlbumId> {
        self.0.keys().copied()
    }

    /// Returns these and the albums that a photo leaves now whose views stood at `old` and are to
    /// stand at `new`; without those of long ago.
    pub fn and_these(
        &self,
        old: &[(AlbumId, String)],
        new: &[(AlbumId, String)],
        now: Moment,
    ) -> Self {
        let mut left = self.0.clone();
        left.retain(|_, second| *second > now.epoch() - REMEMBERED);
        for (album, _) in old {
            left.insert(*album, now.epoch());
        }
        for (album, _) in new {
            left.remove(album);
        }
        Self(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    fn views(albums: &[AlbumId]) -> Vec<(AlbumId, String)> {
        let view = |album: &AlbumId| (*album, "PHOTO#".to_owned());
        albums.iter().map(view).collect()
    }

    #[test]
    fn an_album_that_was_left_is_remembered_for_days() {
        let shard = Shard::random();
        let [a, b, c] = [(); 3].map(|()| AlbumId::new(shard));
        let now = Moment::now();
        let left = LeftAlbums::default().and_these(&views(&[a, b]), &views(&[b, c]), now);
        assert_eq!(left.albums().collect::<Vec<_>>(), [a]);
        let mut locator = HotItem::new();
        left.write(&mut locator);
        assert_eq!(LeftAlbums::read(&locator), left);
        let later = left.and_these(&views(&[b]), &views(&[b]), now.plus(REMEMBERED - 1));
        assert_eq!(later, left);
        let too_late = later.and_these(&views(&[b]), &views(&[b]), now.plus(REMEMBERED));
        assert_eq!(too_late, LeftAlbums::default());
        let back = left.and_these(&views(&[b]), &views(&[a, b]), now);
        assert_eq!(back, LeftAlbums::default());
    }

    #[test]
    fn a_locator_of_before_remembers_none() {
        assert_eq!(LeftAlbums::read(&HotItem::new()), LeftAlbums::default());
        let mut locator = HotItem::new();
        LeftAlbums::default().write(&mut locator);
        assert_eq!(locator, HotItem::new());
    }
}
