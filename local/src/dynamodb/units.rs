//! The units of the tables that were taken.

use std::sync::{Arc, Mutex, PoisonError};

/// The kind of a unit.
#[derive(Clone, Copy, Debug)]
pub enum Use {
    /// Of reading.
    Read,
    /// Of writing.
    Written,
}

/// The units that all requests have taken together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnitsTaken {
    /// Units of reading.
    pub read: f64,
    /// Units of writing.
    pub written: f64,
}

/// A count of units. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Units(Arc<Mutex<UnitsTaken>>);

impl Units {
    /// Adds what a request has taken.
    pub fn add(&self, kind: Use, units: f64) {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kind {
            Use::Read => taken.read += units,
            Use::Written => taken.written += units,
        }
    }

    /// Returns what was taken so far.
    pub fn taken(&self) -> UnitsTaken {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
