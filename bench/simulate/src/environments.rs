//! The execution environments of one function.
//!
//! A request that finds none idle makes one, and waits until it has started. So what a sudden load
//! makes is not what it needs: it is every request of the time that a start takes.

use std::collections::VecDeque;

use chance::whole;

use crate::{aws::Aws, bucket::Bucket, template::Warm};

/// Beside those that are at work on average, chance needs so many times their root.
const SLACK: f64 = 1.3;

/// Returns the environments that are needed where so many are at work on average.
fn needed(at_work: f64) -> f64 {
    at_work + SLACK * at_work.sqrt()
}

/// Returns how many can be at work on average of so many: the inverse. One does what it can.
fn usable(environments: f64) -> f64 {
    let root = ((SLACK * SLACK + 4.0 * environments).sqrt() - SLACK) / 2.0;
    (root * root).max(environments.min(1.0))
}

/// The requests of a moment by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Admitted {
    /// Requests that found an environment.
    pub warm: u64,
    /// Requests that made one.
    pub cold: u64,
    /// Requests that Lambda may not make one for as fast.
    pub too_fast: u64,
    /// Requests for which the account has no execution left.
    pub over_account: u64,
}

/// The environments of one function.
#[derive(Clone, Debug)]
pub struct Environments {
    request_seconds: f64,
    start_seconds: f64,
    idle_seconds: f64,
    requests_each: f64,
    provisioned: Provisioned,
    on_demand: f64,
    starting: VecDeque<(f64, f64)>,
    growth: Bucket,
    /// Executions that were under way a moment ago, beyond those that are provisioned.
    pub busy: f64,
}

impl Environments {
    /// Creates those that a steady load has left.
    pub fn new(request_seconds: f64, load: f64, warm: Warm, aws: &Aws) -> Self {
        let at_work = load * request_seconds;
        let provisioned = Provisioned::new(warm, at_work);
        let by_provisioned = provisioned.takes(request_seconds, aws) * request_seconds;
        let alive =
            if load > 0.0 { needed((at_work - by_provisioned).max(0.0)) + 1.0 } else { 0.0 };
        let rate = aws.lambda.environments / aws.lambda.seconds;
        Self {
            request_seconds,
            start_seconds: (aws.lambda.start_ms + aws.lambda.platform_ms) / 1e3,
            idle_seconds: aws.lambda.idle_seconds,
            provisioned,
            requests_each: aws.lambda.requests_for_each_execution,
            on_demand: alive,
            starting: VecDeque::new(),
            growth: Bucket::new(rate, aws.lambda.environments),
            busy: 0.0,
        }
    }

    /// Returns those that are kept warm, idle or not.
    pub fn provisioned(&self) -> f64 {
        self.provisioned.now
    }

    /// Returns all that there are, which is how many may hold a connection to a database.
    pub fn alive(&self) -> f64 {
        let starting: f64 = self.starting.iter().map(|(_, count)| count).sum();
        self.provisioned.now + self.on_demand + starting
    }

    /// Lets `seconds` go by until `now`, with so many requests, while the account has so many
    /// executions left.
    #[expect(clippy::cast_precision_loss, reason = "counts of an instant are small")]
    pub fn step(&mut self, requests: u64, left: f64, now: f64, seconds: f64) -> Admitted {
        while let Some((ready, count)) = self.starting.front().copied() {
            if ready > now {
                break;
            }
            self.on_demand += count;
            self.starting.pop_front();
        }
        self.growth.fill(seconds);
        let to_provisioned = requests.min(self.provisioned_take(seconds));
        let by_others = usable(self.on_demand) * seconds / self.request_seconds;
        let others = (requests - to_provisioned).min(whole(by_others + 1e-6));
        let warm = to_provisioned + others;
        let wanted = requests - warm;
        // What starts serves many requests of this moment if the moment is longer than a start.
        let each = (seconds / (self.start_seconds + self.request_seconds)).max(1.0);
        let made = whole((wanted as f64 / each).ceil());
        let may_be = made.min(whole(left.max(0.0)));
        let let_in = self.growth.take(may_be, 1.0);
        let served = |made: u64| wanted.min(whole(made as f64 * each));
        if let_in > 0 {
            self.starting
                .push_back((now + self.start_seconds, let_in as f64));
        }
        let at_work = |count: u64| count as f64 * self.request_seconds / seconds;
        let in_use = at_work(others);
        self.provisioned.note(at_work(to_provisioned), seconds);
        self.on_demand = self.idle_left(in_use, seconds);
        let starting: f64 = self.starting.iter().map(|(_, count)| count).sum();
        self.busy = in_use + starting;
        let cold = served(let_in);
        let too_fast = served(may_be) - cold;
        Admitted { warm, cold, too_fast, over_account: wanted - cold - too_fast }
    }

    /// Returns the requests that those take which are kept warm. They are asked first, and what comes
    /// while all are at work goes to others.
    fn provisioned_take(&self, seconds: f64) -> u64 {
        let each = (1.0 / self.request_seconds).min(self.requests_each);
        whole(self.provisioned.now * each * seconds + 1e-6)
    }

    /// Environments on demand after a while in which some were idle.
    fn idle_left(&self, in_use: f64, seconds: f64) -> f64 {
        let idle = (self.on_demand - needed(in_use)).max(0.0);
        self.on_demand - idle * (1.0 - (-seconds / self.idle_seconds).exp())
    }

