//! Objects of the buckets, and what the rows say of them.

use std::collections::{BTreeMap, BTreeSet};

use load::Cause;
use shared::{
    domain::{Original, PhotoId, view::Status},
    stores::{Renditions, StoredObject},
};
use uuid::Uuid;

use crate::stores::{Stores, described};

/// Rows that are read at a time.
const BATCH: u32 = 100;

/// The objects that a photo's row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedObjects {
    /// True if the photo is ready.
    pub is_ready: bool,
    /// The key of its original.
    pub original: String,
    /// The keys of its renditions.
    pub renditions: Vec<String>,
}

/// The objects that are stored, and those that should be.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    /// The objects that rows name, by photo.
    pub named: BTreeMap<Uuid, NamedObjects>,
    /// Originals, each with the photo that its key names.
    pub originals: BTreeMap<String, Option<Uuid>>,
    /// Renditions, each with the photo that its key names.
    pub renditions: BTreeMap<String, Option<Uuid>>,
}

impl Objects {
    /// Lists both buckets, and reads all photos.
    ///
    /// # Errors
    /// A store that does not answer.
    pub async fn read(stores: &Stores) -> Result<Self, Cause> {
        let mut objects = Self::default();
        for cluster in 0..stores.library.clusters() {
            objects.read_named(stores, cluster).await?;
        }
        let mut after = String::new();
        loop {
            let page = stores.originals.after(&after).await.map_err(described)?;
            let Some(last) = last_key(&page) else { break };
            after = last;
            for StoredObject { key, .. } in page {
                let photo = Original::of_key(&key).map(|original| original.photo.uuid());
                objects.originals.insert(key, photo);
            }
        }
        let mut after = String::new();
        loop {
            let page = stores.renditions.after(&after).await.map_err(described)?;
            let Some(last) = last_key(&page) else { break };
            after = last;
            for StoredObject { key, .. } in page {
                let photo = Renditions::of_key(&key).map(PhotoId::uuid);
                objects.renditions.insert(key, photo);
            }
        }
        Ok(objects)
    }

    async fn read_named(&mut self, stores: &Stores, cluster: usize) -> Result<(), Cause> {
        let mut after = Uuid::nil();
        loop {
            let page = stores
                .library
                .scan_photos(cluster, after, BATCH)
                .await
                .map_err(described)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.original.photo.uuid();
            for photo in page {
                let named = NamedObjects {
                    is_ready: photo.status == Status::Ready,
                    original: photo.original.key(),
                    renditions: photo.renditions,
                };
                self.named.insert(photo.original.photo.uuid(), named);
            }
        }
    }

    /// Returns the keys of both buckets.
    pub fn stored(&self) -> BTreeSet<&str> {
        let keys = self.originals.keys().chain(self.renditions.keys());
        keys.map(String::as_str).collect()
    }
}

fn last_key(page: &[StoredObject]) -> Option<String> {
    page.last().map(|object| object.key.clone())
}
