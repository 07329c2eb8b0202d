//! Faults between functions and engines, for `./dev torture`: requests that are late or lost, answers
//! that are lost, refusals, messages that come twice or out of order, functions that are killed, and
//! functions whose clock is wrong.
//!
//! [`Faults::choose`] is the only place where a fault is chosen. A proxy stands before each engine,
//! and asks it for each request; the host asks it for each invocation, and what reads the queues for
//! each batch. There are no proxies unless `local run --faults SEED` asks for them, and no fault
//! until the switch at `/faults` is given a rate.

mod clock;
mod database_proxy;
mod fault;
mod http_proxy;
mod partial_batch;
mod refusals;
mod request_time;
mod switch;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chance::{Random, whole};

pub use database_proxy::database_proxy;
pub use fault::{Fault, Point};
pub use http_proxy::fault_proxy;

/// The longest pause of a fault: shorter than the time-outs of the functions' clients, so that some
/// delays are only delays.
const LONGEST_PAUSE: Duration = Duration::from_millis(1_500);

/// The chooser of faults. Clones share it.
#[derive(Clone, Debug)]
pub struct Faults(Arc<FaultState>);

#[derive(Debug)]
struct FaultState {
    seed: u64,
    choices: Mutex<Choices>,
}

#[derive(Debug)]
struct Choices {
    /// The part of decisions that end in a fault, before each point's own share of it.
    rate: f64,
    /// The points at which faults happen.
    points: BTreeSet<Point>,
    /// The seconds by which the clock of every process that is started is wrong, if that was asked
    /// for.
    clock: Option<i64>,
    /// Each point has its own sequence, so that what one of them asks leaves the others as they are.
    sequences: BTreeMap<Point, Random>,
    counts: BTreeMap<(Point, Fault), u64>,
    decisions: u64,
}

/// A fault that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueFault {
    /// The fault.
    pub fault: Fault,
    /// The pause before it, or that it is.
    pub pause: Duration,
}

impl Faults {
    /// Creates a chooser that chooses none until it is given a rate.
    pub fn new(seed: u64) -> Self {
        let mut sequences = BTreeMap::new();
        for (number, point) in (1..).zip(Point::ALL) {
            // Far apart: the generator adds a constant to its state, and mixes that.
            sequences.insert(point, Random::new(seed ^ (number << 56)));
        }
        let choices = Choices {
            rate: 0.0,
            points: Point::ALL.into(),
            clock: None,
            sequences,
            counts: BTreeMap::new(),
            decisions: 0,
        };
        Self(Arc::new(FaultState { seed, choices: Mutex::new(choices) }))
    }

    /// Chooses whether a fault is due at a point, and which.
    pub fn choose(&self, point: Point) -> Option<DueFault> {
        let mut choices = self.choices();
        if choices.rate <= 0.0 || !choices.points.contains(&point) {
            return None;
        }
        choices.decisions += 1;
        let due_below = choices.rate * point.share();
        let sequence = choices.sequences.get_mut(&point)?;
        // Always as many numbers, so that the next decision does not depend on this one.
        let is_due = sequence.unit() < due_below;
        let kind = sequence.unit();
        let length = sequence.unit();
        if !is_due {
            return None;
        }
        let fault = one_of(point.faults(), kind);
        *choices.counts.entry((point, fault)).or_default() += 1;
        Some(DueFault { fault, pause: LONGEST_PAUSE.mul_f64(length) })
    }

    /// Sets the part of decisions that end in a fault; 0 for none.
    pub fn set_rate(&self, rate: f64) {
        self.choices().rate = rate;
    }

    /// Sets the points at which faults happen.
    pub fn set_points(&self, points: BTreeSet<Point>) {
        self.choices().points = points;
    }

    fn choices(&self) -> MutexGuard<'_, Choices> {
        self.0
            .choices
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the fault of a number between 0 and 1.
fn one_of(faults: &[Fault], number: f64) -> Fault {
    let count = u32::try_from(faults.len()).unwrap_or(1);
    let place = usize::try_from(whole(number * f64::from(count))).unwrap_or(0);
    faults[place.min(faults.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(faults: &Faults, point: Point) -> Vec<Option<DueFault>> {
        (0..2_000).map(|_| faults.choose(point)).collect()
    }

    #[test]
    fn a_seed_decides_each_point_s_faults_whatever_the_others_ask() {
        let first = Faults::new(7);
        let again = Faults::new(7);
        let other = Faults::new(8);
        for faults in [&first, &again, &other] {
            faults.set_rate(0.2);
        }
        chosen(&again, Point::Database);
        let at_s3 = chosen(&first, Point::S3);
        assert_eq!(at_s3, chosen(&again, Point::S3));
        assert_ne!(at_s3, chosen(&other, Point::S3));
    }

    #[test]
    fn each_fault_of_a_point_is_chosen_and_no_other() {
        let faults = Faults::new(1);
        faults.set_rate(1.0);
        for point in Point::ALL {
            assert_eq!(Point::named(point.name()), Some(point));
            let mut kinds = Vec::new();
            for due in chosen(&faults, point).into_iter().flatten() {
                assert!(point.faults().contains(&due.fault), "{point:?} {due:?}");
                assert!(due.pause <= LONGEST_PAUSE);
                if !kinds.contains(&due.fault) {
                    kinds.push(due.fault);
                }
            }
            assert_eq!(kinds.len(), point.faults().len(), "{point:?}");
        }
    }

    #[test]
    fn no_fault_is_due_at_another_point_than_those_that_were_chosen() {
        let faults = Faults::new(1);
        faults.set_rate(1.0);
        faults.set_points([Point::S3].into());
        assert!(faults.choose(Point::S3).is_some());
        assert!(faults.choose(Point::Sqs).is_none());
    }

    #[test]
    fn the_rate_is_that_of_faults_and_nothing_is_due_without_one() {
        let faults = Faults::new(3);
        assert_eq!(chosen(&faults, Point::Sqs).into_iter().flatten().count(), 0);
        faults.set_rate(0.1);
        let due = chosen(&faults, Point::Sqs).into_iter().flatten().count();
        assert!((140..260).contains(&due), "{due} of 2,000");
        faults.set_rate(0.0);
        assert_eq!(chosen(&faults, Point::Sqs).into_iter().flatten().count(), 0);
    }
}
