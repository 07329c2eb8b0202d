//! Pages that a process has had lately.
//!
//! Nothing that is kept here is believed: a reader takes it only if the count of changes that it has
//! just read is the one that the page was made at.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::{PackedText, PhotoKey};

/// Pages that are kept before all are forgotten: about a megabyte.
const KEPT: usize = 64;

/// The most bytes of a page that is kept.
const LARGEST: usize = 64 * 1024;

/// A page as it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The views, one JSON array.
    pub views: Arc<PackedText>,
    /// The key to go on from; `None` at the end.
    pub next: Option<PhotoKey>,
    /// The count of changes that was read before the photos were.
    pub made_at: u64,
}

/// The pages, by what says which they are.
pub struct PageMemory<K>(Mutex<BTreeMap<K, Page>>);

impl<K> Default for PageMemory<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord> PageMemory<K> {
    fn pages(&self) -> MutexGuard<'_, BTreeMap<K, Page>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a page, which may be old.
    pub fn find(&self, key: &K) -> Option<Page> {
        self.pages().get(key).cloned()
    }

    /// Keeps a page.
    pub fn keep(&self, key: K, page: &Page) {
        if page.views.fragment.len() > LARGEST {
            return;
        }
        let mut pages = self.pages();
        if pages.len() >= KEPT {
            pages.clear();
        }
        pages.insert(key, page.clone());
    }
}
