//! All that the stores hold, read while nothing is on its way.

mod hot;
mod objects;
mod queues;
mod rows;
mod truth;

use std::collections::BTreeMap;

use load::Cause;
use uuid::Uuid;

pub use hot::HotItems;
#[cfg(test)]
pub use hot::{ProjectedAlbum, ProjectedPhoto};
#[cfg(test)]
pub use objects::NamedObjects;
pub use objects::Objects;
pub use queues::{DeadLetter, waiting_messages};
#[cfg(test)]
pub use rows::{AlbumRow, ChangeRow, EntryRow, OwnerRow};
pub use rows::{Located, PhotoRow, Rows};
pub use truth::Truth;

use crate::stores::Stores;

/// The contents of all stores.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Rows of the databases.
    pub rows: Rows,
    /// The views that the hot table should have, made of the rows by the service's own code.
    pub truth: Truth,
    /// The items that it has.
    pub hot: HotItems,
    /// The objects of the buckets, and what the rows say of them.
    pub objects: Objects,
    /// Messages that wait, by queue.
    pub waiting: BTreeMap<String, u64>,
    /// Messages that were given up.
    pub dead_letters: Vec<DeadLetter>,
}

impl Snapshot {
    /// Reads every store.
    ///
    /// # Errors
    /// A store that does not answer, or that holds what cannot be read.
    pub async fn take(stores: &Stores) -> Result<Self, Cause> {
        Ok(Self {
            rows: Rows::read(stores).await?,
            truth: Truth::read(stores).await?,
            hot: HotItems::read(stores).await?,
            objects: Objects::read(stores).await?,
            waiting: waiting_messages(stores).await?,
            dead_letters: queues::dead_letters(stores).await?,
        })
    }

    /// Returns how many photos there are of each status.
    pub fn photos_by_status(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for photo in &self.rows.photos {
            *counts.entry(photo.status.clone()).or_default() += 1;
        }
        counts
    }

    /// Returns a photo's row.
    pub fn photo(&self, id: Uuid) -> Option<&PhotoRow> {
        self.rows.photos.iter().find(|photo| photo.id == id)
    }
}
