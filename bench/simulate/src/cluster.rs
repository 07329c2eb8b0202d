//! Aurora Serverless v2: instances that grow with their load, and what waits for them.

use std::collections::VecDeque;

use chance::whole;

use crate::aws::Aurora;

/// Requests that wait for the database.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    class: usize,
    count: u64,
    /// Milliseconds of a processor that each takes.
    each: f64,
    since: f64,
}

/// Requests that have been answered, or given up.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// The kind of request.
    pub class: usize,
    /// The number of them.
    pub count: u64,
    /// Seconds that they have waited.
    pub waited: f64,
    /// True if they were given up.
    pub is_lost: bool,
}

/// Instances that share the load of one kind: the writer, or the readers.
#[derive(Clone, Debug)]
pub struct Instances {
    count: f64,
    least: f64,
    most: f64,
    patience: f64,
    processors: f64,
    busy: f64,
    /// Capacity units of each.
    pub units: f64,
    sleeps: bool,
    asleep_until: Option<f64>,
    idle: f64,
    queue: VecDeque<Waiting>,
    saved: f64,
}

impl Instances {
    /// Creates instances that have followed a load of so many milliseconds of a processor a second.
    pub fn new(
        count: f64,
        acu: (f64, f64),
        sleeps: bool,
        patience: f64,
        load: f64,
        costs: &capacity::inputs::AuroraCosts,
    ) -> Self {
        let of_one_unit = 1e3 * costs.processors_per_acu * costs.busy;
        let least = acu.0.max(0.5);
        Self {
            count,
            least,
            most: acu.1,
            patience,
            processors: costs.processors_per_acu,
            busy: costs.busy,
            units: (load / count / of_one_unit).clamp(least, acu.1),
            sleeps,
            asleep_until: None,
            idle: 0.0,
            queue: VecDeque::new(),
            saved: 0.0,
        }
    }

    /// Adds requests that arrive.
    pub fn ask(&mut self, class: usize, count: u64, each: f64, now: f64) {
        if count > 0 {
            self.queue
                .push_back(Waiting { class, count, each, since: now });
        }
    }

    /// Returns how many wait.
    #[cfg(test)]
    pub fn waiting(&self) -> u64 {
        self.queue.iter().map(|waiting| waiting.count).sum()
    }

    /// Returns the capacity units of all that are awake.
    pub fn paid(&self) -> f64 {
        let is_asleep = self.sleeps && self.idle > 0.0 && self.asleep_until == Some(f64::MAX);
        if is_asleep { 0.0 } else { self.units * self.count }
    }

    /// Lets `seconds` go by until `now`, and returns what was answered and what was given up.
    #[expect(clippy::cast_precision_loss, reason = "counts of an instant are small")]
    pub fn step(&mut self, now: f64, seconds: f64, aurora: &Aurora, answered: &mut Vec<Answered>) {
        let processors = self.units * self.processors * self.count;
        let can = processors * seconds * 1e3;
        let mut left = if self.is_awake(now, seconds, aurora) { can + self.saved } else { 0.0 };
        let mut done = 0.0;
        while let Some(first) = self.queue.front_mut() {
            let possible = if first.each > 0.0 { whole(left / first.each) } else { first.count };
            let served = first.count.min(possible);
            let work = served as f64 * first.each;
            left -= work;
            done += work;
            if served > 0 {
                let waited = now - first.since;
                answered.push(Answered {
                    class: first.class,
                    count: served,
                    waited,
                    is_lost: false,
                });
            }
            first.count -= served;
            if first.count > 0 {
                break;
            }
            self.queue.pop_front();
        }
        self.saved = if self.queue.is_empty() { 0.0 } else { left };
        self.give_up(now, answered);
        self.follow(done, seconds, aurora);
    }

    fn give_up(&mut self, now: f64, answered: &mut Vec<Answered>) {
        while let Some(first) = self.queue.front() {
            if now - first.since < self.patience {
                break;
            }
            let waited = now - first.since;
            answered.push(Answered {
                class: first.class,
                count: first.count,
                waited,
                is_lost: true,
            });
            self.queue.pop_front();
        }
    }

