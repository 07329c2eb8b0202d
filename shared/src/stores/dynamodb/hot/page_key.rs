//! The pages that there are, and their keys.

use super::Audience;
use crate::{
    domain::{AlbumId, Limit},
    stores::dynamodb::item::{HotItem, key},
};

/// The number of photos in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageSize {
    /// Fifty.
    Fifty,
    /// A hundred: what is asked for when nobody says how many.
    Hundred,
}

impl PageSize {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Fifty, Self::Hundred];

    /// Returns the size of a page of so many; `None` when there are no such pages.
    pub fn of(limit: Limit) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|size| size.photos() == usize::from(limit.get()))
    }

    /// Returns the number of photos.
    pub fn photos(self) -> usize {
        match self {
            Self::Fifty => 50,
            Self::Hundred => 100,
        }
    }
}

/// A page: the newest photos of an album, for an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageKey {
    /// The album.
    pub album: AlbumId,
    /// Its readers.
    pub who: Audience,
    /// The number of photos.
    pub size: PageSize,
}

impl PageKey {
    /// Returns all pages of an album.
    pub fn all_of(album: AlbumId) -> Vec<Self> {
        let audiences = [
            Audience::Members,
            Audience::Guests { places: false },
            Audience::Guests { places: true },
        ];
        let mut keys = Vec::new();
        for who in audiences {
            for size in PageSize::ALL {
                keys.push(Self { album, who, size });
            }
        }
        keys
    }

    /// Returns the key of its item.
    pub fn item_key(&self) -> HotItem {
        let who = match self.who {
            Audience::Members => "MEMBERS",
            Audience::Guests { places: false } => "GUESTS",
            Audience::Guests { places: true } => "GUESTS-PLACES",
        };
        let sk = format!("{who}#{}", self.size.photos());
        key(format!("PAGE#{}", self.album), &sk)
    }
}
