//! Sums of rows: count, first and last moment, and a checksum in which their order does not matter.

use std::fmt;

use md5::{Digest, Md5};

use super::{Activity, Moment};

/// Sums of some rows. Equal sums mean equal rows, but for one chance in 2^60 or so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActivitySums {
    /// Number of rows.
    pub rows: u64,
    /// The sum of the first 60 bits of the MD5 of each row's text: what the warehouse can compute,
    /// too.
    pub checksum: u128,
    /// The earliest moment; `None` without rows.
    pub first: Option<Moment>,
    /// The latest moment; `None` without rows.
    pub last: Option<Moment>,
}

impl ActivitySums {
    /// Counts one more row.
    pub fn count(&mut self, row: &Activity) {
        let sum = Md5::digest(row.canonical());
        let bits = u64::from_be_bytes(std::array::from_fn(|byte| sum[byte])) >> 4;
        *self = self.and(&Self {
            rows: 1,
            checksum: bits.into(),
            first: Some(row.at),
            last: Some(row.at),
        });
    }

    /// Returns the sums of the rows of both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            checksum: self.checksum + other.checksum,
            first: [self.first, other.first].into_iter().flatten().min(),
            last: [self.last, other.last].into_iter().flatten().max(),
        }
    }
}

impl fmt::Display for ActivitySums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows", self.rows)?;
        if let (Some(first), Some(last)) = (self.first, self.last) {
            write!(f, " from {first} to {last}")?;
        }
        write!(f, " with the checksum {}", self.checksum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        activity::{self, ActivityFacts},
        domain::{Shard, UserId},
    };

    #[test]
    fn the_order_of_rows_does_not_matter_and_a_change_does() {
        let owner = UserId::new(Shard::random());
        let rows = [1, 2, 3].map(|n| {
            let mut facts = ActivityFacts::default();
            facts.say("n", n);
            activity::activity_entry(owner, "user", owner.uuid(), facts)
        });
        let sums = |order: &[usize]| {
            let mut sums = ActivitySums::default();
            for &n in order {
                sums.count(&rows[n]);
            }
            sums
        };
        assert_eq!(sums(&[0, 1, 2]), sums(&[2, 0, 1]));
        assert_eq!(sums(&[0, 1]).and(&sums(&[2])), sums(&[0, 1, 2]));
        assert_ne!(sums(&[0, 1]).checksum, sums(&[0, 2]).checksum);
        let mut changed = rows[0].clone();
        changed.context.push(' ');
        let (mut one, mut other) = (ActivitySums::default(), ActivitySums::default());
        one.count(&rows[0]);
        other.count(&changed);
        assert_ne!(one.checksum, other.checksum);
    }
}