    /// Grows or shrinks towards what is asked for.
    fn follow(&mut self, done: f64, seconds: f64, aurora: &Aurora) {
        let behind = self.queue.iter().map(work_of).sum::<f64>();
        let of_one_unit = 1e3 * self.processors * self.busy * self.count * seconds;
        let wanted = (done + behind) / of_one_unit;
        let grown = (self.units * (seconds / aurora.doubling_seconds).exp2())
            .max(self.units + aurora.step * seconds);
        let shrunk = self.units * (-seconds / aurora.halving_seconds).exp2();
        self.units = wanted
            .clamp(shrunk.min(self.units), grown)
            .clamp(self.least, self.most);
    }

    /// Returns true unless it sleeps or is waking up.
    fn is_awake(&mut self, now: f64, seconds: f64, aurora: &Aurora) -> bool {
        if !self.sleeps {
            return true;
        }
        self.idle = if self.queue.is_empty() { self.idle + seconds } else { 0.0 };
        match self.asleep_until {
            None if self.idle > aurora.sleep_after_seconds => {
                self.asleep_until = Some(f64::MAX);
                false
            }
            None => true,
            Some(_) if self.queue.is_empty() => false,
            Some(until) if until.total_cmp(&f64::MAX).is_eq() => {
                self.asleep_until = Some(now + aurora.wake_seconds);
                false
            }
            Some(until) if now < until => false,
            Some(_) => {
                self.asleep_until = None;
                true
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of an instant are small")]
fn work_of(waiting: &Waiting) -> f64 {
    waiting.count as f64 * waiting.each
}

#[cfg(test)]
mod tests {
    use capacity::inputs::AuroraCosts;
    use proptest::prelude::*;

    use super::*;
    use crate::aws::AWS;

    const COSTS: AuroraCosts =
        AuroraCosts { processors_per_acu: 0.25, busy: 0.5, row_cache_hits: 0.95 };

    #[test]
    fn it_doubles_in_the_time_that_the_file_says() {
        let mut instances = Instances::new(1.0, (8.0, 256.0), false, 5.0, 0.0, &COSTS);
        let mut answered = Vec::new();
        for tick in 1..=150 {
            instances.ask(0, 100_000, 1.0, f64::from(tick) * 0.1);
            instances.step(f64::from(tick) * 0.1, 0.1, &AWS.aurora, &mut answered);
        }
        assert!((15.5..17.5).contains(&instances.units), "{}", instances.units);
    }

    #[test]
    fn one_that_sleeps_wakes_for_who_asks() {
        let mut instances = Instances::new(1.0, (0.0, 2.0), true, 20.0, 0.0, &COSTS);
        let mut answered = Vec::new();
        for second in 1..=700 {
            instances.step(f64::from(second), 1.0, &AWS.aurora, &mut answered);
        }
        assert!(instances.paid() < f64::EPSILON, "it sleeps");
        instances.ask(0, 1, 3.0, 700.0);
        for second in 701..=720 {
            instances.step(f64::from(second), 1.0, &AWS.aurora, &mut answered);
        }
        let [only] = answered[..] else { panic!("{answered:?}") };
        assert!(!only.is_lost && (15.0..17.0).contains(&only.waited), "{only:?}");
    }

    proptest! {
        #[test]
        fn what_is_asked_is_answered_lost_or_waits(
            asked in prop::collection::vec((0_u64..3_000, 0.0..20.0_f64), 1..150),
            least in 0.5..16.0_f64,
        ) {
            let mut instances = Instances::new(1.0, (least, 64.0), false, 5.0, 0.0, &COSTS);
            let mut arrived = 0;
            let mut now = 0.0;
            let mut answered = Vec::new();
            for (count, each) in asked {
                now += 0.1;
                arrived += count;
                instances.ask(0, count, each, now);
                instances.step(now, 0.1, &AWS.aurora, &mut answered);
                let ended: u64 = answered.iter().map(|group| group.count).sum();
                prop_assert_eq!(arrived, ended + instances.waiting());
                prop_assert!(instances.units >= least && instances.units <= 64.0);
            }
            prop_assert!(answered.iter().all(|group| group.waited >= 0.0));
        }
    }
}
