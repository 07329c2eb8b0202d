//! Locks by name.

use std::hash::{BuildHasher, Hash, RandomState};

use tokio::sync::RwLock;

/// The number of locks. Names that share one wait for each other, which is harmless.
const LOCKS: usize = 256;

/// A table of locks: each name has one, which it may share.
pub struct LockTable {
    locks: Vec<RwLock<()>>,
    hash: RandomState,
}

impl LockTable {
    pub fn new() -> Self {
        let mut locks = Vec::new();
        locks.resize_with(LOCKS, RwLock::default);
        Self { locks, hash: RandomState::new() }
    }

    /// Returns the lock of a name.
    pub fn of(&self, name: impl Hash) -> &RwLock<()> {
        let index = self.hash.hash_one(name) % LOCKS as u64;
        &self.locks[usize::try_from(index).unwrap_or(0)]
    }
}