    /// Ends a minute: what is provisioned follows its use, or the hour.
    pub fn end_minute(&mut self, is_evening: bool, aws: &Aws) {
        self.provisioned.end_minute(is_evening, aws);
    }
}

/// The share of what is provisioned that is to be in use: `TargetValue` of `template.yaml`.
const TARGET: f64 = 0.7;

/// Provisioned concurrency, as Application Auto Scaling changes it.
#[derive(Clone, Debug)]
struct Provisioned {
    warm: Warm,
    now: f64,
    used: f64,
    noted: f64,
    minutes_over: u32,
    minutes_under: u32,
}

impl Provisioned {
    fn new(warm: Warm, at_work: f64) -> Self {
        let now = (at_work / TARGET)
            .ceil()
            .clamp(warm.least, warm.most.max(warm.least));
        Self { warm, now, used: 0.0, noted: 0.0, minutes_over: 0, minutes_under: 0 }
    }

    /// Returns the requests a second that it takes: ten for each, however short they are.
    fn takes(&self, request_seconds: f64, aws: &Aws) -> f64 {
        let each = (1.0 / request_seconds).min(aws.lambda.requests_for_each_execution);
        self.now * each
    }

    fn note(&mut self, in_use: f64, seconds: f64) {
        self.used += in_use.min(self.now) * seconds;
        self.noted += seconds;
    }

    fn end_minute(&mut self, is_evening: bool, aws: &Aws) {
        let used = if self.noted > 0.0 { self.used / self.noted } else { 0.0 };
        self.used = 0.0;
        self.noted = 0.0;
        let least = if is_evening { self.warm.evening } else { self.warm.least };
        let most = self.warm.most.max(least);
        let share = if self.now > 0.0 { used / self.now } else { 0.0 };
        self.minutes_over = if share > TARGET { self.minutes_over + 1 } else { 0 };
        self.minutes_under = if share < 0.9 * TARGET { self.minutes_under + 1 } else { 0 };
        let wanted = (used / TARGET).ceil();
        if self.minutes_over >= aws.provisioned.minutes_to_grow && wanted > self.now {
            self.now = wanted.min(self.now + aws.provisioned.environments_a_minute);
        } else if self.minutes_under >= aws.provisioned.minutes_to_shrink {
            self.now = wanted;
        }
        self.now = self.now.clamp(least, most);
    }
}

#[cfg(test)]
#[expect(clippy::cast_precision_loss, reason = "counts of a test are small")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::aws::AWS;

    const NONE: Warm = Warm { least: 0.0, evening: 0.0, most: 0.0 };

    fn all(admitted: Admitted) -> u64 {
        admitted.warm + admitted.cold + admitted.too_fast + admitted.over_account
    }

    #[test]
    fn a_steady_load_starts_nothing() {
        let mut environments = Environments::new(0.01, 1_000.0, NONE, &AWS);
        let mut cold = 0;
        for tick in 0..1_000 {
            cold += environments.step(100, 1e9, f64::from(tick) * 0.1, 0.1).cold;
        }
        assert_eq!(cold, 0);
    }

    #[test]
    fn a_sudden_load_makes_what_arrives_while_the_first_ones_start() {
        let mut environments = Environments::new(0.01, 0.0, NONE, &AWS);
        let mut cold = 0;
        for tick in 0..100 {
            cold += environments.step(100, 1e9, f64::from(tick) * 0.1, 0.1).cold;
        }
        assert!((200..=400).contains(&cold), "1,000 a second for 0.217 s: {cold}");
    }

    #[test]
    fn no_more_are_made_than_lambda_makes() {
        let mut environments = Environments::new(5.0, 0.0, NONE, &AWS);
        let mut cold = 0;
        for tick in 0..100 {
            cold += environments
                .step(100_000, 1e9, f64::from(tick) * 0.1, 0.1)
                .cold;
        }
        assert!((1_900..=2_000).contains(&cold), "1,000 at once and 1,000 in 10 s: {cold}");
    }

    #[test]
    fn what_is_kept_warm_follows_three_minutes_of_use() {
        let warm = Warm { least: 10.0, evening: 50.0, most: 200.0 };
        let mut environments = Environments::new(0.1, 0.0, warm, &AWS);
        assert!((environments.provisioned() - 10.0).abs() < 0.1);
        let mut after = Vec::new();
        for minute in 0..8 {
            for tick in 0..600 {
                let now = f64::from(minute * 600 + tick) * 0.1;
                environments.step(100, 1e9, now, 0.1);
            }
            environments.end_minute(false, &AWS);
            after.push(environments.provisioned());
        }
        assert!(after[1] < 11.0, "two minutes are too few: {after:?}");
        assert!(after[7] > 10.0, "{after:?}");
        environments.end_minute(true, &AWS);
        assert!(environments.provisioned() >= 50.0);
    }

    proptest! {
        #[test]
        fn every_request_has_one_fate(
            requests in prop::collection::vec(0_u64..5_000, 1..100),
            left in 0.0..3_000.0_f64,
            milliseconds in 1.0..900.0_f64,
        ) {
            let mut environments = Environments::new(milliseconds / 1e3, 10.0, NONE, &AWS);
            let mut now = 0.0;
            for count in requests {
                now += 0.1;
                let admitted = environments.step(count, left, now, 0.1);
                prop_assert_eq!(all(admitted), count);
                prop_assert!(environments.alive() >= 0.0 && environments.busy >= 0.0);
                prop_assert!(admitted.cold as f64 <= left);
            }
        }
    }
}
