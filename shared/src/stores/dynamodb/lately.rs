//! Memory of one second for things that a process is asked for again and again.
//!
//! Reads are counted. What was read ten times within a second is given from memory after that, until
//! it is a second old. So what is asked for now and then is read each time, and of what is asked
//! for a hundred times a second a tenth is read.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use crate::domain::Moment;

/// Microseconds for which something is remembered.
const REMEMBERED: i64 = 1_000_000;

/// Reads within a second after which it is not read again.
const FREQUENT: u32 = 10;

/// Things that are remembered before all are forgotten.
const MOST: usize = 1000;

/// Things that were read lately.
pub struct Lately<K, V>(Mutex<HashMap<K, Reading<V>>>);

struct Reading<V> {
    value: V,
    /// The moment before it was read, by the clock on the wall: no other is sure to go on while a
    /// process is frozen.
    began: i64,
    /// The first of the reads that are counted.
    first: i64,
    /// Reads since then.
    reads: u32,
}

/// Returns true if `moment` is less than a second before `now`.
fn is_fresh(moment: i64, now: i64) -> bool {
    (0..REMEMBERED).contains(&(now - moment))
}

impl<K, V> Default for Lately<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Lately<K, V> {
    /// Returns what was read less than a second ago, if it is read frequently.
    pub fn find(&self, key: &K, now: Moment) -> Option<V> {
        let readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = readings.get(key)?;
        let is_frequent = reading.reads >= FREQUENT;
        let is_known = is_frequent && is_fresh(reading.began, now.micros());
        if is_known { Some(reading.value.clone()) } else { None }
    }

    /// Notes what was read; `began` is a moment before that.
    pub fn keep(&self, key: K, value: V, began: Moment) {
        let began = began.micros();
        let mut readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut first = began;
        let mut reads = 1;
        if let Some(before) = readings.get(&key)
            && is_fresh(before.first, began)
        {
            first = before.first;
            reads = before.reads + 1;
        }
        if readings.len() >= MOST {
            readings.clear();
        }
        readings.insert(key, Reading { value, began, first, reads });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Moment {
        Moment::from_micros(1_800_000_000_000_000 + micros)
    }

    #[test]
    fn what_is_read_frequently_is_remembered_for_a_second() {
        let lately = Lately::default();
        for read in 1..i64::from(FREQUENT) {
            lately.keep("a", read, at(read));
            assert_eq!(lately.find(&"a", at(read)), None, "read {read}");
        }
        lately.keep("a", 10, at(10));
        assert_eq!(lately.find(&"a", at(11)), Some(10));
        assert_eq!(lately.find(&"b", at(11)), None);
        assert_eq!(lately.find(&"a", at(9 + REMEMBERED)), Some(10));
        assert_eq!(lately.find(&"a", at(10 + REMEMBERED)), None, "a second later");
        assert_eq!(lately.find(&"a", at(9)), None, "a clock that was set back");
        lately.keep("a", 11, at(10 + REMEMBERED));
        assert_eq!(lately.find(&"a", at(11 + REMEMBERED)), None, "counted anew");
    }

    #[test]
    fn what_is_read_now_and_then_is_read_each_time() {
        let lately = Lately::default();
        for read in 0..100 {
            let now = at(read * REMEMBERED / 9);
            assert_eq!(lately.find(&"a", now), None, "read {read}");
            lately.keep("a", read, now);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let lately = Lately::default();
        for key in 0..3 * MOST {
            lately.keep(key, key, at(0));
        }
        let readings = lately.0.into_inner().expect("readings");
        assert!(readings.len() <= MOST);
    }
}
