//! A station of workers with a queue before it: what Lambda does with messages of SQS.

use chance::{Random, whole};

/// Workers, and what waits for one.
#[derive(Clone, Debug, Default)]
pub struct Station {
    /// Jobs that no worker has begun.
    pub waiting: u64,
    /// Jobs that a worker works on.
    pub working: u64,
}

impl Station {
    /// Lets `seconds` go by: jobs end, then arrive, then begin. Returns how many have ended. What a
    /// job takes is distributed geometrically in ticks, which is exponentially where they are short.
    pub fn step(
        &mut self,
        arrivals: u64,
        workers: u64,
        mean_seconds: f64,
        seconds: f64,
        random: &mut Random,
    ) -> u64 {
        let ended = random.binomial(self.working, (seconds / mean_seconds).min(1.0));
        self.working -= ended;
        self.waiting += arrivals;
        let begun = self.waiting.min(workers.saturating_sub(self.working));
        self.waiting -= begun;
        self.working += begun;
        ended
    }
}

/// The pollers of a queue: five at first, 300 more a minute while messages wait, as many as its
/// maximum concurrency lets.
#[derive(Clone, Debug)]
pub struct Pollers {
    least: f64,
    most: f64,
    more_a_second: f64,
    now: f64,
}

impl Pollers {
    /// Creates the pollers of a queue that nothing waits in.
    pub fn new(least: f64, more_a_minute: f64, most: f64) -> Self {
        let least = least.min(most);
        Self { least, most, more_a_second: more_a_minute / 60.0, now: least }
    }

    /// Returns how many batches may be worked on, after `seconds` in which something waited or not.
    pub fn step(&mut self, is_behind: bool, seconds: f64) -> u64 {
        let change = if is_behind { self.more_a_second } else { -self.more_a_second };
        self.now = (self.now + change * seconds).clamp(self.least, self.most);
        whole(self.now)
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "counts of a test are small")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Erlang's C: the chance that a job waits, with `load` workers busy of `workers`.
    fn erlang_c(workers: u32, load: f64) -> f64 {
        let mut blocked = 1.0;
        for worker in 1..=workers {
            blocked = load * blocked / (f64::from(worker) + load * blocked);
        }
        let used = load / f64::from(workers);
        blocked / (1.0 - used + used * blocked)
    }

    /// Returns the mean number of jobs that wait, by simulation.
    fn mean_waiting(workers: u32, load: f64, seed: u64) -> f64 {
        let mut random = Random::new(seed);
        let mut station = Station::default();
        let mut sum = 0.0;
        let steps = 1_000_000;
        for _ in 0..steps {
            let arrivals = random.poisson(load * 0.02);
            station.step(arrivals, u64::from(workers), 1.0, 0.02, &mut random);
            sum += station.waiting as f64;
        }
        sum / f64::from(steps)
    }

    #[test]
    fn as_many_wait_as_the_formula_for_m_m_c_says() {
        for (workers, load) in [(1, 0.5), (1, 0.8), (5, 4.0), (20, 17.0)] {
            let used = load / f64::from(workers);
            let expected = erlang_c(workers, load) * used / (1.0 - used);
            let simulated = mean_waiting(workers, load, 11);
            assert!(
                (simulated / expected - 1.0).abs() < 0.12,
                "{workers} workers, load {load}: {simulated} wait, by the formula {expected}"
            );
        }
    }

    #[test]
    fn as_many_work_as_littles_law_says() {
        let mut random = Random::new(5);
        let mut station = Station::default();
        let mut sum = 0.0;
        for _ in 0..200_000 {
            let arrivals = random.poisson(6.0 * 0.05);
            station.step(arrivals, 100, 2.0, 0.05, &mut random);
            sum += station.working as f64;
        }
        let mean = sum / 200_000.0;
        assert!((mean / 12.0 - 1.0).abs() < 0.04, "6 a second for 2 s each: {mean}");
    }

    proptest! {
        #[test]
        fn what_arrives_waits_works_or_has_ended(
            seed: u64,
            workers in 0_u64..50,
            arrivals in prop::collection::vec(0_u64..200, 1..200),
        ) {
            let mut random = Random::new(seed);
            let mut station = Station::default();
            let mut arrived = 0;
            let mut ended = 0;
            for count in arrivals {
                arrived += count;
                ended += station.step(count, workers, 0.5, 0.1, &mut random);
                prop_assert_eq!(arrived, ended + station.waiting + station.working);
                prop_assert!(station.working <= workers);
            }
        }
    }

    #[test]
    fn pollers_grow_as_aws_says_and_no_further() {
        let mut pollers = Pollers::new(5.0, 300.0, 50.0);
        assert_eq!(pollers.step(true, 0.0), 5);
        assert_eq!(pollers.step(true, 6.0), 35);
        assert_eq!(pollers.step(true, 60.0), 50);
        assert_eq!(pollers.step(false, 60.0), 5);
    }
}
