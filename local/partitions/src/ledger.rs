//! The units that each partition has served within a second.

use std::{collections::HashMap, mem};

use crate::keys::Request;

/// Reading or writing, which are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Units of reading.
    Read,
    /// Units of writing.
    Write,
}

/// The most units that a partition serves in a second.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Units of reading.
    pub read: f64,
    /// Units of writing.
    pub write: f64,
}

impl Limits {
    /// DynamoDB's.
    pub const DYNAMODB: Self = Self { read: 3000.0, write: 1000.0 };

    fn of(self, kind: Kind) -> f64 {
        match kind {
            Kind::Read => self.read,
            Kind::Write => self.write,
        }
    }
}

/// Requests that were served and refused.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Served {
    /// Requests that were served.
    pub served: u64,
    /// Requests that were refused.
    pub refused: u64,
    /// Units of reading that were served.
    pub read: f64,
    /// Units of writing that were served.
    pub written: f64,
}

/// The units that are spent.
pub struct Ledger {
    limits: Limits,
    spent: HashMap<(Kind, String), f64>,
    served: Served,
}

impl Ledger {
    pub fn new(limits: Limits) -> Self {
        Self { limits, spent: HashMap::new(), served: Served::default() }
    }

    pub fn next_second(&mut self) {
        self.spent.clear();
    }

    pub fn take(&mut self) -> Served {
        mem::take(&mut self.served)
    }

    /// Returns true if each partition of the request has units left; counts it as refused if not.
    pub fn admits(&mut self, request: &Request) -> bool {
        let most = self.limits.of(request.kind);
        for key in &request.keys {
            let spent = self.spent.get(&(request.kind, key.clone()));
            if spent.is_some_and(|spent| *spent >= most) {
                self.served.refused += 1;
                return false;
            }
        }
        true
    }

    /// Counts a request that was served, and took so many units of its partitions.
    pub fn serve(&mut self, request: &Request, units: f64) {
        self.served.served += 1;
        match request.kind {
            Kind::Read => self.served.read += units,
            Kind::Write => self.served.written += units,
        }
        let share = units / request.items().max(1.0);
        for key in &request.keys {
            *self.spent.entry((request.kind, key.clone())).or_default() += share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(kind: Kind, keys: &[&str]) -> Request {
        Request { kind, keys: keys.iter().map(|key| (*key).to_owned()).collect() }
    }

    #[test]
    fn a_partition_refuses_when_its_units_of_a_second_are_spent_and_no_other_does() {
        let mut ledger = Ledger::new(Limits { read: 10.0, write: 2.0 });
        let [hot, cold] = [["hot"], ["cold"]].map(|keys| request(Kind::Read, &keys));
        let written = request(Kind::Write, &["hot"]);
        for _ in 0..3 {
            assert!(ledger.admits(&hot));
            ledger.serve(&hot, 4.0);
        }
        assert!(!ledger.admits(&hot), "12 of 10 units");
        assert!(ledger.admits(&cold) && ledger.admits(&written));
        ledger.next_second();
        assert!(ledger.admits(&hot));
        let served = ledger.take();
        assert_eq!(served, Served { served: 3, refused: 1, read: 12.0, written: 0.0 });
        assert_eq!(ledger.take(), Served::default());
    }

    #[test]
    fn a_transaction_spends_of_all_its_partitions_and_needs_them_all() {
        let mut ledger = Ledger::new(Limits { read: 10.0, write: 2.0 });
        let both = request(Kind::Write, &["one", "two"]);
        ledger.serve(&both, 4.0);
        assert!(!ledger.admits(&both));
        assert!(!ledger.admits(&request(Kind::Write, &["two", "three"])));
        assert!(ledger.admits(&request(Kind::Write, &["three"])));
    }
}
